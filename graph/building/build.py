"""Contributions of reports + who is who → the graph: pure functions, which ingestion uses part by part.

Confidence of a fact: 1 - ∏(1 - c) over the passages that say it, c being how sure extraction was of each, so that
independent witnesses add up; rounded to three digits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from extractor.folding import fold
from extractor.ontology import ontology
from extractor.records import Record
from graph.building.claims import Attribute, Claim, Contribution, Figure, Reference, ReportInfo
from graph.building.contribute import contribute
from graph.building.figures import figure_order
from graph.building.kinds import said_by_name
from graph.building.packing import pack
from graph.identity.resolution import Identity, Mention, Resolution, resolve
from graph.model import Edge, EdgeKey, Evidence, Graph, Node, Value, node_id

# What thousands of reports say alike (an award's contest, a law's issuer) keeps so many claims as evidence, the latest
# first, and the number of all as ``witnesses``: else adding a report would cost more with every report there is.
WITNESSES = 100
# How often each (attributes, report year) is said of an edge.
Said: TypeAlias = Mapping[tuple[tuple[tuple[str, Attribute], ...], int | None], int]


class Told(NamedTuple):
    """A claim with its ends known: which edge it is, in which report year, with its evidence."""

    key: EdgeKey
    claim: Claim
    year: int | None
    evidence: tuple[Evidence, ...]


def build(reports: Iterable[tuple[ReportInfo, Sequence[Record]]]) -> Graph:
    """The graph of these reports: every printed name resolved over all of them."""
    contributions = [contribute(info, records) for info, records in reports]
    mentions = sorted({mention for made in contributions for mention in made.mentions})
    links = sorted({link for made in contributions for link in made.links})
    return assemble(contributions, resolve(mentions, links))


def assemble(contributions: Iterable[Contribution], resolution: Resolution) -> Graph:
    """The graph of contributions under a resolution."""
    ordered = sorted(contributions, key=lambda made: made.report.id)
    nodes: dict[str, Node] = {}
    told: dict[EdgeKey, list[Told]] = defaultdict(list)
    for made in ordered:
        nodes.update({node.id: node for node in made.nodes})
        for item in tell(made, resolution.identities.__getitem__):
            told[item.key].append(item)
        for figure, properties in made.figures.items():
            node = figure_node(figure, properties, resolution.identities.__getitem__)
            same = nodes.get(node.id, node)
            nodes[node.id] = min(node, same, key=lambda one: figure_order(one.properties))
    for identity in {identity_id(i): i for i in resolution.identities.values()}.values():
        node = identity_node(identity)
        nodes[node.id] = node
    edges = {key: merge_told(key, items) for key, items in told.items()}
    kept = {end for key in edges for end in (key.source, key.target)}
    return Graph({id_: node for id_, node in nodes.items() if id_ in kept or node.label == "Report"}, edges)


def identity_id(identity: Identity) -> str:
    """The node id of an identity."""
    return node_id(identity.label, identity.key)


def identity_node(identity: Identity) -> Node:
    """The node of an identity, with what its own name says of it."""
    properties: dict[str, Value] = dict(said_by_name(identity.label, identity.name))
    if identity.label == "Policy":  # its number is another name of it
        for alias in sorted(identity.aliases):
            properties = {**said_by_name(identity.label, alias), **properties}
    aliases = tuple(sorted({*identity.aliases} - {identity.name}))
    return Node(identity_id(identity), identity.label, identity.name, aliases, properties)


def figure_node(figure: Figure, properties: Mapping[str, Value], who: Callable[[Mention], Identity]) -> Node:
    """The node of an observation; its name is the figure as printed."""
    return Node(reference_id(figure, who), "Observation", str(properties["text"]), (), properties)


def reference_id(reference: Reference, who: Callable[[Mention], Identity]) -> str:
    """The node id that a reference stands for."""
    if isinstance(reference, str):
        return reference
    if isinstance(reference, Figure):
        return figure_id(reference_id(reference.subject, who), reference.key)
    return identity_id(who(reference))


def figure_id(subject: str, key: Sequence[str]) -> str:
    """The node id of an observation of the node ``subject``."""
    return node_id("Observation", "|".join((subject, *key)))


def tell(made: Contribution, who: Callable[[Mention], Identity]) -> Iterable[Told]:
    """A contribution's claims with their ends known; those the ontology does not allow, or loops, are left out."""
    for claim in made.claims:
        key = claim_key(claim, who)
        if key is not None:
            evidence = tuple(made.evidence[passage] for passage in claim.passages)
            yield Told(key, claim, made.report.year, evidence)


