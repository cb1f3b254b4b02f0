"""A page's picture → a Page of glyphs, rules, fills and pictures, by OCR (the optional extra ``ocr``).

Steps: render → straighten, turn upright → recognise lines → find ruled lines, shading and pictures in the pixels → look
again at ink that no line covers (single digits in table cells) → glyphs. The same layout code then builds tables and
paragraphs as from a page with text. Recognition is RapidOCR with the Chinese PP-OCR models that its wheel carries:
nothing is fetched.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import statistics
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extractor.reading.page import Glyph, Page

if TYPE_CHECKING:
    import numpy as np

    from extractor.reading.pixels import Ink

    Image = np.ndarray[Any, np.dtype[np.uint8]]

log = logging.getLogger(__name__)

DPI = 150
MAX_SIDE = 3600
THREADS = 2
# A line the recogniser is less sure of than this is left out; below the second figure, the page may stand on its head.
MIN_SCORE, POOR_SCORE = 0.5, 0.72
# Common Chinese type sizes in points (初号 … 八号 and the round ones): measured sizes are set to the nearest.
TYPE_SIZES = (5.5, 6.5, 7.5, 9.0, 10.5, 12.0, 14.0, 15.0, 16.0, 18.0, 22.0, 24.0, 26.0, 36.0, 42.0)
# Lines with room for so many full-width characters can be measured; justified ones are this much longer than solid.
MEASURABLE, STRETCH = 4, 1.015
# Full-width marks whose ink stands in the right or in the left half of their room.
OPENING, CLOSING = frozenset("“‘（《〈「『【〔"), frozenset("，。、；：！？”’）》〉」』】〕")
# Lines whose strokes are this much heavier than the page's are bold.
BOLD = 1.3


class Word(NamedTuple):
    """One recognised character and the middle of its box, in pixels."""

    text: str
    x: float


class Line(NamedTuple):
    """One recognised line: its box in pixels (left, top, right, bottom), its characters, how sure the recogniser is."""

    x0: float
    top: float
    x1: float
    bottom: float
    words: tuple[Word, ...]
    score: float

    @property
    def text(self) -> str:
        """The line's characters."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Size:
    """A page's number and its size as seen, in points."""

    number: int
    width: float
    height: float


def available() -> bool:
    """Whether the extra is installed, and not switched off (``ZHITU_OCR=off``: scans take seconds a page)."""
    return os.environ.get("ZHITU_OCR") != "off" and all(
        importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2")
    )


def read_page(pdf: Any, page: Page) -> Page:
    """``page`` of an open PDF read from its picture; unread when no text was found though something is drawn."""
    source = pdf[page.number - 1]
    try:
        width, height = source.get_size()
        scale = min(DPI / 72, MAX_SIDE / max(width, height, 1.0))
        image = source.render(scale=scale).to_numpy()
    finally:
        source.close()
    return read_image(image, Size(page.number, width, height))


def read_image(image: Image, size: Size) -> Page:
    """The page that a picture (grey or BGR, any resolution) shows; ``size`` is what it measures in points."""
    from extractor.reading import pixels

    colour = pixels.as_colour(image)
    colour = pixels.straightened(colour)
    colour, lines, turned = _upright(colour)
    if turned in (90, 270):
        size = replace(size, width=size.height, height=size.width)
    scale = size.width / colour.shape[1]
    boxes = [line[:4] for line in lines]
    drawn = pixels.drawing(colour, boxes)
    lines = [line for line in lines if not pixels.within(line[:4], drawn.pictures)]
    lines += _second_look(colour, pixels.uncovered(colour, boxes, drawn))
    glyphs = glyphs_of(lines, scale, pixels.ink_of(colour))
    page = Page(
        size.number, size.width, size.height,
        tuple(glyphs), *drawn.in_points(scale), status="ocr", turned=turned,
    )  # fmt: skip
    if not glyphs:
        return replace(page, status="unread", why="a picture in which OCR finds no text; look at the page itself")
    return page


