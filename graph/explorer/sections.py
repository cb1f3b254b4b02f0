"""A profile's facts as its page and its files list them: by relation, and by the side from which the thing is seen."""

from __future__ import annotations

from typing import NamedTuple

from extractor.ontology import ontology
from graph.explorer.content import Fact, Profile
from graph.explorer.language import Tongue, heading


class Section(NamedTuple):
    """Facts of one relation, seen from one side: the anchor and heading on a profile."""

    anchor: str
    heading: str
    facts: list[Fact]


def sections(found: Profile, tongue: Tongue) -> list[Section]:
    """The facts of a profile by relation and direction; a relation that reads both ways is one section."""
    own, known = found.thing.id, ontology().relations
    made = []
    for type_, facts in found.facts.items():
        sides: dict[bool, list[Fact]] = {False: [], True: []}
        for one in facts:
            incoming = one.source.id != own and not known[type_].symmetric
            sides[incoming].append(one)
        for incoming, side in sides.items():
            if side:
                anchor = f"{type_}-in" if incoming else type_
                made.append(Section(anchor, heading(type_, incoming, tongue), side))
    return made
