"""Merged cells of a table without column rules: a text in the middle of several rows, or at the top of them.

A column's texts are parted among its rows so that each stands where a cell's text does: in the middle of its rows, or
beside the first of them. Rules and shadings drawn in the column are walls that no cell crosses; where walls run on both
sides of the column but not in it, a cell goes on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.layout.lines import Line

# How far (row heights) a text may stand from the middle of the rows it spans.
CENTRED = 0.36
# How far (ems) a text may stand from the height of its first row's text.
LEVEL = 0.45
# White between two lines of one text is less than this many ems.
WRAPPED = 0.75
# How near (ems) a line stands to the height of a row's own text.
SAME_HEIGHT = 0.08
# A line of a group's text that may wrap has more characters than this.
LONG = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text within one column, or across several when a header spans them."""

    first: int
    last: int
    line: Line


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of a part's rows.

    ``ys`` their lines; ``tops`` where the text of each begins; ``head`` how many are the header; ``marked`` the columns
    drawn under each row but the last; ``open_end`` whether the table goes on over the page; ``anew`` the rows at which
    the serial numbers begin anew; ``goes_on`` whether the table began on a page before; ``grouped``
    whether there are columns that group the rows.
    """

    ys: Sequence[float]
    tops: Sequence[float]
    head: int
    marked: Sequence[frozenset[int]]
    open_end: bool = False
    anew: frozenset[int] = frozenset()
    goes_on: bool = False
    grouped: bool = False

    @property
    def uncovered(self) -> float:
        """What it costs (row heights) to leave the first rows to a text on the page before."""
        return 0.05 if self.goes_on else 0.3

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.ys) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """A text of one or more lines: its height on the page and its size."""

    top: float
    bottom: float
    size: float


def middle_of(line: Line) -> float:
    """The y of the middle of a line, in points."""
    return (line.top + line.bottom) / 2


def merged_below(column: int, spans: Sequence[tuple[int, Piece]], rows: Rows, *, grouping: bool) -> list[int]:
    """The rows of a column that are one cell with the row below.

    ``grouping``: the column is of the kind that groups rows; then the first rows may belong to a text on the page
    before, and a single text beside one row is enough. Any other column must have all its rows parted.
    """
    lines = [piece.line for row, piece in spans if piece.first <= column <= piece.last and row >= rows.head]
    told = sum(1 for columns in rows.marked[rows.head :] if columns) >= 0.6 * max(rows.count - rows.head - 1, 1)
    segments = _segments(column, rows)
    if grouping and not told:
        segments = _restarted(segments, lines, rows)
    joins: list[int] = []
    for first, end in segments:
        inside = [line for line in lines if rows.ys[first] <= middle_of(line) < rows.ys[end]]
        blocks = _blocks(inside, rows, wraps=grouping)
        loose = grouping and first == rows.head
        own = list(range(first, end - 1))
        if end - first < 2:
            continue
        if told and all(rows.marked[row] for row in own):
            joins += _parting(blocks, first, end, rows, loose=loose, grouping=grouping, forced=True) if blocks else own
        elif told:
            joins += [row for row in own if rows.marked[row] and not _parted(row, blocks, rows)]
        elif blocks and (len(blocks) < end - first if grouping else not _every_row(inside, first, end, rows)):
            joins += _untold(blocks, first, end, rows, grouping=grouping)
    return joins


def _every_row(lines: Sequence[Line], first: int, end: int, rows: Rows) -> bool:
    """Whether each row has a line of its own."""
    return all(any(rows.ys[at] <= middle_of(line) < rows.ys[at + 1] for line in lines) for at in range(first, end))


def _restarted(segments: list[tuple[int, int]], lines: Sequence[Line], rows: Rows) -> list[tuple[int, int]]:
    """The segments cut where the serial numbers begin anew, if then each has a text (the first one aside)."""
    cut = [
        piece
        for first, end in segments
        for piece in pairwise([first, *(at for at in sorted(rows.anew) if first < at < end), end])
    ]
    full = all(any(rows.ys[a] <= middle_of(line) < rows.ys[b] for line in lines) for a, b in cut[1:])
    return cut if full else segments


def _segments(column: int, rows: Rows) -> list[tuple[int, int]]:
    """Runs of body rows, from the first to before the last, that no wall in the column parts."""
    cuts = [row + 1 for row in range(rows.head, rows.count - 1) if column in rows.marked[row]]
    return list(pairwise([rows.head, *cuts, rows.count])) if rows.count > rows.head else []


def _untold(blocks: Sequence[Block], first: int, end: int, rows: Rows, *, grouping: bool) -> list[int]:
    """Rows to join where nothing drawn tells: all texts must stand as those of merged cells do."""
    if len(blocks) >= end - first and not grouping:
        return []
    if not grouping and len(blocks) == 1 and (end - first) % 2 == 1:
        return []  # a single text beside one row says nothing: it may be that row's alone
    if not grouping and not rows.grouped and all(_beside(block, rows) for block in blocks):
        return []  # each text beside one row, and no column groups the rows: they may be those rows' alone
    return _parting(blocks, first, end, rows, loose=grouping and first == rows.head, grouping=grouping)


def _parted(row: int, blocks: Sequence[Block], rows: Rows) -> bool:
    """Whether a row and the next hold texts of their own, rather than lines of one text or one text alone."""
    line = rows.ys[row + 1]
    above = any(rows.ys[row] <= (block.top + block.bottom) / 2 < line and block.bottom < line + 1 for block in blocks)
    below = any(line <= (block.top + block.bottom) / 2 < rows.ys[row + 2] and block.top > line - 1 for block in blocks)
    return above and below


def _blocks(lines: Sequence[Line], rows: Rows, *, wraps: bool) -> list[Block]:
    """Lines as texts, from top to bottom: near lines are one text unless each is level with a row's own text.

    ``wraps``: a line as long as any of the column goes on in the next, wherever it stands.
    """
    blocks: list[Block] = []
    widest = max((line.x1 - line.x0 for line in lines), default=0.0)
    last: Line | None = None
    for line in sorted(lines, key=lambda line: line.top):
        near = last is not None and line.top - last.bottom < WRAPPED * line.size
        full = wraps and last is not None and len(last.text) > LONG and last.x1 - last.x0 > widest - 0.5 * last.size
        if near and last is not None and (full or not (_level(last, rows) and _level(line, rows))):
            blocks[-1] = Block(blocks[-1].top, max(line.bottom, blocks[-1].bottom), line.size)
        else:
            blocks.append(Block(line.top, line.bottom, line.size))
        last = line
    return blocks


def _level(line: Line, rows: Rows) -> bool:
    """Whether a line stands just as a row's own text does, in its middle or at its top."""
    row = min(max(bisect_right(rows.ys, middle_of(line)) - 1, 0), rows.count - 1)
    middle = (rows.ys[row] + rows.ys[row + 1]) / 2
    return min(abs(line.top - rows.tops[row]), abs(middle_of(line) - middle)) < SAME_HEIGHT * line.size


