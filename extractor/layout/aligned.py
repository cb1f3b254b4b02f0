"""Tables whose columns are not drawn: three-line tables, ruled rows only, shaded rows, or nothing but alignment.

Lines → regions (runs of lines that stand in columns) → columns (where rules or shadings are pieced together, else the
white rivers between texts) → rows (rules, shadings, else the lines that fill most columns) → merged cells → a part
like that of a ruled grid. Each step is a function of what the one before gives.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from extractor.document import Box
from extractor.layout import patterns
from extractor.layout.aligned_rows import Walls, cut_runs, rows_of
from extractor.layout.lines import Line, Run
from extractor.layout.rivers import fine_rivers, fine_segments, narrowed, rivers, segments
from extractor.layout.sheet import Part, Sheet

# Lines that must stand in columns, with and without rules, shadings or a caption to say that here is a table.
FEWEST_ROWS = 2
FEWEST_BARE = 3
# The share of a column's cells that must share a left edge, a middle or a right edge.
ALIGNED = 0.6
# Rules and shadings whose ends lie nearer than this are one table's.
SAME_END = 6.0
# The narrowest table (points).
NARROWEST = 50.0
# The longest way (in line heights) between two rows of a table that nothing is drawn in.
FARTHEST = 3.6


@dataclass(frozen=True, slots=True)
class Region:
    """Lines, by index, that may be a table, and the box they and their rules fill."""

    lines: tuple[int, ...]
    box: Box
    drawn: bool
    captioned: bool = False


def aligned_parts(sheet: Sheet, lines: Sequence[Line], before: Part | None = None) -> tuple[list[Part], frozenset[int]]:
    """The tables without column rules among a page's ``lines``, and the indices of the lines they take.

    ``before`` is such a table that the page before ended with: what stands in its columns at the page's top goes
    on with it.
    """
    parts: list[Part] = []
    taken: set[int] = set()
    if before is not None:
        rest, inner = _rest(lines, before, sheet)
        if rest:
            chosen = [lines[at] for at in rest]
            region = _region(rest, lines, sheet)
            xs = [min(before.xs[0], region.box.x0), *inner, max(before.xs[-1], region.box.x1)]
            cut = rest[-1] == len(lines) - 1
            part = rows_of(sheet.number, chosen, xs, _walls(sheet, region), region.box, like=before, cut=cut)
            if part is not None:
                parts.append(replace(part, goes_on=True))
                taken.update(rest)
    for region in regions_of(sheet, lines, taken):
        like = before if not parts else None
        found = _part(sheet, [lines[at] for at in region.lines], region, like, cut=region.lines[-1] == len(lines) - 1)
        if found is not None:
            parts.append(found)
            taken.update(region.lines)
    return parts, frozenset(taken)


def _rest(lines: Sequence[Line], before: Part, sheet: Sheet) -> tuple[tuple[int, ...], list[float]]:
    """The lines at a page's top that leave the rivers of the table before open, and the column lines they leave.

    None unless most of them have several cells.
    """
    above = [line for cell in before.cells for line in cell.lines]
    if not above:
        return (), []
    size = sorted(line.size for line in above)[len(above) // 2]
    streams = [_stream(above, x) for x in before.xs[1:-1]]
    found: list[int] = []
    for at, line in enumerate(lines):
        apart = bool(found) and line.top - lines[found[-1]].bottom > FARTHEST * size
        outside = line.x0 < before.xs[0] - 2 * size
        left = narrowed(streams, line, 0.3 * size)
        if left is None or _ends(line) or apart or outside or abs(line.size - size) > 0.06 * size:
            break
        streams = left
        found.append(at)
    several = [at for at in found if len(segments(lines[at])) > 1]
    if not several or 2 * len(several) < len(found):
        return (), []
    bottom = _rule_near(sheet, lines[several[-1]], above=False)
    while found[-1] != several[-1] and not _belongs_below(lines[found[-1]], lines[found[-2]], bottom):
        found.pop()
    return tuple(found), [(start + end) / 2 for start, end in streams]


def _stream(lines: Sequence[Line], x: float) -> tuple[float, float]:
    """The white stretch around a column line."""
    ends = [run.x1 for line in lines for run in line.runs if (run.x0 + run.x1) / 2 < x and run.x1 <= x + 1]
    starts = [run.x0 for line in lines for run in line.runs if (run.x0 + run.x1) / 2 > x and run.x0 >= x - 1]
    return max(ends, default=x - 1.0), min(starts, default=x + 1.0)


def regions_of(sheet: Sheet, lines: Sequence[Line], taken: Collection[int] = ()) -> list[Region]:
    """Runs of lines that stand in columns: several stretches a line, or a single one that crosses no river."""
    regions: list[Region] = []
    held: list[int] = []
    for at, line in enumerate(lines):
        if at in taken:
            continue
        if held and (_breaks(line, [lines[i] for i in held], sheet) or _ends(line)):
            _close(held, lines, sheet, regions)
            held = []
        if _ends(line):
            continue
        if not held and len(segments(line)) > 1:
            held += _beside(lines, at, taken)
        if held or len(segments(line)) > 1 or _under_rule(line, sheet):
            held.append(at)
    _close(held, lines, sheet, regions)
    return regions


def _beside(lines: Sequence[Line], at: int, taken: Collection[int]) -> list[int]:
    """Lines right above the first row that reach into its height: the upper lines of a wrapped cell."""
    first = at
    while first > 0 and first - 1 not in taken and not _ends(lines[first - 1]):
        above = lines[first - 1]
        if lines[first].baseline - above.baseline > 1.05 * above.size or abs(above.size - lines[at].size) > 0.5:
            break
        first -= 1
    return list(range(first, at))


def _close(held: list[int], lines: Sequence[Line], sheet: Sheet, regions: list[Region]) -> None:
    """Make a region of the lines held, without the single stretches around it that no rule takes in."""
    if not held:
        return
    several = [at for at in held if len(segments(lines[at])) > 1]
    if len(several) < 1:
        return
    top = _rule_near(sheet, lines[several[0]], above=True)
    start, end = several[0], several[-1]
    while start > held[0] and _belongs(lines[start - 1], lines[start], sheet, top):
        start -= 1
    bottom = _rule_near(sheet, lines[several[-1]], above=False)
    while end < held[-1] and _belongs_below(lines[end + 1], lines[end], bottom):
        end += 1
    regions.append(_region(tuple(at for at in held if start <= at <= end), lines, sheet))


def _region(chosen: tuple[int, ...], lines: Sequence[Line], sheet: Sheet) -> Region:
    """The region of the lines chosen, with the rules and shadings that belong to it."""
    box = lines[chosen[0]].box
    for at in chosen[1:]:
        box = box.union(lines[at].box)
    rules = [edge for edge in sheet.rules if box.top - 14 <= edge.at <= box.bottom + 14 and _over(edge, box)]
    cells = [
        fill
        for fill in sheet.fills
        if fill.top < box.bottom
        and fill.bottom > box.top
        and fill.bottom - fill.top < 0.8 * (box.bottom - box.top)
        and fill.x0 <= box.x1 + 30
        and fill.x1 >= box.x0 - 30
    ]
    for edge in rules:
        box = box.union(Box(edge.start, edge.at, edge.end, edge.at))
    for fill in cells:
        if fill.top > box.top - 8 and fill.bottom < box.bottom + 8:
            box = box.union(fill.box)
    before = lines[chosen[0] - 1] if chosen[0] > 0 else None
    named = before is not None and patterns.table_caption(before.text) is not None
    return Region(chosen, box, len(rules) >= 2 or len(cells) >= 2, named)


def _ends(line: Line) -> bool:
    """Whether a line cannot stand in a table: captions and notes."""
    return bool(
        patterns.table_caption(line.text)
        or patterns.case_title(line.text)
        or patterns.figure_caption(line.text)
        or patterns.table_note(line.text)
        or patterns.caption_aside(line.text)
    )


def _breaks(line: Line, held: Sequence[Line], sheet: Sheet) -> bool:
    """Whether a line ends the table that ``held`` may be: too far below, or prose across its columns."""
    last = held[-1]
    gap = line.top - last.bottom
    between = any(last.baseline < edge.at < line.baseline for edge in sheet.rules)
    if gap > (6 if between else FARTHEST) * line.size:
        return True
    stretches = segments(line)
    if len(stretches) > 1:
        return False
    streams = rivers([one for one in held if len(segments(one)) > 1])
    start, end = stretches[0] if stretches else (line.x0, line.x1)
    if not streams:
        return len(line.text) > 30
    crossed = [river for river in streams if start < river[0] - 1 and end > river[1] + 1]
    pieces = fine_segments(line) if crossed else []
    if len(pieces) > 1 and sum(len(segments(one)) > 1 for one in held) == 1:
        return False  # a header's whites alone are wider than the columns' own
    crossed = [river for river in crossed if any(a < river[1] and b > river[0] for a, b in pieces)]
    if not crossed:
        return False
    # A row that is one cell across the table stands between rules, or is short and in the middle.
    boxed = any(0 <= line.top - edge.at < 1.5 * line.size for edge in sheet.rules) and any(
        0 <= edge.at - line.baseline < 1.5 * line.size for edge in sheet.rules
    )
    return not boxed


def _under_rule(line: Line, sheet: Sheet) -> bool:
    ruled = any(0 <= line.top - edge.at < 1.8 * line.size and edge.end - edge.start > NARROWEST for edge in sheet.rules)
    return ruled or any(
        fill.top <= line.top + 1 and line.bottom - 1 <= fill.bottom < fill.top + 4 * line.size
        for fill in sheet.fills
        if fill.x0 <= line.x0 and line.x1 <= fill.x1 + 1
    )


def _rule_near(sheet: Sheet, line: Line, *, above: bool) -> float | None:
    """Where the nearest rule above or below a line runs, within four line heights."""
    reach = 4 * line.size
    if above:
        places = [edge.at for edge in sheet.rules if 0 <= line.top + 2 - edge.at < reach and _over(edge, line.box)]
        return min(places, default=None)
    places = [edge.at for edge in sheet.rules if 0 <= edge.at - line.bottom + 2 < reach and _over(edge, line.box)]
    return max(places, default=None)


def _belongs(line: Line, below: Line, sheet: Sheet, top: float | None) -> bool:
    """Whether a single stretch above the first row is part of the table: it stands under the table's top rule."""
    if top is not None and line.top >= top - 2:
        return True
    return below.baseline - line.baseline < 1.0 * line.size and abs(below.size - line.size) < 0.1 * line.size


