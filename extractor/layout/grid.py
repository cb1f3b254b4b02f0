"""Rules → grids and frames: edges → snapped → joined → components → cells, each step a function of its own.

A *grid* is a set of touching rules that makes at least two columns; a *frame* is one that makes a single column (a case
box with or without a title bar). Whether a grid is a table is asked elsewhere, when its text is known.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractor.document import Box
from extractor.reading.page import Colour, Rule

# Points. Rules nearer than SNAP lie on one line; pieces of a line nearer than JOIN are one piece (dashes too).
SNAP = 1.6
JOIN = 3.2
TOUCH = 2.6
SHORTEST = 7.0
# Grid lines nearer than this make no column or row of their own (double rules, borders beside shading).
NARROWEST_COLUMN = 5.0
LOWEST_ROW = 5.0
# The share of a cell's side a rule must cover to be a wall.
COVERED = 0.6
# A page with more crossings than this is a drawing, not a table.
MOST_PAIRS = 4_000_000


class Edge(NamedTuple):
    """A horizontal (``at`` is y) or vertical (``at`` is x) line from ``start`` to ``end``."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Column lines, row lines and, for each elementary cell ``[row][column]``, the number of the cell it belongs to.

    Merged cells are several elementary cells with one number; numbers count from 0 in reading order.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: tuple[tuple[int, ...], ...]

    @property
    def box(self) -> Box:
        """The grid's box."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        """How many columns."""
        return len(self.xs) - 1

    def cell_at(self, x: float, y: float) -> int:
        """The number of the cell that holds a point of the grid's box."""
        column = min(max(bisect_right(self.xs, x) - 1, 0), self.columns - 1)
        row = min(max(bisect_right(self.ys, y) - 1, 0), self.rows - 1)
        return self.owner[row][column]

    def cell_boxes(self) -> list[Box]:
        """Each cell's box, by its number."""
        boxes: dict[int, Box] = {}
        for row, numbers in enumerate(self.owner):
            for column, number in enumerate(numbers):
                box = Box(self.xs[column], self.ys[row], self.xs[column + 1], self.ys[row + 1])
                boxes[number] = boxes[number].union(box) if number in boxes else box
        return [boxes[number] for number in range(len(boxes))]


def edges_of(rules: Iterable[Rule]) -> tuple[list[Edge], list[Edge]]:
    """Horizontal and vertical edges of the visible rules, snapped and joined."""
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    for rule in rules:
        if is_white(rule.colour):
            continue
        if rule.horizontal:
            horizontal.append(Edge((rule.top + rule.bottom) / 2, rule.x0, rule.x1))
        else:
            vertical.append(Edge((rule.x0 + rule.x1) / 2, rule.top, rule.bottom))
    return joined(horizontal), joined(vertical)


def joints_of(rules: Iterable[Rule]) -> list[tuple[float, float]]:
    """Where horizontal rules that are drawn piece by piece, a cell each, meet: (y, x)."""
    pieces = [
        Edge((rule.top + rule.bottom) / 2, rule.x0, rule.x1)
        for rule in rules
        if rule.horizontal and rule.x1 - rule.x0 >= SHORTEST and not is_white(rule.colour)
    ]
    pieces.sort(key=lambda edge: (round(edge.at), edge.start))
    return [
        (one.at, (one.end + other.start) / 2)
        for one, other in itertools.pairwise(pieces)
        if abs(one.at - other.at) <= SNAP and abs(other.start - one.end) <= 1.5
    ]


def joined(edges: Iterable[Edge]) -> list[Edge]:
    """Edges with those on one line (within SNAP) that touch or nearly touch made one; short leavings dropped."""
    out: list[Edge] = []
    group: list[Edge] = []
    for edge in sorted(edges):
        if group and edge.at - group[-1].at > SNAP:
            out += _merged(group)
            group = []
        group.append(edge)
    if group:
        out += _merged(group)
    return [edge for edge in out if edge.end - edge.start >= SHORTEST]


def _merged(group: Sequence[Edge]) -> list[Edge]:
    at = sum(edge.at for edge in group) / len(group)
    pieces: list[Edge] = []
    for edge in sorted(group, key=lambda edge: edge.start):
        if pieces and edge.start <= pieces[-1].end + JOIN:
            pieces[-1] = Edge(at, pieces[-1].start, max(pieces[-1].end, edge.end))
        else:
            pieces.append(Edge(at, edge.start, edge.end))
    return pieces


def components(horizontal: Sequence[Edge], vertical: Sequence[Edge]) -> list[tuple[list[Edge], list[Edge]]]:
    """Sets of edges that touch one another, as (horizontal, vertical); edges that touch nothing are left out."""
    if len(horizontal) * len(vertical) > MOST_PAIRS:
        return []
    parent = list(range(len(horizontal) + len(vertical)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for v, upright in enumerate(vertical, len(horizontal)):
        low, high = upright.start - TOUCH, upright.end + TOUCH
        for h, level in enumerate(horizontal):
            if low <= level.at <= high and level.start - TOUCH <= upright.at <= level.end + TOUCH:
                parent[root(h)] = root(v)
    sets: dict[int, tuple[list[Edge], list[Edge]]] = {}
    for item in range(len(parent)):
        pair = sets.setdefault(root(item), ([], []))
        if item < len(horizontal):
            pair[0].append(horizontal[item])
        else:
            pair[1].append(vertical[item - len(horizontal)])
    return [pair for pair in sets.values() if pair[0] and pair[1]]


def grid_of(horizontal: Sequence[Edge], vertical: Sequence[Edge]) -> Grid:
    """The grid that one component's edges make; sides left open are closed where the rules end."""
    left, right = min(edge.start for edge in horizontal), max(edge.end for edge in horizontal)
    top, bottom = min(edge.start for edge in vertical), max(edge.end for edge in vertical)
    xs = _positions([edge.at for edge in vertical], left, right, NARROWEST_COLUMN)
    ys = _positions([edge.at for edge in horizontal], top, bottom, LOWEST_ROW)
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = list(range(rows * columns))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for row in range(rows):
        for column in range(columns):
            item = row * columns + column
            if column + 1 < columns and not _walled(vertical, xs[column + 1], ys[row], ys[row + 1]):
                parent[root(item + 1)] = root(item)
            if row + 1 < rows and not _walled(horizontal, ys[row + 1], xs[column], xs[column + 1]):
                parent[root(item + columns)] = root(item)
    numbers: dict[int, int] = {}
    owner = tuple(
        tuple(numbers.setdefault(root(row * columns + column), len(numbers)) for column in range(columns))
        for row in range(rows)
    )
    return Grid(tuple(xs), tuple(ys), owner)


def _positions(places: Iterable[float], first: float, last: float, nearest: float) -> list[float]:
    """Grid lines from rules' places and the extent of the rules across them, near ones made one."""
    lines: list[list[float]] = []
    for place in sorted([*places, first, last]):
        if lines and place - lines[-1][-1] <= nearest:
            lines[-1].append(place)
        else:
            lines.append([place])
    return [sum(group) / len(group) for group in lines]


def _walled(edges: Sequence[Edge], at: float, start: float, end: float) -> bool:
    """Whether edges near ``at`` cover enough of ``start`` to ``end``."""
    covered = 0.0
    for edge in edges:
        if abs(edge.at - at) <= NARROWEST_COLUMN:
            covered = max(covered, min(edge.end, end) - max(edge.start, start))
    return covered >= COVERED * (end - start)


def is_white(colour: Colour) -> bool:
    """Whether a colour cannot be seen on paper."""
    return min(colour) >= 248
