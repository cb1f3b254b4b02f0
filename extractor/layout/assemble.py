"""The flow → a Document's blocks: paragraphs made whole, tables joined and named, headings made a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractor.document import Box, ContentsEntry, Passage, PassageKind, Span, Table
from extractor.layout import patterns
from extractor.layout.blocks import TERMINAL, Block
from extractor.layout.cases import assign_cases
from extractor.layout.flow import Flow, Item, PartItem, PictureItem
from extractor.layout.footnotes import marked
from extractor.layout.lines import join_texts
from extractor.layout.outline import Heading, heading_of, levels, style_of
from extractor.layout.sheet import Part
from extractor.layout.tables import fits, join, rounded


@dataclass(slots=True)
class _Text:
    """A paragraph, caption or heading on its way: the blocks that make it up."""

    kind: str
    blocks: list[Block]
    heading: Heading | None = None


@dataclass(slots=True)
class _Grid:
    """A table on its way: its parts and captions."""

    parts: list[Part]
    container: int
    caption: Block | None = None


@dataclass(slots=True)
class _State:
    """Where the tree stands: open headings as (level, title), the case that is open and its frame.

    ``body`` is the report's style (size, font, left edge), ``own`` that of the open case when nothing is drawn around
    it; ``undrawn`` says that some case's style is the report's own.
    """

    path: list[tuple[int, str]] = field(default_factory=list)
    case: int | None = None
    in_case: bool = False
    frame: int = 0
    preface: bool = False
    body: tuple[float, str, float] = (0.0, "", 0.0)
    own: tuple[float, str, float] | None = None
    undrawn: bool = False


_Thing = _Text | _Grid | PictureItem


def assemble(flow: Flow, contents: Sequence[ContentsEntry]) -> tuple[Passage | Table, ...]:
    """Passages and tables in reading order."""
    things = _named(_tables(_texts(flow, contents)))
    things = _whole(things, flow)
    found = [thing.heading for thing in things if isinstance(thing, _Text) and thing.heading is not None]
    depth = levels(found)
    state = _State(body=(round(flow.column.size, 1), flow.font, flow.column.left))
    out: list[Passage | Table] = []
    shown: set[int] = set()
    for thing in things:
        page = _last_page(thing)
        made = _made(thing, state, depth)
        if made is not None:
            out.append(made)
        for number in sorted(flow.footnotes):
            if number < page and number not in shown:
                shown.add(number)
                out[-1:-1] = [_footnote(block, state) for block in flow.footnotes[number]] if made is not None else []
    for number in sorted(flow.footnotes):
        if number not in shown:
            out += [_footnote(block, state) for block in flow.footnotes[number]]
    return tuple(_without_topics(out) if state.undrawn else out)


def _without_topics(blocks: list[Passage | Table]) -> list[Passage | Table]:
    """Cases that nothing marks off from the text, neither drawing nor style, ended by how paragraphs begin."""
    plain = [
        replace(block, kind="paragraph", case=None) if isinstance(block, Passage) and block.kind == "case" else block
        for block in blocks
    ]
    return assign_cases(plain)


def _texts(flow: Flow, contents: Sequence[ContentsEntry]) -> list[_Thing]:
    """Each item with what it is by itself: heading, caption or paragraph; parts as tables of one part."""
    style = style_of(flow.column, flow.font, contents)
    things: list[_Thing] = []
    opened: set[int] = set()
    before: Item | None = None
    for item in flow.items:
        if isinstance(item, PartItem):
            things.append(_Grid([item.part], item.container))
        elif isinstance(item, PictureItem):
            things.append(item)
        else:
            first = item.container != 0 and item.container not in opened
            if item.page in flow.covers:
                things.append(_Text("paragraph", [item]))
                continue
            if (
                (isinstance(before, PictureItem) and _captions_picture(item, before))
                or (patterns.table_caption(item.text) and _is_caption(item))
                or (patterns.figure_caption(item.text) and _is_caption(item))
            ):
                things.append(_Text("caption", [item]))
            else:
                heading = heading_of(item, style, first)
                things.append(_Text("heading" if heading else "paragraph", [item], heading))
        if item.container:
            opened.add(item.container)
        before = item
    return things


def _is_caption(block: Block) -> bool:
    return len(block.text) <= 90 and block.text.rstrip()[-1:] not in "。；;，," and len(block.lines) <= 3


def _captions_picture(block: Block, picture: PictureItem) -> bool:
    """Whether a block right under a picture is its caption."""
    box = block.box
    if block.page != picture.page or not -2 <= box.top - picture.box.bottom <= 2.6 * block.size:
        return False
    middle = (box.x0 + box.x1) / 2
    under = picture.box.x0 - 2 * block.size <= middle <= picture.box.x1 + 2 * block.size
    return under and (block.centred or patterns.figure_caption(block.text) is not None) and _is_caption(block)


def _tables(things: Sequence[_Thing]) -> list[_Thing]:
    """Parts of one table on successive pages made one table; a line 续表 between them goes."""
    out: list[_Thing] = []
    for thing in things:
        if isinstance(thing, _Grid):
            above = _before(out)
            if above is not None and _same_table(above, thing.parts[0], out):
                while out[-1] is not above:
                    out.pop()
                above.parts.append(thing.parts[0])
                continue
        out.append(thing)
    return out


def _before(out: Sequence[_Thing]) -> _Grid | None:
    """The table that stands directly before, lines that only say 续表 or a unit left aside."""
    for thing in reversed(out):
        if isinstance(thing, _Grid):
            return thing
        if not (isinstance(thing, _Text) and _is_aside(thing.blocks[0].text)):
            return None
    return None


def _is_aside(text: str) -> bool:
    return patterns.caption_aside(text)


def _same_table(above: _Grid, part: Part, out: Sequence[_Thing]) -> bool:
    last = above.parts[-1]
    beside = part.page == last.page and part.xs[0] >= last.xs[-1] - 2 and part.ys[0] < last.ys[-1]
    return (part.page == last.page + 1 or beside) and fits(above.parts[-1], part)


def _named(things: list[_Thing]) -> list[_Thing]:
    """Each table with its caption, from above or below as the report's habit is."""
    captions = {
        at
        for at, thing in enumerate(things)
        if isinstance(thing, _Text) and thing.kind == "caption" and patterns.table_caption(thing.blocks[0].text)
    }
    above = {at: _caption_near(things, at, -1, captions) for at, thing in enumerate(things) if isinstance(thing, _Grid)}
    below = {at: _caption_near(things, at, 1, captions) for at, thing in enumerate(things) if isinstance(thing, _Grid)}
    habit_above = sum(v is not None for v in above.values()) >= sum(v is not None for v in below.values())
    used: set[int] = set()
    for at in above:
        for choice in (above, below) if habit_above else (below, above):
            found = choice[at]
            if found is not None and found not in used:
                used.add(found)
                _set_caption(things, at, found)
                break
        else:
            plain = _plain_caption(things, at)
            if plain is not None:
                used.add(plain)
                _set_caption(things, at, plain)
    return [thing for at, thing in enumerate(things) if at not in used]


