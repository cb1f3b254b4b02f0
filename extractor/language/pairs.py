"""Pairs of names that may be related, and what is known about each pair: numbers and words for the relation model."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log1p

from extractor.language.phrases import phrases
from extractor.language.scene import ACTORS, CLOSING, OPENING, Scene, Spot, Trigger, triggers
from extractor.ontology import ontology

# The types that the model judges, in the order of its columns.
TYPES = (
    "LEADS", "MEMBER_OF", "LOCATED_IN", "AFFILIATED_TO", "OFFERS", "RECEIVED", "PARTICIPATED_IN", "COOPERATES_WITH",
    "OPERATES", "DEVELOPED", "ISSUED", "RENAMED_TO", "WORKS_AT", "SUPPORTS", "FOR_PROGRAM",
)  # fmt: skip
# No pair is looked at whose nearest mentions are further apart than this, unless the head is the passage's own school.
_REACH_SENTENCES = 5
_MOST_MENTIONS = 4
# No declared phrase is longer than this between its two names.
_LONGEST_PHRASE = 60
_APART = re.compile(r"分别|分获|依次|分列|各自|对应")
# In a passage of more names than this, a name is paired with the names of so many mentions around it.
_FEW_NAMES, _WINDOW = 70, 24

_PREVIOUS = {
    **dict.fromkeys("。；！？\n", 1), **dict.fromkeys("，：", 2), "、": 3, **dict.fromkeys("与和同跟及", 4),
    **dict.fromkeys("合手作", 5), **dict.fromkeys("对向为给", 6), **dict.fromkeys("由被受经据", 7),
    **dict.fromkeys("在于至赴", 8), "的": 9, **dict.fromkeys("（", 10), **dict.fromkeys("获评选", 11),
    **dict.fromkeys("是系为", 12),
}  # fmt: skip
_NEXT = {
    **dict.fromkeys("。；！？\n", 1), **dict.fromkeys("，：", 2), "、": 3, **dict.fromkeys("与和同跟及", 4),
    "的": 5, **dict.fromkeys("等", 6), **dict.fromkeys("（", 7), **dict.fromkeys("获荣被", 8),
    **dict.fromkeys("是系为", 9), **dict.fromkeys("专课教", 10), **dict.fromkeys("共联携合", 11),
    **dict.fromkeys("牵主承", 12),
}  # fmt: skip
_CODES = 13
LABELS = tuple(label.name for label in ontology().labels.values() if label.gold)
_LABEL = {label: number for number, label in enumerate(LABELS)}

_PLAIN_COLUMNS = (
    "sentences", "clauses", "chars", "head_first", "head_anaphor", "tail_anaphor", "mentions_between",
    "actors_between", "head_kind_between", "tail_kind_between", "head_is_first_actor", "head_kind_count",
    "tail_kind_count", "head_first_position", "head_opens_sentence", "head_opens_clause", "tail_opens_clause",
    "head_mentions", "tail_mentions", "tail_marked", "tail_titled", "tail_list", "tail_list_index", "head_list",
    "head_list_index", "same_list", "tail_nested", "head_nested", "head_in_tail", "tail_in_head", "own_between",
    "own_before_tail", "own_after_tail", "own_after_head", "own_before_head", "denied", "planned",
    "head_before_distance", "tail_before_distance", "tail_after_distance", "nearest_head", "nearest_head_of_kind",
    "better_heads", "same_clause_heads", "adjacent", "tail_in_bracket", "respectively",
    "passage_actors", "clause_opener_is_head", "sentence_opener_is_head", "head_confidence", "tail_confidence",
)  # fmt: skip


@cache
def columns() -> tuple[str, ...]:
    """The names of the numbers of a pair, in order."""
    kinds = triggers().classes
    sides = ("between", "last_between", "tail<", "tail>", "head<", "head>")
    return (
        *_PLAIN_COLUMNS,
        *(f"head={label}" for label in LABELS),
        *(f"tail={label}" for label in LABELS),
        *(f"{side}:{code}" for side in ("head<", "head>", "tail<", "tail>") for code in range(_CODES)),
        *(f"{side}:{kind}" for side in sides for kind in kinds),
        *(f"phrase:{type_}" for type_ in TYPES),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate: numbers of head and tail among the scene's names, their spots, the types the ontology allows."""

    head: int
    tail: int
    head_spot: int
    tail_spot: int
    types: tuple[int, ...]
    cost: float


