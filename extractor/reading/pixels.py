"""What the pixels of a scanned page show besides text: ruled lines, shading, pictures; and how it is slanted.

All measures are in pixels of the picture given; :meth:`Drawing.in_points` turns them into a page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.reading.page import Fill, Picture, Rule

if TYPE_CHECKING:
    import numpy as np

    Image = np.ndarray[Any, np.dtype[np.uint8]]

Rectangle = tuple[float, float, float, float]

# Shares of the page's width: shorter runs of ink are strokes of characters. A vertical line as short as a table row
# counts when it meets a horizontal one.
RULE_ACROSS, RULE_DOWN, RULE_DOWN_ALONE = 0.05, 0.026, 0.08
RULE_THICKNESS = 0.006
MAX_SLANT = 3.0
# A patch this much darker than the paper (of 255) over this share of the page is shading.
SHADE, SHADE_AREA = 6, 0.01
PICTURE_AREA = 0.02
MAX_PLACES = 300


@dataclass(frozen=True, slots=True)
class Drawing:
    """Ruled lines (left, top, right, bottom, thickness), shaded rectangles (and their grey), pictures; in pixels."""

    rules: tuple[tuple[float, float, float, float, float], ...]
    fills: tuple[tuple[float, float, float, float, int], ...]
    pictures: tuple[Rectangle, ...]

    def in_points(self, scale: float) -> tuple[tuple[Rule, ...], tuple[Fill, ...], tuple[Picture, ...]]:
        """The same as a page's, at ``scale`` points a pixel."""
        return (
            tuple(
                Rule(a * scale, b * scale, c * scale, d * scale, max(0.3, t * scale)) for a, b, c, d, t in self.rules
            ),
            tuple(Fill(a * scale, b * scale, c * scale, d * scale, (g, g, g)) for a, b, c, d, g in self.fills),
            tuple(Picture(a * scale, b * scale, c * scale, d * scale) for a, b, c, d in self.pictures),
        )


def as_colour(image: Image) -> Image:
    """A picture with three channels, whatever it had."""
    import cv2
    import numpy as np

    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.ascontiguousarray(image[:, :, :3])


def straightened(image: Image) -> Image:
    """The picture with its slant (up to a few degrees) taken out."""
    import cv2
    import numpy as np

    angle = slant(image)
    if abs(angle) < 0.06:
        return image
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    flat = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, dtype=np.uint8)


def slant(image: Image) -> float:
    """The angle in degrees by which turning the picture (counter-clockwise) makes its lines level."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, None, fx=min(1.0, 900 / grey.shape[1]), fy=min(1.0, 900 / grey.shape[1]), interpolation=3)
    _, ink = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    height, width = int(ink.shape[0]), int(ink.shape[1])

    def sharpness(angle: float) -> float:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        rows = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1, dtype=np.float64)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    coarse = max(np.arange(-MAX_SLANT, MAX_SLANT + 0.01, 0.5), key=sharpness)
    middle = max(np.arange(coarse - 0.4, coarse + 0.41, 0.1), key=sharpness)
    return float(max(np.arange(middle - 0.08, middle + 0.081, 0.04), key=sharpness))


def _ink(image: Image) -> Any:
    """Where ink is (1), against the paper nearby, so that shading and shadows do not count."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    block = max(15, (image.shape[1] // 40) | 1)
    return cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 22)


def drawing(image: Image, texts: Sequence[Rectangle]) -> Drawing:
    """Rules, shading and pictures of a straightened page; ``texts`` are the boxes of its lines of text."""
    rules = _rules(image, texts)
    pictures = _pictures(image, texts, rules)
    rules = [rule for rule in rules if not within(rule[:4], pictures)]
    return Drawing(tuple(rules), tuple(_fills(image, pictures)), tuple(pictures))


