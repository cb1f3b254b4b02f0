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
from extractor.layout.aligned_spans import Piece, merged_below, middle_of
from extractor.layout.grid import Edge
from extractor.layout.lines import Line, Run, bands_of, line_of
from extractor.layout.sheet import CellText, Part
from extractor.reading.page import Fill

_SERIAL = re.compile(r"^[（(]?(\d{1,4}|[一二三四五六七八九十]{1,3})[）).、．]?$")
_LEADING = re.compile(r"^(\d{1,3})(?:\s*[.、．]\s*|\s+)(?=[\u4e00-\u9fff“《「（(])")
_NUMERALS = "一二三四五六七八九十"
# Boundaries nearer than this (points) are one.
SAME = 3.0
# A ruled part with more rows than this has its rows drawn.
MOST_DRAWN = 5


@dataclass(frozen=True, slots=True)
class Walls:
    """What is drawn in a table's region: row rules, cell or row shadings, and x places where they are pieced."""

    rules: tuple[Edge, ...]
    fills: tuple[Fill, ...]
    joints: tuple[float, ...]


def rows_of(
    page: int, lines: Sequence[Line], xs: Sequence[float], walls: Walls, box: Box, *, like: Part | None = None
) -> Part | None:
    """The table's part: rows, merged cells and texts; ``like`` is the part before, whose rows are as far apart."""
    pieces = _pieces(lines, xs, page)
    if not pieces:
        return None
    top = min(box.top, *(piece.line.top for piece in pieces))
    bottom = max(box.bottom, *(piece.line.bottom for piece in pieces))
    drawn = _drawn(walls, xs, top, bottom)
    serial = serial_column(pieces)
    ys = _boundaries(pieces, drawn, serial, (top, bottom), _limit(like))
    pieces = _spanning_header(pieces, xs, ys)
    grouping = _grouping(serial[0] if serial else None, like, len(xs) - 1)
    owner, texts = _cells(pieces, xs, ys, drawn, grouping, continued=like is not None)
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


def serial_column(pieces: Sequence[Piece]) -> tuple[int, list[float]] | None:
    """The column whose texts are rising serial numbers, and the middles of those; the one with most of them.

    Numbers may begin anew (groups), may lead the cell's text (3 某某学校), and may stand under a header.
    """
    best: tuple[int, list[float]] | None = None
    columns: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.first == piece.last:
            columns.setdefault(piece.first, []).append(piece)
    for column in sorted(columns):
        members = columns[column]
        for pattern, whole in ((_SERIAL, True), (_LEADING, False)):
            found = [(piece, match[1]) for piece in members if (match := pattern.match(piece.line.text.strip()))]
            numbers = [int(text) if text.isdecimal() else _NUMERALS.find(text) + 1 for _, text in found]
            alone = whole and column == 0 and len(found) == 1 and len(members) <= 2 and best is None
            if (len(numbers) < 2 and not alone) or (whole and len(found) < len(members) - 2):
                continue
            steps = sum(1 for a, b in pairwise(numbers) if b in {a + 1, 1})
            if steps >= 0.7 * (len(numbers) - 1) and (best is None or len(found) > len(best[1])):
                best = column, [middle_of(piece.line) for piece, _ in found]
    return best


def _boundaries(
    pieces: Sequence[Piece],
    drawn: Sequence[tuple[float, frozenset[int]]],
    serial: tuple[int, list[float]] | None,
    height: tuple[float, float],
    limit: float | None,
) -> list[float]:
    """Row lines: those drawn, and between them those that the texts ask for where only a few are drawn."""
    top, bottom = height
    fixed = [top]
    for y, _ in drawn:
        if y - fixed[-1] > SAME and bottom - y > SAME:
            fixed.append(y)
    fixed.append(bottom)
    strips = list(pairwise(fixed))
    by_strip = len(strips) >= 5
    ys = [fixed[0]]
    for low, high in strips:
        content = [piece for piece in pieces if low <= middle_of(piece.line) < high]
        if not content:
            if high - low < 5 and len(ys) > 1:  # the second line of a double rule
                ys[-1] = high
                continue
        elif serial is not None:
            numbers = [y for y in serial[1] if low <= y < high]
            if len(numbers) > 1 or (len(numbers) == 1 and not by_strip):
                ys += _cuts(content, numbers, serial[0])
        elif not by_strip:
            ys += _gaps_between_rows(content, limit)
        ys.append(high)
    return ys


