"""The shape and colour of each kind of thing, the same on the canvas and in tables; shapes alone tell kinds apart."""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """``canvas``: Cytoscape's name; ``path``: the same shape in a square of 12; ``colour``: dark enough on white."""

    canvas: str
    path: str
    colour: str


_CIRCLE = "M6 .8a5.2 5.2 0 1 0 .01 0z"
_SQUARE = "M1.2 1.2h9.6v9.6H1.2z"
_DIAMOND = "M6 .3 11.7 6 6 11.7.3 6z"
_TRIANGLE = "M6 .8 11.6 11H.4z"
_HEXAGON = "M3 1h6l2.8 5L9 11H3L.2 6z"
_STAR = "M6 .3 7.6 4.2 11.8 4.6 8.6 7.4 9.6 11.6 6 9.3 2.4 11.6 3.4 7.4.2 4.6 4.4 4.2z"
_PENTAGON = "M6 .5 11.7 4.7 9.5 11.3h-7L.3 4.7z"
_TAG = "M1 2h6.4L11.6 6 7.4 10H1z"
_SLANTED = "M3.2 2h8.4L8.8 10H.4z"
_OCTAGON = "M3.8.8h4.4L11.2 3.8v4.4L8.2 11.2H3.8L.8 8.2V3.8z"
_BARREL = "M2.2 1h7.6q1.8 5 0 10H2.2Q.4 6 2.2 1z"
_DROP = "M6 11.6.8 1h10.4z"

SHAPES: dict[str, Shape] = {
    "School": Shape("ellipse", _CIRCLE, "#1769aa"),
    "Enterprise": Shape("rectangle", _SQUARE, "#a8540f"),
    "Organization": Shape("hexagon", _HEXAGON, "#5b6472"),
    "Alliance": Shape("diamond", _DIAMOND, "#8a2d6b"),
    "Person": Shape("vee", _DROP, "#6b5b2a"),
    "Program": Shape("triangle", _TRIANGLE, "#23774a"),
    "Award": Shape("star", _STAR, "#a87800"),
    "Competition": Shape("pentagon", _PENTAGON, "#a87800"),
    "Event": Shape("rhomboid", _SLANTED, "#7a6a9a"),
    "Base": Shape("tag", _TAG, "#0f7c86"),
    "Place": Shape("octagon", _OCTAGON, "#3d4a57"),
}
OTHER = Shape("barrel", _BARREL, "#4f6d3a")


def shape_of(label: str) -> Shape:
    """The shape of a label; one for all that have none of their own."""
    return SHAPES.get(label, OTHER)
