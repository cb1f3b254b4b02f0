"""The rows and merged cells of a table without column rules, once its columns are known.

Rows are bounded by rules and shadings; where none are drawn, each line that fills most columns is a row, and the lines
of wrapped cells go to the row they are centred on (or begin at). A text centred over several rows spans them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.document import Box
from extractor.layout.aligned_cuts import SAME, SERIAL, boundaries, limit_of, serial_column
from extractor.layout.aligned_heads import Head, head_of
from extractor.layout.aligned_spans import Piece, Rows, merged_below, middle_of
from extractor.layout.grid import Edge
from extractor.layout.lines import Line, Run, bands_of, line_of
from extractor.layout.patterns import chinese_number, squeezed
from extractor.layout.sheet import CellText, Part
from extractor.reading.page import Fill

# A column with a text in so large a share of the rows has one in each of its own: its cells are not merged.
DENSE = 0.85


@dataclass(frozen=True, slots=True)
class Walls:
    """What is drawn in a table's region: row rules, cell or row shadings, and x places where they are pieced."""

    rules: tuple[Edge, ...]
    fills: tuple[Fill, ...]
    joints: tuple[float, ...]


def rows_of(
    page: int,
    lines: Sequence[Line],
    xs: Sequence[float],
    walls: Walls,
    box: Box,
    *,
    like: Part | None = None,
    cut: bool = False,
) -> Part | None:
    """The table's part: rows, merged cells and texts; ``like`` is the part before, whose rows are as far apart.

    ``cut``: it stands at the page's end, so that it may go on on the next.
    """
    pieces = _pieces(lines, xs, page)
    if not pieces:
        return None
    top = min(box.top, *(piece.line.top for piece in pieces))
    bottom = max(box.bottom, *(piece.line.bottom for piece in pieces))
    drawn = _drawn(walls, xs, top, bottom)
    serial = serial_column(pieces)
    ys = boundaries(pieces, drawn, serial, (top, bottom), limit_of(like))
    head = head_of(pieces, xs, ys, _marks(drawn, ys), rows=_head_rows(pieces, ys, like))
    grouping = _grouping(serial[0] if serial else None, like, len(xs) - 1)
    marked = list(_marks(drawn, head.ys).values())
    owner, texts = _cells(head, len(xs) - 1, marked, grouping, like=like, cut=cut)
    cells = _cell_texts(owner, texts, xs, head.ys)
    return Part(page, tuple(xs), tuple(head.ys), owner, cells, ruled=False)


def _marks(drawn: Sequence[tuple[float, frozenset[int]]], ys: Sequence[float]) -> dict[int, frozenset[int]]:
    """The columns drawn at each inner row line, by its index."""
    return {
        at: next((columns for y, columns in drawn if abs(y - ys[at]) <= SAME), frozenset())
        for at in range(1, len(ys) - 1)
    }


def _pieces(lines: Sequence[Line], xs: Sequence[float], page: int) -> list[Piece]:
    """Each line cut at the column lines; a stretch of text that reaches well into several columns spans them."""
    pieces: list[Piece] = []
    runs = cut_runs(lines, xs)
    columns: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        columns.setdefault(_reach(run, xs), []).append(run)
    for (first, last), members in columns.items():
        for band in bands_of(members):
            line = line_of(band, page)
            if line is not None:
                pieces.append(Piece(first, last, line))
    return sorted(pieces, key=lambda piece: (piece.line.baseline, piece.first))


def cut_runs(lines: Sequence[Line], xs: Sequence[float]) -> list[Run]:
    """The lines' runs, cut at column lines that lie in a gap of theirs."""
    runs: list[Run] = []
    for run in (run for line in lines for run in line.runs):
        rest = run
        for x in xs[1:-1] if run.gaps else ():
            cut = rest.cut_at(x) if rest.x0 < x < rest.x1 else None
            if cut is not None:
                runs.append(cut[0])
                rest = cut[1]
        runs.append(rest)
    return runs


def _reach(run: Run, xs: Sequence[float]) -> tuple[int, int]:
    """The first and last column a run of text stands in."""
    margin = 0.75 * run.size
    columns = len(xs) - 1
    middle = min(max(bisect_right(xs, (run.x0 + run.x1) / 2) - 1, 0), columns - 1)
    first = min(max(bisect_right(xs, run.x0 + margin) - 1, 0), middle)
    last = max(min(bisect_right(xs, run.x1 - margin) - 1, columns - 1), middle)
    return first, last


def _drawn(walls: Walls, xs: Sequence[float], top: float, bottom: float) -> list[tuple[float, frozenset[int]]]:
    """Row boundaries that are drawn: y and the columns they run over, from top to bottom."""
    marks: list[tuple[float, frozenset[int]]] = []
    for edge in walls.rules:
        marks.append((edge.at, _covered(edge.start, edge.end, xs)))
    for fill in walls.fills:
        columns = _covered(fill.x0, fill.x1, xs)
        marks += [(fill.top, columns), (fill.bottom, columns)]
    merged: list[tuple[float, frozenset[int]]] = []
    for y, columns in sorted(mark for mark in marks if mark[1] and top - 4 <= mark[0] <= bottom + 4):
        if merged and y - merged[-1][0] <= SAME:
            merged[-1] = (merged[-1][0], merged[-1][1] | columns)
        else:
            merged.append((y, columns))
    return merged


