"""A PDF file's pages: glyphs with boxes, rules, fills and pictures, through PDFium.

PDFium's C functions are called directly: one object per glyph in pypdfium2's wrappers would cost more than the whole
layout. Nothing here asks what anything means.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.errors import Damaged, Encrypted, FileMissing
from extractor.reading.matrix import Matrix, through, times
from extractor.reading.page import Colour, Fill, Glyph, Page, Picture, Rule

# A page that says it is larger than 5 m or smaller than 1 mm is no page; PDFium would still try.
MAX_SIDE = 14_400.0
MIN_SIDE = 3.0
# What a page may hold before it is taken for an attack or a map: beyond, drawings are left out, then glyphs.
MAX_OBJECTS = 60_000
MAX_GLYPHS = 60_000
MAX_SEGMENTS = 4_000
MAX_DEPTH = 8
# A filled rectangle thinner than this (points) is a rule.
RULE_THICKNESS = 2.6
# A smaller one that is so much longer than thick is a dash of a rule; one no larger than DOT a dot of one.
DASH = 1.3
DOT = 1.3


def read_pages(path: Path, password: str | None = None, only: Sequence[int] | None = None) -> Iterator[Page]:
    """Pages of a PDF one by one, each read when asked for and closed after; ``only`` lists page numbers from 1.

    A page that cannot be read comes with status ``"unread"`` and says why. Raises
    :class:`~extractor.errors.FileMissing`, :class:`~extractor.errors.Encrypted` or
    :class:`~extractor.errors.Damaged` when the file cannot be opened at all.
    """
    document = open_pdf(path, password)
    try:
        numbers = only if only is not None else range(1, len(document) + 1)
        for number in numbers:
            yield read_page(document, number)
    finally:
        document.close()


def open_pdf(path: Path, password: str | None = None) -> Any:
    """The file as a ``pypdfium2.PdfDocument``; raises as :func:`read_pages` does."""
    import pypdfium2

    if not path.is_file():
        raise FileMissing(path, "no such file", "check the path")
    try:
        document = pypdfium2.PdfDocument(path, password=password)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            what = "the password does not open it" if password else "is encrypted"
            raise Encrypted(path, what, "give its password with --password") from error
        raise Damaged(path, f"cannot be opened as a PDF ({error})", "get the file anew from its source") from error
    if len(document) == 0:
        document.close()
        raise Damaged(path, "has no pages", "get the file anew from its source")
    return document


def read_page(document: Any, number: int) -> Page:
    """Page ``number`` (from 1) of an open document."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return Page(number, 0.0, 0.0, status="unread", why="the page's contents are damaged; get the file anew")
    try:
        width, height = page.get_size()
        if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
            why = f"the page says it is {width:.0f} × {height:.0f} points large; print it anew at a sane size"
            return Page(number, width, height, status="unread", why=why)
        view = _view(pdfium, page, width, height)
        glyphs, angle = _glyphs(pdfium, page, view)
        drawing = _Drawing([], [], [])
        _objects(pdfium, page.raw, drawing, view)
        whole = Page(
            number, width, height, tuple(glyphs), tuple(drawing.rules), tuple(drawing.fills), tuple(drawing.pictures)
        )
        return turn(whole, angle) if angle else whole
    except pypdfium2.PdfiumError:
        return Page(number, 0.0, 0.0, status="unread", why="the page's contents are damaged; get the file anew")
    finally:
        page.close()


