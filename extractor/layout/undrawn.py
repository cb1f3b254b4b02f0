"""Ruled tables whose rows are not drawn: cells that hold a column of rows each."""

from __future__ import annotations

import re
from itertools import pairwise

from extractor.layout.aligned_cuts import LEADING, SERIAL, leading_of, whites_of
from extractor.layout.aligned_rows import Walls, rows_of
from extractor.layout.aligned_spans import Piece, middle_of
from extractor.layout.grid import Edge
from extractor.layout.sheet import Part

# A ruled part with more rows than this has its rows drawn.
MOST_DRAWN = 5
# Texts of a column no longer than this (characters) say nothing of wrapping.
SHORT = 4
_FIGURE = re.compile(r"^[-—/\d,.%％]+$")


def with_rows(part: Part, before: Part | None = None) -> Part:
    """A ruled part whose rows are not all drawn, with its rows found; any other part as it is.

    ``before`` is the table without drawn rows that the page before ended with, if it did.
    """
    goes_on = before is not None and len(before.xs) == len(part.xs) and len(part.owner) <= 3
    if not goes_on and not _undrawn(part):
        return part
    lines = [line for cell in part.cells for line in cell.lines]
    rules: list[Edge] = []
    for row in range(1, len(part.owner)):
        for column, number in enumerate(part.owner[row]):
            if part.owner[row - 1][column] != number:
                rules.append(Edge(part.ys[row], part.xs[column], part.xs[column + 1]))
    found = rows_of(part.page, lines, part.xs, Walls(tuple(rules), (), ()), part.box, like=before if goes_on else None)
    return part if found is None or len(found.owner) <= len(part.owner) else found


def _undrawn(part: Part) -> bool:
    """Whether cells hold several rows: serial numbers, short lines side by side, texts parted by wide whites."""
    if len(part.owner) > MOST_DRAWN:
        return False
    for cell in part.cells:
        found = [SERIAL.match(line.text.strip()) for line in cell.lines]
        if len(found) >= 3 and sum(match is not None for match in found) >= 0.9 * len(found):
            return True
        leading = [int(match[1]) for line in cell.lines if (match := LEADING.match(line.text.strip()))]
        if len(leading) >= 3 and all(b in {a + 1, 1} for a, b in pairwise(leading)) and len(part.owner) <= 3:
            return True
    return any(_listed(part, numbers) or _gapped(part, numbers) for numbers in part.owner)


def _listed(part: Part, numbers: tuple[int, ...]) -> bool:
    """Whether cells side by side hold as many short lines each, at the same heights."""
    tall = [part.cells[number] for number in dict.fromkeys(numbers) if len(part.cells[number].lines) >= 3]
    if len(tall) < 2 or (len(tall) < 3 and len(tall[0].lines) < 5):
        return False
    first = max(tall, key=lambda cell: len(cell.lines)).lines
    others = [cell.lines for cell in tall if cell.lines is not first]
    level = sum(any(abs(a.baseline - b.baseline) < 0.3 * a.size for b in first) for lines in others for a in lines)
    whole = len(others) * len(first)
    # In one cell's text all lines but the last are full, and none is a mere figure.
    wide = [cell for cell in tall if max(len(line.text) for line in cell.lines) > SHORT]
    inner = [(cell, line) for cell in wide for line in cell.lines[:-1]]
    full = sum(
        cell.box.x1 - line.x1 < 1.6 * line.size + 4
        and max(other.x1 - other.x0 for other in cell.lines) - (line.x1 - line.x0) < line.size
        and not _FIGURE.match(line.text)
        for cell, line in inner
    )
    return level >= 0.8 * whole and full <= 0.5 * len(inner)


def _gapped(part: Part, numbers: tuple[int, ...]) -> bool:
    """Whether whites run across all cells, wider than those between the lines of one text, with texts on each side."""
    pieces = [
        Piece(column, column, line)
        for column, number in enumerate(dict.fromkeys(numbers))
        for line in part.cells[number].lines
    ]
    if len({piece.first for piece in pieces}) < 2:
        return False
    least = leading_of(pieces)
    wide = [white for white in whites_of(pieces) if least is not None and white[1] - white[0] > 1.25 * least]
    if not wide or least is None or least < 0:
        return False
    places = [float("-inf"), *((low + high) / 2 for low, high in wide), float("inf")]
    return all(
        len({piece.first for piece in pieces if low <= middle_of(piece.line) < high}) >= 2
        for low, high in pairwise(places)
    )
