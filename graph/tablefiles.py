"""A report's tables as files a person hands on: JSON, JSON Lines, CSV and Excel.

Cells are text from an untrusted file: nothing that a spreadsheet would take for a formula is written as one.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from extractor.document import Table

# Spreadsheets read a cell that begins so as a formula (CSV has no types: an apostrophe makes it text).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$")
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def table_object(table: Table) -> dict[str, Any]:
    """The contract's object: number, caption, header, rows, pages."""
    return {
        "number": table.number,
        "caption": table.caption,
        "header": list(table.header),
        "rows": [list(row.texts) for row in table.rows],
        "pages": list(table.pages),
    }


def json_text(tables: Iterable[Table]) -> str:
    """The tables as one JSON list, indented."""
    return json.dumps([table_object(table) for table in tables], ensure_ascii=False, indent=1) + "\n"


def jsonl_text(tables: Iterable[Table]) -> str:
    """The tables as JSON Lines, a line a table."""
    return "".join(json.dumps(table_object(table), ensure_ascii=False) + "\n" for table in tables)


def csv_text(tables: Sequence[Table]) -> str:
    """The tables one under the other: a line with the caption, the header, the rows with their page, a blank line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for index, table in enumerate(tables):
        if index:
            writer.writerow([])
        writer.writerow([harmless(title(table, index))])
        writer.writerow([*(harmless(name) for name in table.header), "页码"])
        for row in table.rows:
            writer.writerow([*(harmless(text) for text in row.texts), "" if row.page is None else row.page])
    return buffer.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula; a sign alone is none."""
    if len(text) > 1 and text.startswith(_FORMULA) and not _NUMBER.match(text):
        return "'" + text
    return text


def title(table: Table, index: int) -> str:
    """The caption, or 未编号表 with its place among the tables."""
    return table.caption or f"未编号表（第 {index + 1} 个）"


def write_xlsx(tables: Sequence[Table], path: Path, report: str) -> None:
    """An Excel file: a 说明 sheet that lists the tables, then a sheet a table with header, filter and pages."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        bold = book.add_format(
            {"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        caption = book.add_format({"bold": True, "font_size": 13})
        names = sheet_names(tables)
        note = book.add_worksheet("说明")
        note.write_string(0, 0, f"《{report}》的表格", caption)
        note.write_string(1, 0, "合并单元格已填入其覆盖的每一行；“页码”为文件页码，从 1 起。")
        for column, name in enumerate(("工作表", "表号", "表名", "行数", "页码")):
            note.write_string(3, column, name, bold)
        for index, (table, name) in enumerate(zip(tables, names, strict=True)):
            row = 4 + index
            note.write_url(row, 0, f"internal:'{name}'!A1", cell, name)
            _write(note, row, 1, "" if table.number is None else str(table.number), cell)
            note.write_string(row, 2, title(table, index), cell)
            note.write_number(row, 3, len(table.rows), cell)
            note.write_string(row, 4, "、".join(map(str, table.pages)), cell)
        note.set_column(0, 1, 14)
        note.set_column(2, 2, 60)
        for index, (table, name) in enumerate(zip(tables, names, strict=True)):
            _write_sheet(book.add_worksheet(name), table, title(table, index), (caption, bold, cell))
    finally:
        book.close()


def sheet_names(tables: Sequence[Table]) -> list[str]:
    """A name for each table's sheet: at most 31 characters, none twice, none that Excel forbids."""
    names: list[str] = []
    for index, table in enumerate(tables):
        base = _SHEET_FORBIDDEN.sub(" ", title(table, index)).strip()[:27] or f"表{index + 1}"
        name, again = base, 1
        while name.casefold() in {other.casefold() for other in [*names, "说明"]}:
            again += 1
            name = f"{base} {again}"
        names.append(name)
    return names


def _write_sheet(sheet: Any, table: Table, name: str, formats: tuple[Any, Any, Any]) -> None:
    caption, bold, cell = formats
    sheet.write_string(0, 0, name, caption)
    header = [*table.header, "页码"]
    for column, text in enumerate(header):
        sheet.write_string(1, column, text, bold)
    for index, row in enumerate(table.rows, 2):
        for column, text in enumerate(row.texts):
            _write(sheet, index, column, text, cell)
        _write(sheet, index, len(row.cells), "" if row.page is None else str(row.page), cell)
    sheet.freeze_panes(2, 0)
    if table.rows:
        sheet.autofilter(1, 0, len(table.rows) + 1, len(header) - 1)
    for column in range(len(header)):
        texts = [header[column], *(row.texts[column] for row in table.rows if column < len(row.cells))]
        sheet.set_column(column, column, min(max(8, *(2 * len(text) + 2 for text in texts)), 50))


def _write(sheet: Any, row: int, column: int, text: str, cell: Any) -> None:
    if _NUMBER.match(text):
        sheet.write_number(row, column, float(text), cell)
    else:
        sheet.write_string(row, column, text, cell)
