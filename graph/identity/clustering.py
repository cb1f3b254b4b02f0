"""Units joined into clusters step by step, the strongest evidence first; never two that are known to be two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graph.identity.comparison import twins
from graph.identity.known import Knowledge
from graph.identity.names import ACTOR


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


class Evidence(NamedTuple):
    """One reason to join two units. ``strength``: 0 known, 1 said by a passage, 2 fitted; ``label`` of the names."""

    strength: int
    one: Unit
    other: Unit
    merge: Merge
    label: str


class Clusters:
    """A partition of units that only grows by evidence; what evidence cannot join becomes a proposal."""

    def __init__(self, names: Mapping[Unit, str], knowledge: Knowledge) -> None:
        """``names``: each unit with one of its printed names, which stands for all of them (they compare equal)."""
        self._names = names
        self._knowledge = knowledge
        self._members: dict[Unit, list[Unit]] = {unit: [unit] for unit in names}
        self._merges: dict[Unit, list[Merge]] = {unit: [] for unit in names}
        self._root: dict[Unit, Unit] = {unit: unit for unit in names}
        self._renamed: set[frozenset[Unit]] = set()
        self.refused: list[Proposal] = []

    def part(self, one: Unit, other: Unit) -> None:
        """Keep two dated names apart: one was renamed to the other."""
        self._renamed.add(frozenset((one, other)))

    def join_all(self, evidence: Iterable[Evidence]) -> None:
        """Join by every piece of evidence; the order is that of strength, then of content."""
        for item in sorted(set(evidence)):
            self._join(item)

    def _join(self, item: Evidence) -> None:
        low, high = sorted((self._root[item.one], self._root[item.other]))
        if low == high:
            self._merges[low].append(item.merge)
            return
        for left in self._members[low]:
            for right in self._members[high]:
                if self._renamed and frozenset((left, right)) in self._renamed:
                    if item.strength:
                        self._refuse(item, "one was renamed to the other: two dated names")
                    return
                if reason := self._forbids(left, right, item):
                    self._refuse(item, reason)
                    return
        self._members[low] += self._members.pop(high)
        self._merges[low] += [*self._merges.pop(high), item.merge]
        for unit in self._members[low]:
            self._root[unit] = low

    def _refuse(self, item: Evidence, reason: str) -> None:
        one, other = sorted((item.merge.one, item.merge.other))
        self.refused.append(Proposal(item.label, one, other, f"{item.merge.reason}; but {reason}"))

    def _forbids(self, left: Unit, right: Unit, item: Evidence) -> str:
        """Why two members cannot be one: they are known to be two, or tell each other apart by number or place."""
        names = self._names[left], self._names[right]
        if reason := self._knowledge.different(left.group, *names):
            return f"{names[0]} / {names[1]}: {reason}"
        if left.group != ACTOR or (item.strength == 0 and {left, right} == {item.one, item.other}):
            return ""
        reason = twins(*names)
        return f"{names[0]} / {names[1]}: {reason}" if reason else ""

    def members(self) -> Iterator[list[Unit]]:
        """The clusters."""
        yield from self._members.values()

    def reasons(self, unit: Unit) -> tuple[Merge, ...]:
        """Why the cluster of ``unit`` is one, sorted."""
        return tuple(sorted(set(self._merges[self._root[unit]])))