def _belongs_below(line: Line, above: Line, bottom: float | None) -> bool:
    """Whether a single stretch under the last row is part of it: a wrapped cell."""
    if bottom is not None and line.bottom <= bottom + 2:
        return True
    if line.text.strip().isdecimal() and line.baseline - above.baseline < 2.6 * line.size:
        return True  # the number of a row whose texts stand on the next page
    return line.baseline - above.baseline < 1.95 * line.size and abs(above.size - line.size) < 0.1 * line.size


def _over(edge: tuple[float, float, float], box: Box) -> bool:
    _, start, end = edge
    return min(end, box.x1) - max(start, box.x0) > 0.3 * min(end - start, box.x1 - box.x0)


def _part(sheet: Sheet, lines: Sequence[Line], region: Region, like: Part | None, *, cut: bool) -> Part | None:
    """The region as a table's part; None when its lines do not keep to columns."""
    several = [line for line in lines if len(segments(line)) > 1]
    walls = _walls(sheet, region)
    told = region.drawn or region.captioned
    if len(several) < (FEWEST_ROWS if told else FEWEST_BARE) and not (walls.joints and several):
        return None
    xs = _columns(lines, several, walls, region)
    if len(xs) < 3 or not _keeps_columns(several, xs, told):
        return None
    if like is not None and len(like.xs) != len(xs):
        like = None
    return rows_of(sheet.number, lines, xs, walls, region.box, like=like, cut=cut)


