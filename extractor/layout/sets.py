"""Sets of columns side by side (序号|名称|序号|名称) made one set, whatever form the table was read from."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from extractor.document import Box, Row
from extractor.layout.patterns import chinese_number, squeezed


def unfolded(
    header: tuple[str, ...],
    rows: Sequence[Row],
    inner: frozenset[int],
    fill: Callable[[list[Row]], list[Row]] | None = None,
) -> tuple[tuple[str, ...], list[Row]]:
    """The table with its sets of columns made one; the rows in the order their serial numbers say.

    ``inner`` are the columns that no set can begin at (their header cell began in the column before); ``fill`` is given
    the rows of one set under another, to fill in what is printed once for several rows.
    """
    sets = sets_of(header, rows, inner)
    if sets == 1:
        return header, fill(list(rows)) if fill else list(rows)
    width = len(header) // sets
    pieces = [(at, number, _piece(row, at * width, width)) for at in range(sets) for number, row in enumerate(rows)]
    pieces = [piece for piece in pieces if any(cell.text for cell in piece[2].cells)]
    if fill:
        filled = fill([row for _, _, row in pieces])
        pieces = [(at, number, row) for (at, number, _), row in zip(pieces, filled, strict=True)]
    pages = {page: at for at, page in enumerate(dict.fromkeys(row.page for row in rows))}
    orders = (
        pieces,
        sorted(pieces, key=lambda piece: (pages[piece[2].page], piece[0], piece[1])),
        sorted(pieces, key=lambda piece: (piece[1], piece[0])),
    )
    best = min(([row for _, _, row in order] for order in orders), key=_disorder)
    return header[:width], best


def sets_of(header: Sequence[str], rows: Sequence[Row], inner: frozenset[int]) -> int:
    """How many times the same columns stand side by side."""
    names = [squeezed(name) for name in header]
    for sets in range(len(names), 1, -1):
        width = len(names) // sets
        if width * sets != len(names) or any(at * width in inner for at in range(1, sets)):
            continue
        if any(names):
            if all(names[at] == names[at % width] for at in range(len(names))):
                return sets
        elif rows and all(_counts(rows, at * width) for at in range(sets)):
            return sets
    return 1


def _counts(rows: Sequence[Row], column: int) -> bool:
    """Whether a column holds rising serial numbers."""
    values = [chinese_number(squeezed(row.cells[column].text)) for row in rows]
    known = [value for value in values if value is not None]
    texts = [row.cells[column].text for row in rows if row.cells[column].text]
    return len(known) >= 2 and len(known) == len(texts) and known == sorted(known)


def _piece(row: Row, start: int, width: int) -> Row:
    cells = row.cells[start : start + width]
    boxes = [cell.box for cell in cells if cell.box is not None]
    box = row.box
    if boxes and row.box is not None:
        box = Box(min(b.x0 for b in boxes), row.box.top, max(b.x1 for b in boxes), row.box.bottom)
    return Row(cells, row.page, box, row.line)


def _disorder(rows: Sequence[Row]) -> int:
    """How often the serial numbers of some column fail to rise by one; the best column's."""
    worst = len(rows)
    if not rows:
        return 0
    for column in range(len(rows[0].cells)):
        values = [chinese_number(squeezed(row.cells[column].text)) for row in rows]
        if sum(value is not None for value in values) < 0.8 * len(values):
            continue
        breaks = sum(1 for a, b in itertools.pairwise(values) if a is None or b is None or b != a + 1)
        worst = min(worst, breaks)
    return worst
