"""Lines → blocks: paragraphs, centred lines and footnotes of one page, split by indent, length of line and distance.

A paragraph begins where a line is indented against its column, where the line before ended early though the next
characters would have fitted, where the distance grows, or where the size changes.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Box
from extractor.layout import patterns
from extractor.layout.lines import Line, join_texts

# In ems: what counts as an indent, and how much room must be left at a line's end besides the next characters.
INDENT = 0.9
ROOM = 0.7
# How much larger than the usual line pitch a distance between paragraphs is.
APART = 1.38
_NO_START = frozenset("，。、；：？！）》”’』」】〉…—·％%,.;:?!)]}～")
_NO_END = frozenset("（《“‘『「【〈([{")
# 1. …, （二）…, ③ …: items whose later lines may hang.
_ITEM = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*[、.．\s]|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[①-⑳])"
)
TERMINAL = frozenset("。！？；：!?;:…")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text: its edges, usual line pitch (baseline to baseline) and size."""

    left: float
    right: float
    pitch: float
    size: float


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines of one page that belong together. ``container`` is the frame they stand in, 0 for the page.

    ``indented``: its first line begins inside the column; ``full``: its last line reaches the column's end, so that it
    may go on elsewhere; ``centred``: all its lines stand in the middle.
    """

    lines: tuple[Line, ...]
    container: int
    indented: bool
    full: bool
    centred: bool
    text: str
    gap: float = 0.0

    @property
    def size(self) -> float:
        """The size of its first line."""
        return self.lines[0].size

    @property
    def page(self) -> int:
        """Its page."""
        return self.lines[0].page

    @property
    def bold(self) -> bool:
        """Whether it is bold throughout."""
        return all(run.bold for line in self.lines for run in line.runs)

    @property
    def font(self) -> str:
        """The font of its first line."""
        return self.lines[0].font

    @property
    def box(self) -> Box:
        """Its box."""
        box = self.lines[0].box
        for line in self.lines[1:]:
            box = box.union(line.box)
        return box


def column_of(lines: Sequence[Line], usual: Column | None = None, size: float | None = None) -> Column | None:
    """The column that lines make; ``usual`` fills in where they are too few. None for no lines at all."""
    if not lines:
        return usual
    if size is None:
        size = body_size(lines)
    body = [line for line in lines if abs(line.size - size) < 0.06 * size]
    if len(body) < 4 and usual is not None:
        return usual
    left = _left(body or lines)
    widest = max(line.x1 for line in body or lines)
    longest = [line.x1 for line in body if line.x1 - left >= 0.8 * (widest - left)] or [widest]
    right = sorted(longest)[len(longest) // 2]
    pitches = Counter(
        round((below.baseline - above.baseline) * 2) / 2
        for above, below in itertools.pairwise(body)
        if 0.9 * size < below.baseline - above.baseline < 3.2 * size
    )
    pitch = pitches.most_common(1)[0][0] if pitches else (usual.pitch if usual else 1.6 * size)
    return Column(left, right, pitch, size)


def body_size(lines: Sequence[Line]) -> float:
    """The size most characters have."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(line.size, 1)] += len(line.text)
    return counts.most_common(1)[0][0]


def _left(lines: Sequence[Line]) -> float:
    """The leftmost place where at least two lines begin, one in twelve of many."""
    starts = sorted(line.x0 for line in lines)
    need = max(2, len(starts) // 12)
    for at, start in enumerate(starts):
        if sum(1 for other in starts[at:] if other - start <= 2.0) >= need:
            return start
    return starts[0]


def blocks_of(lines: Sequence[Line], column: Column, container: int) -> list[Block]:
    """Split lines of one column, top to bottom, into blocks."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, column):
            groups[-1].append(line)
        else:
            groups.append([line])
    blocks: list[Block] = []
    above: Line | None = None
    for group in groups:
        gap = group[0].baseline - above.baseline if above is not None else 0.0
        blocks.append(block_of(group, column, container, gap))
        above = group[-1]
    return blocks


def block_of(group: Sequence[Line], column: Column, container: int, gap: float = 0.0) -> Block:
    """One block of the lines given."""
    text = ""
    for line in group:
        text = join_texts(text, line.text)
    first, last = group[0], group[-1]
    centred = all(is_centred(line, column) for line in group)
    return Block(
        tuple(group),
        container,
        first.x0 > column.left + INDENT * first.size,
        last.x1 > column.right - 2.1 * last.size,
        centred,
        text,
        gap,
    )


def is_centred(line: Line, column: Column) -> bool:
    """Whether a line stands in the middle of its column with room on both sides."""
    before, after = line.x0 - column.left, column.right - line.x1
    return before > 1.5 * line.size and after > 1.5 * line.size and abs(before - after) < 1.3 * line.size


def _continues(group: Sequence[Line], line: Line, column: Column) -> bool:
    """Whether ``line`` goes on with the block that ``group`` is so far."""
    last = group[-1]
    size = last.size
    if abs(line.size - size) > 0.08 * size:
        return False
    gap = line.baseline - last.baseline
    pitch = column.pitch if abs(size - column.size) < 0.08 * column.size else 1.75 * size
    if gap > APART * pitch and gap > 1.3 * (group[-1].baseline - group[-2].baseline if len(group) > 1 else 0):
        return False
    if is_centred(last, column) and is_centred(line, column):
        return _same_look(last, line) and size > 1.02 * column.size and not _starts_anew(line.text)
    if _starts_anew(line.text) and (last.text.rstrip()[-1:] in TERMINAL or room_after(last, line, column) > 0):
        return False
    if line.x0 - column.left > INDENT * line.size and not _hangs(group, line):
        return False
    return room_after(last, line, column) <= 0


def _hangs(group: Sequence[Line], line: Line) -> bool:
    """Whether an indented line goes on with a block that is indented as a whole, or hangs after its mark."""
    first, last = group[0], group[-1]
    size = line.size
    if patterns.bullet(line.text):
        return False
    if len(group) > 1:
        return abs(line.x0 - last.x0) < 0.3 * size and last.x0 - first.x0 > -2.5 * size
    if 0.4 * size < line.x0 - first.x0 < 4 * size:
        return bool(patterns.bullet(first.text)) or _numbered(first.text)
    if abs(line.x0 - first.x0) < 0.3 * size:
        return bool(patterns.bullet(first.text)) or first.text[-1] not in TERMINAL
    return False


def room_after(last: Line, line: Line, column: Column) -> float:
    """How much room ``last`` leaves at its end beyond what the beginning of ``line`` would have needed there."""
    text = line.text
    size = last.size
    first = text[0]
    if first.isascii() and not first.isspace() and first not in "([{":
        word = 0
        while word < len(text) and text[word].isascii() and not text[word].isspace():
            word += 1
        need = 0.55 * size * min(word, 60)
    else:
        need = size
        at = 1
        while at < len(text) and at < 4 and (text[at] in _NO_START or text[at - 1] in _NO_END):
            need += size
            at += 1
    return column.right - last.x1 - need - ROOM * size


def _same_look(one: Line, other: Line) -> bool:
    return one.bold == other.bold and abs(one.size - other.size) < 0.05 * one.size


def _starts_anew(text: str) -> bool:
    """Whether a text begins with a mark that only begins something."""
    return bool(
        patterns.bullet(text)
        or patterns.table_caption(text)
        or patterns.figure_caption(text)
        or patterns.case_title(text)
    )


def _numbered(text: str) -> bool:
    """Whether a text begins as a numbered item does, whatever follows."""
    return bool(_ITEM.match(text))
