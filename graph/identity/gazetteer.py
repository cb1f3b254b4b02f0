"""Places at the head of a name: administrative divisions, with and without 省, 市, 县, 区, and how they nest.

A place is known by its code (GB/T 2260): the first two digits are its province, the first four its prefecture.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

_SUFFIX = re.compile(
    r"(维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|矿区|省|市|县|区|盟|旗)$"
)
_LONGEST = 16


class Place(NamedTuple):
    """A place as a name prints it. ``codes``: the divisions it may be (several share a name); ``text``: as printed."""

    codes: frozenset[str]
    text: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``forms``: printed form → codes it may mean. ``bare``: forms without a suffix. ``stems``: code → stem."""

    forms: Mapping[str, frozenset[str]]
    bare: frozenset[str]
    stems: Mapping[str, str]
    nested_bare: Mapping[str, frozenset[str]]

    def leading(self, text: str, above: Place | None = None) -> tuple[tuple[Place, ...], str]:
        """The places ``text`` begins with, each within the one before it (the first within ``above``), and the rest."""
        places: list[Place] = []
        while found := self._next(text, places[-1] if places else above):
            places.append(found)
            text = text[len(found.text) :]
            if len(places) > 1:
                # The nearer place tells which of several like-named ones the wider is (吉林吉林市).
                places[-2] = places[-2]._replace(
                    codes=frozenset(c for c in places[-2].codes if any(within(d, c) for d in found.codes))
                )
        return tuple(places), text

    def _next(self, text: str, above: Place | None) -> Place | None:
        for length in range(min(_LONGEST, len(text)), 1, -1):
            head = text[:length]
            codes = self.forms.get(head)
            if codes is None and above is not None:
                codes = self.nested_bare.get(head)
            if codes is None:
                continue
            if above is not None:
                codes = frozenset(code for code in codes if any(within(code, wider) for wider in above.codes))
                if not codes:
                    continue
            return Place(codes, head, head in self.bare or head in self.nested_bare)
        return None

    def path(self, code: str) -> str:
        """A place by the stems of its province, its prefecture and itself (江苏/苏州/吴江)."""
        division, _, zone = code.partition(":")
        chain = [division[:size] for size in (2, 4, 6) if size <= len(division)] + ([code] if zone else [])
        return "/".join(self.stems[part] for part in chain if part in self.stems)


def within(code: str, wider: str) -> bool:
    """Whether the place of ``code`` lies in that of ``wider``, and is not the same."""
    return code != wider and code.startswith(wider)


@cache
def knowledge() -> Mapping[str, Any]:
    """The declared knowledge of ``names.toml``."""
    text = resources.files("graph").joinpath("knowledge/names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of the package's own ``places.tsv`` and the zones of ``names.toml``."""
    declared = knowledge()["places"]
    peoples = sorted(declared["peoples"], key=lambda people: -len(people))
    forms: dict[str, set[str]] = defaultdict(set)
    nested: dict[str, set[str]] = defaultdict(set)
    stems: dict[str, str] = {}
    bare: set[str] = set()
    text = resources.files("graph").joinpath("knowledge/places.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        code, name = line.split("\t")
        stem = _stem(name, peoples)
        stems[code] = stem
        forms[name].add(code)
        if "自治" in name:
            forms[stem + name[-1]].add(code)  # 宁夏区, 恩施州, 长阳县
            forms[stem + _SUFFIX.search(name)[1]].add(code)  # type: ignore[index]
        if len(stem) < 2 or stem in declared["not_bare"]:
            continue
        if len(code) < 6 or name.endswith(("县", "市", "旗")):
            forms[stem].add(code)
            bare.add(stem)
        else:
            nested[stem].add(code)
    for zone, code in declared["zones"].items():
        forms[zone].add(f"{code}:{zone}")
        stems[f"{code}:{zone}"] = zone
    for stem in bare:  # 长沙 is the city rather than its county, 吉林 the province rather than its city
        widest = min(map(len, forms[stem]))
        forms[stem] = {code for code in forms[stem] if len(code) == widest}
    return Gazetteer(
        {form: frozenset(codes) for form, codes in forms.items()},
        frozenset(bare),
        stems,
        {form: frozenset(codes) for form, codes in nested.items()},
    )


def _stem(name: str, peoples: list[str]) -> str:
    stem = _SUFFIX.sub("", name) or name
    if not re.search(r"自治(区|州|县|旗)$", name):
        return stem
    while True:
        for people in peoples:
            for ending in (f"{people}族", people):
                if len(ending) > 1 and stem.endswith(ending) and len(stem) > len(ending) + 1:
                    stem = stem[: -len(ending)]
                    break
            else:
                continue
            break
        else:
            return stem
