"""What was ingested, how much of each report was read, and the facts one should look at twice."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.building.state import open_state
from graph.explorer.app import answer, library
from graph.explorer.faults import Missing
from graph.explorer.index import Unsure
from graph.explorer.scope import reports_within, saved_scope
from graph.explorer.views import page as add_page
from graph.ingesting.editions import all_editions

if TYPE_CHECKING:
    from flask import Flask

    from graph.storage.store import Store
    from graph.workspace import Workspace

MOST_UNSURE = 200


def register(app: Flask) -> None:
    """Put these pages on the application."""
    add_page(app, "/reports", index, "reports")
    add_page(app, "/reports/<id_>", report, "report")


def index() -> Any:
    """All reports with their editions; within a saved scope, those that name it."""
    editions = _editions()
    store = library().store()
    if scope := saved_scope(store):
        within = reports_within(store, scope)
        editions = [entry for entry in editions if entry["id"] in within]
    return answer("reports.html", {"reports": editions})


def report(id_: str) -> Any:
    """One report: editions, unread pages, what it says by kind of fact, and its unsure facts."""
    editions = [entry for entry in _editions() if entry["id"] == id_]
    store = library().store()
    known = store.read("MATCH (r:Report {id: $id}) RETURN properties(r) AS p", {"id": id_}).rows
    if not known:
        raise Missing(
            "没有这份报告；它可能已被撤回。", f"{id_[:100]}: there is no such report", "it may have been withdrawn"
        )
    told = _told(store, id_)
    unsure = unsure_facts({passage for passage, *_ in told}, library().index().unsure)
    counts = Counter(scope for _, scope, _, _ in told).most_common()
    properties = {name: value for name, value in known[0][0].items() if name not in {"id", "folded", "aliases"}}
    data: dict[str, Any] = {"id": id_, "properties": properties, "editions": editions, "scopes": counts}
    in_force = next((entry for entry in editions if entry["in_force"]), None)
    data["coverage"] = coverage(told, in_force["listed"] if in_force else [])
    data.update(unsure=unsure[:MOST_UNSURE], unsure_total=len(unsure))
    return answer("report.html", data)


def _told(store: Store, id_: str) -> list[tuple[Any, ...]]:
    """A report's passages as (id, scope, table, case): one look through them, kept as long as the graph is as it is."""
    kept = library().index().kept
    key = f"passages of {id_}"
    if key not in kept:
        statement = "MATCH (p:Passage) WHERE p.report = $id RETURN p.id AS id, p.scope AS s, p.table AS t, p.case AS c"
        kept[key] = store.read(statement, {"id": id_}).rows
    found: list[tuple[Any, ...]] = kept[key]
    return found


class Coverage(NamedTuple):
    """How many tables or cases were read, and how many the report's own contents pages list (None: it has none)."""

    zh: str
    en: str
    found: int
    listed: int | None
    missing: list[str]


def coverage(told: Sequence[Sequence[Any]], listed: Sequence[Sequence[Any]]) -> list[Coverage]:
    """Tables and cases against the report's own lists of them.

    ``told``: passages as (id, scope, table, case); ``listed``: (kind, number, title) each.
    """
    made = []
    for place, kind, zh, en in ((2, "table", "表格", "tables"), (3, "case", "案例", "cases")):
        found = {passage[place] for passage in told if passage[place] is not None}
        entries = [(number, title) for of_kind, number, title in listed if of_kind == kind]
        lost = [title[:40] for number, title in entries if number is not None and number not in found]
        made.append(Coverage(zh, en, len(found), len(entries) if entries else None, lost))
    return made


def unsure_facts(passages: Collection[str], unsure: Sequence[Unsure]) -> list[Unsure]:
    """Those of the facts of low confidence that one of a report's passages tells, the least sure first."""
    return [one for one in unsure if not set(one.passages).isdisjoint(passages)]


def _editions() -> list[dict[str, Any]]:
    workspace = library().workspace
    if not workspace.state.exists():
        return []
    with open_state(workspace.state) as state:
        found = all_editions(state)
    return [
        {
            "id": edition.info.id,
            "title": edition.info.title,
            "year": edition.info.year,
            "region": edition.info.region,
            "level": edition.info.level,
            "issuer": edition.info.issuer,
            "edition": edition.info.edition,
            "in_force": edition.in_force,
            "file": edition.reading.file,
            "pages": edition.reading.pages,
            "unread": [list(entry) for entry in edition.reading.unread],
            "passages": edition.reading.passages,
            "relations": edition.reading.relations,
            "listed": [list(entry) for entry in edition.reading.listed],
            "ingested": _ingested(workspace, edition.reading.digest),
        }
        for edition in found
    ]


def _ingested(workspace: Workspace, digest: str) -> str:
    """The day and minute a file's records were written, "" when they are gone."""
    try:
        written = (workspace.records / f"{digest}.json").stat().st_mtime
    except OSError:
        return ""
    return datetime.datetime.fromtimestamp(written).strftime("%Y-%m-%d %H:%M")
