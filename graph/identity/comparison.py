"""Two names, part by part: the same, different, or so like that a person should say.

The order of the tests is the rule: what is known (registry, decisions) wins; equal normal forms are the same; a short
form that may stand for the other, a printed slip, a likely rename are proposed; a differing place, number, trade,
brand, kind or parent makes two bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from graph.identity.gazetteer import knowledge, within
from graph.identity.keys import name_key
from graph.identity.known import NOTHING, Knowledge
from graph.identity.names import ACTOR, Parts, clean, group_of, parse
from graph.identity.shortening import abbreviates_parent, is_shorter

Answer = Literal["same", "different", "propose"]


class Verdict(NamedTuple):
    """What two names are to each other, and why: the deciding reason first, then the parts one by one."""

    answer: Answer
    reason: str
    parts: tuple[str, ...] = ()


def compare(one: str, other: str, label: str = "School", known: Knowledge = NOTHING) -> Verdict:
    """Compare two names of one ``label``; all actors are compared alike. Symmetric in the two names."""
    group = group_of(label)
    left, right = parse(one), parse(other)
    parts = tuple(_part_by_part(left, right)) if group == ACTOR else ()
    if reason := known.different(group, one, other):
        return Verdict("different", reason, parts)
    if reason := known.same(group, one, other):
        return Verdict("same", reason, parts)
    if group != ACTOR:
        return _compare_things(one, other, label)
    if left.normal == right.normal:
        return Verdict("same", _equal_because(left, right), parts)
    if left.normal in _second(right) or right.normal in _second(left):
        return Verdict("same", "the brackets of one name give the other as its second name", parts)
    for test in (_short, _slip, _displaced, _veto, _likely):
        if verdict := test(left, right):
            return verdict._replace(parts=parts)
    return Verdict("different", "no two parts are equal that would tell the body", parts)


def _compare_things(one: str, other: str, label: str) -> Verdict:
    if name_key(label, one).normal == name_key(label, other).normal:
        return Verdict("same", "equal in normal form")
    left, right = clean(one), clean(other)
    if label not in {"Person", "Place", "Program"} and len(left) == len(right) >= 6 and _differing(left, right) == 1:
        index = next(i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b)
        if not (left[index] + right[index]).isalnum() or _alike(left[index], right[index]):
            return Verdict("propose", f"one character differs: {left[index]} / {right[index]}")
    return Verdict("different", f"the names differ: {left} / {right}")


def _second(parts: Parts) -> set[str]:
    return {parse(name).normal for name in parts.second}


def equal_because(one: str, other: str, label: str) -> str:
    """Why two printed forms of equal normal form are one name."""
    if group_of(label) != ACTOR:
        return "equal in normal form"
    return _equal_because(parse(one), parse(other))


def _equal_because(left: Parts, right: Parts) -> str:
    if left.text == right.text:
        return "equal once blanks, width, characters and marks are folded"
    told = []
    if left.legal != right.legal:
        told.append(f"legal form {left.legal or '—'} / {right.legal or '—'}")
    if [p.text for p in left.places] != [p.text for p in right.places]:
        told.append(f"place written {_printed(left) or '—'} / {_printed(right) or '—'}")
    return f"equal in normal form; only the {', '.join(told) or 'spelling of a part'} differs, which tells nothing"


# --- short forms ----------------------------------------------------------------------------------------------------


def _short(left: Parts, right: Parts) -> Verdict | None:
    for brief, full in ((left, right), (right, left)):
        if is_shorter(brief, full):
            return Verdict("propose", f"{brief.text} may be short for {full.text}")
        if full.parent and not brief.parent and abbreviates_parent(brief.text, full):
            return Verdict("propose", f"{brief.text} may be short for {full.text}")
    return None


# --- slips ----------------------------------------------------------------------------------------------------------


def _slip(left: Parts, right: Parts) -> Verdict | None:
    """A word too many (大学 twice) or one wrong character: looks like another body, and may be a misprint."""
    texts = left.text, right.text
    if left.place and left.place == right.place:  # 上海市 and 上海 are one place, and no slip
        texts = left.text.removeprefix(_printed(left)), right.text.removeprefix(_printed(right))
        texts = left.places[-1].text + texts[0], left.places[-1].text + texts[1]
    short, long = sorted(texts, key=lambda text: (len(text), text))
    for word in knowledge()["slips"]["inserted"]:
        if len(long) - len(short) != len(word) or len(short) < 5:
            continue
        for index in range(2, len(long) - len(word) + 1):
            if long[index : index + len(word)] == word and long[:index] + long[index + len(word) :] == short:
                if _is_slip(short, long, word, index):
                    return Verdict("propose", f"{word} stands once more in {long}: a misprint, or another body")
                break
    if len(short) == len(long) >= 5 and _differing(short, long) == 1:
        index = next(i for i, (a, b) in enumerate(zip(short, long, strict=True)) if a != b)
        if _alike(short[index], long[index]) and not _both_known(left, right):
            return Verdict(
                "propose", f"one character differs, {short[index]} / {long[index]}: a misprint, or another body"
            )
    return None


def _is_slip(short: str, long: str, word: str, index: int) -> bool:
    """集团, 公司 and 中国 make another body; a school's word is one too many only beside another kind of school."""
    if word not in {"大学", "学院", "学校"}:
        return False
    return bool(parse(short).kind) and (
        index + len(word) < len(long) or long[:index].endswith(("大学", "学院", "学校"))
    )


