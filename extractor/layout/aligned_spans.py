"""Merged cells of a table without column rules: a text centred over several rows, or hanging from the first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.layout.lines import Line

# How far (row heights) a text may stand from the middle of the rows it spans.
CENTRED = 0.36
# White between two lines of one text is less than this many ems.
WRAPPED = 0.75


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text within one column, or across several when a header spans them."""

    first: int
    last: int
    line: Line


def middle_of(line: Line) -> float:
    """The y of the middle of a line, in points."""
    return (line.top + line.bottom) / 2


def merged_below(
    column: int,
    filled: Sequence[Sequence[bool]],
    spans: Sequence[tuple[int, Piece]],
    ys: Sequence[float],
    marked: Sequence[frozenset[int]],
    *,
    grouping: bool,
) -> list[int]:
    """The rows of a column that are one cell with the row below; ``marked``: the columns drawn under each row."""
    rows = len(filled)
    texts = [row for row in range(rows) if filled[row][column]]
    told = sum(1 for columns in marked if columns)
    if not texts:
        return []
    if told >= 0.6 * (rows - 1):
        if not any(columns and column not in columns for columns in marked):
            return []
        joins = [
            row
            for row in range(rows - 1)
            if marked[row] and column not in marked[row] and not _parted(column, row, spans)
        ]
        return _divided(joins, column, spans, ys)
    if len(texts) == rows - texts[0] and not grouping:
        return []
    start = texts[0] if texts[0] <= 1 else 0
    return _centred_spans(column, start, spans, ys, grouping) or _hanging_spans(column, spans, ys, grouping)


def _divided(joins: list[int], column: int, spans: Sequence[tuple[int, Piece]], ys: Sequence[float]) -> list[int]:
    """Joins with those undone where several texts would share a cell, each in the middle of rows of its own."""
    out: list[int] = []
    at = 0
    while at < len(joins):
        end = at
        while end + 1 < len(joins) and joins[end + 1] == joins[end] + 1:
            end += 1
        first, last = joins[at], joins[end] + 1
        blocks = _blocks([piece.line for row, piece in spans if first <= row <= last and piece.first == column])
        own = joins[at : end + 1]
        if len(blocks) > 1:
            own = _middles(blocks, first, last + 1, ys) or own
        out += own
        at = end + 1
    return out


def _hanging_spans(column: int, spans: Sequence[tuple[int, Piece]], ys: Sequence[float], grouping: bool) -> list[int]:
    """Merged rows of a column whose texts begin at the top of the rows they are for.

    Only where a text's later lines reach into rows below, which no cell of one row's height could hold, or where the
    column stands before the serial numbers (``grouping``), as the columns that group rows do.
    """
    rows = len(ys) - 1
    lines = sorted((piece.line for _, piece in spans if piece.first <= column <= piece.last), key=lambda line: line.top)
    starts: list[int] = []
    reaching = False
    last: Line | None = None
    for line in lines:
        row = min(max(bisect_right(ys, middle_of(line)) - 1, 0), rows - 1)
        if last is not None and line.top - last.bottom < WRAPPED * line.size:
            reaching = reaching or (bool(starts) and row > starts[-1])
        else:
            starts.append(row)
        last = line
    if not starts or starts[0] > 1 or not (reaching or grouping):
        return []
    first = starts[0] if starts[0] == 1 or len(starts) == 1 else starts[1]
    inner = [row for row in starts if row >= first]
    return [row for at, after in pairwise([*inner, rows]) for row in range(at, after - 1)]


def _parted(column: int, row: int, spans: Sequence[tuple[int, Piece]]) -> bool:
    """Whether a row and the next hold texts of their own in a column, rather than lines of one text."""
    above = [piece.line for at, piece in spans if at == row and piece.first <= column <= piece.last]
    below = [piece.line for at, piece in spans if at == row + 1 and piece.first <= column <= piece.last]
    if not above or not below:
        return False
    return min(line.top for line in below) - max(line.bottom for line in above) >= WRAPPED * above[0].size


def _centred_spans(
    column: int, head: int, spans: Sequence[tuple[int, Piece]], ys: Sequence[float], grouping: bool
) -> list[int]:
    """Merged rows of a column whose texts stand in the middle of the rows they are for; none unless all fit.

    In a column that groups rows, the first rows may belong to a text on the page before. In any other, a single text
    beside one row says nothing: it may be that row's alone.
    """
    rows = len(ys) - 1
    lines = [piece.line for row, piece in spans if piece.first <= column <= piece.last and row > head]
    blocks = _blocks(lines)
    body = head + 1 if lines else head
    if len(blocks) == 1 and not grouping and (rows - body) % 2 == 1:
        return []
    for first in range(body, rows if grouping else body + 1):
        joins = _middles(blocks, first, rows, ys)
        if joins is not None:
            return [*range(body, first - 1), *joins]
    return []


def _blocks(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Texts of one or more lines, as their heights from top to bottom."""
    blocks: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda line: line.top):
        if blocks and line.top - blocks[-1][1] < WRAPPED * line.size:
            blocks[-1] = (blocks[-1][0], line.bottom)
        else:
            blocks.append((line.top, line.bottom))
    return blocks


def _middles(blocks: Sequence[tuple[float, float]], first: int, end: int, ys: Sequence[float]) -> list[int] | None:
    """The rows from ``first`` to before ``end`` parted so that each text is in the middle of its own; the rows to join.

    None when the texts do not stand so.
    """
    height = (ys[end] - ys[first]) / max(end - first, 1)
    joins: list[int] = []
    at = first
    for low, high in blocks:
        middle = (low + high) / 2
        if at >= end:
            return None
        best = min(range(at + 1, end + 1), key=lambda stop: abs((ys[at] + ys[stop]) / 2 - middle))
        if abs((ys[at] + ys[best]) / 2 - middle) > CENTRED * height + 1:
            return None
        joins += range(at, best - 1)
        at = best
    return joins if at == end else None
