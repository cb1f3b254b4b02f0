"""The recogniser of names: fine-tune jieba's lexical weights on corpora/training and corpora/names.

Needs torch (extra `train`). One process, one thread, fixed seed: some twelve minutes of CPU. Writes
extractor/language/models/names.npz; with ZHITU_FOLD=u2,u8,t3 those files are left out, the scores on them are
printed and nothing is written. With ZHITU_START=FILE.npz an earlier network is trained on, in some three minutes.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from extractor.language import features
from extractor.language.network import CELL
from extractor.records import Record
from trainers._names_texts import LABELS, Augmenter, Sample, read_corpora

SEED, BATCH = 1, 3072  # BATCH in characters
# Epochs of the first cycle, of each that follows, how many follow, and where their rate starts again.
EPOCHS, CYCLE, CYCLES, AGAIN = 8, 3, 4, 0.6
LATER = 2, 2  # epochs of a cycle, and cycles, where an earlier network is trained on
RATES = {"chars": 8.5e-4, "cells": 1.7e-3, "new": 5e-3}
COMMON = 7000  # of jieba's characters, by its order: these are kept whether or not our texts have them

# --- the network ------------------------------------------------------------------------------------------------------


def lexical_weights() -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """jieba's small lexical model (Baidu LAC, Apache-2.0), by our names, and its characters' numbers."""
    import jieba

    folder = Path(jieba.__file__).parent / "lac_small"

    def read(name: str, *shape: int) -> np.ndarray:
        data = (folder / "model_baseline" / name).read_bytes()[-4 * int(np.prod(shape)) :]
        return np.frombuffer(data, dtype="<f4").reshape(shape).copy()

    numbers = {}
    for line in (folder / "word.dic").read_text(encoding="utf-8").split("\n"):
        number, _, word = line.partition("\t")
        if word:
            numbers[word] = int(number)
    weights = {"chars": read("word_emb", max(numbers.values()) + 1, CELL)}
    for layer, width in ((1, CELL), (2, 2 * CELL)):
        parts = []
        for way in (2 * layer - 2, 2 * layer - 1):
            cell = read(f"gru_{way}.w_0", 3 * CELL * CELL)
            bias = read(f"fc_{way}.b_0", 3 * CELL) + read(f"gru_{way}.b_0", 3 * CELL)
            gates, states = cell[: 2 * CELL * CELL].reshape(CELL, -1), cell[2 * CELL * CELL :].reshape(CELL, -1)
            parts.append((read(f"fc_{way}.w_0", width, 3 * CELL), bias, gates, states))
        for name, both in zip(("w", "b", "g", "c"), zip(*parts, strict=True), strict=True):
            weights[f"{name}{layer}"] = np.stack(both)
    return weights, numbers


class Net(nn.Module):
    """The network of :mod:`extractor.language.network`, to be trained."""

    def __init__(self, given: dict[str, np.ndarray], sizes: Sequence[int]) -> None:
        super().__init__()
        self.chars = nn.Embedding.from_pretrained(torch.tensor(given["chars"]), freeze=False)
        self.features = nn.ModuleList(nn.Embedding(size, CELL) for size in sizes)
        for table in self.features:
            nn.init.normal_(table.weight, 0, 0.02)
        self.cells = nn.ParameterDict(
            {
                f"{name}{layer}": nn.Parameter(torch.tensor(given[f"{name}{layer}"]))
                for name in "wbgc"
                for layer in (1, 2)
            }
        )
        self.out = nn.Linear(4 * CELL, 1 + 4 * len(LABELS))
        self.drop_in, self.drop_out = nn.Dropout(0.2), nn.Dropout(0.4)

    def forward(self, chars: torch.Tensor, marks: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Tags' scores ``(pieces, longest, tags)``."""
        given = self.chars(chars)
        for channel, table in enumerate(self.features):
            given = given + table(marks[..., channel])
        low = self._layer(1, self.drop_in(given), mask)
        high = self._layer(2, self.drop_in(low), mask)
        return self.out(self.drop_out(torch.cat([high, low], -1)))

    def _layer(self, layer: int, given: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        w, b, g, c = (self.cells[f"{name}{layer}"] for name in "wbgc")
        both = torch.einsum("bti,dij->dtbj", given, w) + b[:, None, None, :]
        both = torch.stack([both[0], both[1].flip(0)])
        masks = mask.t()[..., None]
        masks = torch.stack([masks, masks.flip(0)])
        state, states = both.new_zeros(2, given.shape[0], CELL), []
        for now, here in zip(both.unbind(1), masks.unbind(1), strict=True):
            gate = torch.sigmoid(torch.baddbmm(now[..., : 2 * CELL], state, g))
            new = torch.tanh(torch.baddbmm(now[..., 2 * CELL :], gate[..., CELL:] * state, c))
            state = torch.lerp(state, new, gate[..., :CELL] * here)
            states.append(state)
        out = torch.stack(states, 1)
        return torch.cat([out[0], out[1].flip(0)], -1).transpose(0, 1)


# --- training ---------------------------------------------------------------------------------------------------------


def pieces_of(sample: Sample, numbers: dict[str, int]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Characters, features and tags of each piece of a sample."""
    chars = np.array([numbers.get(char, numbers.get(char.lower(), 0)) for char in sample.chars], dtype=np.int64)
    marks = features.channels(sample.chars)
    tags = np.zeros(len(chars), dtype=np.int64)
    for start, end, label in sample.names:
        first = 1 + 4 * LABELS.index(label)
        tags[start:end] = first + 1
        tags[start], tags[end - 1] = first, first + 2
        if end - start == 1:
            tags[start] = first + 3
    for start, end in features.segments(sample.chars):
        yield chars[start:end], marks[start:end], tags[start:end]


def batches(pieces: Sequence[Any], rng: random.Random) -> list[tuple[torch.Tensor, ...]]:
    """Pieces of like length together, in random order: characters, features, mask, tags."""
    groups: list[list[int]] = [[]]
    for index in sorted(range(len(pieces)), key=lambda i: len(pieces[i][0]) + rng.random() * 16):
        longest = max(len(pieces[i][0]) for i in [*groups[-1], index])
        if groups[-1] and longest * (len(groups[-1]) + 1) > BATCH:
            groups.append([])
        groups[-1].append(index)
    rng.shuffle(groups)
    made = []
    for group in groups:
        shape = (len(group), max(len(pieces[i][0]) for i in group))
        chars, tags, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.float32)
        marks = np.zeros((*shape, len(features.CHANNELS)), np.int64)
        for row, index in enumerate(group):
            size = len(pieces[index][0])
            chars[row, :size], marks[row, :size], tags[row, :size] = pieces[index]
            mask[row, :size] = 1
        made.append(tuple(torch.from_numpy(array) for array in (chars, marks, mask, tags)))
    return made


def fit(net: Net, samples: Sequence[Sample], numbers: dict[str, int], later: bool = False) -> None:
    """Train ``net`` in place, to the mean of its states at the ends of the cycles."""
    net.load_state_dict(average(list(ends_of_cycles(net, samples, numbers, later))))


def ends_of_cycles(
    net: Net, samples: Sequence[Sample], numbers: dict[str, int], later: bool = False
) -> Iterator[dict[str, torch.Tensor]]:
    """Train ``net`` in place; its state at the end of each cycle, where the rate has come down to nearly nothing.

    ``later``: it was trained before, so its first state is the first of them.
    """
    rng = random.Random(SEED)  # noqa: S311 (a repeatable order, no secret)
    augment = Augmenter(samples, rng)
    groups = {"chars": [net.chars.weight], "cells": list(net.cells.values())}
    groups["new"] = [*net.features.parameters(), *net.out.parameters()]
    optimiser = torch.optim.AdamW([{"params": groups[n], "lr": RATES[n]} for n in groups], weight_decay=0.01)
    started, epoch = time.process_time(), 0
    for cycle, epochs in enumerate((0, *(LATER[0],) * LATER[1]) if later else (EPOCHS, *(CYCLE,) * CYCLES)):
        schedule = None
        for _ in range(epochs):
            seen = [augment(sample) for sample in samples] if epoch else samples
            prepared = batches([piece for sample in seen for piece in pieces_of(sample, numbers)], rng)
            schedule = schedule or rate_over(len(prepared) * epochs + 5, AGAIN if cycle else 1.0)
            loss = run(net, prepared, optimiser, schedule)
            epoch += 1
            print(f"epoch {epoch}: loss {loss:.4f}, {time.process_time() - started:.0f} s", flush=True)
        yield {name: value.detach().clone() for name, value in net.state_dict().items()}


def run(net: Net, prepared: Sequence[Any], optimiser: torch.optim.Optimizer, schedule: Iterator[float]) -> float:
    """One epoch; its mean loss."""
    net.train()
    total = 0.0
    for chars, marks, mask, tags in prepared:
        share = next(schedule)
        for group, rate in zip(optimiser.param_groups, RATES.values(), strict=True):
            group["lr"] = rate * share
        hidden = torch.where(torch.rand(chars.shape) < 0.03, 0, chars)
        marked = torch.where(torch.rand(marks.shape) < 0.08, 0, marks)
        scores = net(hidden, marked, mask)
        losses = nn.functional.cross_entropy(
            scores.flatten(0, 1), tags.flatten(), reduction="none", label_smoothing=0.02
        )
        loss = (losses * mask.flatten()).sum() / mask.sum()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        total += loss.item()
    return total / len(prepared)


def rate_over(steps: int, top: float) -> Iterator[float]:
    """The share of the learning rate at each step: up to ``top`` over 30 steps, then down in a line."""
    for step in count():
        yield top * min(1.0, (step + 1) / 30) * max(0.02, 1 - step / steps)


def average(states: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of several states of one network: as good as their vote, at the price of one."""
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def weights_of(net: Net) -> dict[str, np.ndarray]:
    """The trained weights by the names that :class:`extractor.language.network.Network` knows, in half precision."""
    weights = {"chars": net.chars.weight, "out": net.out.weight.t(), "out_bias": net.out.bias, **net.cells}
    weights |= {f"feature{channel}": table.weight for channel, table in enumerate(net.features)}
    return {name: value.detach().numpy().astype(np.float16) for name, value in weights.items()}


def take_up(net: Net, path: Path, numbers: dict[str, int]) -> None:
    """Give ``net`` the weights of an earlier network; characters that one did not know keep their lexical weights."""
    with np.load(path, allow_pickle=False) as data:
        given = {
            name: torch.tensor(data[name].astype(np.float32)) for name in data.files if data[name].dtype.kind == "f"
        }
        known = str(data["vocabulary"])
    with torch.no_grad():
        net.chars.weight[0] = given["chars"][0]
        for row, char in enumerate(known, 1):
            if char in numbers:
                net.chars.weight[numbers[char]] = given["chars"][row]
        net.out.weight.copy_(given["out"].t())
        net.out.bias.copy_(given["out_bias"])
        for name, cell in net.cells.items():
            cell.copy_(given[name])
        for channel, table in enumerate(net.features):
            table.weight.copy_(given[f"feature{channel}"])


def train(root: Path) -> None:
    """Train, print scores, write the model."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    without = [stem for stem in os.environ.get("ZHITU_FOLD", "").split(",") if stem]
    samples, left_out = read_corpora(root, without)
    given, known = lexical_weights()
    used = {char for sample in samples for char in sample.chars}
    kept = [char for char, number in sorted(known.items(), key=lambda item: item[1]) if len(char) == 1]
    kept = [char for char in kept if known[char] < COMMON or char in used]
    given["chars"] = given["chars"][[known["OOV"], *(known[char] for char in kept)]]
    net = Net(given, list(features.sizes().values()))
    numbers = {char: number for number, char in enumerate(kept, 1)}
    start = os.environ.get("ZHITU_START")
    if start:
        take_up(net, Path(start), numbers)
    fit(net, samples, numbers, later=bool(start))
    weights = weights_of(net)
    if not without:
        path = root / "extractor" / "language" / "models" / "names.npz"
        np.savez_compressed(path, **weights, vocabulary=np.array("".join(kept)), labels=np.array(LABELS))
        print(f"{path.relative_to(root)}: {path.stat().st_size / 1e6:.1f} MB")
    report(root, weights, "".join(kept), left_out)


def report(root: Path, weights: dict[str, np.ndarray], vocabulary: str, left_out: Sequence[Record]) -> None:
    """Names' scores on the files left out and on both parts of the shared gold, where it is there."""
    from extractor import evaluate
    from extractor.language import names, network

    wide = {name: value.astype(np.float32) for name, value in weights.items()}
    reader = network.Network(wide, vocabulary, LABELS)
    names.network = lambda: reader  # type: ignore[assignment]
    parts = {}
    if left_out:
        parts["left out"] = [evaluate.GoldPassage(str(n), "looked", record) for n, record in enumerate(left_out)]
    path = Path(os.environ.get("ZHITU_SHARED", root.parent / "shared")) / "gold" / "secondary-2024.jsonl"
    if path.exists():
        for part in ("looked", "held"):
            parts[part] = evaluate.read_gold(path, part)  # type: ignore[arg-type]
    for part, passages in parts.items():
        found = names.annotate_alone([Record(passage.record.text) for passage in passages])
        for (kind, label), score in sorted(evaluate.evaluate(found, passages).scores.items()):
            if kind == "names":
                numbers = f"{score.precision:.3f} {score.recall:.3f} {score.f1:.3f}"
                print(json.dumps({"part": part, "label": label or "all", "P R F1": numbers}))
