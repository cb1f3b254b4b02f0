"""What several formats share: which nodes and edges are facts, how values become text that XML can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractor.ontology import ontology
from graph.model import Edge, Graph, Node

PROVENANCE_LABELS = frozenset({"Report", "Section", "Passage"})
# XML 1.0 has no place for these, and Excel refuses them too.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def facts(graph: Graph) -> Iterator[Edge]:
    """The edges that state facts, in order: not those that only say where something stands."""
    known = ontology().relations
    for key, edge in sorted(graph.edges.items()):
        if not known[key.type].provenance or key.type in {"HAS_OBSERVATION", "OF_INDICATOR"}:
            yield edge


def things(graph: Graph) -> Iterator[Node]:
    """The nodes that are things of the world, by id: no reports, sections, passages."""
    for _, node in sorted(graph.nodes.items()):
        if node.label not in PROVENANCE_LABELS:
            yield node


def text_of(value: Any) -> str:
    """A property as text: lists joined, nothing for no value."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "；".join(text_of(item) for item in value)
    return str(value)


def without_controls(text: str) -> str:
    """``text`` without the characters that XML and spreadsheets refuse."""
    return _CONTROL.sub("", text)


def report_names(graph: Graph) -> Mapping[str, str]:
    """Report id → title."""
    return {node.id: node.name for node in graph.nodes.values() if node.label == "Report"}
