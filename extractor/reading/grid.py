"""Lines with tabs → a Table: header, row numbers, merged cells filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from extractor.document import Cell, Row, Span, Table

Grid = list[list[str]]
# Columns whose blanks mean "nothing to say", never "as above".
_FREE_TEXT = re.compile(r"^(?:备\s*注|说\s*明|附\s*注|补充说明)$")


class Caption(NamedTuple):
    """A table's caption as printed, its number, and its line in the file."""

    text: str
    number: int | None
    line: int


def table_of(
    lines: Sequence[str], numbers: Sequence[int], *, caption: Caption | None, section: tuple[str, ...] = ()
) -> Table:
    """A table from its lines and their numbers in the file; a header repeated further down is no row."""
    grid = square([[cell.strip() for cell in line.split("\t")] for line in lines])
    header, start = header_of(grid)
    kept = [index for index in range(start, len(grid)) if not start or grid[index] != grid[0]]
    texts = [list(grid[index]) for index in kept]
    filled = fill_down(texts, header) if start else [[False] * len(row) for row in texts]
    rows = tuple(
        Row(tuple(Cell(text, filled=was) for text, was in zip(row, marks, strict=True)), line=numbers[index])
        for row, marks, index in zip(texts, filled, kept, strict=True)
    )
    return captioned(Table(None, "", header, rows, section=section), caption)


def captioned(table: Table, caption: Caption | None) -> Table:
    """The table with a caption."""
    if caption is None:
        return table
    span = Span(0, len(caption.text), None, None, caption.line)
    return replace(table, number=caption.number, caption=caption.text, caption_span=span)


def square(grid: Grid) -> Grid:
    """All rows as wide as the widest; columns that are empty to the end of every row are cut off."""
    width = max((index + 1 for row in grid for index, cell in enumerate(row) if cell), default=1)
    return [(row + [""] * width)[:width] for row in grid]


def header_of(grid: Grid) -> tuple[tuple[str, ...], int]:
    """The header and the first row after it.

    A cell left blank beside a filled one repeats it (a header over two columns); a leading blank is the unnamed
    column of row numbers. A grid whose first line already counts (1, …) has no header: its header cells are empty.
    """
    first = grid[0]
    if first[0].isdecimal() or sum(bool(cell) for cell in first) == 0:
        return ("",) * len(first), 0
    header: list[str] = []
    for cell in first:
        header.append(cell or (header[-1] if header else ""))
    return tuple(header), 1


def fill_down(rows: Grid, header: Sequence[str]) -> list[list[bool]]:
    """Fill, in place, each empty cell under a filled one of its column; gives which cells were filled."""
    marks = [[False] * len(row) for row in rows]
    for column, name in enumerate(header):
        if _FREE_TEXT.match(name):
            continue
        above = ""
        for row, mark in zip(rows, marks, strict=True):
            if row[column]:
                above = row[column]
            elif above:
                row[column], mark[column] = above, True
    return marks
