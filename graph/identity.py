"""Printed names → identities, with reasons: which mentions are one real thing.

Input are mentions (a name as printed, in one report) and links (what passages themselves say: two names of one
thing). Output is, for each mention, the identity it belongs to. Similar names are proposed, never fused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from extractor.folding import fold


class Mention(NamedTuple):
    """A printed name in one report. ``holder``: the school or developer that a Base, Course, unit … belongs to."""

    label: str
    name: str
    report: str
    holder: str = ""


class Link(NamedTuple):
    """A passage says that two mentions are one thing (ALIAS_OF). ``passage``: the id of the passage that says so."""

    one: Mention
    other: Mention
    passage: str


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
    """One real thing. ``key``: the identity key in normal form that ids are built from; ``name``: the fullest form."""

    label: str
    key: str
    name: str
    aliases: tuple[str, ...] = ()
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """Each mention's identity, and what is left for a person to decide."""

    identities: Mapping[Mention, Identity]
    proposals: tuple[Proposal, ...] = ()


def resolve(mentions: Iterable[Mention], links: Iterable[Link] = ()) -> Resolution:
    """Group mentions whose folded names are equal, or that a passage says are one."""
    groups: dict[tuple[str, str, str], set[Mention]] = defaultdict(set)
    for mention in mentions:
        groups[(mention.label, fold(mention.name), fold(mention.holder))].add(mention)
    parent = {key: key for key in groups}

    def root(key: tuple[str, str, str]) -> tuple[str, str, str]:
        while parent[key] != key:
            key = parent[key]
        return key

    reasons: dict[tuple[str, str, str], list[Merge]] = defaultdict(list)
    for link in sorted(links):
        ends = [(m.label, fold(m.name), fold(m.holder)) for m in (link.one, link.other)]
        if link.one.label != link.other.label or not all(end in parent for end in ends):
            continue
        low, high = sorted(root(end) for end in ends)
        parent[high] = low
        reasons[ends[0]].append(Merge(link.one.name, link.other.name, f"the text says so ({link.passage})"))

    clusters: dict[tuple[str, str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for key in sorted(groups):
        clusters[root(key)].append(key)
    identities: dict[Mention, Identity] = {}
    for keys in clusters.values():
        names = sorted({m.name for key in keys for m in groups[key]}, key=lambda name: (-len(fold(name)), name))
        label, _, holder = keys[0]
        identity = Identity(
            label=label,
            key=f"{fold(names[0])}|{holder}" if holder else fold(names[0]),
            name=names[0],
            aliases=tuple(sorted(names[1:])),
            merges=tuple(sorted({merge for key in keys for merge in reasons[key]})),
        )
        identities.update({mention: identity for key in keys for mention in groups[key]})
    return Resolution(identities)
