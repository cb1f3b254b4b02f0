"""Passages as pages show them: where each stands, and its text in three parts, the sentence in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graph.explorer.content import Fact, Thing, facts_of_all
from graph.explorer.faults import Missing
from graph.questions.citing import Witness, witnesses
from graph.storage.store import Store


@dataclass(frozen=True, slots=True)
class Source:
    """A witness as the page shows it. ``box``: its place on the page as the picture's address wants it."""

    witness: Witness
    report: str
    year: int | None
    box: str
    before: str
    sentence: str
    after: str

    @property
    def citation(self) -> str:
        """What is copied with the fact."""
        year = f"（{self.year}年）" if self.year and str(self.year) not in self.witness.report else ""
        return f"《{self.witness.report}》{year}{where_of(self.witness)}"


def where_of(witness: Witness) -> str:
    """A passage's page or line as a citation ends; "" where neither is known."""
    if witness.page:
        return f"，第{witness.page}页"
    return f"，第{witness.line}行" if witness.line else ""


def sources(store: Store, found: Iterable[Witness]) -> list[Source]:
    """The witnesses with their places."""
    told = list(found)
    where = _places(store, [witness.passage for witness in told])
    return [_source(witness, where.get(witness.passage, {})) for witness in told]


def passage_source(store: Store, id_: str, names: Sequence[str]) -> Source:
    """One passage, the sentence that says most of ``names`` marked; :class:`Missing` when there is none."""
    found = witnesses(store, [[id_]], [list(names)])[0]
    if not found:
        gone = "its report may have been replaced; search again"
        raise Missing(
            "没有这处原文；它的报告可能已被新版取代，请重新检索。", f"{id_[:100]}: there is no such passage", gone
        )
    return sources(store, found)[0]


def named_in(store: Store, id_: str) -> list[Thing]:
    """What a passage names."""
    statement = (
        "MATCH (p:Passage {id: $id})<-[:MENTIONED_IN]-(n) "
        "RETURN DISTINCT n.id AS id, labels(n)[0] AS label, n.name AS name ORDER BY label, name"
    )
    rows = store.read(statement, {"id": id_}, limit=200).rows
    return [Thing(*row) for row in rows if row[1] not in {"Observation", "Passage", "Section"}]


def facts_from(store: Store, id_: str, among: Iterable[Thing]) -> list[Fact]:
    """The facts that a passage bears, between things that it names."""
    found, _ = facts_of_all(store, among, limit=200, passage=id_)
    return sorted(found, key=lambda f: (f.type, f.source.name, f.target.name, f.id))


def said_of(store: Store, subject: Thing, most: int) -> list[Witness]:
    """Passages that name a thing, in the reports' order."""
    statement = (
        f"MATCH (n:{subject.label} {{id: $id}})-[:MENTIONED_IN]->(p:Passage) "
        "RETURN DISTINCT p.id AS id, p.report AS report, p.page AS page, p.line AS line ORDER BY report, page, line"
    )
    ids = [[row[0]] for row in store.read(statement, {"id": subject.id}, limit=most).rows]
    told = witnesses(store, ids, [[subject.name, *subject.aliases]] * len(ids))
    return [found[0] for found in told if found]


def _places(store: Store, ids: list[str]) -> dict[str, dict[str, Any]]:
    statement = (
        "UNWIND $ids AS id MATCH (p:Passage {id: id}) OPTIONAL MATCH (r:Report {id: p.report}) "
        "RETURN p.id AS id, p.report AS report, p.bbox AS bbox, r.year AS year"
    )
    return {row["id"]: row for row in store.read(statement, {"ids": ids}).dicts()}


def _source(witness: Witness, place: dict[str, Any]) -> Source:
    text, marked = witness.text, witness.sentence
    at = text.find(marked)
    parts = (text[:at], marked, text[at + len(marked) :]) if at >= 0 else ("", text, "")
    box = ",".join(f"{side:g}" for side in place.get("bbox") or ())
    return Source(witness, place.get("report") or "", place.get("year"), box, *parts)