def turn(page: Page, angle: int) -> Page:
    """The page turned clockwise by ``angle`` (90, 180, 270), so that text that ran sideways is upright."""
    width, height = page.width, page.height

    def box(x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        if angle == 90:
            return height - bottom, x0, height - top, x1
        if angle == 180:
            return width - x1, height - bottom, width - x0, height - top
        return top, width - x1, bottom, width - x0

    glyphs = []
    for glyph in page.glyphs:
        x0, top, x1, bottom = box(glyph.x0, glyph.top, glyph.x1, glyph.bottom)
        glyphs.append(glyph._replace(x0=x0, top=top, x1=x1, bottom=bottom, baseline=bottom - 0.12 * glyph.size))
    upright = (height, width) if angle in (90, 270) else (width, height)
    return Page(
        page.number,
        *upright,
        tuple(glyphs),
        tuple(Rule(*box(*rule[:4]), *rule[4:]) for rule in page.rules),
        tuple(Fill(*box(*fill[:4]), fill.colour) for fill in page.fills),
        tuple(Picture(*box(*picture)) for picture in page.pictures),
        page.status,
        page.why,
        angle,
    )


def _view(pdfium: Any, page: Any, width: float, height: float) -> Matrix:
    """The matrix from the page's own space to points from the top left of the page as it is seen."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page.raw, box):
        return (1.0, 0.0, 0.0, -1.0, 0.0, height)
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    rotation = pdfium.FPDFPage_GetRotation(page.raw)
    if rotation == 1:
        return (0.0, 1.0, 1.0, 0.0, -bottom, -left)
    if rotation == 2:
        return (-1.0, 0.0, 0.0, 1.0, right, -bottom)
    if rotation == 3:
        return (0.0, -1.0, -1.0, 0.0, top, right)
    return (1.0, 0.0, 0.0, -1.0, -left, top)


@dataclass(frozen=True, slots=True)
class _Style:
    """What the glyphs of one text object share."""

    size: float
    font: str
    bold: bool
    angle: int
    visible: bool


def _glyphs(pdfium: Any, page: Any, view: Matrix) -> tuple[list[Glyph], int]:
    """The page's glyphs in drawing order, and the clockwise angle that would set most of them upright."""
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    if not text_page:
        return [], 0
    try:
        raw = _raw_glyphs(pdfium, text_page, page, view)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    counts: dict[int, int] = {}
    for angle, _ in raw:
        counts[angle] = counts.get(angle, 0) + 1
    main = max(counts, key=lambda angle: (counts[angle], angle == 0)) if counts else 0
    return [glyph for angle, glyph in raw if angle == main], (360 - main) % 360


def _raw_glyphs(pdfium: Any, text_page: Any, page: Any, view: Matrix) -> list[tuple[int, Glyph]]:
    count = min(pdfium.FPDFText_CountChars(text_page), MAX_GLYPHS)
    get_unicode, get_object = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
    get_loose, get_origin = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharOrigin
    unmapped = pdfium.FPDFText_HasUnicodeMapError
    loose = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    loose_at, x_at, y_at = ctypes.byref(loose), ctypes.byref(x), ctypes.byref(y)
    a, b, c, d, e, f = view
    upright = b == 0.0 and a == 1.0
    styles: dict[int, _Style] = {}
    fonts: Fonts = {}
    found: list[tuple[int, Glyph]] = []
    append = found.append
    address, style, lead = 0, _Style(1.0, "", False, 0, True), 0
    for index in range(count):
        code = get_unicode(text_page, index)
        if 0xD800 <= code < 0xDC00:  # a surrogate pair's first half: its second half comes next with the same box
            lead = code
            continue
        if code in (0xFFFE, 0xFFFF):
            code = 0x2D  # PDFium marks a hyphen at a line's end so
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00) if lead else 0xFFFD
            lead = 0
        handle = get_object(text_page, index)
        if not handle:
            continue  # a blank or line end that PDFium made up
        here = ctypes.addressof(handle.contents)
        if here != address:
            address = here
            style = styles.get(here) or _style(pdfium, (text_page, index), handle, view, fonts)
            styles[here] = style
        if not style.visible:
            continue
        if code <= 0x20 and pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        get_loose(text_page, index, loose_at)
        get_origin(text_page, index, x_at, y_at)
        size = style.size
        mapped = not (code < 0x2E80 and unmapped(text_page, index) == 1)
        if upright and style.angle == 0:
            base = y.value * d + f
            append(
                (0, Glyph(chr(code), loose.left + e, base - 0.88 * size, loose.right + e, base + 0.12 * size, base,
                          size, style.font, style.bold, mapped))
            )  # fmt: skip
            continue
        box = through(loose.left, loose.bottom, loose.right, loose.top, view)
        append((style.angle, _sideways(chr(code), box, (x.value * a + y.value * c + e, x.value * b + y.value * d + f),
                                       style, mapped)))  # fmt: skip
    return found


