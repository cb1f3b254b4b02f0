"""GraphML and GEXF for Gephi, yEd and others; one-mode projections and a panel as CSV for statistics."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from extractor.ontology import ontology
from graph.exports.common import facts, text_of, things, without_controls
from graph.model import Graph
from graph.tablefiles import harmless

# A projection's name → label projected, the types that tie it, the label in the middle.
PROJECTIONS = {
    "school-school-by-alliance": ("School", ("LEADS", "MEMBER_OF"), ("Alliance",)),
    "school-school-by-enterprise": ("School", ("COOPERATES_WITH",), ("Enterprise",)),
    "enterprise-enterprise-by-school": ("Enterprise", ("COOPERATES_WITH",), ("School",)),
    "enterprise-enterprise-by-alliance": ("Enterprise", ("LEADS", "MEMBER_OF"), ("Alliance",)),
    "school-school-by-program": ("School", ("OFFERS",), ("Program",)),
}


def multigraph(graph: Graph) -> Any:
    """Things and facts as a networkx multigraph; lists are joined, evidence is counted."""
    import networkx as nx

    made = nx.MultiDiGraph()
    for node in things(graph):
        values = {name: _scalar(value) for name, value in node.properties.items() if value is not None}
        names = {
            "label": without_controls(node.name),
            "kind_of_node": node.label,
            "aliases": _scalar(list(node.aliases)),
        }
        made.add_node(node.id, **{**values, **names})
    for edge in facts(graph):
        values = {name: _scalar(value) for name, value in edge.properties.items() if value is not None}
        pages = sorted({item.page for item in edge.evidence if item.page is not None})
        values |= {"type": edge.key.type, "witnesses": len(edge.evidence), "pages": text_of(pages)}
        made.add_edge(edge.key.source, edge.key.target, **values)
    _unify([data for _, data in made.nodes(data=True)])
    _unify([data for *_, data in made.edges(data=True)])
    return made


def _unify(entries: Sequence[dict[str, Any]]) -> None:
    """One type an attribute, as both formats demand: numbers together become decimal, all else text."""
    kinds: dict[str, set[type]] = defaultdict(set)
    for entry in entries:
        for name, value in entry.items():
            kinds[name].add(type(value))
    for name, found in kinds.items():
        if len(found) > 1:
            unified = float if found <= {int, float} else str
            for entry in entries:
                if name in entry:
                    entry[name] = unified(entry[name])


def write_graphml(graph: Graph, path: Path) -> None:
    """GraphML, UTF-8."""
    import networkx as nx

    nx.write_graphml_xml(multigraph(graph), str(path), encoding="utf-8", named_key_ids=True)


def write_gexf(graph: Graph, path: Path) -> None:
    """GEXF 1.2, UTF-8. Its ``kind`` of an edge means its type of drawing, so ours gets another name."""
    import networkx as nx

    made = multigraph(graph)
    for *_, data in made.edges(data=True):
        data["relation"] = data.pop("type")
        if "kind" in data:
            data["kind_of_relation"] = data.pop("kind")
        data.pop("id", None)
    nx.write_gexf(made, str(path), encoding="utf-8", version="1.2draft")


def _scalar(value: Any) -> str | int | float | bool:
    if isinstance(value, (bool, int, float)):
        return value
    return without_controls(text_of(value))


def write_projections(graph: Graph, folder: Path) -> None:
    """One CSV a projection: two ends, the weight (things shared) and their names; and ``panel.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (label, types, middles) in PROJECTIONS.items():
        rows = projection(graph, label, types, middles)
        _write_csv(folder / f"{name}.csv", ("source_id", "source", "target_id", "target", "weight", "shared"), rows)
    _write_csv(folder / "panel.csv", *panel(graph))


def projection(graph: Graph, label: str, types: Sequence[str], middles: Sequence[str]) -> list[tuple[Any, ...]]:
    """Pairs of ``label`` tied to the same thing: ids, names, weight, the shared things' names."""
    tied: dict[str, set[str]] = defaultdict(set)
    for edge in facts(graph):
        if edge.key.type in types:
            for one, other in ((edge.key.source, edge.key.target), (edge.key.target, edge.key.source)):
                if graph.nodes[one].label == label and graph.nodes[other].label in middles:
                    tied[other].add(one)
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for middle, ends in sorted(tied.items()):
        for pair in combinations(sorted(ends), 2):
            shared[pair].append(graph.nodes[middle].name)
    return [
        (a, graph.nodes[a].name, b, graph.nodes[b].name, len(names), text_of(sorted(names)))
        for (a, b), names in sorted(shared.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def panel(graph: Graph) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Organisation × year: for each actor and report year, how many facts of each type were reported.

    A year without a row means that no report of that year says anything of it, which is not a nought.
    """
    actors = set(ontology().actors)
    counts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for edge in facts(graph):
        years = edge.properties.get("years")
        for end in {edge.key.source, edge.key.target}:
            if graph.nodes[end].label in actors and isinstance(years, (list, tuple)):
                for year in years:
                    counts[end, int(year)][edge.key.type] += 1
    types = sorted({type_ for counted in counts.values() for type_ in counted})
    rows = [
        (id_, graph.nodes[id_].name, graph.nodes[id_].label, year, *(counted[type_] for type_ in types))
        for (id_, year), counted in sorted(counts.items())
    ]
    return ("id", "name", "label", "year", *types), rows


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """CSV with a byte-order mark, which Excel needs to see that it is UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
