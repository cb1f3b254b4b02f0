"""A table → records: names, relations and figures by what its columns hold, never by its number.

>>> from extractor.columns import table_records

One record a row: its text is the row's cells joined by tabs; caption and header stand beside it and are part of
its evidence, so an honour or a contest that only the caption names is an entity without ``start``.
"""

from __future__ import annotations

from extractor.columns.captions import read_caption
from extractor.columns.rows import read_row
from extractor.columns.typing import type_columns
from extractor.document import Document, Table
from extractor.records import Record

__all__ = ["records_of_table", "table_records"]

# A cell's own tabs would be read as borders between cells; a blank keeps every character's place.
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
    caption = read_caption(table.caption, document.meta.region)
    columns = type_columns(header, rows, caption)
    records = []
    for row, cells in zip(table.rows, rows, strict=True):
        found = read_row(cells, columns, caption, document.meta.region)
        records.append(
            Record(
                text="\t".join(cells),
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
                entities=tuple(found.entities),
                relations=tuple(found.relations),
            )
        )
    return records