def _sideways(
    text: str, box: tuple[float, float, float, float], origin: tuple[float, float], style: _Style, mapped: bool
) -> Glyph:
    """A glyph whose baseline runs at ``style.angle`` on the page as seen, with its em box from the baseline."""
    x0, top, x1, bottom = box
    size = style.size
    if style.angle == 90:  # reads downwards: the em box's top looks right
        x0, x1 = origin[0] - 0.12 * size, origin[0] + 0.88 * size
    elif style.angle == 270:
        x0, x1 = origin[0] - 0.88 * size, origin[0] + 0.12 * size
    elif style.angle == 180:
        top, bottom = origin[1] - 0.12 * size, origin[1] + 0.88 * size
    else:
        top, bottom = origin[1] - 0.88 * size, origin[1] + 0.12 * size
    return Glyph(text, x0, top, x1, bottom, origin[1], size, style.font, style.bold, mapped)


Fonts = dict[int, tuple[str, bool]]


def _style(pdfium: Any, character: tuple[Any, int], handle: Any, view: Matrix, fonts: Fonts) -> _Style:
    """The style of a text object, ``character`` (text page, index) being one of its characters."""
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    # The character's own matrix has the forms around its object in it, the object's has not.
    pdfium.FPDFText_GetMatrix(*character, matrix)
    # Where the font's x and y axes point on the page as seen (y down).
    along = (matrix.a * view[0] + matrix.b * view[2], matrix.a * view[1] + matrix.b * view[3])
    up = math.hypot(matrix.c, matrix.d)
    angle = round(math.degrees(math.atan2(along[1], along[0])) / 90.0) * 90 % 360
    font = pdfium.FPDFTextObj_GetFont(handle)
    key = ctypes.addressof(font.contents) if font else 0
    if key not in fonts:
        fonts[key] = _font(pdfium, font) if font else ("", False)
    name, bold = fonts[key]
    mode = pdfium.FPDFTextObj_GetTextRenderMode(handle)
    scale = abs(size.value) * (up or 1.0)
    # Fill and stroke (2) is how word processors embolden a font that has no bold face.
    return _Style(scale or 1.0, name, bold or mode == 2, angle, mode != 7)


def _font(pdfium: Any, font: Any) -> tuple[str, bool]:
    """A font's name without subset prefix, and whether it is a bold one."""
    buffer = ctypes.create_string_buffer(160)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace")
    if len(name) > 7 and name[6] == "+":
        name = name[7:]
    lowered = name.lower()
    bold = any(word in lowered for word in ("bold", "black", "heavy", "simhei", "黑体", "demi"))
    return name, bold or pdfium.FPDFFont_GetWeight(font) >= 600


@dataclass(frozen=True, slots=True)
class _Drawing:
    rules: list[Rule]
    fills: list[Fill]
    pictures: list[Picture]


