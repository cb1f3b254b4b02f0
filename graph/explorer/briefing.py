"""A Word briefing: title, paragraph, table, chart, and the sources as footnotes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.explorer.charts import number
from graph.explorer.language import Tongue
from graph.explorer.places import where_of
from graph.explorer.sheets import header, rows
from graph.explorer.wordparts import Footnotes, add_chart, legal
from graph.questions.asking import Answer
from graph.questions.citing import Witness

_MOST_ROWS = 200  # a briefing is read, not searched; the Excel file has all rows
_MOST_BARS = 20


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


def answer_docx(
    found: Answer,
    asked: Sequence[tuple[str, str]],
    tongue: Tongue,
    ranked: tuple[str, Sequence[tuple[str, float]]] | None = None,
) -> bytes:
    """The briefing of a question's answer. ``ranked``: a heading with names and numbers, drawn as bars."""
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
    if ranked is not None:
        bars = sorted(ranked[1], key=lambda row: (-row[1], row[0]))[:_MOST_BARS]
        charts.append(Chart(ranked[0], [(name[:30], value) for name, value in bars]))
    return briefing(title, [lead + rest], [first], charts, tongue)


def briefing(
    title: str, leads: Sequence[str], tables: Sequence[Table], charts: Sequence[Chart], tongue: Tongue
) -> bytes:
    """The document; each table row ends with the footnote that names its source and quotes its sentence."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = docx.Document()
    style: Any = document.styles["Normal"]
    style.font.size = Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
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
    return f"《{witness.report}》{where_of(witness)}：“{' '.join(witness.sentence.split())[:400]}”"


def _table(document: Any, table: Table, notes: Footnotes, tongue: Tongue) -> None:
    names = [*table.names, "来源" if tongue == "zh" else "source"]
    grid = document.add_table(rows=1, cols=len(names), style="Table Grid")
    for cell, name in zip(grid.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(legal(name)).bold = True
    for row, source in zip(table.rows, table.sources, strict=True):
        cells = grid.add_row().cells
        for cell, value in zip(cells, row, strict=False):
            cell.text = _shown(value)
        if source is not None:
            notes.cite(cells[-1].paragraphs[0], cited(source))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and 1900 <= value <= 2100:
        return str(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return legal(str(value))
