"""The declared knowledge of ``columns.toml``, compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

ACTORS = ("School", "Enterprise", "Organization")


@dataclass(frozen=True, slots=True)
class HeaderWord:
    """What a header word says of its column. ``tie``: the relation a body's role stands for, a person's title."""

    word: str
    kind: str
    label: str = ""
    tie: str = ""


@dataclass(frozen=True, slots=True)
class Endings:
    """Word endings by family; the longest ending of all families wins."""

    longest_first: tuple[tuple[str, tuple[str, ...]], ...]

    def families(self, text: str) -> tuple[str, ...]:
        """The families whose ending is the longest that ``text`` has (more than the ending itself); often none."""
        for ending, families in self.longest_first:
            if text.endswith(ending) and len(text) > len(ending):
                return families
        return ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All of ``columns.toml``."""

    headers: Mapping[str, HeaderWord]
    endings: Endings
    by_family: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, re.Pattern[str]]
    targets: Endings
    caption: Mapping[str, tuple[str, ...]]
    contest_more: str
    names: Mapping[str, tuple[str, ...]]
    surnames: frozenset[str]
    separators: str


def _endings(families: Mapping[str, Iterable[str]]) -> Endings:
    table: dict[str, list[str]] = {}
    for family, words in families.items():
        for word in words:
            table.setdefault(word, []).append(family)
    ordered = sorted(table.items(), key=lambda item: (-len(item[0]), item[0]))
    return Endings(tuple((word, tuple(found)) for word, found in ordered))


@cache
def knowledge() -> Knowledge:
    """The package's own knowledge; ``TypeError`` or ``re.error`` tells a broken entry."""
    text = resources.files("extractor.columns").joinpath("columns.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    headers: dict[str, HeaderWord] = {}
    for entry in data["header"]:
        rest = {key: value for key, value in entry.items() if key != "words"}
        for word in entry["words"]:
            headers[word] = HeaderWord(word=word, **rest)
    caption, names = data["caption"], data["names"]
    return Knowledge(
        headers=headers,
        endings=_endings(data["endings"]),
        by_family={family: tuple(words) for family, words in data["endings"].items()},
        patterns={name: re.compile(pattern) for name, pattern in data["patterns"].items()},
        targets=_endings(caption["targets"]),
        caption={key: tuple(value) for key, value in caption.items() if isinstance(value, list)},
        contest_more=caption["contest_more"],
        names={key: tuple(value) for key, value in names.items() if isinstance(value, list)},
        surnames=frozenset(names["surnames"]),
        separators=names["separators"],
    )


def longest_first(words: Iterable[str]) -> str:
    """A regular expression's alternatives for ``words``, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
