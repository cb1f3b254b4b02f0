"""What ``knowledge/guards.toml`` declares, ready for use by the guards around the network."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """``guards.toml``, ready for use."""

    leading: tuple[str, ...]
    leading_kept: tuple[str, ...]
    cut: re.Pattern[str]
    generic: frozenset[str]
    generic_alone: frozenset[str]
    generic_fronts: tuple[str, ...]
    own_regions: frozenset[str]
    ranks: tuple[str, ...]
    offices: tuple[str, ...]
    acts: re.Pattern[str]
    issuers: re.Pattern[str]
    endings: tuple[tuple[str, str], ...]
    title_endings: tuple[tuple[str, str], ...]
    title_before: tuple[tuple[str, str], ...]
    title_after: tuple[tuple[str, str], ...]


@cache
def rules() -> Rules:
    """The rules of the package."""
    text = resources.files("extractor.language.knowledge").joinpath("guards.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)

    def by_word(table: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(
            sorted(((word, label) for label, words in table.items() for word in words), key=lambda p: -len(p[0]))
        )

    issuers = "|".join(sorted(data["issuers"], key=len, reverse=True))
    return Rules(
        leading=tuple(sorted(data["leading"], key=len, reverse=True)),
        leading_kept=tuple(data["leading_kept"]),
        cut=re.compile("|".join(map(re.escape, sorted(data["cut"], key=len, reverse=True)))),
        generic=frozenset(data["generic"]),
        generic_alone=frozenset(data["generic_alone"]),
        generic_fronts=tuple(data["generic_fronts"]),
        own_regions=frozenset(data["own_regions"]),
        ranks=tuple(sorted(data["ranks"], key=len, reverse=True)),
        offices=tuple(sorted(data["offices"], key=len, reverse=True)),
        acts=re.compile(rf"(?:\d{{4}}年(?:\d+月)?)?(?:先后|陆续|已|还|也|共)?(?:{'|'.join(data['acts'])})"),
        issuers=re.compile(rf"(?:{issuers})(?=(?:首批|第[一二三四五六七八九十]+批)?[“《])"),
        endings=by_word(data["endings"]),
        title_endings=by_word(data["titles"]["endings"]),
        title_before=by_word(data["titles"]["before"]),
        title_after=by_word(data["titles"]["after"]),
    )
