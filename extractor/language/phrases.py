"""Declared turns of phrase as features of a pair: which patterns of ``knowledge/patterns.toml`` fit around it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

NAME_SIGNS = "\ue000-\ue0ff"  # one private-use character for a name, by its label
FIRST_SIGN = 0xE000
_FREE = "[^。；！？]{0,16}?"
_ENDS = re.compile(r"(?<![A-Z])[HT](?![A-Z])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled pattern. ``before``, ``between``, ``after``: of the first name, of the two, of the second."""

    head_first: bool
    before: re.Pattern[str] | None
    between: re.Pattern[str]
    after: re.Pattern[str] | None

    def fits(self, before: str, between: str, after: str) -> bool:
        """Whether the stretches around two names are as the pattern says."""
        return (
            self.between.fullmatch(between) is not None
            and (self.after is None or self.after.match(after) is not None)
            and (self.before is None or self.before.search(before) is not None)
        )


@cache
def phrases() -> Mapping[str, tuple[tuple[Phrase, ...], tuple[Phrase, ...]]]:
    """By relation type: the patterns with the head first, and those with the tail first."""
    text = resources.files("extractor.language.knowledge").joinpath("patterns.toml").read_text(encoding="utf-8")
    found = {}
    for type_, patterns in tomllib.loads(text)["patterns"].items():
        compiled = [compile_phrase(pattern) for pattern in patterns]
        found[type_] = (
            tuple(phrase for phrase in compiled if phrase.head_first),
            tuple(phrase for phrase in compiled if not phrase.head_first),
        )
    return found


def compile_phrase(pattern: str) -> Phrase:
    """The pattern in compiled form; ``ValueError`` where it has not exactly one H and one T."""
    places = list(_ENDS.finditer(pattern))
    if sorted(place.group() for place in places) != ["H", "T"]:
        raise ValueError(f"not exactly one H and one T in the pattern {pattern!r}")
    first, last = places
    head = pattern[: first.start()]
    return Phrase(
        first.group() == "H",
        re.compile(_translate(head) + "$") if head else None,
        re.compile(_translate(pattern[first.end() : last.start()])),
        _tail(pattern[last.end() :]),
    )


def _tail(text: str) -> re.Pattern[str] | None:
    return re.compile(_translate(text)) if text.strip("^") else None


def _translate(text: str) -> str:
    """The declared form as a regular expression: ~ and N written out, ^ dropped."""
    text = text.replace("^", "").replace("~", _FREE)
    return re.sub(r"(?<![A-Za-z\\])N(?![A-Za-z])", f"[{NAME_SIGNS}]", text)
