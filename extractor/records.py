"""The extraction record: one passage with the names, relations and figures found in it.

JSON Lines, a line a passage. The format is the contract that extraction, the graph and the gold standard share;
optional keys are left out when empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractor.errors import Damaged


@dataclass(frozen=True, slots=True)
class Entity:
    """A printed name: ``text[start:end]`` of its record, or an anaphor that ``refers_to`` a name."""

    name: str
    label: str
    start: int | None = None
    end: int | None = None
    refers_to: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two printed names. ``across``: an end stands only in an earlier passage."""

    head: str
    type: str
    tail: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    across: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure: the value as printed in digits (``"1.6万"``), its unit as printed, what it counts, of whom."""

    subject: str
    metric: str
    value: str
    unit: str = ""
    year: int | None = None
    qualifier: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One passage and what was found in it. ``kind`` as in :data:`extractor.document.PassageKind`.

    ``page`` and ``bbox`` are where the passage begins; ``spans`` (start, end, page, bbox) tell the rest when it
    goes on elsewhere.
    """

    text: str
    kind: str = "paragraph"
    document: str = ""
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    line: int | None = None
    section: tuple[str, ...] = ()
    table: int | None = None
    case: int | None = None
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    facts: tuple[Fact, ...] = ()
    spans: tuple[tuple[int, int, int | None, tuple[float, float, float, float] | None], ...] = ()
    # A table row's context, which is part of its evidence: the caption and the header's cells.
    caption: str = ""
    header: tuple[str, ...] = ()


def to_json(record: Record) -> dict[str, Any]:
    """The record as the JSON object of the contract; empty optional keys are left out."""
    entities = [
        _without_defaults(
            {"name": e.name, "label": e.label, "start": e.start, "end": e.end, "refers_to": e.refers_to},
            confidence=e.confidence,
        )
        for e in record.entities
    ]
    relations = [
        _without_defaults(
            {
                "head": r.head,
                "type": r.type,
                "tail": r.tail,
                "attributes": dict(r.attributes),
                "across": r.across or None,
            },
            confidence=r.confidence,
        )
        for r in record.relations
    ]
    facts = [
        _without_defaults(
            {"subject": f.subject, "metric": f.metric, "value": f.value, "unit": f.unit, "year": f.year,
             "qualifier": f.qualifier or None, "group": f.group or None}
        )
        for f in record.facts
    ]  # fmt: skip
    optional = {
        "line": record.line,
        "table": record.table,
        "case": record.case,
        "caption": record.caption or None,
        "header": list(record.header) or None,
        "spans": [list(span) for span in record.spans] or None,
    }
    return {
        "document": record.document,
        "page": record.page,
        "bbox": list(record.bbox) if record.bbox else None,
        "section": list(record.section),
        "kind": record.kind,
        **{key: value for key, value in optional.items() if value is not None},
        "text": record.text,
        "entities": entities,
        "relations": relations,
        "facts": facts,
    }


def from_json(data: Mapping[str, Any]) -> Record:
    """A record from its JSON object; gold files need only text, entities, relations and facts.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` where a required key is missing or of the wrong kind.
    """
    return Record(
        text=str(data["text"]),
        kind=data.get("kind") or "paragraph",
        document=data.get("document") or "",
        page=data.get("page"),
        bbox=tuple(data["bbox"]) if data.get("bbox") else None,
        line=data.get("line"),
        section=tuple(data.get("section") or ()),
        table=data.get("table"),
        case=data.get("case"),
        caption=data.get("caption") or "",
        header=tuple(data.get("header") or ()),
        spans=tuple((s[0], s[1], s[2], tuple(s[3]) if s[3] else None) for s in data.get("spans") or ()),
        entities=tuple(
            Entity(e["name"], e["label"], e.get("start"), e.get("end"), e.get("refers_to"), e.get("confidence", 1.0))
            for e in data.get("entities") or ()
        ),
        relations=tuple(
            Relation(r["head"], r["type"], r["tail"], r.get("attributes") or {}, bool(r.get("across")),
                     r.get("confidence", 1.0))
            for r in data.get("relations") or ()
        ),
        facts=tuple(
            Fact(f.get("subject", ""), f.get("metric", ""), str(f["value"]), f.get("unit") or "",
                 _year(f.get("year")), f.get("qualifier") or "", f.get("group") or "")
            for f in data.get("facts") or ()
        ),
    )  # fmt: skip


def write_records(records: Iterable[Record], path: Path) -> None:
    """Write records as UTF-8 JSON Lines."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(to_json(record), ensure_ascii=False) + "\n")


def read_records(path: Path) -> Iterator[Record]:
    """Read JSON Lines of records; :class:`~extractor.errors.Damaged` names the line that is none."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield from_json(json.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise Damaged(
                    path, f"line {number} is no record ({error})", "write it anew with zhitu extract"
                ) from error


def _year(value: Any) -> int | None:
    """A year as a number; of a span (``"2022—2024"``) the last."""
    years = re.findall(r"\d{4}", str(value or ""))
    return int(years[-1]) if years else None


def _without_defaults(entry: dict[str, Any], confidence: float = 1.0) -> dict[str, Any]:
    kept = {key: value for key, value in entry.items() if value is not None}
    if confidence != 1.0:
        kept["confidence"] = round(confidence, 3)
    return kept
