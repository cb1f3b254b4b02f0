"""Short names that only one full name of the same report fits: a function of one report, and of no other.

Two kinds: an abbreviation made of the parts of one full name (沪东高级技工, 群星职校), and a name without its place
(南湖职业技术学院 beside 上海南湖职业技术学院). Where two full names fit, neither is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from graph.comparison import abbreviates, displaced
from graph.gazetteer import gazetteer
from graph.identity import FIT, Link, Mention
from graph.names import ACTOR, Parts, group_of, name_key, parse, place_path


def fits(mentions: Iterable[Mention]) -> list[Link]:
    """Links of kind "fit" from short names to full ones. ``mentions``: all of one report."""
    free = sorted(mention for mention in mentions if not mention.holder)
    actors = [mention for mention in free if group_of(mention.label) == ACTOR]
    alliances = [mention for mention in free if mention.label == "Alliance"]
    return [*_actor_fits(actors), *_alliance_fits(alliances)]


def _actor_fits(actors: list[Mention]) -> Iterator[Link]:
    full: dict[str, list[tuple[Parts, Mention]]] = defaultdict(list)
    for mention in actors:
        parts = parse(mention.name)
        if (not parts.short or parts.group) and not parts.campus:
            for head in _heads(parts):
                full[head].append((parts, mention))
    for mention in actors:
        parts = parse(mention.name)
        fitting: dict[str, Mention] = {}
        heads = sorted({*parts.text, ""})
        for head in heads:
            for other, target in full.get(head, ()):
                if other.normal != parts.normal and _fits(parts, other, mention.region):
                    fitting.setdefault(other.normal, target)
        if len(fitting) == 1:
            yield Link(mention, next(iter(fitting.values())), "", FIT)


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
    if brief.core[0] in "省市区县" and brief.kind == full.kind and brief.core[1:] == full.core:
        # 市人社局 is that of the report's own region, or of the one place of that rank it names.
        return full.places[-1].text.endswith(brief.core[0]) and _in_region(full, region)
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
