"""A name without a place is completed by its report's region; a report that tells no region leaves it open.

Where all reports that print such a name and tell their region speak of one region, the name of a report that tells
none is taken for the same body, if the name says enough: a brand that is no common one. 实验中学, 第一职业学校, 市教委
and 育才中学 stay apart (and are proposed): every region may have one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING

from graph.identity.clustering import Evidence, Merge, Unit
from graph.identity.gazetteer import knowledge
from graph.identity.names import ACTOR, parse

if TYPE_CHECKING:
    from graph.identity.resolution import Mention

_REASON = "one report tells no region, and no other region's reports print the name"


def adopted(units: Mapping[Unit, Set[Mention]]) -> Iterator[Evidence]:
    """Evidence that joins a unit of no known region to the one unit of equal name that has a region."""
    placed: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.scope and not unit.holder and not unit.scope.startswith("@"):
            placed[unit.group, unit.normal].append(unit)
    for (group, normal), found in placed.items():
        open_ = Unit(group, normal)
        if open_ not in units or len(found) != 1:
            continue
        one, other = min(units[open_]), min(units[found[0]])
        if distinctive(group, one.name):
            yield Evidence(2, open_, found[0], Merge(one.name, other.name, _REASON), one.label)


def distinctive(group: str, name: str) -> bool:
    """Whether a name without a place says which body it is: a brand of its own, or an alliance's own subject."""
    generic = knowledge()["generic"]
    if group == ACTOR:
        parts = parse(name)
        brand = parts.brand
        if parts.short or brand[:1] in generic["relative"] or brand in generic["common"]:
            return False
        return len(brand) >= 2 and brand not in generic["words"]
    if group != "Alliance":
        return False  # a course, a base, a person of that name may be anyone's
    for word in generic["alliance_words"]:
        name = name.replace(word, "")
    return len(name) >= 2
