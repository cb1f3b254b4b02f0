"""Figures: the numbers a policy reader would put in a table, with what they count and of whom.

Every number with its unit is a candidate (:mod:`extractor.language.figure_candidates`); a small linear model over what
stands around it decides whether it is a figure; what it counts (:mod:`extractor.language.figure_metrics`) and whose it
is (:mod:`extractor.language.figure_subjects`) are chosen among words and names around it by models of the same kind.
Values and units are copied as printed; nothing is computed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from extractor.language.figure_candidates import Candidate, bare, candidates, clause, knowledge, left_end
from extractor.language.figure_metrics import metric_of, surroundings
from extractor.language.figure_subjects import Owner, holders_of, owner_of
from extractor.language.linear import Linear, load_linear
from extractor.records import Entity, Fact

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SENTENCE_END = "。；！？!?;\n"
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)\s*(?:[—–－~至-]\s*(?:20)?\d\d)?\s*(?:学年|年|届|级)")
_RECEIVERS = frozenset({"School", "Person", "Enterprise"})
# Names further from a number than this do not bear on it; it also bounds the work on a passage without end.
_REACH = 400


def component() -> FiguresComponent:
    """The pipeline's component *figures*."""
    return FiguresComponent()


class FiguresComponent:
    """Sets ``doc._.facts`` from the text, the names and the anaphors found before it."""

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with its figures; headings and captions have none."""
        record = doc._.record
        if record is None or record.kind not in {"heading", "caption"}:
            bounds = frozenset(bound for token in doc for bound in (token.idx, token.idx + len(token)))
            doc._.facts = tuple(figures(doc.text, (*doc._.names, *doc._.anaphors), bounds))
        return doc


def figures(text: str, names: Sequence[Entity], bounds: frozenset[int]) -> list[Fact]:
    """The figures of one passage, in order.

    ``names`` are its names and resolved anaphors; ``bounds`` the offsets at which a word begins or ends.
    """
    model, whose, what = model_of("figures"), model_of("figure_subjects"), model_of("figure_metrics")
    facts: dict[Fact, None] = {}
    holders = holders_of(text, names)
    owner: Owner | None = None
    for candidate, near in with_names(candidates(text), names):
        if model.probability(features(text, candidate, near)) >= model.threshold:
            owner = owner_of(text, candidate, holders, owner, whose)
            fact = Fact(
                subject=owner.subject,
                metric=metric_of(surroundings(text, candidate, bounds), what),
                value=candidate.value,
                unit=candidate.unit,
                year=year_of(text, candidate),
                qualifier=candidate.qualifier,
            )
            facts[fact] = None
    return list(facts)


def year_of(text: str, candidate: Candidate) -> int | None:
    """The last year named before the figure in its sentence, else the first after it in its clause.

    "2004年以来" and "自2019年" say since when, not when, and are passed over.
    """
    start = left_end(text, candidate.start, _SENTENCE_END)
    years = list(_YEAR.finditer(text[start : candidate.start]))
    dated = [m for m in years if not re.match(r"\s*(?:以来|起|至今)", text[start + m.end() :])]
    if dated:
        return int(dated[-1][1])
    after = None if years else _YEAR.search(clause(text, candidate)[1])
    return int(after[1]) if after else None


def with_names(found: Iterable[Candidate], names: Sequence[Entity]) -> Iterator[tuple[Candidate, Sequence[Entity]]]:
    """Each candidate with the names within reach of it, by their place."""
    placed = sorted((n for n in names if n.start is not None and n.end is not None), key=_start)
    starts = [_start(name) for name in placed]
    for candidate in found:
        low = bisect_left(starts, candidate.start - _REACH)
        yield candidate, placed[low : bisect_left(starts, candidate.end + _REACH)]


@cache
def model_of(name: str) -> Linear:
    """The shipped model ``name``; made by ``scripts/train figures``."""
    return load_linear(name)


def features(text: str, candidate: Candidate, names: Sequence[Entity]) -> list[str]:
    """What stands around a candidate, as strings; the same at training and at use. ``names`` have their offsets."""
    unit = candidate.unit or "-"
    before = bare(text[max(0, candidate.start - 12) : candidate.start])
    after = bare(text[candidate.end : candidate.end + 12])
    return [
        *_shape(candidate),
        *(f"b{n}={before[-n:]}" for n in (1, 2, 3)),
        *(f"a{n}={after[:n]}" for n in (1, 2, 3)),
        *(f"u={unit}|b{n}={before[-n:]}" for n in (1, 2)),
        *(f"u={unit}|a{n}={after[:n]}" for n in (1, 2)),
        *(["ordinal"] if before.endswith("第") else []),
        *(f"open={m}" for m, close in ("《》", "“”", "（）", "〔〕") if _open(text, candidate.start, m, close)),
        *_neighbours(candidate, names, unit),
        *_context(text, candidate, names, before, after),
    ]


def _shape(candidate: Candidate) -> list[str]:
    digits = candidate.value.rstrip("万亿千百")
    year_like = not candidate.unit and len(digits) == 4 and digits.isdigit() and digits[:2] in {"19", "20"}
    return [
        f"u={candidate.unit or '-'}", f"digits={min(len(digits), 6)}", f"scale={candidate.value[len(digits):]}",
        f"decimal={'.' in digits}", f"ratio={':' in digits}", f"q={candidate.qualifier}", f"yearlike={year_like}",
    ]  # fmt: skip


def _neighbours(candidate: Candidate, names: Sequence[Entity], unit: str) -> list[str]:
    """Labels of the names around the number, beside it on the left, and on the right."""
    inside = [n.label for n in names if _start(n) <= candidate.start < _end(n)]
    right = [n.label for n in names if 0 <= _start(n) - candidate.end <= 2 and n.refers_to is None][:1]
    left = [n.label for n in names if 0 <= candidate.start - _end(n) <= 2 and n.refers_to is None][-1:]
    return [
        *(f"in={label}" for label in inside),
        *(f"right={label}" for label in right),
        *(f"left={label}" for label in left),
        *(f"u={unit}|right={label}" for label in right),
        *(f"u={unit}|left={label}" for label in left),
    ]


def _context(text: str, candidate: Candidate, names: Sequence[Entity], before: str, after: str) -> list[str]:
    """Cue words of clause and sentence, and whose the prizes in it would be."""
    known, unit = knowledge(), candidate.unit or "-"
    clause_before, clause_after = clause(text, candidate)
    start = left_end(text, candidate.start, _SENTENCE_END)
    sentence = text[start : candidate.start]
    found = [f"sb={word}" for word in known.cues if word in sentence]
    for side, stretch in (("cb", clause_before), ("ca", clause_after)):
        for word in known.cues:
            if word in stretch:
                found += [f"{side}={word}", f"u={unit}|{side}={word}"]
    found += [f"prize-after={p}" for p in known.prizes if p in after[:4] or after.startswith(p)][:1]
    found += [f"prize-before={p}" for p in known.prizes if before.endswith(p)][:1]
    # Prizes of a whole region are figures, prizes of a named body are not: who is named, and where?
    receivers = [n for n in names if n.label in _RECEIVERS]
    named = any(start <= _start(n) < candidate.start for n in receivers) or known.anaphors.search(sentence)
    whose = "named" if named else "unnamed" if receivers else "nobody"
    region = known.groups.search(sentence) is not None
    prize = any(p in clause_before[-6:] or p in clause_after[:6] for p in known.prizes)
    return [
        *found,
        f"whose={whose}",
        f"region={region}",
        f"prize={prize}|whose={whose}",
        f"prize={prize}|region={region}",
    ]


def _start(name: Entity) -> int:
    return -1 if name.start is None else name.start


def _end(name: Entity) -> int:
    return -1 if name.end is None else name.end


def _open(text: str, position: int, mark: str, close: str) -> bool:
    near = text[max(0, position - 40) : position]
    return near.rfind(mark) > near.rfind(close)
