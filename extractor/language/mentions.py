"""Where names stand in a passage: the typeset text made plain, its sentences and clauses, each occurrence of a name.

Everything here is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.records import Entity

_WIDTH: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
_MARKS = _WIDTH | str.maketrans(
    {
        ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！",
        "「": "“", "」": "”", "『": "“", "』": "”", "〝": "“", "〞": "”", "＂": '"',
        "‘": "“", "’": "”", "–": "-", "—": "-", "―": "-", "−": "-", "•": "·", "・": "·", "〈": "《", "〉": "》",
    }
)  # fmt: skip
_BLANKS = frozenset(" \t\r\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\ufeff\u2060\u202a\u202b\u202c\u202d\u202e")
_BLANKS_DROPPED = {ord(char): None for char in _BLANKS}
SENTENCE_ENDS = frozenset("。！？\n")
CLAUSE_ENDS = frozenset("，；：。！？\n")


@dataclass(frozen=True, slots=True)
class Plain:
    """A passage's text in plain form and the way back: ``origin[i]`` is where ``text[i]`` stands in the passage."""

    text: str
    origin: Sequence[int]

    def position(self, start: int) -> int:
        """Where in the plain text the passage's position ``start`` stands."""
        return start if isinstance(self.origin, range) else bisect_left(self.origin, start)


@dataclass(frozen=True, slots=True)
class Name:
    """One of the passage's names: as printed, in plain form, its label, how sure it is that it is a name."""

    printed: str
    plain: str
    label: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Mention:
    """An occurrence of ``names[name]`` at ``text[start:end]`` of the plain text, or of a word that stands for it.

    ``nested``: inside a longer name, where the name stands nowhere alone.
    """

    start: int
    end: int
    name: int
    anaphor: bool = False
    nested: bool = False


def plain_text(text: str) -> str:
    """``text`` without blanks and direction marks, marks of one width and kind; a comma inside a number stays ``,``."""
    return text.translate(_MARKS).translate(_BLANKS_DROPPED)


def to_plain(text: str) -> Plain:
    """The plain form of ``text`` with the way back."""
    marked = text.translate(_MARKS)
    plain = marked.translate(_BLANKS_DROPPED)
    if len(plain) == len(text):
        return Plain(plain, range(len(text)))
    return Plain(plain, [index for index, char in enumerate(marked) if char not in _BLANKS])


def find_all(text: str, words_by_start: Mapping[str, Sequence[str]]) -> list[tuple[int, int, str]]:
    """All leftmost-longest occurrences (start, end, word) of the words, which are keyed by their first two characters.

    Words of one character are keyed by it alone. Each list is sorted longest first.
    """
    found = []
    position, length = 0, len(text)
    get = words_by_start.get
    while position < length:
        word = None
        candidates = get(text[position : position + 2])
        if candidates:
            word = next((c for c in candidates if text.startswith(c, position)), None)
        if word is None:
            single = get(text[position])
            if single:
                word = single[0]
        if word is None:
            position += 1
        else:
            found.append((position, position + len(word), word))
            position += len(word)
    return found


def by_start(words: Iterable[str]) -> dict[str, list[str]]:
    """The words keyed for :func:`find_all`."""
    keyed: dict[str, list[str]] = {}
    for word in words:
        if word:
            keyed.setdefault(word[:2], []).append(word)
    for group in keyed.values():
        group.sort(key=len, reverse=True)
    return keyed


def names_of(entities: Sequence[Entity]) -> list[Name]:
    """The distinct names among a passage's entities, by first mention; anaphors are passed over."""
    names: dict[str, Name] = {}
    for entity in entities:
        plain = plain_text(entity.name)
        if entity.refers_to is None and plain:
            known = names.get(plain)
            if known is None:
                names[plain] = Name(entity.name, plain, entity.label, entity.confidence)
            elif known.confidence < entity.confidence:
                names[plain] = replace(known, confidence=entity.confidence)
    return list(names.values())


def locate(text: str, names: Sequence[Name]) -> list[Mention]:
    """Every occurrence of the names, the longest where they overlap; one that stands only inside others is nested."""
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        numbers.setdefault(name.plain, number)
    mentions = [Mention(start, end, numbers[word]) for start, end, word in find_all(text, by_start(numbers))]
    seen = {mention.name for mention in mentions}
    missing = {word: number for word, number in numbers.items() if word and number not in seen}
    for word, number in missing.items():
        start = text.find(word)
        if start >= 0:
            mentions.append(Mention(start, start + len(word), number, nested=True))
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    return mentions


@dataclass(frozen=True, slots=True)
class Breaks:
    """The ends of sentences and clauses of a plain text, for asking which of them a position is in."""

    sentences: Sequence[int]
    clauses: Sequence[int]

    def sentence(self, position: int) -> int:
        """The number of the sentence at ``position``."""
        return bisect_right(self.sentences, position - 1)

    def clause(self, position: int) -> int:
        """The number of the clause at ``position``, counted through the whole passage."""
        return bisect_right(self.clauses, position - 1)

    def clause_start(self, position: int) -> int:
        """Where the clause at ``position`` begins."""
        number = self.clause(position)
        return self.clauses[number - 1] + 1 if number else 0


def breaks(text: str) -> Breaks:
    """The breaks of a plain text; an unbroken stretch of 200 characters ends too, so that no clause is endless."""
    sentences, clauses = [], []
    last = 0
    for index, char in enumerate(text):
        if char in CLAUSE_ENDS:
            if char == "，" and text[index - 1 : index].isdigit() and text[index + 1 : index + 4].isdigit():
                continue
            clauses.append(index)
            if char in SENTENCE_ENDS:
                sentences.append(index)
            last = index
        elif index - last >= 400:
            clauses.append(index)
            sentences.append(index)
            last = index
    return Breaks(sentences, clauses)
