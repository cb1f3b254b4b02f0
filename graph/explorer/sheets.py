"""An answer as CSV and Excel, with evidence columns; safe to open: nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from graph.explorer.language import Tongue
from graph.questions.asking import Answer
from graph.tablefiles import harmless

_EVIDENCE = {"zh": ("报告", "页码", "原文"), "en": ("report", "page", "sentence")}
_NOTES = {
    "zh": ("问题", "条件", "行数", "每行附有一处原文；同一事实的其他出处见浏览页。", "说明"),
    "en": ("question", "condition", "rows", "Each row has one source; the explorer shows the others.", "notes"),
}


def header(found: Answer, tongue: Tongue) -> list[str]:
    """The columns' headings, then those of the evidence."""
    return [*(c.zh if tongue == "zh" else c.en for c in found.question.columns), *_EVIDENCE[tongue]]


def rows(found: Answer) -> list[list[Any]]:
    """The rows with report, page and sentence of their best witness."""
    made = []
    for row, witnesses in zip(found.rows, found.evidence, strict=True):
        best = witnesses[0] if witnesses else None
        made.append([*map(_plain, row), *((best.report, best.page, best.sentence) if best else ("", None, ""))])
    return made


def answer_csv(found: Answer, tongue: Tongue) -> bytes:
    """CSV in UTF-8 with a byte-order mark, as spreadsheets want it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header(found, tongue))
    for row in rows(found):
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def answer_xlsx(found: Answer, asked: Sequence[tuple[str, str]], tongue: Tongue) -> bytes:
    """Excel: the rows with header, filter and evidence, and a sheet of notes that says what was asked."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1})
    names = header(found, tongue)
    sheet = book.add_worksheet("答案" if tongue == "zh" else "answer")
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, 60 if column == len(names) - 1 else 22)
    table = rows(found)
    for index, row in enumerate(table, 1):
        for column, value in enumerate(row):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(index, column, value)
            elif value is not None:
                sheet.write_string(index, column, str(value))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(table)), len(names) - 1)
    question, condition, count, hint, title = _NOTES[tongue]
    note = book.add_worksheet(title)
    lines = [(question, found.question.zh if tongue == "zh" else found.question.en)]
    lines += [(f"{condition}：{name}", value or "—") for name, value in asked]
    lines += [(count, str(len(table))), ("", hint)]
    for index, (name, value) in enumerate(lines):
        note.write_string(index, 0, name, bold)
        note.write_string(index, 1, value)
    note.set_column(0, 1, 40)
    book.close()
    return buffer.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return "、".join(str(item) for item in value)
    return value
