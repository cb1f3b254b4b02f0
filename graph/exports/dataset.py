"""A folder fit to cite: the dump, what it was made from and by, and a README."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from graph.exports.common import report_names
from graph.model import Graph, dump_lines


def write_dataset(
    graph: Graph,
    folder: Path,
    editions: Sequence[Mapping[str, Any]],
    versions: str,
    redirects: Sequence[tuple[str, str]] = (),
) -> None:
    """``graph.jsonl``, ``metadata.json``, ``README.md`` and ``redirects.tsv``.

    ``editions``: report id, digest and kind of each file read. ``redirects``: former and present ids. Nothing in the
    folder depends on the time or the place of writing: equal graphs give equal folders (but for the former ids).
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with (folder / "graph.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for line in dump_lines(graph):
            file.write(line + "\n")
            digest.update(line.encode() + b"\n")
    told = {
        "tool": "zhitu",
        "version": _version(),
        "made_by": dict(part.split("=", 1) for part in versions.split()),
        "graph.jsonl": {"sha256": digest.hexdigest(), "nodes": len(graph.nodes), "relationships": len(graph.edges)},
        "nodes": dict(sorted(Counter(node.label for node in graph.nodes.values()).items())),
        "relationships": dict(sorted(Counter(key.type for key in graph.edges).items())),
        "reports": [
            {"id": node.id, "title": node.name, **{k: v for k, v in sorted(node.properties.items()) if v is not None}}
            for _, node in sorted(graph.nodes.items())
            if node.label == "Report"
        ],
        "files": sorted((dict(edition) for edition in editions), key=lambda e: json.dumps(e, sort_keys=True)),
    }
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    (folder / "metadata.json").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(_readme(graph, digest.hexdigest()), encoding="utf-8")
    former = [f"{old}\t{new}\n" for old, new in redirects if new in graph.nodes]
    (folder / "redirects.tsv").write_text("former\tpresent\n" + "".join(former), encoding="utf-8")


def _version() -> str:
    try:
        return metadata.version("zhitu")
    except metadata.PackageNotFoundError:
        return "not installed"


def _readme(graph: Graph, digest: str) -> str:
    reports = "\n".join(f"- {name}" for name in sorted(report_names(graph).values()))
    return f"""# A knowledge graph of vocational-education quality reports

{len(graph.nodes)} nodes and {len(graph.edges)} relationships, read by zhitu {_version()} from these reports:

{reports}

- `graph.jsonl`: one JSON object a line, nodes by id, then relationships; every relationship carries the passages that
  say it (`evidence`: report, page, box in PDF points from the top left, text). SHA-256 `{digest}`.
- `metadata.json`: versions of the tool, its ontology and its knowledge; digests of the files read; counts.
- `redirects.tsv`: ids that a thing had in earlier editions of this data, and what it is now.

Load it again with `zhitu import graph.jsonl`. The sentences in it are the reports' own; ask their issuers before
publishing them. To cite: the reports, zhitu with its version, and the digest above.
"""
