"""A Word briefing: title, paragraph, table, chart, and the sources as footnotes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.explorer.charts import number
from graph.explorer.language import Tongue
from graph.explorer.pictures import pictures
from graph.explorer.places import where_of
from graph.explorer.sheets import header, rows
from graph.explorer.wording import cells, one_line
from graph.explorer.wordparts import Footnotes, add_chart, head_row, legal, page_footer, whole
from graph.questions.asking import Answer
from graph.questions.citing import Witness

_MOST_ROWS = 200  # a briefing is read, not searched; the Excel file has all rows
_MOST_BARS = 20
_WIDE, _NOTE = 16.0, 1.4  # centimetres: a table, and its column of footnotes


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a briefing: headings, rows, and the source of each row."""

    title: str
    names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    sources: Sequence[Witness | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a briefing: ranked bars, or ``lines`` over years."""

    title: str
    points: Sequence[tuple[str, float | None]]
    lines: bool = False


def answer_docx(found: Answer, asked: Sequence[tuple[str, str]], tongue: Tongue) -> bytes:
    """The briefing of a question's answer, with the charts that fit it."""
    title = found.question.zh if tongue == "zh" else found.question.en
    told = "；".join(f"{name}：{value}" for name, value in asked if value)
    table = rows(found)
    if tongue == "zh":
        lead = f"根据已入库的质量年度报告，本问题{f'（{told}）' if told else ''}共有 {len(table):,} 条结果。"
        rest = f"下表列出前 {_MOST_ROWS} 条，全部见同名 Excel 文件。" if len(table) > _MOST_ROWS else ""
    else:
        lead = f"The ingested reports give {len(table):,} results{f' ({told})' if told else ''}."
        rest = f" The first {_MOST_ROWS} are shown; the Excel file has all." if len(table) > _MOST_ROWS else ""
    first = Table(
        "",
        header(found, tongue)[:-3],
        [row[:-3] for row in table[:_MOST_ROWS]],
        [witnesses[0] if witnesses else None for witnesses in found.evidence[:_MOST_ROWS]],
    )
    charts = []
    for one in pictures(found, tongue):
        points = one.points if one.lines else sorted(one.points, key=lambda row: (-(row[1] or 0), row[0]))[:_MOST_BARS]
        heading = f"{one.title}（{one.unit}）" if one.unit else one.title
        charts.append(Chart(heading, [(name[:30], value) for name, value in points], one.lines))
    return briefing(title, [lead + rest], [first], charts, tongue)


def briefing(
    title: str, leads: Sequence[str], tables: Sequence[Table], charts: Sequence[Chart], tongue: Tongue
) -> bytes:
    """The document; each table row ends with the footnote that names its source and quotes its sentence."""
    import docx

    document = docx.Document()
    _styles(document)
    page_footer(document, tongue)
    document.core_properties.title = legal(title)[:200]
    document.core_properties.author = "zhitu"
    document.add_heading(legal(title), level=1)
    for lead in leads:
        document.add_paragraph(legal(lead))
    notes = Footnotes(document)
    for table in tables:
        if table.title:
            document.add_heading(legal(table.title), level=2)
        _table(document, table, notes, tongue)
    for place, chart in enumerate(charts, 1):
        add_chart(document, chart.title, chart.points, lines=chart.lines, number=place)
    day = datetime.date.today().isoformat()
    made = (
        f"职图生成，{day}。每条依据见脚注。" if tongue == "zh" else f"Made with zhitu, {day}. Sources in the footnotes."
    )
    document.add_paragraph(made)
    notes.finish()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def cited(witness: Witness) -> str:
    """A source as a footnote says it."""
    return f"《{witness.report}》{where_of(witness)}：“{one_line(cells(witness.sentence))[:400]}”"


def _styles(document: Any) -> None:
    """A4, body and headings in the typefaces that official papers have; Word replaces those a machine lacks."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Cm(21), Cm(29.7)
    sheet.left_margin = sheet.right_margin = Cm(2.5)
    sheet.top_margin = sheet.bottom_margin = Cm(2.4)
    for name, east, size in (("Normal", "宋体", 10.5), ("Heading 1", "黑体", 18), ("Heading 2", "黑体", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), east)
        style.paragraph_format.space_after = Pt(4)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x17, 0x32, 0x4D)


def _table(document: Any, table: Table, notes: Footnotes, tongue: Tongue) -> None:
    from docx.shared import Cm, Pt

    names = [*table.names, "来源" if tongue == "zh" else "source"]
    grid = document.add_table(rows=1, cols=len(names), style="Table Grid")
    grid.autofit = False
    shown = [[_shown(value) for value in row] for row in table.rows]
    for cell, name in zip(grid.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(legal(name)).bold = True
    head_row(grid.rows[0])
    for row, source in zip(shown, table.sources, strict=True):
        line = grid.add_row().cells
        for cell, text in zip(line, row, strict=False):
            cell.text = text
        if source is not None:
            notes.cite(line[-1].paragraphs[0], cited(source), same=_same(tongue))
    widths = _widths(names, shown)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    for one in grid.rows:
        whole(one)
        for cell, width in zip(one.cells, widths, strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _same(tongue: Tongue) -> str:
    return "同注 {number}。" if tongue == "zh" else "As in note {number}."


def _widths(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Centimetres a column, by the longest text it has within reason; the last one holds a footnote's number."""
    need = []
    for place, name in enumerate(names[:-1]):
        texts = [name, *(row[place] for row in rows if place < len(row))]
        need.append(min(24, max(4, *(len(text) if not text.isascii() else len(text) / 1.8 for text in texts))))
    left = _WIDE - _NOTE
    return [left * share / sum(need) for share in need] + [_NOTE]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and 1900 <= value <= 2100:
        return str(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return legal(str(value))
