"""A page, sorted: which glyphs stand in ruled cells, and the lines, frames, rules and pictures that are left.

This stage knows one page only, and lets its glyphs go: what it returns is small, so that a report of thousands of pages
fits into memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Box, PageStatus
from extractor.layout.grid import Edge, Grid, components, edges_of, grid_of, is_white, joints_of
from extractor.layout.lines import Line, Run, bands_of, line_of, lines_of, runs_of
from extractor.reading.page import Colour, Fill, Glyph, Page

# A frame or fill this near to the whole page is its background.
WHOLE = 0.92
# Glyphs nearer than this (ems) are one text even where a rule runs between them.
OVERRUN = 0.12


@dataclass(frozen=True, slots=True)
class CellText:
    """What stands in one cell: its lines from top to bottom."""

    box: Box
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A table's part on one page: column and row lines, ``owner[row][column]`` → the cell's number, cells by number.

    ``ruled`` when its walls were drawn (then an empty cell is an empty cell); otherwise they were inferred.
    ``goes_on`` when it was read as the rest of the table that the page before ends with.
    """

    page: int
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: tuple[tuple[int, ...], ...]
    cells: tuple[CellText, ...]
    ruled: bool = True
    goes_on: bool = False

    @property
    def box(self) -> Box:
        """The part's box."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawn or shaded box around text."""

    box: Box
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page for the stages that see the whole report; see :class:`~extractor.reading.page.Page`."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    frames: tuple[Frame, ...] = ()
    fills: tuple[Fill, ...] = ()
    rules: tuple[Edge, ...] = ()
    joints: tuple[tuple[float, float], ...] = ()
    pictures: tuple[Box, ...] = ()
    status: PageStatus = "read"
    why: str = ""
    turned: int = 0


def sheet_of(page: Page) -> Sheet:
    """Sort one page."""
    horizontal, vertical = edges_of(page.rules)
    grids: list[Grid] = []
    frames: list[Frame] = []
    gridded: set[Edge] = set()
    for levels, uprights in components(horizontal, vertical):
        grid = grid_of(levels, uprights)
        if grid.columns >= 2 and _tabular(grid, page):
            grids.append(grid)
            gridded.update(levels)
        elif grid.columns == 1 and grid.rows >= 1:
            frames.append(Frame(grid.box))
            gridded.update(levels)
    rest, parts = _filled(page, grids)
    fills = tuple(fill for fill in _shadings(page) if not any(_within(fill.box, part.box) for part in parts))
    return Sheet(
        page.number,
        page.width,
        page.height,
        tuple(lines_of(runs_of(rest), page.number)),
        tuple(parts),
        tuple(frame for frame in frames if not _whole(frame.box, page)),
        fills,
        tuple(edge for edge in horizontal if edge not in gridded),
        tuple(joints_of(page.rules)),
        tuple(picture.box for picture in page.pictures),
        page.status,
        page.why,
        page.turned,
    )


def cell_lines(runs: Sequence[Run], page: int) -> tuple[Line, ...]:
    """A cell's runs as lines."""
    lines = (line_of(band, page) for band in bands_of(runs))
    return tuple(line for line in lines if line is not None)


def _filled(page: Page, grids: Sequence[Grid]) -> tuple[Sequence[Glyph], list[Part]]:
    """Glyphs outside the grids, and the grids with their text; a grid with hardly any text gives it back."""
    if not grids:
        return page.glyphs, []
    # Smaller grids first, so that text goes to the innermost one.
    ordered = sorted(grids, key=lambda grid: (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]))
    boxes = [grid.box for grid in ordered]
    held: list[dict[int, list[Glyph]]] = [{} for _ in ordered]
    rest: list[Glyph] = []
    last: Glyph | None = None
    place: list[Glyph] = rest
    for glyph in page.glyphs:
        x, y = (glyph[1] + glyph[3]) / 2, (glyph[2] + glyph[4]) / 2
        # Text too long for its cell runs on over the rule: what touches the glyph before is in that glyph's cell.
        touching = last is not None and glyph[5] == last[5] and -0.3 < (glyph[1] - last[3]) / glyph[6] < OVERRUN
        last = glyph
        if not touching:
            place = rest
            for at, (x0, top, x1, bottom) in enumerate(boxes):
                if x0 <= x <= x1 and top <= y <= bottom:
                    place = held[at].setdefault(ordered[at].cell_at(x, y), [])
                    break
        place.append(glyph)
    parts: list[Part] = []
    returned = False
    for grid, cells in zip(ordered, held, strict=True):
        part = _part(grid, cells, page.number)
        if _is_table(part):
            parts.append(part)
        else:
            returned = True
            rest.extend(glyph for glyphs in cells.values() for glyph in glyphs)
    if returned:  # keep drawing order for what was given back
        kept = set(map(id, rest))
        rest = [glyph for glyph in page.glyphs if id(glyph) in kept]
    return rest, sorted(parts, key=lambda part: (part.ys[0], part.xs[0]))


def _part(grid: Grid, cells: dict[int, list[Glyph]], page: int) -> Part:
    texts = tuple(
        CellText(box, cell_lines(runs_of(cells.get(number, ())), page)) for number, box in enumerate(grid.cell_boxes())
    )
    return Part(page, grid.xs, grid.ys, grid.owner, texts)


def _is_table(part: Part) -> bool:
    """Whether a filled grid is a table: words in at least two columns, and not one or two cells that hold prose."""
    columns = {column for row in part.owner for column, number in enumerate(row) if part.cells[number].lines}
    filled = sum(1 for cell in part.cells if cell.lines)
    return len(columns) >= 2 and filled >= 2


def _tabular(grid: Grid, page: Page) -> bool:
    """Whether a grid can be a table at all: cells of a size that text fits into, not a chart's or a page's frame."""
    return grid.columns <= 60 and grid.rows <= 400 and not (_whole(grid.box, page) and grid.rows < 3)


def _shadings(page: Page) -> list[Fill]:
    """Fills that can be seen and are neither background nor a band at the page's edge."""
    return [
        fill
        for fill in page.fills
        if not is_white(fill.colour)
        and fill.x0 > 4
        and fill.x1 < page.width - 4
        and fill.top > 4
        and fill.bottom < page.height - 4
    ]


def _whole(box: Box, page: Page) -> bool:
    return box.x1 - box.x0 > WHOLE * page.width and box.bottom - box.top > WHOLE * page.height


def _within(inner: Box, outer: Box) -> bool:
    return (
        inner.x0 >= outer.x0 - 3
        and inner.x1 <= outer.x1 + 3
        and inner.top >= outer.top - 3
        and inner.bottom <= outer.bottom + 3
    )
