"""The graph's own types: nodes, edges with evidence, and the whole; and the dump, which is their file form.

A graph is a value: building, merging and storing hand over :class:`Graph`, never loose dicts. Edges are keyed
by (type, source, target and the ontology's key attributes), so one fact is one edge however many passages say it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

Value: TypeAlias = "str | int | float | bool | list[str] | list[int] | list[float] | None"


class Evidence(NamedTuple):
    """The passage that says it. ``document`` is the report's id, ``passage`` that node's id; ``bbox`` in points."""

    document: str
    page: int | None
    bbox: tuple[float, float, float, float] | None
    text: str
    line: int | None = None
    passage: str = ""


class EdgeKey(NamedTuple):
    """What makes an edge one: type, ends, and the values of the ontology's key attributes in their order."""

    type: str
    source: str
    target: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One real thing (or one passage of a report). ``aliases`` are the other printed forms, sorted."""

    id: str
    label: str
    name: str
    aliases: tuple[str, ...] = ()
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """One fact, with every passage that says it."""

    key: EdgeKey
    properties: Mapping[str, Value] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by id, edges by key."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: Mapping[EdgeKey, Edge] = field(default_factory=dict)


def node_id(label: str, key: str) -> str:
    """``label`` and a short hash of the identity key in normal form: depends on content alone."""
    digest = hashlib.sha256(f"{label}\0{key}".encode()).hexdigest()
    return f"{label.lower()}-{digest[:16]}"


def dump_lines(graph: Graph) -> Iterator[str]:
    """The dump, a JSON object a line, sorted: nodes by id, then edges by key. Equal graphs, equal lines."""
    for _, node in sorted(graph.nodes.items()):
        yield _line(
            {
                "node": node.id,
                "labels": [node.label],
                "name": node.name,
                "aliases": sorted(node.aliases),
                "properties": _sorted(node.properties),
            }
        )
    for key, edge in sorted(graph.edges.items()):
        yield _line(
            {
                "edge": key.type,
                "from": key.source,
                "to": key.target,
                "properties": _sorted(edge.properties),
                "evidence": [_evidence_json(item) for item in sorted(edge.evidence, key=_evidence_order)],
            }
        )


def load_lines(lines: Iterable[str], key_attributes: Mapping[str, tuple[str, ...]]) -> Graph:
    """A graph from its dump. ``key_attributes``: the ontology's key attributes by relationship type.

    Raises ``ValueError`` or ``KeyError`` for a line that is none of a dump.
    """
    nodes: dict[str, Node] = {}
    edges: dict[EdgeKey, Edge] = {}
    for line in lines:
        if not line.strip():
            continue
        data = json.loads(line)
        if "node" in data:
            node = Node(data["node"], data["labels"][0], data["name"], tuple(data["aliases"]), data["properties"])
            nodes[node.id] = node
        else:
            properties = data["properties"]
            key = edge_key(data["edge"], data["from"], data["to"], properties, key_attributes.get(data["edge"], ()))
            evidence = tuple(
                Evidence(
                    e["document"], e["page"], tuple(e["bbox"]) if e["bbox"] else None, e["text"],
                    e.get("line"), e.get("passage", ""),
                )
                for e in data["evidence"]
            )  # fmt: skip
            edges[key] = Edge(key, properties, evidence)
    return Graph(nodes, edges)


def edge_key(
    type_: str, source: str, target: str, properties: Mapping[str, Value], attributes: tuple[str, ...]
) -> EdgeKey:
    """The key of an edge with these properties, by the ontology's key ``attributes`` of its type."""
    return EdgeKey(type_, source, target, tuple(str(properties.get(name, "")) for name in attributes))


def _evidence_json(item: Evidence) -> dict[str, Any]:
    data: dict[str, Any] = {
        "document": item.document,
        "page": item.page,
        "bbox": list(item.bbox) if item.bbox else None,
        "text": item.text,
    }
    if item.line is not None:
        data["line"] = item.line
    if item.passage:
        data["passage"] = item.passage
    return data


def _evidence_order(item: Evidence) -> tuple[str, int, int, tuple[float, ...], str, str]:
    return (item.document, item.page or 0, item.line or 0, item.bbox or (), item.text, item.passage)


def _sorted(properties: Mapping[str, Value]) -> dict[str, Value]:
    return {name: properties[name] for name in sorted(properties) if properties[name] is not None}


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Delta:
    """What changes one graph into another: nodes and edges to put in place (new or altered), ids and keys to remove."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    removed_nodes: tuple[str, ...] = ()
    removed_edges: tuple[EdgeKey, ...] = ()


def difference(old: Graph, new: Graph) -> Delta:
    """The delta that turns ``old`` into ``new``; every part sorted, so that equal inputs give equal deltas."""
    return Delta(
        nodes=tuple(node for id_, node in sorted(new.nodes.items()) if old.nodes.get(id_) != node),
        edges=tuple(edge for key, edge in sorted(new.edges.items()) if old.edges.get(key) != edge),
        removed_nodes=tuple(sorted(old.nodes.keys() - new.nodes.keys())),
        removed_edges=tuple(sorted(old.edges.keys() - new.edges.keys())),
    )