def _set_caption(things: list[_Thing], at: int, caption: int) -> None:
    grid, text = things[at], things[caption]
    if isinstance(grid, _Grid) and isinstance(text, _Text):
        grid.caption = text.blocks[0]


def _caption_near(things: Sequence[_Thing], at: int, step: int, captions: set[int]) -> int | None:
    """The index of the numbered caption next to a table, asides between them skipped."""
    place = at + step
    for _ in range(3):
        if not 0 <= place < len(things):
            return None
        if place in captions:
            return place
        thing = things[place]
        if not (isinstance(thing, _Text) and _is_aside(thing.blocks[0].text)):
            return None
        place += step
    return None


def _plain_caption(things: Sequence[_Thing], at: int) -> int | None:
    """An unnumbered caption: a short line alone right above the table, in the middle or named like a table."""
    grid = things[at]
    place = at - 1
    while isinstance(grid, _Grid) and place >= 0:
        thing = things[place]
        if not isinstance(thing, _Text):
            return None
        block = thing.blocks[0]
        if _is_aside(block.text):
            place -= 1
            continue
        named = patterns.names_table(block.text)
        middle = block.centred or _over(block, grid.parts[0])
        reach = (4.5 if named and middle else 2.5) * block.size
        near = block.page == grid.parts[0].page and 0 <= grid.parts[0].ys[0] - block.box.bottom < reach
        short = len(block.text) <= 50 and block.text[-1:] not in TERMINAL and len(block.lines) <= 2
        if thing.kind == "paragraph" and near and short and (middle or (named and not block.indented)):
            return place
        return None
    return None


def _over(block: Block, part: Part) -> bool:
    """Whether a block stands over the middle of a table, with room on both sides."""
    box, size = block.box, block.size
    aside = (box.x0 + box.x1) / 2 - (part.xs[0] + part.xs[-1]) / 2
    return abs(aside) < 1.5 * size and box.x0 - part.xs[0] > 2 * size


def _whole(things: Sequence[_Thing], flow: Flow) -> list[_Thing]:
    """Paragraphs broken by a page, a figure, a table or a box made whole."""
    texts = [thing for thing in things if isinstance(thing, _Text) and thing.kind == "paragraph"]
    starts = [text.blocks[0].indented for text in texts if len(text.blocks[0].lines) > 1]
    indents = sum(starts) >= 0.4 * len(starts) if starts else True
    out: list[_Thing] = []
    open_text: dict[int, _Text] = {}
    broken: dict[int, bool] = {}
    for thing in things:
        if not isinstance(thing, _Text) or thing.kind == "caption":
            for container in broken:
                broken[container] = True
            out.append(thing)
            continue
        block = thing.blocks[0]
        where = block.container
        for container in broken:
            if container != where:
                broken[container] = True
        before = open_text.get(where)
        if thing.kind == "paragraph" and before is not None:
            last = before.blocks[-1]
            if (broken.get(where) or last.page != block.page) and _goes_on(last, block, indents):
                before.blocks.append(block)
                broken[where] = False
                continue
        out.append(thing)
        if thing.kind == "paragraph":
            open_text[where] = thing
        else:
            open_text.pop(where, None)
        broken[where] = False
    return out


