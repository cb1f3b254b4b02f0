"""A national year, computed from measured constants (constants.toml): the table of docs/cluster.md."""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs/cluster.md"
BEGIN, END = "<!-- scripts/bench plan -->", "<!-- end -->"
Constants = Mapping[str, Mapping[str, float]]


def constants() -> Constants:
    """What was measured."""
    data: dict[str, Any] = tomllib.loads(Path(__file__).with_name("constants.toml").read_text(encoding="utf-8"))
    return data


def rows(measured: Constants) -> Iterator[tuple[str, str, str]]:
    """What, the constant, what a national year comes to."""
    year, read, content = measured["year"], measured["extraction"], measured["content"]
    taking, disk = measured["taking_in"], measured["disk"]
    pages, cores, workers = year["pages"], year["cores"], year["workers"]
    passages = pages * content["passages_a_page"]
    text = pages * read["page_ms"] / 3.6e6  # hours of one core, as all below
    scans = pages * year["scanned"] * read["ocr_s"] / 3600
    serial = passages * taking["passage_ms"] / 3.6e6
    grown = serial * taking["growth"]  # ten times the reports that were measured: as much growth again
    yield (
        "extraction", f"{read['page_ms']:.0f} ms CPU a page",
        f"{text:.0f} core-hours: {hours(text / cores)} on {cores:.0f} cores, {hours(text / workers)} on {workers:.0f}",
    )  # fmt: skip
    yield "start of a worker", f"{read['start_s']:.1f} s CPU, once a worker", "nothing beside the rest"
    yield (
        "scanned pages", f"{read['ocr_s']:.0f} s CPU a page more (OCR)",
        f"{year['scanned']:.0%} scanned: {scans:.0f} core-hours more, {hours(scans / cores)} on {cores:.0f} cores, "
        f"{hours(scans / workers)} on {workers:.0f}",
    )  # fmt: skip
    yield (
        "memory", f"{read['worker_mb']:.0f} MB a worker, models and all",
        f"{read['worker_mb'] * cores / 1000:.0f} GB for {cores:.0f} workers; plan twice as much for long reports",
    )  # fmt: skip
    yield (
        "taking in", f"{taking['passage_ms']:.2g} ms CPU a passage, {content['passages_a_page']:.1f} passages a page",
        f"{passages / 1e6:.1f} million passages: {hours(serial)} in one process, while extraction runs",
    )  # fmt: skip
    yield (
        "growth of taking in", f"×{taking['growth']:.2f} from the 101st to the 1,001st report",
        f"taken to be as much again up to the 10,000th (not measured): {hours(grown)}",
    )  # fmt: skip
    yield "records", f"{disk['records_a_page']:.0f} kB a page", size(pages * disk["records_a_page"])
    yield "state", f"{disk['state_a_passage']:.1f} kB a passage", size(passages * disk["state_a_passage"])
    yield "kept files", f"{disk['file_a_page']:.0f} kB a page; as they come", size(pages * disk["file_a_page"])
    load = measured["loading"]
    elements = passages * load["elements_a_passage"]
    for store, name in (("embedded", "embedded store"), ("neo4j", "Neo4j")):
        rate = load[f"{store}_a_second"]
        yield (
            f"one load at the end, {name}",
            f"{rate:,.0f} nodes and edges a second, {load['elements_a_passage']:.1f} a passage",
            f"{elements / 1e6:.0f} million: {hours(elements / rate / 3600)} if the rate holds (not measured)",
        )  # fmt: skip
    busiest = text + (scans if year["scanned"] else 0)
    yield (
        "workers that help", "extraction against taking in",
        f"{text / grown:.0f} for text alone, {busiest / grown:.0f} with scans; beyond, the serial part decides",
    )  # fmt: skip


def hours(amount: float) -> str:
    """So many hours, as people say it."""
    if amount < 1.5:
        return f"{amount * 60:.0f} min"
    return f"{amount:.1f} h" if amount < 10 else f"{amount:.0f} h"


def size(kilobytes: float) -> str:
    """So many kB, in GB."""
    return f"{kilobytes / 1e6:.0f} GB"


def table() -> str:
    """The table in Markdown."""
    lines = [("what", "constant", "a national year"), ("---", "---", "---"), *rows(constants())]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def main() -> int:
    """Print the table, or put it into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="Put the table into docs/cluster.md.")
    options = parser.parse_args()
    if not options.write:
        print(table(), end="")
        return 0
    old = DOCUMENT.read_text(encoding="utf-8")
    new = re.sub(f"(?s){BEGIN}\n.*?{END}", lambda _: f"{BEGIN}\n{table()}{END}", old)
    DOCUMENT.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
