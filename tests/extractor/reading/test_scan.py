"""Pages read from their picture; recognition itself needs the extra ``ocr``."""

from __future__ import annotations

import json
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

from extractor.reading import legible, scan
from extractor.reading.page import Glyph, Page, Picture

SHARED = Path(os.environ.get("ZHITU_SHARED") or Path(__file__).parents[4] / "shared") / "report"
needs_ocr = pytest.mark.skipif(not scan.available(), reason="the extra ocr is not installed")
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared real report is not here")


def page(text: str, *, mapped: bool = True, pictures: tuple[Picture, ...] = ()) -> Page:
    glyphs = tuple(Glyph(char, 0, 0, 10, 10, 9, 10, mapped=mapped) for char in text)
    return Page(1, 595, 842, glyphs, pictures=pictures)


WHOLE = Picture(0, 0, 595, 842)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (page("学校与企业共同开发了三门课程。" * 8), None),
        (page(""), legible.EMPTY),
        (page("", pictures=(Picture(10, 10, 30, 30),)), legible.EMPTY),
        (page("", pictures=(WHOLE,)), legible.SCANNED),
        (page("12", pictures=(WHOLE,)), legible.SCANNED),
        (page("学校与企业共同开发了三门课程。" * 8, pictures=(WHOLE,)), None),
        (page("\x01\x02\x04ïRÏ\x7f\x9a" * 9), legible.RUBBISH),
        (page("abcd" * 30, mapped=False), legible.RUBBISH),
        (page("龘靐齉爩麤灪籱麣" * 20), legible.RUBBISH),
        (page("The school and the company built three courses."), None),
    ],
)
def test_which_pages_need_ocr(given: Page, why: str | None) -> None:
    assert legible.why_illegible(given) == why


def test_without_ocr_a_cover_keeps_what_is_printed_as_text() -> None:
    assert legible.without_ocr(page("封面", pictures=(WHOLE,)), legible.SCANNED).status == "read"
    unread = legible.without_ocr(page("", pictures=(WHOLE,)), legible.SCANNED)
    assert (unread.status, legible.INSTALL in unread.why) == ("unread", True)


def line(text: str, x0: float = 0.0, pitch: float = 20.0) -> scan.Line:
    x1 = x0 + pitch * sum(scan._width(char) for char in text)
    return scan.Line(x0, 0.0, x1, 1.2 * pitch, scan.spread(text, x0, x1), 0.99)


def test_a_lines_ends_are_those_of_its_ink() -> None:
    text = "学校开设课程，"
    placed = scan.fitted(line(text), 20.0, 1.0, 6 * 20.0 + 8)
    assert placed[0][1] == pytest.approx(0.2)
    assert placed[-1][2] == pytest.approx(6 * 20.0 + 8 + 0.55 * 20)
    assert [char for char, _, _ in placed] == list(text)
    assert all(a[2] <= b[2] for a, b in pairwise(placed))


def test_type_sizes_are_measured_by_length_and_short_lines_follow_their_neighbours() -> None:
    lines = [
        line("上海市商业学校开设课程"),
        line("个。"),
        line("五号字的一行文字", pitch=17.5)._replace(top=300.0, bottom=321.0),
    ]
    ends = [(one.x0, one.x1) for one in lines]
    assert scan.type_sizes(lines, ends, 0.6) == pytest.approx([20.0, 20.0, 17.5])


@needs_ocr
def test_rules_and_slant_of_a_drawn_page() -> None:
    import cv2
    import numpy as np

    from extractor.reading import pixels

    image = np.full((1200, 900, 3), 250, np.uint8)
    for y in (300, 360, 420):
        cv2.line(image, (100, y), (800, y), (0, 0, 0), 2)
    for x in (100, 400, 800):
        cv2.line(image, (x, 300), (x, 420), (0, 0, 0), 2)
    matrix = cv2.getRotationMatrix2D((450, 600), -1.2, 1.0)
    slanted = cv2.warpAffine(image, matrix, (900, 1200), borderValue=(250, 250, 250))
    assert pixels.slant(slanted) == pytest.approx(1.2, abs=0.1)
    drawn = pixels.drawing(pixels.straightened(slanted), [])
    across = [rule for rule in drawn.rules if rule[2] - rule[0] > rule[3] - rule[1]]
    assert [round(rule[1] / 10) for rule in sorted(across, key=lambda rule: rule[1])] == [30, 36, 42]
    assert len(drawn.rules) - len(across) == 3
    assert drawn.pictures == ()


@needs_ocr
@needs_shared
@pytest.mark.slow
def test_a_scanned_table_and_its_text_equal_the_truth() -> None:
    import pypdfium2

    from extractor.folding import fold
    from extractor.layout import build_document

    pdf = pypdfium2.PdfDocument(SHARED / "report-scan.pdf")
    pages = [scan.read_page(pdf, Page(number, 0.0, 0.0)) for number in (5, 6)]
    document = build_document(pages, "0" * 64)
    truth = next(t for t in json.loads((SHARED / "tables.json").read_text(encoding="utf-8")) if t["number"] == 7)
    table = next(table for table in document.tables if table.number == 7)
    assert [[fold(cell) for cell in row.texts] for row in table.rows] == [
        [fold(cell) for cell in r] for r in truth["rows"]
    ]
    text = (SHARED / "report-scan.truth.txt").read_text(encoding="utf-8").split("\f")[4]
    lines = [fold(one) for one in text.split("\n")[1:] if len(one) > 20]
    read = fold("".join([*(passage.text for passage in document.passages), table.caption]))
    assert sum(one in read for one in lines) >= 0.98 * len(lines)
    assert not re.search(r"上海职业教育质量报告", read)
