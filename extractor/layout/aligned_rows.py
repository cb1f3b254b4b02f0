"""The rows and merged cells of a table without column rules, once its columns are known.

Rows are bounded by rules and shadings; where none are drawn, each line that fills most columns is a row, and the lines
of wrapped cells go to the row they are centred on (or begin at). A text centred over several rows spans them.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Box
from extractor.layout.grid import Edge
from extractor.layout.lines import Line, Run, bands_of, line_of
from extractor.layout.sheet import CellText, Part
from extractor.reading.page import Fill

_SERIAL = re.compile(r"^[（(]?(\d{1,4}|[一二三四五六七八九十]{1,3})[）).、．]?$")
# Boundaries nearer than this (points) are one.
SAME = 3.0
# How far (row heights) a text may stand from the middle of the rows it spans.
CENTRED = 0.36
# White between two lines of one text is less than this many ems.
WRAPPED = 0.75


@dataclass(frozen=True, slots=True)
class Walls:
    """What is drawn in a table's region: row rules, cell or row shadings, and x places where they are pieced."""

    rules: tuple[Edge, ...]
    fills: tuple[Fill, ...]
    joints: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text within one column, or across several when a header spans them."""

    first: int
    last: int
    line: Line


def rows_of(page: int, lines: Sequence[Line], xs: Sequence[float], walls: Walls, box: Box) -> Part | None:
    """The table's part: rows, merged cells and texts."""
    pieces = _pieces(lines, xs, page)
    if not pieces:
        return None
    top = min(box.top, *(piece.line.top for piece in pieces))
    bottom = max(box.bottom, *(piece.line.bottom for piece in pieces))
    drawn = _drawn(walls, xs, top, bottom)
    ys = _boundaries(pieces, drawn, len(xs) - 1, top, bottom)
    owner, texts = _cells(pieces, xs, ys, walls)
    cells = _cell_texts(owner, texts, xs, ys)
    return Part(page, tuple(xs), tuple(ys), owner, cells, ruled=False)


def _pieces(lines: Sequence[Line], xs: Sequence[float], page: int) -> list[Piece]:
    """Each line cut at the column lines; a stretch of text that reaches well into several columns spans them."""
    pieces: list[Piece] = []
    runs = [run for line in lines for run in line.runs]
    columns: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        columns.setdefault(_reach(run, xs), []).append(run)
    for (first, last), members in columns.items():
        for band in bands_of(members):
            line = line_of(band, page)
            if line is not None:
                pieces.append(Piece(first, last, line))
    return sorted(pieces, key=lambda piece: (piece.line.baseline, piece.first))


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


def _boundaries(
    pieces: Sequence[Piece], drawn: Sequence[tuple[float, frozenset[int]]], columns: int, top: float, bottom: float
) -> list[float]:
    """Row lines: those drawn, and between them those that the text asks for where only a few are drawn."""
    fixed = [top]
    for y, _ in drawn:
        if y - fixed[-1] > SAME and bottom - y > SAME:
            fixed.append(y)
    fixed.append(bottom)
    strips = list(itertools.pairwise(fixed))
    contents = [[piece for piece in pieces if low <= _middle(piece.line) < high] for low, high in strips]
    anchors = [_anchors(content, columns) for content in contents]
    body = anchors[1:] if len(anchors) > 2 else anchors
    single = sum(1 for found in body if len(found) <= 1)
    by_strip = len(body) >= 3 and single >= 0.6 * len(body)
    ys = [fixed[0]]
    for (_, high), content, found in zip(strips, contents, anchors, strict=True):
        if not content and ys[-1] != fixed[0] and high - ys[-1] < 4:
            continue
        if len(found) > 1 and not (by_strip and not _serials(content)):
            ys += _cuts(content, found)
        ys.append(high)
    return ys


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _anchors(content: Sequence[Piece], columns: int) -> list[float]:
    """The heights (baselines) of the rows in a strip: serial numbers where there are any, else the fullest lines."""
    serial = _serials(content)
    if serial:
        return serial
    bands: list[tuple[float, set[int]]] = []
    for piece in sorted(content, key=lambda piece: piece.line.baseline):
        size = piece.line.size
        if bands and piece.line.baseline - bands[-1][0] <= 0.3 * size:
            bands[-1][1].update(range(piece.first, piece.last + 1))
        else:
            bands.append((piece.line.baseline, set(range(piece.first, piece.last + 1))))
    if not bands:
        return []
    most = max(len(found) for _, found in bands)
    full = [(y, found) for y, found in bands if len(found) >= max(min(2, columns), 0.6 * most)]
    size = content[0].line.size
    kept: list[tuple[float, set[int]]] = []
    for y, found in full:
        if kept and y - kept[-1][0] < 0.8 * size:
            if len(found) > len(kept[-1][1]):
                kept[-1] = (y, found)
        else:
            kept.append((y, found))
    return _without_wraps([y for y, _ in kept])


