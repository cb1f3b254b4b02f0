"""Records of one report → its :class:`~graph.building.claims.Contribution`: mentions, links, claims, figures, cases."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.folding import fold
from extractor.ontology import ontology
from extractor.records import Record, Relation
from graph.building.claims import Attribute, Claim, Contribution, Figure, ReportInfo, claim_mentions
from graph.building.figures import bare_metric, figure_order, indicator_node, read_figure, subject_of
from graph.building.provenance import case_node, trace
from graph.identity.fitting import fits
from graph.identity.resolution import ALIAS, RENAME, Link, Mention
from graph.model import Node, Value

# Which end of a relation holds the other: what is known by its name *and* its holder (ontology.md, "identity").
_HELD_TAIL = {
    "OPERATES": {"Base"},
    "DEVELOPED": {"Course", "Textbook", "Achievement", "Project"},
    "ISSUED": {"Policy"},
}
_HELD_HEAD = {"WORKS_AT": {"Person"}, "AFFILIATED_TO": {"Organization"}}
_LEADING_YEAR = re.compile(r"^(?:19|20)\d{2}(?:[-至](?:19|20)?\d{2,4})?(?:学年|年度|年)?度?")
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(slots=True)
class _Report:
    """One report while it is read: which label a printed name has, and who holds it."""

    info: ReportInfo
    labels: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[tuple[str, str], str] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)
    figures: dict[Figure, dict[str, Value]] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)


def contribute(info: ReportInfo, records: Sequence[Record]) -> Contribution:
    """All that one report's records add to the graph; depends on nothing but its arguments."""
    made = trace(info, records)
    report = _Report(info, _labels(records), _holders(records))
    for record, passages in zip(records, made.passages, strict=True):
        _Reader(report, record, passages).read()
    _read_figures(report, records, made.passages)
    _read_cases(report, records, made.passages)
    # A name met on the way that no claim or link speaks of (an award before its contest is known) is no mention.
    mentions = {end for claim in report.claims for end in claim_mentions(claim)}
    links = {*report.links, *fits(mentions)}
    return Contribution(
        report=info,
        nodes=tuple({**made.nodes, **report.nodes}.values()),
        evidence=made.evidence,
        mentions=frozenset(mentions | {end for link in links for end in (link.one, link.other)}),
        links=tuple(sorted(links)),
        claims=tuple(dict.fromkeys([*made.claims, *report.claims])),
        figures=report.figures,
    )


def _labels(records: Iterable[Record]) -> dict[str, str]:
    """Each folded name's label in this report: the most frequent, ties by code point."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for entity in record.entities:
            if entity.refers_to is None:
                counts[fold(entity.name)][entity.label] += 1
    return {name: min(found, key=lambda label: (-found[label], label)) for name, found in counts.items()}


def _holders(records: Iterable[Record]) -> dict[tuple[str, str], str]:
    """The one holder a held name has in this report, by (label, folded name); names with several are left out."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        labels = {fold(e.name): e.label for e in record.entities if e.refers_to is None}
        for name, label, holder in _held(record, labels):
            found[(label, fold(name))].add(holder)
    return {key: next(iter(holders)) for key, holders in found.items() if len({fold(h) for h in holders}) == 1}


