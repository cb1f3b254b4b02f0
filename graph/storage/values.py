"""What the driver hands over → plain Python that JSON, CSV and a table can hold, the same from both servers."""

from __future__ import annotations

from typing import Any

from graph.storage.rows import label_of

# The store's own properties, which no answer shows.
_HIDDEN = {"folded", "scopes", "witness"}


def plain(value: Any) -> Any:
    """A node is its properties and ``label``, a relationship with ``type``, a path a list, a date its ISO text."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, Node):
        return {"label": _label(value), **_shown(value)}
    if isinstance(value, Relationship):
        return {"type": value.type, **_shown(value)}
    if isinstance(value, Path):
        steps: list[Any] = [plain(value.nodes[0])]
        for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
            steps += [plain(relationship), plain(node)]
        return steps
    if isinstance(value, (list, tuple)) and not hasattr(value, "srid"):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if hasattr(value, "srid"):
        return list(value)
    return value


def _label(node: Any) -> str:
    labels = sorted(node.labels)
    if len(labels) > 1 and isinstance(node.get("id"), str):
        return label_of(node["id"])
    return labels[0] if labels else ""


def _shown(entity: Any) -> dict[str, Any]:
    return {name: plain(entity[name]) for name in sorted(entity.keys()) if name not in _HIDDEN}
