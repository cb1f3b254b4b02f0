"""Where the rows of a table without row rules part: by serial numbers, by the white between texts.

Each line that fills most columns is a row; the lines of wrapped cells go to the row they are centred on (or begin at).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.layout.aligned_spans import Piece, middle_of
from extractor.layout.lines import Line
from extractor.layout.sheet import Part

SERIAL = re.compile(r"^[（(]?(\d{1,4}|[一二三四五六七八九十]{1,3})[）)).、．]?$")
LEADING = re.compile(r"^(\d{1,3})(?:\s*[.、．]\s*|\s+)(?=[\u4e00-\u9fff“《「（(])")
# The same without a blank: told from other figures only by counting up one by one.
_TOUCHING = re.compile(r"^(\d{1,3})\s*[.、．]?\s*(?=[\u4e00-\u9fff“《「（(])")
_SUM = re.compile(r"^\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|平\s*均|总\s*数)")
_NUMERALS = "一二三四五六七八九十"
# A header is no higher than this (ems).
HEAD_HEIGHT = 4.2
# Lines of prose have at least so many characters.
PROSE = 12
# Boundaries nearer than this (points) are one.
SAME = 3.0


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
        for pattern, whole in ((SERIAL, True), (LEADING, False), (_TOUCHING, False)):
            found = [(piece, match[1]) for piece in members if (match := pattern.match(piece.line.text.strip()))]
            numbers = [int(text) if text.isdecimal() else _NUMERALS.find(text) + 1 for _, text in found]
            alone = whole and column == 0 and len(found) == 1 and len(members) <= 2 and best is None
            if (len(numbers) < 2 and not alone) or (whole and len(found) < len(members) - 2):
                continue
            steps = sum(1 for a, b in pairwise(numbers) if b in {a + 1, 1})
            if pattern is _TOUCHING and steps < len(numbers) - 1:
                continue
            if steps >= 0.7 * (len(numbers) - 1) and (best is None or len(found) > len(best[1])):
                best = column, [middle_of(piece.line) for piece, _ in found]
    return (best[0], _with_totals(pieces, best[1])) if best else None


def _with_totals(pieces: Sequence[Piece], numbers: list[float]) -> list[float]:
    """The places of serial numbers, and of the rows of sums that bear none."""
    sums = [middle_of(piece.line) for piece in pieces if _SUM.match(piece.line.text) and piece.first <= 1]
    apart = [y for y in sums if y > numbers[0] and all(abs(y - number) > pieces[0].line.size for number in numbers)]
    return sorted([*numbers, *apart])


def boundaries(
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
            if len(numbers) > 1 or (len(numbers) == 1 and (not by_strip or low == top)):
                ys += _cuts(content, numbers, serial[0])
        elif not by_strip and not (low == top and len(strips) > 1 and _is_head(content)):
            ys += _gaps_between_rows(content, limit)
        ys.append(high)
    return ys


def _is_head(content: Sequence[Piece]) -> bool:
    """Whether what stands above the first rule is a header, and no rows: as high as a name that wraps, or two names."""
    size = content[0].line.size
    height = max(piece.line.bottom for piece in content) - min(piece.line.top for piece in content)
    return height < HEAD_HEIGHT * size


def _dense(content: Sequence[Piece]) -> list[Piece]:
    """The pieces of the columns with most lines: those whose cells are merged say nothing of single rows."""
    counts: dict[int, int] = {}
    for piece in content:
        counts[piece.first] = counts.get(piece.first, 0) + 1
    most = max(counts.values())
    return [piece for piece in content if counts[piece.first] >= 0.7 * most]


def _each_row(content: Sequence[Piece], rows: int, serial: int) -> list[Piece]:
    """The pieces of the serial numbers' column and of those after it that have a line for each row.

    Cells of the columns before it, and of those with fewer lines, are merged over rows and say nothing of single ones.
    """
    counts: dict[int, int] = {}
    for piece in content:
        counts[piece.first] = counts.get(piece.first, 0) + 1
    return [p for p in content if p.first == serial or (p.first > serial and counts[p.first] >= 0.9 * rows)]


def whites_of(content: Sequence[Piece]) -> list[tuple[float, float]]:
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
    dense = _each_row(content, len(numbers), serial)
    whites = whites_of(dense)
    cuts: list[float] = []
    size = content[0].line.size
    level = _level(dense, numbers)
    own = [piece for piece in content if piece.first == serial]
    led = sum(SERIAL.match(piece.line.text.strip()) is None for piece in own) > 0.5 * len(own)
    above = (
        []
        if level and _usual_white(whites) == 0.0
        else [piece for piece in content if piece.line.bottom < numbers[0] - 0.2 * size]
    )
    places = [min(middle_of(piece.line) for piece in above), *numbers] if above else list(numbers)
    start: float | None = None if above else min(piece.line.top for piece in dense)
    for index, (before, after) in enumerate(pairwise(places)):
        inside = [white for white in whites if before < (white[0] + white[1]) / 2 < after]
        if led and not (above and index == 0):
            # The number's own cell ends with the line above the next number.
            low = max(piece.line.baseline for piece in own if middle_of(piece.line) < after - 0.4 * size)
            cuts.append(_own_end(inside, low, after))
            start = cuts[-1]
            continue
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


def _own_end(whites: Sequence[tuple[float, float]], low: float, after: float) -> float:
    """Where a row ends whose number leads a text ending at ``low``, the next number standing at ``after``."""
    inside = [white for white in whites if white[1] > low and white[0] < after]
    widest = max(inside, key=lambda white: white[1] - white[0], default=(low, after))
    return (widest[0] + widest[1]) / 2


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


def limit_of(part: Part | None) -> float | None:
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
    whites = whites_of(_dense(content))
    if not whites:
        return []
    if known is not None:
        return [(low + high) / 2 for low, high in whites if high - low > known]
    widths = sorted(high - low for low, high in whites)
    least = leading_of(content)
    limit = 0.0
    if least is not None and widths[-1] > 1.35 * least:
        wider = [width for width in widths if width > 1.25 * least]
        if wider and widths[0] < 1.15 * least:
            limit = (least + min(wider)) / 2
    cuts = [(low + high) / 2 for low, high in whites if high - low > limit]
    return _above_sums(content, whites, cuts if limit else _with_texts(content, cuts))


def _above_sums(content: Sequence[Piece], whites: Sequence[tuple[float, float]], cuts: Sequence[float]) -> list[float]:
    """The cuts with those above rows of sums, which begin a row however near they stand."""
    found = set(cuts)
    for piece in content:
        if _SUM.match(piece.line.text) and piece.first <= 1:
            above = [(low + high) / 2 for low, high in whites if high <= piece.line.baseline]
            found.update(above[-1:])
    return sorted(found)


def _with_texts(content: Sequence[Piece], cuts: Sequence[float]) -> list[float]:
    """The cuts without those that would leave a row a text in one column only: that is a wrapped cell's line."""
    if len({piece.first for piece in content}) < 2:
        return list(cuts)
    cuts = [cut for cut in cuts if not _within_prose(content, cut)]
    kept: list[float] = []
    last = float("-inf")
    for at, cut in enumerate(cuts):
        end = cuts[at + 1] if at + 1 < len(cuts) else float("inf")
        above, below = (
            len({piece.first for piece in content if low <= middle_of(piece.line) < high})
            for low, high in ((last, cut), (cut, end))
        )
        if above > 1 and below > 1:
            kept.append(cut)
            last = cut
    return kept


def _within_prose(content: Sequence[Piece], cut: float) -> bool:
    """Whether a cut would run through the text of a column of prose: after a full line there, the next one goes on."""
    columns: dict[int, list[Line]] = {}
    for piece in content:
        columns.setdefault(piece.first, []).append(piece.line)
    for lines in columns.values():
        right = max(line.x1 for line in lines)
        full = [line for line in lines if right - line.x1 < 1.3 * line.size and len(line.text) >= PROSE]
        above = [line for line in full if middle_of(line) < cut]
        below = [line for line in lines if middle_of(line) > cut]
        if len(full) >= 0.4 * len(lines) and above and below:
            last, after = max(above, key=middle_of), min(below, key=middle_of)
            between = any(last.baseline < line.baseline < after.baseline for line in lines)
            if not between and after.baseline - last.baseline < 2 * last.size:
                return True
    return False


def leading_of(content: Sequence[Piece]) -> float | None:
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
