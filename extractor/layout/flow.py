"""Sheets → one flow: blocks, tables' parts and pictures of the whole report in reading order, footnotes apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.document import Box
from extractor.layout import patterns
from extractor.layout.aligned import aligned_parts
from extractor.layout.blocks import Block, Column, blocks_of, body_size, column_of
from extractor.layout.footnotes import split_footnotes
from extractor.layout.lines import Line
from extractor.layout.sheet import Part, Sheet
from extractor.layout.undrawn import with_rows

# A box smaller than this share of the page's width, or lower than two lines, frames no text.
FRAME_WIDTH = 0.25
# Pictures smaller than this (points) are ornaments.
PICTURE = 45.0


@dataclass(frozen=True, slots=True)
class PartItem:
    """A table's part in the flow."""

    part: Part
    container: int


@dataclass(frozen=True, slots=True)
class PictureItem:
    """A picture in the flow."""

    page: int
    box: Box
    container: int


Item = Block | PartItem | PictureItem


@dataclass(frozen=True, slots=True)
class Flow:
    """The report's items in reading order, its footnotes by page, its usual column and body font."""

    items: tuple[Item, ...]
    footnotes: Mapping[int, tuple[Block, ...]]
    column: Column
    font: str
    covers: frozenset[int]


@dataclass(slots=True)
class _Containers:
    """Frames numbered over pages: a box cut by a page's end keeps its number."""

    count: int = 0
    last: tuple[Box, int] | None = None
    columns: dict[int, tuple[float, Column]] | None = None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A sheet with its undrawn tables found: the lines left, and the boxes that frame some of them."""

    sheet: Sheet
    lines: tuple[Line, ...]
    frames: tuple[Box, ...]

    @property
    def wide(self) -> bool:
        """Whether it is a landscape page."""
        return self.sheet.width > self.sheet.height

    @property
    def open_part(self) -> Part | None:
        """A table without column rules that the page ends with."""
        if not self.sheet.parts:
            return None
        last = max(self.sheet.parts, key=lambda part: part.ys[-1])
        low = max((line.bottom for line in self.lines), default=0.0)
        return last if not last.ruled and last.ys[-1] >= low else None

    @property
    def main(self) -> list[Line]:
        """The lines outside frames."""
        return [line for line in self.lines if _frame_at(line.box, self.frames) is None]


def flow_of(sheets: Sequence[Sheet], dropped: Mapping[int, frozenset[int]]) -> Flow:
    """Set out the report; ``dropped`` gives by page the indices of lines that are furniture or contents."""
    leaves: list[_Leaf] = []
    for sheet in sheets:
        leaves.append(_leaf(sheet, dropped.get(sheet.number, frozenset()), leaves[-1].open_part if leaves else None))
    every = [line for leaf in leaves for line in leaf.main] or [line for leaf in leaves for line in leaf.lines]
    size = body_size(every) if every else 10.5
    usual = {
        wide: _usual([line for leaf in leaves if leaf.wide == wide for line in leaf.main], size)
        for wide in (False, True)
    }
    default = usual[False] or usual[True] or Column(72, 520, 1.7 * size, size)
    items: list[Item] = []
    notes: dict[int, tuple[Block, ...]] = {}
    containers = _Containers(columns={})
    for leaf in leaves:
        column = usual[leaf.wide] or default
        body, foot = split_footnotes(leaf.lines, leaf.sheet, column)
        if foot:
            notes[leaf.sheet.number] = foot
        items += _page(leaf, body, column, containers)
    covers = frozenset(
        leaf.sheet.number for leaf in (*leaves[:2], *leaves[-1:]) if _is_cover(leaf.sheet, leaf.lines, default)
    )
    return Flow(tuple(items), notes, default, _body_font(every, size), covers)


def _leaf(sheet: Sheet, dropped: frozenset[int], before: Part | None) -> _Leaf:
    lines = [line for at, line in enumerate(sheet.lines) if at not in dropped]
    parts, taken = aligned_parts(sheet, lines, before)
    ruled = [with_rows(part, None if at else before) for at, part in enumerate(sheet.parts)]
    lines = [line for at, line in enumerate(lines) if at not in taken]
    sheet = replace(sheet, parts=(*ruled, *parts))
    return _Leaf(sheet, tuple(lines), tuple(frames_of(sheet, lines)))


def _is_cover(sheet: Sheet, lines: Sequence[Line], column: Column) -> bool:
    """Whether a page is a cover: few lines, none as long as the text's, no table."""
    long = [line for line in lines if line.x1 - line.x0 > 0.85 * (column.right - column.left) and len(line.text) > 24]
    return (
        0 < len(lines) <= 16 and not long and not sheet.parts and any(line.size > 1.2 * column.size for line in lines)
    )


