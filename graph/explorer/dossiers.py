"""A profile as files: Excel with every fact and figure, and a Word briefing."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from graph.explorer.briefing import Chart, Table, briefing
from graph.explorer.content import Fact, Measure, Profile
from graph.explorer.language import Tongue, attribute_name, label_name, relation_name
from graph.explorer.sections import sections
from graph.questions.citing import Witness, witnesses
from graph.storage.store import Store

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_FACTS = {
    "zh": ("关系", "从", "到", "对方类别", "说明", "报告年份", "置信度", "报告", "页码", "原文"),
    "en": ("relation", "from", "to", "label", "details", "report years", "confidence", "report", "page", "sentence"),
}
_FIGURES = {
    "zh": ("指标", "分组", "年份", "值", "单位", "原文写作", "报告", "页码", "原文"),
    "en": ("indicator", "group", "year", "value", "unit", "as printed", "report", "page", "sentence"),
}
_MOST_OF_A_KIND = 60  # rows of one relation in a briefing
_MOST_CHARTS = 6
Series = Sequence[tuple[str, str, Mapping[int, float | None]]]


def profile_xlsx(store: Store, found: Profile, tongue: Tongue) -> bytes:
    """All facts and figures, with the best source of each."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    facts = [fact for of_type in found.facts.values() for fact in of_type]
    lines: list[list[Any]] = []
    for fact, witness in zip(facts, _best_of_facts(store, facts), strict=True):
        other = fact.other(found.thing.id)
        lines.append(
            [
                relation_name(fact.type, tongue),
                fact.source.name,
                fact.target.name,
                label_name(other.label, tongue),
                _line(found, fact, tongue)[2],
                "、".join(map(str, fact.years)),
                fact.confidence,
                *_told(witness),
            ]
        )
    _sheet(book, "关系" if tongue == "zh" else "facts", _FACTS[tongue], lines)
    figures = [
        [m.indicator, m.group, m.year, m.value, m.unit, m.qualifier + m.text, *_told(witness)]
        for m, witness in zip(found.measures, _best_of_measures(store, found), strict=True)
    ]
    _sheet(book, "指标" if tongue == "zh" else "figures", _FIGURES[tongue], figures)
    zh = tongue == "zh"
    notes = [
        ["名称" if zh else "name", found.thing.name],
        ["其他写法" if zh else "other forms", "、".join(found.thing.aliases)],
        [
            "说明" if zh else "notes",
            "空格是“未填报”，不是 0。" if zh else "An empty cell was not reported; it is not 0.",
        ],
    ]
    _sheet(book, "说明" if zh else "notes", ("", ""), notes)
    book.close()
    return buffer.getvalue()


def profile_docx(store: Store, found: Profile, drawn: Series, tongue: Tongue) -> bytes:
    """A briefing of a profile: a paragraph, a table a relation, its figures and their lines over the years."""
    zh = tongue == "zh"
    name = found.thing.name
    listed = sections(found, tongue)
    counted = ("、" if zh else ", ").join(f"{section.heading} {len(section.facts):,}" for section in listed)
    also = "、".join(found.thing.aliases[:12])
    renamed = "；".join(
        f"{title}：{'、'.join(one.name for one in others)}"
        for title, others in (("曾用名", found.former), ("现用名", found.later))
        if others
    )
    if zh:
        lead = f"{name}（{label_name(found.thing.label, tongue)}）在已入库的报告中被提及 {found.mentions:,} 处。"
        lead += f"{renamed}。" if renamed else ""
        lead += f"报告写到的关系：{counted}。" if counted else "报告没有写到可作为关系的内容。"
        lead += f"其他写法：{also}。" if also else ""
    else:
        lead = f"{name} ({label_name(found.thing.label, tongue)}) is named in {found.mentions:,} passages. {counted}. "
        lead += f"Also printed as: {also}." if also else ""
    tables = []
    if found.measures:
        figures = [[m.indicator, m.group, m.year, m.value, m.unit, m.qualifier + m.text] for m in found.measures]
        tables.append(
            Table("指标" if zh else "Figures", _FIGURES[tongue][:6], figures, _best_of_measures(store, found))
        )
    for section in listed:
        shown = section.facts[:_MOST_OF_A_KIND]
        title = section.heading
        if len(section.facts) > len(shown):
            cut = f"{len(section.facts):,}"
            title += f"（前 {len(shown)} 条 / 共 {cut} 条）" if zh else f" (first {len(shown)} of {cut})"
        lines = [_line(found, fact, tongue) for fact in shown]
        names = ("对方", "类别", "说明", "报告年份") if zh else ("other end", "label", "details", "report years")
        tables.append(Table(title, names, lines, _best_of_facts(store, shown)))
    charts = [
        Chart(f"{title}（{unit}）" if unit else title, [(str(year), points[year]) for year in sorted(points)], True)
        for title, unit, points in drawn[:_MOST_CHARTS]
    ]
    return briefing(name, [lead], tables, charts, tongue)


def _line(found: Profile, fact: Fact, tongue: Tongue) -> list[Any]:
    other = fact.other(found.thing.id)
    contest = [found.contests[other.id].name] if other.id in found.contests else []
    told = "；".join([*contest, *filter(None, [details(fact, tongue)])])
    return [other.name, label_name(other.label, tongue), told, "、".join(map(str, fact.years))]


def details(fact: Fact, tongue: Tongue) -> str:
    """A fact's attributes as text."""
    return "；".join(
        f"{attribute_name(name, tongue)}：{'、'.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in fact.attributes.items()
    )


def _best_of_facts(store: Store, facts: Sequence[Fact]) -> list[Witness | None]:
    told = witnesses(store, [f.passages for f in facts], [(f.source.name, f.target.name) for f in facts])
    return [found[0] if found else None for found in told]


def _best_of_measures(store: Store, found: Profile) -> list[Witness | None]:
    measures: Sequence[Measure] = found.measures
    told = witnesses(store, [m.passages for m in measures], [(found.thing.name, m.indicator, m.text) for m in measures])
    return [one[0] if one else None for one in told]


def _told(witness: Witness | None) -> list[Any]:
    return [witness.report, witness.page, witness.sentence] if witness else ["", None, ""]


def _sheet(book: Any, name: str, head: Sequence[str], lines: Sequence[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1})
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, 60 if column == len(head) - 1 else 20)
    for index, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(index, column, value)
            elif value is not None:
                sheet.write_string(index, column, str(value)[:32_000])
    sheet.freeze_panes(1, 0)
    if any(head):
        sheet.autofilter(0, 0, max(1, len(lines)), len(head) - 1)
