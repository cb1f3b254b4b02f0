"""What the pages show, read from the store: one thing with its facts, one fact with its witnesses, search with facets.

All statements are constant texts with parameters; labels and types that stand in them come from the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from extractor.ontology import ontology
from graph.explorer.faults import Missing
from graph.questions.citing import Witness, witnesses
from graph.storage.rows import UNNAMED, label_of
from graph.storage.store import Store

# Relations that a person reads as facts; provenance is shown as evidence instead.
FACT_TYPES: tuple[str, ...] = tuple(
    name for name, relation in ontology().relations.items() if not relation.provenance and not relation.record_only
)
NAMED_LABELS: tuple[str, ...] = tuple(
    name for name in ontology().labels if name not in UNNAMED and name not in {"Report", "Indicator"}
)
# Properties every relationship has, which are not shown as attributes of the fact.
_BOOKKEEPING = frozenset({"id", "evidence", "scopes", "witness", "years", "confidence"})
UNSURE = 0.7  # facts below this confidence are listed for a second look


class Thing(NamedTuple):
    """A node as a page names it."""

    id: str
    label: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One relationship, with the thing at its other end as seen from ``subject``."""

    id: str
    type: str
    source: Thing
    target: Thing
    attributes: Mapping[str, Any]
    years: tuple[int, ...]
    confidence: float
    passages: tuple[str, ...]
    scopes: tuple[str, ...] = ()

    def other(self, id_: str) -> Thing:
        """The end that is not ``id_``."""
        return self.target if self.source.id == id_ else self.source


