"""Printed names → identities, with reasons: which mentions are one real thing.

Input are mentions (a name as printed, in one report) and links (what passages themselves say: two names of one
thing, or one renamed to the other). Output is, for each mention, the identity it belongs to. Similar names are
proposed, never fused.

The work falls into **components**: two mentions can only touch each other's identity when a chain of shared
:func:`linking_keys` or links joins them. So :func:`resolve` over any union of whole components gives exactly what
resolving everything gives for them; adding a report means resolving the components it touches, and no more.
What only looks alike (proposals) never changes an identity, and is found apart, by ``graph.identity.proposals``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractor.folding import fold
from extractor.ontology import ontology
from graph.identity.clustering import Clusters, Evidence, Merge, Proposal, Unit
from graph.identity.comparison import equal_because
from graph.identity.keys import NameKey, name_key
from graph.identity.known import NOTHING, Knowledge
from graph.identity.names import ACTOR, group_of, label_of, parse, place_path
from graph.identity.regions import adopted

__all__ = [
    "ALIAS",
    "FIT",
    "NOTHING",
    "RENAME",
    "Component",
    "Identity",
    "Knowledge",
    "Link",
    "Mention",
    "Merge",
    "Proposal",
    "Resolution",
    "Unit",
    "components",
    "linking_keys",
    "reduced",
    "resolve",
]

ALIAS, RENAME, FIT = "alias", "rename", "fit"
_CONTESTED = "Award"  # held by a contest and its event, which are no bodies and the same in every report


class Mention(NamedTuple):
    """A printed name in one report.

    ``holder``: the printed name of the school or developer that a Base, Course, unit … belongs to (of an Award: its
    contest). ``region``: the report's region as printed (上海市); "" where it is unknown.
    """

    label: str
    name: str
    report: str
    holder: str = ""
    region: str = ""


class Link(NamedTuple):
    """What joins two mentions of one report.

    ``kind``: "alias", a passage says that they are one (ALIAS_OF); "rename", a passage says that one was renamed to
    the other (RENAMED_TO), which keeps them two dated names; "fit", ``one`` is a short name that only the full name
    ``other`` of the report fits (from :func:`graph.identity.fitting.fits`). ``passage``: the id of the passage that
    says so, "" for a fit.
    """

    one: Mention
    other: Mention
    passage: str
    kind: str = ALIAS


@dataclass(frozen=True, slots=True)
class Identity:
    """One real thing. ``key``: the identity key in normal form that ids are built from; ``name``: the fullest form.

    ``label`` may differ from a mention's own where passages disagree on what kind of body it is.
    """

    label: str
    key: str
    name: str
    aliases: tuple[str, ...] = ()
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """Each mention's identity, and what the links said but evidence forbids: for a person to decide."""

    identities: Mapping[Mention, Identity]
    proposals: tuple[Proposal, ...] = ()


def linking_keys(mention: Mention, knowledge: Knowledge = NOTHING) -> tuple[str, ...]:
    """Keys through which ``mention`` may touch the identity of others: a shared key puts two into one component."""
    key = name_key(mention.label, mention.name)
    keys = [f"{key.group}:{key.normal}", *knowledge.keys(key.group, mention.name)]
    if key.group == ACTOR:
        second = (parse(name).normal for name in parse(mention.name).second)
        return (*keys, *(f"{key.group}:{normal}" for normal in second))
    if mention.label == _CONTESTED and mention.holder:
        return (f"{key.group}:{key.normal}|{fold(mention.holder)}",)
    if mention.holder:
        # A held thing follows its holder's identity, and is nothing to a like-named thing of another holder.
        holder = name_key("Organization", mention.holder)
        return (f"{holder.group}:{holder.normal}", *knowledge.keys(holder.group, mention.holder))
    return tuple(keys)


def reduced(mention: Mention, tied: bool) -> Mention:
    """``mention`` without what its identity does not depend on: resolving it gives the same identity.

    ``tied``: whether it is an end of an alias or a fit. A full name is one thing in whatever report it stands, so that
    a name of a thousand reports need be resolved once, not a thousand times.
    """
    key = name_key(mention.label, mention.name)
    if mention.label == _CONTESTED and mention.holder:
        return mention._replace(report="", region="")
    if mention.holder:
        # Only a short or regional holder is another body in another report.
        holder = name_key("Organization", mention.holder)
        return mention if holder.short or holder.regional else mention._replace(report="", region="")
    if tied and (key.short or key.regional):
        return mention
    return mention._replace(report="", region=mention.region if key.regional else "")


