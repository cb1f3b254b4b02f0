"""Small reports for tests of ingestion: a file of JSON that a stand-in for the extractor reads."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from extractor.document import Document, PageInfo, ReportMeta
from extractor.errors import Damaged
from extractor.extract import Extraction
from extractor.records import from_json
from graph.model import Delta, Graph


def write_report(path: Path, *said: tuple[str, str, str], year: int = 2023, **more: Any) -> Path:
    """A file that says of schools which enterprises they work with: ``said`` are (school, type, other) triples."""
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = {
        "title": "岚川市职业教育质量年度报告",
        "year": year,
        "region": "岚川市",
        "issuer": "岚川市教育局",
        "level": "区",
    }
    meta.update({key: more.pop(key) for key in list(more) if key in {"published", "region", "title"}})
    path.write_text(json.dumps({"meta": meta, "said": said, **more}, ensure_ascii=False), encoding="utf-8")
    return path


def extract(path: Path, *, password: str | None = None) -> Extraction:
    """The stand-in for the extractor's façade."""
    data = path.read_bytes()
    try:
        told = json.loads(data)
    except ValueError as error:
        raise Damaged(path, "is cut short", "get it again") from error
    labels = {"LEADS": "Alliance", "COOPERATES_WITH": "Enterprise", "RENAMED_TO": "School", "ALIAS_OF": "School"}
    records = tuple(
        from_json(
            {
                "text": f"{head}、{tail}、{type_}。",
                "page": number,
                "entities": [{"name": head, "label": "School"}, {"name": tail, "label": labels[type_]}],
                "relations": [{"head": head, "type": type_, "tail": tail}],
                "facts": [{"subject": head, "metric": "在校生", "value": "100", "unit": "人"}],
            }
        )
        for number, (head, type_, tail) in enumerate(told["said"], 1)
    )
    pages = tuple(
        PageInfo(n, 595, 842, "unread", told.get("why", "it is broken; print it anew")) for n in told.get("unread", ())
    )
    digest = hashlib.sha256(data).hexdigest()
    return Extraction(Document(digest, ReportMeta(**told["meta"]), (), pages), records)


class MemoryStore:
    """A store in memory, with what loading needs; counts what it was asked."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.replaced = 0
        self.applied: list[Delta] = []

    def replace(self, graph: Graph) -> None:
        self.graph = graph
        self.replaced += 1

    def apply(self, delta: Delta) -> None:
        nodes = {id_: node for id_, node in self.graph.nodes.items() if id_ not in delta.removed_nodes}
        edges = {key: edge for key, edge in self.graph.edges.items() if key not in delta.removed_edges}
        nodes.update({node.id: node for node in delta.nodes})
        edges.update({edge.key: edge for edge in delta.edges})
        self.graph = Graph(nodes, edges)
        self.applied.append(delta)

    def reports(self) -> set[str]:
        return {node.id for node in self.graph.nodes.values() if node.label == "Report"}
