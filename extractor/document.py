"""The typed document that flows through all reading stages.

Units: boxes are PDF points (1/72 inch) from the top left of the page as it is seen (rotation undone), one
decimal; pages count from 1 as in the file. A document read from a text form has no pages: its spans carry
``page=None`` and a ``line`` (from 1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

PassageKind = Literal["heading", "paragraph", "case", "caption", "footnote", "table_row"]
PageStatus = Literal["read", "ocr", "empty", "unread"]
Level = Literal["省", "区", "校", "企业"]


class Box(NamedTuple):
    """A rectangle on a page: left, top, right, bottom in points from the top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Where the characters ``start:end`` of a passage's text stand.

    A paragraph broken by a page has one span a page (or one a line: whatever the reader knows); together
    the spans cover the text in order.
    """

    start: int
    end: int
    page: int | None
    box: Box | None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One heading, paragraph, case paragraph, caption or footnote, whole again.

    ``section`` is the path of headings above it (a heading's own title is its text, not part of its path);
    ``level`` is a heading's depth from 1. ``case`` is the number of the case box it stands in (the box's title is
    a heading with that case). ``text`` is what is printed, character for character: a list item begins with its
    mark, which ``bullet`` repeats; a footnote mark stands where it is printed, as a superscript digit (¹), and
    ``notes`` repeats it as (offset, number).
    """

    kind: PassageKind
    text: str
    spans: tuple[Span, ...]
    section: tuple[str, ...] = ()
    level: int | None = None
    case: int | None = None
    bullet: str | None = None
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def page(self) -> int | None:
        """The page the passage begins on."""
        return self.spans[0].page if self.spans else None

    @property
    def box(self) -> Box | None:
        """The passage's box on the page it begins on."""
        boxes = [span.box for span in self.spans if span.box is not None and span.page == self.page]
        if not boxes:
            return None
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.union(box)
        return whole


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row; ``filled`` when its text was printed once for several rows or columns."""

    text: str
    page: int | None = None
    box: Box | None = None
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as wide as the table's header, with merged cells filled in."""

    cells: tuple[Cell, ...]
    page: int | None = None
    box: Box | None = None
    line: int | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells' texts."""
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table joined over its pages. ``number`` is None when it bears none; ``pages`` in order."""

    number: int | None
    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    pages: tuple[int, ...] = ()
    section: tuple[str, ...] = ()
    case: int | None = None
    caption_span: Span | None = None


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """One line of the report's own table of contents, list of tables or list of cases."""

    kind: Literal["section", "table", "case", "figure"]
    title: str
    printed_page: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class PageInfo:
    """One page of the file and how it went. ``why`` says what was lost and the remedy, for an unread page."""

    number: int
    width: float
    height: float
    status: PageStatus
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReportMeta:
    """What the cover and front matter say; empty strings and None where they are silent."""

    title: str = ""
    year: int | None = None
    region: str = ""
    issuer: str = ""
    level: Level | None = None
    published: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report, read: passages and tables in reading order, with what is known of the file.

    ``sha256`` is the digest of the file's bytes; no path is kept, so that equal files give equal documents.
    """

    sha256: str
    meta: ReportMeta
    blocks: tuple[Passage | Table, ...]
    pages: tuple[PageInfo, ...] = ()
    contents: tuple[ContentsEntry, ...] = field(default=())

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages in reading order, without tables."""
        return tuple(block for block in self.blocks if isinstance(block, Passage))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def unread(self) -> tuple[PageInfo, ...]:
        """Pages that could not be read."""
        return tuple(page for page in self.pages if page.status == "unread")