def _held(record: Record, labels: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """(held name, its label, its holder) of each relation of a record that tells a holder."""
    for relation in record.relations:
        tail, head = labels.get(fold(relation.tail), ""), labels.get(fold(relation.head), "")
        if tail in _HELD_TAIL.get(relation.type, ()):
            yield relation.tail, tail, relation.head
        elif head in _HELD_HEAD.get(relation.type, ()) and (
            relation.type != "AFFILIATED_TO" or _is_school(labels, relation)
        ):
            yield relation.head, head, relation.tail


def _is_school(labels: Mapping[str, str], relation: Relation) -> bool:
    return labels.get(fold(relation.tail)) == "School"


def _award_holders(relations: Iterable[Relation]) -> set[str]:
    """Folded names of the awards that a contest is given for: they are known together with it."""
    return {fold(r.tail) for r in relations if r.type == "RECEIVED" and r.attributes.get("at")}


@dataclass(slots=True)
class _Reader:
    """One record while it is read: its own names' labels and holders, over those of the report."""

    report: _Report
    record: Record
    passages: tuple[str, ...]
    local: dict[str, str] = field(init=False)
    held: dict[tuple[str, str], set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.local = {fold(e.name): e.label for e in self.record.entities if e.refers_to is None}
        self.held = defaultdict(set)
        for name, label, holder in _held(self.record, self.local):
            self.held[(label, fold(name))].add(holder)

    def read(self) -> None:
        """Mentions, links and relations of the record."""
        for (label, folded), holders in sorted(self.held.items()):
            printed = next(e.name for e in self.record.entities if fold(e.name) == folded)
            first, *rest = sorted({fold(h): h for h in sorted(holders, reverse=True)}.values(), key=_fold_order)
            for other in rest:
                self._link(self.mention(label, printed, first), self.mention(label, printed, other))
        awards = _award_holders(self.record.relations)
        for entity in self.record.entities:
            if entity.refers_to is not None and entity.label == "Policy":
                self._numbered(entity.name, entity.refers_to)
            if entity.refers_to is not None or (entity.label == "Award" and fold(entity.name) in awards):
                continue
            if (mention := self.of(entity.name)) is not None:
                self._note(mention, entity.name, entity.start)
        for relation in self.record.relations:
            self._relation(relation)

    def mention(self, label: str, name: str, holder: str = "") -> Mention:
        """A name of this report."""
        return Mention(label, name, self.report.info.id, holder, self.report.info.region)

    def of(self, name: str, default: str = "") -> Mention | None:
        """The mention of a printed name of this record, else of this report; None when it is no known name."""
        folded = fold(name)
        label = self.local.get(folded) or self.report.labels.get(folded) or default
        if not folded or not label:
            return None
        if label == "Award":
            name = _LEADING_YEAR.sub("", name).strip() or name
        if holders := self.held.get((label, folded)):
            return self.mention(label, name, min(holders, key=_fold_order))
        holder = self.report.holders.get((label, folded), "")
        if label == "Person" and not holder:
            holder = self.report.info.id  # two persons of one name, in two reports, are not known to be one
        return self.mention(label, name, holder)

    def _link(self, one: Mention, other: Mention, kind: str = ALIAS) -> None:
        if one != other:
            first, second = sorted((one, other))
            self.report.links.add(Link(first, second, self.passages[0], kind))

    def _numbered(self, number: str, name: str) -> None:
        """A document's number is another name of it."""
        document = self.of(name)
        if document is not None and document.label == "Policy":
            self._link(document, self.mention("Policy", number))

    def _note(self, mention: Mention, name: str, start: int | None) -> None:
        """MENTIONED_IN, with the characters where the name stands when they are known."""
        if start is None and (found := self.record.text.find(name)) >= 0:
            start = found
        place: dict[str, Attribute] = {} if start is None else {"start": start, "end": start + len(name)}
        self._claim("MENTIONED_IN", mention, self.passages[0], place, passages=self.passages[:1])

    def _claim(
        self, type_: str, head: Mention, tail: Mention | str, attributes: Mapping[str, Attribute], *,
        confidence: float = 1.0, passages: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        frozen = tuple(sorted(attributes.items()))
        self.report.claims.append(Claim(type_, head, tail, passages or self.passages, frozen, confidence))

    def _relation(self, relation: Relation) -> None:
        """One relation as claims; one whose ends are no known names, or not allowed, is left out."""
        head, tail = self.of(relation.head), self.of(relation.tail)
        if head is None or tail is None:
            return
        if relation.type == "ALIAS_OF":
            if head.label == tail.label:
                self._link(head, tail)
            return
        attributes = _attributes(relation)
        if relation.type == "RECEIVED" and tail.label == "Award":
            tail = self._award(relation, attributes)
        known = ontology().relations.get(relation.type)
        if known is None or known.record_only or not known.allows(head.label, tail.label) or head == tail:
            return
        if relation.type == "RENAMED_TO":
            self._link(head, tail, RENAME)
        self._claim(relation.type, head, tail, attributes, confidence=relation.confidence)

    def _award(self, relation: Relation, attributes: dict[str, Attribute]) -> Mention:
        """The award of a RECEIVED as contest + event + rank; the contest becomes AT. Takes ``at``, ``event`` out."""
        printed = relation.tail
        if "year" not in attributes and (year := _LEADING_YEAR.match(fold(printed))):
            attributes["year"] = int(year.group()[:4])
        name = _LEADING_YEAR.sub("", printed).strip() or printed
        contest = str(attributes.pop("at", "") or "")
        event = str(attributes.pop("event", "") or "")
        award = self.mention("Award", name, "|".join(part for part in (fold(contest), fold(event)) if part))
        start = next((e.start for e in self.record.entities if fold(e.name) == fold(printed)), None)
        self._note(award, printed, start)
        place = self.of(contest, "Competition") if contest else None
        if place is not None and place.label in {"Competition", "Event"}:
            self._claim("AT", award, place, {}, confidence=relation.confidence)
            if fold(contest) not in self.local:
                self._note(place, contest, None)
        return award


def _fold_order(name: str) -> tuple[str, str]:
    return fold(name), name


def _attributes(relation: Relation) -> dict[str, Attribute]:
    """A relation's attributes as edge properties: years and counts as numbers, empty ones left out."""
    found: dict[str, Attribute] = {}
    for name, value in relation.attributes.items():
        if value is None or value in ("", []):
            continue
        key = "kinds" if name == "kind" and relation.type == "COOPERATES_WITH" else name
        found[key] = _value(key, value)
    return found


def _value(key: str, value: object) -> Attribute:
    if key == "year" and (year := _YEAR.search(str(value))):
        return int(year.group())
    if key == "count" and str(value).isdigit():
        return int(str(value))
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    if key == "kinds":
        return (str(value),)
    return value if isinstance(value, (int, float, bool)) else str(value)


def _read_figures(report: _Report, records: Sequence[Record], passages: Sequence[tuple[str, ...]]) -> None:
    """Facts as observations of a name of the report, else of the report's region."""
    for record, where in zip(records, passages, strict=True):
        names = _Reader(report, record, where)
        for fact in record.facts:
            figure = read_figure(fact)
            known = names.of(fact.subject) if fact.subject else None
            subject, group = subject_of(report.info, fact, known, names.mention)
            metric = bare_metric(fact.metric, fact.subject, report.info)
            if not metric:
                continue  # a number of which nothing says what it counts
            indicator = indicator_node(metric, figure.unit)
            report.nodes[indicator.id] = indicator
            # Two values that a report gives for one thing are both kept, so the value is part of what a figure is.
            value = fold(figure.text) if figure.value is None else str(figure.value)
            node = Figure(subject, (indicator.id, str(fact.year or ""), fold(group), report.info.id, value))
            said = figure.properties(fact, group)
            report.figures[node] = min(said, report.figures.get(node, said), key=figure_order)
            report.claims += [
                Claim("HAS_OBSERVATION", subject, node, where),
                Claim("OF_INDICATOR", node, indicator.id, where),
                Claim("MENTIONED_IN", node, where[0], where[:1]),
            ]


def _read_cases(report: _Report, records: Sequence[Record], passages: Sequence[tuple[str, ...]]) -> None:
    """Case boxes as nodes, with the bodies they are about: those in the title, else the one most is said of."""
    boxes: dict[int, list[tuple[Record, tuple[str, ...]]]] = defaultdict(list)
    for record, where in zip(records, passages, strict=True):
        if record.case is not None:
            boxes[record.case].append((record, where))
    actors = set(ontology().actors)
    for number, box in sorted(boxes.items()):
        first, where = box[0]
        title = first.text if first.kind == "heading" else f"案例{number}"
        node = case_node(report.info, number, title)
        report.nodes[node.id] = node
        report.claims.append(Claim("MENTIONED_IN", node.id, where[0], where[:1]))
        for claim in _case_about(report, node.id, box, actors):
            report.claims.append(claim)


def _case_about(
    report: _Report, case: str, box: Sequence[tuple[Record, tuple[str, ...]]], actors: set[str]
) -> list[Claim]:
    title, where = box[0]
    if title.kind == "heading" and (named := [e for e in title.entities if e.label in actors and not e.refers_to]):
        found = [_Reader(report, title, where).of(e.name) for e in named]
        return [Claim("ABOUT", case, mention, where[:1]) for mention in found if mention is not None]
    heads: Counter[Mention] = Counter()
    first: dict[Mention, str] = {}
    for record, place in box:
        reader = _Reader(report, record, place)
        for relation in record.relations:
            mention = reader.of(relation.head)
            if mention is not None and mention.label == "School":
                heads[mention] += 1
                first.setdefault(mention, place[0])
    best = min(heads, key=lambda mention: (-heads[mention], mention), default=None)
    if best is None or heads[best] * 2 <= sum(heads.values()):
        return []
    return [Claim("ABOUT", case, best, (first[best],))]
