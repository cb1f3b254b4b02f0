"""What is known of names beside the reports: the seam between identity and registry, decisions and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Knowledge(Protocol):
    """What is known of names beside the reports: a registry, a reviewer's decisions. Decides identity, never facts.

    It speaks of names in normal form: of two printed forms that are equal there it says the same.
    """

    def official(self, group: str, name: str) -> str:
        """The official name of the body that bears ``name`` today, "" where none is known."""

    def keys(self, group: str, name: str) -> Sequence[str]:
        """What ties ``name`` to other names here (registry entries, decisions): part of its linking keys."""

    def same(self, group: str, one: str, other: str) -> str:
        """The reason why the two are known to be one, "" if they are not known to be."""

    def different(self, group: str, one: str, other: str) -> str:
        """The reason why the two are known to be two, "" if they are not known to be."""


@dataclass(frozen=True)
class Stacked:
    """Several bodies of knowledge, the most trusted first: the first that knows of a pair decides it."""

    layers: tuple[Knowledge, ...] = ()

    def official(self, group: str, name: str) -> str:
        """The first layer's official name."""
        return next((found for layer in self.layers if (found := layer.official(group, name))), "")

    def keys(self, group: str, name: str) -> Sequence[str]:
        """The ties of all layers."""
        return [key for layer in self.layers for key in layer.keys(group, name)]

    def same(self, group: str, one: str, other: str) -> str:
        """The first layer's reason that the two are one."""
        return self._decide(group, one, other)[0]

    def different(self, group: str, one: str, other: str) -> str:
        """The first layer's reason that the two are two."""
        return self._decide(group, one, other)[1]

    def _decide(self, group: str, one: str, other: str) -> tuple[str, str]:
        for layer in self.layers:
            decided = layer.same(group, one, other), layer.different(group, one, other)
            if any(decided):
                return decided
        return "", ""


NOTHING: Knowledge = Stacked()
