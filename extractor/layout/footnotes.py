"""Footnotes: small lines at a page's foot that begin with a mark, under a short rule or with the mark raised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from extractor.layout.blocks import Block, Column, block_of
from extractor.layout.lines import Line
from extractor.layout.sheet import Sheet

# Footnotes are set smaller than the text by at least this, and stand in the page's lower part.
SMALLER = 0.93
LOWER = 0.3
# The rule over footnotes is shorter than this share of the column.
SHORT_RULE = 0.5

_RAISED = re.compile(r"^\s*([¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2}|[①-⑳]|[\[［〔]\d{1,2}[\]］〕])\s*")
_PLAIN = re.compile(r"^\s*(\d{1,2})\s*(?=[^\d.、．%％年月日\s])")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def split_footnotes(lines: Sequence[Line], sheet: Sheet, column: Column) -> tuple[list[Line], tuple[Block, ...]]:
    """A page's lines without its footnotes, and the footnotes, a block each."""
    start = len(lines)
    while start > 0 and lines[start - 1].size <= SMALLER * column.size:
        start -= 1
    for at in range(start, len(lines)):
        line = lines[at]
        if line.top < LOWER * sheet.height:
            continue
        if _RAISED.match(line.text) or (_PLAIN.match(line.text) and _under_rule(line, sheet, column)):
            return list(lines[:at]), _blocks(lines[at:], column)
    return list(lines), ()


def marked(text: str) -> tuple[str, int]:
    """A footnote's text with its mark as superscript digits, and by how much that moved what follows."""
    match = _RAISED.match(text) or _PLAIN.match(text)
    number = _number(match[1]) if match else None
    if match is None or number is None:
        return text, 0
    mark = str(number).translate(_SUPERSCRIPTS) + " "
    return mark + text[match.end() :], len(mark) - match.end()


def _under_rule(line: Line, sheet: Sheet, column: Column) -> bool:
    return any(
        line.top - 2.2 * line.size < edge.at < line.baseline
        and edge.end - edge.start < SHORT_RULE * (column.right - column.left)
        for edge in sheet.rules
    )


def _blocks(lines: Sequence[Line], column: Column) -> tuple[Block, ...]:
    """One block a footnote; a line that only happens to begin with a number begins none."""
    groups: list[list[Line]] = []
    number = 0
    for line in lines:
        match = _RAISED.match(line.text) or _PLAIN.match(line.text)
        value = _number(match[1]) if match else None
        if not groups or (value is not None and value == number + 1):
            groups.append([line])
            number = value or number
        else:
            groups[-1].append(line)
    return tuple(block_of(group, column, 0) for group in groups)


def _number(mark: str) -> int | None:
    """The number a mark writes: ¹², ①, [3] or plain digits."""
    if "①" <= mark[0] <= "⑳":
        return ord(mark[0]) - ord("①") + 1
    digits = "".join(str(unicodedata.digit(char)) for char in mark if unicodedata.digit(char, None) is not None)
    return int(digits) if digits else None
