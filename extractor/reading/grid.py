"""Lines with tabs → a Table: header, row numbers, merged cells filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from extractor.document import Cell, Row, Span, Table
from extractor.layout.sets import sets_of, unfolded

Grid = list[list[str]]
# Columns whose blanks mean "nothing to say", never "as above".
_FREE_TEXT = re.compile(r"^(?:备\s*注|说\s*明|附\s*注|补充说明)$")
_FIGURE = re.compile(r"^[-+±]?[\d,，]+(?:[.．]\d+)?\s*(?:[%％‰]|万|亿)?$|^[-—–/]+$")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:年|级|届)?$")


class Caption(NamedTuple):
    """A table's caption as printed, its number, and its line in the file."""

    text: str
    number: int | None
    line: int


def table_of(
    lines: Sequence[str],
    numbers: Sequence[int],
    *,
    caption: Caption | None,
    section: tuple[str, ...] = (),
    merged: Sequence[str] = (),
) -> Table:
    """A table from its lines and their numbers in the file; a header repeated further down is no row.

    ``merged`` says of each line, a character a cell, which cells go on with the one above (``^``) or to the left
    (``<``), where the file itself says so; without it blanks are taken for such cells.
    """
    grid = square([[cell.strip() for cell in line.split("\t")] for line in lines])
    told = bool(merged) and all(merged)
    width = len(grid[0])
    marks = [(line + " " * width)[:width] for line in merged] if told else []
    count, inner = _header_rows_told(grid, marks) if told else _header_rows(grid)
    if told:
        filled = _filled_told(grid, marks)
        header = _names(grid[:count]) if count else ("",) * width
    else:
        filled = [[False] * width for _ in grid]
        raw = [Row(tuple(map(Cell, row))) for row in grid[count:]]
        sets = sets_of(grid[0], raw, inner) if count == 1 else 1
        header = (
            _spread(grid[0], width // sets) if count == 1 else _names(_leaned(grid[:count])) if count else ("",) * width
        )
    kept = [index for index in range(count, len(grid)) if not count or grid[index] != grid[0]]
    rows = [
        Row(tuple(Cell(text, filled=was) for text, was in zip(grid[at], filled[at], strict=True)), line=numbers[at])
        for at in kept
    ]
    fill = None if told or not count else lambda those: fill_down(those, header)
    header, rows = unfolded(header, rows, inner, fill)
    return captioned(Table(None, "", header, tuple(rows), section=section), caption)


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


def _header_rows(grid: Grid) -> tuple[int, frozenset[int]]:
    """How many rows are the header, and the columns whose name stands further left.

    A grid whose first line already counts (1, …) has none. Two rows are the header where the first has blanks beside
    filled cells and the second has names under just these and blanks under all others.
    """
    first = grid[0]
    if first[0].isdecimal() or not any(first):
        return 0, frozenset()
    blank = frozenset(at for at in range(1, len(first)) if not first[at])
    if len(grid) > 2 and blank:
        spanned = blank | {at - 1 for at in blank}
        below = {at for at, text in enumerate(grid[1]) if text}
        if below == spanned and len(below) < len(first) and not any(_FIGURE.match(grid[1][at]) for at in below):
            return 2, blank
    return 1, frozenset()


def _header_rows_told(grid: Grid, marks: Sequence[str]) -> tuple[int, frozenset[int]]:
    """The same where the file says which cells are merged."""
    inner = frozenset(at for at, mark in enumerate(marks[0]) if mark == "<")
    if grid[0][0].isdecimal() or not any(grid[0]):
        return 0, frozenset()
    deepest = 1
    for column in range(len(grid[0])):
        down = 1
        while down < len(marks) and marks[down][column] == "^":
            down += 1
        deepest = max(deepest, down)
    return deepest if inner and 1 < deepest <= 4 and deepest < len(grid) else 1, inner


def _filled_told(grid: Grid, marks: Sequence[str]) -> list[list[bool]]:
    """Fill merged cells in place, as marked; gives which were filled."""
    filled = [[mark in "^<" for mark in line] for line in marks]
    for row, line in enumerate(marks):
        for column, mark in enumerate(line):
            if mark == "^" and row:
                grid[row][column] = grid[row - 1][column]
            elif mark == "<" and column:
                grid[row][column] = grid[row][column - 1]
    return filled


def _spread(names: Sequence[str], width: int) -> tuple[str, ...]:
    """Header names with blanks beside a filled one repeating it, within each set of ``width`` columns.

    A leading blank is the unnamed column of row numbers.
    """
    out: list[str] = []
    for at, name in enumerate(names):
        out.append(name or (out[-1] if at % width else ""))
    return tuple(out)


def _leaned(rows: Grid) -> Grid:
    """Header rows with the blanks of the first filled from the left."""
    return [list(_spread(rows[0], len(rows[0]))), *rows[1:]]


def _names(rows: Grid) -> tuple[str, ...]:
    """One name a column: the header's rows from top to bottom, each text once."""
    return tuple(" ".join(dict.fromkeys(text for text in column if text)) for column in zip(*rows, strict=True))


def fill_down(rows: Sequence[Row], header: Sequence[str]) -> list[Row]:
    """The rows with each empty cell under a filled one of its column filled.

    Not in columns of remarks, nor in columns of figures: there an empty cell is one that nobody filled in.
    """
    columns: list[tuple[Cell, ...]] = []
    for name, cells in zip(header, zip(*(row.cells for row in rows), strict=True), strict=False):
        texts = [cell.text for cell in cells if cell.text]
        figures = sum(bool(_FIGURE.match(text)) and not _YEAR.match(text) for text in texts)
        if _FREE_TEXT.match(name) or (len(texts) > 1 and figures > 0.6 * len(texts)):
            columns.append(cells)
            continue
        above = ""
        made: list[Cell] = []
        for cell in cells:
            above = cell.text or above
            made.append(cell if cell.text or not above else replace(cell, text=above, filled=True))
        columns.append(tuple(made))
    return [replace(row, cells=cells) for row, cells in zip(rows, zip(*columns, strict=True), strict=True)]