def _goes_on(last: Block, block: Block, indents: bool) -> bool:
    """Whether ``block`` is the rest of the paragraph that ``last`` began."""
    if block.indented or block.centred or last.centred or not last.full:
        return False
    if abs(last.size - block.size) > 0.07 * last.size or patterns.bullet(block.text):
        return False
    ended = last.text.rstrip()[-1:] in TERMINAL | frozenset("”’」』）)")
    return indents or not ended


def _last_page(thing: _Thing) -> int:
    if isinstance(thing, _Text):
        return thing.blocks[0].page
    return thing.parts[0].page if isinstance(thing, _Grid) else thing.page


def _made(thing: _Thing, state: _State, depth: Mapping[tuple[str, float], int]) -> Passage | Table | None:
    """What a thing becomes in the document; headings and boxes move the ``state``."""
    if isinstance(thing, PictureItem):
        return None
    container = thing.container if isinstance(thing, _Grid) else thing.blocks[0].container
    heading = thing.heading if isinstance(thing, _Text) else None
    if state.in_case and not (heading and heading.is_case) and container != state.frame:
        state.in_case, state.case, state.frame = False, None, 0
    undrawn = state.in_case and state.frame == 0
    if isinstance(thing, _Grid):
        return _table(thing, state)
    if undrawn and not (heading and heading.is_case) and _leaves_case(thing, heading, state):
        state.in_case, state.case = False, None
    if heading is not None and (heading.is_case or not state.in_case):
        return _heading(thing, heading, state, depth)
    text, spans = text_of(thing.blocks)
    kind: PassageKind = "caption" if thing.kind == "caption" else "case" if state.in_case else "paragraph"
    return Passage(kind, text, spans, _path(state), None, state.case, patterns.bullet(text), patterns.note_marks(text))


def _leaves_case(thing: _Text, heading: Heading | None, state: _State) -> bool:
    """Whether a block ends a case that nothing is drawn around: a heading, or text in the report's own style again."""
    if heading is not None:
        return True
    if thing.kind == "caption":
        return False
    block = thing.blocks[0]
    left = min((line.x0 for line in block.lines[1:]), default=state.body[2])
    style = (round(block.size, 1), block.font, left)
    if state.own is None:
        state.own = style
        state.undrawn = state.undrawn or _same_style(style, state.body)
        return False
    return not _same_style(state.own, state.body) and _same_style(style, state.body)


def _same_style(one: tuple[float, str, float], other: tuple[float, str, float]) -> bool:
    same_size = abs(one[0] - other[0]) < 0.03 * other[0]
    return same_size and one[1] == other[1] and abs(one[2] - other[2]) < 0.8 * other[0]


def _heading(thing: _Text, heading: Heading, state: _State, depth: Mapping[tuple[str, float], int]) -> Passage:
    text, spans = text_of(thing.blocks)
    if heading.is_case:
        state.in_case, state.case, state.frame, state.own = True, heading.case, thing.blocks[0].container, None
        return Passage("heading", text, spans, _path(state), None, state.case)
    level = depth[heading.scheme, round(heading.size, 1)]
    if heading.scheme and state.preface:
        state.path.clear()  # a preface has no numbered parts
    while state.path and state.path[-1][0] >= level:
        state.path.pop()
    made = Passage("heading", text, spans, _path(state), level)
    state.preface = heading.scheme == "front" or (state.preface and not heading.scheme)
    state.path.append((level, text))
    return made


def _path(state: _State) -> tuple[str, ...]:
    return tuple(title for _, title in state.path)


def _table(grid: _Grid, state: _State) -> Table:
    joined = join(grid.parts)
    caption, span, number = joined.title, None, None
    if grid.caption is not None:
        caption, spans = text_of([grid.caption])
        span = spans[0]
    named = patterns.table_caption(caption)
    if named:
        number = patterns.chinese_number(named.number)
    return Table(number, caption, joined.header, joined.rows, joined.pages, _path(state), state.case, span)


def _footnote(block: Block, state: _State) -> Passage:
    text, spans = text_of([block])
    text, moved = marked(text)
    spans = tuple(Span(s.start + moved if s.start else 0, s.end + moved, s.page, s.box, s.line) for s in spans)
    return Passage("footnote", text, spans, _path(state), None, None, None, patterns.note_marks(text))


def text_of(blocks: Sequence[Block]) -> tuple[str, tuple[Span, ...]]:
    """The blocks' text as one, with a span for each page it stands on."""
    text = ""
    spans: list[Span] = []
    for block in blocks:
        begin = len(text)
        for line in block.lines:
            text = join_texts(text, line.text)
        box = rounded(block.box)
        if spans and spans[-1].page == block.page and spans[-1].box is not None and _near(spans[-1].box, box):
            last = spans[-1]
            spans[-1] = Span(last.start, len(text), last.page, last.box.union(box) if last.box else box)
        else:
            spans.append(Span(begin, len(text), block.page, box))
    return text, tuple(spans)


def _near(one: Box, other: Box) -> bool:
    return abs(other.top - one.bottom) < 20
