"""A report's own nodes and edges: passages, sections, cases, and where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.folding import fold
from extractor.records import Record
from graph.building.claims import Claim, ReportInfo
from graph.model import Evidence, Node, Value, node_id

# A record's kind → the scope its passage has.
SCOPES = {"table_row": "名单", "case": "案例", "caption": "图注", "footnote": "脚注"}
_NAME_LENGTH = 40


@dataclass(slots=True)
class Provenance:
    """Collects the provenance of one report while its records are walked in reading order."""

    report: ReportInfo
    nodes: dict[str, Node] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    # Passage ids of each record, the record's own first, then those of its table's caption and header.
    passages: list[tuple[str, ...]] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _tables: dict[tuple[str, str], str] = field(default_factory=dict)
    _sections: dict[tuple[str, ...], str] = field(default_factory=dict)


def trace(report: ReportInfo, records: Sequence[Record]) -> Provenance:
    """Passages, sections and their places for ``records``, which stand in reading order."""
    made = Provenance(report, nodes={report.id: report.node})
    own = [_add_passage(made, record) for record in records]
    captions = {
        fold(record.text): passage
        for record, passage in zip(reversed(records), reversed(own), strict=True)
        if record.kind == "caption"
    }
    headings = {
        (*(fold(title) for title in record.section), fold(record.text)): passage
        for record, passage in zip(reversed(records), reversed(own), strict=True)
        if record.kind == "heading"
    }
    for record, passage in zip(records, own, strict=True):
        _place(made, record, passage, headings)
        made.passages.append((passage, *_table_context(made, record, captions)))
    return made


def _add_passage(made: Provenance, record: Record, kind: str = "", text: str | None = None) -> str:
    """Put a record's passage in place; its id depends on the report, the kind, the text and the occurrence."""
    text = record.text if text is None else text
    kind = kind or record.kind
    identity = f"{made.report.id}|{kind}|{fold(text)}"
    made._seen[identity] += 1
    passage = node_id("Passage", f"{identity}|{made._seen[identity]}")
    bbox = record.bbox if kind == record.kind else None
    # A table's caption and header add to what its rows say, as a picture's caption does: answers show the row first.
    scope = "图注" if kind in {"table_caption", "table_header"} else SCOPES.get(kind, "正文")
    properties: dict[str, Value] = {
        "text": text,
        "page": record.page,
        "line": record.line if kind == record.kind else None,
        "bbox": list(bbox) if bbox else None,
        "scope": scope,
        "table": record.table,
        "case": record.case,
        "report": made.report.id,
    }
    made.nodes[passage] = Node(passage, "Passage", text[:_NAME_LENGTH], (), properties)
    made.evidence[passage] = Evidence(made.report.id, record.page, bbox, text, _line(properties), passage)
    return passage


def _line(properties: dict[str, Value]) -> int | None:
    line = properties["line"]
    return line if isinstance(line, int) else None


def _table_context(made: Provenance, record: Record, captions: dict[str, str]) -> list[str]:
    """The passages of a row's caption and header, made from the row where they have no record of their own."""
    if record.kind != "table_row":
        return []
    context = []
    for kind, text in (("table_caption", record.caption), ("table_header", "\t".join(record.header))):
        if not text.strip():
            continue
        passage = captions.get(fold(text)) if kind == "table_caption" else None
        key = (kind, f"{record.table}|{record.caption}|{fold(text)}")
        if passage is None and key not in made._tables:
            made._tables[key] = _add_passage(made, record, kind, text)
            _place(made, record, made._tables[key], {})
        context.append(passage or made._tables[key])
    return context


def _place(made: Provenance, record: Record, passage: str, headings: dict[tuple[str, ...], str]) -> None:
    """The passage's place: in its section, or straight in the report."""
    if record.section:
        section = _section(made, record.section, passage, headings)
        made.claims.append(Claim("PART_OF", passage, section, (passage,)))
    else:
        made.claims.append(Claim("IN_REPORT", passage, made.report.id, (passage,)))


def _section(made: Provenance, path: tuple[str, ...], passage: str, headings: dict[tuple[str, ...], str]) -> str:
    """The section's id; made, with its parents, when first met: its heading bears it, else its first passage."""
    folded = tuple(fold(title) for title in path)
    if folded in made._sections:
        return made._sections[folded]
    section = node_id("Section", "|".join((made.report.id, *folded)))
    made._sections[folded] = section
    made.nodes[section] = Node(section, "Section", path[-1], (), {"path": list(path)})
    witness = headings.get(folded, passage)
    if len(path) > 1:
        parent = _section(made, path[:-1], passage, headings)
        made.claims.append(Claim("PART_OF", section, parent, (witness,)))
    else:
        made.claims.append(Claim("IN_REPORT", section, made.report.id, (witness,)))
    return section


def case_node(report: ReportInfo, number: int, title: str) -> Node:
    """The node of a case box."""
    return Node(node_id("Case", f"{report.id}|{number}"), "Case", title, (), {"number": number, "title": title})