def _walls(sheet: Sheet, region: Region) -> Walls:
    """What is drawn in a region: row rules, and places where rules or shadings are pieced together."""
    box = region.box
    rules = tuple(edge for edge in sheet.rules if box.top - 3 <= edge.at <= box.bottom + 3 and _over(edge, box))
    fills = tuple(
        fill
        for fill in sheet.fills
        if fill.top > box.top - 3
        and fill.bottom < box.bottom + 3
        and fill.x0 > box.x0 - 3
        and fill.x1 < box.x1 + 3
        and fill.bottom - fill.top < 0.98 * (box.bottom - box.top)
    )
    ends: dict[int, set[int]] = {}
    for y, x in sheet.joints:
        if box.top - 3 <= y <= box.bottom + 3 and box.x0 + 3 < x < box.x1 - 3:
            ends.setdefault(round(x / 2), set()).add(round(y))
    for fill in fills:
        for x in (fill.x0, fill.x1):
            if box.x0 + 3 < x < box.x1 - 3:
                ends.setdefault(round(x / 2), set()).add(round(fill.top))
    joints: list[float] = []
    for key in sorted(ends):
        places = ends[key] | ends.get(key + 1, set())
        if len(places) >= 2 and not (joints and key * 2 - joints[-1] <= 3):
            joints.append(key * 2.0)
    return Walls(rules, fills, tuple(joints))


