"""Short names that only one full name of the same report fits: a function of one report, and of no other.

Two kinds: an abbreviation made of the parts of one full name (沪东高级技工, 群星职校), and a name without its place
(南湖职业技术学院 beside 上海南湖职业技术学院). Where two full names fit, neither is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graph.identity.comparison import RANKS, displaced, ranked
from graph.identity.gazetteer import gazetteer
from graph.identity.keys import name_key
from graph.identity.names import ACTOR, Parts, group_of, parse, place_path
from graph.identity.resolution import FIT, Link, Mention
from graph.identity.shortening import abbreviates


def fits(mentions: Iterable[Mention]) -> list[Link]:
    """Links of kind "fit" from short names to full ones. ``mentions``: all of one report."""
    free = sorted(mention for mention in mentions if not mention.holder)
    actors = [mention for mention in free if group_of(mention.label) == ACTOR]
    alliances = [mention for mention in free if mention.label == "Alliance"]
    return [*_actor_fits(actors), *_alliance_fits(alliances)]


def _actor_fits(actors: list[Mention]) -> Iterator[Link]:
    by_head: dict[str, list[_Full]] = defaultdict(list)
    by_core: dict[tuple[str, str], list[_Full]] = defaultdict(list)
    for mention in actors:
        parts = parse(mention.name)
        if parts.campus or (parts.short and not parts.group):
            continue
        full = _Full(parts, mention, frozenset(parts.text))
        for head in _heads(parts):
            by_head[head].append(full)
        if parts.places and not parts.parent:
            for core in {parts.core, parts.places[-1].text.rstrip("市县区") + parts.core}:
                by_core[core, parts.kind].append(full)
    for mention in actors:
        brief = parse(mention.name)
        if brief.short:
            letters = frozenset(brief.text)
            near = (
                full for head in sorted({*brief.text, ""}) for full in by_head.get(head, ()) if letters <= full.letters
            )
        else:
            cores = {brief.core, brief.core[1:] if brief.core[:1] in RANKS else brief.core}
            near = (full for core in sorted(cores) for full in by_core.get((core, brief.kind), ()))
        fitting = {
            full.parts.normal: full.mention
            for full in near
            if full.parts.normal != brief.normal and _fits(brief, full.parts, mention.region)
        }
        if len(fitting) == 1:
            yield Link(mention, next(iter(fitting.values())), "", FIT)


class _Full(NamedTuple):
    """A full name; ``letters`` of it, for whatever abbreviates it has no others."""

    parts: Parts
    mention: Mention
    letters: frozenset[str]


def _heads(parts: Parts) -> set[str]:
    """The characters that a short form of the name, past its place, may begin with."""
    core = parts.parent.core if parts.parent else parts.core
    nearest = parts.places[-1].text[:1] if parts.places else ""
    return {parts.core[:1], core[:1], core.removeprefix("中国")[:1], nearest}


def _fits(brief: Parts, full: Parts, region: str) -> bool:
    if brief.short:
        return len(brief.text) < len(full.text) and abbreviates(brief.text, full)
    if brief.places or brief.parent or brief.site or not full.places or full.parent or not brief.core:
        return False
    if displaced(brief, full):
        return _in_region(full, region)
    if ranked(brief, full):
        # 市人社局 is that of the report's own region, or of the one place of that rank it names.
        return _in_region(full, region)
    same = (brief.core, brief.kind, brief.group, brief.unit, brief.site) == (
        full.core, full.kind, full.group, full.unit, full.site,
    )  # fmt: skip
    return same and _in_region(full, region)


def _in_region(parts: Parts, region: str) -> bool:
    """Whether the full name's place lies in the report's region, as a left-out place is understood to."""
    path = place_path(region)
    paths = {gazetteer().path(code) for code in parts.places[-1].codes}
    return not region or any(found == path or found.startswith(f"{path}/") for found in paths)


def _alliance_fits(alliances: list[Mention]) -> Iterator[Link]:
    """An alliance without its place beside one of the same name with it."""
    by_rest: dict[str, dict[str, Mention]] = defaultdict(dict)
    for mention in alliances:
        place, _, rest = name_key(mention.label, mention.name).normal.partition("|")
        if place:
            by_rest[rest].setdefault(place, mention)
    for mention in alliances:
        place, _, rest = name_key(mention.label, mention.name).normal.partition("|")
        if not place and len(by_rest.get(rest, ())) == 1:
            yield Link(mention, next(iter(by_rest[rest].values())), "", FIT)
