"""Running heads and feet, and page numbers: what repeats at the margins of pages is not the report's text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extractor.layout import patterns
from extractor.layout.lines import Line
from extractor.layout.sheet import Sheet

# How many lines from the page's top or bottom may be furniture, and how deep (share of the height) they may stand.
LINES = 3
MARGIN = 0.11
DEEPEST = 0.16
_DIGITS = re.compile(r"\d+|[ivxIVX]{1,6}$")


def furniture(sheets: Sequence[Sheet]) -> dict[int, frozenset[int]]:
    """For each page number, the indices of its lines that are running heads, feet or page numbers."""
    seen: Counter[tuple[str, int, int]] = Counter()
    texts: Counter[tuple[str, bool]] = Counter()
    read = [sheet for sheet in sheets if sheet.lines]
    for sheet in read:
        for line, top in _edges(sheet):
            seen[(_masked(line.text), _place(line, sheet), int(top))] += 1
            texts[(_masked(line.text), top)] += 1
    enough = 2 if len(read) <= 5 else 3
    # Page numbers stand at one place on many pages; a lone number elsewhere is a row's.
    numbers = Counter(
        (place + near, top)
        for sheet in read
        for line, top in _edges(sheet)
        if _is_number(line, sheet)
        for place in (_place(line, sheet),)
        for near in (-2, 0, 2)
    )
    known_places = {
        (place, top) for (text, place, top), count in seen.items() if count >= enough and text and text != "#"
    }
    found: dict[int, frozenset[int]] = {}
    for sheet in read:
        drop = set()
        for line, top in _edges(sheet):
            margin = _depth(line, sheet, top) <= MARGIN
            masked, place = _masked(line.text), _place(line, sheet)
            count = seen[(masked, place, int(top))]
            repeated = count >= enough if margin else count >= max(enough, 0.5 * len(read))
            # Chapter names in running heads: another text at the very place of a known head.
            placed = margin and (place, int(top)) in known_places and len(line.text) <= 40
            elsewhere = margin and masked != "#" and texts[(masked, top)] >= max(enough, 4)
            number = _is_number(line, sheet) and (numbers[place, top] >= 2 or len(read) == 1)
            if repeated or placed or elsewhere or number:
                drop.add(sheet.lines.index(line))
        found[sheet.number] = frozenset(drop)
    return found


def _edges(sheet: Sheet) -> list[tuple[Line, bool]]:
    """The first and last lines of a page near its margins, with whether they are at the top."""
    lines = sheet.lines
    first = [(line, True) for line in lines[:LINES] if _depth(line, sheet, True) <= DEEPEST]
    last = [(line, False) for line in lines[-LINES:] if _depth(line, sheet, False) <= DEEPEST]
    return first + last


def _depth(line: Line, sheet: Sheet, top: bool) -> float:
    return (line.bottom if top else sheet.height - line.top) / sheet.height


def _place(line: Line, sheet: Sheet) -> int:
    """A line's height on the page in steps of 3 points, one number a page format."""
    return round(line.baseline / 3) * 2 + int(sheet.width > sheet.height)


def _masked(text: str) -> str:
    return _DIGITS.sub("#", patterns.squeezed(text))


def _is_number(line: Line, sheet: Sheet) -> bool:
    """Whether a line is a page number alone at the page's head or foot."""
    near = min(line.bottom, sheet.height - line.top) / sheet.height
    return near <= MARGIN and patterns.page_number(line.text)