def claim_key(claim: Claim, who: Callable[[Mention], Identity]) -> EdgeKey | None:
    """The edge a claim speaks of, None when its ends are one or not of the right labels once they are known."""
    return allowed_key(claim.type, reference_id(claim.head, who), reference_id(claim.tail, who), dict(claim.attributes))


def allowed_key(type_: str, source: str, target: str, attributes: Mapping[str, object]) -> EdgeKey | None:
    """The key of an edge between two nodes, None when the ontology does not allow it or they are one."""
    known = ontology().relations[type_]
    if source == target or not known.allows(id_label(source), id_label(target)):
        return None
    if known.symmetric and source > target:
        source, target = target, source
    return EdgeKey(type_, source, target, tuple(str(attributes.get(name, "")) for name in known.key))


def id_label(id_: str) -> str:
    """The label that a node's id begins with."""
    return _LABELS[id_.split("-", 1)[0]]


_LABELS = {name.lower(): name for name in ontology().labels}


def merge_told(key: EdgeKey, items: Iterable[Told]) -> Edge:
    """One edge from all that is told of it, whatever the order."""
    told = sorted(items, key=told_order)
    return merged_edge(key, Counter((item.claim.attributes, item.year) for item in told), told[:WITNESSES], len(told))


def told_order(told: Told) -> tuple[int, str, str, float]:
    """The order of witnesses: the latest year's first. (SQL in ``graph.building.desired`` sorts the same way.)"""
    return -(told.year or 0), pack(told.claim.passages), pack(told.claim.attributes), -told.claim.confidence


def merged_edge(key: EdgeKey, said: Said, kept: Sequence[Told], count: int) -> Edge:
    """One edge from what all claims say, by attributes and year, and those of the ``count`` claims that are kept."""
    properties: dict[str, Value] = {}
    values: dict[str, list[tuple[int, Attribute]]] = defaultdict(list)
    for (attributes, year), times in said.items():
        for name, value in attributes:
            values[name] += [(year or 0, value)] * times
    for name in sorted(values):
        properties.update(_merged(name, values[name]))
    if key.type not in _UNDATED:
        properties["years"] = sorted({year for _, year in said if year is not None})
        sure: dict[str, float] = {}
        for item in kept:
            passage = item.evidence[0].passage
            sure[passage] = max(sure.get(passage, 0.0), item.claim.confidence)
        properties["confidence"] = _together(sure[passage] for passage in sorted(sure))
    if count > len(kept):
        properties["witnesses"] = count
    evidence = tuple(sorted({e for item in kept for e in item.evidence}, key=_evidence_order))
    return Edge(key, properties, evidence)


_UNDATED = {"PART_OF", "IN_REPORT", "MENTIONED_IN"}


def _evidence_order(item: Evidence) -> tuple[str, int, int, str]:
    return (item.document, item.page or 0, item.line or 0, item.passage)


def _together(confidences: Iterable[float]) -> float:
    doubt = 1.0
    for confidence in confidences:
        doubt *= 1.0 - confidence
    return round(1.0 - doubt, 3)


def _merged(name: str, present: Sequence[tuple[int, Attribute]]) -> dict[str, Value]:
    """One property from all (report year, value): lists are joined, texts put side by side, numbers that differ
    are both kept: the latest year's as the property, all of them as ``<name>_all``.
    """
    if any(isinstance(value, tuple) for _, value in present):
        listed = (v if isinstance(v, tuple) else (v,) for _, v in present)
        return {name: sorted({str(item) for items in listed for item in items})}
    distinct = {value for _, value in present if not isinstance(value, tuple)}
    if len(distinct) == 1:
        return {name: next(iter(distinct))}
    if all(isinstance(value, (int, float)) for value in distinct):
        latest = max(year for year, _ in present)
        counts = Counter(value for year, value in present if year == latest and isinstance(value, (int, float)))
        best = min(counts, key=lambda value: (-counts[value], value))
        return {name: best, f"{name}_all": sorted(v for v in distinct if isinstance(v, (int, float)))}
    return {name: "；".join(sorted({fold(str(value)) for value in distinct}))}