def _dense(content: Sequence[Piece]) -> list[Piece]:
    """The pieces of the columns with most lines: those whose cells are merged say nothing of single rows."""
    counts: dict[int, int] = {}
    for piece in content:
        counts[piece.first] = counts.get(piece.first, 0) + 1
    most = max(counts.values())
    return [piece for piece in content if counts[piece.first] >= 0.7 * most]


def _whites(content: Sequence[Piece]) -> list[tuple[float, float]]:
    """The white stretches between lines of text, all columns seen as one, from top to bottom."""
    spans = sorted((piece.line.baseline - 0.8 * piece.line.size, piece.line.baseline) for piece in content)
    whites: list[tuple[float, float]] = []
    end = spans[0][1]
    for low, high in spans[1:]:
        if low > end:
            whites.append((end, low))
        end = max(end, high)
    return whites


def _cuts(content: Sequence[Piece], numbers: Sequence[float], serial: int) -> list[float]:
    """Lines between rows that bear a serial number each: the widest white between two numbers.

    Where whites are alike, rows whose texts all begin beside the number end right above the next number; else a row
    reaches as far below its number as above it. What stands above the first number, and not beside it, is the header.
    """
    dense = [*_dense(content), *(piece for piece in content if piece.first == serial)]
    whites = _whites(dense)
    cuts: list[float] = []
    size = content[0].line.size
    level = _level(dense, numbers)
    above = (
        []
        if level and _usual_white(whites) == 0.0
        else [piece for piece in content if piece.line.bottom < numbers[0] - 0.2 * size]
    )
    places = [min(middle_of(piece.line) for piece in above), *numbers] if above else list(numbers)
    start: float | None = None if above else min(piece.line.top for piece in dense)
    for index, (before, after) in enumerate(pairwise(places)):
        inside = [white for white in whites if before < (white[0] + white[1]) / 2 < after]
        if not inside:
            if index or not above:
                cuts.append((before + after) / 2)
            continue
        widest = max(high - low for low, high in inside)
        near = [white for white in inside if white[1] - white[0] > 0.9 * widest]
        header = bool(above) and index == 0
        if header and len(near) == 1 and widest < _usual_white(whites) * 0.8:
            continue  # no header: the first row's own lines
        if level:
            chosen = inside[-1]
        elif header or start is None:
            chosen = near[-1] if header else _nearest(near, (before + after) / 2)
        else:
            even = _nearest(inside, 2 * before - start)
            sure = abs((even[0] + even[1]) / 2 - (2 * before - start)) < 0.35 * size
            chosen = even if sure else _nearest(near, 2 * before - start)
        cuts.append((chosen[0] + chosen[1]) / 2)
        start = cuts[-1]
    return cuts


def _nearest(whites: Sequence[tuple[float, float]], place: float) -> tuple[float, float]:
    return min(whites, key=lambda white: abs((white[0] + white[1]) / 2 - place))


def _level(pieces: Sequence[Piece], numbers: Sequence[float]) -> bool:
    """Whether rows begin beside their numbers: all their columns have a line at the number's height."""
    columns: dict[int, list[Line]] = {}
    for piece in pieces:
        columns.setdefault(piece.first, []).append(piece.line)
    hits = sum(
        any(abs(middle_of(line) - number) < 0.33 * line.size for line in lines)
        for lines in columns.values()
        for number in numbers
    )
    return hits >= 0.93 * len(columns) * len(numbers)


