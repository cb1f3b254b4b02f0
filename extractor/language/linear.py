"""A linear model over named features: weights in a small JSON file, applied in plain Python."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights by feature; ``threshold`` is the probability from which a thing is taken to be one, chosen on data."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Iterable[str]) -> float:
        """The probability of a thing with these features, each counted once."""
        score = self.intercept + sum(filter(None, map(self.weights.get, set(features))))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def load_linear(name: str) -> Linear:
    """The model ``name`` of the package's models."""
    file = resources.files("extractor.language").joinpath(f"models/{name}.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return Linear(data["weights"], data["intercept"], data["threshold"])
