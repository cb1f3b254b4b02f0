"""Whom a figure is of: one of the bodies and things named before it, or the region that the report is about.

Every name before the number is a candidate holder, and so is the region (全省高职院校); a linear model (``scripts/train
figures``) scores each by where it was named, how it is led up to, what the number counts and whose the figure before
was. The best one is the subject.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from extractor.language.figure_candidates import Candidate, bare, knowledge, left_end
from extractor.language.linear import Linear
from extractor.records import Entity

_SENTENCE_END = "。；！？!?;\n"
_STOPS = "。；！？\n"
_COMMAS = "，,："
HOLDERS = frozenset(
    {
        "School", "Enterprise", "Organization", "Alliance", "Competition", "Event", "Base", "Project", "Program",
        "Course", "Textbook", "Achievement", "Place",
    }
)  # fmt: skip
# Names further before a number than this do not own it; it also bounds the work on a passage without end.
_REACH = 400
_Span = TypeVar("_Span", bound=tuple[object, ...])
REGION = ""  # the holder that stands for the report's region


class Place(NamedTuple):
    """Where a holder is named, by its name or by a word that stands for it (该校)."""

    start: int
    end: int
    holder: str
    label: str
    by_name: bool


@dataclass(frozen=True, slots=True)
class Holders:
    """Who a passage's figures could be of: their mentions by place, the region's words, the first that is no place."""

    places: tuple[Place, ...]
    regions: tuple[tuple[int, int], ...]
    first: str


def holders_of(text: str, names: Sequence[Entity]) -> Holders:
    """The holders of a passage; ``names`` are its names and resolved anaphors."""
    places = tuple(
        sorted(
            Place(n.start, n.end, n.refers_to or n.name, n.label, n.refers_to is None)
            for n in names
            if n.label in HOLDERS and n.start is not None and n.end is not None
        )
    )
    groups = [match.span() for match in knowledge().groups.finditer(text)]
    covered = {position for start, end in groups for position in range(start, end)}
    bare_regions = [m.span() for m in knowledge().regions.finditer(text) if m.start() not in covered]
    first = next((place.holder for place in places if place.label != "Place"), REGION)
    return Holders(places, tuple(sorted((*groups, *bare_regions))), first)


class Owner(NamedTuple):
    """Whose a figure is: the holder (:data:`REGION` for the region), the words for it in the text, the figure's end."""

    holder: str
    subject: str
    end: int


def owner_of(text: str, candidate: Candidate, holders: Holders, previous: Owner | None, model: Linear) -> Owner:
    """Whose figure it is; ``previous`` is the owner of the passage's figure before, None for the first.

    Where nobody has been named since the figure before and the sentence goes on, the owner is the same.
    """
    if previous is not None and _goes_on(text, candidate, holders, previous.end):
        return previous._replace(end=candidate.end)
    whose = previous.holder if previous is not None else None
    holder = max((model.probability(found), holder) for holder, found in features(text, candidate, holders, whose))[1]
    if holder != REGION:
        return Owner(holder, holder, candidate.end)
    said = _within(holders.regions, left_end(text, candidate.start, _SENTENCE_END), candidate.start)
    return Owner(holder, text[slice(*said[-1])] if said else "", candidate.end)


def _goes_on(text: str, candidate: Candidate, holders: Holders, since: int) -> bool:
    return (
        left_end(text, candidate.start, _STOPS) <= since
        and not _within(holders.places, since, candidate.start)
        and not _within(holders.regions, since, candidate.start)
    )


def features(
    text: str, candidate: Candidate, holders: Holders, previous: str | None
) -> Iterator[tuple[str, list[str]]]:
    """Each holder named before the figure, and last the region, with what tells whether the figure is its own."""
    around = _surroundings(text, candidate, holders, previous)
    latest: dict[str, _Named] = {}
    later: set[str] = set()
    for place in reversed(around.places):
        if place.holder not in latest:
            latest[place.holder] = _Named(place, len(later))
        later.add(place.holder)
    for holder, named in reversed(latest.items()):
        yield holder, _of_holder(around, named)
    yield REGION, _of_region(around)


class _Named(NamedTuple):
    """Where a holder is last named, and how many others are named after that."""

    place: Place
    later: int


class _Around(NamedTuple):
    """What all holders of a figure share: the names and the region's words before it, the text beside its number."""

    text: str
    number: int
    sentence: int
    places: Sequence[Place]
    counts: Counter[str]
    first: str
    of_sentence: str
    previous: str | None
    regions: Sequence[tuple[int, int]]
    near: Sequence[tuple[int, int]]
    scope: str
    unit: str
    ahead: str
    after: str


