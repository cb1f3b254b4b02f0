"""The mean of networks of names that began from one state: as good as their vote, at the price of one.

    ZHITU_NETWORKS="earlier.npz earlier.npz new.npz" scripts/train mean

A network counts as often as it is named. Characters are matched by what they are; the first network's are kept.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Weights = Mapping[str, np.ndarray]


def train(root: Path) -> None:
    """Write the mean of the networks that ``ZHITU_NETWORKS`` names in the place of the shipped one."""
    paths = os.environ.get("ZHITU_NETWORKS", "").split()
    if len(paths) < 2:
        raise SystemExit("name two networks or more: ZHITU_NETWORKS='a.npz b.npz' scripts/train mean")
    target = root / "extractor" / "language" / "models" / "names.npz"
    networks = [dict(np.load(path, allow_pickle=False)) for path in paths]
    np.savez_compressed(target, **mean(networks))
    print(f"{target.relative_to(root)}: the mean of {len(networks)}")


def mean(networks: Sequence[Weights]) -> dict[str, np.ndarray]:
    """The mean of the weights, in half precision; row 0 of ``chars`` stands for unknown characters.

    Raises ValueError for networks of other labels or shapes.
    """
    first = networks[0]
    vocabulary = str(first["vocabulary"])
    for other in networks[1:]:
        if list(other["labels"]) != list(first["labels"]):
            raise ValueError("networks of other labels have no mean")
    made: dict[str, np.ndarray] = {}
    for name, weights in first.items():
        if weights.dtype.kind != "f":
            made[name] = weights
            continue
        same = [_rows(network, vocabulary, weights) if name == "chars" else network[name] for network in networks]
        made[name] = np.stack([one.astype(np.float32) for one in same]).mean(0).astype(np.float16)
    return made


def _rows(network: Weights, vocabulary: str, own: np.ndarray) -> np.ndarray:
    """The vectors of ``vocabulary``'s characters in a network; a character that it lacks keeps its ``own``."""
    rows = {char: row for row, char in enumerate(str(network["vocabulary"]), 1)}
    found = own.copy()
    found[0] = network["chars"][0]
    for row, char in enumerate(vocabulary, 1):
        if char in rows:
            found[row] = network["chars"][rows[char]]
    return found
