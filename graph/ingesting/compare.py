"""Two years side by side: what is new, what goes on, what is no longer said, and how figures changed.

"未再出现" says that a report of the later year came and does not say it; it does not say that the thing ended. Where no
such report came, that is said instead, and a figure that is not told is 未填报, never 0. A fact of a school that was
renamed goes on under the new name. Changes and percentages are derived here; no report says them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from extractor.folding import fold
from extractor.ontology import ontology
from graph.building.claims import place_key
from graph.model import Edge, EdgeKey, Evidence, Graph, Node

Status = Literal["新增", "延续", "未再出现", "前年未收报告", "后年未收报告"]
FigureStatus = Literal["可比", "前年未填报", "后年未填报", "数据不一致"]
Series = tuple[str, str, str]  # region, level, issuer: whose yearly report it is


class Change(NamedTuple):
    """A relationship in two years. ``note`` tells of renames; ``evidence`` is both years'."""

    status: Status
    type: str
    source: str
    target: str
    detail: str
    note: str
    evidence: tuple[Evidence, ...]


class Told(NamedTuple):
    """One value of a year. ``stated``: the text tells the year; else it is the report's."""

    value: float | int | None
    text: str
    report: str
    stated: bool


class FigureChange(NamedTuple):
    """A figure in two years; ``change`` and ``percent`` are derived, and only where both years tell one value."""

    status: FigureStatus
    subject: str
    indicator: str
    group: str
    unit: str
    earlier: tuple[Told, ...]
    later: tuple[Told, ...]
    change: float | int | None
    percent: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it. ``missing``: (year, report series) whose report of one of the years did not come."""

    changes: tuple[Change, ...] = ()
    figures: tuple[FigureChange, ...] = ()
    missing: tuple[tuple[int, Series], ...] = ()


@dataclass(slots=True)
class _Years:
    """The reports of the two years, and who each thing is today."""

    graph: Graph
    earlier: int
    later: int
    series: dict[str, Series] = field(default_factory=dict)
    year_of: dict[str, int] = field(default_factory=dict)
    came: dict[int, set[Series]] = field(default_factory=lambda: defaultdict(set))
    successor: dict[str, str] = field(default_factory=dict)

    def today(self, id_: str) -> str:
        """The node that a thing goes on as, through renames; a circle of renames ends where it began to repeat."""
        seen = {id_}
        while (following := self.successor.get(id_, id_)) not in seen:
            seen.add(following)
            id_ = following
        return id_

    def name(self, id_: str) -> str:
        return self.graph.nodes[id_].name


def compare(graph: Graph, earlier: int, later: int, *, name: str = "", type_: str = "") -> Comparison:
    """What changed between two years. ``name``: only of things whose name or alias has it; ``type_``: only one type."""
    years = _years(graph, earlier, later)
    every = {series for came in years.came.values() for series in came}
    missing = [(year, one) for year in (earlier, later) for one in sorted(every - years.came[year])]
    wanted = _named(years, name) if name else None
    changes = _changes(years, wanted, type_)
    figures = _figures(years, wanted) if type_ in ("", "HAS_OBSERVATION") else []
    return Comparison(tuple(changes), tuple(figures), tuple(missing))


def relation_type(text: str) -> str:
    """The relationship type that ``text`` names, in English or Chinese; "" when none does."""
    return next((r.name for r in ontology().relations.values() if text in (r.name, r.zh)), "")


def _years(graph: Graph, earlier: int, later: int) -> _Years:
    years = _Years(graph, earlier, later)
    for node in graph.nodes.values():
        if node.label == "Report" and isinstance(year := node.properties.get("year"), int):
            said = [str(node.properties.get(key) or "") for key in ("region", "level", "issuer")]
            series = (place_key(said[0]), said[1], said[2])
            years.series[node.id], years.year_of[node.id] = series, year
            if year in (earlier, later):
                years.came[year].add(series)
    for key in sorted(graph.edges):
        if key.type == "RENAMED_TO":
            years.successor.setdefault(key.source, key.target)
    return years


def _named(years: _Years, name: str) -> set[str]:
    """The things, as they are today, that have ``name`` as part of a name they have or had."""
    folded = fold(name)
    fitting = (n for n in years.graph.nodes.values() if any(folded in fold(text) for text in (n.name, *n.aliases)))
    return {years.today(node.id) for node in fitting if not _is_provenance(node)}


def _is_provenance(node: Node) -> bool:
    return node.label in {"Passage", "Section", "Report", "Observation", "Indicator"}


def _changes(years: _Years, wanted: set[str] | None, type_: str) -> list[Change]:
    grouped: dict[tuple[str, ...], list[Edge]] = defaultdict(list)
    types = ontology().relations
    for key, edge in years.graph.edges.items():
        if types[key.type].provenance or (type_ and key.type != type_):
            continue
        ends = (years.today(key.source), years.today(key.target))
        if wanted is None or wanted & set(ends):
            grouped[(key.type, *(ends if key.type != "RENAMED_TO" else key[1:3]), *_lasting(key))].append(edge)
    found = [change for group in grouped.values() if (change := _change(years, group)) is not None]
    return sorted(found, key=lambda c: (c.type, _ORDER[c.status], c.source, c.target, c.detail))


_ORDER = {status: n for n, status in enumerate(("新增", "延续", "未再出现", "前年未收报告", "后年未收报告"))}


def _lasting(key: EdgeKey) -> tuple[str, ...]:
    """What keeps two edges of one pair apart over the years: all key attributes but the year itself."""
    names = ontology().relations[key.type].key
    return tuple(value for name, value in zip(names, key.key, strict=True) if name != "year")


def _change(years: _Years, edges: list[Edge]) -> Change | None:
    """One fact in two years, from all edges that are it under whatever name."""
    said: dict[int, set[Series]] = defaultdict(set)
    evidence: list[Evidence] = []
    for edge in edges:
        for item in edge.evidence:
            year = years.year_of.get(item.document)
            if year in (years.earlier, years.later):
                said[year].add(years.series[item.document])
                evidence.append(item)
    if not said:
        return None
    status = _status(years, said)
    edge = max(edges, key=lambda e: (max(_report_years(e), default=0), e.key))
    source, target = (years.today(end) for end in (edge.key.source, edge.key.target))
    if edge.key.type == "RENAMED_TO":
        source, target = edge.key.source, edge.key.target
    ends = {years.name(end) for e in edges for end in (e.key.source, e.key.target)} - {
        years.name(source), years.name(target),
    }  # fmt: skip
    note = f"曾用名 {'、'.join(sorted(ends))}" if ends and edge.key.type != "RENAMED_TO" else ""
    detail = "、".join(
        str(v) for k, v in sorted(edge.properties.items()) if k in {"role", "kind", "status", "mode"} and v
    )
    return Change(status, edge.key.type, years.name(source), years.name(target), detail, note, tuple(evidence))


def _report_years(edge: Edge) -> list[int]:
    listed = edge.properties.get("years")
    return [year for year in listed if isinstance(year, int)] if isinstance(listed, (list, tuple)) else []


def _status(years: _Years, said: Mapping[int, set[Series]]) -> Status:
    """Gone or new only where the report that could say it came; else the gap is told."""
    if years.earlier in said and years.later in said:
        return "延续"
    if years.later in said:
        return "新增" if said[years.later] & years.came[years.earlier] else "前年未收报告"
    return "未再出现" if said[years.earlier] & years.came[years.later] else "后年未收报告"


def _figures(years: _Years, wanted: set[str] | None) -> list[FigureChange]:
    values: dict[tuple[str, str, str], dict[int, set[Told]]] = defaultdict(lambda: defaultdict(set))
    indicator = {k.source: k.target for k in years.graph.edges if k.type == "OF_INDICATOR"}
    for key, edge in years.graph.edges.items():
        if key.type != "HAS_OBSERVATION" or (wanted is not None and years.today(key.source) not in wanted):
            continue
        seen = years.graph.nodes[key.target]
        stated = seen.properties.get("year")
        for report in sorted({item.document for item in edge.evidence}):
            year = stated if isinstance(stated, int) else years.year_of.get(report)
            if year in (years.earlier, years.later):
                number = seen.properties.get("value")
                value = number if isinstance(number, (int, float)) else None
                told = Told(value, str(seen.properties.get("text") or ""), report, isinstance(stated, int))
                thing = (years.today(key.source), indicator[key.target], str(seen.properties.get("group") or ""))
                values[thing][year].add(told)
    return sorted(_figure(years, thing, by_year) for thing, by_year in values.items())


def _figure(years: _Years, thing: tuple[str, str, str], by_year: Mapping[int, set[Told]]) -> FigureChange:
    subject, indicator, group = thing
    earlier, later = (tuple(sorted(by_year.get(y, ()), key=str)) for y in (years.earlier, years.later))
    node = years.graph.nodes[indicator]
    unit = str(node.properties.get("unit") or "")
    status: FigureStatus = "可比"
    change: float | int | None = None
    percent: float | None = None
    if not earlier or not later:
        status = "后年未填报" if earlier else "前年未填报"
    elif any(
        len({told.value if told.value is not None else told.text for told in side}) > 1 for side in (earlier, later)
    ):
        status = "数据不一致"
    else:
        before, after = earlier[0].value, later[0].value
        if before is not None and after is not None:
            change = round(after - before, 6)
            percent = round(100 * change / before, 2) if before and "%" not in unit else None
    return FigureChange(status, years.name(subject), node.name, group, unit, earlier, later, change, percent)


def titles(graph: Graph, reports: Iterable[str]) -> list[str]:
    """Reports as a reader knows them: year and title."""
    found = []
    for report in dict.fromkeys(reports):
        node = graph.nodes.get(report)
        if node is not None:
            found.append(f"{node.properties.get('year') or ''} {node.name}".strip())
    return found
