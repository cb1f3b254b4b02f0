"""What a name itself says: kind, level, rank of the thing it names, by declared rules (``knowledge/kinds.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from extractor.folding import fold


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: fits a folded name by its ending, beginning, a part, the whole, or a pattern.

    Without ``value`` the text that ``pattern`` matched is the value.
    """

    label: str
    property: str
    value: str = ""
    suffix: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    pattern: str = ""

    def read(self, folded: str) -> str:
        """The value this rule finds in a folded name, empty when it does not fit."""
        if (
            (self.suffix and folded.endswith(self.suffix))
            or (self.prefix and folded.startswith(self.prefix))
            or (self.contains and any(part in folded for part in self.contains))
            or folded in self.exact
        ):
            return self.value
        if self.pattern and (found := re.search(self.pattern, folded)):
            return self.value or found.group()
        return ""


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """The declared rules by label, in the file's order; ``TypeError`` names an unknown key."""
    text = resources.files("graph").joinpath("knowledge/kinds.toml").read_text(encoding="utf-8")
    by_label: dict[str, list[Rule]] = {}
    for entry in tomllib.loads(text)["rules"]:
        folded: dict[str, Any] = {
            key: tuple(fold(part) for part in value) if isinstance(value, list) else value
            for key, value in entry.items()
        }
        by_label.setdefault(entry["label"], []).append(Rule(**folded))
    return {label: tuple(found) for label, found in by_label.items()}


@lru_cache(maxsize=100_000)
def said_by_name(label: str, name: str) -> Mapping[str, str]:
    """Properties that the name says, e.g. ``{"kind": "专业群"}``; the first fitting rule of a property wins."""
    folded = fold(name)
    found: dict[str, str] = {}
    for rule in rules().get(label, ()):
        if rule.property not in found and (value := rule.read(folded)):
            found[rule.property] = value
    return found
