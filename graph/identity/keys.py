"""The key of a name: of bodies that act by the parts of their names, of everything else by the rule of its label."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graph.identity.names import ACTOR, group_of, parse
from graph.identity.things import thing_key


class NameKey(NamedTuple):
    """A name as identity sees it.

    ``group``: the label, or "Actor" for the three labels of bodies that act (one body, whatever a passage calls it).
    ``normal``: the normal form. ``regional``: without a place of its own, so that the report's region completes it
    (实验中学, 市教育局). ``short``: a short form, which a passage or a fit ties to a full name within its report.
    """

    group: str
    normal: str
    regional: bool = False
    short: bool = False


@lru_cache(maxsize=1 << 18)
def name_key(label: str, name: str) -> NameKey:
    """The key of ``name`` as a name of ``label``; of an actor the same whichever of the three labels it bears."""
    group = group_of(label)
    if group == ACTOR:
        parts = parse(name)
        return NameKey(group, parts.normal, parts.regional, parts.short)
    normal, regional = thing_key(label, name)
    return NameKey(group, normal, regional)
