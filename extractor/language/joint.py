"""A second look at the pairs of a passage: what the first scores say of the neighbours of a pair.

One head's list mates, the other heads of a tail, a unit and its school, partners who built one thing: what is likely of
one of them bears on the others. The second model learns how much.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.language.pairs import TYPES, Pair
from extractor.language.scene import Scene

_NUMBER = {type_: number for number, type_ in enumerate(TYPES)}
_AFFILIATED, _COOPERATES = _NUMBER["AFFILIATED_TO"], _NUMBER["COOPERATES_WITH"]
_RENAMED, _LEADS, _MEMBER = _NUMBER["RENAMED_TO"], _NUMBER["LEADS"], _NUMBER["MEMBER_OF"]
_MADE = tuple(_NUMBER[type_] for type_ in ("LEADS", "OPERATES", "DEVELOPED", "PARTICIPATED_IN", "ISSUED"))
_MINE = {type_: number for number, type_ in enumerate(_MADE)}

JOINT_COLUMNS = (
    "own", "other_types", "back", "best_rival", "rank", "rivals_sum",
    "tail_mates", "tail_mates_mean", "head_mates", "head_mates_mean",
    "unit_of", "unit_has_it", "has_unit", "unit_of_mine_has_it", "partner_has_it", "head_is_partner", "shared_work",
    "head_best", "tail_cooperates", "head_renamed", "affiliated", "cooperates", "tail_affiliated", "best_rival_of_kind",
)  # fmt: skip


class JointTable:
    """The first scores of one passage's pairs, looked up from all sides.

    ``scores[i][type]``: the first probability of the type for ``pairs[i]``; 0 for a type not allowed.
    """

    def __init__(self, scene: Scene, pairs: Sequence[Pair], scores: Sequence[Sequence[float]]) -> None:
        self.scene, self.pairs, self.scores = scene, pairs, scores
        self.of = {(pair.head, pair.tail): number for number, pair in enumerate(pairs)}
        self.by_tail: dict[int, list[int]] = {}
        self.by_head: dict[int, list[int]] = {}
        self.lists: dict[int, int] = {}
        for number, pair in enumerate(pairs):
            self.by_tail.setdefault(pair.tail, []).append(number)
            self.by_head.setdefault(pair.head, []).append(number)
        # A name's units and its school, its partners, the schools that became it.
        self.above: dict[int, tuple[float, int]] = {}
        self.units: dict[int, list[tuple[float, int]]] = {}
        self.partners: dict[int, list[tuple[float, int]]] = {}
        self.renamed: dict[int, float] = {}
        for number, pair in enumerate(pairs):
            score = scores[number]
            if score[_AFFILIATED] > 0.2:
                self.above[pair.head] = max(self.above.get(pair.head, (0.0, -1)), (score[_AFFILIATED], pair.tail))
                self.units.setdefault(pair.tail, []).append((score[_AFFILIATED], pair.head))
            if score[_COOPERATES] > 0.2:
                self.partners.setdefault(pair.head, []).append((score[_COOPERATES], pair.tail))
            if score[_RENAMED] > 0.2:
                self.renamed[pair.head] = max(self.renamed.get(pair.head, 0.0), score[_RENAMED])
        self.made = self._made()

    def _made(self) -> dict[int, dict[int, float]]:
        """By head, the likely things it built, led or made with others."""
        made: dict[int, dict[int, float]] = {}
        for number, pair in enumerate(self.pairs):
            best = max(self.scores[number][type_] for type_ in _MADE)
            if best > 0.2:
                made.setdefault(pair.head, {})[pair.tail] = best
        return made

    def score(self, head: int, tail: int, type_: int) -> float:
        """The first score of a type from head to tail, 0 where there is no such pair."""
        number = self.of.get((head, tail))
        return self.scores[number][type_] if number is not None else 0.0

    def row(self, number: int, type_: int) -> list[float]:
        """The numbers of one pair and type."""
        pair, scores = self.pairs[number], self.scores
        own = scores[number][type_]
        rivals = [scores[other][type_] for other in self.by_tail[pair.tail] if other != number]
        label = self.scene.names[pair.head].label
        of_kind = [
            scores[other][type_]
            for other in self.by_tail[pair.tail]
            if other != number and self.scene.names[self.pairs[other].head].label == label
        ]
        tail_mates = self._mates(self.by_head[pair.head], number, type_, pair.tail_spot, "tail")
        head_mates = self._mates(self.by_tail[pair.tail], number, type_, pair.head_spot, "head")
        above, school = self.above.get(pair.head, (0.0, -1))
        own_units = self.units.get(pair.head, ())
        units = [(p, self.score(unit, pair.tail, type_)) for p, unit in own_units if unit != pair.tail]
        partners = [self.score(mate, pair.tail, type_) * p for p, mate in self.partners.get(pair.head, ())]
        mine, theirs = self.made.get(pair.head, {}), self.made.get(pair.tail, {})
        return [
            own,
            max((scores[number][t] for t in pair.types if t != type_), default=0.0),
            self.score(pair.tail, pair.head, type_),
            max(rivals, default=0.0),
            float(sum(1 for rival in rivals if rival > own)),
            sum(rivals),
            max(tail_mates, default=-1.0),
            sum(tail_mates) / len(tail_mates) if tail_mates else -1.0,
            max(head_mates, default=-1.0),
            sum(head_mates) / len(head_mates) if head_mates else -1.0,
            above,
            self.score(school, pair.tail, type_) if school >= 0 else -1.0,
            max((p for p, _ in units), default=0.0),
            max((p * s for p, s in units), default=-1.0),
            max(partners, default=-1.0),
            float(len(self.partners.get(pair.head, ()))),
            max((min(p, theirs[thing]) for thing, p in mine.items() if thing in theirs), default=-1.0),
            max((scores[other][type_] for other in self.by_head[pair.head] if other != number), default=-1.0),
            max((p for p, _ in self.partners.get(pair.tail, ())), default=0.0),
            self.renamed.get(pair.head, 0.0),
            scores[number][_AFFILIATED],
            scores[number][_COOPERATES],
            self.above.get(pair.tail, (0.0, -1))[0],
            max(of_kind, default=-1.0),
        ]

    def _mates(self, numbers: Sequence[int], own: int, type_: int, spot: int, side: str) -> list[float]:
        """The scores of the pairs whose head (tail) stands in one list with this pair's."""
        list_number = self.scene.spots[spot].list_number
        if not list_number:
            return []
        found = []
        for other in numbers:
            pair = self.pairs[other]
            mate = pair.tail_spot if side == "tail" else pair.head_spot
            if other != own and mate != spot and self.scene.spots[mate].list_number == list_number:
                found.append(self.scores[other][type_])
        return found
