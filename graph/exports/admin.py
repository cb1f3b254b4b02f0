"""CSV files in the form of ``neo4j-admin database import``, with the command that imports them.

Types stand in the headers. Where a property has several types among the rows of a label or relationship type, the
rows go into several files, so that 10 stays an integer and 9.5 a number. Rows are those of the store
(:mod:`graph.storage.rows`), so an imported database is one that ``zhitu`` can use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from graph.model import Graph
from graph.storage.rows import edge_row, node_row, passages_of
from graph.storage.writing import schema

# Between the items of a list: a character that no text has.
DELIMITER = "\x1f"
_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}


def write_admin(graph: Graph, folder: Path) -> list[str]:
    """Write the files, ``import.args`` and ``schema.cypher`` into ``folder``; the arguments of the import."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [f"--array-delimiter=U+{ord(DELIMITER):04X}", "--multiline-fields=true", "--legacy-style-quoting=false"]
    nodes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, node in sorted(graph.nodes.items()):
        nodes[node.label].append(node_row(node))
    for label, rows in sorted(nodes.items()):
        for name in _write(folder, f"nodes-{label}", rows, {"id": "id:ID"}):
            arguments.append(f"--nodes={label}={folder / name}")
    passages = passages_of(graph.nodes.values())
    edges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, edge in sorted(graph.edges.items()):
        edges[key.type].append({":START_ID": key.source, ":END_ID": key.target, **edge_row(edge, passages)})
    for type_, rows in sorted(edges.items()):
        for name in _write(folder, f"relationships-{type_}", rows, {":START_ID": ":START_ID", ":END_ID": ":END_ID"}):
            arguments.append(f"--relationships={type_}={folder / name}")
    (folder / "import.args").write_text("".join(f"{argument}\n" for argument in arguments), encoding="utf-8")
    (folder / "schema.cypher").write_text("".join(f"{line};\n" for line in schema()), encoding="utf-8")
    return arguments


def _write(folder: Path, stem: str, rows: list[dict[str, Any]], special: Mapping[str, str]) -> Iterable[str]:
    """One file for the rows of each set of types; their names."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name, value in row.items():
            kinds[name].add(_kind(value))
    mixed = sorted(name for name, found in kinds.items() if len(found - {""}) > 1)
    parts: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        parts[tuple(_kind(row.get(name)) for name in mixed)].append(row)
    for number, (_, part) in enumerate(sorted(parts.items())):
        name = f"{stem}{f'-{number + 1}' if len(parts) > 1 else ''}.csv"
        columns = sorted({column for row in part for column in row}, key=lambda c: (c not in special, c))
        types = {column: max(_kind(row.get(column)) for row in part) or "string" for column in columns}
        with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(",".join(special.get(c, f"{c}:{types[c]}") for c in columns) + "\n")
            for row in part:
                file.write(",".join(_cell(row.get(column)) for column in columns) + "\n")
        yield name


def _kind(value: Any) -> str:
    """The header's type of a value; empty for none (an empty list has no type of its own and is left out)."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return _TYPES[type(value[0])] + "[]"
    return _TYPES[type(value)]


def _cell(value: Any) -> str:
    """A cell: nothing for no value, text always quoted, so that an empty text is not taken for none."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = DELIMITER.join(str(item) for item in value)
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)