def _surroundings(text: str, candidate: Candidate, holders: Holders, previous: str | None) -> _Around:
    number = candidate.start
    sentence = left_end(text, number, _SENTENCE_END)
    places = [place for place in _within(holders.places, number - _REACH, number) if place.end <= number]
    regions = _within(holders.regions, number - _REACH, number)
    near = _within(regions, sentence, number)
    return _Around(
        text=text,
        number=number,
        sentence=sentence,
        places=places,
        counts=Counter(place.holder for place in places),
        first=holders.first,
        of_sentence=next((place.holder for place in places if place.start >= sentence), REGION),
        previous=previous,
        regions=regions,
        near=near,
        scope="near" if near else "far" if regions else "none",
        unit=candidate.unit or "-",
        ahead=bare(text[max(0, number - 8) : number]),
        after=bare(text[candidate.end : candidate.end + 6])[:2],
    )


def _within(spans: Sequence[_Span], start: int, end: int) -> Sequence[_Span]:
    """The spans, in order, that begin from ``start`` on and before ``end``."""
    return spans[bisect_left(spans, (start,)) : bisect_left(spans, (end,))]


def _of_holder(around: _Around, named: _Named) -> list[str]:
    text, place = around.text, named.place
    holder, label = place.holder, place.label
    gap = text[place.end : around.number]
    sentences, clauses = min(sum(map(gap.count, _STOPS)), 3), min(sum(map(gap.count, _COMMAS)), 4)
    lead, behind = text[max(0, place.start - 1) : place.start], text[place.end : place.end + 1]
    opens = not lead or lead in _STOPS
    last = around.places[-1].holder == holder
    same = None if around.previous is None else around.previous == holder
    far, later = min(sentences, 2), min(named.later, 4)
    listed = around.ahead.endswith("等")
    kind = "name" if place.by_name else "anaphor"
    return [
        f"l={label}", f"k={kind}|l={label}", f"sd={sentences}", f"sd={sentences}|l={label}", f"cd={clauses}",
        f"cd={clauses}|sd={far}", f"lead={lead}", f"lead2={bare(text[max(0, place.start - 3) : place.start])[-2:]}",
        f"nxt={behind}", f"nxt2={bare(text[place.end : place.end + 4])[:2]}", f"later={later}",
        f"later={later}|l={label}", f"start={opens or lead in '，,：'}|l={label}", f"opens={opens}|sd={far}",
        f"first={holder == around.first}|l={label}", f"fs={holder == around.of_sentence}|l={label}",
        f"last={last}|l={label}", f"cnt={min(around.counts[holder], 4)}", f"u={around.unit}|l={label}",
        f"a={around.after}|l={label}", f"b={around.ahead[-2:]}|l={label}", f"prev={same}|sd={far}", f"prev={same}",
        f"prev={same}|last={last}|l={label}", f"{around.scope}|l={label}", f"quoted={lead in ('“', '《')}",
        f"len={min((place.end - place.start) // 4, 4)}|k={kind}",
        f"listed={listed}|last={last}|{min(clauses, 1)}{min(sentences, 1)}",
        f"listed={listed}|{around.scope}|l={label}", f"{around.scope}|sd={far}|last={last}",
        f"region after={bool(around.near) and around.near[-1][0] > place.start}|l={label}",
        f"k={kind}|sd={far}|last={last}", f"ends={holder[-2:]}",
        f"word={'' if place.by_name else text[place.start : place.end]}",
        f"others={min(len(around.counts) - 1, 3)}|l={label}",
        f"together={clauses == 0 and sentences == 0}|l={label}|nxt={behind}",
    ]  # fmt: skip


def _of_region(around: _Around) -> list[str]:
    text, regions = around.text, around.regions
    here = {place.holder for place in around.places if place.start >= around.sentence}
    label = next((place.label for place in around.places if place.holder == around.first), None)
    found = [
        "R", f"R|{around.scope}", f"R|n={min(len(around.counts), 3)}", f"R|m={min(len(here), 3)}", f"R|u={around.unit}",
        f"R|a={around.after}", f"R|prev={None if around.previous is None else around.previous == REGION}",
        f"R|first={label}",
    ]  # fmt: skip
    if not regions:
        return found
    start, end = regions[-1]
    between = min(len({place.holder for place in around.places if place.start > start}), 3)
    if not around.near:
        return [*found, f"R|far between={between}"]
    gap = text[end : around.number]
    return [
        *found, f"R|between={between}", f"R|lead={text[max(0, start - 1) : start]}",
        f"R|cd={min(sum(map(gap.count, _COMMAS)), 3)}", f"R|w={text[start:end]}", f"R|nxt={text[end : end + 1]}",
        f"R|pos={min((start - around.sentence) // 6, 3)}",
    ]  # fmt: skip
