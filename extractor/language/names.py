"""Names: the network's reading of each passage, guarded by rules, then made consistent over the whole report.

The first component of the pipeline. It gives every mention of a name as a span of the passage's text; the only names
within a name are the universities of affiliated schools.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractor.language import features
from extractor.language.guards import guard, nested_schools, without_overlap
from extractor.language.network import Found, network
from extractor.language.pipeline import ReportWise
from extractor.records import Entity

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from extractor.language.features import Line

# Names of these kinds are looked for again where the network did not see them.
_LASTING = frozenset({"School", "Enterprise", "Organization", "Alliance", "Competition", "Base", "Person", "Policy"})
_SHORTEST = 4  # characters of a name that is looked for again: shorter ones are words too
_SURE = 0.8


def component() -> ReportWise:
    """The component for the pipeline."""
    return ReportWise(recognise)


def recognise(docs: list[Doc]) -> None:
    """Put ``names`` on every Doc of a report that did not come with names."""
    bare = [doc for doc in docs if not doc._.names]
    texts = [doc._.record.text if doc._.record else doc.text for doc in bare]
    lines = [features.normalise(text) for text in texts]
    found = consistent(lines, read(lines))
    for doc, text, line, names in zip(bare, texts, lines, found, strict=True):
        doc._.names = tuple(entity(text, line, name) for name in names)


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
    return [guard(line.chars, names) for line, names in zip(lines, found, strict=True)]


def consistent(lines: Sequence[Line], found: Sequence[Sequence[Found]]) -> list[list[Found]]:
    """Equal names get one label over the report, and a sure name is found wherever it is printed."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for line, names in zip(lines, found, strict=True):
        for name in names:
            votes[line.chars[name.start : name.end]][name.label] += name.confidence  # type: ignore[assignment]
    labels = {text: max(sorted(counts), key=lambda label: counts[label]) for text, counts in votes.items()}
    sure = {
        text
        for text, counts in votes.items()
        if len(text) >= _SHORTEST and labels[text] in _LASTING and counts[labels[text]] >= _SURE
    }
    heads: dict[str, list[str]] = defaultdict(list)
    for text in sorted(sure, key=len, reverse=True):
        heads[text[:3]].append(text)
    return [_line_consistent(line.chars, names, labels, heads) for line, names in zip(lines, found, strict=True)]


def _line_consistent(
    chars: str, names: Sequence[Found], labels: dict[str, str], heads: dict[str, list[str]]
) -> list[Found]:
    settled = [name._replace(label=labels[chars[name.start : name.end]]) for name in names]
    again = []
    for at in range(len(chars) - _SHORTEST + 1):
        for text in heads.get(chars[at : at + 3], ()):
            if chars.startswith(text, at):
                again.append(Found(at, at + len(text), labels[text], _SURE))
                break
    kept = without_overlap([*settled, *again])
    return sorted([*kept, *nested_schools(chars, kept)], key=lambda name: (name.start, -name.end))


def entity(text: str, line: Line, name: Found) -> Entity:
    """A name of the line as an entity of the text: printed form, without the blanks of typesetting."""
    start, end = line.offsets[name.start], line.offsets[name.end - 1] + 1
    return Entity(features.match_blanks(text[start:end]), name.label, start, end, confidence=round(name.confidence, 3))
