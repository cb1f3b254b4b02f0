"""Rivers: the white stretches that run down between columns nothing is drawn around."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.layout.lines import Line

# In ems: the gap that parts two cells, the white river that parts two columns.
CELL_GAP = 0.8
RIVER = 0.7

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
