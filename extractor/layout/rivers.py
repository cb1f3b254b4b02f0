"""Rivers: the white stretches that run down between columns nothing is drawn around."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.layout.lines import Line

# In ems: the gap that parts two cells, the white river that parts two columns.
CELL_GAP = 0.8
RIVER = 0.7
# The same where columns stand closely. A river as narrow as NARROW needs so large a share of the lines with text on
# both sides of it to have a wide gap there; a wider one is believed unless what stands before it are bare numbers.
FINE_RIVER, NARROW = 0.22, 0.34
CLEAR, BOTH = 0.7, 0.4
FEWEST_CLEAR = 3
_NUMBER = re.compile(r"\d{1,3}[.、．]?")

Stretch = tuple[float, float]


def segments(line: Line) -> list[Stretch]:
    """A line's stretches of text between gaps that could part cells."""
    out: list[Stretch] = []
    for run in line.runs:
        if out and run.x0 - out[-1][1] < CELL_GAP * line.size:
            out[-1] = (out[-1][0], max(out[-1][1], run.x1))
        else:
            out.append((run.x0, run.x1))
    return out


def fine_segments(line: Line) -> list[Stretch]:
    """A line's stretches of text between all gaps that could part cells of a closely set table."""
    out: list[Stretch] = []
    for run in line.runs:
        start = run.x0
        for _, before, after in run.gaps:
            out.append((start, before))
            start = after
        if out and run.x0 - out[-1][1] < FINE_RIVER * line.size:
            start = out.pop()[0] if start == run.x0 else start
        out.append((start, run.x1))
    return out


def fine_rivers(lines: Sequence[Line], known: Sequence[Stretch]) -> list[Stretch]:
    """Rivers too narrow to be seen line by line, within the columns that the rivers ``known`` leave."""
    if len(lines) < FEWEST_CLEAR:
        return []
    size = sorted(line.size for line in lines)[len(lines) // 2]
    rows = [(segments(line), fine_segments(line), line) for line in lines]
    found: list[Stretch] = []
    for start, end in whites([fine for _, fine, _ in rows], FINE_RIVER * size):
        middle = (start + end) / 2
        if any(a - 1 <= middle <= b + 1 for a, b in known):
            continue
        left = max((b for _, b in known if b < middle), default=float("-inf")) - 1
        right = min((a for a, _ in known if a > middle), default=float("inf")) + 1
        sides = [
            (any(left <= a < middle for a, _ in fine), any(middle < b <= right for _, b in fine)) for _, fine, _ in rows
        ]
        around = [row for row, side in zip(rows, sides, strict=True) if all(side)]
        if len(around) < max(FEWEST_CLEAR, BOTH * sum(any(side) for side in sides)):
            continue
        clear = sum(1 for stretches, _, _ in around if not any(a <= middle <= b for a, b in stretches))
        wide = end - start >= NARROW * size
        if clear >= CLEAR * len(around) or (wide and not _numbers([line for _, _, line in around], middle)):
            found.append((start, end))
    return found


def _numbers(lines: Sequence[Line], x: float) -> bool:
    """Whether what stands right before ``x`` are bare numbers on most lines."""
    bare = 0
    for line in lines:
        runs = [cut[0] if (cut := run.cut_at(x)) else run for run in line.runs if run.x0 < x]
        bare += bool(runs) and _NUMBER.fullmatch(runs[-1].text.strip()) is not None
    return bare > 0.6 * len(lines)


def rivers(lines: Sequence[Line], spared: int = 0) -> list[Stretch]:
    """White stretches that no line crosses; up to ``spared`` lines may, where that brings a river to light.

    Those are headers over several columns, and rows that are one cell.
    """
    if not lines:
        return []
    least = RIVER * sorted(line.size for line in lines)[len(lines) // 2]
    rows = [segments(line) for line in lines]
    found = whites(rows, least)
    for _ in range(spared):
        best: tuple[int, int] | None = None
        for at in range(len(rows)):
            if len(rows[at]) > len(found) + 1:
                continue
            more = whites(rows[:at] + rows[at + 1 :], least)
            if len(more) > len(found) and (best is None or len(more) > best[0]):
                best = len(more), at
        if best is None:
            break
        del rows[best[1]]
        found = whites(rows, least)
    return found


def whites(rows: Sequence[Sequence[Stretch]], least: float) -> list[Stretch]:
    """The stretches between the first and the last text that no row covers, at least ``least`` wide."""
    found: list[Stretch] = []
    end: float | None = None
    for start, stop in sorted(stretch for row in rows for stretch in row):
        if end is not None and start - end >= least:
            found.append((end, start))
        end = stop if end is None else max(end, stop)
    return found


def narrowed(streams: Sequence[Stretch], line: Line, least: float) -> list[Stretch] | None:
    """The rivers with what a line covers taken away; None when one of them runs dry."""
    out: list[Stretch] = []
    for start, end in streams:
        pieces = [(start, end)]
        for low, high in segments(line):
            pieces = [
                piece
                for a, b in pieces
                for piece in ((a, min(b, low)), (max(a, high), b))
                if piece[1] - piece[0] >= least
            ]
        if not pieces:
            return None
        out.append(max(pieces, key=lambda piece: piece[1] - piece[0]))
    return out
