"""The truth of synthetic reports as a graph, and a graph of ours held against it.

An edge is (type, head, tail) with both ends as things of the world: every printed form of a thing stands for it. Only
the relationship types that the sentences speak of are scored.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from extractor.evaluate import Score
from extractor.folding import fold
from graph.model import Graph
from scripts.synthetic.world import World
from scripts.synthetic.writing import Report

Thing = tuple[str, str]  # label, official name
Fact = tuple[str, Thing, Thing]
SYMMETRIC = {"COOPERATES_WITH"}
# Things whose identity includes their holder or event are told apart by name only.
WHOLE = ("School", "Enterprise", "Alliance", "Organization")


@dataclass(frozen=True, slots=True)
class Truth:
    """Every printed form of a thing, and all facts with the years that say them."""

    forms: Mapping[Thing, Thing]
    facts: Mapping[Fact, tuple[int, ...]]


def truth_of(world: World, reports: Iterable[Report]) -> Truth:
    """The truth that these reports say."""
    forms: dict[Thing, Thing] = {}
    for city in world.cities:
        for firm in city.firms:
            forms.update({("Enterprise", name): ("Enterprise", firm.name) for name in (firm.name, firm.short)})
    facts: dict[Fact, set[int]] = defaultdict(set)
    for report in reports:
        for record in report.records:
            labels = {entity.name: entity.label for entity in record.entities}
            for label, name in ((e.label, e.name) for e in record.entities):
                forms.setdefault((label, name), (label, name))
            for relation in record.relations:
                if relation.type == "ALIAS_OF":
                    continue
                head, tail = ((labels.get(name, "School"), name) for name in (relation.head, relation.tail))
                facts[_fact(relation.type, forms.get(head, head), forms.get(tail, tail))].add(report.year)
    return Truth(forms, {fact: tuple(sorted(years)) for fact, years in sorted(facts.items())})


def _fact(type_: str, head: Thing, tail: Thing) -> Fact:
    if type_ in SYMMETRIC and tail < head:
        head, tail = tail, head
    return type_, head, tail


def write_truth(truth: Truth, path: Path) -> None:
    """JSON Lines: a thing a line (label, name, other forms), then a fact a line."""
    others: dict[Thing, list[str]] = defaultdict(list)
    for form, thing in sorted(truth.forms.items()):
        others[thing] += [form[1]] if form[1] != thing[1] else []
    lines = [{"label": label, "name": name, "aliases": names} for (label, name), names in sorted(others.items())]
    facts = [
        {"type": type_, "from": list(head), "to": list(tail), "years": list(years)}
        for (type_, head, tail), years in truth.facts.items()
    ]
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in (*lines, *facts))
    path.write_text(text, encoding="utf-8")


def read_truth(path: Path) -> Truth:
    """What :func:`write_truth` wrote."""
    forms: dict[Thing, Thing] = {}
    facts: dict[Fact, tuple[int, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        if "label" in data:
            thing = (data["label"], data["name"])
            forms.update({(data["label"], name): thing for name in (data["name"], *data["aliases"])})
        else:
            facts[data["type"], tuple(data["from"]), tuple(data["to"])] = tuple(data["years"])
    return Truth(forms, facts)


def score(graph: Graph, truth: Truth) -> dict[str, Score]:
    """Right, missed and extra facts by relationship type; ``""`` is all of them."""
    known = {(label, fold(name)): thing for (label, name), thing in truth.forms.items()}

    def thing_of(id_: str) -> Thing:
        node = graph.nodes[id_]
        names = (node.name, *node.aliases)
        return next(
            (known[node.label, fold(n)] for n in names if (node.label, fold(n)) in known), (node.label, node.name)
        )

    types = {type_ for type_, _, _ in truth.facts}
    found = {_fact(key.type, thing_of(key.source), thing_of(key.target)) for key in graph.edges if key.type in types}
    scores: dict[str, Score] = {"": Score(), **dict.fromkeys(sorted(types), Score())}
    for fact in found | truth.facts.keys():
        one = Score(int(fact in found and fact in truth.facts), int(fact not in found), int(fact not in truth.facts))
        for name in ("", fact[0]):
            scores[name] += one
    return scores


@dataclass(frozen=True, slots=True)
class Identity:
    """How many actors and alliances of the truth are one node, none, or several; nodes that are several of them."""

    whole: int
    absent: int
    split: int
    fused: int


def identity(graph: Graph, truth: Truth) -> Identity:
    """Whether each thing is exactly one node, and each node at most one thing."""
    known = {(label, fold(name)): thing for (label, name), thing in truth.forms.items() if label in WHOLE}
    nodes: Counter[Thing] = Counter(dict.fromkeys(known.values(), 0))
    fused = 0
    for node in graph.nodes.values():
        things = {known[k] for n in (node.name, *node.aliases) if (k := (node.label, fold(n))) in known}
        nodes.update(things)
        fused += len(things) > 1
    values = list(nodes.values())
    return Identity(values.count(1), values.count(0), sum(n > 1 for n in values), fused)
