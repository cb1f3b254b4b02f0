"""The statements that write a graph, and its pieces in the sizes that they take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from extractor.ontology import ontology
from graph.model import Edge, Node

_BATCH = 2000
_T = TypeVar("_T")


def schema(held: Iterable[str] = ()) -> Iterator[str]:
    """The statements that make constraints and indexes; constraints whose names are ``held`` are there already."""
    present = set(held)
    for label in ontology().labels:
        if f"{label.lower()}_id" not in present:
            yield f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            yield f"CREATE INDEX {label.lower()}_name IF NOT EXISTS FOR (n:{label}) ON (n.name)"


def stored_types() -> list[str]:
    """The relationship types that a store holds."""
    return [known.name for known in ontology().relations.values() if not known.record_only]


def upsert_nodes(label: str) -> str:
    """Puts ``$rows`` (see node_row) in place, each known by its id."""
    return f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n = row"


def create_nodes(label: str) -> str:
    """Writes ``$rows`` where nothing is yet."""
    return f"UNWIND $rows AS row CREATE (n:{label}) SET n = row"


def upsert_edges(type_: str, source: str, target: str) -> str:
    """Puts ``$rows`` (``a``, ``b``: ids of the ends, ``p``: see edge_row) in place."""
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{id: row.a}}) MATCH (b:{target} {{id: row.b}}) "
        f"MERGE (a)-[r:{type_} {{id: row.p.id}}]->(b) SET r = row.p"
    )


def create_edges(type_: str, source: str, target: str) -> str:
    """Writes ``$rows`` where no edge is yet."""
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{id: row.a}}) MATCH (b:{target} {{id: row.b}}) "
        f"CREATE (a)-[r:{type_}]->(b) SET r = row.p"
    )


def by_label(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    """Nodes by label; ValueError for one that the ontology does not have."""
    grouped: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.label not in ontology().labels:
            raise ValueError(f"node {node.id}: the ontology has no label {node.label}")
        grouped[node.label].append(node)
    return grouped


def by_ends(edges: Iterable[Edge], labels: Mapping[str, str]) -> dict[tuple[str, str, str], list[Edge]]:
    """Edges by type and their ends' labels; ValueError for a type that the ontology does not have."""
    grouped: dict[tuple[str, str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.key.type not in ontology().relations:
            raise ValueError(f"edge {edge.key}: the ontology has no type {edge.key.type}")
        grouped[edge.key.type, labels[edge.key.source], labels[edge.key.target]].append(edge)
    return grouped


def batches(rows: Sequence[_T]) -> Iterator[list[_T]]:
    """Rows in pieces that one statement takes."""
    for start in range(0, len(rows), _BATCH):
        yield list(rows[start : start + _BATCH])
