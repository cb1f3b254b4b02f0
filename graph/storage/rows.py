"""Graph ↔ what a Bolt server keeps: nodes and relationships as rows of properties, and back again without loss.

A node keeps its properties beside ``id``, ``name`` and ``aliases``; a relationship keeps its own beside ``id`` (a
hash of its key) and ``evidence`` (passage ids). Three properties are the store's own and never in a dump:
``folded`` on a node (its names in folded form, one a line, for search), ``scopes`` on a relationship (the scopes of
its evidence, so that questions can ask for lists only), and ``witness`` on it: JSON of evidence that its Passage nodes
alone do not give back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from extractor.folding import fold
from extractor.ontology import ontology
from graph.model import Edge, EdgeKey, Evidence, Node, Value, edge_key

# Labels whose names nobody searches for by name.
UNNAMED = frozenset({"Passage", "Section", "Observation"})
_NODE_OWN = frozenset({"id", "name", "aliases", "folded"})
_EDGE_OWN = frozenset({"id", "evidence", "scopes", "witness"})


def edge_id(key: EdgeKey) -> str:
    """A short hash of what makes the edge one."""
    text = "\0".join((key.type, key.source, key.target, *key.key))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def label_of(id_: str) -> str:
    """The label that a node id begins with (see :func:`graph.model.node_id`); ``KeyError`` for another kind of id."""
    return _LABELS[id_.rsplit("-", 1)[0]]


_LABELS = {name.lower(): name for name in ontology().labels}


def node_row(node: Node) -> dict[str, Any]:
    """The node's properties as the server keeps them; ``ValueError`` for a property name that is the store's own."""
    clash = _NODE_OWN & node.properties.keys()
    if clash:
        raise ValueError(f"node {node.id}: property {sorted(clash)[0]} is the store's own")
    row: dict[str, Any] = {"id": node.id, "name": node.name, "aliases": sorted(node.aliases)}
    if node.label not in UNNAMED:
        row["folded"] = "\n".join(fold(name) for name in (node.name, *sorted(node.aliases)))
    row.update(_kept(node.properties))
    return row


def row_node(label: str, row: Mapping[str, Any]) -> Node:
    """The node that :func:`node_row` made ``row`` of."""
    properties = {name: value for name, value in row.items() if name not in _NODE_OWN}
    return Node(row["id"], label, row["name"], tuple(row.get("aliases") or ()), properties)


class Held(NamedTuple):
    """What a Passage node gives back: itself as evidence, and its scope."""

    evidence: Evidence
    scope: str


def edge_row(edge: Edge, passages: Mapping[str, Held]) -> dict[str, Any]:
    """The relationship's properties. ``passages``: what each Passage node gives back, as far as known here."""
    clash = _EDGE_OWN & edge.properties.keys()
    if clash:
        raise ValueError(f"edge {edge.key}: property {sorted(clash)[0]} is the store's own")
    row: dict[str, Any] = {"id": edge_id(edge.key), **_kept(edge.properties)}
    row["evidence"] = sorted({item.passage for item in edge.evidence if item.passage})
    held = {id_: passages[id_] for id_ in row["evidence"] if id_ in passages}
    row["scopes"] = sorted({passage.scope for passage in held.values() if passage.scope})
    more = [item for item in edge.evidence if item.passage not in held or held[item.passage].evidence != item]
    if more:
        row["witness"] = json.dumps([list(item) for item in sorted(more, key=repr)], ensure_ascii=False)
    return row


def row_edge(type_: str, source: str, target: str, row: Mapping[str, Any], passages: Mapping[str, Held]) -> Edge:
    """The edge that :func:`edge_row` made ``row`` of."""
    properties = {name: value for name, value in row.items() if name not in _EDGE_OWN}
    key = edge_key(type_, source, target, properties, ontology().relations[type_].key)
    told = [_evidence(item) for item in json.loads(row["witness"])] if row.get("witness") else []
    named = {item.passage for item in told}
    held = [passages[id_].evidence for id_ in row.get("evidence") or () if id_ not in named and id_ in passages]
    return Edge(key, properties, tuple(held + told))


def held_passage(row: Mapping[str, Any]) -> Held:
    """What a Passage node with these properties gives back."""
    bbox = row.get("bbox")
    evidence = Evidence(
        document=row.get("report") or "",
        page=row.get("page"),
        bbox=(bbox[0], bbox[1], bbox[2], bbox[3]) if bbox else None,
        text=row.get("text") or "",
        line=row.get("line"),
        passage=row["id"],
    )
    return Held(evidence, row.get("scope") or "")


def passages_of(nodes: Iterable[Node]) -> dict[str, Held]:
    """What each Passage among ``nodes`` gives back, by its id."""
    return {n.id: held_passage({"id": n.id, **n.properties}) for n in nodes if n.label == "Passage"}


def _evidence(item: list[Any]) -> Evidence:
    document, page, bbox, text, line, passage = item
    return Evidence(document, page, tuple(bbox) if bbox else None, text, line, passage)


def _kept(properties: Mapping[str, Value]) -> dict[str, Any]:
    """Properties a server can hold: none without a value, numbers of a list of one kind."""
    kept: dict[str, Any] = {}
    for name, value in properties.items():
        if value is None:
            continue
        if isinstance(value, (list, tuple)):
            mixed = any(isinstance(v, float) for v in value) and not all(isinstance(v, float) for v in value)
            kept[name] = [float(v) for v in value] if mixed else list(value)
        else:
            kept[name] = value
    return kept