@dataclass(slots=True)
class Component:
    """Mentions and links that can be resolved without looking at any other."""

    mentions: list[Mention] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def components(
    mentions: Iterable[Mention], links: Iterable[Link] = (), knowledge: Knowledge = NOTHING
) -> Iterator[Component]:
    """The components of ``mentions`` and ``links``, each once, in the order of their first mention."""
    parents: dict[str, str] = {}
    mentions, links = list(mentions), list(links)
    for mention in mentions:
        _join(parents, linking_keys(mention, knowledge))
    for link in links:
        _join(parents, (*linking_keys(link.one, knowledge), *linking_keys(link.other, knowledge)))
    found: dict[str, Component] = defaultdict(Component)
    for mention in mentions:
        found[_root(parents, linking_keys(mention, knowledge)[0])].mentions.append(mention)
    for link in links:
        found[_root(parents, linking_keys(link.one, knowledge)[0])].links.append(link)
    yield from found.values()


def resolve(mentions: Iterable[Mention], links: Iterable[Link] = (), knowledge: Knowledge = NOTHING) -> Resolution:
    """The identity of every mention: equal names, and names that a passage, a fit or ``knowledge`` says are one.

    ``mentions`` must hold both ends of every link. The result depends on the sets of mentions and links alone.
    """
    links = list(links)
    actors: list[Mention] = []
    rest: list[Mention] = []
    for mention in mentions:
        (actors if group_of(mention.label) == ACTOR else rest).append(mention)
    actor_links = [link for link in links if group_of(link.one.label) == group_of(link.other.label) == ACTOR]
    other_links = [link for link in links if group_of(link.one.label) == group_of(link.other.label) != ACTOR]
    bodies = _resolve_group(actors, actor_links, {}, knowledge)
    tied = _tied(links)
    holders: dict[tuple[str, str, str], str] = {}
    for mention in sorted(bodies.identities):
        body = reduced(mention, mention in tied)
        holders.setdefault((body.report, body.region, fold(body.name)), bodies.identities[mention].key)
    things = _resolve_group(rest, other_links, holders, knowledge)
    proposals = tuple(sorted({*bodies.proposals, *things.proposals}))
    return Resolution({**bodies.identities, **things.identities}, proposals)


def _resolve_group(
    mentions: Sequence[Mention],
    links: Sequence[Link],
    holders: Mapping[tuple[str, str, str], str],
    knowledge: Knowledge,
) -> Resolution:
    brief = _brief(links)
    fitted = {link.one for link in links if link.kind == FIT}
    units: dict[Unit, set[Mention]] = defaultdict(set)
    unit_of: dict[Mention, Unit] = {}
    for mention in mentions:
        unit = _unit(mention, mention in brief, mention in fitted, holders)
        units[unit].add(mention)
        unit_of[mention] = unit
    clusters = Clusters({unit: min(mention.name for mention in members) for unit, members in units.items()}, knowledge)
    for link in links:
        if link.kind == RENAME and link.one in unit_of and link.other in unit_of:
            clusters.part(unit_of[link.one], unit_of[link.other])
    clusters.join_all(_evidence(units, unit_of, links, knowledge))
    identities: dict[Mention, Identity] = {}
    for identity, members in _identities(clusters, units, knowledge):
        identities.update({mention: identity for unit in members for mention in units[unit]})
    return Resolution(identities, tuple(clusters.refused))


def _tied(links: Iterable[Link]) -> set[Mention]:
    return {end for link in links if link.kind != RENAME for end in (link.one, link.other)}


def _brief(links: Iterable[Link]) -> set[Mention]:
    """The ends that a passage or a fit gives as short for the other end: of two short forms the shorter one."""
    found = {link.one for link in links if link.kind == FIT}
    for link in links:
        if link.kind == ALIAS:
            one, other = len(fold(link.one.name)), len(fold(link.other.name))
            found |= {end for end, longer in ((link.one, one > other), (link.other, other > one)) if not longer}
    return found


def _unit(mention: Mention, brief: bool, fitted: bool, holders: Mapping[tuple[str, str, str], str]) -> Unit:
    key: NameKey = name_key(mention.label, mention.name)
    if mention.holder:
        return Unit(key.group, key.normal, _holder(mention, holders))
    if (brief and key.short) or (fitted and key.regional):
        # What a short name stands for is said within one report, and holds for that report alone.
        return Unit(key.group, key.normal, scope=f"@{mention.report}")
    return Unit(key.group, key.normal, scope=place_path(mention.region) if key.regional else "")


def _holder(mention: Mention, holders: Mapping[tuple[str, str, str], str]) -> str:
    """The identity key of the holder: as its short name stands in this report, else as its full name does."""
    name = fold(mention.holder)
    if mention.label == _CONTESTED:
        return name
    for report, region in ((mention.report, mention.region), ("", mention.region), ("", "")):
        if (report, region, name) in holders:
            return holders[report, region, name]
    return name_key("Organization", mention.holder).normal