def _covered(start: float, end: float, xs: Sequence[float]) -> frozenset[int]:
    return frozenset(
        column
        for column in range(len(xs) - 1)
        if min(end, xs[column + 1]) - max(start, xs[column]) > 0.6 * (xs[column + 1] - xs[column])
    )


def _grouping(serial: int | None, like: Part | None, columns: int) -> frozenset[int]:
    """The columns whose cells group rows: those before the serial numbers, and those merged on the page before.

    The serial column itself, which merges nothing, is told by a negative number (-1 for the first).
    """
    found = set(range(serial)) if serial is not None else set()
    if like is not None and len(like.xs) - 1 == columns:
        pairs = list(pairwise(like.owner[1:]))
        for column in range(columns):
            merged = sum(above[column] == below[column] for above, below in pairs)
            if merged > 0.4 * len(pairs):
                found.add(column)
    if serial is not None:
        found.discard(serial)
        found.add(-serial - 1)
    return frozenset(found)


def _cells(
    head: Head,
    columns: int,
    marked: Sequence[frozenset[int]],
    grouping: frozenset[int],
    *,
    like: Part | None,
    cut: bool,
) -> tuple[tuple[tuple[int, ...], ...], dict[int, list[Line]]]:
    """Who owns each elementary cell, and each owner's lines; ``cut``: the table may go on over the page."""
    ys = head.ys
    rows = len(ys) - 1
    parent = list(range(rows * columns))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    held: dict[int, list[Line]] = {}
    spans: list[tuple[int, Piece]] = []
    for piece in head.pieces:
        row = min(max(bisect_right(ys, middle_of(piece.line)) - 1, 0), rows - 1)
        spans.append((row, piece))
        for column in range(piece.first + 1, piece.last + 1):
            parent[root(row * columns + column)] = root(row * columns + piece.first)
    for column in head.tall:
        for row in range(1, head.rows):
            parent[root(row * columns + column)] = root(column)
    anew = _anew(spans, grouping)
    for column in range(columns):
        if -column - 1 in grouping:
            continue
        first = min(head.rows, rows - 1)
        at_top = any(row == first and piece.first <= column <= piece.last for row, piece in spans)
        if like is not None and column not in grouping and not at_top:
            continue  # a blank at a page's top: the rest of a row cut by the page has it
        tops = _tops(column, spans, ys)
        known = Rows(ys, tops, head.rows, marked, cut, anew, like is not None, any(other >= 0 for other in grouping))
        for row in merged_below(column, spans, known, grouping=column in grouping):
            parent[root((row + 1) * columns + column)] = root(row * columns + column)
    numbers: dict[int, int] = {}
    owner = tuple(
        tuple(numbers.setdefault(root(row * columns + column), len(numbers)) for column in range(columns))
        for row in range(rows)
    )
    for row, piece in spans:
        held.setdefault(owner[row][piece.first], []).append(piece.line)
    return owner, held


def _anew(spans: Sequence[tuple[int, Piece]], grouping: frozenset[int]) -> frozenset[int]:
    """The rows at which the serial numbers begin anew."""
    serial = next((-column - 1 for column in grouping if column < 0), None)
    found = set()
    for row, piece in spans:
        match = re.match(r"[（(]?(\d{1,4}|[一二三四五六七八九十]{1,3})", piece.line.text.strip())
        if piece.first == piece.last == serial and match and chinese_number(match[1]) == 1:
            found.add(row)
    return frozenset(found)


def _tops(column: int, spans: Sequence[tuple[int, Piece]], ys: Sequence[float]) -> list[float]:
    """Where each row's text begins, in the columns that have a text in nearly each, ``column`` itself left aside."""
    rows: dict[int, set[int]] = {}
    for row, piece in spans:
        rows.setdefault(piece.first, set()).add(row)
    rows.pop(column, None)
    most = max((len(found) for found in rows.values()), default=0)
    tops = list(ys[1:])
    for row, piece in spans:
        if len(rows.get(piece.first, ())) >= DENSE * most:
            tops[row] = min(tops[row], piece.line.top)
    return tops


def _head_rows(pieces: Sequence[Piece], ys: Sequence[float], like: Part | None) -> int:
    """How many rows are a header at first sight: none where a table goes on without repeating it, or counts at once."""
    first = [piece for piece in pieces if middle_of(piece.line) < ys[1]]
    if like is not None:
        before = {squeezed(line.text) for number in set(like.owner[0]) for line in like.cells[number].lines}
        now = {squeezed(piece.line.text) for piece in first}
        return int(len(before & now) > 0.5 * len(now))
    return int(not any(piece.first == 0 and SERIAL.match(piece.line.text.strip()) for piece in first))


def _cell_texts(
    owner: Sequence[Sequence[int]], held: dict[int, list[Line]], xs: Sequence[float], ys: Sequence[float]
) -> tuple[CellText, ...]:
    boxes: dict[int, Box] = {}
    for row, numbers in enumerate(owner):
        for column, number in enumerate(numbers):
            box = Box(xs[column], ys[row], xs[column + 1], ys[row + 1])
            boxes[number] = boxes[number].union(box) if number in boxes else box
    return tuple(
        CellText(boxes[number], tuple(sorted(held.get(number, ()), key=lambda line: line.baseline)))
        for number in range(len(boxes))
    )
