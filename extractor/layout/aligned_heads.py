"""The header of a table without column rules: names over several columns, and names over names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractor.layout.aligned_spans import Piece, middle_of

# How far (ems) the middle of a name may stand from the middle of the columns it is for, and of the header's height.
ASIDE = 1.2
HALF = 0.3


@dataclass(frozen=True, slots=True)
class Head:
    """The pieces with the header's spanning its columns, all row lines, how many rows are the header.

    ``tall``: the columns whose name stands in all rows of the header.
    """

    pieces: list[Piece]
    ys: list[float]
    rows: int
    tall: frozenset[int] = frozenset()


def head_of(
    pieces: Sequence[Piece], xs: Sequence[float], ys: list[float], marked: Mapping[int, frozenset[int]], *, rows: int
) -> Head:
    """The header; ``rows`` is 0 where the table goes on without one, ``marked`` the columns drawn at each row line."""
    if rows == 0 or len(ys) < 3:
        return Head(list(pieces), ys, rows)
    every = frozenset(range(len(xs) - 1))
    bands = [1]
    if len(ys) > 3 and marked.get(1) and marked[1] != every and marked.get(2):
        bands.insert(0, 2)  # a rule within the header, under the names over names
    for band in bands:
        found = _two_levels(pieces, xs, ys, band, every - marked[1] if band == 2 else None)
        if found is not None:
            return found
    return Head(_spanning(pieces, xs, ys), ys, rows)


def _two_levels(
    pieces: Sequence[Piece], xs: Sequence[float], ys: list[float], band: int, undrawn: frozenset[int] | None
) -> Head | None:
    """A header of two rows in the first ``band`` rows: names over the names of several columns; None for any other."""
    inside = [piece for piece in pieces if middle_of(piece.line) < ys[band]]
    if not inside:
        return None
    top, bottom = min(p.line.top for p in inside), max(p.line.bottom for p in inside)
    middle, size = (top + bottom) / 2, inside[0].line.size
    upper = [p for p in inside if middle_of(p.line) < middle - HALF * size]
    lower = [p for p in inside if middle_of(p.line) > middle + HALF * size and p.first == p.last]
    # A name that wraps over both halves in a column of its own is one that stands in all rows.
    tall = {p.first for p in inside if abs(middle_of(p.line) - middle) <= HALF * size and p.first == p.last}
    if undrawn is not None:
        tall |= set(undrawn)
    low = sorted({p.first for p in lower} - tall)
    tall |= {p.first for p in upper if p.first == p.last and p.first not in low}
    upper = sorted((p for p in upper if p.first not in tall), key=lambda p: p.line.x0)
    if len(low) < 2 or not upper or max(p.line.bottom for p in upper) > min(p.line.top for p in lower) + 0.35 * size:
        return None
    names: list[Piece] = []
    for group in _runs(low):
        above = [p for p in upper if xs[group[0]] <= (p.line.x0 + p.line.x1) / 2 <= xs[group[-1] + 1]]
        parted = _shared_out(above, group, xs)
        if parted is None:
            return None
        names += parted
    if len(names) != len(upper) or all(p.first == p.last for p in names):
        return None
    rest = [p for p in pieces if p not in upper]
    cut = (max(p.line.bottom for p in upper) + min(p.line.top for p in lower)) / 2
    lines = ys if band == 2 else [ys[0], cut, *ys[1:]]
    covered = {column for p in names for column in range(p.first, p.last + 1)}
    return Head([*rest, *names], lines, 2, frozenset(range(len(xs) - 1)) - covered)


def _runs(columns: Sequence[int]) -> list[list[int]]:
    """Columns as runs of neighbours."""
    runs: list[list[int]] = []
    for column in columns:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _shared_out(names: Sequence[Piece], columns: Sequence[int], xs: Sequence[float]) -> list[Piece] | None:
    """Neighbouring columns shared out among the names above them, each over the middle of its own."""
    if not names or len(names) > len(columns):
        return None
    states: dict[int, tuple[float, list[Piece]]] = {0: (0.0, [])}
    for at, name in enumerate(names):
        middle, size = (name.line.x0 + name.line.x1) / 2, name.line.size
        later: dict[int, tuple[float, list[Piece]]] = {}
        for start, (cost, done) in states.items():
            for end in range(start + 1, len(columns) - (len(names) - at - 1) + 1):
                left, right = xs[columns[start]], xs[columns[end - 1] + 1]
                error = min(abs(middle - (left + right) / 2), abs(name.line.x0 - left) * 2)
                inside = left - size <= name.line.x0 and name.line.x1 <= right + size
                if (
                    inside
                    and error < ASIDE * size + 0.12 * (right - left)
                    and (end not in later or cost + error < later[end][0])
                ):
                    later[end] = (cost + error, [*done, Piece(columns[start], columns[end - 1], name.line)])
        states = later
    found = states.get(len(columns))
    return found[1] if found else None


def _spanning(pieces: Sequence[Piece], xs: Sequence[float], ys: Sequence[float]) -> list[Piece]:
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
