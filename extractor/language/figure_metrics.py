"""What a figure counts: the words right after a count (12个专业), or the words before the number (毕业率达96.3%).

A linear model (``scripts/train figures``) decides on which side the words stand and where they begin or end; they are
copied from the text, at the bounds of jieba's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from extractor.language.figure_candidates import Candidate, clause, knowledge
from extractor.language.linear import Linear

LONGEST = 24
_CHANGE = re.compile(r".由[^由]{1,12}$")  # 满意度由81.4%升至 95.9%
_LONGEST_NOUN = 16
_VAGUE = re.compile(r"^\s*(?:左右|以上|余|多)")
# What only leads up to the counted: 市级 | 开放实训中心.
_NO_WHOLE = re.compile(r"(?:全国|(?:国家|世界|[省市区县校院])级|[\u4e00-\u9fff]{1,3}[省市])+|左右|以上")
# The counted ends before a bracket, and before what is said of it.
_NO_NOUN = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9“”·‘’+—-]|获|入选|入围|被|由|成为|参与")


@dataclass(frozen=True, slots=True)
class Side:
    """The text on one side of a number without blanks, and the indices in it at which a word begins or ends."""

    text: str
    bounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Both sides of a number within its clause, and its unit ("-" for none)."""

    left: Side
    right: Side
    unit: str


def surroundings(text: str, candidate: Candidate, bounds: frozenset[int]) -> Surroundings:
    """What stands around a candidate; ``bounds`` are the offsets in ``text`` at which jieba's words begin or end."""
    before, after = clause(text, candidate)
    left = _side(before, candidate.start - len(before), bounds)
    skipped = len(after) - len(_VAGUE.sub("", after, count=1))
    right = _side(after[skipped:], candidate.end + skipped, bounds)
    reach = min(_LONGEST_NOUN, next(iter(m.start() for m in _NO_NOUN.finditer(right.text)), len(right.text)))
    nouns = tuple(b for b in right.bounds if 2 <= b <= reach and not _NO_WHOLE.fullmatch(right.text, 0, b))
    return Surroundings(left, Side(right.text, nouns), candidate.unit or "-")


def _side(text: str, offset: int, bounds: frozenset[int]) -> Side:
    kept = [index for index, char in enumerate(text) if not char.isspace()]
    at = [number for number, index in enumerate(kept) if offset + index in bounds]
    return Side("".join(text[index] for index in kept), tuple(sorted({0, *at, len(kept)})))


def metric_of(around: Surroundings, model: Linear) -> str:
    """The words for what is counted, "" where there are none."""
    score = model.probability
    left, right = around.left, around.right
    if right.bounds and (not left.text or score(side_features(around)) >= 0.5):
        return right.text[: _best(right.bounds, lambda end: score(right_features(around, end)))]
    if not left.text:
        return ""
    end = _best(left_ends(left.text), lambda end: score(end_features(around, end)))
    starts = [start for start in left.bounds if 2 <= end - start <= LONGEST] or [max(0, end - 8)]
    return left.text[_best(starts, lambda start: score(start_features(around, start, end))) : end]


def _best(choices: Iterable[int], score: Callable[[int], float]) -> int:
    return max(choices, key=lambda choice: (score(choice), choice))


def left_ends(left: str) -> list[int]:
    """Where the words before a number may end: without what leads up to it (达, 为), with and without 占比, 增长 …"""
    known = knowledge()
    end, ends = len(left), []
    while end:
        lead = next((w for w in (*known.before, *known.leads, "”") if left[:end].endswith(w) and len(w) < end), "")
        if not lead or lead in known.changes:
            ends.append(end)
        if not lead:
            break
        end -= len(lead)
    if change := _CHANGE.search(left):
        ends.append(change.start() + 1)
    return sorted({*ends, *([len(left)] if not ends else [])})


def side_features(around: Surroundings) -> list[str]:
    """What tells whether the counted stands after the number."""
    left, right, unit = around.left.text, around.right.text, around.unit
    return [
        "D", f"Du={unit}", f"Dr={right[:1]}", f"Dr2={right[:2]}", f"Dru={unit}|{right[:1]}", f"Dl={left[-1:]}",
        f"Dl2={left[-2:]}", f"Dlu={unit}|{left[-1:]}", f"De={not right}|{unit}", f"Del={not left}",
        f"Dlen={min(len(left), 6)}|{min(len(right), 4)}", f"Dl2u={left[-2:]}|{unit}",
    ]  # fmt: skip


def right_features(around: Surroundings, end: int) -> list[str]:
    """What tells whether the counted, after the number, ends at ``end``."""
    text, unit = around.right.text, around.unit
    return [
        "R", f"Re2={text[max(0, end - 2) : end]}", f"Re1={text[end - 1 : end]}", f"Ra1={text[end : end + 1]}",
        f"Ra2={text[end : end + 2]}", f"Rx={text[end - 1 : end + 1]}", f"Rd={min(end, 12)}",
        f"Ru={unit}|{min(end, 6)}", f"Rend={end == len(text)}",
    ]  # fmt: skip


def end_features(around: Surroundings, end: int) -> list[str]:
    """What tells whether the counted, before the number, ends at ``end``."""
    text, unit = around.left.text, around.unit
    return [
        "E", f"Ee={text[max(0, end - 2) : end]}", f"Ee1={text[max(0, end - 1) : end]}", f"Eg={text[end:]}",
        f"Egu={text[end:]}|{unit}", f"Eg0={end == len(text)}",
    ]  # fmt: skip


def start_features(around: Surroundings, start: int, end: int) -> list[str]:
    """What tells whether the counted, ending at ``end`` before the number, begins at ``start``."""
    text, unit = around.left.text, around.unit
    lead, own = text[max(0, start - 3) : start], text[start:end]
    return [
        "S", f"Sp1={lead[-1:]}", f"Sp2={lead[-2:]}", f"Sp3={lead}", f"Sc1={own[:1]}",
        f"Sc2={text[start : start + 2]}", f"Sc3={text[start : start + 3]}", f"Sd={min(end - start, 14)}",
        f"S0={start == 0}", f"Sx={lead[-1:]}{own[:1]}", f"Sx4={lead[-2:]}{text[start : start + 2]}",
        f"Su={unit}|{min(end - start, 8)}", f"Sin={'“' in own}{'”' in own}",
    ]  # fmt: skip
