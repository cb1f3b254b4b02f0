"""HTML → Document: headings, paragraphs, lists and tables become the lines of the text form and go the same way.

Only the standard library's tolerant parser; nothing is fetched, scripts and styles are dropped.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from extractor.document import Document
from extractor.errors import Damaged, NotAReport
from extractor.reading.text import Line, decode, document_of, text_lines

_DROPPED = frozenset({"script", "style", "head", "template", "noscript", "svg", "object", "iframe", "nav"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "aside", "li", "ul", "ol", "dl", "dt", "dd", "form"}
    | {"table", "tr", "caption", "figure", "figcaption", "blockquote", "pre", "hr", "br", "center", "body", *_HEADINGS}
)
_PICTURES = frozenset({"img", "figure", "video", "canvas", "picture"})
# A cell that spans more columns or rows than this is an attack, not a table.
MAX_SPAN = 200
MAX_CELLS = 2_000_000
MAX_DEPTH = 8
# Stands for a tab in the text of a table within a cell.
_TAB = "\x02"


@dataclass(slots=True)
class _Grid:
    """A table while it is read: rows of cells, how each is merged, and columns still covered by a cell above.

    ``covered`` gives by column how many rows the cell above still covers and whether it began further left; ``around``
    is the cell that the table stands in.
    """

    around: tuple[list[str], int, int] | None = None
    rows: list[list[str]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    covered: dict[int, tuple[int, bool]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.levels: dict[int, int] = {}
        self.merged: dict[int, str] = {}
        self._words: list[str] = []
        self._dropped = 0
        self._grids: list[_Grid] = []
        self._cell: tuple[list[str], int, int] | None = None
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        elif self._dropped:
            return
        elif tag == "table" and len(self._grids) < MAX_DEPTH:
            self._break()
            self._grids.append(_Grid(self._cell))
            self._cell = None
        elif tag == "tr" and self._grids:
            self._end_row()
            self._grids[-1].rows.append([])
            self._grids[-1].merged.append("")
        elif tag in {"td", "th"} and self._grids:
            self._end_cell()
            spans = dict(attrs)
            self._cell = ([], _span(spans.get("colspan")), _span(spans.get("rowspan")))
        elif tag in _BLOCKS:
            self._break()
        if tag in _PICTURES and self._cell is None and not self._dropped:
            self.flush()
            self.lines += ["", "", ""]
        if tag == "sup" and not self._dropped:
            self._text.append("\x00")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif self._dropped:
            return
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table" and self._grids:
            self._end_row()
            self._end_table()
        elif tag in _BLOCKS and self._cell is not None:
            self._break()
        elif tag in _BLOCKS and self._cell is None:
            if tag in _HEADINGS:
                self.levels[len(self.lines) + 1] = _HEADINGS[tag]
            self.flush()
        if tag == "sup" and not self._dropped:
            self._text.append("\x01")

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._text.append(data.replace("\n", " "))

    @property
    def _text(self) -> list[str]:
        """Where running text goes: into the open cell, else into the page's line."""
        return self._cell[0] if self._cell else self._words

    def flush(self) -> None:
        """End the line of running text."""
        text = _raised("".join(self._words))
        self._words.clear()
        if text:
            self.lines += [text, ""]

    def _break(self) -> None:
        """End the line of running text, or the paragraph within a cell."""
        if self._cell is None:
            self.flush()
        else:
            self._cell[0].append("\n")

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        words, across, down = self._cell
        self._cell = None
        grid = self._grids[-1]
        if not grid.rows:
            grid.rows.append([])
            grid.merged.append("")
        self._skip_covered(grid)
        text = "\n".join(filter(None, map(_raised, "".join(words).split("\n"))))
        self.cells += across
        if self.cells > MAX_CELLS:
            return
        for at in range(across):
            if down > 1:
                grid.covered[len(grid.rows[-1])] = (down - 1, at > 0)
            grid.rows[-1].append("" if at else text)
            grid.merged[-1] += "<" if at else " "

    def _end_row(self) -> None:
        self._end_cell()
        if self._grids and self._grids[-1].rows:
            self._skip_covered(self._grids[-1])

    @staticmethod
    def _skip_covered(grid: _Grid) -> None:
        """Cells of the row that a cell above covers."""
        row = grid.rows[-1]
        while (found := grid.covered.get(len(row), (0, False)))[0] > 0:
            grid.covered[len(row)] = (found[0] - 1, found[1])
            row.append("")
            grid.merged[-1] += "<" if found[1] else "^"

    def _end_table(self) -> None:
        """Rows become lines; a table of one column is a box, its cells' paragraphs lines of their own.

        A table within a cell becomes paragraphs of that cell, its cells divided by marks that stand for tabs.
        """
        grid = self._grids.pop()
        self._cell = grid.around
        box = all(len(row) <= 1 for row in grid.rows)
        for row, merged in zip(grid.rows, grid.merged, strict=True):
            if box:
                parts = [part for text in row for part in text.split("\n") if part]
                lines = [line for part in parts for line in ((part,) if _TAB in part else (part, ""))]
            else:
                lines = (
                    [_TAB.join(re.sub(f"[\n{_TAB}]", " ", text) for text in row)] if any(row) or "^" in merged else []
                )
            if self._cell is not None:
                self._cell[0].append("".join(f"\n{line}\n" for line in lines))
                continue
            for line in lines:
                self.lines.append(line.replace(_TAB, "\t"))
                if not box:
                    self.merged[len(self.lines)] = merged
        if self._cell is None:
            self.lines.append("")


def _span(value: str | None) -> int:
    return min(int(value), MAX_SPAN) if value and value.isdecimal() and int(value) > 0 else 1


def _raised(text: str) -> str:
    """Blanks made one; raised digits (between marks) turned into superscripts, as footnote marks are."""
    table = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    text = re.sub("\x00\\s*\\[?(\\d{1,2})\\]?\\s*\x01", lambda match: match.group(1).translate(table), text)
    return re.sub(r"\s+", " ", text.replace("\x00", "").replace("\x01", "")).strip()


def read_html(path: Path, data: bytes) -> Document:
    """The Document of an HTML file's bytes; ``path`` is only named in errors."""
    try:
        lines = html_lines(_decoded(path, data))
    except (AssertionError, ValueError, IndexError) as error:  # the standard parser's slips on broken markup
        raise Damaged(path, "its markup is broken", "save the page anew, or give the report's PDF") from error
    if not lines:
        raise NotAReport(path, "a web page without text", "save the page anew with its text, or give the report's PDF")
    return document_of(lines, hashlib.sha256(data).hexdigest())


def html_lines(text: str) -> list[Line]:
    """The page's text as lines of the text form: one a block, cells divided by tabs, a gap where a picture is."""
    reader = _Reader()
    # Marked sections (<![if …]>, <![CDATA[ …) hold nothing of a page, and the parser trips over unknown ones.
    reader.feed(re.sub(r"<!\[[^>]*>?", " ", text))
    reader.close()
    reader.flush()
    return text_lines("\n".join(reader.lines), reader.levels, reader.merged)


def _decoded(path: Path, data: bytes) -> str:
    named = re.search(rb"<meta[^>]{0,200}charset=[\"']?\s*(gb2312|gbk|gb18030)", data[:4096], re.IGNORECASE)
    return data.decode("gb18030", errors="replace") if named else decode(path, data)