@dataclass(frozen=True, slots=True)
class Measure:
    """A value of an indicator of a thing; ``year`` is the year it states (``stated``), else that of the report."""

    indicator: str
    unit: str
    value: float | None
    text: str
    year: int | None
    qualifier: str
    group: str
    passages: tuple[str, ...]
    edge: str
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is said of one thing."""

    thing: Thing
    properties: Mapping[str, Any]
    facts: Mapping[str, Sequence[Fact]]
    former: tuple[Thing, ...] = ()
    later: tuple[Thing, ...] = ()
    measures: tuple[Measure, ...] = ()
    mentions: int = 0
    # Award → its contest, for awards that are told by their rank alone (一等奖).
    contests: Mapping[str, Thing] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many facts there are."""
        return sum(len(facts) for facts in self.facts.values())


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits of one page, with how many there are and the facets that narrow them: facet → value → count.

    ``facts``: how many facts each hit has. ``near``: names that are like the text where nothing has it.
    """

    hits: Sequence[Thing]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    facts: Sequence[int] = ()
    near: Sequence[Thing] = ()


class Filters(NamedTuple):
    """How a search is narrowed; empty strings and 0 do not narrow."""

    label: str = ""
    kind: str = ""
    district: str = ""
    year: int = 0
    relation: str = ""
    report: str = ""
    scope: str = ""


def thing(store: Store, id_: str) -> tuple[Thing, dict[str, Any]]:
    """The node ``id_`` and its own properties; :class:`Missing` when there is none."""
    try:
        label = label_of(id_)
    except (KeyError, IndexError):
        label = ""
    rows = store.read(f"MATCH (n:{label} {{id: $id}}) RETURN properties(n) AS p", {"id": id_}).rows if label else []
    if not rows:
        raise Missing(
            f"没有编号为 {id_[:100]} 的条目；请按名称检索。", f"{id_[:100]}: nothing has this id", "search for its name"
        )
    found = dict(rows[0][0])
    made = Thing(id_, label, found.pop("name", ""), tuple(found.pop("aliases", None) or ()))
    for own in ("id", "folded"):
        found.pop(own, None)
    return made, found


def profile(store: Store, id_: str) -> Profile:
    """All that the graph says of one thing."""
    subject, properties = thing(store, id_)
    facts: dict[str, list[Fact]] = {}
    for fact in facts_of(store, subject):
        facts.setdefault(fact.type, []).append(fact)
    renames = facts.get("RENAMED_TO", [])
    mentions = store.read(
        f"MATCH (n:{subject.label} {{id: $id}})-[:MENTIONED_IN]->(p) RETURN count(DISTINCT p) AS n", {"id": id_}
    ).rows
    return Profile(
        thing=subject,
        properties=properties,
        facts={type_: facts[type_] for type_ in FACT_TYPES if type_ in facts},
        former=tuple(fact.source for fact in renames if fact.target.id == id_),
        later=tuple(fact.target for fact in renames if fact.source.id == id_),
        measures=measures_of(store, subject),
        mentions=mentions[0][0] if mentions else 0,
        contests=contests_of(store, facts.get("RECEIVED", ())),
    )


def contests_of(store: Store, received: Iterable[Fact]) -> dict[str, Thing]:
    """The contest of each award that was received, where a report tells one."""
    ids = sorted({fact.target.id for fact in received})
    if not ids:
        return {}
    statement = (
        "UNWIND $ids AS id MATCH (a:Award {id: id})-[:AT]->(c) "
        "RETURN id, c.id AS contest, labels(c)[0] AS label, c.name AS name ORDER BY id, name"
    )
    found: dict[str, Thing] = {}
    for id_, *contest in store.read(statement, {"ids": ids}).rows:
        found.setdefault(id_, Thing(*contest))
    return found


def facts_of(store: Store, subject: Thing) -> list[Fact]:
    """Every fact with ``subject`` at one end, by type in the ontology's order, then by the other end's name."""
    order = {type_: place for place, type_ in enumerate(FACT_TYPES)}
    found = facts_of_all(store, [subject])[0]
    return sorted(found, key=lambda f: (order[f.type], f.other(subject.id).name, f.id))


def facts_of_all(
    store: Store,
    subjects: Iterable[Thing],
    types: Iterable[str] = FACT_TYPES,
    limit: int | None = None,
    passage: str = "",
) -> tuple[list[Fact], bool]:
    """Facts of ``types`` with one of ``subjects`` at an end, a query a label; and whether ``limit`` cut them.

    ``passage``: only facts that this passage bears.
    """
    by_label: dict[str, dict[str, Thing]] = {}
    for subject in subjects:
        by_label.setdefault(subject.label, {})[subject.id] = subject
    found: dict[str, Fact] = {}
    cut = False
    narrowed = "WHERE $passage IN r.evidence " if passage else ""
    for label, members in by_label.items():
        statement = (
            f"UNWIND $ids AS own MATCH (n:{label} {{id: own}})-[r:{'|'.join(types)}]-(m) {narrowed}"
            "RETURN own, type(r) AS type, properties(r) AS p, startNode(r).id AS source, m.id AS id, "
            "labels(m)[0] AS label, m.name AS name, m.aliases AS aliases"
        )
        result = store.read(statement, {"ids": sorted(members), "passage": passage}, limit=limit)
        cut = cut or result.truncated
        for own, type_, p, source, id_, other_label, name, aliases in result.rows:
            subject, other = members[own], Thing(id_, other_label, name, tuple(aliases or ()))
            ends = (subject, other) if source == own else (other, subject)
            found.setdefault(p["id"], _fact(type_, p, *ends))
    return list(found.values()), cut


def fact(store: Store, type_: str, id_: str, of: str = "") -> Fact:
    """One fact by its type and id; :class:`Missing` when there is none.

    ``of``: the id of the thing it begins at; without it all facts of the type are looked through.
    """
    if type_ not in ontology().relations:
        raise Missing(f"没有“{type_[:100]}”这种关系。", f"{type_[:100]}: there is no such relation")
    try:
        begins = label_of(of)
    except KeyError:
        begins = ""
    start = f"(a:{begins} {{id: $of}})" if begins else "(a)"
    statement = (
        f"MATCH {start}-[r:{type_}]->(b) WHERE r.id = $id RETURN properties(r) AS p, a.id AS aid, labels(a)[0] AS al, "
        "a.name AS an, b.id AS bid, labels(b)[0] AS bl, b.name AS bn"
    )
    rows = store.read(statement, {"id": id_, "of": of}).rows
    if not rows and begins:
        return fact(store, type_, id_)
    if not rows:
        gone = "its report may have been replaced; search again"
        raise Missing(
            "没有这条事实；它的报告可能已被新版取代，请重新检索。", f"{id_[:100]}: there is no such fact", gone
        )
    p, aid, al, an, bid, bl, bn = rows[0]
    return _fact(type_, p, Thing(aid, al, an), Thing(bid, bl, bn))


def measures_of(store: Store, subject: Thing) -> tuple[Measure, ...]:
    """The figures of a thing, by indicator, group and year."""
    statement = (
        f"MATCH (n:{subject.label} {{id: $id}})-[r:HAS_OBSERVATION]->(o:Observation)-[:OF_INDICATOR]->(i:Indicator) "
        "RETURN i.name AS indicator, properties(o) AS o, r.years AS years, r.evidence AS evidence, r.id AS edge"
    )
    found = [
        Measure(
            indicator=indicator,
            unit=o.get("unit") or "",
            value=o.get("value"),
            text=o.get("text") or "",
            year=o.get("year") or (max(years) if years else None),
            qualifier=o.get("qualifier") or "",
            group=o.get("group") or "",
            passages=tuple(evidence or ()),
            edge=edge,
            stated=bool(o.get("year")),
        )
        for indicator, o, years, evidence, edge in store.read(statement, {"id": subject.id}).rows
    ]
    return tuple(sorted(found, key=lambda m: (m.indicator, m.group, m.year or 0, m.text, m.edge)))


def evidence_of(store: Store, one: Fact) -> tuple[Witness, ...]:
    """The witnesses of a fact, the best one first."""
    return witnesses(store, [one.passages], [(one.source.name, one.target.name)])[0]


def _fact(type_: str, p: Mapping[str, Any], source: Thing, target: Thing) -> Fact:
    return Fact(
        id=p["id"],
        type=type_,
        source=source,
        target=target,
        attributes={name: p[name] for name in sorted(p) if name not in _BOOKKEEPING and p[name] not in (None, "", [])},
        years=tuple(sorted(p.get("years") or ())),
        confidence=float(p.get("confidence", 1.0)),
        passages=tuple(p.get("evidence") or ()),
        scopes=tuple(p.get("scopes") or ()),
    )