def _evidence(
    units: Mapping[Unit, set[Mention]],
    unit_of: Mapping[Mention, Unit],
    links: Sequence[Link],
    knowledge: Knowledge,
) -> Iterator[Evidence]:
    """Each reason to join two units: what is known, what passages say, what fits."""
    by_key: dict[str, set[tuple[Unit, str, str]]] = defaultdict(set)
    for unit, members in units.items():
        for mention in members:
            for key in knowledge.keys(unit.group, mention.name):
                by_key[key].add((unit, mention.name, mention.label))
    for known in by_key.values():
        ordered = sorted(known)
        for index, (one, name, label) in enumerate(ordered):
            for other, other_name, _ in ordered[index + 1 :]:
                if one != other and (reason := knowledge.same(one.group, name, other_name)):
                    yield Evidence(0, one, other, Merge(name, other_name, reason), label)
    yield from _bracketed(units)
    yield from adopted(units)
    introduced = {unit_of[end] for end in _tied(link for link in links if link.kind == ALIAS) if end in unit_of}
    for link in links:
        if link.kind == RENAME or link.one not in unit_of or link.other not in unit_of:
            continue
        if link.kind == FIT and unit_of[link.one] in introduced:
            continue  # the report says itself what the short name stands for
        first, second = sorted((link.one, link.other))
        said = f"the text says so ({link.passage})" if link.kind == ALIAS else "the only name of the report that fits"
        merge = Merge(first.name, second.name, said)
        yield Evidence(1 if link.kind == ALIAS else 2, unit_of[first], unit_of[second], merge, first.label)


def _bracketed(units: Mapping[Unit, set[Mention]]) -> Iterator[Evidence]:
    """Names printed together with their second name: 上海电机学院附属科技学校（上海市临港科技学校）."""
    for unit, members in units.items():
        if unit.group != ACTOR:
            continue
        for mention in members:
            for name in parse(mention.name).second:
                other = Unit(ACTOR, parse(name).normal)
                if other in units and other != unit:
                    merge = Merge(mention.name, name, "the brackets give it as the second name")
                    yield Evidence(1, min(unit, other), max(unit, other), merge, mention.label)


def _identities(
    clusters: Clusters, units: Mapping[Unit, set[Mention]], knowledge: Knowledge
) -> Iterator[tuple[Identity, list[Unit]]]:
    """Each cluster as an identity. Its key: the registry's name, else its fullest official form."""
    found: list[tuple[str, Unit, list[tuple[str, str, Unit]], list[Unit]]] = []
    for members in clusters.members():
        printed = sorted(
            ((mention.name, mention.label, unit) for unit in members for mention in units[unit]),
            key=lambda item: (*_fullness(item[1], item[0]), not item[2].scope, item[2], item[1]),
        )
        unit = printed[0][2]
        official = min(filter(None, (knowledge.official(unit.group, name) for name, _, _ in printed)), default="")
        key = Unit(unit.group, name_key(printed[0][1], official).normal).key if official else unit.key
        found.append((key, unit, printed, members))
    times = Counter(key for key, *_ in found)
    for key, unit, printed, members in found:
        names = {name for name, _, _ in printed}
        # Two clusters of one registry entry (someone decided that they are two) keep keys of their own.
        own = unit.key if times[key] > 1 else key
        label = _label([label for _, label, _ in printed], printed[0][0])
        aliases = tuple(sorted(names - {printed[0][0]}))
        merges = tuple(sorted({*clusters.reasons(unit), *_spellings(printed)}))
        yield Identity(label, own, printed[0][0], aliases, merges), members


def _spellings(printed: Sequence[tuple[str, str, Unit]]) -> Iterator[Merge]:
    """Why the printed forms of each unit are one name: each beside the unit's fullest."""
    fullest: dict[Unit, str] = {}
    for name, label, unit in printed:
        first = fullest.setdefault(unit, name)
        if fold(name) != fold(first):
            yield Merge(first, name, equal_because(first, name, label))


def _fullness(label: str, name: str) -> tuple[bool, bool, int, str]:
    """The order of printed forms: full before short, without before with brackets, long before short, code point."""
    parts = parse(name) if group_of(label) == ACTOR else None
    bracketed = bool(parts and (parts.second or parts.campus))
    return (name_key(label, name).short, bracketed, -len(fold(name)), name)


def _label(labels: Sequence[str], name: str) -> str:
    """The label of a body whose mentions differ in it: what its name's kind says, else the most specific."""
    if len(set(labels)) == 1:
        return labels[0]
    said = label_of(parse(name))
    return said if said in labels else min(labels, key=lambda label: (list(ontology().labels).index(label), label))


def _root(parents: dict[str, str], key: str) -> str:
    while parents[key] != key:
        parents[key] = parents[parents[key]]
        key = parents[key]
    return key


def _join(parents: dict[str, str], keys: Sequence[str]) -> None:
    for key in keys:
        parents.setdefault(key, key)
    first = _root(parents, keys[0])
    for key in keys[1:]:
        parents[_root(parents, key)] = first