def _beside(block: Block, rows: Rows) -> bool:
    """Whether a text stands in the middle of one row, or at its top."""
    middle = (block.top + block.bottom) / 2
    row = min(max(bisect_right(rows.ys, middle) - 1, 0), rows.count - 1)
    aside = min(abs(middle - (rows.ys[row] + rows.ys[row + 1]) / 2), abs(block.top - rows.tops[row]))
    return aside < 0.3 * block.size


def _parting(
    blocks: Sequence[Block], first: int, end: int, rows: Rows, *, loose: bool, grouping: bool, forced: bool = False
) -> list[int]:
    """The rows from ``first`` to before ``end`` parted among the texts; the rows to join, none when no parting fits.

    Texts stand in the middle of their rows, or all beside the first ones, whichever fits better. ``loose``: rows before
    the first text may belong to the page before. ``forced``: they are parted even where the texts stand otherwise.
    """
    tops = _tops(blocks, first, end, rows, loose=loose, grouping=grouping or (forced and len(blocks) > 1))
    found = [one for one in (_middles(blocks, first, end, rows, CENTRED, loose=loose), tops) if one]
    if not found and forced:
        found = [one for one in (_middles(blocks, first, end, rows, 9.0, loose=loose),) if one]
    if not found:
        return []
    starts = min(found, key=lambda one: one[0])[1]
    led = range(first, starts[0] - 1) if starts[0] > first else range(0)
    return [*led, *(row for at, after in pairwise([*starts, end]) for row in range(at, after - 1))]


Parting = tuple[float, list[int]]


def _middles(blocks: Sequence[Block], first: int, end: int, rows: Rows, most: float, *, loose: bool) -> Parting | None:
    """The best parting with each text in the middle of its rows: mean error in row heights, where each begins."""
    ys = rows.ys
    height = (ys[end] - ys[first]) / max(end - first, 1)
    limit = most * height + 1
    states: dict[int, Parting] = {first: (0.0, [])}
    if loose:
        states |= {start: (rows.uncovered * height * len(blocks), []) for start in range(first + 1, end)}
    for at, block in enumerate(blocks):
        middle = (block.top + block.bottom) / 2
        later: dict[int, Parting] = {}
        for start, (cost, starts) in states.items():
            ends = range(start + 1, end + 1) if at + 1 < len(blocks) else (end,) if start < end else ()
            for stop in ends:
                error = abs((ys[start] + ys[stop]) / 2 - middle)
                if at + 1 == len(blocks) and rows.open_end and end == rows.count:
                    error = min(error, abs(rows.tops[start] - block.top))  # cut by the page: its text stays above
                if error <= limit and (stop not in later or cost + error < later[stop][0]):
                    later[stop] = (cost + error, [*starts, start])
        states = later
    if end not in states or not blocks:
        return None
    cost, starts = states[end]
    return cost / len(blocks) / height, starts


def _tops(blocks: Sequence[Block], first: int, end: int, rows: Rows, *, loose: bool, grouping: bool) -> Parting | None:
    """The parting with each text beside the first of its rows, as in :func:`_middles`; None when one is not."""
    starts: list[int] = []
    errors = 0.0
    for block in blocks:
        row = min(max(bisect_right(rows.ys, block.top + 0.5 * block.size) - 1, first), end - 1)
        error = abs(rows.tops[row] - block.top)
        if error > LEVEL * block.size or (starts and row <= starts[-1]):
            return None
        starts.append(row)
        errors += error
    reaching = any(
        block.bottom > rows.ys[row + 1] + 0.3 * block.size for block, row in zip(blocks, starts, strict=True)
    )
    if not starts or not (grouping or reaching) or (starts[0] != first and not loose):
        return None
    height = (rows.ys[end] - rows.ys[first]) / max(end - first, 1)
    return errors / len(blocks) / height + rows.uncovered * (starts[0] > first), starts
