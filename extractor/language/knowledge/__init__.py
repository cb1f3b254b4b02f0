"""Declared knowledge of how names look: suffixes, trigger words, places, majors. Data files with a comment each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Families:
    """Words in named families, to be found in a text leftmost first, the longest at a place."""

    names: tuple[str, ...]
    members: Mapping[str, int]
    pattern: re.Pattern[str]

    def spans(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and family (index into ``names``) of every word of the families in ``text``."""
        for match in self.pattern.finditer(text):
            yield match.start(), match.end(), self.members[match.group()]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Known names and their kinds, looked up by their first two characters."""

    kinds: tuple[str, ...]
    members: Mapping[str, int]
    lengths: Mapping[str, tuple[int, ...]]

    def spans(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and kind (index into ``kinds``) of known names, leftmost first, the longest at a place."""
        at, last = 0, len(text) - 1
        lengths, members = self.lengths, self.members
        while at < last:
            for length in lengths.get(text[at : at + 2], ()):
                kind = members.get(text[at : at + length])
                if kind is not None and at + length <= len(text):
                    yield at, at + length, kind
                    at += length - 1
                    break
            at += 1


def _read(name: str) -> str:
    return resources.files("extractor.language.knowledge").joinpath(name).read_text(encoding="utf-8")


@cache
def families(name: str) -> Families:
    """The families of ``<name>.toml``; a word in two families belongs to the first."""
    data = tomllib.loads(_read(f"{name}.toml"))
    members: dict[str, int] = {}
    for index, entry in enumerate(data.values()):
        for word in entry["words"]:
            members.setdefault(word, index)
    ordered = sorted(members, key=lambda word: (-len(word), word))
    return Families(tuple(data), members, re.compile("|".join(map(re.escape, ordered))))


@cache
def gazetteer() -> Gazetteer:
    """Places by kind (``places.tsv``) and majors (``programs.txt``, kind ``program``)."""
    kinds: dict[str, int] = {}
    members: dict[str, int] = {}
    for line in _read("places.tsv").splitlines():
        if line and not line.startswith("#"):
            name, kind = line.split("\t")
            members[name] = kinds.setdefault(kind, len(kinds))
    program = kinds.setdefault("program", len(kinds))
    for line in _read("programs.txt").splitlines():
        if not line.startswith("#"):
            for name in line.split():
                members.setdefault(name, program)
    lengths: dict[str, set[int]] = {}
    for name in members:
        lengths.setdefault(name[:2], set()).add(len(name))
    return Gazetteer(
        tuple(kinds), members, {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
    )