def _columns(lines: Sequence[Line], several: Sequence[Line], walls: Walls, region: Region) -> list[float]:
    """Column lines: the joints of what is drawn where texts respect them, else the middles of rivers."""
    left = min(region.box.x0, min(line.x0 for line in lines) - 1)
    right = max(region.box.x1, max(line.x1 for line in lines) + 1)
    if walls.joints:
        crossing = [
            sum(1 for line in lines for run in line.runs if run.x0 < joint - 2 and run.x1 > joint + 2)
            for joint in walls.joints
        ]
        allowed = max(2, len(lines) // 8)
        kept = [joint for joint, count in zip(walls.joints, crossing, strict=True) if count <= allowed]
    else:
        kept = []
    # All lines stand in columns, those with a single text too; only the first row may be a header over several.
    body = [line for line in lines if line.baseline > several[0].baseline + 1] if len(several) > 3 else several
    found = rivers(body, len(body) // 12)
    found += fine_rivers(body, found)
    free = [(a + b) / 2 for a, b in found if not any(a - 3 <= joint <= b + 3 for joint in kept)]
    return _without_split([left, *sorted([*kept, *free]), right], lines, kept)


def _without_split(xs: list[float], lines: Sequence[Line], sure: Sequence[float]) -> list[float]:
    """The column lines without those that part a name in the header from the texts below it, set at another place."""
    head = [line for line in lines if line.baseline <= lines[0].baseline + 0.5 * lines[0].size]
    places = [
        [(run.x0 + run.x1) / 2 for line in part for run in cut_runs([line], xs)]
        for part in (head, [line for line in lines if line not in head])
    ]
    out = list(xs)
    for x in xs[1:-1]:
        at = out.index(x)
        (above_left, below_left), (above_right, below_right) = (
            [any(low <= place < high for place in part) for part in places]
            for low, high in ((out[at - 1], x), (x, out[at + 1]))
        )
        apart = (above_left, below_left, above_right, below_right)
        if x not in sure and apart in {(True, False, False, True), (False, True, True, False)}:
            out.remove(x)
    return out


def _keeps_columns(lines: Sequence[Line], xs: Sequence[float], drawn: bool) -> bool:
    """Whether the texts of each column share an edge or a middle, and are cells rather than two columns of prose."""
    columns: list[list[Run]] = [[] for _ in xs[1:]]
    for line in lines:
        for column in range(len(xs) - 1):
            runs = [run for run in cut_runs([line], xs) if xs[column] <= (run.x0 + run.x1) / 2 < xs[column + 1]]
            if runs:
                first, last = runs[0], runs[-1]
                columns[column].append(first._replace(x1=last.x1, text="".join(run.text for run in runs)))
    filled = [cells for cells in columns if cells]
    if len(filled) < 2:
        return False
    good = 0
    for cells in filled:
        size = cells[0].size
        share = max(
            _shared([cell.x0 for cell in cells], size),
            _shared([(cell.x0 + cell.x1) / 2 for cell in cells], size),
            _shared([cell.x1 for cell in cells], size),
        )
        good += share >= ALIGNED or len(cells) < 3
    prose = sum(
        1
        for cells in filled
        if len(cells) >= 4 and sum(len(cell.text) for cell in cells) > 14 * len(cells) and _full(cells)
    )
    if prose >= 2 and not drawn:
        return False
    return good >= (0.5 if drawn else 0.75) * len(filled)


def _shared(places: Sequence[float], size: float) -> float:
    best = max(sum(1 for other in places if abs(other - place) < 0.6 * size) for place in places)
    return best / len(places)


def _full(cells: Sequence[Run]) -> bool:
    """Whether nearly all cells of a column end at one right edge, as lines of prose do."""
    edge = max(cell.x1 for cell in cells)
    return sum(1 for cell in cells if edge - cell.x1 < 1.2 * cell.size) >= 0.7 * len(cells)
