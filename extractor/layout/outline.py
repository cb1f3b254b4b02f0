"""Which blocks are headings, and how deep: by numbering, by size and weight, by the report's own contents list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.document import ContentsEntry
from extractor.folding import fold
from extractor.layout import patterns
from extractor.layout.blocks import TERMINAL, Block, Column

# A heading is short, and larger than the text by this much unless it is numbered or bold.
LONGEST = 48
LARGER = 1.12
SAME_SIZE = 0.06
_OPEN_END = frozenset("，、；：,;:—-")
_FAMILIES = (
    ("decimal1", "decimal2", "decimal3", "decimal4"),
    ("part", "chapter", "section"),
    ("cn", "cn_paren"),
)
# Kinds that number list items as often as headings: style must say which.
_LIST_KINDS = frozenset({"decimal1", "decimal2", "paren", "ring"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found: its numbering scheme (``""`` for none) and size; ``case`` is the number of a case's title."""

    scheme: str
    size: float
    case: int | None = None
    is_case: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """The report's body style, and its contents list folded, by which headings stand out."""

    column: Column
    font: str
    titles: frozenset[str]


def style_of(column: Column, font: str, contents: Iterable[ContentsEntry]) -> Style:
    """The style that headings are held against."""
    titles = frozenset(fold(entry.title) for entry in contents if entry.kind == "section")
    return Style(column, font, titles)


def heading_of(block: Block, style: Style, first_in_frame: bool) -> Heading | None:
    """The heading a block is, None when it is text. ``first_in_frame``: it opens a box, whose title it then is."""
    text = block.text.strip()
    bare = patterns.squeezed(text)
    if not bare or len(bare) > 2 * LONGEST or len(block.lines) > 3:
        return None
    case = patterns.case_title(text)
    if case and _stands_out(block, style, first_in_frame):
        return Heading("case", block.size, patterns.chinese_number(case.number), True)
    if patterns.table_caption(text) or patterns.figure_caption(text) or patterns.bullet(text):
        return None
    ended = bare[-1] in TERMINAL or bare[-1] in _OPEN_END or len(bare) > LONGEST
    size = block.size
    larger = size >= LARGER * style.column.size
    if first_in_frame and not ended and (block.centred or block.bold or larger):
        return Heading("case", size, None, True)
    kind = patterns.heading(text)
    listed = bool(style.titles) and fold(text) in style.titles
    distinct = size >= 1.04 * style.column.size or block.bold or block.centred or _other_font(block, style)
    if listed and (kind or distinct):
        return Heading(kind.scheme if kind else "", size)
    if ended:
        return None
    if kind is not None:
        alone = not block.full and kind.scheme not in _LIST_KINDS and len(bare) <= 40
        return Heading(kind.scheme, size) if distinct or alone else None
    if larger and len(bare) >= 2:
        return Heading("", size)
    return None


def levels(headings: Sequence[Heading]) -> dict[tuple[str, float], int]:
    """A depth from 1 for each class of heading (scheme, size), larger ones and outer schemes first.

    Schemes of one family keep their order (1 above 1.1, 一、 above （一）) even where a report sets them in one
    size; an unnumbered heading stands with the outermost scheme of its size, else between those larger and smaller.
    """
    sizes: dict[str, Counter[float]] = {}
    for heading in headings:
        if not heading.is_case:
            sizes.setdefault(heading.scheme, Counter())[round(heading.size, 1)] += 1
    size_of = {scheme: _common(counts) for scheme, counts in sizes.items() if scheme not in ("", "front")}
    schemes = sorted(size_of, key=lambda scheme: (-round(size_of[scheme] * 2) / 2, patterns.scheme_rank(scheme)))
    for family in _FAMILIES:
        places = [at for at, scheme in enumerate(schemes) if scheme in family]
        for place, scheme in zip(places, sorted((schemes[at] for at in places), key=family.index), strict=True):
            schemes[place] = scheme
    steps: list[tuple[str, float]] = [(scheme, size_of[scheme]) for scheme in schemes]
    plain = sorted(sizes.get("", ()), reverse=True)
    shared: dict[float, int] = {}
    for size in plain:
        if not any(abs(size - other) < SAME_SIZE * size for _, other in steps):
            at = next((at for at, (_, other) in enumerate(steps) if other < size), len(steps))
            steps.insert(at, ("", size))
    for size in plain:
        shared[size] = next(at for at, (_, other) in enumerate(steps, 1) if abs(size - other) < SAME_SIZE * size)
    depth: dict[tuple[str, float], int] = {}
    for scheme, counts in sizes.items():
        for size in counts:
            if scheme == "front":
                depth[scheme, size] = 1
            elif scheme == "":
                depth[scheme, size] = shared[size]
            else:
                depth[scheme, size] = next(at for at, (name, _) in enumerate(steps, 1) if name == scheme)
    return depth


def _common(counts: Counter[float]) -> float:
    return max(counts, key=lambda size: (counts[size], size))


def _stands_out(block: Block, style: Style, first_in_frame: bool) -> bool:
    return (
        first_in_frame
        or block.centred
        or block.bold
        or block.size >= LARGER * style.column.size
        or _other_font(block, style)
        or not block.full
    )


def _other_font(block: Block, style: Style) -> bool:
    """Whether a whole block is set in another font than the report's text."""
    return bool(style.font) and all(
        run.font != style.font for line in block.lines for run in line.runs if not run.text.isascii()
    )
