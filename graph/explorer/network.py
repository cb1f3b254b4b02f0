"""The network around things, for the canvas: at most so many nodes, with how many there are in all, at stable places.

Positions are computed at load from what is shown alone (see layout.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graph.explorer.content import FACT_TYPES, Fact, Thing, facts_of_all, thing
from graph.explorer.layout import layout
from graph.storage.store import Store

FIRST_NODES = 300  # what a view opens with
MOST_NODES = 2000  # what it never goes beyond
MOST_FACTS = 4000  # read in one step; a hub with more is shown in part, and said to be
MOST_WALKED = 20_000  # things that a search for a path passes by


@dataclass(frozen=True, slots=True)
class Network:
    """What is shown, and ``total``: how many nodes there are within the same distance; ``at_least`` so many."""

    nodes: tuple[Thing, ...]
    facts: tuple[Fact, ...]
    total: int
    places: dict[str, tuple[float, float]]
    at_least: bool = False

    def elements(self) -> dict[str, Any]:
        """The canvas's form: nodes with place and label, edges with type; no evidence."""
        return {
            "nodes": [
                {"id": n.id, "name": n.name, "label": n.label, "x": self.places[n.id][0], "y": self.places[n.id][1]}
                for n in self.nodes
            ],
            "edges": [
                {"id": f.id, "type": f.type, "source": f.source.id, "target": f.target.id, "years": list(f.years)}
                for f in self.facts
            ],
            "shown": len(self.nodes),
            "total": self.total,
            "at_least": self.at_least,
        }


def around(
    store: Store,
    centres: Iterable[str],
    *,
    steps: int = 1,
    types: Iterable[str] = (),
    year: int = 0,
    most: int = FIRST_NODES,
) -> Network:
    """Things within ``steps`` facts of the centres, nearest first.

    Only facts of ``types`` (all where empty) that reports of ``year`` (any for 0) tell are walked along.
    """
    wanted = tuple(type_ for type_ in FACT_TYPES if type_ in set(types)) or FACT_TYPES
    most = max(1, min(most, MOST_NODES))
    seen: dict[str, Thing] = {}
    for id_ in centres:
        found, _ = thing(store, id_)
        seen.setdefault(found.id, found)
    facts: dict[str, Fact] = {}
    frontier, at_least = list(seen.values()), False
    for step in range(steps):
        near, cut = facts_of_all(store, frontier, wanted, limit=MOST_FACTS)
        fresh: dict[str, Thing] = {}
        for fact in sorted(near, key=lambda f: (-len(f.passages), f.id)):
            if year and year not in fact.years:
                continue
            facts[fact.id] = fact
            for end in (fact.source, fact.target):
                if end.id not in seen and end.id not in fresh:
                    fresh[end.id] = end
        # Beyond what can be shown things are only counted, not walked on from.
        room = max(0, most - len(seen))
        at_least = at_least or cut or (step + 1 < steps and len(fresh) > room)
        seen.update(fresh)
        frontier = list(fresh.values())[:room]
        if not frontier:
            break
    shown = dict(list(seen.items())[:most])
    kept = tuple(f for f in facts.values() if f.source.id in shown and f.target.id in shown)
    return Network(
        tuple(shown.values()), kept, len(seen), layout(shown, ((f.source.id, f.target.id) for f in kept)), at_least
    )


def path(store: Store, one: Thing, other: Thing, *, longest: int = 6) -> Network | None:
    """A shortest chain of facts between two things; None where there is none within ``longest`` steps.

    Searched from both ends at once, the smaller side first, so that few hubs are walked through.
    """
    came: tuple[_Came, _Came] = ({one.id: None}, {other.id: None})
    frontiers = [[one], [other]]
    met = one.id if one.id == other.id else ""
    for _ in range(longest):
        side = 0 if len(frontiers[0]) <= len(frontiers[1]) else 1
        if met or not frontiers[side] or len(came[side]) > MOST_WALKED:
            break
        here = {node.id: node for node in frontiers[side]}
        frontiers[side] = []
        near, _cut = facts_of_all(store, here.values(), limit=MOST_FACTS)
        for fact in sorted(near, key=lambda f: (-f.confidence, f.id)):
            for start, end in ((fact.source, fact.target), (fact.target, fact.source)):
                if start.id in here and end.id not in came[side]:
                    came[side][end.id] = (here[start.id], fact)
                    frontiers[side].append(end)
        met = min((id_ for id_ in came[side] if id_ in came[1 - side]), default="")
    if not met:
        return None
    back, ahead = _walk(came[0], met), _walk(came[1], met)
    facts = [fact for _, fact in reversed(back)] + [fact for _, fact in ahead]
    nodes = {thing.id: thing for fact in facts for thing in (fact.source, fact.target)} or {one.id: one}
    order = [*(thing.id for thing, _ in reversed(back)), met, *(thing.id for thing, _ in ahead)]
    ordered = tuple(nodes[id_] for id_ in order)
    return Network(ordered, tuple(facts), len(ordered), _chain(ordered))


_Came = dict[str, "tuple[Thing, Fact] | None"]


def _walk(came: _Came, at: str) -> list[tuple[Thing, Fact]]:
    """The steps from ``at`` back to where a search began."""
    steps = []
    while (step := came[at]) is not None:
        steps.append(step)
        at = step[0].id
    return steps


def _chain(nodes: Iterable[Thing]) -> dict[str, tuple[float, float]]:
    """A path from left to right."""
    return {node.id: (160.0 * index, 30.0 * (index % 2)) for index, node in enumerate(nodes)}
