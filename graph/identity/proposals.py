"""What looks like one thing and is not known to be: pairs of identities for a person to decide.

Found by blocking: only identities that share a key (the same core, the same place and number, the same letters once
slips are folded, the same beginning of a brand) are compared. Proposals never change an identity.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product

from graph.identity.comparison import RANKS, compare
from graph.identity.gazetteer import knowledge
from graph.identity.keys import name_key
from graph.identity.known import NOTHING, Knowledge
from graph.identity.names import ACTOR, Parts, clean, group_of, parse, place_path
from graph.identity.resolution import Identity, Mention, Proposal
from graph.identity.shortening import NUMERALS

# Sides of a block whose members are paired with the other side's only: a short form with full ones.
BRIEF, FULL = "brief", "full"
# A block larger than this is a word that tells nothing; its pairs would be proposed by the thousand.
LARGEST_BLOCK = 60


def propose(
    identities: Mapping[Mention, Identity],
    known: Knowledge = NOTHING,
    apart: Collection[frozenset[str]] = (),
) -> list[Proposal]:
    """Likely pairs among the identities of a resolution, sorted.

    ``apart``: pairs of names that a passage says were renamed, one to the other: nothing to decide.
    """
    regions: dict[Identity, set[str]] = defaultdict(set)
    for mention, identity in identities.items():
        regions[identity].add(place_path(mention.region) if mention.region else "")
    blocks: dict[tuple[str, str], dict[str, set[Identity]]] = defaultdict(lambda: defaultdict(set))
    for identity in regions:
        group = group_of(identity.label)
        for name in (identity.name, *identity.aliases):
            for key, side in blocking_keys(group, name):
                blocks[group, key][side].add(identity)
    pairs = {pair for block in blocks.values() for pair in _pairs(block)}
    found = set()
    for one, other in pairs:
        if proposal := _proposal(one, other, regions, known, apart):
            found.add(proposal)
    return sorted(found)


def _pairs(block: Mapping[str, set[Identity]]) -> Iterator[tuple[Identity, Identity]]:
    """The pairs of a block: all of its own side "", those of one side with the other else."""
    alike, brief, full = (sorted(block.get(side, ()), key=_order) for side in ("", BRIEF, FULL))
    if len(alike) <= LARGEST_BLOCK:
        yield from combinations(alike, 2)
    if len(brief) * len(full) <= LARGEST_BLOCK**2:
        yield from (
            (min(pair, key=_order), max(pair, key=_order)) for pair in product(brief, full) if pair[0] != pair[1]
        )


def blocking_keys(group: str, name: str) -> Iterator[tuple[str, str]]:
    """(key, side) of ``name``: two names that compare as "propose" share a key, on sides that are paired."""
    text = clean(name)
    yield f"slip:{_unslipped(text)}", ""
    if group != ACTOR:
        return
    parts = parse(name)
    less = text.replace("大学", "").replace("学院", "").replace("学校", "").replace(parts.campus, "")
    yield f"less:{less}", ""
    if parts.core:
        core = f"{parts.parent.core}>{parts.core}" if parts.parent and not parts.attached else parts.core
        provinces = {code[:2] for code in parts.places[-1].codes} if parts.places else {""}
        for province in provinces:
            yield f"core:{province}|{core}|{parts.site}", ""
        yield f"bare:{core}|{parts.site}", FULL if parts.places else BRIEF
    elif parts.places:
        yield f"place:{parts.place}|{','.join(parts.numbers)}|{parts.family}", ""
    if parts.kind and parts.core[:1] in RANKS and not parts.places:
        yield f"rank:{parts.core[0]}|{parts.core[1:]}|{parts.kind}", BRIEF
    elif parts.kind and parts.places and parts.places[-1].text[-1] in RANKS:
        yield f"rank:{parts.places[-1].text[-1]}|{parts.core}|{parts.kind}", FULL
    yield from _children(parts)
    yield from _numbered(parts)
    for start in _beginnings(parts):
        yield f"start:{start}", BRIEF if parts.short else FULL
    if parts.kind == "局":  # 中铁四局: a company's short name that has a kind
        yield f"start:{parts.text[:2]}", BRIEF
    if parts.places:
        rest = text.removeprefix("".join(place.text for place in parts.places))
        yield f"slip:{parts.place}|{_unslipped(rest)}", ""
        if len(parts.core) == 2:  # 山东商职, 山东商业职业技术学院
            yield f"initial:{parts.places[-1].text}{parts.core[0]}", BRIEF if parts.short else FULL


def _children(parts: Parts) -> Iterator[tuple[str, str]]:
    """The end of a name with a parent, by which one with its parent abbreviated finds it (浙大城市学院, 复旦附中)."""
    if parts.parent:
        child = parts.text.removeprefix(parts.parent.text).replace("中学校", "中学")
        yield f"child:{child}", FULL
        yield f"child:{child[:-1]}", FULL
        above = parts.parent.parent if parts.attached else None  # 浙江大学医学院附属第一医院, 浙江大学附属第一医院
        yield f"attached:{(above or parts.parent).normal}|{parts.core}", ""
        return
    if parts.text[-2:-1] == "附":
        yield f"child:附属{parts.text[-1]}", BRIEF
        yield f"child:第{parts.text[-3]}附属{parts.text[-1]}", BRIEF
    if parts.places or not parts.kind:
        return
    for length in (0, 2, 3, 4):
        if len(parts.text) - length >= 4:
            yield f"child:{parts.text[length:]}", BRIEF


def _numbered(parts: Parts) -> Iterator[tuple[str, str]]:
    """Where the name begins and its number: 成都七中, 成都市第七中学; 中建八局, 中国建筑第八工程局有限公司."""
    if parts.numbers:
        for head in {parts.core[0], *(place.text[0] for place in parts.places)}:
            yield f"number:{head}{parts.numbers[0]}", FULL
    elif len(parts.text) <= 8:
        for digits in re.findall(r"\d+", parts.text.translate(NUMERALS)):
            yield f"number:{parts.text[0]}{digits}", BRIEF


def _beginnings(parts: Parts) -> Iterable[str]:
    """The first two characters of a brand, by which short forms find full ones."""
    starts = {parts.brand[:2], parts.core[:2]}
    if parts.short:
        starts |= {parts.text[index : index + 2] for index in range(3)}
    if parts.core.startswith("中国"):
        starts |= {parts.core[1:3], parts.core[2:4]}  # 中国商飞, 宝武集团: what follows 中国 begins the short form
    return (start for start in starts if len(start) == 2 and start != "中国" and not start.startswith("#"))


@cache
def _folded_slips() -> dict[int, str]:
    return {ord(char): group[0] for group in knowledge()["slips"]["groups"] for char in group}


def _unslipped(text: str) -> str:
    """``text`` with characters that are taken for each other made one."""
    return text.translate(_folded_slips())


def _order(identity: Identity) -> tuple[str, str, str]:
    return identity.label, identity.key, identity.name


def _proposal(
    one: Identity,
    other: Identity,
    regions: Mapping[Identity, set[str]],
    known: Knowledge,
    apart: Collection[frozenset[str]],
) -> Proposal | None:
    names, others = (one.name, *one.aliases), (other.name, *other.aliases)
    if any(frozenset((a, b)) in apart for a in names for b in others):
        return None
    group = group_of(one.label)
    if group != ACTOR and _holder(one) != _holder(other):
        return None
    if any(known.different(group, a, b) for a in names for b in others):
        return None
    verdict = compare(one.name, other.name, one.label, known)
    if verdict.answer == "same":
        # Homonyms of two regions stay apart; of a region and a wider one, or an unknown one, they may be one body.
        if group != ACTOR or not any(_nested(a, b) for a in regions[one] for b in regions[other]):
            return None
        reason = "equal names of regions that lie one in the other"
    elif verdict.answer == "propose":
        reason = verdict.reason
    else:
        return None
    first, second = sorted((one.name, other.name))
    return Proposal(min(one.label, other.label), first, second, reason)


def _holder(identity: Identity) -> str:
    """What an identity key has beside the name's normal form: the holder's key."""
    return identity.key.removeprefix(name_key(identity.label, identity.name).normal)


def _nested(one: str, other: str) -> bool:
    return one != other and (not one or not other or one.startswith(f"{other}/") or other.startswith(f"{one}/"))
