"""Documents of :mod:`scripts.synthetic.tables` set in typographies as different as reports are: HTML and .docx.

A browser (Chromium) or WeasyPrint prints the HTML, LibreOffice the .docx; both are also reports by themselves.
"""

from __future__ import annotations

import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.synthetic.tables import Box, Captioned, Grid

RULES: Mapping[str, str] = {
    "ruled": "th, td { border: 0.5pt solid black }",
    "double": "table { border: 2pt double black } th, td { border: 0.5pt dashed #555 }",
    "three-line": """table { border-top: 1.4pt solid black; border-bottom: 1.4pt solid black }
        thead tr:last-child th { border-bottom: 0.7pt solid black }""",
    "open-sides": """th, td { border: 0.5pt solid #333 } table { border-top: 1pt solid black }
        tr > *:first-child:not(.down) { border-left: none }""",
    "rows-only": "th, td { border-bottom: 0.4pt solid #999 } thead { border-top: 1pt solid #333 }",
    "columns-only": """th, td { border-left: 0.4pt solid #777; border-right: 0.4pt solid #777 }
        table { border: 0.8pt solid black } thead tr:last-child th { border-bottom: 0.6pt solid black }""",
    "zebra": "tbody tr:nth-child(even) > * { background: #eef3f8 } thead th { background: #d5e2ee }",
    "zebra-lines": """tbody tr:nth-child(even) > * { background: #f0f4f8 }
        table { border-top: 1.2pt solid #222; border-bottom: 1.2pt solid #222 }
        thead tr:last-child th { border-bottom: 0.6pt solid #222 } td[rowspan] { border-bottom: 0.5pt solid #888 }""",
    "head-shaded": "thead th { background: #2f6db0; color: white }",
    "bare": "",
}
FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")


@dataclass(frozen=True, slots=True)
class Style:
    """How a document looks."""

    rules: str
    font: str
    size: float
    leading: float
    cell: float
    cell_leading: float
    padding: tuple[float, float]
    align: str
    middle: str
    group: str
    caption: str
    caption_align: str
    numbering: str
    repeat: bool
    whole_rows: bool
    full_width: bool
    fixed: bool
    spacing: float
    indent: bool
    landscape: bool
    head: str
    cases: str


def style_of(rng: Random, rules: str) -> Style:
    """A random style with the rules given."""
    return Style(
        rules,
        rng.choice(FONTS),
        rng.choice((10.5, 11, 12, 14)),
        rng.choice((1.5, 1.75, 2.0)),
        rng.choice((7.5, 9, 10, 10.5)),
        rng.choice((1.15, 1.3, 1.5)),
        rng.choice(((1.5, 3), (3, 5), (5, 8), (0.8, 2))),
        rng.choice(("left", "center", "center")),
        rng.choice(("middle", "middle", "top")),
        rng.choice(("middle", "middle", "top")),
        rng.choice(("above", "above", "above", "below", "plain")),
        rng.choice(("center", "center", "left")),
        rng.choice(("表 {n} ", "表{n}", "表 {n}：", "表 2-{n} ", "表2.{n} ", "附表{n} ", "表{c} ", "【表{n}】")),
        rng.random() < 0.6,
        rng.random() < 0.7,
        rng.random() < 0.75,
        rng.random() < 0.3,
        rng.choice((0, 0, 0, 0.03, 0.08)),
        rng.random() < 0.75,
        rng.random() < 0.15,
        rng.choice(("center", "band", "none", "right")),
        rng.choice(("border", "shade", "both")),
    )


def caption_of(block: Captioned, style: Style) -> str:
    """A table's caption as printed."""
    if style.caption == "plain":
        return block.title
    return style.numbering.format(n=block.number, c="零一二三四五六七八九十"[block.number % 11]) + block.title


