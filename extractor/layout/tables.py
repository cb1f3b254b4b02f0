"""A table's parts on successive pages → one table: headers, merged cells, sets of columns side by side.

A part is a grid with text (``sheet.Part``). Nothing here looks at glyphs or rules any more.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.document import Box, Cell, Row
from extractor.layout.lines import Line, join_texts
from extractor.layout.patterns import squeezed
from extractor.layout.rivers import rivers
from extractor.layout.sets import unfolded
from extractor.layout.sheet import CellText, Part

# How far (points) column lines of two parts may lie apart, the left edge aside.
SAME_COLUMN = 7.0
_SERIAL = re.compile(r"^\s*[（(]?(\d{1,4}|[一二三四五六七八九十]{1,3})[）).、．]?\s*$")
_LEADING = re.compile(r"^\s*\d{1,3}(?:\s*[.、．]\s*|\s+)(?=[\u4e00-\u9fff“《「（(])")


@dataclass(frozen=True, slots=True)
class Slot:
    """One elementary cell of a row: its text, the cell's number within its part, whether the cell began elsewhere."""

    text: str
    owner: int
    box: Box
    filled: bool
    rows: int
    bold: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a part, as many slots as the part has columns."""

    page: int
    slots: tuple[Slot, ...]
    box: Box

    @property
    def texts(self) -> tuple[str, ...]:
        """The slots' texts without blanks."""
        return tuple(squeezed(slot.text) for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Joined:
    """A table's header and body once its parts are one. ``title`` is a caption printed in its own top row."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    title: str
    pages: tuple[int, ...]


def fits(first: Part, second: Part) -> bool:
    """Whether two parts can be one table: the same columns, or one's columns among the other's."""
    if not first.ruled and not second.ruled:
        if len(first.xs) != len(second.xs):
            return False
        same = all(abs(a - b) <= SAME_COLUMN for a, b in zip(_relative(first), _relative(second), strict=True))
        return same or second.goes_on or _same_rivers(first, second)
    if abs((first.xs[-1] - first.xs[0]) - (second.xs[-1] - second.xs[0])) > 2 * SAME_COLUMN:
        return False
    few, many = sorted((_relative(first), _relative(second)), key=len)
    near = all(any(abs(x - other) <= SAME_COLUMN for other in many) for x in few)
    return near and (len(few) == len(many) or len(few) > 2)


def _same_rivers(first: Part, second: Part) -> bool:
    """Whether the texts of two parts together leave the white between their columns open, headers left aside."""
    lines = [line for part in (first, second) for cell in part.cells for line in cell.lines]
    return len(rivers(lines, max(2, len(lines) // 12))) >= len(first.xs) - 2


def join(parts: Sequence[Part]) -> Joined:
    """The parts of one table, in order, as one table."""
    widths = _columns(parts)
    pages = [[_strip(part, row, widths) for row in range(len(part.owner))] for part in parts]
    title, pages[0] = _title_row(pages[0])
    count = _header_rows(pages)
    head = [strip.texts for strip in pages[0][:count]]
    header = _header(pages[0][:count]) if count else ("",) * len(widths)
    body: list[Strip] = pages[0][count:]
    for index, strips in enumerate(pages[1:], 1):
        rest = _without_header(strips, head)
        body = _appended(body, rest, parts[index].ruled)
    body = [strip for strip in body if any(slot.text for slot in strip.slots)]
    header, rows = unfolded(header, _rows(body), _inner(pages[0][:count]))
    header, rows = _without_empty(header, rows)
    seen = sorted({part.page for part in parts})
    return Joined(header, tuple(rows), title, tuple(seen))


def cell_text(cell: CellText) -> str:
    """A cell's lines as one text: a blank where a line ended though there was room for more."""
    text = ""
    last: Line | None = None
    for line in cell.lines:
        if last is None:
            text = line.text
        else:
            width = cell.box.x1 - cell.box.x0
            room = width - (last.x1 - last.x0) - 2 * _padding(cell)
            text = f"{text} {line.text}" if room > 1.5 * last.size and len(text) > 1 else join_texts(text, line.text)
        last = line
    return text


def _padding(cell: CellText) -> float:
    return max(min((min(line.x0 - cell.box.x0, cell.box.x1 - line.x1) for line in cell.lines), default=0.0), 0.0)


def _relative(part: Part) -> tuple[float, ...]:
    return tuple(x - part.xs[0] for x in part.xs)


def _columns(parts: Sequence[Part]) -> list[float]:
    """Column lines of the whole table, from its left edge: those of all parts."""
    if not any(part.ruled for part in parts):
        return list(_relative(parts[0]))[1:]
    lines = list(_relative(parts[0]))
    for part in parts[1:]:
        for x in _relative(part):
            if all(abs(x - other) > SAME_COLUMN for other in lines):
                lines.append(x)
    return sorted(lines)[1:]


def _strip(part: Part, row: int, widths: Sequence[float]) -> Strip:
    """One row, its slots set out on the whole table's columns."""
    relative = _relative(part)
    slots: list[Slot] = []
    before = -1
    for index, right in enumerate(widths):
        column = next(
            (at for at in range(len(relative) - 1) if right <= relative[at + 1] + SAME_COLUMN), len(relative) - 2
        )
        if not part.ruled and len(widths) == len(relative) - 1:
            column = index
        number = part.owner[row][column]
        cell = part.cells[number]
        above = row > 0 and number in part.owner[row - 1]
        rows = sum(1 for numbers in part.owner if number in numbers)
        bold = bool(cell.lines) and all(line.bold for line in cell.lines)
        slots.append(Slot(cell_text(cell), number, cell.box, above or number == before, rows, bold))
        before = number
    box = Box(part.xs[0], part.ys[row], part.xs[-1], part.ys[row + 1])
    return Strip(part.page, tuple(slots), box)


def _title_row(strips: list[Strip]) -> tuple[str, list[Strip]]:
    """A first row that is one cell across the whole table is its title."""
    if len(strips) > 2 and len(strips[0].slots) > 1:
        first = {slot.owner for slot in strips[0].slots}
        if len(first) == 1 and strips[0].slots[0].text and len({slot.owner for slot in strips[1].slots}) > 1:
            return strips[0].slots[0].text, strips[1:]
    return "", strips


def _header_rows(pages: Sequence[Sequence[Strip]]) -> int:
    """How many rows are the header: as many as later pages repeat, else by the first row's cells."""
    first = pages[0]
    if not first:
        return 0
    repeated = 0
    for strips in pages[1:]:
        same = 0
        for one, other in zip(first, strips, strict=False):
            if one.texts != other.texts or not any(one.texts):
                break
            same += 1
        repeated = max(repeated, same)
    if 0 < repeated < len(first) or (repeated and len(pages) > 1 and len(first) == repeated):
        return repeated
    if _serial(first[0]) or (len(first) == 1 and len(pages) == 1):
        return 0
    deepest = max(slot.rows for slot in first[0].slots)
    shallow = min(slot.rows for slot in first[0].slots)
    if 1 < deepest <= 4 and shallow < deepest < len(first) and _spanned(first[0]):
        return deepest
    return 1


def _serial(strip: Strip) -> bool:
    """Whether a row begins with a serial number, so that it is no header."""
    texts = [text for text in strip.texts if text]
    return bool(texts) and strip.texts[0] != "" and bool(_SERIAL.match(strip.texts[0]))


def _spanned(strip: Strip) -> bool:
    owners = [slot.owner for slot in strip.slots]
    return any(one == other for one, other in itertools.pairwise(owners))


def _header(strips: Sequence[Strip]) -> tuple[str, ...]:
    """One name a column: the header's rows from top to bottom, each text once."""
    names: list[str] = []
    for column in range(len(strips[0].slots)):
        parts: list[str] = []
        for strip in strips:
            text = strip.slots[column].text
            if text and text not in parts:
                parts.append(text)
        names.append(" ".join(parts))
    return tuple(names)


def _without_header(strips: list[Strip], head: Sequence[tuple[str, ...]]) -> list[Strip]:
    """A later page's rows without the header it repeats."""
    count = 0
    for strip, texts in zip(strips, head, strict=False):
        if strip.texts != texts:
            break
        count += 1
    return strips[count:] if count == len(head) else strips


def _appended(body: list[Strip], rest: list[Strip], ruled: bool) -> list[Strip]:
    """Rows of the next page after those before: cells cut by the page's end made whole."""
    if not body or not rest:
        return body + rest
    last, first = body[-1], rest[0]
    if _is_tail(body, rest):
        texts = [_glued(slot.text, more.text) for slot, more in zip(last.slots, first.slots, strict=True)]
        slots = tuple(replace(slot, text=text) for slot, text in zip(last.slots, texts, strict=True))
        later = list(rest[1:])
        for column, (slot, text) in enumerate(zip(first.slots, texts, strict=True)):
            for at, strip in enumerate(later):
                if strip.slots[column].owner != slot.owner:
                    break
                later[at] = _with(strip, column, text)
        return [*body[:-1], replace(last, slots=slots), *later]
    rest = list(rest)
    for column, (above, below) in enumerate(zip(last.slots, first.slots, strict=True)):
        if below.text or not above.text:
            continue
        merged = below.rows > 1 or above.rows > 1 or _merges(body, column) or _merges(rest, column)
        if not merged and ruled and any(not strip.slots[column].text for strip in body):
            continue  # the column has empty cells of its own
        for at, strip in enumerate(rest):
            slot = strip.slots[column]
            if (ruled and slot.owner != below.owner) or slot.text:
                break
            rest[at] = _with(strip, column, above.text)
    return _filled_back(body, rest, ruled)


def _with(strip: Strip, column: int, text: str) -> Strip:
    """The row with a text filled into one of its cells."""
    slots = list(strip.slots)
    slots[column] = replace(slots[column], text=text, filled=True)
    return replace(strip, slots=tuple(slots))


def _filled_back(body: list[Strip], rest: list[Strip], ruled: bool) -> list[Strip]:
    """A merged cell whose text was set on the later page gives it to its rows on the page before."""
    body = list(body)
    for column, below in enumerate(rest[0].slots):
        above = body[-1].slots[column]
        merged = above.rows > 1 or _merges(body, column) or (not ruled and _merges(rest, column))
        if above.text or not below.text or not merged or below.filled:
            continue
        for at in range(len(body) - 1, -1, -1):
            slot = body[at].slots[column]
            if (ruled and slot.owner != above.owner) or slot.text or body[at].page != body[-1].page:
                break
            body[at] = _with(body[at], column, below.text)
    return body + rest


def _merges(strips: Sequence[Strip], column: int) -> bool:
    """Whether a column has a merged cell down."""
    return any(strip.slots[column].rows > 1 and strip.slots[column].text for strip in strips)


def _is_tail(body: Sequence[Strip], rest: Sequence[Strip]) -> bool:
    """Whether a page's first row and the row before it are one: exactly one of the two has the serial number."""
    last, first = body[-1], rest[0]
    others = [*body[:-1], *rest[1:]]
    for column in range(len(first.slots)):
        above, below = last.slots[column], first.slots[column]
        if len(others) < 2 or not below.rows == above.rows == 1:
            continue
        for pattern in (_SERIAL, _LEADING):
            numbered = [bool(pattern.match(slot.text)) for slot in (above, below)]
            cut = numbered[0] != numbered[1] and (
                pattern is _LEADING or not (above.text if numbered[1] else below.text)
            )
            rows = [strip.slots[column] for strip in others]
            if cut and all(pattern.match(slot.text) and slot.rows == 1 for slot in rows):
                lone = first if numbered[0] else last
                return any(slot.text for slot in lone.slots)
    return False


def _glued(first: str, second: str) -> str:
    return join_texts(first, second)


def _rows(strips: Sequence[Strip]) -> list[Row]:
    return [
        Row(
            tuple(
                Cell(slot.text, strip.page, rounded(slot.box), slot.filled and bool(slot.text)) for slot in strip.slots
            ),
            strip.page,
            rounded(strip.box),
        )
        for strip in strips
    ]


def rounded(box: Box) -> Box:
    """A box to one decimal, as documents keep it."""
    return Box(round(box.x0, 1), round(box.top, 1), round(box.x1, 1), round(box.bottom, 1))


def _inner(strips: Sequence[Strip]) -> frozenset[int]:
    """Columns whose header cell began in the column before: no set of columns can begin there."""
    return frozenset(
        column
        for strip in strips
        for column in range(1, len(strip.slots))
        if strip.slots[column].owner == strip.slots[column - 1].owner
    )


def _without_empty(header: tuple[str, ...], rows: list[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """Columns that hold nothing at all, not even a name, are the page's, not the table's."""
    kept = [column for column in range(len(header)) if header[column] or any(row.cells[column].text for row in rows)]
    if len(kept) == len(header):
        return header, rows
    return (
        tuple(header[column] for column in kept),
        [replace(row, cells=tuple(row.cells[column] for column in kept)) for row in rows],
    )
