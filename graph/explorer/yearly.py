"""Two years of one thing side by side, by the rules of :mod:`graph.ingesting.compare`, on what the store has around it.

A fact is 未再出现 only where a report of the same series came in the later year; where none came, that is said. What
was said of a thing under a former name goes on under the new one. Differences are derived, and marked so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractor.ontology import ontology
from graph.explorer.content import Fact, Measure, Thing, facts_of_all, measures_of
from graph.ingesting.compare import Change, Comparison, FigureChange, Status, compare
from graph.model import Edge, EdgeKey, Evidence, Graph, Node, edge_key
from graph.storage.store import Store

ORDER: tuple[Status, ...] = ("新增", "延续", "未再出现", "前年未收报告", "后年未收报告")
_RENAMES = 6  # followed in a row


class Series(NamedTuple):
    """Reports that follow each other year by year."""

    region: str
    level: str
    issuer: str
    title: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The ingested reports: series → year → report id; and all as nodes."""

    by_series: Mapping[Series, Mapping[int, str]]
    nodes: Sequence[Node]

    @property
    def years(self) -> list[int]:
        """All years that some report is of."""
        return sorted({year for reports in self.by_series.values() for year in reports})


@dataclass(frozen=True, slots=True)
class Years:
    """What changed, with what a page needs to link it: names → things, figures → (thing, edge), reports → year."""

    changes: Mapping[Status, Sequence[Change]]
    figures: Sequence[FigureChange]
    missing: Sequence[tuple[int, Series]]
    things: Mapping[str, Thing]
    edges: Mapping[tuple[str, str, str, str, str], tuple[str, str]]
    year_of: Mapping[str, int]

    def edge(self, change: FigureChange, report: str, text: str) -> tuple[str, str]:
        """The thing and the edge that bear one value of a figure; ("", "") where they are not told apart."""
        return self.edges.get((change.indicator, change.group, change.unit, report, text), ("", ""))


def shelf(store: Store) -> Shelf:
    """Which reports of which years there are."""
    statement = (
        "MATCH (r:Report) RETURN r.id AS id, r.name AS name, r.region AS region, r.level AS level, "
        "r.issuer AS issuer, r.year AS year ORDER BY region, level, issuer, year"
    )
    by_series: dict[Series, dict[int, str]] = {}
    keys: dict[tuple[str, str, str], Series] = {}
    nodes = []
    for id_, name, region, level, issuer, year in store.read(statement).rows:
        key = (region or "", level or "", issuer or "")
        nodes.append(Node(id_, "Report", name, (), dict(zip(Series._fields, key, strict=False)) | {"year": year}))
        if year:
            by_series.setdefault(keys.setdefault(key, Series(*key, name)), {})[year] = id_
    return Shelf(by_series, nodes)


def side_by_side(store: Store, subject: Thing, reports: Shelf, before: int, after: int) -> Years:
    """``subject``, with its former and later names, in the reports of two years."""
    chain, facts = _with_renames(store, subject)
    measures = [(thing, measure) for thing in chain for measure in measures_of(store, thing)]
    passages = {p for f in facts for p in f.passages} | {p for _, m in measures for p in m.passages}
    told = _evidence(store, passages)
    graph, edges = _graph(chain, facts, measures, reports, told)
    found: Comparison = compare(graph, before, after)
    changes: dict[Status, list[Change]] = {status: [] for status in ORDER}
    for change in found.changes:
        changes[change.status].append(change)
    # A report that is missing matters here only where some fact of this thing hangs on it.
    mine = {item.document for item in told.values()}
    missing = [
        (year, series)
        for series, by_year in reports.by_series.items()
        for year, other in ((before, after), (after, before))
        if by_year.get(other) in mine and year not in by_year
    ]
    things = {t.name: t for f in facts for t in (f.source, f.target)} | {t.name: t for t in chain}
    year_of = {node.id: year for node in reports.nodes if isinstance(year := node.properties.get("year"), int)}
    return Years(changes, found.figures, missing, things, edges, year_of)


def _with_renames(store: Store, subject: Thing) -> tuple[list[Thing], list[Fact]]:
    """The thing and what it was or became by renames, with all their facts."""
    chain, facts, fresh = {subject.id: subject}, {}, [subject]
    for _ in range(_RENAMES):
        for fact in facts_of_all(store, fresh)[0]:
            facts[fact.id] = fact
        ends = [t for f in facts.values() if f.type == "RENAMED_TO" for t in (f.source, f.target)]
        fresh = [thing for thing in {t.id: t for t in ends}.values() if thing.id not in chain]
        chain.update({thing.id: thing for thing in fresh})
        if not fresh:
            break
    return list(chain.values()), list(facts.values())


def _graph(
    chain: Sequence[Thing],
    facts: Sequence[Fact],
    measures: Sequence[tuple[Thing, Measure]],
    reports: Shelf,
    told: Mapping[str, Evidence],
) -> tuple[Graph, dict[tuple[str, str, str, str, str], tuple[str, str]]]:
    """What the store has around the thing, as a graph of its own; and where each value of a figure stands."""
    nodes = {node.id: node for node in reports.nodes}
    edges: dict[EdgeKey, Edge] = {}
    where: dict[tuple[str, str, str, str, str], tuple[str, str]] = {}
    for thing in (*chain, *(end for fact in facts for end in (fact.source, fact.target))):
        nodes.setdefault(thing.id, Node(thing.id, thing.label, thing.name))
    for fact in facts:
        properties = {**fact.attributes, "years": list(fact.years)}
        key = edge_key(fact.type, fact.source.id, fact.target.id, properties, ontology().relations[fact.type].key)
        edges[key] = Edge(key, properties, tuple(told[p] for p in fact.passages if p in told))
    for thing, one in measures:
        indicator = f"{one.indicator}\0{one.unit}"
        nodes[indicator] = Node(indicator, "Indicator", one.indicator, (), {"unit": one.unit})
        year = one.year if one.stated else None
        said = {"value": one.value, "text": one.qualifier + one.text, "year": year, "group": one.group}
        nodes[one.edge] = Node(one.edge, "Observation", one.text, (), said)
        evidence = tuple(told[p] for p in one.passages if p in told)
        for key, bears in ((EdgeKey("HAS_OBSERVATION", thing.id, one.edge), evidence),
                           (EdgeKey("OF_INDICATOR", one.edge, indicator), ())):  # fmt: skip
            edges[key] = Edge(key, {}, bears)
        for item in evidence:
            where[one.indicator, one.group, one.unit, item.document, one.qualifier + one.text] = (thing.id, one.edge)
    return Graph(nodes, edges), where


def _evidence(store: Store, passages: Iterable[str]) -> dict[str, Evidence]:
    ids = sorted(passages)
    statement = (
        "UNWIND $ids AS id MATCH (p:Passage {id: id}) "
        "RETURN p.id AS id, p.report AS report, p.page AS page, p.line AS line"
    )
    rows = store.read(statement, {"ids": ids}).rows if ids else []
    return {id_: Evidence(report or "", page, None, "", line, id_) for id_, report, page, line in rows}
