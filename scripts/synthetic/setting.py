"""A report → a file, in one of several typographies. All are plain and light: a file takes some 10 ms to make.

text                     the text form
ruled, hairline, threeline, plain
                         PDF: rules round every cell; grey header and hairlines; three rules; none at all
html, docx               a web page; a Word file
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from scripts.synthetic.writing import Grid, Heading, Paragraph, Report

FONT = "STSong-Light"  # not embedded: readers know its characters, viewers put their own font in its place


def cover_lines(report: Report) -> tuple[str, ...]:
    """The cover, a line a part."""
    return str(report.year), report.title, report.issuer, report.published


def front_rows(report: Report) -> tuple[tuple[str, str, str], ...]:
    """The table behind the cover that says who publishes what; enterprises have none."""
    if report.level == "企业":
        return ()
    return ("1", "地 区", report.region), ("2", "公开形式", "网站发布"), ("3", "公开时间", report.published)


def to_text(report: Report) -> bytes:
    """The text form."""
    parts = list(cover_lines(report))
    if rows := front_rows(report):
        parts.append("\n".join("\t".join(row) for row in rows))
    for block in report.blocks:
        if isinstance(block, Heading):
            parts.append(block.text)
        elif isinstance(block, Paragraph):
            parts.append(block.record.text)
        else:
            parts += [block.caption, "\n".join("\t".join(row) for row in (block.header, *block.rows))]
    return ("\n\n".join(parts) + "\n").encode()


def to_html(report: Report) -> bytes:
    """A web page."""
    year, title, issuer, date = map(html.escape, cover_lines(report))
    parts = [f"<p>{year}</p><h1>{title}</h1><p>{issuer}</p><p>{date}</p>"]
    if rows := front_rows(report):
        parts.append(_html_table(rows))
    for block in report.blocks:
        if isinstance(block, Heading):
            parts.append(f"<h{block.level + 1}>{html.escape(block.text)}</h{block.level + 1}>")
        elif isinstance(block, Paragraph):
            parts.append(f"<p>{html.escape(block.record.text)}</p>")
        else:
            parts.append(f"<p>{html.escape(block.caption)}</p>{_html_table((block.header, *block.rows))}")
    page = f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{page}<body>{''.join(parts)}</body></html>\n".encode()


def _html_table(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def to_docx(report: Report) -> bytes:
    """A Word file of paragraphs and tables; headings by their outline level."""
    parts = [_word_paragraph(line) for line in cover_lines(report)]
    if rows := front_rows(report):
        parts.append(_word_table(rows))
    for block in report.blocks:
        if isinstance(block, Heading):
            parts.append(_word_paragraph(block.text, block.level))
        elif isinstance(block, Paragraph):
            parts.append(_word_paragraph(block.record.text))
        else:
            parts += [_word_paragraph(block.caption), _word_table((block.header, *block.rows))]
    head = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_WORD}">'
    document = f"{head}<w:body>{''.join(parts)}</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        members = (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", document))
        for name, text in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def _word_paragraph(text: str, level: int | None = None) -> str:
    style = f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr>' if level else ""
    return f'<w:p>{style}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _word_table(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ("".join(f"<w:tc>{_word_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


# What is drawn in a table of a style: reportlab's commands (from cell, to cell as column, row).
_DRAWN: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "ruled": (("GRID", (0, 0), (-1, -1), 0.6, "black"),),
    "hairline": (
        ("BACKGROUND", (0, 0), (-1, 0), "lightgrey"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, "grey"),
    ),
    "threeline": (
        ("LINEABOVE", (0, 0), (-1, 0), 1.2, "black"), ("LINEBELOW", (0, 0), (-1, 0), 0.6, "black"),
        ("LINEBELOW", (0, -1), (-1, -1), 1.2, "black"),
    ),
    "plain": (),
}  # fmt: skip


def to_pdf(report: Report, style: str) -> bytes:
    """A PDF: a cover, then the text under a running head, with page numbers."""
    from reportlab.lib.enums import TA_CENTER
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, SimpleDocTemplate, Spacer
    from reportlab.platypus import Paragraph as Flowing

    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    size = {"ruled": 12, "hairline": 11, "threeline": 10.5, "plain": 12}[style]
    body = ParagraphStyle(
        "body", fontName=FONT, fontSize=size, leading=size * 1.7, firstLineIndent=2 * size, wordWrap="CJK"
    )
    middle = ParagraphStyle("middle", parent=body, firstLineIndent=0, alignment=TA_CENTER)
    title = ParagraphStyle("title", parent=middle, fontSize=22, leading=34)
    heads = [ParagraphStyle(f"head{n}", parent=body, fontSize=size + 5 - 2 * n, firstLineIndent=0, spaceBefore=8)
             for n in (1, 2)]  # fmt: skip
    year, name, issuer, date = cover_lines(report)
    story: list[Any] = [Spacer(1, 120), Flowing(year, title), Flowing(name, title), Spacer(1, 260),
                        Flowing(issuer, middle), Flowing(date, middle), PageBreak()]  # fmt: skip
    if rows := front_rows(report):
        story += [_pdf_table(rows, "ruled", size), Spacer(1, 12)]
    for block in report.blocks:
        if isinstance(block, Heading):
            story.append(Flowing(block.text, heads[block.level - 1]))
        elif isinstance(block, Paragraph):
            story.append(Flowing(escape(block.record.text), body))
        else:
            story += [
                Flowing(block.caption, middle),
                _pdf_table((block.header, *block.rows), style, size),
                Spacer(1, 10),
            ]

    def furniture(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 40, report.title)
        canvas.drawCentredString(
            A4[0] / 2, 32, f"— {document.page - 1} —" if style != "hairline" else str(document.page - 1)
        )

    out = io.BytesIO()
    document = SimpleDocTemplate(out, pagesize=A4, leftMargin=72, rightMargin=72, topMargin=72, bottomMargin=64,
                                 title=report.title, invariant=1)  # fmt: skip
    document.build(story, onLaterPages=furniture)
    return out.getvalue()


def _pdf_table(rows: tuple[tuple[str, ...], ...], style: str, size: float) -> Any:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph as Flowing
    from reportlab.platypus import Table

    cell = ParagraphStyle("cell", fontName=FONT, fontSize=size - 1.5, leading=(size - 1.5) * 1.35, wordWrap="CJK")
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    room = 451.0
    scale = min(size + 2, (room - 40) / max(1, sum(widths[1:])))
    columns = [40.0, *(width * scale + 14 for width in widths[1:])]
    columns = [width * room / sum(columns) if sum(columns) > room else width for width in columns]
    drawn = [(*command[:-1], getattr(colors, command[-1])) for command in _DRAWN[style]]
    content = [[Flowing(text, cell) for text in row] for row in rows]
    return Table(content, colWidths=columns, repeatRows=1, style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *drawn])


STYLES: Mapping[str, tuple[str, Callable[[Report], bytes]]] = {
    "ruled": (".pdf", lambda report: to_pdf(report, "ruled")),
    "text": (".txt", to_text),
    "hairline": (".pdf", lambda report: to_pdf(report, "hairline")),
    "threeline": (".pdf", lambda report: to_pdf(report, "threeline")),
    "docx": (".docx", to_docx),
    "plain": (".pdf", lambda report: to_pdf(report, "plain")),
    "html": (".html", to_html),
}


def style_of(report: Report) -> str:
    """A body keeps its typography over the years, neighbours have different ones."""
    _, number, index = report.key.rsplit("-", 2)
    return list(STYLES)[(int(number) + int(index)) % len(STYLES)]


__all__ = ["STYLES", "Grid", "cover_lines", "front_rows", "style_of", "to_docx", "to_html", "to_pdf", "to_text"]
