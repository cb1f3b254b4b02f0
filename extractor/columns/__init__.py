"""A table → records: names, relations and figures by what its columns hold, never by its number.

>>> from extractor.columns import table_records

One record a row: its text is the row's cells joined by tabs; caption and header stand beside it and are part of
its evidence, so an honour or a contest that only the caption names is an entity without ``start``.
"""

from __future__ import annotations

from dataclasses import replace

from extractor.columns.captions import Caption, read_caption
from extractor.columns.figures import read_facts
from extractor.columns.rows import read_row
from extractor.columns.typing import Column, type_columns
from extractor.document import Document, Row, Table
from extractor.records import Record

__all__ = ["records_of_table", "table_records"]

# A cell's own tabs would be read as borders between cells; a blank keeps every character's place.
_LONGEST_CELL = 4000  # characters: a list of some two hundred names
_LONGEST_CAPTION = 300
_TAB = str.maketrans({"\t": " "})


def table_records(document: Document) -> list[Record]:
    """A record for each row of each table of the document, in reading order."""
    records: list[Record] = []
    for table in document.tables:
        records.extend(records_of_table(table, document))
    return records


def records_of_table(table: Table, document: Document) -> list[Record]:
    """A record for each row of one table; rows of other widths are cut or filled to the header's."""
    width = max([len(table.header), *(len(row.cells) for row in table.rows)], default=0)
    header = [*table.header, *[""] * (width - len(table.header))]
    rows = [[*(text.translate(_TAB) for text in row.texts), *[""] * (width - len(row.cells))] for row in table.rows]
    caption = read_caption(table.caption[:_LONGEST_CAPTION], document.meta.region)
    header = [word[:_LONGEST_CAPTION] for word in header]
    columns = type_columns(header, [[_names_of(cell) for cell in row] for row in rows], caption)
    return [_record(table, row, cells, columns, caption, document) for row, cells in zip(table.rows, rows, strict=True)]


def _names_of(cell: str) -> str:
    """The cell as it is searched for names: one that is a text of its own holds none, and keeps its width."""
    return cell if len(cell) <= _LONGEST_CELL else " " * len(cell)


def _record(  # noqa: PLR0917
    table: Table, row: Row, cells: list[str], columns: list[Column], caption: Caption, document: Document
) -> Record:
    """One row's record, with what it says."""
    meta = document.meta
    owner = caption.holder or (meta.issuer if meta.level in {"校", "企业"} else "")
    names = [_names_of(cell) for cell in cells]
    found = read_row(names, columns, caption, region=meta.region, owner=owner)
    facts = read_facts(names, columns, caption, caption.holder or caption.scope or owner or meta.region)
    away = {owner} if owner and not caption.holder else set()
    text = "\t".join(cells)
    return Record(
        text=text,
        kind="table_row",
        document=document.sha256,
        page=row.page,
        bbox=row.box and (row.box.x0, row.box.top, row.box.x1, row.box.bottom),
        line=row.line,
        section=table.section,
        table=table.number,
        case=table.case,
        caption=table.caption,
        header=table.header,
        # The owner that only the cover names stands outside the passage.
        entities=tuple(e for e in found.entities if e.start is not None or e.name not in away),
        relations=tuple(replace(r, across=True) if {r.head, r.tail} & away else r for r in found.relations),
        facts=tuple(facts),
    )
