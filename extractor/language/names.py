"""Names: the network's reading of each passage, guarded by rules, then made consistent over the whole report.

The first component of the pipeline. It gives every mention of a name as a span of the passage's text; the only names
within a name are the universities of affiliated schools.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from extractor.language import features
from extractor.language.guard_rules import rules
from extractor.language.guards import guard, nested_schools, sure_enough, without_overlap
from extractor.language.knowledge import gazetteer
from extractor.language.network import Found, network
from extractor.language.pipeline import ReportWise
from extractor.records import Entity, Record

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from extractor.language.features import Line

# Names of these kinds are looked for again where the network did not see them.
_LASTING = frozenset({"School", "Enterprise", "Organization", "Alliance", "Competition", "Base", "Person", "Policy"})
_SHORTEST = 4  # characters of a name that is looked for again: shorter ones are words too
_SURE = 0.8
# A name the network is less sure of is left out: F1 on the looked-at gold is flat from 0.55 to 0.7, and of equal F1 the
# higher precision is the better.
UNSURE = 0.7
# … but this much will do where a gazetteer has the name or its list has a surer one of the label.
SUPPORTED = 0.6
# Names the network doubts, down to this, are handed on apart: one that has its part in a relation is kept after all.
DOUBTFUL = 0.55


def component() -> ReportWise:
    """The component for the pipeline."""
    return ReportWise(recognise)


def recognise(docs: list[Doc]) -> None:
    """Put ``names`` and ``doubtful`` on every Doc of a report that did not come with names."""
    bare = [doc for doc in docs if not doc._.names]
    texts = [doc._.record.text if doc._.record else doc.text for doc in bare]
    known = [
        (name.label, features.normalise(name.name).chars)
        for row in (bare[0]._.rows or () if bare else ())
        for name in row.entities
        if name.label in _LASTING and name.refers_to is None
    ]
    for doc, (names, doubtful) in zip(bare, all_names_of(texts, known), strict=True):
        doc._.names, doc._.doubtful = names, doubtful


def annotate_alone(records: Sequence[Record]) -> list[Record]:
    """The records of one report with names only, without the pipeline: for trials and training."""
    found = names_of([record.text for record in records])
    return [replace(record, entities=names) for record, names in zip(records, found, strict=True)]


def names_of(texts: Sequence[str], known: Iterable[tuple[str, str]] = ()) -> list[tuple[Entity, ...]]:
    """The names of the passages of one report; ``known`` as in :func:`consistent`."""
    return [names for names, _ in all_names_of(texts, known)]


def all_names_of(
    texts: Sequence[str], known: Iterable[tuple[str, str]] = ()
) -> list[tuple[tuple[Entity, ...], tuple[Entity, ...]]]:
    """For each passage of one report its names, and the doubtful ones."""
    lines = [features.normalise(text) for text in texts]
    own = own_region(lines)
    result = []
    for text, line, names in zip(texts, lines, consistent(lines, read(lines), known), strict=True):
        sure = set(sure_enough(line.chars, names, UNSURE, SUPPORTED))
        foreign = [name for name in names if line.chars[name.start : name.end] not in own]
        result.append(
            (
                tuple(entity(text, line, name) for name in foreign if name in sure),
                tuple(entity(text, line, name) for name in foreign if name not in sure),
            )
        )
    return result


def read(lines: Sequence[Line]) -> list[list[Found]]:
    """The names of each line as the network and the guards see them."""
    reader = network()
    pieces, places = [], []
    for number, line in enumerate(lines):
        marks = features.channels(line.chars)
        for start, end in features.segments(line.chars):
            pieces.append(reader.encode(line.chars[start:end], marks[start:end]))
            places.append((number, start))
    found: list[list[Found]] = [[] for _ in lines]
    for (number, offset), names in zip(places, reader.read(pieces), strict=True):
        found[number] += [name._replace(start=name.start + offset, end=name.end + offset) for name in names]
    return [
        sure_enough(line.chars, guard(line.chars, names), DOUBTFUL, DOUBTFUL)
        for line, names in zip(lines, found, strict=True)
    ]


def consistent(
    lines: Sequence[Line], found: Sequence[Sequence[Found]], known: Iterable[tuple[str, str]] = ()
) -> list[list[Found]]:
    """Equal names get one label over the report, and a sure name is found wherever it is printed.

    ``known``: (label, normalised characters) of names that the report's tables hold.
    """
    known = list(known)
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for label, text in known:
        votes[text][label] += 1
    for line, names in zip(lines, found, strict=True):
        for name in names:
            votes[line.chars[name.start : name.end]][name.label] += name.confidence
    labels = {text: max(sorted(counts), key=lambda label: counts[label]) for text, counts in votes.items()}
    certain: dict[str, float] = defaultdict(float)  # doubts do not add up to a certainty
    for _, text in known:
        certain[text] += 1
    for line, names in zip(lines, found, strict=True):
        for name in names:
            certain[line.chars[name.start : name.end]] += name.confidence if name.confidence >= UNSURE else 0
    sure = {
        text: labels[text]
        for text, amount in certain.items()
        if len(text) >= _SHORTEST and labels[text] in _LASTING and amount >= _SURE
    }
    lengths: dict[str, set[int]] = defaultdict(set)
    for text in sure:
        lengths[text[:_SHORTEST]].add(len(text))
    ordered = {head: sorted(sizes, reverse=True) for head, sizes in lengths.items()}
    consistently = []
    for line, names in zip(lines, found, strict=True):
        settled = [name._replace(label=labels[line.chars[name.start : name.end]]) for name in names]
        kept = without_overlap([*settled, *_again(line.chars, sure, ordered)])
        nested = nested_schools(line.chars, kept)
        consistently.append(sorted([*kept, *nested], key=lambda name: (name.start, -name.end)))
    return consistently


def _again(chars: str, sure: Mapping[str, str], lengths: Mapping[str, Sequence[int]]) -> Iterator[Found]:
    """Where sure names stand, the longest at a place; ``lengths`` are those of the names with the same head."""
    for at in range(len(chars) - _SHORTEST + 1):
        for length in lengths.get(chars[at : at + _SHORTEST], ()):
            label = sure.get(chars[at : at + length]) if at + length <= len(chars) else None
            if label is not None:
                yield Found(at, at + length, label, _SURE)
                break


def own_region(lines: Sequence[Line]) -> frozenset[str]:
    """The names of the report's own region where, standing alone, they are no place: the guide's bare 上海.

    Which regions are left out so is declared (``own_regions``); the report is about one when it is named oftenest.
    """
    counts = Counter(region for line in lines for region in _provinces() for _ in range(line.chars.count(region)))
    top = max(sorted(counts), key=lambda region: counts[region], default="")
    return frozenset({top, f"{top}市"}) if top in rules().own_regions else frozenset()


@cache
def _provinces() -> tuple[str, ...]:
    known = gazetteer()
    kind = known.kinds.index("province")
    return tuple(name for name, place in known.members.items() if place == kind and name[-1] not in "省市区")


def entity(text: str, line: Line, name: Found) -> Entity:
    """A name of the line as an entity of the text: printed form, without the blanks of typesetting."""
    start, end = line.offsets[name.start], line.offsets[name.end - 1] + 1
    return Entity(features.match_blanks(text[start:end]), name.label, start, end, confidence=round(name.confidence, 3))