@cache
def allowed() -> Mapping[tuple[str, str], tuple[int, ...]]:
    """The types (numbers in :data:`TYPES`) that may hold from a label to a label."""
    table: dict[tuple[str, str], tuple[int, ...]] = {}
    relations = ontology().relations
    for head in LABELS:
        for tail in LABELS:
            types = tuple(n for n, type_ in enumerate(TYPES) if relations[type_].allows(head, tail))
            if types:
                table[head, tail] = types
    return table


def candidates(scene: Scene) -> list[Pair]:
    """All pairs of names whose labels allow a relation and which stand near enough, each with its nearest mentions."""
    table = allowed()
    pairs = []
    present = [number for number, spots in enumerate(scene.of_name) if spots]
    for tail in present:
        tail_label = scene.names[tail].label
        for head in present if len(present) <= _FEW_NAMES else _neighbours(scene, tail):
            if head == tail:
                continue
            types = table.get((scene.names[head].label, tail_label))
            if types is None:
                continue
            if (head in scene.inner or tail in scene.inner) and not _one_in_other(scene, head, tail):
                continue
            best = _nearest(scene, head, tail)
            if best is not None:
                cost, head_spot, tail_spot = best
                pairs.append(Pair(head, tail, head_spot, tail_spot, types, cost))
    return pairs


def _one_in_other(scene: Scene, head: int, tail: int) -> bool:
    """Whether one name is part of the other: all that a name may be related to which stands only inside others."""
    first, second = scene.names[head].plain, scene.names[tail].plain
    return first in second or second in first


