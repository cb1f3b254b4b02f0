"""The trained relation model, applied with numpy alone: a linear part over words, boosted trees over numbers.

Three layers, each trained on what the one before says of texts it was not trained on (``scripts/train relations``):

1. *linear*: a weight for each word of a pair (:meth:`~extractor.language.pairs.PairReader.words`) and type;
2. *first trees*: the pair's numbers and the linear scores → a probability a type;
3. *second trees*: these, the first probabilities and what they say of the pair's neighbours
   (:mod:`extractor.language.joint`) → the probability that is held against the type's threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractor.language.joint import JointTable
from extractor.language.pairs import TYPES, Pair, PairReader, columns
from extractor.language.scene import Scene

Floats = NDArray[np.float32]
_CHUNK = 2000  # rows at a time through the trees, so that a long report takes no more memory than a short one


@dataclass(frozen=True, slots=True)
class Forest:
    """Boosted trees as arrays of nodes; a leaf is its own left and right. ``base`` is the score before any tree."""

    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    roots: NDArray[np.int32]
    depth: int
    base: float

    def probabilities(self, rows: Floats) -> Floats:
        """The probability of each row (n, columns)."""
        out = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _CHUNK):
            chunk = np.ascontiguousarray(rows[start : start + _CHUNK])
            flat, width = chunk.ravel(), chunk.shape[1]
            offsets = (np.arange(len(chunk), dtype=np.int32) * width)[:, None]
            node = np.broadcast_to(self.roots, (len(chunk), len(self.roots)))
            for _ in range(self.depth):
                right = flat[offsets + self.feature[node]] > self.threshold[node]
                node = np.where(right, self.right[node], self.left[node])
            out[start : start + _CHUNK] = self.value[node].sum(axis=1)
        probabilities: Floats = (1.0 / (1.0 + np.exp(-(out + self.base)))).astype(np.float32)
        return probabilities


@dataclass(frozen=True, slots=True)
class RelationModel:
    """All layers; one forest a type in the order of :data:`~extractor.language.pairs.TYPES`.

    ``thresholds`` (2, types): where the names are given, and where a recogniser found them.
    """

    vocabulary: dict[str, int]
    weights: Floats
    intercepts: Floats
    first: tuple[Forest, ...]
    second: tuple[Forest, ...]
    thresholds: Floats

    def score(self, scenes: Sequence[Scene], pairs: Sequence[Sequence[Pair]]) -> list[Floats]:
        """For each scene the probabilities (pairs, types) of its pairs; 0 where the type is forbidden or hopeless."""
        readers = [PairReader(scene, own) for scene, own in zip(scenes, pairs, strict=True)]
        linear = self._linear(readers)
        open_ = linear >= HOPELESS
        kept = np.flatnonzero(open_.any(axis=1))
        result = np.zeros_like(linear)
        if len(kept):
            rows = np.array(_rows(readers, kept), np.float32)
            linear, open_ = linear[kept], open_[kept]
            first = _layer(self.first, open_, lambda chosen, type_: [rows[chosen], linear[chosen, type_ : type_ + 1]])
            every = np.zeros_like(result)
            every[kept] = first
            joint = _joint(readers, every, kept, open_)
            result[kept] = _layer(
                self.second,
                open_,
                lambda chosen, type_: [
                    rows[chosen], linear[chosen], np.array([joint[n][type_] for n in chosen], np.float32)
                ],
            )  # fmt: skip
        ends = np.cumsum([0, *(len(own) for own in pairs)])
        return [result[start:end] for start, end in pairwise(ends)]

    def _linear(self, readers: Sequence[PairReader]) -> Floats:
        """The linear scores (pairs, types) of all pairs."""
        indices: list[int] = []
        lengths: list[int] = []
        types: list[tuple[int, ...]] = []
        get = self.vocabulary.get
        for reader in readers:
            for pair in reader.pairs:
                known = {number for number in map(get, reader.words(pair)) if number is not None}
                indices += known
                lengths.append(len(known))
                types.append(pair.types)
        scores = np.full((len(types), len(TYPES)), NOT_ALLOWED, np.float32)
        sums = _sums(self.weights, np.array(indices, np.int64), lengths) + self.intercepts
        at = np.repeat(np.arange(len(types)), [len(own) for own in types])
        which = np.array([type_ for own in types for type_ in own], np.int64)
        scores[at, which] = sums[at, which]
        return scores


HOPELESS = (
    -4.0
)  # the linear score under which a type is given up for a pair: of the training relations 2.7 % are under it
NOT_ALLOWED = -9.0  # the linear score of a type that the ontology forbids


def _sums(weights: Floats, indices: NDArray[np.int64], lengths: Sequence[int]) -> Floats:
    """The sums of the rows ``weights[indices]`` over stretches of these lengths."""
    ends = np.cumsum(lengths)
    total = np.zeros((len(lengths), weights.shape[1]), np.float32)
    for first in range(0, len(lengths), _CHUNK):
        last = min(first + _CHUNK, len(lengths))
        start = ends[first - 1] if first else 0
        picked = weights[indices[start : ends[last - 1]]].astype(np.float32)
        running = np.vstack([np.zeros((1, weights.shape[1]), np.float64), np.cumsum(picked, axis=0, dtype=np.float64)])
        stops = ends[first:last] - start
        begins = np.concatenate([[0], stops[:-1]])
        total[first:last] = running[stops] - running[begins]
    return total


def _rows(readers: Sequence[PairReader], kept: NDArray[np.int64]) -> list[list[float]]:
    """The numbers of the kept pairs, which are counted through all readers."""
    rows: list[list[float]] = []
    wanted = iter(kept.tolist())
    start, number = 0, next(wanted, None)
    for reader in readers:
        while number is not None and number < start + len(reader.pairs):
            rows.append(reader.row(reader.pairs[number - start]))
            number = next(wanted, None)
        start += len(reader.pairs)
    return rows


def _layer(
    forests: Sequence[Forest],
    open_: NDArray[np.bool_],
    inputs: Callable[[NDArray[np.int64], int], list[Floats]],
) -> Floats:
    """The probabilities by one layer's forests where ``open_``; ``inputs(rows, type)`` gives the columns' blocks."""
    scores = np.zeros(open_.shape, np.float32)
    for type_, forest in enumerate(forests):
        chosen = np.flatnonzero(open_[:, type_])
        if len(chosen):
            scores[chosen, type_] = forest.probabilities(np.hstack(inputs(chosen, type_)))
    return scores


def _joint(
    readers: Sequence[PairReader], first: Floats, kept: NDArray[np.int64], open_: NDArray[np.bool_]
) -> list[dict[int, list[float]]]:
    """For each kept pair, by open type, the numbers of the second look."""
    found: list[dict[int, list[float]]] = []
    start, position = 0, 0
    numbers = kept.tolist()
    for reader in readers:
        end = start + len(reader.pairs)
        table = JointTable(reader.scene, reader.pairs, first[start:end].tolist())
        while position < len(numbers) and numbers[position] < end:
            own = numbers[position] - start
            found.append({type_: table.row(own, type_) for type_ in np.flatnonzero(open_[position]).tolist()})
            position += 1
        start = end
    return found


@cache
def load_model() -> RelationModel:
    """The model that comes with the package."""
    with resources.files("extractor.language.models").joinpath("relations.npz").open("rb") as file:
        return unpack(dict(np.load(file, allow_pickle=False)))


def unpack(arrays: dict[str, NDArray[Any]]) -> RelationModel:
    """The model from its arrays, as :func:`pack` wrote them; ``KeyError`` where one is missing."""
    words = arrays["words"].tobytes().decode("utf-8").split("\n")
    if list(arrays["columns"]) != list(columns()) or list(arrays["types"]) != list(TYPES):
        raise ValueError("the relation model was trained for other columns: run scripts/train relations")
    return RelationModel(
        vocabulary={word: number for number, word in enumerate(words)},
        weights=arrays["weights"],
        intercepts=arrays["intercepts"].astype(np.float32),
        first=_unpack_forests(arrays, "first"),
        second=_unpack_forests(arrays, "second"),
        thresholds=arrays["thresholds"].astype(np.float32),
    )


def pack(model: RelationModel) -> dict[str, NDArray[Any]]:
    """The model as plain arrays for an ``.npz`` file."""
    words = sorted(model.vocabulary, key=model.vocabulary.__getitem__)
    arrays: dict[str, NDArray[Any]] = {
        "words": np.frombuffer("\n".join(words).encode("utf-8"), np.uint8),
        "columns": np.array(columns()),
        "types": np.array(TYPES),
        "weights": model.weights.astype(np.float16),
        "intercepts": model.intercepts,
        "thresholds": model.thresholds,
    }
    for layer, forests in (("first", model.first), ("second", model.second)):
        for field in ("feature", "threshold", "left", "right", "value", "roots"):
            parts = [getattr(forest, field) for forest in forests]
            arrays[f"{layer}_{field}"] = np.concatenate(parts) if parts else np.zeros(0, np.int32)
        arrays[f"{layer}_sizes"] = np.array([[len(f.value), len(f.roots), f.depth] for f in forests], np.int32)
        arrays[f"{layer}_base"] = np.array([f.base for f in forests], np.float32)
    return arrays


def _unpack_forests(arrays: dict[str, NDArray[Any]], layer: str) -> tuple[Forest, ...]:
    forests = []
    node = root = 0
    for (nodes, roots, depth), base in zip(arrays[f"{layer}_sizes"], arrays[f"{layer}_base"], strict=True):
        picked = {
            field: arrays[f"{layer}_{field}"][node : node + nodes]
            for field in ("feature", "threshold", "left", "right", "value")
        }
        forests.append(
            Forest(**picked, roots=arrays[f"{layer}_roots"][root : root + roots], depth=int(depth), base=float(base))
        )
        node, root = node + int(nodes), root + int(roots)
    return tuple(forests)
