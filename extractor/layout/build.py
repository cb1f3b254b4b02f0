"""Pages → a Document: each page sorted and let go, then the report read as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractor.document import Box, Document, PageInfo, Passage, ReportMeta, Table
from extractor.layout.assemble import assemble
from extractor.layout.contents import read_contents
from extractor.layout.flow import flow_of
from extractor.layout.frontmatter import report_meta
from extractor.layout.furniture import furniture
from extractor.layout.sheet import Sheet, sheet_of
from extractor.layout.tables import rounded
from extractor.reading.page import Page, seen

# Front matter is looked for among so many blocks.
FRONT = 12


def build_document(pages: Iterable[Page], sha256: str) -> Document:
    """Read the layout of a report's pages; ``sha256`` is the digest of the file they come from.

    Pages are taken one by one and may come from any reader. A page that was not read keeps its status and why.
    """
    sheets = [sheet_of(page) for page in pages]
    heads = furniture(sheets)
    listed = read_contents(
        [
            (
                sheet.number,
                [(at, line) for at, line in enumerate(sheet.lines) if at not in heads.get(sheet.number, ())],
            )
            for sheet in sheets
        ]
    )
    dropped = {
        sheet.number: heads.get(sheet.number, frozenset()) | listed.lines.get(sheet.number, frozenset())
        for sheet in sheets
    }
    flow = flow_of(sheets, dropped)
    blocks = as_seen(assemble(flow, listed.entries), sheets)
    return Document(sha256, _meta(sheets, blocks), blocks, tuple(_info(sheet) for sheet in sheets), listed.entries)


def as_seen(blocks: Sequence[Passage | Table], sheets: Sequence[Sheet]) -> tuple[Passage | Table, ...]:
    """The blocks with the boxes of pages that were turned to be read put back onto the pages as they are seen."""
    turned = {
        sheet.number: Page(sheet.number, sheet.width, sheet.height, turned=sheet.turned)
        for sheet in sheets
        if sheet.turned
    }
    if not turned:
        return tuple(blocks)

    def back(box: Box | None, page: int | None) -> Box | None:
        return rounded(seen(box, turned[page])) if box is not None and page in turned else box

    out: list[Passage | Table] = []
    for block in blocks:
        if isinstance(block, Passage):
            spans = tuple(replace(span, box=back(span.box, span.page)) for span in block.spans)
            out.append(replace(block, spans=spans))
            continue
        rows = tuple(
            replace(
                row,
                box=back(row.box, row.page),
                cells=tuple(replace(cell, box=back(cell.box, cell.page)) for cell in row.cells),
            )
            for row in block.rows
        )
        span = block.caption_span
        out.append(replace(block, rows=rows, caption_span=span and replace(span, box=back(span.box, span.page))))
    return tuple(out)


def _meta(sheets: Sequence[Sheet], blocks: Sequence[Passage | Table]) -> ReportMeta:
    """What the first page with text and the tables of the front matter (key and value in a row) say."""
    first = next((sheet for sheet in sheets if sheet.lines), None)
    if first is None:
        return ReportMeta()
    pairs: dict[str, str] = {}
    for table in (block for block in blocks[:FRONT] if isinstance(block, Table)):
        if table.number is None and not any(table.header):
            for row in table.rows:
                texts = [text for text in row.texts if text]
                if len(texts) >= 2:
                    pairs.setdefault(texts[-2], texts[-1])
    return report_meta([line.text for line in first.lines], pairs)


def _info(sheet: Sheet) -> PageInfo:
    width, height = sheet.width, sheet.height
    if sheet.turned in (90, 270):
        width, height = height, width
    status = sheet.status
    if status == "read" and not sheet.lines and not sheet.parts and not sheet.pictures:
        status = "empty"
    return PageInfo(sheet.number, round(width, 1), round(height, 1), status, sheet.why)
