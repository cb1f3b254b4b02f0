"""Labels and relationship types, loaded from ``ontology.toml``: a leaf that both packages stand on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of node. ``gold``: the gold standard scores it; ``actor``: one of the three bodies that act."""

    name: str
    zh: str
    en: str
    gold: bool = False
    actor: bool = False
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationType:
    """A type of relationship: its domain and range as label names, what keys one edge, what it may carry."""

    name: str
    zh: str
    en: str
    domain: frozenset[str]
    range: frozenset[str]
    key: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    symmetric: bool = False
    record_only: bool = False
    provenance: bool = False
    gold: bool = False

    def allows(self, head: str, tail: str) -> bool:
        """Whether a relation of this type may go from a ``head`` label to a ``tail`` label."""
        return head in self.domain and tail in self.range


@dataclass(frozen=True, slots=True)
class Ontology:
    """The whole vocabulary, by name, in the file's order."""

    labels: Mapping[str, Label]
    relations: Mapping[str, RelationType]

    @property
    def actors(self) -> tuple[str, ...]:
        """The labels of bodies that act."""
        return tuple(label.name for label in self.labels.values() if label.actor)


@cache
def ontology() -> Ontology:
    """The ontology of the package's own ``ontology.toml``."""
    text = resources.files("extractor").joinpath("ontology.toml").read_text(encoding="utf-8")
    return parse_ontology(tomllib.loads(text))


def parse_ontology(data: Mapping[str, Any]) -> Ontology:
    """An ontology from its parsed TOML; ``TypeError`` names a key that is not known."""
    labels = {
        name: Label(name=name, **{**entry, "properties": tuple(entry.get("properties", ()))})
        for name, entry in data["labels"].items()
    }
    actors = frozenset(label.name for label in labels.values() if label.actor)

    def expand(names: list[str]) -> frozenset[str]:
        expanded = frozenset(labels) if "any" in names else frozenset(names) - {"actor"}
        return expanded | actors if "actor" in names else expanded

    relations = {}
    for name, entry in data["relations"].items():
        rest = {key: value for key, value in entry.items() if key not in {"from", "to", "key", "attributes"}}
        relations[name] = RelationType(
            name=name,
            domain=expand(entry["from"]),
            range=expand(entry["to"]),
            key=tuple(entry.get("key", ())),
            attributes=tuple(entry.get("attributes", ())),
            **rest,
        )
    return Ontology(labels, relations)
