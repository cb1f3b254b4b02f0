"""Printed names → identities, with reasons: which mentions are one real thing.

Input are mentions (a name as printed, in one report) and links (what passages themselves say: two names of one
thing, or one renamed to the other). Output is, for each mention, the identity it belongs to. Similar names are
proposed, never fused.

The work falls into **components**: two mentions can only touch each other's identity when a chain of shared
:func:`linking_keys` or links joins them. So :func:`resolve` over any union of whole components gives exactly what
resolving everything gives for them; adding a report means resolving the components it touches, and no more.
What only looks alike (proposals) never changes an identity, and is found apart, by ``graph.proposals``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from extractor.folding import fold
from graph.names import ACTOR, NameKey, group_of, name_key

ALIAS, RENAME, FIT = "alias", "rename", "fit"


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
    the other (RENAMED_TO), which keeps them two dated names; "fit", a short name that only one full name of the
    report fits (from :func:`graph.fitting.fits`). ``passage``: the id of the passage that says so, "" for a fit.
    """

    one: Mention
    other: Mention
    passage: str
    kind: str = ALIAS


class Merge(NamedTuple):
    """Why two names became one identity; each link of a chain has its own."""

    one: str
    other: str
    reason: str


class Proposal(NamedTuple):
    """Two names that are likely, but not certainly, one thing: for a person to decide."""

    label: str
    one: str
    other: str
    reason: str


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


class Knowledge(Protocol):
    """What is known of names beside the reports: a registry, a reviewer's decisions. Decides identity, never facts."""

    def keys(self, group: str, name: str) -> Sequence[str]:
        """What ties ``name`` to other names here (registry entries, decisions): part of its linking keys."""

    def same(self, group: str, one: str, other: str) -> str:
        """The reason why the two are known to be one, "" if they are not known to be."""

    def different(self, group: str, one: str, other: str) -> str:
        """The reason why the two are known to be two, "" if they are not known to be."""


class NoKnowledge:
    """Knows nothing."""

    def keys(self, group: str, name: str) -> Sequence[str]:
        """No ties."""
        return ()

    def same(self, group: str, one: str, other: str) -> str:
        """Not known."""
        return ""

    def different(self, group: str, one: str, other: str) -> str:
        """Not known."""
        return ""


NOTHING = NoKnowledge()


class Unit(NamedTuple):
    """What all mentions of one name share: the unit that is merged with others, or stays alone."""

    group: str
    normal: str
    holder: str = ""
    scope: str = ""

    @property
    def key(self) -> str:
        """The identity key of a thing whose fullest name this is."""
        return "|".join(part for part in (self.normal, self.holder, self.scope) if part)


def linking_keys(mention: Mention, knowledge: Knowledge = NOTHING) -> tuple[str, ...]:
    """Keys through which ``mention`` may touch the identity of others: a shared key puts two into one component."""
    key = name_key(mention.label, mention.name)
    keys = [f"{key.group}:{key.normal}", *knowledge.keys(key.group, mention.name)]
    if key.group == ACTOR:
        return tuple(keys)
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
    if mention.holder or (key.short and tied):
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
    tied = _tied(links)
    units: dict[Unit, set[Mention]] = defaultdict(set)
    unit_of: dict[Mention, Unit] = {}
    for mention in mentions:
        unit = _unit(mention, mention in tied, holders)
        units[unit].add(mention)
        unit_of[mention] = unit
    clusters = _Clusters(units, knowledge)
    for link in links:
        if link.kind == RENAME and link.one in unit_of and link.other in unit_of:
            clusters.part(unit_of[link.one], unit_of[link.other], "one was renamed to the other")
    for _, one, other, merge, label in sorted(_evidence(units, unit_of, links, knowledge)):
        clusters.join(one, other, merge, label)
    identities = {
        mention: identity
        for members in clusters.members()
        for identity in [_identity(members, units, clusters.reasons(members[0]))]
        for unit in members
        for mention in units[unit]
    }
    return Resolution(identities, tuple(clusters.refused))


def _tied(links: Iterable[Link]) -> set[Mention]:
    return {end for link in links if link.kind != RENAME for end in (link.one, link.other)}


