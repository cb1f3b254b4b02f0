"""Places on the canvas: the same for the same nodes and edges, so that nothing jumps from one visit to the next.

Each connected part is laid out alone (a tree of sectors around its busiest node, relaxed by forces after Fruchterman
and Reingold), and the parts are set side by side, the largest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

Place = tuple[float, float]
Edges = tuple[tuple[str, str], ...]

_RING = 130.0  # canvas units from one ring to the next, at least
_ROOM = 56.0  # canvas units that a node wants to itself on its ring
_GAP = 120.0  # between parts
_BROAD = 1.35  # screens are broader than high, and so are names


def layout(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, Place]:
    """A place for each node, in canvas units around (0, 0)."""
    return dict(_layout(tuple(sorted(set(nodes))), tuple(sorted({(min(e), max(e)) for e in edges if e[0] != e[1]}))))


@lru_cache(maxsize=64)
def _layout(nodes: tuple[str, ...], edges: Edges) -> Mapping[str, Place]:
    near: dict[str, list[str]] = {node: [] for node in nodes}
    for one, other in edges:
        near[one].append(other)
        near[other].append(one)
    parts = sorted(_parts(near), key=lambda part: (-len(part), part[0]))
    return _side_by_side([_one_part(part, near) for part in parts])


def _parts(near: Mapping[str, list[str]]) -> list[list[str]]:
    seen: set[str] = set()
    parts = []
    for start in near:
        if start in seen:
            continue
        seen.add(start)
        part = [start]
        for node in part:  # grows while it is walked
            fresh = [other for other in near[node] if other not in seen]
            seen.update(fresh)
            part.extend(dict.fromkeys(fresh))
        parts.append(part)
    return parts


def _one_part(part: list[str], near: Mapping[str, list[str]]) -> dict[str, Place]:
    root = max(part, key=lambda node: (len(near[node]), node))
    children: dict[str, list[str]] = {root: []}
    order = [root]
    for node in order:
        for other in sorted(near[node]):
            if other not in children:
                children[other] = []
                children[node].append(other)
                order.append(other)
    leaves: dict[str, int] = {}
    for node in reversed(order):
        leaves[node] = sum(leaves[child] for child in children[node]) or 1
    places = _sectors(root, children, leaves)
    edges = [(one, other) for one in part for other in near[one] if one < other]
    return places if len(edges) < len(part) else _relaxed(places, edges)


def _sectors(root: str, children: Mapping[str, list[str]], leaves: Mapping[str, int]) -> dict[str, Place]:
    """Rings around the root; a subtree gets a sector as wide as its leaves, and many leaves stand on several rings."""
    places: dict[str, Place] = {root: (0.0, 0.0)}
    level = [(root, 0.0, 2 * math.pi)]
    far = 0.0
    while level:
        below = []
        for node, begin, width in level:
            at = begin
            for child in children[node]:
                share = width * leaves[child] / leaves[node]
                below.append((child, at, share))
                at += share
        if not below:
            break
        rings = min(6, max(1, math.ceil(len(below) * _ROOM / (2 * math.pi * (far + 2.2 * _RING)))))
        inner = max(far + _RING, len(below) * _ROOM / rings / (2 * math.pi))
        for index, (node, begin, width) in enumerate(below):
            radius = inner + (index % rings) * _ROOM * 0.9
            angle = begin + width / 2
            places[node] = (radius * math.cos(angle), radius * math.sin(angle))
        far = inner + (rings - 1) * _ROOM * 0.9
        level = below
    return places


def _relaxed(places: dict[str, Place], edges: list[tuple[str, str]]) -> dict[str, Place]:
    """The places after some rounds of forces: all push each other away, edges pull."""
    import numpy as np

    names = list(places)
    size = len(names)
    row = {name: index for index, name in enumerate(names)}
    ends = np.array([(row[one], row[other]) for one, other in edges])
    at = np.array([places[name] for name in names], dtype=np.float32)
    rounds = 40 if size <= 150 else 20 if size <= 350 else 6
    best = np.float32(_RING * 0.9)
    for turn in range(rounds):
        apart = at[:, None, :] - at[None, :, :]
        square = np.einsum("ijk,ijk->ij", apart, apart) + np.float32(25.0)
        move = np.einsum("ijk,ij->ik", apart, best * best / square)
        pull = at[ends[:, 0]] - at[ends[:, 1]]
        pull *= (np.linalg.norm(pull, axis=1) / best)[:, None]
        np.add.at(move, ends[:, 0], -pull)
        np.add.at(move, ends[:, 1], pull)
        length = np.maximum(np.linalg.norm(move, axis=1), 1e-3)
        at += move * (np.minimum(length, _RING * (1 - turn / rounds)) / length)[:, None]
    at -= at.mean(axis=0)
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, at, strict=True)}


def _side_by_side(parts: list[dict[str, Place]]) -> dict[str, Place]:
    """The parts in rows of about the same width, the first of them largest."""
    boxes = []
    for part in parts:
        xs, ys = [x for x, _ in part.values()], [y for _, y in part.values()]
        boxes.append((part, min(xs), min(ys), max(xs) - min(xs) + _GAP, max(ys) - min(ys) + _GAP))
    area = sum(width * height for *_, width, height in boxes)
    wanted = max([math.sqrt(area) * 1.4, *(width for *_, width, _ in boxes)], default=0.0)
    placed: dict[str, Place] = {}
    x = y = tallest = 0.0
    for part, left, top, width, height in boxes:
        if x and x + width > wanted:
            x, y, tallest = 0.0, y + tallest, 0.0
        placed.update(
            {name: (round(_BROAD * (x + px - left), 1), round(y + py - top, 1)) for name, (px, py) in part.items()}
        )
        x, tallest = x + width, max(tallest, height)
    return placed