def _without_wraps(baselines: list[float]) -> list[float]:
    """Row heights without those so near above the next that both must be one wrapped row, where distances differ."""
    gaps = [below - above for above, below in itertools.pairwise(baselines)]
    if len(gaps) < 2 or max(gaps) < 1.3 * min(gaps):
        return baselines
    near = 1.12 * min(gaps)
    if sum(1 for gap in gaps if gap <= near) > 0.75 * len(gaps):
        return baselines
    return [y for at, y in enumerate(baselines) if at == 0 or gaps[at - 1] > near]


def _serials(content: Sequence[Piece]) -> list[float]:
    """The heights of the serial numbers of a strip's first numbered column; empty when it has none."""
    columns: dict[int, list[Piece]] = {}
    for piece in content:
        if piece.first == piece.last:
            columns.setdefault(piece.first, []).append(piece)
    for column in sorted(columns):
        texts = ["".join(piece.line.text.split()) for piece in columns[column]]
        numbers = [int(match[1]) for text in texts if (match := _SERIAL.match(text)) and match[1].isdecimal()]
        rising = all(b > a or b == 1 for a, b in itertools.pairwise(numbers))
        steps = sum(1 for a, b in itertools.pairwise(numbers) if b == a + 1)
        if len(numbers) == len(texts) >= 2 and rising and steps >= 0.6 * (len(numbers) - 1):
            return [piece.line.baseline for piece in columns[column]]
    return []


def _cuts(content: Sequence[Piece], anchors: Sequence[float]) -> list[float]:
    """Lines between rows: each text goes to the row it is centred on or begins at, and rows part between texts."""
    columns: dict[int, list[Piece]] = {}
    for piece in content:
        columns.setdefault(piece.first, []).append(piece)
    best: list[list[int]] | None = None
    least = float("inf")
    for middle in (True, False):
        total = 0.0
        found: list[list[int]] = []
        for members in columns.values():
            cost, assigned = _assigned([piece.line for piece in members], anchors, middle)
            total += cost
            found.append(assigned)
        if total < least:
            least, best = total, found
    lows = list(anchors)
    highs = [anchor - content[0].line.size for anchor in anchors]
    for members, assigned in zip(columns.values(), best or [], strict=True):
        if len(set(assigned)) < 0.5 * len(anchors):
            continue  # merged cells say nothing of single rows
        for piece, row in zip(members, assigned, strict=True):
            lows[row] = max(lows[row], piece.line.bottom)
            highs[row] = min(highs[row], piece.line.top)
    return [(lows[row] + highs[row + 1]) / 2 for row in range(len(anchors) - 1)]


def _assigned(lines: Sequence[Line], anchors: Sequence[float], middle: bool) -> tuple[float, list[int]]:
    """The row of each line of one column, lines in order and rows rising, at the least distance from the rows."""
    count, rows = len(lines), len(anchors)
    far = float("inf")
    cost = [[0.0] * (rows + 1)] + [[far] * (rows + 1) for _ in range(count)]
    back = [[(0, 0)] * (rows + 1) for _ in range(count + 1)]
    for row in range(1, rows + 1):
        for at in range(count + 1):
            if cost[at][row - 1] < cost[at][row]:
                cost[at][row], back[at][row] = cost[at][row - 1], (at, row - 1)
            for start in range(max(0, at - 8), at):
                if cost[start][row - 1] == far or (at - start > 1 and not _tight(lines[start:at])):
                    continue
                place = lines[start].baseline if not middle else (lines[start].baseline + lines[at - 1].baseline) / 2
                price = cost[start][row - 1] + abs(place - anchors[row - 1]) + 0.01 * (at - start)
                if price < cost[at][row]:
                    cost[at][row], back[at][row] = price, (start, row - 1)
    assigned = [0] * count
    at, row = count, rows
    while at > 0 and row > 0:
        start, before = back[at][row]
        for line in range(start, at):
            assigned[line] = row - 1
        at, row = start, before
    return cost[count][rows], assigned


