"""Contents pages: the report's lists of sections, tables, figures and cases, kept as lists and never read as prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.document import ContentsEntry
from extractor.layout import patterns
from extractor.layout.lines import Line
from extractor.layout.patterns import ContentsKind

# The share of a page's lines that must be entries for a list to go on, and for one that bears no title.
ENTRIES = 0.6
UNTITLED = 0.75
FEWEST = 5

Numbered = tuple[int, Line]


@dataclass(frozen=True, slots=True)
class Contents:
    """The entries, and by page the indices of the lines they stand in."""

    entries: tuple[ContentsEntry, ...]
    lines: dict[int, frozenset[int]]


def read_contents(pages: Sequence[tuple[int, Sequence[Numbered]]]) -> Contents:
    """Find and read contents lists in ``pages``: (page number, its lines with their indices, without furniture).

    A list begins at its title (目录, 表目录 …), or where nearly all of a page's lines have leaders, and goes on over
    the following pages while they look the same.
    """
    entries: list[ContentsEntry] = []
    taken: dict[int, frozenset[int]] = {}
    kind: ContentsKind | None = None
    for number, lines in pages:
        start = next((at for at, (_, line) in enumerate(lines) if patterns.contents_title(line.text)), None)
        if kind is not None and lines and share(lines) >= ENTRIES:
            use = lines
        elif start is not None and share(lines[start + 1 :]) >= ENTRIES:
            use = lines[start:]
        elif len(lines) >= FEWEST and sum(_leads(line) for _, line in lines) >= UNTITLED * len(lines):
            use = lines
        else:
            kind = None
            continue
        kind = _read(use, kind or "section", entries)
        taken[number] = frozenset(index for index, _ in use)
    return Contents(tuple(entries), taken)


def share(lines: Sequence[Numbered]) -> float:
    """The share of lines that are entries or titles of lists."""
    if not lines:
        return 0.0
    good = sum(1 for _, line in lines if patterns.contents_title(line.text) or _entry(line) is not None)
    return good / len(lines)


def _read(lines: Sequence[Numbered], kind: ContentsKind, entries: list[ContentsEntry]) -> ContentsKind:
    """Append the entries of one page's lines; returns the kind of list that is open at its end.

    A line without a page number is a part's title, or the beginning of an entry that the next line ends.
    """
    held = ""
    for _, line in lines:
        title = patterns.contents_title(line.text)
        if title is not None:
            if held:
                entries.append(ContentsEntry(kind, held, ""))
            kind, held = title, ""
            continue
        entry = _entry(line)
        if entry is None:
            if held:
                entries.append(ContentsEntry(kind, held, ""))
            held = line.text
            continue
        if held and not patterns.heading(held) and not _begins(line.text):
            entry = patterns.contents_entry(f"{held}{_tabbed(line)}") or entry
        elif held:
            entries.append(ContentsEntry(kind, held, ""))
        held = ""
        entries.append(replace(entry, kind=kind) if entry.kind == "section" and kind != "section" else entry)
    if held:
        entries.append(ContentsEntry(kind, held, ""))
    return kind


def _begins(text: str) -> bool:
    """Whether a line begins an entry by itself: with a number or as a caption does."""
    return bool(
        patterns.heading(text.split("..", maxsplit=1)[0].split("…", maxsplit=1)[0].strip())
        or patterns.table_caption(text)
        or patterns.case_title(text)
        or patterns.figure_caption(text)
    )


def _entry(line: Line) -> ContentsEntry | None:
    return patterns.contents_entry(_tabbed(line))


def _leads(line: Line) -> bool:
    """Whether a line is an entry with leaders."""
    return _entry(line) is not None and any(leader in line.text for leader in ("....", "……", "··", "．．", "⋯"))


def _tabbed(line: Line) -> str:
    """The line's text with a tab where its runs stand far apart."""
    text = ""
    last = None
    for run in line.runs:
        if last is not None:
            text += "\t" if run.x0 - last.x1 > 1.8 * line.size else " " if run.x0 - last.x1 > 0.3 * line.size else ""
        text += run.text
        last = run
    return text