def _usual(lines: Sequence[Line], size: float) -> Column | None:
    return column_of(lines, None, size) if len(lines) >= 4 else None


def _body_font(lines: Sequence[Line], size: float) -> str:
    counts: dict[str, int] = {}
    for line in lines:
        if abs(line.size - size) < 0.06 * size:
            counts[line.font] = counts.get(line.font, 0) + len(line.text)
    return max(counts, key=lambda font: counts[font]) if counts else ""


def _page(leaf: _Leaf, lines: Sequence[Line], usual: Column, containers: _Containers) -> list[Item]:
    """One page's items from top to bottom."""
    sheet, frames = leaf.sheet, leaf.frames
    pictures = [
        box
        for box in sheet.pictures
        if box.x1 - box.x0 > PICTURE and box.bottom - box.top > PICTURE and not _backdrop(box, sheet, lines)
    ]
    inside: dict[int, list[Line]] = {}
    main: list[Line] = []
    for line in lines:
        at = _frame_at(line.box, frames)
        if at is None:
            main.append(line)
        else:
            inside.setdefault(at, []).append(line)
    main_column = column_of(main, usual, usual.size) or usual
    numbers: dict[int, int] = {}
    first_main = min((line.top for line in main), default=1e9)
    for at, frame in enumerate(frames):
        numbers[at] = _number(frame, inside.get(at, []), first_main, containers)
    events: list[tuple[float, float, int, object]] = []
    for line in lines:
        at = _frame_at(line.box, frames)
        events.append((line.top, line.x0, numbers[at] if at is not None else 0, line))
    for part in sheet.parts:
        at = _frame_at(part.box, frames)
        events.append((part.ys[0], part.xs[0], numbers[at] if at is not None else 0, part))
    for box in pictures:
        at = _frame_at(box, frames)
        events.append((box.top, box.x0, numbers[at] if at is not None else 0, box))
    columns = {0: main_column}
    for at, frame in enumerate(frames):
        columns[numbers[at]] = _frame_column(frame, inside.get(at, []), usual, containers, numbers[at])
    bottom = frames[-1] if frames else None
    last_main = max((line.bottom for line in main), default=0.0)
    if bottom is not None and bottom.bottom >= last_main:
        containers.last = (bottom, numbers[len(frames) - 1])
    else:
        containers.last = None
    return _ordered(events, columns, sheet.number)


def _ordered(events: list[tuple[float, float, int, object]], columns: Mapping[int, Column], page: int) -> list[Item]:
    items: list[Item] = []
    held: list[Line] = []
    where = 0

    def flush() -> None:
        if held:
            items.extend(blocks_of(held, columns[where], where))
            held.clear()

    for _, _, container, thing in sorted(events, key=lambda event: (event[0], event[1])):
        if isinstance(thing, Line):
            if container != where:
                flush()
            where = container
            held.append(thing)
            continue
        flush()
        if isinstance(thing, Part):
            items.append(PartItem(thing, container))
        elif isinstance(thing, Box):
            items.append(PictureItem(page, thing, container))
    flush()
    return items