def _tight(lines: Sequence[Line]) -> bool:
    return all(b.baseline - a.baseline < 2.1 * a.size for a, b in itertools.pairwise(lines))


def _cells(
    pieces: Sequence[Piece], xs: Sequence[float], ys: Sequence[float], walls: Walls
) -> tuple[tuple[tuple[int, ...], ...], dict[int, list[Line]]]:
    """Who owns each elementary cell, and each owner's lines."""
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = list(range(rows * columns))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    held: dict[int, list[Line]] = {}
    filled = [[False] * columns for _ in range(rows)]
    spans: list[tuple[int, Piece]] = []
    for piece in pieces:
        row = min(max(bisect_right(ys, _middle(piece.line)) - 1, 0), rows - 1)
        spans.append((row, piece))
        for column in range(piece.first, piece.last + 1):
            filled[row][column] = True
            if column > piece.first:
                parent[root(row * columns + column)] = root(row * columns + piece.first)
    drawn = _drawn(walls, xs, ys[0], ys[-1])
    marked = [next((cols for y, cols in drawn if abs(y - low) <= SAME), frozenset()) for low in ys[1:-1]]
    for column in range(columns):
        for row in _merged_below(column, filled, spans, ys, marked):
            parent[root((row + 1) * columns + column)] = root(row * columns + column)
    numbers: dict[int, int] = {}
    owner = tuple(
        tuple(numbers.setdefault(root(row * columns + column), len(numbers)) for column in range(columns))
        for row in range(rows)
    )
    for row, piece in spans:
        held.setdefault(owner[row][piece.first], []).append(piece.line)
    return owner, held


def _merged_below(
    column: int,
    filled: Sequence[Sequence[bool]],
    spans: Sequence[tuple[int, Piece]],
    ys: Sequence[float],
    marked: Sequence[frozenset[int]],
) -> list[int]:
    """The rows of a column that are one cell with the row below; ``marked``: the columns drawn under each row."""
    rows = len(filled)
    texts = [row for row in range(rows) if filled[row][column]]
    if len(texts) == rows or not texts:
        return []
    told = sum(1 for columns in marked if columns)
    if told >= 0.6 * (rows - 1) and any(columns and column not in columns for columns in marked):
        return [
            row
            for row in range(rows - 1)
            if marked[row] and column not in marked[row] and not _parted(column, row, spans)
        ]
    if told >= 0.6 * (rows - 1):
        return []
    start = texts[0] if texts[0] <= 1 else 0
    return _centred_spans(column, start, spans, ys)


def _parted(column: int, row: int, spans: Sequence[tuple[int, Piece]]) -> bool:
    """Whether a row and the next hold texts of their own in a column, rather than lines of one text."""
    above = [piece.line for at, piece in spans if at == row and piece.first <= column <= piece.last]
    below = [piece.line for at, piece in spans if at == row + 1 and piece.first <= column <= piece.last]
    if not above or not below:
        return False
    return min(line.top for line in below) - max(line.bottom for line in above) >= WRAPPED * above[0].size


def _centred_spans(column: int, head: int, spans: Sequence[tuple[int, Piece]], ys: Sequence[float]) -> list[int]:
    """Merged rows of a column whose texts stand in the middle of the rows they are for; none unless all fit."""
    rows = len(ys) - 1
    lines = [piece.line for row, piece in spans if piece.first <= column <= piece.last and row > head]
    body = head + 1 if lines else head
    blocks: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda line: line.top):
        if blocks and line.top - blocks[-1][1] < WRAPPED * line.size:
            blocks[-1] = (blocks[-1][0], line.bottom)
        else:
            blocks.append((line.top, line.bottom))
    height = (ys[-1] - ys[body]) / max(rows - body, 1)
    joins: list[int] = []
    at = body
    for low, high in blocks:
        middle = (low + high) / 2
        if at >= rows:
            return []
        best = min(range(at + 1, rows + 1), key=lambda end: abs((ys[at] + ys[end]) / 2 - middle))
        if abs((ys[at] + ys[best]) / 2 - middle) > CENTRED * height + 1:
            return []
        joins += range(at, best - 1)
        at = best
    return joins if at == rows else []


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
