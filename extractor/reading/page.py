"""A page as the readers see it: glyphs, rules, fills and pictures, before anyone asks what they mean.

Both readers of pages emit these types: ``pdf.py`` from a file's own text, ``scan.py`` from a picture by OCR. Layout
(``extractor.layout``) reads nothing else.

Units: PDF points (1/72 inch) from the top left of the page as it is read. Where a page's text runs sideways though
the page itself is not rotated, the reader turns everything so that the text is upright and says so in
``Page.turned``; :func:`seen` maps a box back to the page as it is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from extractor.document import Box, PageStatus

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)


class Glyph(NamedTuple):
    """One printed character: its em box (not the ink's), baseline, size in points and font.

    ``text`` is what the font's map says (usually one character, more for a ligature); ``bold`` by weight or by the
    font's name; ``font`` is its name without the subset's prefix, empty when unknown (OCR). ``mapped`` is false where
    the font has no Unicode map for the character, so that ``text`` is a guess.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    font: str = ""
    bold: bool = False
    mapped: bool = True

    @property
    def box(self) -> Box:
        """The em box."""
        return Box(self.x0, self.top, self.x1, self.bottom)


class Rule(NamedTuple):
    """A straight horizontal or vertical line, drawn as a stroke or as a thin filled rectangle.

    The box is the line's own, ``width`` its thickness. ``x1 - x0 >= bottom - top`` for a horizontal one.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    width: float
    colour: Colour = BLACK

    @property
    def horizontal(self) -> bool:
        """Whether it runs across the page."""
        return self.x1 - self.x0 >= self.bottom - self.top


class Fill(NamedTuple):
    """A filled rectangle that is no rule: a cell's or a box's shading (white ones are kept, they cover things)."""

    x0: float
    top: float
    x1: float
    bottom: float
    colour: Colour

    @property
    def box(self) -> Box:
        """Its box."""
        return Box(self.x0, self.top, self.x1, self.bottom)


class Picture(NamedTuple):
    """An image or a drawing that is no rule, by its box."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def box(self) -> Box:
        """Its box."""
        return Box(self.x0, self.top, self.x1, self.bottom)


@dataclass(frozen=True, slots=True)
class Page:
    """One page's contents in drawing order. ``number`` counts from 1 as in the file.

    ``width`` and ``height`` are those of the page as it is read (swapped when ``turned`` is 90 or 270). ``status`` and
    ``why`` end up in the document's :class:`~extractor.document.PageInfo`: a page that failed has no glyphs, the status
    ``"unread"`` and says in ``why`` what was lost and the remedy.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    rules: tuple[Rule, ...] = ()
    fills: tuple[Fill, ...] = ()
    pictures: tuple[Picture, ...] = ()
    status: PageStatus = "read"
    why: str = ""
    turned: int = 0


def seen(box: Box, page: Page) -> Box:
    """``box`` of a page as it is read, on the page as it is seen; both count from the top left.

    ``page.turned`` is the clockwise angle by which the page was turned to be read.
    """
    x0, top, x1, bottom = box
    if page.turned == 90:
        return Box(top, page.width - x1, bottom, page.width - x0)
    if page.turned == 180:
        return Box(page.width - x1, page.height - bottom, page.width - x0, page.height - top)
    if page.turned == 270:
        return Box(page.height - bottom, x0, page.height - top, x1)
    return box
