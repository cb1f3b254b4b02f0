"""The façade: a report's file → its document and its extraction records, one pass, no state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extractor.document import Box, Document, Passage, Table
from extractor.records import Record


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one report's file holds: the document as read, and its records in reading order."""

    document: Document
    records: tuple[Record, ...]


def extract(path: Path, *, password: str | None = None) -> Extraction:
    """Read the report at ``path`` and extract names, relations and figures from its prose and tables.

    Raises :class:`~extractor.errors.InputError` for a file that cannot be read at all; pages that could not
    be read are told by ``document.unread``.
    """
    from extractor.reading import read_document

    document = read_document(path, password=password)
    return Extraction(document, records_of(document))


def records_of(document: Document) -> tuple[Record, ...]:
    """The records of a document in reading order: table rows by their columns, passages by the language stage.

    The language stage sees the rows too, at their place: a name that a table holds in full is known in the prose.
    """
    from extractor.columns import records_of_table
    from extractor.language import annotate

    records: list[Record] = []
    for block in document.blocks:
        if isinstance(block, Table):
            records.extend(records_of_table(block, document))
        else:
            records.append(passage_record(block, document.sha256))
    return tuple(annotate(records))


def passage_record(passage: Passage, document: str) -> Record:
    """The bare record of a passage of ``document`` (its digest): text and place, nothing found in it yet."""
    spans = passage.spans
    return Record(
        text=passage.text,
        kind=passage.kind,
        document=document,
        page=passage.page,
        bbox=_corners(passage.box),
        line=spans[0].line if spans else None,
        section=passage.section,
        case=passage.case,
        spans=tuple((s.start, s.end, s.page, _corners(s.box)) for s in spans) if len(spans) > 1 else (),
    )


def _corners(box: Box | None) -> tuple[float, float, float, float] | None:
    return (box.x0, box.top, box.x1, box.bottom) if box else None