def _both_known(left: Parts, right: Parts) -> bool:
    """Whether the difference is between two places, numbers or trades that both exist."""
    if left.place != right.place or left.numbers != right.numbers or left.kind != right.kind:
        return True
    return left.brand == right.brand and left.trades != right.trades and len(left.trades) == len(right.trades)


@cache
def _confusable() -> frozenset[frozenset[str]]:
    groups = knowledge()["slips"]["groups"]
    return frozenset(frozenset((a, b)) for group in groups for a in group for b in group if a != b)


def _alike(one: str, other: str) -> bool:
    return frozenset((one, other)) in _confusable()


def _differing(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _displaced(left: Parts, right: Parts) -> Verdict | None:
    """A district without 区 and its city stands where a brand would: 浦东外事服务学校 and 上海市浦东外事服务学校."""
    for bare, placed in ((left, right), (right, left)):
        if displaced(bare, placed):
            return Verdict("propose", f"{placed.places[-1].text} may be the place in both")
        if ranked(bare, placed):
            return Verdict("propose", f"{bare.core[0]} may be {placed.places[-1].text}, the region of its report")
    return None


RANKS = frozenset("省市区县")


def ranked(bare: Parts, placed: Parts) -> bool:
    """市教委 and 上海市教育委员会: a body of a region's own rank, named without the region."""
    if bare.places or bare.parent or placed.parent or not placed.places or not bare.kind:
        return False
    return (
        bare.core[:1] in RANKS
        and placed.places[-1].text.endswith(bare.core[0])
        and (bare.core[1:], bare.kind, bare.unit) == (placed.core, placed.kind, placed.unit)
    )


def displaced(bare: Parts, placed: Parts) -> bool:
    """Whether the nearest place of ``placed`` begins the brand of ``bare``, which has no place; all else equal."""
    if bare.places or bare.parent or len(placed.places) < 2 or placed.parent:
        return False
    if any(
        getattr(bare, part) != getattr(placed, part) for part in ("kind", "numbers", "group", "site", "unit", "campus")
    ):
        return False
    return bare.core == placed.places[-1].text.rstrip("市县区") + placed.core


# --- vetoes ---------------------------------------------------------------------------------------------------------


def _veto(left: Parts, right: Parts) -> Verdict | None:
    for reason in _vetoes(left, right):
        return Verdict("different", reason)
    return None


def _vetoes(left: Parts, right: Parts) -> Iterator[str]:
    if left.numbers != right.numbers:
        yield f"number: {_numbers(left)} / {_numbers(right)}"
    if relation := _place_conflict(left, right):
        yield relation
    if left.unit != right.unit:
        yield f"branch: {left.unit or '—'} / {right.unit or '—'}"
    if left.site != right.site and (
        (left.site and right.site) or left.group != right.group or not (left.short or right.short)
    ):
        yield f"site: {left.site or '—'} / {right.site or '—'}"
    if _parent_conflict(left, right):
        yield f"parent: {_name(left.parent) or '—'} / {_name(right.parent) or '—'}"
    if left.group != right.group and not (left.short or right.short):
        yield "a group and its subsidiary are two"
    if left.trades != right.trades:
        yield f"trade: {'·'.join(left.trades) or '—'} / {'·'.join(right.trades) or '—'}"
    if left.brand != right.brand:
        yield f"brand: {left.brand or '—'} / {right.brand or '—'}"
    elif left.core != right.core:
        yield f"order of the parts: {left.core} / {right.core}"
    if reason := _kind_conflict(left, right):
        yield reason


def _place_conflict(left: Parts, right: Parts) -> str:
    if not left.places or not right.places or left.place == right.place:
        return ""
    ours, theirs = left.places[-1].codes, right.places[-1].codes
    if ours & theirs:
        return ""
    if any(within(a, b) or within(b, a) for a in ours for b in theirs) and _distinctive(left) and not left.numbers:
        return ""
    return f"place: {_printed(left)} / {_printed(right)}"


def _parent_conflict(left: Parts, right: Parts) -> bool:
    if left.parent and right.parent:
        return left.parent.normal != right.parent.normal and not _nested_parents(left, right)
    if not (left.parent or right.parent):
        return False
    # 附属 said in one of them only: a school with a brand of its own is likely the same one
    alone = left if left.parent else right
    known_alone = alone.attached or alone.kind == "医院"  # 华西医院
    return not (known_alone and _distinctive(alone) and len(alone.brand) >= 2)


def _nested_parents(left: Parts, right: Parts) -> bool:
    """Whether one parent is a unit of the other: 浙江大学医学院附属第一医院 and 浙江大学附属第一医院."""
    for one, other in ((left, right), (right, left)):
        above = one.parent.parent if one.parent else None
        if above and other.parent and above.normal == other.parent.normal:
            return one.attached and other.attached and one.core == other.core and bool(one.core)
    return False


def _kind_conflict(left: Parts, right: Parts) -> str:
    if left.kind == right.kind:
        return ""
    told = f"kind: {left.kind or '—'} / {right.kind or '—'}"
    if not left.kind or not right.kind:
        return told
    pair = {left.kind, right.kind}
    paths = knowledge()["paths"]
    if any(pair == set(path) for path in paths["between"]):
        return ""
    if any(pair == set(path) for path in paths["abridged"]) and (left.brand or len(left.core) >= 4):
        return ""
    if left.family != right.family or left.family in paths["strict"]:
        return told
    return ""


def _distinctive(parts: Parts) -> bool:
    """Whether the name has a brand of its own that is more than a generic word."""
    return bool(parts.brand) and parts.brand not in knowledge()["generic"]["words"]


def twins(one: str, other: str) -> str:
    """Why two names that a passage gives as one cannot be: alike in all but number or place. "" when they are not."""
    left, right = parse(one), parse(other)
    if left.normal == right.normal or left.family != right.family or left.brand != right.brand:
        return ""
    if left.trades != right.trades or left.short or right.short or bool(left.parent) != bool(right.parent):
        return ""
    if left.numbers != right.numbers and left.numbers and right.numbers:
        return f"number: {_numbers(left)} / {_numbers(right)}"
    return _place_conflict(left, right)


# --- what is left: likely, not certain ------------------------------------------------------------------------------


def _likely(left: Parts, right: Parts) -> Verdict | None:
    if left.core != right.core or left.numbers != right.numbers:
        return None
    if not left.core and not (left.places and right.places):
        return None
    alone = bool(left.parent) != bool(right.parent)
    if left.kind != right.kind and alone:
        return Verdict("different", "parent and kind both differ")
    if left.campus != right.campus:
        return Verdict("propose", f"campus: {left.campus or '—'} / {right.campus or '—'}; one school, or a part of it")
    if left.kind != right.kind and bool(left.places) != bool(right.places) and not _distinctive(left):
        return Verdict("different", "place and kind both differ, and no brand is shared")
    if left.kind != right.kind:
        return Verdict("propose", f"all but the kind is equal ({left.kind} / {right.kind}): a likely rename")
    if alone or (left.parent and right.parent and left.parent.normal != right.parent.normal):
        return Verdict("propose", "all but the parent is equal")
    if left.place != right.place:
        return Verdict("propose", f"all but the place is equal: {_printed(left) or '—'} / {_printed(right) or '—'}")
    return Verdict("propose", "all parts that both have are equal")


# --- part by part ---------------------------------------------------------------------------------------------------


def _part_by_part(left: Parts, right: Parts) -> Iterator[str]:
    rows: Sequence[tuple[str, str, str]] = (
        ("place", _printed(left), _printed(right)),
        ("parent", _name(left.parent), _name(right.parent)),
        ("number", _numbers(left), _numbers(right)),
        ("brand", left.brand, right.brand),
        ("trade", "·".join(left.trades), "·".join(right.trades)),
        ("kind", left.kind, right.kind),
        ("group", "集团" * left.group, "集团" * right.group),
        ("legal form", left.legal, right.legal),
        ("site", left.site, right.site),
        ("branch", left.unit, right.unit),
        ("campus", left.campus, right.campus),
        ("second name", "、".join(left.second), "、".join(right.second)),
    )
    for part, ours, theirs in rows:
        if ours or theirs:
            equal = ours == theirs or (part == "place" and left.place == right.place)
            yield f"{part}: {ours or '—'} {'=' if equal else '≠'} {theirs or '—'}"


def _printed(parts: Parts) -> str:
    return "".join(place.text for place in parts.places)


def _numbers(parts: Parts) -> str:
    return "·".join(f"第{number}" for number in parts.numbers)


def _name(parts: Parts | None) -> str:
    return parts.text if parts else ""


__all__ = ["Answer", "Verdict", "compare", "displaced", "equal_because", "twins"]
