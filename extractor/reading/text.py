"""The text form of a report (.txt) → Document: what a report is when copied out of its file.

Headings and captions stand on lines of their own, tables are lines with tabs, ``**`` is emphasis, superscript digits
mark footnotes, several blank lines stand where a picture or a page end was, and paragraphs may be broken there. The
steps: bytes → lines → chunks (what each line is by its looks) → blocks (tables built, broken paragraphs joined,
sections and case boxes assigned). There are no pages: spans carry the line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Literal, cast

from extractor.document import ContentsEntry, Document, Passage, PassageKind, ReportMeta, Span, Table
from extractor.errors import Damaged
from extractor.folding import fold
from extractor.layout import patterns
from extractor.layout.cases import assign_cases
from extractor.layout.frontmatter import report_meta
from extractor.reading.grid import Caption, captioned, table_of

# A picture leaves at least so many blank lines before its caption.
PICTURE_GAP = 2
_COVER_LINES = 40
# A line that long with a comma in it, and no picture before it, is prose cut short and no title.
_CUT_LENGTH = 15

_KINDS: dict[str, PassageKind] = {"caption": "caption", "footnote": "footnote"}

Kind = Literal["heading", "case", "caption", "table_caption", "footnote", "paragraph", "short", "grid"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number from 1, its text without emphasis, the blank lines before it.

    ``level`` is that of a heading where the file itself says so (Word styles, HTML tags); ``merged`` says of a table's
    row which cells are merged, as :func:`~extractor.reading.grid.table_of` takes it.
    """

    number: int
    text: str
    gap: int
    level: int | None = None
    merged: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One or more lines that are one thing by their looks."""

    kind: Kind
    lines: tuple[Line, ...]
    mark: patterns.Numbered | None = None

    @property
    def text(self) -> str:
        """The lines' texts, joined."""
        return "".join(line.text for line in self.lines)


def read_text(path: Path, data: bytes) -> Document:
    """The Document of a text form's bytes; ``path`` is only named in errors."""
    lines = text_lines(decode(path, data))
    return document_of(lines, hashlib.sha256(data).hexdigest())


def document_of(lines: Sequence[Line], sha256: str, *, meta: ReportMeta | None = None) -> Document:
    """Lines → Document; the part that .txt, .html and .docx share."""
    body, contents = split_contents(lines)
    chunks = join_broken(classify(body, contents))
    return Document(
        sha256=sha256,
        meta=meta or front_matter(body),
        blocks=tuple(assign_cases(build_blocks(chunks))),
        contents=contents,
    )


def decode(path: Path, data: bytes) -> str:
    """The text of the bytes: by byte-order mark, as UTF-8, else as GB 18030; :class:`Damaged` when none fits."""
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise Damaged(path, "the file is empty", "export or copy the report again")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.count("\x00") * 20 < len(text):
            return text
    raise Damaged(path, "not text in UTF-8, UTF-16 or GB 18030", "save the file as UTF-8 text")


def text_lines(
    text: str, levels: Mapping[int, int] | None = None, merged: Mapping[int, str] | None = None
) -> list[Line]:
    """The lines that hold something, with their numbers and the blank lines before each.

    ``levels`` are those of headings and ``merged`` the merged cells of tables' rows, by the lines' numbers.
    """
    found: list[Line] = []
    gap = 0
    for number, raw in enumerate(re.split(r"\r\n|\r|\n|\f", text), start=1):
        # XML and the store take no control characters; emphasis is no text.
        plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]", "", raw).replace("**", "")
        if not plain.strip():
            gap += 1
            continue
        kept = plain.strip(" \u3000\xa0") if "\t" in plain else plain.strip()
        found.append(Line(number, kept, gap, (levels or {}).get(number), (merged or {}).get(number, "")))
        gap = 0
    return [replace(found[0], gap=0), *found[1:]] if found else []