def _objects(pdfium: Any, page: Any, drawing: _Drawing, view: Matrix) -> None:
    """Collect the page's paths and images, those inside forms too."""
    stack: list[tuple[Any, Matrix, int]] = []
    total = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    left = MAX_OBJECTS
    for index in range(total):
        stack.append((pdfium.FPDFPage_GetObject(page, index), view, 0))
        while stack and left > 0:
            handle, matrix, depth = stack.pop()
            left -= 1
            kind = pdfium.FPDFPageObj_GetType(handle)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                _path(pdfium, handle, drawing, matrix)
            elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                _picture(pdfium, handle, drawing, matrix, kind == pdfium.FPDF_PAGEOBJ_SHADING)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                own = pdfium.FS_MATRIX()
                pdfium.FPDFPageObj_GetMatrix(handle, own)
                inner = times((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                inside = min(pdfium.FPDFFormObj_CountObjects(handle), left)
                stack += [
                    (pdfium.FPDFFormObj_GetObject(handle, at), inner, depth + 1) for at in range(inside - 1, -1, -1)
                ]


def _path(pdfium: Any, handle: Any, drawing: _Drawing, view: Matrix) -> None:
    count = pdfium.FPDFPath_CountSegments(handle)
    if count < 2:
        return
    fill_mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(handle, fill_mode, stroke)
    if not fill_mode.value and not stroke.value:
        return
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, own)
    matrix = times((own.a, own.b, own.c, own.d, own.e, own.f), view)
    if count > MAX_SEGMENTS:
        _picture(pdfium, handle, drawing, view, False)
        return
    subpaths = _subpaths(pdfium, handle, count, matrix)
    if stroke.value:
        colour = _colour(pdfium.FPDFPageObj_GetStrokeColor, handle)
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(handle, width)
        thickness = width.value * math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
        if colour is not None:
            _strokes(subpaths, thickness, colour, drawing)
    if fill_mode.value:
        colour = _colour(pdfium.FPDFPageObj_GetFillColor, handle)
        if colour is not None:
            for points in subpaths:
                _filled(points, colour, drawing)


Subpath = list[tuple[float, float]]


def _subpaths(pdfium: Any, handle: Any, count: int, matrix: Matrix) -> list[Subpath]:
    """Each subpath's corner points on the page as seen; curves give their end points."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    subpaths: list[Subpath] = []
    points: Subpath = []
    beziers = 0
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(handle, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (x.value * a + y.value * c + e, x.value * b + y.value * d + f)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                subpaths.append(points)
            points, beziers = [point], 0
        elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            beziers += 1
            if beziers % 3 == 0:
                points.append(point)
        else:
            points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if len(points) > 1:
        subpaths.append(points)
    return subpaths


def _strokes(subpaths: list[Subpath], thickness: float, colour: Colour, drawing: _Drawing) -> None:
    for points in subpaths:
        straight = False
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            across, down = abs(x1 - x0), abs(y1 - y0)
            if min(across, down) <= 0.5 and max(across, down) > 0.5:
                straight = True
                drawing.rules.append(
                    Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), max(thickness, 0.1), colour)
                )
        if not straight:
            _extent(points, drawing)


def _filled(points: list[tuple[float, float]], colour: Colour, drawing: _Drawing) -> None:
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    across, down = x1 - x0, bottom - top
    if min(across, down) <= RULE_THICKNESS:
        longer, thinner = max(across, down), min(across, down)
        if longer > RULE_THICKNESS or longer > DASH * thinner:
            drawing.rules.append(_thin(x0, top, x1, bottom, colour))
        elif longer <= DOT:  # a dotted line's dot, which may be part of a line either way
            middle, level = (x0 + x1) / 2, (top + bottom) / 2
            drawing.rules.append(Rule(x0, level, x1, level, down, colour))
            drawing.rules.append(Rule(middle, top, middle, top + across + 0.001, across, colour))
        return
    if _rectangular(points, x0, top, x1, bottom):
        drawing.fills.append(Fill(x0, top, x1, bottom, colour))
    else:
        _extent(points, drawing)


def _thin(x0: float, top: float, x1: float, bottom: float, colour: Colour) -> Rule:
    """A thin filled rectangle as the line through its middle."""
    if x1 - x0 >= bottom - top:
        middle = (top + bottom) / 2
        return Rule(x0, middle, x1, middle, bottom - top, colour)
    middle = (x0 + x1) / 2
    return Rule(middle, top, middle, bottom, x1 - x0, colour)


def _rectangular(points: list[tuple[float, float]], x0: float, top: float, x1: float, bottom: float) -> bool:
    """Whether a shape is its own box, rounded corners and Chrome's mitred borders allowed."""
    area = 0.0
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        area += ax * by - bx * ay
    return abs(area) / 2 >= 0.9 * (x1 - x0) * (bottom - top)


def _extent(points: list[tuple[float, float]], drawing: _Drawing) -> None:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    drawing.pictures.append(Picture(min(xs), min(ys), max(xs), max(ys)))


def _picture(pdfium: Any, handle: Any, drawing: _Drawing, view: Matrix, shading: bool) -> None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top):
        box = through(left.value, bottom.value, right.value, top.value, view)
        if shading:
            drawing.fills.append(Fill(*box, (128, 128, 128)))
        else:
            drawing.pictures.append(Picture(*box))


def _colour(getter: Any, handle: Any) -> Colour | None:
    """The object's colour, None when it cannot be seen."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not getter(handle, red, green, blue, alpha):
        return (0, 0, 0)
    return None if alpha.value < 8 else (red.value, green.value, blue.value)
