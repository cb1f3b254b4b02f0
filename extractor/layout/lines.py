"""Glyphs → runs → lines: what stands on one baseline, read from left to right.

A *run* is a stretch of glyphs drawn one after the other on one baseline without a gap a column could hide in; a
*line* is all runs on one baseline. Blanks are printed blanks, plus one where Latin words or far-apart runs meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from extractor.document import Box
from extractor.reading.page import Glyph

# Gaps in ems. Justified Chinese text is stretched to about half an em between characters, seldom more.
RUN_GAP = 0.65
# A gap from here on may part two cells of a table set closely, if it does so on line after line.
FINE_GAP = 0.22
WORD_GAP = 0.18
MIXED_GAP = 0.29
WIDE_GAP = 0.9
# A glyph this much smaller than its line and raised by this much of the line's em is a superscript.
SMALL = 0.8
RAISED = 0.18

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BLANKS = frozenset(" \u3000\u00a0\u2002\u2003\u2009\t\r\n\u200b\ufeff\u00ad")


class Run(NamedTuple):
    """A stretch of glyphs on one baseline; the box is from em boxes, blanks at the ends left out.

    ``gaps`` are the wider gaps within it: the offset in its text, where each begins and ends.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    text: str
    font: str = ""
    bold: bool = False
    gaps: tuple[tuple[int, float, float], ...] = ()

    @property
    def box(self) -> Box:
        """Its box."""
        return Box(self.x0, self.top, self.x1, self.bottom)

    def cut_at(self, x: float) -> tuple[Run, Run] | None:
        """The run as two where a gap lies at ``x``; None where none does."""
        for at, (offset, start, end) in enumerate(self.gaps):
            if start - 1 <= x <= end + 1:
                rest = tuple((place - offset, a, b) for place, a, b in self.gaps[at + 1 :])
                left = self._replace(x1=start, text=self.text[:offset].rstrip(), gaps=self.gaps[:at])
                return left, self._replace(x0=end, text=self.text[offset:].lstrip(), gaps=rest)
        return None


