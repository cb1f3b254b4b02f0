"""The façade: a report's file → its document and its extraction records, one pass, no state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from extractor.document import Box, Document, Passage, Table
from extractor.folding import fold
from extractor.ontology import ontology
from extractor.records import Entity, Record

# Characters: of a title, of its shortest line, of what may stand beside it (（2023年度）).
_TITLE, _LINE, _YEAR = 6, 4, 12
# Whose report it is, by its level: 学校 and 公司 in it are these.
_ISSUERS = {"校": "School", "企业": "Enterprise"}


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
    annotated = annotate(records, _issuer(document))
    title = fold(document.meta.title)
    return tuple(_of_the_cover(record) if _is_title(record, title) else record for record in annotated)


def _issuer(document: Document) -> Entity | None:
    label = _ISSUERS.get(document.meta.level or "")
    return Entity(document.meta.issuer, label) if label and document.meta.issuer else None


def _is_title(record: Record, title: str) -> bool:
    """Whether a passage is the report's own title or a line of it, perhaps with its year beside it."""
    if len(title) < _TITLE or record.kind not in {"paragraph", "heading"}:
        return False
    text = fold(record.text)
    return (len(text) >= _LINE and text in title) or (title in text and len(text) <= len(title) + _YEAR)


def _of_the_cover(record: Record) -> Record:
    """The record of a title: whom and what place it names. It says no fact, and the report is no work of its issuer."""
    kept = tuple(entity for entity in record.entities if entity.label in {*ontology().actors, "Place"})
    return replace(record, entities=kept, relations=(), facts=())


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