def css(style: Style) -> str:
    """The style sheet."""
    up, across = style.padding
    case = {
        "border": "border: 0.8pt solid #444",
        "shade": "background: #eef2f7",
        "both": "background: #f4f4f4; border: 0.6pt solid #888",
    }
    margins = "width: 100%" if style.full_width else "margin-left: auto; margin-right: auto"
    return f"""
@page {{ size: {"A4 landscape" if style.landscape else "A4"}; margin: 24mm 23mm 22mm 23mm }}
body {{ font-family: "{style.font}"; font-size: {style.size}pt; line-height: {style.leading}; text-align: justify;
  margin: 0; letter-spacing: {style.spacing}em }}
p {{ margin: {0 if style.indent else 0.6}em 0; text-indent: {2 if style.indent else 0}em }}
h1 {{ font-size: {style.size + 6}pt; margin: 0.7em 0 }} h2 {{ font-size: {style.size + 3}pt; margin: 0.5em 0 }}
h1, h2, .above {{ break-after: avoid }}
.caption {{ text-indent: 0; text-align: {style.caption_align}; font-weight: bold; font-size: {style.cell + 1}pt;
  margin: 0.5em 0 }}
table {{ border-collapse: collapse; {margins}; font-size: {style.cell}pt; line-height: {style.cell_leading};
  {"table-layout: fixed" if style.fixed else ""} }}
thead {{ display: {"table-header-group" if style.repeat else "table-row-group"} }}
tr {{ page-break-inside: {"avoid" if style.whole_rows else "auto"} }}
th, td {{ padding: {up}pt {across}pt; text-align: {style.align}; vertical-align: {style.middle} }}
.down {{ vertical-align: {style.group} }}
.left {{ text-align: left }} .center {{ text-align: center }} .right {{ text-align: right }}
th {{ text-align: center }} .serial {{ width: 3em; white-space: nowrap }}
.note {{ font-size: {style.cell}pt; text-indent: 0 }} .after {{ margin-top: 0.8em }}
.case {{ {case[style.cases]}; padding: 2mm 4mm; margin: 3mm 0; font-size: {style.size - 0.5}pt }}
.case-title {{ text-align: center; text-indent: 0; font-weight: bold; break-after: avoid }}
{RULES[style.rules]}
"""


def to_html(blocks: Sequence[object], style: Style) -> str:
    """The document as a page."""
    parts: list[str] = []
    for block in blocks:
        if isinstance(block, Captioned):
            place = "above" if style.caption != "below" else "below"
            caption = f'<p class="caption {place}">{html.escape(caption_of(block, style))}</p>'
            made = table_html(block)
            note = f'<p class="note">{block.note}</p>' if block.note else ""
            parts.append(made + caption + note if style.caption == "below" else caption + made + note)
            parts.append('<div class="after"></div>')
        elif isinstance(block, Box):
            inner = "".join(f"<p>{text}</p>" for text in block.paragraphs)
            parts.append(f'<div class="case"><p class="case-title">{block.title}</p>{inner}</div>')
        elif isinstance(block, tuple):
            parts.append(f"<h{block[0]}>{block[1]}</h{block[0]}>")
        else:
            parts.append(f"<p>{block}</p>")
    head = f'<head><meta charset="utf-8"><style>{css(style)}</style></head>'
    return f'<!DOCTYPE html><html lang="zh-CN">{head}<body>{"".join(parts)}</body></html>'


def table_html(block: Captioned) -> str:
    """One table."""
    sheet = block.sheet
    columns = len(sheet.head[0])
    head = _html_rows(sheet.head, "th", ("",) * columns)
    body = _html_rows(sheet.body, "td", _aligns(sheet.aligns, columns))
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _aligns(aligns: Sequence[str], columns: int) -> tuple[str, ...]:
    return (*aligns, *("",) * (columns - len(aligns)))


def _html_rows(grid: Grid, tag: str, aligns: Sequence[str]) -> str:
    lines: list[str] = []
    for at, row in enumerate(grid):
        cells: list[str] = []
        for column, text in enumerate(row):
            if text in {"^", "<"}:
                continue
            down, across = spans(grid, at, column)
            name = " ".join(
                filter(
                    None,
                    (
                        aligns[column],
                        "down" if down > 1 else "",
                        "serial" if text.isdecimal() and len(text) < 3 else "",
                    ),
                )
            )
            cells.append(
                f'<{tag} class="{name}"'
                + (f' rowspan="{down}"' if down > 1 else "")
                + (f' colspan="{across}"' if across > 1 else "")
                + f">{html.escape(text)}</{tag}>"
            )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(lines)


def spans(grid: Grid, row: int, column: int) -> tuple[int, int]:
    """How many rows and columns the cell that begins at a place covers."""
    down = across = 1
    while row + down < len(grid) and grid[row + down][column] == "^":
        down += 1
    while column + across < len(grid[row]) and grid[row][column + across] == "<":
        across += 1
    return down, across


