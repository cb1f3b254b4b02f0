"""Ruled tables whose rows are not drawn: cells that hold a column of rows each."""

from __future__ import annotations

from itertools import pairwise

from extractor.layout.aligned_cuts import LEADING, SERIAL
from extractor.layout.aligned_rows import Walls, rows_of
from extractor.layout.grid import Edge
from extractor.layout.sheet import Part

# A ruled part with more rows than this has its rows drawn.
MOST_DRAWN = 5


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
    """Whether cells hold several rows: a list of serial numbers, or many short lines side by side."""
    if len(part.owner) > MOST_DRAWN:
        return False
    for cell in part.cells:
        found = [SERIAL.match(line.text.strip()) for line in cell.lines]
        if len(found) >= 3 and sum(match is not None for match in found) >= 0.9 * len(found):
            return True
        leading = [int(match[1]) for line in cell.lines if (match := LEADING.match(line.text.strip()))]
        if len(leading) >= 3 and all(b in {a + 1, 1} for a, b in pairwise(leading)) and len(part.owner) <= 3:
            return True
    for numbers in part.owner:
        tall = [part.cells[number] for number in dict.fromkeys(numbers) if len(part.cells[number].lines) >= 5]
        if len(tall) < 2:
            continue
        first, second = tall[0].lines, tall[1].lines
        level = sum(any(abs(a.baseline - b.baseline) < 0.3 * a.size for b in second) for a in first)
        full = sum(cell.box.x1 - line.x1 < 1.6 * line.size + 4 for cell in tall for line in cell.lines) / sum(
            len(cell.lines) for cell in tall
        )
        if level >= 0.8 * max(len(first), len(second)) and full < 0.4:
            return True
    return False