def _neighbours(scene: Scene, tail: int) -> list[int]:
    """In a passage of very many names: those around the tail's first mentions, and the first."""
    near = {scene.canonical[scene.spots[0].mention.name]}
    for spot in scene.of_name[tail][:_MOST_MENTIONS]:
        near.update(scene.canonical[s.mention.name] for s in scene.spots[max(spot - _WINDOW, 0) : spot + _WINDOW // 2])
    return sorted(near)


def _nearest(scene: Scene, head: int, tail: int) -> tuple[float, int, int] | None:
    """The cheapest pair of mentions: same clause before same sentence before others, the head first."""
    best: tuple[float, int, int] | None = None
    heads = scene.of_name[head]
    for tail_spot in scene.of_name[tail][:_MOST_MENTIONS]:
        at = bisect_left(heads, tail_spot)
        for head_spot in (*heads[max(at - 1, 0) : at], *heads[at : at + 1]):
            cost = _cost(scene.spots[head_spot], scene.spots[tail_spot])
            if best is None or cost < best[0]:
                best = (cost, head_spot, tail_spot)
    if best is None:
        return None
    far = scene.spots[best[1]].sentence - scene.spots[best[2]].sentence
    if abs(far) > _REACH_SENTENCES and heads[0] != best[1]:
        return None
    if abs(far) > 3 * _REACH_SENTENCES:
        return None
    return best


def _cost(head: Spot, tail: Spot) -> float:
    cost = 40.0 * abs(head.sentence - tail.sentence) + 8.0 * min(abs(head.clause - tail.clause), 8)
    cost += min(abs(head.mention.start - tail.mention.start), 200) / 20
    if head.mention.start > tail.mention.start:
        cost += 6
    return cost


class PairReader:
    """Turns the pairs of one scene into rows of numbers and lists of words."""

    def __init__(self, scene: Scene, pairs: Sequence[Pair]) -> None:
        self.scene, self.pairs = scene, pairs
        self.kinds = len(triggers().classes)
        self.width = len(columns())
        self.label_at = len(_PLAIN_COLUMNS)
        self.code_at = self.label_at + 2 * len(LABELS)
        self.trigger_at = self.code_at + 4 * _CODES
        self.phrase_at = self.trigger_at + 6 * self.kinds
        self.phrases = [phrases()[type_] for type_ in TYPES]
        own = triggers().types
        self.own = [own[type_] for type_ in TYPES]
        self.deny = triggers().classes.index("deny")
        self.plan = triggers().classes.index("plan")
        self.counts: dict[str, int] = {}
        self.actors = [n for n, spots in enumerate(scene.of_name) if spots and scene.names[n].label in ACTORS]
        for number, spots in enumerate(scene.of_name):
            if spots:
                label = scene.names[number].label
                self.counts[label] = self.counts.get(label, 0) + 1
        self.first_actor = min(self.actors, key=lambda n: scene.spots[scene.of_name[n][0]].mention.start, default=-1)
        self.rivals = self._rivals()
        self.head_words: dict[int, list[str]] = {}
        self.tail_words: dict[int, list[str]] = {}
        self.sides = [(self._previous(spot), self._next(spot)) for spot in scene.spots]
        self.openers = self._openers()

    def _rivals(self) -> dict[int, list[tuple[float, int]]]:
        rivals: dict[int, list[tuple[float, int]]] = {}
        for pair in self.pairs:
            rivals.setdefault(pair.tail, []).append((pair.cost, pair.head))
        for group in rivals.values():
            group.sort()
        return rivals

    def _openers(self) -> tuple[dict[int, int], dict[int, int]]:
        """The first actor or person of each clause and sentence."""
        clauses: dict[int, int] = {}
        sentences: dict[int, int] = {}
        for spot in self.scene.spots:
            name = self.scene.canonical[spot.mention.name]
            if self.scene.names[name].label in ACTORS or self.scene.names[name].label == "Person":
                clauses.setdefault(spot.clause, name)
                sentences.setdefault(spot.sentence, name)
        return clauses, sentences

    def _previous(self, spot: Spot) -> int:
        text, index = self.scene.text, spot.left - 1
        while index >= 0 and text[index] in OPENING:
            index -= 1
        return _PREVIOUS.get(text[index], 0) if index >= 0 else 1

    def _next(self, spot: Spot) -> int:
        text, index = self.scene.text, spot.right
        while index < len(text) and text[index] in CLOSING:
            index += 1
        return _NEXT.get(text[index], 0) if index < len(text) else 1

    def row(self, pair: Pair) -> list[float]:
        """The pair's numbers, as :func:`columns` names them."""
        scene = self.scene
        head, tail = scene.spots[pair.head_spot], scene.spots[pair.tail_spot]
        head_name, tail_name = scene.names[pair.head], scene.names[pair.tail]
        head_first = head.mention.start <= tail.mention.start
        low, high = (head, tail) if head_first else (tail, head)
        between = self.between(head, tail)
        row = [0.0] * self.width
        inside = scene.spots[min(pair.head_spot, pair.tail_spot) + 1 : max(pair.head_spot, pair.tail_spot)]
        actors = same_head = same_tail = 0
        for spot in inside[:40]:
            name = scene.canonical[spot.mention.name]
            if name in (pair.head, pair.tail):
                continue
            label = scene.names[name].label
            actors += label in ACTORS
            same_head += label == head_name.label
            same_tail += label == tail_name.label
        rivals = self.rivals[pair.tail]
        better = sum(1 for cost, _ in rivals[:10] if cost < pair.cost)
        of_kind = next((n for _, n in rivals if scene.names[n].label == head_name.label), -1)
        gap = max(high.left - low.right, 0)
        own = self.own[pair.types[0]] if len(pair.types) == 1 else frozenset().union(*(self.own[t] for t in pair.types))
        text = scene.text
        values = (
            min(abs(head.sentence - tail.sentence), 6), min(abs(head.clause - tail.clause), 12), log1p(gap), head_first,
            head.mention.anaphor, tail.mention.anaphor, min(len(inside), 20), min(actors, 12), min(same_head, 12),
            min(same_tail, 12), pair.head == self.first_actor, min(self.counts[head_name.label], 15),
            min(self.counts[tail_name.label], 15), log1p(scene.spots[scene.of_name[pair.head][0]].mention.start),
            head.opens_sentence, head.opens_clause, tail.opens_clause, min(len(scene.of_name[pair.head]), 8),
            min(len(scene.of_name[pair.tail]), 8), tail.left < tail.mention.start,
            text[tail.left : tail.left + 1] == "《",
            min(tail.list_length, 12), min(tail.list_index, 12), min(head.list_length, 12), min(head.list_index, 12),
            head.list_number != 0 and head.list_number == tail.list_number, tail.mention.nested, head.mention.nested,
            head_name.plain in tail_name.plain, tail_name.plain in head_name.plain,
            any(t.kind in own for t in between), tail.before is not None and tail.before.kind in own,
            tail.after is not None and tail.after.kind in own, head.after is not None and head.after.kind in own,
            head.before is not None and head.before.kind in own,
            self._marked(self.deny, low, high, tail), self._marked(self.plan, low, high, tail),
            -1 if head.before is None else min(head.left - head.before.end, 30),
            -1 if tail.before is None else min(tail.left - tail.before.end, 30),
            -1 if tail.after is None else min(tail.after.start - tail.right, 30),
            rivals[0][1] == pair.head, of_kind == pair.head, better,
            sum(1 for cost, _ in rivals[:10] if cost < 18), gap == 0,
            text[tail.left - 1 : tail.left] == "（", self._respectively(head, tail),
            min(len(self.actors), 15),
            self.openers[0].get(tail.clause, -1) == pair.head, self.openers[1].get(tail.sentence, -1) == pair.head,
            head_name.confidence, tail_name.confidence,
        )  # fmt: skip
        row[: len(values)] = map(float, values)
        row[self.label_at + _LABEL[head_name.label]] = 1.0
        row[self.label_at + len(LABELS) + _LABEL[tail_name.label]] = 1.0
        codes = (*self.sides[pair.head_spot], *self.sides[pair.tail_spot])
        for side, code in enumerate(codes):
            row[self.code_at + side * _CODES + code] = 1.0
        self._write_triggers(row, between, head, tail)
        if head.sentence == tail.sentence:
            for type_ in self.fitting(pair):
                row[self.phrase_at + type_] = 1.0
        return row

    def fitting(self, pair: Pair) -> list[int]:
        """The types of the pair of which a declared phrase fits around it."""
        head, tail = self.scene.spots[pair.head_spot], self.scene.spots[pair.tail_spot]
        head_first = head.sign <= tail.sign
        before, between, after = self._stretches(head, tail)
        if len(between) > _LONGEST_PHRASE:
            return []
        return [
            type_
            for type_ in pair.types
            if any(phrase.fits(before, between, after) for phrase in self.phrases[type_][0 if head_first else 1])
        ]

    def _stretches(self, head: Spot, tail: Spot) -> tuple[str, str, str]:
        """What stands before, between and behind the two in the skeleton; a list counts as one name."""
        low, high = (head, tail) if head.sign <= tail.sign else (tail, head)
        skeleton = self.scene.skeleton
        if low.last_sign < high.first_sign:
            start, end, last = low.last_sign + 1, high.first_sign, high.last_sign + 1
        else:
            start, end, last = low.sign + 1, high.sign, high.sign + 1
        return skeleton[max(low.first_sign - 6, 0) : low.first_sign], skeleton[start:end], skeleton[last : last + 24]

    def _respectively(self, head: Spot, tail: Spot) -> int:
        """1 where two lists of one length are told off against each other and the two have the same place, -1 else."""
        if not tail.list_number or tail.list_number == head.list_number or tail.list_length != head.list_length:
            return 0
        _, between, after = self._stretches(head, tail)
        if not _APART.search(between) and not _APART.search(after[:6]):
            return 0
        return 1 if tail.list_index == head.list_index else -1

    def between(self, head: Spot, tail: Spot) -> list[Trigger]:
        """The trigger words between the two spots' lists; of a long stretch the first and the last ones."""
        low, high = (head, tail) if head.mention.start <= tail.mention.start else (tail, head)
        found = self.scene.triggers_between(low.right if low.right <= high.left else low.mention.end, high.left)
        return found if len(found) <= 8 else [*found[:4], *found[-4:]]

    def _marked(self, kind: int, low: Spot, high: Spot, tail: Spot) -> bool:
        """Whether a word of this kind stands in the tail's clause before it, or between the two."""
        start = max(self.scene.parts.clause_start(tail.left), low.right if low is not tail else 0)
        return any(t.kind == kind for t in self.scene.triggers_between(start, max(high.left, start)))

    def _write_triggers(self, row: list[float], between: list[Trigger], head: Spot, tail: Spot) -> None:
        at, kinds = self.trigger_at, self.kinds
        for trigger in between:
            row[at + trigger.kind] = 1.0
        if between:
            last = between[-1] if head.mention.start <= tail.mention.start else between[0]
            row[at + kinds + last.kind] = 1.0
        for side, beside in enumerate((tail.before, tail.after, head.before, head.after)):
            if beside is not None:
                row[at + (2 + side) * kinds + beside.kind] = 1.0

    def words(self, pair: Pair) -> list[str]:
        """The pair's words for the linear part."""
        found = list(self._spot_words(self.head_words, "h", pair.head_spot))
        found += self._spot_words(self.tail_words, "t", pair.tail_spot)
        found += self._pair_words(pair)
        return found

    def _spot_words(self, kept: dict[int, list[str]], role: str, number: int) -> list[str]:
        words = kept.get(number)
        if words is None:
            words = kept[number] = list(self._read_spot(role, self.scene.spots[number]))
        return words

    def _read_spot(self, role: str, spot: Spot) -> Iterator[str]:
        text, name = self.scene.text, self.scene.names[spot.mention.name]
        left, right = spot.left, spot.right
        for size in (1, 2, 3, 4):
            yield f"{role}<{text[max(left - size, 0) : left]}"
            yield f"{role}>{text[right : right + size]}"
        yield f"{role}[{text[spot.mention.end : spot.mention.end + 2]}"
        yield f"{role}s{name.label}{name.plain[-2:]}"
        yield f"{role}S{name.plain[-3:]}"
        yield f"{role}p{name.plain[:2]}"
        yield f"{role}b{spot.before.word if spot.before else ''}"
        yield f"{role}a{spot.after.word if spot.after else ''}"

    def _pair_words(self, pair: Pair) -> Iterator[str]:
        scene = self.scene
        head, tail = scene.spots[pair.head_spot], scene.spots[pair.tail_spot]
        order = head.mention.start <= tail.mention.start
        labels = f"{scene.names[pair.head].label[:3]}{scene.names[pair.tail].label[:3]}{'>' if order else '<'}"
        yield labels
        yield f"{labels}d{min(abs(head.sentence - tail.sentence), 3)}"
        yield f"{labels}k{min(abs(head.clause - tail.clause), 4)}"
        yield f"{labels}b{tail.before.word if tail.before else ''}"
        yield f"{labels}a{tail.after.word if tail.after else ''}"
        yield f"{labels}c{head.after.word if head.after else ''}"
        yield f"{labels}<{scene.text[max(tail.left - 2, 0) : tail.left]}"
        yield f"{labels}>{scene.text[head.right : head.right + 2]}"
        for trigger in self.between(head, tail):
            yield f"w{'>' if order else '<'}{trigger.word}"
            yield f"{labels}w{trigger.kind}"
        _, between, after = self._stretches(head, tail)
        if len(between) <= 12:
            yield f"{labels}m{between}"
        if len(between) <= 60:
            yield f"{labels}[{between[:3]}"
            yield f"{labels}]{between[-3:]}"
            yield f"{labels}|{after[:2]}"
        if tail.list_number and tail.list_length == head.list_length and _APART.search(between):
            yield f"{labels}{'each' if tail.list_index == head.list_index else 'cross'}"
        inside = scene.spots[min(pair.head_spot, pair.tail_spot) + 1 : max(pair.head_spot, pair.tail_spot)]
        if len(inside) <= 3:
            yield f"{labels}g{'-'.join(scene.names[spot.mention.name].label[:3] for spot in inside)}"
