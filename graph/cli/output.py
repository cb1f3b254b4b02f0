"""Rows on standard output: as a table for people, as JSON, JSON Lines or CSV for machines."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

import click

Format = Literal["table", "json", "jsonl", "csv"]
FORMATS: tuple[Format, ...] = ("table", "json", "jsonl", "csv")
_Function = TypeVar("_Function", bound=Callable[..., Any])


def format_option(function: _Function) -> _Function:
    """The option ``--format`` that every verb with rows has; it arrives as ``output_format``."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How rows are printed.",
    )(function)


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], output_format: Format) -> None:
    """Print ``rows`` under ``columns`` to standard output."""
    click.echo(rows_text(columns, rows, output_format), nl=False)


def rows_text(columns: Sequence[str], rows: Sequence[Sequence[Any]], output_format: Format) -> str:
    """What :func:`print_rows` prints, each line ended; JSON holds one object a row."""
    if output_format == "table":
        return _table(columns, rows)
    if output_format == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_harmless(value) for value in row] for row in rows)
        return buffer.getvalue()
    objects = [dict(zip(columns, row, strict=True)) for row in rows]
    if output_format == "jsonl":
        return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in objects)
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def _harmless(value: Any) -> str:
    """A cell of CSV: text of a report is never a spreadsheet's formula."""
    from graph.tablefiles import harmless

    text = _cell(value)
    return text if isinstance(value, (int, float)) else harmless(text)


def width(text: str) -> int:
    """Columns ``text`` takes on a terminal: two for a wide character, none for a combining one."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = [[_cell(value).replace("\n", " ") for value in row] for row in rows]
    widths = [max([width(name), *(width(row[i]) for row in cells)]) for i, name in enumerate(columns)]
    numeric = [
        bool(rows) and all(row[i] is None or isinstance(row[i], int | float) for row in rows)
        for i in range(len(columns))
    ]

    def line(texts: Sequence[str]) -> str:
        padded = [
            " " * (widths[i] - width(text)) + text if numeric[i] else text + " " * (widths[i] - width(text))
            for i, text in enumerate(texts)
        ]
        return "  ".join(padded).rstrip() + "\n"

    return "".join([line(list(columns)), line(["-" * w for w in widths]), *(line(row) for row in cells)])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(_cell(entry) for entry in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
