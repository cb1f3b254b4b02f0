"""The graph that the state wants, read out of it: whole, or what changed since a store last took it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from graph.building.build import WITNESSES, Told, identity_node, merge_told, merged_edge
from graph.building.claims import Attribute, Claim
from graph.building.figures import figure_order
from graph.building.packing import pack, unpack
from graph.building.state import State
from graph.identity.resolution import Identity
from graph.model import Delta, Edge, EdgeKey, Evidence, Graph, Node

_CLAIMS = (
    "SELECT source, type, target, key, attributes, passages, confidence, claims.report, reports.year "
    "FROM claims JOIN reports ON claims.report = reports.report WHERE source IS NOT NULL "
)
_OF_EDGE = "AND source = ? AND type = ? AND target = ? AND key = ? "
_ORDER = "ORDER BY coalesce(reports.year, 0) DESC, passages, attributes, confidence DESC LIMIT ?"
_SAID = (
    "SELECT attributes, reports.year, count(*) FROM claims JOIN reports ON claims.report = reports.report "
    "WHERE source IS NOT NULL AND source = ? AND type = ? AND target = ? AND key = ? GROUP BY attributes, reports.year"
)


def whole_graph(state: State) -> Graph:
    """The graph of all reports in force."""
    nodes = (_node(state, id_) for (id_,) in state.db.execute("SELECT id FROM nodes WHERE live ORDER BY id"))
    witness = _Witnesses(state)
    rows = state.db.execute(_CLAIMS + "ORDER BY source, type, target, key")
    edges = (_edge(tuple(edge), claims, witness) for edge, claims in groupby(rows, key=lambda row: row[:4]))
    return Graph({node.id: node for node in nodes}, {edge.key: edge for edge in edges})


def delta_since(state: State, seq: int) -> Delta:
    """What changed after transaction ``seq``: nodes and edges to put in place, ids and keys to remove."""
    nodes: list[Node] = []
    removed_nodes: list[str] = []
    for id_, live in state.db.execute("SELECT id, live FROM nodes WHERE seq > ? ORDER BY id", (seq,)).fetchall():
        if live:
            nodes.append(_node(state, id_))
        else:
            removed_nodes.append(id_)
    edges: list[Edge] = []
    removed_edges: list[EdgeKey] = []
    witness = _Witnesses(state)
    changed = "SELECT source, type, target, key, live FROM edges WHERE seq > ? ORDER BY type, source, target, key"
    for *edge, live in state.db.execute(changed, (seq,)).fetchall():
        if live:
            edges.append(_one_edge(state, tuple(edge), witness))
        else:
            removed_edges.append(EdgeKey(edge[1], edge[0], edge[2], tuple(unpack(edge[3]))))
    return Delta(tuple(nodes), tuple(edges), tuple(removed_nodes), tuple(removed_edges))


def part_of(state: State, keys: Iterable[EdgeKey]) -> Graph:
    """The part of the graph that these edges need to be read: their ends, reports, and what observations measure."""
    wanted = list(keys)
    observations = {key.target for key in wanted if key.type == "HAS_OBSERVATION"}
    measured = "SELECT target, key FROM edges WHERE live AND type = 'OF_INDICATOR' AND source = ?"
    for id_ in sorted(observations):
        wanted += [EdgeKey("OF_INDICATOR", id_, *_end(row)) for row in state.db.execute(measured, (id_,))]
    witness = _Witnesses(state)
    edges: dict[EdgeKey, Edge] = {}
    ids: set[str] = set()
    for key in wanted:
        parts = (key.source, key.type, key.target, pack(key.key))
        rows = state.db.execute(_CLAIMS + "AND source = ? AND type = ? AND target = ? AND key = ?", parts)
        edge = edges[key] = _edge(parts, rows, witness)
        ids |= {key.source, key.target, *(item.document for item in edge.evidence)}
    return Graph({id_: _node(state, id_) for id_ in sorted(ids)}, edges)


def _end(row: tuple[str, str]) -> tuple[str, tuple[str, ...]]:
    return row[0], tuple(unpack(row[1]))


def current_id(state: State, id_: str) -> str:
    """The id that a thing has now: itself, or what it was redirected to."""
    row = state.db.execute("SELECT new FROM redirects WHERE old = ?", (id_,)).fetchone()
    return str(row[0]) if row else id_


class _Witnesses:
    """Passages as evidence, read once while they are still in demand."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.of = lru_cache(maxsize=50_000)(self._read)

    def _read(self, report: str, passage: str) -> Evidence:
        query = "SELECT properties FROM own_nodes WHERE id = ? AND report = ?"
        (properties,) = self._state.db.execute(query, (passage, report)).fetchone()
        said = unpack(properties)
        bbox = tuple(said["bbox"]) if said["bbox"] else None
        return Evidence(report, said["page"], bbox, said["text"], said["line"], passage)


def _edge(edge: tuple[str, ...], claims: Iterable[tuple[Any, ...]], witness: _Witnesses) -> Edge:
    """An edge from all its claims."""
    key = _key(edge)
    return merge_told(key, _told(key, claims, witness))


def _one_edge(state: State, edge: tuple[str, ...], witness: _Witnesses) -> Edge:
    """An edge from the state; of one that very many claims make, only those that are kept as evidence are read."""
    rows = state.db.execute(_CLAIMS + _OF_EDGE + _ORDER, (*edge, WITNESSES + 1)).fetchall()
    if len(rows) <= WITNESSES:
        return _edge(edge, rows, witness)
    said = {(_attributes(text), year): times for text, year, times in state.db.execute(_SAID, edge)}
    key = _key(edge)
    return merged_edge(key, said, list(_told(key, rows[:WITNESSES], witness)), sum(said.values()))


def _key(edge: tuple[str, ...]) -> EdgeKey:
    source, type_, target, key = edge
    return EdgeKey(type_, source, target, tuple(unpack(key)))


@lru_cache(maxsize=1 << 14)
def _attributes(text: str) -> tuple[tuple[str, Attribute], ...]:
    return tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in unpack(text))


def _told(key: EdgeKey, claims: Iterable[tuple[Any, ...]], witness: _Witnesses) -> Iterator[Told]:
    for *_, attributes, passages, confidence, report, year in claims:
        where = tuple(passages[2:-2].split('","'))  # ids hold no quotes: much faster than reading JSON
        claim = Claim(key.type, key.source, key.target, where, _attributes(attributes), confidence)
        yield Told(key, claim, year, tuple(witness.of(report, passage) for passage in where))


def _node(state: State, id_: str) -> Node:
    """A node's content: a resolved name, a report's own node, or an observation."""
    query = "SELECT label, key, name, aliases FROM identities WHERE node = ?"
    if row := state.db.execute(query, (id_,)).fetchone():
        label, key, name, aliases = row
        return identity_node(Identity(label, key, name, tuple(unpack(aliases))))
    if row := state.db.execute("SELECT label, name, properties FROM own_nodes WHERE id = ?", (id_,)).fetchone():
        return Node(id_, row[0], row[1], (), unpack(row[2]))
    rows = state.db.execute("SELECT properties FROM figures WHERE node = ?", (id_,))
    properties = min((unpack(text) for (text,) in rows), key=figure_order)
    return Node(id_, "Observation", str(properties["text"]), (), properties)
