"""Answers that need the whole network: a question's edges → bridges and groups, by networkx."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = tuple[Any, ...]
# Exact betweenness up to so many nodes, from this many sampled sources beyond.
_EXACT = 1500
_SAMPLED = 300


def network(columns: Sequence[str], rows: Sequence[Row]) -> Any:
    """The undirected network of rows with ``source``, ``target``, their names and labels, and ``evidence``."""
    import networkx as nx

    made = nx.Graph()
    for row in rows:
        edge = dict(zip(columns, row, strict=True))
        for end in ("source", "target"):
            made.add_node(edge[end], name=edge[f"{end}_name"], label=edge[f"{end}_label"])
        before = made.get_edge_data(edge["source"], edge["target"], {}).get("evidence", [])
        made.add_edge(edge["source"], edge["target"], evidence=[*before, *(edge["evidence"] or [])])
    return made


def bridges(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Nodes that others are connected through: name, label, partners, betweenness, parts without it, evidence."""
    import networkx as nx

    made = network(columns, rows)
    sampled = None if len(made) <= _EXACT else _SAMPLED
    between = nx.betweenness_centrality(made, k=sampled, seed=1)
    found: list[Row] = []
    for part in nx.connected_components(made):
        inner = made.subgraph(part)
        for node in nx.articulation_points(inner):
            rest = sum(1 for _ in nx.connected_components(inner.subgraph(set(inner) - {node})))
            data = made.nodes[node]
            said = [item for _, _, edge in made.edges(node, data=True) for item in edge["evidence"]]
            found.append((data["name"], data["label"], made.degree(node), round(between[node], 4), rest, said))
    return sorted(found, key=lambda row: (-row[3], -row[2], row[0], row[1]))


def groups(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Communities by modularity: number, size, names by kind, evidence; the largest first."""
    import networkx as nx

    made = network(columns, rows)
    if not made:
        return []
    parts = nx.community.louvain_communities(_sorted(made), seed=1)
    ordered = sorted(parts, key=lambda part: (-len(part), min(part)))
    found: list[Row] = []
    for number, part in enumerate(ordered, 1):
        named: dict[str, list[str]] = {"School": [], "Enterprise": [], "": []}
        for node in part:
            data = made.nodes[node]
            named[data["label"] if data["label"] in named else ""].append(data["name"])
        said = [item for _, _, edge in made.subgraph(part).edges(data=True) for item in edge["evidence"]]
        lists = [sorted(named[label]) for label in ("School", "Enterprise", "")]
        found.append((number, len(part), *lists, said))
    return found


def _sorted(made: Any) -> Any:
    """The same network with nodes and edges in order, so that the result does not depend on the server's order."""
    import networkx as nx

    ordered = nx.Graph()
    ordered.add_nodes_from(sorted(made))
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in made.edges))
    return ordered


COMPUTED: Mapping[str, Callable[[Sequence[str], Sequence[Row]], list[Row]]] = {"bridges": bridges, "groups": groups}
