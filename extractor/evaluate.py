"""Extraction records against a gold standard: precision, recall and F1 of names, relations and figures.

Names score as (label, name) per passage, relations as (head, type, tail) per passage (symmetric types either way
round), figures as (value, unit) with 万 and 亿 multiplied out. Passages are paired by folded text; a gold
passage without a record counts as missed whole, a record without a gold passage is not scored. Labels and types
beyond the gold, anaphors (``refers_to``) and relations ``across`` passages are left out.

A gold file is split by *group* (its case or section) into a part one may look at and a part that only gives
scores, so that what is tuned on the one can be checked on the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from extractor.errors import Damaged, Refused
from extractor.folding import fold
from extractor.ontology import ontology
from extractor.records import Record, from_json

Part = Literal["looked", "held", "all"]
Kind = Literal["names", "relations", "figures"]
Item = tuple[str, ...]
KINDS: tuple[Kind, ...] = ("names", "relations", "figures")

_SALT = "zhitu"  # fixes the split; changing it would show the held part to those who tuned on the other
_MULTIPLIERS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class GoldPassage:
    """A gold record and the part of the gold it belongs to. ``id`` is empty where the file gives none."""

    id: str
    part: Part
    record: Record


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of what was found rightly, missed, and found though the gold has it not."""

    right: int = 0
    missed: int = 0
    extra: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.missed + other.missed, self.extra + other.extra)

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 0 where nothing was found."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found; 0 where the gold is empty."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.right + self.missed + self.extra
        return 2 * self.right / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Slip:
    """One miss or extra and the passage it stands in; ``item`` as it was compared."""

    kind: Kind
    error: Literal["missed", "extra"]
    item: Item
    passage: str
    text: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by kind and class (``("names", "School")``, ``("names", "")`` for all), and every slip."""

    scores: dict[tuple[Kind, str], Score]
    slips: tuple[Slip, ...]
    passages: int
    unpaired: int


def read_gold(path: Path, part: Part = "all") -> list[GoldPassage]:
    """The gold passages of one part of ``path``, in the file's order."""
    gold = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                record = from_json(data)
                name = str(data.get("id") or "")
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise Damaged(path, f"line {number} is no record ({error})", "mend or drop the line") from error
            gold.append(GoldPassage(name, part_of(name, record.text), record))
    return [passage for passage in gold if part in ("all", passage.part)]


def part_of(passage_id: str, text: str) -> Part:
    """The part a gold passage belongs to: by its group (``S-case04`` of ``S-case04-02``), else by its text."""
    group = passage_id.rpartition("-")[0] or passage_id or fold(text)
    digest = hashlib.sha256((_SALT + group).encode()).digest()
    return "held" if digest[0] % 2 else "looked"


def evaluate(records: Iterable[Record], gold: Sequence[GoldPassage]) -> Evaluation:
    """Score ``records`` against ``gold``."""
    waiting: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.kind != "table_row":
            waiting[fold(record.text)].append(record)
    scores: dict[tuple[Kind, str], Score] = {(kind, ""): Score() for kind in KINDS}
    slips: list[Slip] = []
    unpaired = 0
    for passage in gold:
        paired = waiting.get(fold(passage.record.text))
        if not paired:
            unpaired += 1
        # Two equal passages are scored one by one, in order; the last stands for all that follow.
        found = (paired.pop(0) if len(paired) > 1 else paired[0]) if paired else Record(text=passage.record.text)
        for kind in KINDS:
            wanted, got = items(passage.record, kind), items(found, kind)
            for item in sorted(wanted | got):
                score = Score(int(item in wanted & got), int(item not in got), int(item not in wanted))
                for key in {(kind, ""), (kind, _class_of(kind, item))}:
                    scores[key] = scores.get(key, Score()) + score
                if not score.right:
                    error: Literal["missed", "extra"] = "missed" if score.missed else "extra"
                    slips.append(Slip(kind, error, item, passage.id, passage.record.text))
    return Evaluation(scores, tuple(slips), len(gold), unpaired)


def items(record: Record, kind: Kind) -> set[Item]:
    """What of ``record`` is scored, in the form in which it is compared."""
    vocabulary = ontology()
    if kind == "names":
        return {
            (entity.label, fold(entity.name))
            for entity in record.entities
            if entity.refers_to is None
            and entity.label in vocabulary.labels
            and vocabulary.labels[entity.label].gold
            and fold(entity.name)
        }
    if kind == "figures":
        return {figure(fact.value, fact.unit) for fact in record.facts}
    found: set[Item] = set()
    for relation in record.relations:
        known = vocabulary.relations.get(relation.type)
        if known is None or not known.gold or relation.across:
            continue
        head, tail = fold(relation.head), fold(relation.tail)
        if known.symmetric and tail < head:
            head, tail = tail, head
        found.add((head, relation.type, tail))
    return found


def figure(value: str, unit: str) -> Item:
    """A figure in the form in which it is compared: ``("34340000", "元")`` for 3434万 元 and for 3434 万元."""
    digits, name = fold(value).replace(",", ""), fold(unit)
    match = _NUMBER.match(digits)
    if match is None:
        return digits, name
    name = digits[match.end() :] + name
    try:
        number = Decimal(match.group())
    except InvalidOperation:  # a number with thousands of digits
        return digits, name
    while name[:1] in _MULTIPLIERS:
        number *= _MULTIPLIERS[name[0]]
        name = name[1:]
    return format(number.normalize(), "f"), name


def refuse_held(part: Part) -> None:
    """Raise :class:`~extractor.errors.Refused` for the part whose errors nobody is to see."""
    if part == "held":
        raise Refused(
            f"the errors of the part '{part}' are not shown, so that it stays a measure",
            "use --errors with --part looked",
        )


def _class_of(kind: Kind, item: Item) -> str:
    return {"names": item[0], "relations": item[1], "figures": ""}[kind]
