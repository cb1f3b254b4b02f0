"""A text as the recogniser sees it: normalised characters and, for each, small integers from declared knowledge.

Everything here takes time linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractor.language import segmentation
from extractor.language.knowledge import families, gazetteer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Features of a character, in the columns' order.
CHANNELS = ("word", "suffix", "trigger", "known", "nest", "next", "shape")
SEGMENT = 128  # characters that the network reads at a time, at most
_MARKS = dict(
    zip(
        "「」『』﹁﹂〝〞•・‧﹒—–－―〈〉【】[]〔〕(),:;?!",
        "“”“”“”“”····----《》（）（）（）（），：；？！",
        strict=True,
    )
)
_OPEN = {"《": 1, "“": 2, "（": 3}
_CLOSE = {"》": 1, "”": 2, "）": 3}
_CLAUSE = frozenset("，。；！？：\n")
_NUMERALS = frozenset("一二三四五六七八九十百千万亿两零〇")
_ENDS = ("。！？\n", "；", "，、：")  # where a long text is cut, best first
_BUCKETS = (0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, *(3,) * 19)  # distance in characters → bucket


@dataclass(frozen=True, slots=True)
class Line:
    """Normalised characters; ``offsets[i]`` is where ``chars[i]`` stands in the text it came from."""

    chars: str
    offsets: list[int]


def normalise(text: str) -> Line:
    """The text without typesetting blanks and invisible characters, in one width, with one kind of each mark."""
    chars: list[str] = []
    offsets: list[int] = []
    blank, quoted = False, False
    for offset, char in enumerate(text):
        mark = _MARKS.get(char)
        if mark is None:
            code = ord(char)
            if code <= 32 or code in (0x3000, 0xA0):
                blank = True
                continue
            if char == '"' or code == 0xFF02:
                quoted = not quoted
                mark = "“" if quoted else "”"
            elif 0xFF01 <= code <= 0xFF5E:
                mark = chr(code - 0xFEE0)
                mark = _MARKS.get(mark, mark)
            elif char == "." and chars and chars[-1] >= "一" and not text[offset + 1 : offset + 2].isalnum():
                mark = "。"  # the half-width full stop that some typesetting puts behind Chinese
            elif code < 0x2000 or 0x3001 <= code < 0xA000:
                mark = char
            elif unicodedata.category(char) in {"Cf", "Cc", "Cs", "Zs", "Zl", "Zp"}:
                blank = True
                continue
            else:
                mark = char
        # A blank parts Latin words; between others it is typesetting.
        if blank and chars and chars[-1].isascii() and chars[-1].isalpha() and mark.isascii() and mark.isalpha():
            chars.append(" ")
            offsets.append(offset - 1)
        blank = False
        chars.append(mark)
        offsets.append(offset)
    return Line("".join(chars), offsets)


def segments(chars: str, limit: int = SEGMENT) -> list[tuple[int, int]]:
    """Cut ``chars`` into pieces of at most ``limit``, at the ends of sentences where there are any."""
    pieces = []
    start = 0
    while len(chars) - start > limit:
        for ends in _ENDS:
            cut = max((chars.rfind(end, start + limit // 3, start + limit) for end in ends), default=-1)
            if cut >= 0:
                break
        end = cut + 1 if cut >= 0 else start + limit
        pieces.append((start, end))
        start = end
    if start < len(chars):
        pieces.append((start, len(chars)))
    return pieces


def sizes() -> dict[str, int]:
    """How many values each channel has."""
    suffixes, triggers = len(families("suffixes").names), len(families("triggers").names)
    return {
        "word": 4,
        "suffix": 2 * suffixes + 1,
        "trigger": 2 * triggers + 1,
        "known": 3 * len(gazetteer().kinds) + 1,
        "nest": 24,
        "next": 4 * suffixes + 1,
        "shape": 6,
    }


def channels(chars: str) -> NDArray[np.int16]:
    """The features of each character: ``(len(chars), len(CHANNELS))``."""
    import numpy as np

    found = np.zeros((len(chars), len(CHANNELS)), dtype=np.int16)
    for index, channel in enumerate((_words, _suffixes, _triggers, _known, _nesting)):
        found[:, index] = channel(chars)
    found[:, 5] = _next_suffix(chars, found[:, 1])
    found[:, 6] = [_shape(char) for char in chars]
    return found


def _words(chars: str) -> list[int]:
    values: list[int] = []
    for word in segmentation.words(chars):
        values += _WORD_SHAPES[len(word)] if len(word) < len(_WORD_SHAPES) else [0, *[1] * (len(word) - 2), 2]
    return values


_WORD_SHAPES = [[], [3], *([0, *[1] * (size - 2), 2] for size in range(2, 12))]


def _family(name: str) -> Callable[[str], list[int]]:
    def channel(chars: str) -> list[int]:
        values = [0] * len(chars)
        for start, end, family in families(name).spans(chars):
            for at in range(start, end):
                values[at] = 2 * family + 1
            values[end - 1] = 2 * family + 2
        return values

    return channel


_suffixes = _family("suffixes")
_triggers = _family("triggers")


def _known(chars: str) -> list[int]:
    values = [0] * len(chars)
    for start, end, kind in gazetteer().spans(chars):
        for at in range(start, end):
            values[at] = 3 * kind + 2
        values[start] = 3 * kind + 1
        values[end - 1] = 3 * kind + 3
    return values


def _nesting(chars: str) -> list[int]:
    """Which mark the character stands in, whether that stands in another, and whether it is the first there."""
    values = [0] * len(chars)
    stack: list[int] = []
    since = 0
    for at, char in enumerate(chars):
        kind = _OPEN.get(char)
        if kind is not None:
            stack.append(kind)
            since = -1
        elif (kind := _CLOSE.get(char)) is not None:
            if kind in stack[-8:]:
                while stack.pop() != kind:
                    pass
            values[at] = 21 + (kind == 1)
            since = 2
            continue
        elif char in "。\n":
            stack.clear()
        since += 1
        if stack:
            values[at] = stack[-1] * 6 + 3 * (len(stack) > 1) + min(since, 2) - 5
    return values


def _next_suffix(chars: str, suffix: NDArray[np.int16]) -> list[int]:
    """The family of the nearest suffix that ends at or after the character in its clause, and how far away."""
    values = [0] * len(chars)
    family, end = -1, 0
    marks = suffix.tolist()
    for at in range(len(chars) - 1, -1, -1):
        mark = marks[at]
        if chars[at] in _CLAUSE:
            family = -1
        elif mark and mark % 2 == 0:
            family, end = mark // 2 - 1, at
        if family >= 0 and end - at < len(_BUCKETS):
            values[at] = 4 * family + _BUCKETS[end - at] + 1
    return values


@cache
def _shape(char: str) -> int:
    if char.isascii():
        return 1 if char.isdigit() else 2 if char.isalpha() else 3
    if char in _NUMERALS:
        return 4
    return 0 if unicodedata.category(char)[0] == "L" else 5


def match_blanks(name: str) -> str:
    """A printed name without the blanks that typesetting put into it; those between Latin words stay."""
    return re.sub(r"(?<![A-Za-z])[\s\u3000]+|[\s\u3000]+(?![A-Za-z])", "", name)