class Line(NamedTuple):
    """All that stands on one baseline of one page, left to right. ``size`` and ``bold`` are those of most of it."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    text: str
    runs: tuple[Run, ...]
    font: str = ""
    bold: bool = False

    @property
    def box(self) -> Box:
        """Its box."""
        return Box(self.x0, self.top, self.x1, self.bottom)


def is_blank(text: str) -> bool:
    """Whether a glyph prints nothing."""
    return text in _BLANKS


def runs_of(glyphs: Iterable[Glyph], cuts: Sequence[float] = ()) -> list[Run]:
    """Group glyphs, in drawing order, into runs; at the ``cuts`` (x positions of rules) a run always ends.

    Glyphs drawn twice for emphasis count once; blanks break nothing and end nothing.
    """
    runs: list[Run] = []
    held: list[Glyph] = []
    blank = False
    parts: list[str] = []
    gaps: list[tuple[int, float, float]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        text = glyph[0]
        if text in _BLANKS:
            blank = True
            continue
        if text < " ":
            text = "\ufffd"
        if last is not None:
            size = last[6]
            gap = glyph[1] - last[3]
            same = (
                abs(glyph[5] - last[5]) <= 0.08 * size and abs(glyph[6] - size) <= 0.06 * size and glyph[8] == last[8]
            )
            aside = glyph[1] - last[1]
            if aside == 0.0 and glyph[3] == last[3] and same and not (text == last[0] and text >= "\u4e00"):
                parts.append(text)  # a ligature: one glyph, several characters
                continue
            if same and gap < -0.5 * size and text == last[0] and abs(aside) < 0.25 * size:
                continue  # the same glyph drawn again, a little aside: bold by hand
            if not same or gap > RUN_GAP * size or gap < -0.6 * size or (cuts and _cut(last, glyph, cuts)):
                runs.append(_run(held, parts, gaps))
                held, parts, gaps = [], [], []
            else:
                if gap > FINE_GAP * size:
                    gaps.append((sum(map(len, parts)), last[3], glyph[1]))
                if blank or (gap > WORD_GAP * size and _spaced(last[0], text, gap / size)):
                    parts.append(" ")
        parts.append(text)
        held.append(glyph)
        last, blank = glyph, False
    if held:
        runs.append(_run(held, parts, gaps))
    return runs


def lines_of(runs: Iterable[Run], page: int) -> list[Line]:
    """Group runs into lines, from top to bottom."""
    lines: list[Line] = []
    for band in bands_of(runs):
        line = line_of(band, page)
        if line is not None:
            lines.append(line)
    return lines


def bands_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs that share a baseline, superscripts and subscripts with the text they stand at; from top to bottom."""
    bands: list[list[Run]] = []
    baselines: list[tuple[float, float]] = []
    small: list[Run] = []
    ordered = sorted(runs, key=lambda run: (run.baseline, run.x0))
    sizes = sorted(run.size for run in ordered)
    common = sizes[len(sizes) // 2] if sizes else 0.0
    for run in ordered:
        if len(run.text) <= 4 and run.size < SMALL * common and not _alone(run, ordered):
            small.append(run)
            continue
        if bands and run.baseline - baselines[-1][0] <= 0.35 * min(run.size, baselines[-1][1]):
            bands[-1].append(run)
        else:
            bands.append([run])
            baselines.append((run.baseline, run.size))
    for run in small:
        _attach(run, bands, baselines)
    order = sorted(range(len(bands)), key=lambda at: baselines[at][0])
    return [bands[at] for at in order]


def line_of(band: Sequence[Run], page: int) -> Line | None:
    """One line of the runs of one band; None when nothing is printed."""
    ordered = _once(sorted(band, key=lambda run: run.x0))
    if not ordered:
        return None
    weights: dict[tuple[float, str, bool], int] = {}
    for run in ordered:
        key = (round(run.size, 1), run.font, run.bold)
        weights[key] = weights.get(key, 0) + len(run.text)
    size, font, bold = max(weights, key=lambda key: weights[key])
    main = [run for run in ordered if abs(run.size - size) < 0.1] or ordered
    baseline = main[0].baseline
    parts: list[str] = []
    last: Run | None = None
    for run in ordered:
        text = run.text
        if run.size < SMALL * size and baseline - run.baseline > RAISED * size:
            text = text.translate(_SUPERSCRIPTS)
        if last is not None:
            parts.append(_between(last, run, size))
        parts.append(text)
        last = run
    return Line(
        page,
        min(run.x0 for run in ordered),
        min(run.top for run in ordered),
        max(run.x1 for run in ordered),
        max(run.bottom for run in ordered),
        baseline,
        size,
        "".join(parts),
        tuple(ordered),
        font,
        bold,
    )


def join_texts(first: str, second: str) -> str:
    """Two pieces of a text broken by a line's end: a blank only where two Latin words meet."""
    if not first or not second:
        return first or second
    end, start = first[-1], second[0]
    if end.isascii() and start.isascii() and end.isalpha() and start.isalpha():
        return f"{first} {second}"
    return first + second


def _run(glyphs: Sequence[Glyph], parts: Sequence[str], gaps: Sequence[tuple[int, float, float]]) -> Run:
    first, last = glyphs[0], glyphs[-1]
    font = first.font
    if len(glyphs) > 1 and first.text < "\u2e80":
        # Chinese text names the font: word processors set digits and Latin in another one.
        font = next((glyph.font for glyph in glyphs if glyph.text >= "\u2e80"), font)
    text = "".join(parts)
    return Run(
        first.x0, first.top, last.x1, first.bottom, first.baseline, first.size, text, font, first.bold, tuple(gaps)
    )


def _spaced(before: str, after: str, gap: float) -> bool:
    """Whether a gap (in ems) between two characters stands for a blank: less is enough between Latin letters."""
    ascii_before, ascii_after = before.isascii(), after.isascii()
    return (ascii_before and ascii_after) or (ascii_before != ascii_after and gap > MIXED_GAP)


def _cut(last: Glyph, glyph: Glyph, cuts: Sequence[float]) -> bool:
    left, right = (last.x0 + last.x1) / 2, (glyph.x0 + glyph.x1) / 2
    return any(left < cut < right for cut in cuts)


def _between(last: Run, run: Run, size: float) -> str:
    gap = run.x0 - last.x1
    if gap > WIDE_GAP * size:
        return " "
    if gap > WORD_GAP * size and _spaced(last.text[-1], run.text[0], gap / size):
        return " "
    return ""


def _alone(run: Run, runs: Sequence[Run]) -> bool:
    """Whether a small run has no larger text beside it that it could be a mark of."""
    middle = (run.top + run.bottom) / 2
    for other in runs:
        if (
            other.size * SMALL > run.size
            and other.top - 0.2 * other.size <= middle <= other.bottom
            and (abs(other.x1 - run.x0) < other.size or abs(run.x1 - other.x0) < other.size)
        ):
            return False
    return True


def _attach(run: Run, bands: list[list[Run]], baselines: list[tuple[float, float]]) -> None:
    """Put a superscript or subscript into the band of the text it touches, else make it a band of its own."""
    best, distance = -1, 1e9
    for index, (baseline, size) in enumerate(baselines):
        if baseline - 1.1 * size <= run.baseline <= baseline + 0.35 * size:
            for other in bands[index]:
                gap = max(run.x0 - other.x1, other.x0 - run.x1, 0.0)
                if gap < distance:
                    best, distance = index, gap
    if best >= 0:
        bands[best].append(run)
    else:
        bands.append([run])
        baselines.append((run.baseline, run.size))


def _once(runs: Sequence[Run]) -> list[Run]:
    """Runs without those drawn twice at one place (shadowed or emboldened text)."""
    kept: list[Run] = []
    for run in runs:
        if any(
            other.text == run.text
            and abs(other.x0 - run.x0) < 0.3 * run.size
            and abs(other.x1 - run.x1) < 0.3 * run.size
            for other in kept[-3:]
        ):
            continue
        kept.append(run)
    return kept