def frames_of(sheet: Sheet, lines: Sequence[Line]) -> list[Box]:
    """The boxes that frame text on a page, from top to bottom: borders and shadings made one where they touch."""
    boxes = [frame.box for frame in sheet.frames] + [fill.box for fill in sheet.fills]
    boxes = [
        box
        for box in boxes
        if box.x1 - box.x0 >= FRAME_WIDTH * sheet.width and box.bottom - box.top >= 14 and not _over_part(box, sheet)
    ]
    merged = True
    while merged:
        merged = False
        for a in range(len(boxes)):
            for b in range(a + 1, len(boxes)):
                if _touching(boxes[a], boxes[b]):
                    boxes[a] = boxes[a].union(boxes[b])
                    del boxes[b]
                    merged = True
                    break
            if merged:
                break
    holding = [box for box in boxes if _frames_text([line for line in lines if _holds(box, line.box)])]
    return sorted(holding, key=lambda box: box.top)


def _frames_text(lines: Sequence[Line]) -> bool:
    """Whether a box holds text enough: two lines, or a case's title whose text is on the next page."""
    return len(lines) >= 2 or any(patterns.case_title(line.text) for line in lines)


def _over_part(box: Box, sheet: Sheet) -> bool:
    """Whether a box is only a table's own frame or shading."""
    for part in sheet.parts:
        inner = part.box
        overlap = max(0.0, min(box.bottom, inner.bottom) - max(box.top, inner.top))
        if overlap > 0.8 * (box.bottom - box.top) and box.x0 > inner.x0 - 6 and box.x1 < inner.x1 + 6:
            return True
    return False


def _touching(a: Box, b: Box) -> bool:
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across <= 0:
        return False
    if down > 1.0:
        return True
    return down > -2.5 and abs(a.x0 - b.x0) < 5 and abs(a.x1 - b.x1) < 5


def _holds(box: Box, inner: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.top + inner.bottom) / 2
    return box.x0 - 1 <= x <= box.x1 + 1 and box.top - 1 <= y <= box.bottom + 1


def _frame_at(box: Box, frames: Sequence[Box]) -> int | None:
    for at, frame in enumerate(frames):
        if _holds(frame, box):
            return at
    return None


def _number(frame: Box, lines: Sequence[Line], first_main: float, containers: _Containers) -> int:
    """A frame's number: that of the frame cut by the page before, when this one goes on with it."""
    if containers.last is not None and frame.top < first_main:
        box, number = containers.last
        same = abs(box.x0 - frame.x0) < 5 and abs(box.x1 - frame.x1) < 5
        title = bool(lines) and patterns.case_title(lines[0].text) is not None
        if same and not title:
            containers.last = None
            return number
    containers.last = None
    containers.count += 1
    return containers.count


def _frame_column(frame: Box, lines: Sequence[Line], usual: Column, containers: _Containers, number: int) -> Column:
    """The column of text in a frame, remembered from page to page."""
    known = containers.columns if containers.columns is not None else {}
    if len(lines) >= 5 or number not in known:
        column = column_of(lines, None) or usual
        if len(lines) < 5:
            left = min(line.x0 for line in lines) if lines else frame.x0
            column = replace(column, left=left, right=frame.x1 - max(left - frame.x0, 0.0))
        known[number] = (frame.x0, column)
        return column
    x0, column = known[number]
    shift = frame.x0 - x0
    return replace(column, left=column.left + shift, right=column.right + shift)


def _backdrop(box: Box, sheet: Sheet, lines: Sequence[Line]) -> bool:
    """Whether a picture lies behind the page's text."""
    if box.x1 - box.x0 > 0.85 * sheet.width and box.bottom - box.top > 0.85 * sheet.height:
        return True
    return sum(1 for line in lines if _holds(box, line.box) and len(line.text) > 20) >= 3