def split_contents(lines: Sequence[Line]) -> tuple[list[Line], tuple[ContentsEntry, ...]]:
    """The contents lists taken out of the lines, and their entries.

    A list begins at its title (目录, 表目录 …) when an entry follows and goes on as long as lines look like entries; a
    line without a page (a part's title) belongs to it when an entry comes right after it.
    """
    body: list[Line] = []
    entries: list[ContentsEntry] = []
    at = 0
    while at < len(lines):
        kind = patterns.contents_title(lines[at].text)
        if kind is None or not any(patterns.contents_entry(line.text) for line in lines[at + 1 : at + 3]):
            body.append(lines[at])
            at += 1
            continue
        at += 1
        while at < len(lines):
            entry = patterns.contents_entry(lines[at].text)
            following = patterns.contents_entry(lines[at + 1].text) if at + 1 < len(lines) else None
            if entry:
                kept = entry if entry.kind != "section" or kind == "section" else replace(entry, kind=kind)
                entries.append(kept)
            elif following and "\t" not in lines[at].text and len(lines[at].text) <= patterns.TITLE_LENGTH:
                if patterns.contents_title(lines[at].text):
                    break
                entries.append(ContentsEntry(kind, lines[at].text, ""))
            else:
                break
            at += 1
    return body, tuple(entries)


def classify(lines: Sequence[Line], contents: Iterable[ContentsEntry]) -> list[Chunk]:
    """Each line by its looks; runs of lines with tabs become one grid."""
    titles = {fold(entry.title) for entry in contents if entry.kind == "section"}
    chunks: list[Chunk] = []
    for line in lines:
        chunk = _classify_line(line, titles)
        last = chunks[-1] if chunks else None
        goes_on = last and (last.kind, chunk.kind) in {("grid", "grid"), ("caption", "short")}
        goes_on = goes_on and (line.gap == 0 or (last is not None and _continues(last, line)))
        if last and goes_on:
            chunks[-1] = replace(last, lines=(*last.lines, line))
        else:
            chunks.append(chunk)
    return chunks


def _continues(grid: Chunk, line: Line) -> bool:
    """Whether a grid's line after blank ones goes on with the grid: its header again, or the next number."""
    if grid.kind != "grid":
        return False
    before, now = (text.split("\t") for text in (grid.lines[-1].text, line.text))
    counted = before[0].strip().isdecimal() and now[0].strip().isdecimal()
    goes_on = counted and int(now[0]) == int(before[0]) + 1 and len(now) == len(before)
    return goes_on or line.text == grid.lines[0].text


def _classify_line(line: Line, titles: set[str]) -> Chunk:
    text = line.text
    if case := patterns.case_title(text):
        return Chunk("case", (line,), case)
    if line.level is not None and "\t" not in text:
        return Chunk("heading", (line,), patterns.Numbered(f"style{line.level}", "", text))
    if table := patterns.table_caption(text):
        return Chunk("table_caption", (line,), table)
    if "\t" in text:
        return Chunk("grid", (line,))
    if patterns.footnote(text) and text[0] in patterns.SUPERSCRIPTS:
        return Chunk("footnote", (line,))
    found = patterns.heading(text)
    if fold(text) in titles:
        return Chunk("heading", (line,), found or patterns.Numbered("front", "", text))
    # A contents list that is there is believed: numbers it does not know are list items, deeper schemes aside.
    if found and (not titles or found.scheme not in {"decimal1", "decimal2", "part", "chapter"}):
        return Chunk("heading", (line,), found)
    if patterns.figure_caption(text):
        return Chunk("caption", (line,))
    cut = line.gap < PICTURE_GAP and len(text) >= _CUT_LENGTH and re.search("[，；]", text)
    if patterns.ends_sentence(text) or len(text) > patterns.TITLE_LENGTH or "。" in text or cut:
        return Chunk("paragraph", (line,))
    return Chunk("caption" if line.gap >= PICTURE_GAP else "short", (line,))