def _rules(image: Image, texts: Sequence[Rectangle]) -> list[tuple[float, float, float, float, float]]:
    import cv2
    import numpy as np

    ink = _ink(image)
    width = image.shape[1]
    thick = max(3.0, RULE_THICKNESS * width)
    across: list[tuple[float, float, float, float, float]] = []
    down: list[tuple[float, float, float, float, float]] = []
    for horizontal, share, found in ((True, RULE_ACROSS, across), (False, RULE_DOWN, down)):
        length = max(8, int(share * width))
        # A line that is not quite straight steps from one row of pixels to the next: close the step first.
        bridged = cv2.dilate(ink, np.ones((2, 1) if horizontal else (1, 2), np.uint8))
        bridged = cv2.morphologyEx(bridged, cv2.MORPH_CLOSE, np.ones((1, 3) if horizontal else (3, 1), np.uint8))
        kernel = np.ones((1, length) if horizontal else (length, 1), np.uint8)
        runs = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, kernel)
        count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
        for x, y, w, h, _area in stats[1:count]:
            if (h if horizontal else w) > thick + 0.004 * (w if horizontal else h):
                continue
            if horizontal:
                found.append((float(x), y + h / 2, float(x + w), y + h / 2, min(float(h), thick)))
            else:
                found.append((x + w / 2, float(y), x + w / 2, float(y + h), min(float(w), thick)))
    # Strokes in a row look like a line: what runs through the middle of a line of text is text.
    hearts = [(a, b + 0.15 * (d - b), c, d - 0.15 * (d - b)) for a, b, c, d in texts]
    across = [rule for rule in across if not within(rule[:4], hearts, 0.6)]
    down = [rule for rule in down if not within(rule[:4], hearts, 0.6)]
    near = 0.008 * width
    kept = [
        rule
        for rule in down
        if rule[3] - rule[1] >= RULE_DOWN_ALONE * width
        or any(a[0] - near <= rule[0] <= a[2] + near and rule[1] - near <= a[1] <= rule[3] + near for a in across)
    ]
    return [*across, *kept]