def _upright(image: Image) -> tuple[Image, list[Line], int]:
    """The picture turned so that its text is upright, its lines, and the clockwise angle it was turned by."""
    import numpy as np

    lines = recognise(image)
    tall = sum(line.bottom - line.top > 1.5 * (line.x1 - line.x0) and len(line.words) > 1 for line in lines)
    angles = (90, 270) if lines and tall > len(lines) / 2 else (180,) if lines and _sureness(lines) < POOR_SCORE else ()
    best = (image, lines, 0)
    for angle in angles:
        turned = np.ascontiguousarray(np.rot90(image, -angle // 90))
        found = recognise(turned)
        if (tall > len(lines) / 2 and best[2] == 0) or _sureness(found) > _sureness(best[1]):
            best = (turned, found, angle)
    return best


def _sureness(lines: Sequence[Line]) -> float:
    weights = [len(line.words) for line in lines]
    return sum(line.score * weight for line, weight in zip(lines, weights, strict=True)) / max(1, sum(weights))


_lock = threading.Lock()


@cache
def _engine() -> Any:
    """The recogniser with the models its own wheel carries, named outright so that none is looked for elsewhere."""
    # Since 1.29 the runtime tells its maker of every model it loads, and keeps a device's id and a cache in the user's
    # home folder; read once, when it is first imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import rapidocr

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    models = Path(rapidocr.__file__).with_name("models")
    params: dict[str, Any] = {
        "Global.log_level": "error",
        "Global.use_cls": False,
        "Global.max_side_len": MAX_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for key, pattern in (("Det.model_path", "*det*.onnx"), ("Rec.model_path", "*rec*.onnx")):
        own = sorted(models.glob(pattern))
        if own:
            params[key] = str(own[-1])
    return rapidocr.RapidOCR(params=params)


def recognise(image: Image) -> list[Line]:
    """The lines of text in a picture (BGR), in the recogniser's order."""
    with _lock:
        result = _engine()(image, use_det=True, use_rec=True, return_word_box=True, return_single_char_box=True)
    if getattr(result, "boxes", None) is None or result.txts is None:
        return []
    lines = []
    for box, text, score, words in zip(result.boxes, result.txts, result.scores, result.word_results, strict=False):
        xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
        # The mean of the two ends: a slight slant must not make the line taller.
        top, bottom = (ys[0] + ys[1]) / 2, (ys[2] + ys[3]) / 2
        placed = tuple(Word(str(word[0]), sum(float(x) for x, _ in word[2]) / len(word[2])) for word in words or ())
        if "".join(word.text for word in placed).replace(" ", "") != text.replace(" ", ""):
            placed = spread(text, min(xs), max(xs))
        lines.append(Line(min(xs), top, max(xs), bottom, placed, float(score)))
    return [line for line in lines if line.score >= MIN_SCORE and line.text.strip()]


def _second_look(image: Image, places: Sequence[tuple[int, int, int, int]]) -> list[Line]:
    """Text at places the detector passed over: each is cut out and given to the recogniser alone."""
    lines = []
    for x0, top, x1, bottom in places:
        cut = image[top:bottom, x0:x1]
        with _lock:
            result = _engine()(cut, use_det=False, use_rec=True, return_word_box=False)
        texts = getattr(result, "txts", None)
        if not texts or not texts[0].strip() or result.scores[0] < POOR_SCORE:
            continue
        # An upright stroke alone is read as a bar or a letter as often as the digit it is in a column of numbers.
        text = {"|": "1", "l": "1", "I": "1", "丨": "1"}.get(texts[0].strip(), texts[0].strip())
        lines.append(Line(x0, top, x1, bottom, spread(text, x0, x1), float(result.scores[0])))
    return lines


def spread(text: str, x0: float, x1: float) -> tuple[Word, ...]:
    """Characters laid out evenly between two ends, a half-width one taking half the room."""
    weights = [_width(char) for char in text]
    total = sum(weights) or 1.0
    words, at = [], 0.0
    for char, weight in zip(text, weights, strict=True):
        words.append(Word(char, x0 + (x1 - x0) * (at + weight / 2) / total))
        at += weight
    return tuple(words)


def _width(char: str) -> float:
    """A character's width in ems: one for Chinese characters and full-width marks, half for the rest."""
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def measured_size(line: Line, left: float, right: float) -> float | None:
    """A line's type size in pixels from the length of its ink and the room its characters take; None for a short one.

    Justified lines and the recogniser's positions vary by a few parts in a hundred; the length as a whole does not.
    """
    room = sum(_width(word.text) for word in line.words if word.text.strip())
    if room < MEASURABLE:
        return None
    size = (right - left) / room / STRETCH
    pitches = [b.x - a.x for a, b in pairwise(line.words) if _width(a.text) == 1.0 == _width(b.text)]
    pitch = statistics.median(pitches) if pitches else size
    # Far shorter steps than the length asks for: blanks stand in the line.
    return min(pitch if pitch < 0.8 * size else size, 1.05 * (line.bottom - line.top))


def type_sizes(lines: Sequence[Line], ends: Sequence[tuple[float, float]], scale: float) -> list[float]:
    """Each line's type size in pixels, set to the nearest common size; ``ends`` are those of each line's ink.

    A line too short to be measured has the size of the nearest measured line that is about as high.
    """
    sizes = [measured_size(line, *end) for line, end in zip(lines, ends, strict=True)]
    known = [(line, size) for line, size in zip(lines, sizes, strict=True) if size is not None]
    found = []
    for line, measured in zip(lines, sizes, strict=True):
        height = line.bottom - line.top
        alike = [(abs(other.top - line.top), near) for other, near in known if 0.6 * height <= near <= height]
        size = measured or (min(alike)[1] if alike else 0.8 * height)
        found.append(min(TYPE_SIZES, key=lambda standard, size=size: abs(standard - size * scale)) / scale)  # type: ignore[misc]
    return found


def fitted(line: Line, size: float, left: float, right: float) -> list[tuple[str, float, float]]:
    """The line's characters with left and right edges, its ends set by where its ink begins and ends.

    The recogniser's positions are right to about half a character; the ink's ends are exact. A full-width mark has its
    ink in one half of its room (，in the left, “ in the right). Half-width characters side by side touch.
    """
    words = [word for word in line.words if word.text.strip()]
    if not words:
        return []
    halves = [_width(word.text) * size / 2 for word in words]
    first = left - (0.45 * size if words[0].text in OPENING else 0.04 * size) + halves[0]
    last = right + (0.55 * size if words[-1].text in CLOSING else 0.04 * size) - halves[-1]
    begin, end = words[0].x, words[-1].x
    if len(words) == 1 or end <= begin or last <= first:
        middles = [(left + right) / 2 if len(words) == 1 else word.x for word in words]
    else:
        middles = [first + (word.x - begin) * (last - first) / (end - begin) for word in words]
    edges = [[middle - half, middle + half] for middle, half in zip(middles, halves, strict=True)]
    spaced = {at for at, word in enumerate(line.words) if not word.text.strip()}
    for at in range(1, len(words)):
        letters = words[at - 1].text.isalpha() and words[at].text.isalpha()
        narrow = halves[at - 1] < size / 2 and halves[at] < size / 2 and not spaced
        near = middles[at] - middles[at - 1] < (0.85 if letters else 0.7) * size
        if edges[at][0] < edges[at - 1][1] or (narrow and near):
            edges[at - 1][1] = edges[at][0] = (edges[at - 1][1] + edges[at][0]) / 2
    return [(word.text, edge[0], edge[1]) for word, edge in zip(words, edges, strict=True)]


def glyphs_of(lines: Sequence[Line], scale: float, ink: Ink) -> list[Glyph]:
    """Recognised lines as glyphs in points, ``scale`` points a pixel; bold where the strokes in ``ink`` are heavy."""
    placed: list[tuple[Line, float, list[tuple[str, float, float]], list[float]]] = []
    ends = [ink.extent(line[:4]) for line in lines]
    for line, size, end in zip(lines, type_sizes(lines, ends, scale), ends, strict=True):
        chars = fitted(line, size, *end)
        weights = [ink.weight((x0, line.top, x1, line.bottom)) for _, x0, x1 in chars]
        placed.append(
            (line, size, chars, [statistics.median(weights[max(0, i - 3) : i + 4]) for i in range(len(weights))])
        )
    every = [weight for *_, weights in placed for weight in weights]
    usual = statistics.median(every) if every else 1.0
    glyphs = []
    for line, size, chars, weights in placed:
        baseline = ((line.top + line.bottom) / 2 + 0.38 * size) * scale
        points = size * scale
        for (text, x0, x1), weight in zip(chars, weights, strict=True):
            glyphs.append(
                Glyph(
                    text, x0 * scale, baseline - 0.88 * points, x1 * scale, baseline + 0.12 * points,
                    baseline, points, bold=weight > BOLD * usual,
                )
            )  # fmt: skip
    return glyphs
