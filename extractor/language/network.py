"""The recogniser's network: two layers of recurrent units read a text both ways and score each character's tag.

Trained by ``scripts/train`` (with torch), run here in numpy alone. Its first weights are those of the small lexical
model that jieba ships (Baidu LAC, Apache-2.0): what characters mean and how Chinese words and names are made, learned
from far more text than ours; the features of :mod:`extractor.language.features` are added to a character's vector.

Tags: outside (O), and for each label the first (B), an inner (I), the last (E) and the only (S) character of a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

CELL = 128  # units a direction and layer
BATCH = 3072  # characters that go through the network together: what the processor's cache holds


class Found(NamedTuple):
    """A name in a text: ``start``/``end`` in characters, its label, how sure the network is (0 to 1)."""

    start: int
    end: int
    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of text to read: characters' numbers ``(n,)`` and features ``(n, channels)``."""

    chars: NDArray[np.int16]
    features: NDArray[np.int16]


class Network:
    """The trained weights; ``read`` is its one use."""

    def __init__(self, weights: dict[str, NDArray[np.float32]], vocabulary: str, labels: Sequence[str]) -> None:
        import numpy as np

        self.labels = tuple(labels)
        self.numbers = {char: number for number, char in enumerate(vocabulary, 1)}
        first = np.concatenate(weights["w1"], axis=1)
        # The first layer's input is a sum of table rows: multiply the tables once, not every character.
        self.table = weights["chars"] @ first + np.concatenate(weights["b1"])
        self.tables = [weights[name] @ first for name in sorted(weights) if name.startswith("feature")]
        self.second, self.second_bias = np.concatenate(weights["w2"], axis=1), np.concatenate(weights["b2"])
        self.gates1, self.states1 = weights["g1"], weights["c1"]
        self.gates2, self.states2 = weights["g2"], weights["c2"]
        self.out, self.out_bias = weights["out"], weights["out_bias"]

    def encode(self, chars: str, features: NDArray[np.int16]) -> Piece:
        """A piece ready to read; a character the network does not know has number 0."""
        import numpy as np

        get = self.numbers.get
        return Piece(np.array([get(char) or get(char.lower(), 0) for char in chars], dtype=np.int16), features)

    def read(self, pieces: Sequence[Piece]) -> list[list[Found]]:
        """The names of each piece, by where they start; none overlap."""
        from threadpoolctl import threadpool_limits

        found: list[list[Found]] = [[] for _ in pieces]
        # On matrices this small a second thread only waits for the first, and burns a core meanwhile.
        with threadpool_limits(limits=1, user_api="blas"):
            for batch in _batches(pieces):
                scores = self._scores([pieces[index] for index in batch])
                for index, names in zip(batch, decode(scores, [len(pieces[i].chars) for i in batch]), strict=True):
                    found[index] = [Found(start, end, self.labels[label], sure) for start, end, label, sure in names]
        return found

    def _scores(self, pieces: Sequence[Piece]) -> Floats:
        """Log-probabilities of tags, ``(longest, pieces, tags)``; what lies behind a piece's end means nothing."""
        import numpy as np

        longest = max(len(piece.chars) for piece in pieces)
        chars = np.zeros((longest, len(pieces)), dtype=np.int16)
        features = np.zeros((longest, len(pieces), len(self.tables)), dtype=np.int16)
        mask = np.zeros((longest, len(pieces), 1), dtype=np.float32)
        for column, piece in enumerate(pieces):
            size = len(piece.chars)
            chars[:size, column], features[:size, column], mask[:size, column] = piece.chars, piece.features, 1
        given = self.table[chars]
        for channel, table in enumerate(self.tables):
            given += table[features[:, :, channel]]
        low = _both_ways(given, self.gates1, self.states1, mask)
        high = _both_ways(low @ self.second + self.second_bias, self.gates2, self.states2, mask)
        scores = np.concatenate([high, low], axis=-1) @ self.out + self.out_bias
        scores -= scores.max(axis=-1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return scores


@cache
def network() -> Network:
    """The network that the package ships."""
    import numpy as np

    with resources.files("extractor.language").joinpath("models/names.npz").open("rb") as file:
        data = np.load(file, allow_pickle=False)
        weights = {name: data[name].astype(np.float32) for name in data.files if name not in ("vocabulary", "labels")}
        return Network(weights, str(data["vocabulary"]), [str(label) for label in data["labels"]])


def decode(scores: Floats, sizes: Sequence[int]) -> Iterator[list[tuple[int, int, int, float]]]:
    """The best legal sequence of tags of each column of ``scores``, as (start, end, label, confidence).

    Legal is: I and E follow B or I of the same label; all else follows O, E or S. So the best way into each kind of
    tag is one maximum, and a step costs as much as there are tags.
    """
    import numpy as np

    steps, columns, tags = scores.shape
    labels = (tags - 1) // 4
    outside = scores[:, :, 0]
    begin, inner, last, single = (scores[:, :, 1 + kind :: 4] for kind in range(4))
    way_out = np.zeros((steps, columns), dtype=np.int16)  # 0: from O; 1 … labels: from E; then from S
    way_in = np.zeros((steps, columns, labels), dtype=bool)  # whether from I rather than from B
    ends = np.full((steps, columns, 1 + 2 * labels), -np.inf, dtype=np.float32)  # O, E of each label, S of each
    ends[0, :, 0], ends[0, :, 1 + labels :] = outside[0], single[0]
    begun: Floats = begin[0]
    inside: Floats = np.full((columns, labels), -np.inf, dtype=np.float32)
    for step in range(1, steps):
        way_out[step] = ends[step - 1].argmax(axis=1)
        best = ends[step - 1].max(axis=1)
        way_in[step] = inside > begun
        within = np.maximum(inside, begun)
        ends[step, :, 0] = best + outside[step]
        ends[step, :, 1 : 1 + labels] = within + last[step]
        ends[step, :, 1 + labels :] = best[:, None] + single[step]
        begun, inside = best[:, None] + begin[step], within + inner[step]
    for column, size in enumerate(sizes):
        names = []
        at, way = size - 1, int(ends[size - 1, column].argmax()) if size else 0
        while at >= 0:
            end = at
            if way > labels:
                names.append((at, at + 1, way - labels - 1))
            elif way:
                label, going = way - 1, True
                while going:
                    going = bool(way_in[at, column, label])
                    at -= 1
                names.append((at, end + 1, label))
            way = int(way_out[at, column]) if at else 0
            at -= 1
        yield [(s, e, label, _sure(scores[s:e, column], label)) for s, e, label in reversed(names)]


def _sure(scores: Floats, label: int) -> float:
    """The mean probability of the label over a name's characters."""
    import numpy as np

    return float(np.exp(scores[:, 1 + 4 * label : 5 + 4 * label]).sum(axis=1).mean())


def _both_ways(given: Floats, gates: Floats, states: Floats, mask: Floats) -> Floats:
    import numpy as np

    width = given.shape[-1] // 2
    forward = _one_way(given[:, :, :width], gates[0], states[0], mask)
    backward = _one_way(given[::-1, :, width:], gates[1], states[1], mask[::-1])
    return np.concatenate([forward, backward[::-1]], axis=-1)


def _one_way(given: Floats, gates: Floats, states: Floats, mask: Floats) -> Floats:
    """A layer of gated recurrent units along the first axis; where ``mask`` is 0 the state stays."""
    import numpy as np

    state: Floats = np.zeros((given.shape[1], CELL), dtype=np.float32)
    out = np.empty((*given.shape[:2], CELL), dtype=np.float32)
    for step in range(given.shape[0]):
        gate = state @ gates
        gate += given[step, :, : 2 * CELL]
        gate *= 0.5  # the logistic function by way of tanh, which does not overflow
        np.tanh(gate, gate)
        gate *= 0.5
        gate += 0.5
        new = (gate[:, CELL:] * state) @ states
        new += given[step, :, 2 * CELL :]
        np.tanh(new, new)
        new -= state
        new *= gate[:, :CELL]
        new *= mask[step]
        state = np.add(state, new, dtype=np.float32)
        out[step] = state
    return out


def _batches(pieces: Sequence[Piece]) -> Iterable[list[int]]:
    """Indices of pieces of like length, some ``BATCH`` characters together."""
    ordered = sorted(
        (index for index in range(len(pieces)) if len(pieces[index].chars)), key=lambda i: len(pieces[i].chars)
    )
    batch: list[int] = []
    for index in ordered:
        if batch and (len(batch) + 1) * len(pieces[index].chars) > BATCH:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