def _fills(image: Image, pictures: Sequence[Rectangle]) -> list[tuple[float, float, float, float, int]]:
    """Evenly shaded rectangles: boxes and header rows."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    step = max(1, image.shape[1] // 300)
    # Paper colour under the text: the brightest nearby, smoothed.
    small = cv2.resize(cv2.medianBlur(grey, 5), None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    paper = cv2.medianBlur(paper, 7)
    page = float(np.percentile(paper, 95))
    mask = ((paper < page - SHADE) & (paper > 120)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    found = []
    for label, (x, y, w, h, area) in enumerate(stats[1:count], start=1):
        box = (float(x * step), float(y * step), float((x + w) * step), float((y + h) * step))
        if area < SHADE_AREA * mask.size or area < 0.85 * w * h or w * h > 0.9 * mask.size or within(box, pictures):
            continue
        found.append((*box, int(np.median(paper[labels == label]))))
    return found


def _pictures(
    image: Image, texts: Sequence[Rectangle], rules: Sequence[tuple[float, float, float, float, float]]
) -> list[Rectangle]:
    """Large patches of tone that no text or rule covers: photographs and filled charts."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    toned = (cv2.medianBlur(grey, 5) < 0.8 * np.percentile(grey, 90)).astype(np.uint8)
    for x0, top, x1, bottom in texts:
        toned[max(0, int(top)) : int(bottom), max(0, int(x0)) : int(x1)] = 0
    for x0, top, x1, bottom, thickness in rules:
        half = int(thickness / 2) + 4
        toned[max(0, int(top) - half) : int(bottom) + half, max(0, int(x0) - half) : int(x1) + half] = 0
    step = 8
    small = cv2.resize(toned * 255, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    mask = cv2.morphologyEx((small > 90).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return [
        (float(x * step), float(y * step), float((x + w) * step), float((y + h) * step))
        for x, y, w, h, area in stats[1:count]
        if w * h > PICTURE_AREA * mask.size and area > 0.4 * w * h
    ]


def within(box: Rectangle, others: Sequence[Rectangle], share: float = 0.8) -> bool:
    """Whether most of a box (its length, for a line) lies in one of the others."""
    x0, top, x1, bottom = box[:4]
    size = max(x1 - x0, 1.0) * max(bottom - top, 1.0)
    for a, b, c, d in others:
        across, down = min(max(x1, x0 + 1.0), c) - max(x0, a), min(max(bottom, top + 1.0), d) - max(top, b)
        if across > 0 and down > 0 and across * down >= share * size:
            return True
    return False


def uncovered(image: Image, texts: Sequence[Rectangle], drawn: Drawing) -> list[tuple[int, int, int, int]]:
    """Places with ink the size of characters that no line of text covers; each a box with a margin around it."""
    import cv2
    import numpy as np

    ink = _ink(image)
    height, width = ink.shape
    for a, b, c, d, thickness in drawn.rules:
        half = int(thickness / 2) + 3
        ink[max(0, int(b) - half) : int(d) + half + 1, max(0, int(a) - half) : int(c) + half + 1] = 0
    for a, b, c, d in (*texts, *drawn.pictures):
        ink[max(0, int(b)) : int(d) + 1, max(0, int(a)) : int(c) + 1] = 0
    heights = [bottom - top for _, top, _, bottom in texts]
    usual = float(np.median(heights)) if heights else 0.018 * width
    joined = cv2.dilate(ink, np.ones((max(1, int(usual / 4)), max(1, int(usual / 2))), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    places = []
    for label, (x, y, w, h, _area) in enumerate(stats[1:count], start=1):
        inked = np.argwhere((labels[y : y + h, x : x + w] == label) & (ink[y : y + h, x : x + w] > 0))
        if len(inked) < 0.03 * usual * usual:
            continue
        (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0)
        tall, broad = bottom - top + 1, right - left + 1
        # A character is about as high as the others; 一 and — are flat but broad.
        if not (0.35 * usual <= tall <= 1.6 * usual or (broad >= 0.4 * usual and tall >= 2)) or broad > 12 * usual:
            continue
        pad = int(0.3 * usual)
        places.append(
            (
                max(0, int(x + left) - pad), max(0, int(y + top) - pad),
                min(width, int(x + right) + pad + 1), min(height, int(y + bottom) + pad + 1),
            )
        )  # fmt: skip
    return places[:MAX_PLACES]


@dataclass(frozen=True, slots=True)
class Ink:
    """Where a page's ink is, summed up so that any box can be asked: how much of it, and how much outline."""

    ink: Any
    outline: Any
    mask: Any

    def weight(self, box: Rectangle) -> float:
        """How heavy the strokes in a box are: ink over outline, which does not depend on how dense the text is."""
        x0, top, x1, bottom = (round(value) for value in box)
        height, width = self.mask.shape
        x0, x1, top, bottom = max(0, x0), min(width, x1), max(0, top), min(height, bottom)
        if x0 >= x1 or top >= bottom:
            return 0.0

        def total(table: Any) -> float:
            return float(table[bottom, x1] - table[top, x1] - table[bottom, x0] + table[top, x0])

        outline = total(self.outline)
        return total(self.ink) / outline if outline > 0 else 0.0

    def extent(self, box: Rectangle) -> tuple[float, float]:
        """The leftmost and rightmost ink in the middle half of a box's height; its own ends where there is none."""
        import numpy as np

        x0, top, x1, bottom = box
        quarter = (bottom - top) / 5
        part = self.mask[max(0, int(top + quarter)) : int(bottom - quarter) + 1, max(0, int(x0)) : int(x1) + 1]
        columns = np.flatnonzero(part.any(axis=0)) if part.size else np.array([])
        if not len(columns):
            return x0, x1
        return max(0, int(x0)) + float(columns[0]), max(0, int(x0)) + float(columns[-1]) + 1.0


def ink_of(image: Image) -> Ink:
    """The page's ink, to be asked by box."""
    import cv2
    import numpy as np

    mask = _ink(image)
    outline = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return Ink(cv2.integral(mask), cv2.integral(outline), mask)
