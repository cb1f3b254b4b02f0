"""A page with what was seen on it drawn over: for whoever debugs a new report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extractor.document import Box, Document, Passage

# Pixels a point, and a colour for each kind of block.
SCALE = 2.0
COLOURS = {
    "heading": (200, 0, 0),
    "paragraph": (0, 90, 200),
    "case": (150, 0, 160),
    "caption": (210, 120, 0),
    "footnote": (110, 110, 110),
    "table": (0, 130, 50),
    "line": (150, 190, 230),
}


def draw_page(path: Path, document: Document, number: int, password: str | None = None) -> tuple[Any, list[str]]:
    """The picture (a Pillow image) of page ``number`` of the PDF at ``path`` with ``document``'s blocks drawn on it.

    Also gives a legend, a line a block in reading order: its number in the picture, kind, text. Light blue boxes are
    lines of text; grey ones under no block were taken for running heads, page numbers or contents.
    """
    from PIL import ImageDraw

    from extractor.layout.sheet import sheet_of
    from extractor.reading.page import seen
    from extractor.reading.pdf import open_pdf, read_page

    opened = open_pdf(path, password)
    try:
        page = read_page(opened, number)
        handle = opened[number - 1]
        picture = handle.render(scale=SCALE).to_pil().convert("RGB")
        handle.close()
    finally:
        opened.close()
    draw = ImageDraw.Draw(picture)
    for line in sheet_of(page).lines:
        draw.rectangle(_scaled(seen(line.box, page)), outline=COLOURS["line"])
    legend: list[str] = []
    for order, block in enumerate(document.blocks, 1):
        kind: str
        if isinstance(block, Passage):
            boxes = [span.box for span in block.spans if span.page == number and span.box is not None]
            kind, text = block.kind, block.text
        else:
            rows = [row for row in block.rows if row.page == number]
            boxes = [cell.box for row in rows for cell in row.cells if cell.box is not None]
            kind, text = "table", block.caption
            boxes = list(dict.fromkeys(boxes))
        if not boxes:
            continue
        for box in boxes:
            draw.rectangle(_scaled(box), outline=COLOURS[kind], width=2)
        x, y = boxes[0].x0 * SCALE - 26, boxes[0].top * SCALE
        draw.text((max(x, 1), y), str(order), fill=COLOURS[kind])
        legend.append(f"{order}\t{kind}\t{text[:60]}")
    return picture, legend


def _scaled(box: Box) -> tuple[float, float, float, float]:
    x0, x1 = sorted((box.x0 * SCALE, box.x1 * SCALE))
    y0, y1 = sorted((box.top * SCALE, box.bottom * SCALE))
    return x0, y0, x1, y1