def to_docx(blocks: Sequence[object], style: Style) -> bytes:
    """The document as a Word file (python-docx)."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    file = docx.Document()
    normal = file.styles["Normal"]
    normal.font.size, normal.font.name = Pt(style.size), "Noto Serif CJK SC"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), style.font)
    normal.paragraph_format.line_spacing = style.leading * 0.8

    def line(
        text: str, *, size: float | None = None, bold: bool = False, centre: bool = False, indent: bool = False
    ) -> Any:
        paragraph = file.add_paragraph()
        run = paragraph.add_run(text)
        run.bold = bold
        if size:
            run.font.size = Pt(size)
        paragraph.paragraph_format.space_after = Pt(3)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * style.size)
        return paragraph

    for block in blocks:
        if isinstance(block, Captioned):
            title = caption_of(block, style)
            centre = style.caption_align == "center"
            if style.caption != "below":
                line(title, size=style.cell + 1, bold=True, centre=centre).paragraph_format.keep_with_next = True
            _docx_table(file, block, style)
            if style.caption == "below":
                line(title, size=style.cell + 1, bold=True, centre=centre)
            if block.note:
                line(block.note, size=style.cell)
        elif isinstance(block, Box):
            frame = file.add_table(1, 1)
            frame.style = "Table Grid"
            frame.cell(0, 0).text = block.title
            for text in block.paragraphs:
                frame.cell(0, 0).add_paragraph(text)
            line("")
        elif isinstance(block, tuple):
            heading = file.add_heading(block[1], block[0])
            heading.runs[0].font.name = "Noto Sans CJK SC"
            heading.runs[0]._element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans CJK SC")
            heading.paragraph_format.keep_with_next = True
        else:
            line(str(block), indent=style.indent)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _docx_table(file: Any, block: Captioned, style: Style) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    grid: Grid = (*block.sheet.head, *block.sheet.body)
    aligns = _aligns(block.sheet.aligns, len(grid[0]))
    table = file.add_table(len(grid), len(grid[0]))
    longest = [max(2.5, min(22, max(len(row[at]) for row in grid))) for at in range(len(grid[0]))]
    room = 430.0
    for at, column in enumerate(table.columns):
        column.width = Pt(room * longest[at] / sum(longest))
    places = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
    for at, row in enumerate(grid):
        for column, text in enumerate(row):
            cell = table.cell(at, column)
            cell.width = Pt(room * longest[column] / sum(longest))
            if text in {"^", "<"}:
                continue
            down, across = spans(grid, at, column)
            if down > 1 or across > 1:
                cell = cell.merge(table.cell(at + down - 1, column + across - 1))
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = Pt(style.cell)
            run.bold = at < len(block.sheet.head)
            paragraph.paragraph_format.line_spacing = style.cell_leading * 0.85
            paragraph.paragraph_format.space_after = Pt(style.padding[0] / 2)
            paragraph.paragraph_format.space_before = Pt(style.padding[0] / 2)
            paragraph.alignment = places[(aligns[column] if at >= len(block.sheet.head) else "center") or style.align]
            cell.vertical_alignment = (
                WD_ALIGN_VERTICAL.TOP
                if (style.group if down > 1 else style.middle) == "top"
                else WD_ALIGN_VERTICAL.CENTER
            )
    _docx_rules(table, style, len(block.sheet.head))


def _docx_rules(table: Any, style: Style, head: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    sides = {
        "ruled": ("top", "left", "bottom", "right", "insideH", "insideV"),
        "open-sides": ("top", "bottom", "insideH", "insideV"),
        "rows-only": ("top", "bottom", "insideH"),
        "columns-only": ("top", "left", "bottom", "right", "insideV"),
        "three-line": ("top", "bottom"),
    }.get(style.rules, ())
    borders = OxmlElement("w:tblBorders")
    for side in sides:
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("color", "000000")):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    table._tbl.tblPr.append(borders)
    for at, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        if at < head and style.repeat:
            properties.append(OxmlElement("w:tblHeader"))
        if style.whole_rows:
            properties.append(OxmlElement("w:cantSplit"))
        if style.rules == "three-line" and at == head - 1:
            for cell in row._tr.tc_lst:
                edges, edge = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
                for key, value in (("val", "single"), ("sz", "4"), ("color", "000000")):
                    edge.set(qn(f"w:{key}"), value)
                edges.append(edge)
                cell.get_or_add_tcPr().append(edges)


def furniture(style: Style) -> tuple[str, str]:
    """A browser's header and footer templates."""
    title = "青禾市职业教育质量年度报告（2024年度）"
    font = f'font-family: "{style.font}"; font-size: 8pt; width: 100%; margin: 0 23mm'
    if style.head == "none":
        return "<span></span>", f'<div style="{font}; text-align: right"><span class="pageNumber"></span></div>'
    band = "border-bottom: 0.5pt solid black" if style.head == "center" else ""
    side = "right" if style.head == "right" else "center"
    return (
        f'<div style="{font}; text-align: {side}; {band}">{title}</div>',
        f'<div style="{font}; text-align: center">— <span class="pageNumber"></span> —</div>',
    )