def _unit(mention: Mention, tied: bool, holders: Mapping[tuple[str, str, str], str]) -> Unit:
    key: NameKey = name_key(mention.label, mention.name)
    holder = _holder(mention, holders) if mention.holder else ""
    if key.short and tied:
        # What a short name stands for is said within one report, and holds for that report alone.
        return Unit(key.group, key.normal, holder, f"@{mention.report}")
    return Unit(key.group, key.normal, holder, fold(mention.region) if key.regional else "")


def _holder(mention: Mention, holders: Mapping[tuple[str, str, str], str]) -> str:
    """The identity key of the holder: as its short name stands in this report, else as its full name does."""
    name = fold(mention.holder)
    for report, region in ((mention.report, mention.region), ("", mention.region), ("", "")):
        if (report, region, name) in holders:
            return holders[report, region, name]
    return name_key("Organization", mention.holder).normal


def _evidence(
    units: Mapping[Unit, set[Mention]],
    unit_of: Mapping[Mention, Unit],
    links: Sequence[Link],
    knowledge: Knowledge,
) -> Iterator[tuple[int, Unit, Unit, Merge, str]]:
    """Each reason to join two units: (strength, lower is stronger; the units; the merge; the label)."""
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
                    yield 0, one, other, Merge(name, other_name, reason), label
    for link in links:
        if link.kind == RENAME or link.one not in unit_of or link.other not in unit_of:
            continue
        first, second = sorted((link.one, link.other))
        said = f"the text says so ({link.passage})" if link.kind == ALIAS else "the only name of the report that fits"
        merge = Merge(first.name, second.name, said)
        yield 1 if link.kind == ALIAS else 2, unit_of[first], unit_of[second], merge, first.label


class _Clusters:
    """Units joined step by step, the strongest evidence first; never two that are known to be two."""

    def __init__(self, units: Mapping[Unit, set[Mention]], knowledge: Knowledge) -> None:
        self._members: dict[Unit, list[Unit]] = {unit: [unit] for unit in units}
        self._merges: dict[Unit, list[Merge]] = {unit: [] for unit in units}
        self._root: dict[Unit, Unit] = {unit: unit for unit in units}
        self._names = {unit: sorted({mention.name for mention in members}) for unit, members in units.items()}
        self._parted: dict[frozenset[Unit], str] = {}
        self._knowledge = knowledge
        self.refused: list[Proposal] = []

    def part(self, one: Unit, other: Unit, reason: str) -> None:
        """Keep two units apart, whatever else joins them."""
        self._parted[frozenset((one, other))] = reason

    def join(self, one: Unit, other: Unit, merge: Merge, label: str) -> None:
        """Join the clusters of two units for the reason of ``merge``, unless a pair of members forbids it."""
        low, high = sorted((self._root[one], self._root[other]))
        if low == high:
            self._merges[low].append(merge)
            return
        for left in self._members[low]:
            for right in self._members[high]:
                if reason := self._forbids(left, right):
                    self.refused.append(Proposal(label, merge.one, merge.other, f"{merge.reason}; but {reason}"))
                    return
        self._members[low] += self._members.pop(high)
        self._merges[low] += [*self._merges.pop(high), merge]
        for unit in self._members[low]:
            self._root[unit] = low

    def _forbids(self, one: Unit, other: Unit) -> str:
        if reason := self._parted.get(frozenset((one, other))):
            return reason
        for name in self._names[one]:
            for other_name in self._names[other]:
                if reason := self._knowledge.different(one.group, name, other_name):
                    return f"{name} / {other_name}: {reason}"
        return ""

    def members(self) -> Iterator[list[Unit]]:
        """The clusters."""
        yield from self._members.values()

    def reasons(self, unit: Unit) -> list[Merge]:
        """Why the cluster of ``unit`` is one."""
        return self._merges[self._root[unit]]


def _identity(members: Sequence[Unit], units: Mapping[Unit, set[Mention]], merges: Iterable[Merge]) -> Identity:
    printed = sorted(
        ((mention.name, mention.label, unit) for unit in members for mention in units[unit]),
        key=lambda item: (name_key(item[1], item[0]).short, -len(fold(item[0])), item[0], item[2], item[1]),
    )
    name, label, unit = printed[0]
    names = {printed_name for printed_name, _, _ in printed}
    return Identity(label, unit.key, name, tuple(sorted(names - {name})), tuple(sorted(set(merges))))


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