def join_broken(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Paragraphs cut by a page, a picture or a table made whole again.

    A paragraph that does not end where a sentence ends takes up the next one, over captions, footnotes and tables
    between, but not over a heading or a case's title.
    """
    joined: list[Chunk] = []
    cut: int | None = None
    for chunk in chunks:
        if chunk.kind == "paragraph" and cut is not None and not patterns.bullet(chunk.text):
            whole = joined[cut]
            joined[cut] = replace(whole, lines=(*whole.lines, *chunk.lines))
            cut = None if patterns.ends_sentence(chunk.text) else cut
            continue
        if chunk.kind in {"heading", "case"}:
            cut = None
        joined.append(chunk)
        if chunk.kind == "paragraph" and not patterns.ends_sentence(chunk.text):
            cut = len(joined) - 1
    return joined


def build_blocks(chunks: Sequence[Chunk]) -> list[Passage | Table]:
    """Chunks → passages and tables in reading order, each under its headings; case titles keep their number."""
    outline = patterns.Outline()
    blocks: list[Passage | Table] = []
    caption: Chunk | None = None
    for chunk, following in zip_longest(chunks, chunks[1:]):
        if chunk.kind == "grid":
            blocks.append(
                table_of(
                    [line.text for line in chunk.lines],
                    [line.number for line in chunk.lines],
                    caption=_caption(caption) if caption else None,
                    section=outline.path,
                    merged=[line.merged for line in chunk.lines],
                )
            )
            caption = None
            continue
        if caption:
            blocks.append(_passage(caption, "caption", outline.path))
            caption = None
        if chunk.kind == "table_caption" and (not following or following.kind != "grid") and _bare(blocks):
            blocks[-1] = captioned(cast(Table, blocks[-1]), _caption(chunk))
            continue
        # A short line right above a grid is its title, though it bears no number.
        if chunk.kind == "table_caption" or (chunk.kind == "short" and following and following.kind == "grid"):
            caption = chunk
        elif chunk.kind == "heading" and chunk.mark:
            above, level = outline.place(chunk.mark.scheme, chunk.text)
            blocks.append(replace(_passage(chunk, "heading", above), level=level))
        elif chunk.kind == "case" and chunk.mark:
            passage = _passage(chunk, "heading", outline.path)
            blocks.append(replace(passage, case=patterns.chinese_number(chunk.mark.number)))
        else:
            blocks.append(_passage(chunk, _KINDS.get(chunk.kind, "paragraph"), outline.path))
    if caption:
        blocks.append(_passage(caption, "caption", outline.path))
    return blocks


def _bare(blocks: Sequence[Passage | Table]) -> bool:
    """Whether the last block is a table without a caption: the one right below it is its own."""
    return bool(blocks) and isinstance(blocks[-1], Table) and not blocks[-1].caption


def _caption(chunk: Chunk) -> Caption:
    return Caption(
        chunk.text, patterns.chinese_number(chunk.mark.number) if chunk.mark else None, chunk.lines[0].number
    )


def _passage(chunk: Chunk, kind: PassageKind, section: tuple[str, ...]) -> Passage:
    spans: list[Span] = []
    start = 0
    for line in chunk.lines:
        spans.append(Span(start, start + len(line.text), None, None, line.number))
        start += len(line.text)
    return Passage(
        kind=kind,
        text=chunk.text,
        spans=tuple(spans),
        section=section,
        bullet=patterns.bullet(chunk.text) if kind == "paragraph" else None,
        notes=patterns.note_marks(chunk.text),
    )


def front_matter(body: Sequence[Line]) -> ReportMeta:
    """What the first lines say of the report, up to its first numbered heading or long paragraph."""
    cover: list[str] = []
    pairs: dict[str, str] = {}
    for line in body[:_COVER_LINES]:
        if "\t" in line.text:
            cells = [cell.strip() for cell in line.text.split("\t")]
            cells = cells[1:] if cells[0].isdecimal() else cells
            if len(cells) >= 2 and cells[0]:
                pairs.setdefault(cells[0], cells[1])
            continue
        if patterns.heading(line.text) or len(line.text) > 2 * patterns.TITLE_LENGTH:
            break
        cover.append(line.text)
    return report_meta(cover, pairs)