def _usual_white(whites: Sequence[tuple[float, float]]) -> float:
    widths = sorted(high - low for low, high in whites)
    return widths[len(widths) // 2] if widths else 0.0


def _limit(part: Part | None) -> float | None:
    """The white that parts rows rather than the lines of one cell in a table read already; None when none is sure."""
    if part is None:
        return None
    inside = [white for cell in part.cells for white in _line_whites(cell.lines)]
    rows: list[list[Line]] = [[] for _ in part.owner]
    for row, numbers in enumerate(part.owner):
        for number in set(numbers):
            if sum(number in others for others in part.owner) == 1:
                rows[row] += part.cells[number].lines
    between = [
        min(line.baseline - 0.8 * line.size for line in below) - max(line.baseline for line in above)
        for above, below in pairwise(rows[1:])
        if above and below
    ]
    if not inside or not between or min(between) <= 1.15 * max(inside):
        return None
    return (max(inside) + min(between)) / 2


def _line_whites(lines: Sequence[Line]) -> list[float]:
    return [below.baseline - 0.8 * below.size - above.baseline for above, below in pairwise(lines)]


def _gaps_between_rows(content: Sequence[Piece], known: float | None) -> list[float]:
    """Lines between rows without serial numbers: whites wider than those between the lines of wrapped cells."""
    whites = _whites(_dense(content))
    if not whites:
        return []
    if known is not None:
        return [(low + high) / 2 for low, high in whites if high - low > known]
    widths = sorted(high - low for low, high in whites)
    least = _leading(content)
    limit = 0.0
    if least is not None and widths[-1] > 1.35 * least:
        wider = [width for width in widths if width > 1.25 * least]
        if wider and widths[0] < 1.15 * least:
            limit = (least + min(wider)) / 2
    return [(low + high) / 2 for low, high in whites if high - low > limit]


def _leading(content: Sequence[Piece]) -> float | None:
    """The white between two lines of one column that stand nearest, when more than one pair stands so near."""
    columns: dict[int, list[Line]] = {}
    for piece in content:
        columns.setdefault(piece.first, []).append(piece.line)
    gaps = sorted(
        below.baseline - 0.8 * below.size - above.baseline
        for lines in columns.values()
        for above, below in pairwise(sorted(lines, key=lambda line: line.baseline))
        if below.baseline - above.baseline > 0.8 * below.size
    )
    return gaps[0] if gaps else None


def _spanning_header(pieces: Sequence[Piece], xs: Sequence[float], ys: Sequence[float]) -> list[Piece]:
    """The pieces with those of the first row that stand in the middle of several columns spanning them."""
    first = [piece for piece in pieces if middle_of(piece.line) < ys[1]] if len(ys) > 2 else []
    taken = {column for piece in first for column in range(piece.first, piece.last + 1)}
    out: list[Piece] = []
    for piece in pieces:
        if piece not in first or len(first) >= len(xs) - 1:
            out.append(piece)
            continue
        below = [other.line.x0 for other in pieces if other.first == piece.first and middle_of(other.line) > ys[1]]
        if below and abs(min(below) - piece.line.x0) < 0.5 * piece.line.size:
            out.append(piece)  # it begins where its own column does
            continue
        middle = (piece.line.x0 + piece.line.x1) / 2
        best = (piece.first, piece.last)
        least = abs(middle - (xs[piece.first] + xs[piece.last + 1]) / 2) - 0.6 * piece.line.size
        left = piece.first
        while left > 0 and left - 1 not in taken:
            left -= 1
        right = piece.last
        while right + 1 < len(xs) - 1 and right + 1 not in taken:
            right += 1
        for one in range(left, piece.first + 1):
            for other in range(piece.last, right + 1):
                distance = abs(middle - (xs[one] + xs[other + 1]) / 2)
                if (one, other) != best and distance < least:
                    best, least = (one, other), distance
        taken.update(range(best[0], best[1] + 1))
        out.append(Piece(best[0], best[1], piece.line))
    return out


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
    pieces: Sequence[Piece],
    xs: Sequence[float],
    ys: Sequence[float],
    drawn: Sequence[tuple[float, frozenset[int]]],
    grouping: frozenset[int],
    *,
    continued: bool,
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
        row = min(max(bisect_right(ys, middle_of(piece.line)) - 1, 0), rows - 1)
        spans.append((row, piece))
        for column in range(piece.first, piece.last + 1):
            filled[row][column] = True
            if column > piece.first:
                parent[root(row * columns + column)] = root(row * columns + piece.first)
    marked = [next((cols for y, cols in drawn if abs(y - low) <= SAME), frozenset()) for low in ys[1:-1]]
    for column in range(columns):
        if -column - 1 in grouping:
            continue
        if continued and column not in grouping and not filled[min(1, rows - 1)][column]:
            continue  # a blank at a page's top: the rest of a row cut by the page has it
        for row in merged_below(column, filled, spans, ys, marked, grouping=column in grouping):
            parent[root((row + 1) * columns + column)] = root(row * columns + column)
    numbers: dict[int, int] = {}
    owner = tuple(
        tuple(numbers.setdefault(root(row * columns + column), len(numbers)) for column in range(columns))
        for row in range(rows)
    )
    for row, piece in spans:
        held.setdefault(owner[row][piece.first], []).append(piece.line)
    return owner, held


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
        found = [_SERIAL.match(line.text.strip()) for line in cell.lines]
        if len(found) >= 3 and sum(match is not None for match in found) >= 0.9 * len(found):
            return True
        leading = [int(match[1]) for line in cell.lines if (match := _LEADING.match(line.text.strip()))]
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
