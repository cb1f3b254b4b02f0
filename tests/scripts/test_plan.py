"""The plan for a national year is what the measured constants come to, and the document shows it."""

from __future__ import annotations

from scripts.benches.plan import BEGIN, DOCUMENT, END, constants, hours, rows, table


def test_the_document_shows_what_is_computed() -> None:
    assert f"{BEGIN}\n{table()}{END}" in DOCUMENT.read_text(encoding="utf-8"), "run: scripts/bench plan --write"


def test_twice_the_cost_is_twice_the_time() -> None:
    measured = constants()
    dear = {**measured, "extraction": {**measured["extraction"], "page_ms": 2 * measured["extraction"]["page_ms"]}}
    told, doubled = ({what: comes for what, _, comes in rows(one)} for one in (measured, dear))
    core_hours = [float(one["extraction"].partition(" ")[0]) for one in (told, doubled)]
    assert abs(core_hours[1] - 2 * core_hours[0]) <= 1
    assert told["scanned pages"] == doubled["scanned pages"]


def test_how_hours_are_told() -> None:
    assert [hours(0.25), hours(2.345), hours(48.7)] == ["15 min", "2.3 h", "49 h"]
