"""An Excel workbook: a 说明 sheet, a sheet a label, a sheet a relationship type with its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extractor.ontology import ontology
from graph.exports.common import facts, report_names, text_of, things, without_controls
from graph.model import Edge, Graph, Node

_CELL = 32_000  # Excel holds 32,767 characters a cell
_ROWS = 1_048_000
# Headings of properties; one that is not here keeps its own name.
_COLUMN_ZH = {
    "kind": "类型", "ownership": "办学性质", "district": "区", "level": "级别", "rank": "等级", "number": "编号",
    "date": "日期", "title": "标题", "unit": "单位", "value": "数值", "text": "原文数值", "year": "年",
    "qualifier": "限定", "group": "分组", "role": "角色", "status": "状态", "batch": "批次", "count": "数量",
    "kinds": "方式", "content": "内容", "mode": "方式", "program": "专业", "event": "赛项", "at": "赛事",
    "years": "报告年份", "confidence": "置信度",
}  # fmt: skip


def write_workbook(graph: Graph, path: Path) -> None:
    """Write the workbook; every row is there, and no cell is a formula or a link."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(path), options)
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF7", "bottom": 1})
    nodes: dict[str, list[Node]] = defaultdict(list)
    for node in things(graph):
        nodes[node.label].append(node)
    edges: dict[str, list[Edge]] = defaultdict(list)
    for edge in facts(graph):
        edges[edge.key.type].append(edge)
    _explain(book.add_worksheet("说明"), graph, nodes, edges, bold)
    for label in (label for label in ontology().labels if label in nodes):
        _sheet(book, ontology().labels[label].zh, *_node_rows(nodes[label]), bold)
    for type_ in (name for name in ontology().relations if name in edges):
        _sheet(book, f"关系·{ontology().relations[type_].zh}", *_edge_rows(graph, edges[type_]), bold)
    book.close()


def _explain(sheet: Any, graph: Graph, nodes: dict[str, list[Node]], edges: dict[str, list[Edge]], bold: Any) -> None:
    lines: list[tuple[Any, ...]] = [
        ("职图 zhitu：职业教育质量年度报告知识图谱",),
        ("每张表一类事物或一类关系；关系表右侧各列为出处：报告、页、原文。一个单元格内的多项以“；”分隔。",),
        ("置信度：1 - ∏(1 - c)，c 为每处原文抽取的把握；未填报为空，不是 0。",),
        (),
        ("工作表", "行数"),
    ]
    lines += [(ontology().labels[label].zh, len(nodes[label])) for label in ontology().labels if label in nodes]
    lines += [
        (f"关系·{ontology().relations[name].zh}", len(edges[name])) for name in ontology().relations if name in edges
    ]
    lines += [(), ("报告",), *((name,) for name in sorted(report_names(graph).values()))]
    sheet.set_column(0, 0, 40)
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            _put(sheet, row, column, value, bold if row == 0 or (len(line) == 2 and value == "工作表") else None)


def _node_rows(nodes: Sequence[Node]) -> tuple[list[str], list[list[Any]]]:
    names = sorted({name for node in nodes for name in node.properties})
    columns = ["名称", "别名", *(_COLUMN_ZH.get(name, name) for name in names), "id"]
    rows = [[n.name, text_of(list(n.aliases)), *(n.properties.get(name) for name in names), n.id] for n in nodes]
    return columns, rows


def _edge_rows(graph: Graph, edges: Sequence[Edge]) -> tuple[list[str], list[list[Any]]]:
    names = sorted({name for edge in edges for name in edge.properties})
    reports = report_names(graph)
    columns = ["主体", "主体类别", "客体", "客体类别", *(_COLUMN_ZH.get(name, name) for name in names)]
    columns += ["出处：报告", "出处：页", "出处：原文"]
    zh = {name: label.zh for name, label in ontology().labels.items()}
    rows: list[list[Any]] = []
    for edge in edges:
        source, target = graph.nodes[edge.key.source], graph.nodes[edge.key.target]
        told = edge.evidence
        said = [
            "；".join(dict.fromkeys(reports.get(item.document, item.document) for item in told)),
            "；".join(dict.fromkeys(str(item.page or f"行{item.line}") for item in told)),
            "\n".join(dict.fromkeys(item.text for item in told)),
        ]
        ends = [source.name, zh[source.label], target.name, zh[target.label]]
        rows.append([*ends, *(edge.properties.get(name) for name in names), *said])
    return columns, rows


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], bold: Any) -> None:
    """One sheet, or several numbered ones when Excel's rows do not suffice."""
    for part in range(0, max(len(rows), 1), _ROWS):
        sheet = book.add_worksheet((name if part == 0 else f"{name} {part // _ROWS + 1}")[:31])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(columns) - 1, 18)
        for column, heading in enumerate(columns):
            sheet.write_string(0, column, heading, bold)
        shown = rows[part : part + _ROWS]
        for number, row in enumerate(shown, 1):
            for column, value in enumerate(row):
                _put(sheet, number, column, value, None)
        sheet.autofilter(0, 0, max(len(shown), 1), len(columns) - 1)


def _put(sheet: Any, row: int, column: int, value: Any, cell: Any) -> None:
    """A number as a number, all else as text, which no spreadsheet computes."""
    if value is None or value == "":
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = without_controls(text_of(value))
        told = text if len(text) <= _CELL else text[:_CELL] + f"…（共 {len(text)} 字，Excel 单元格放不下）"
        sheet.write_string(row, column, told, cell)
    else:
        sheet.write_number(row, column, value, cell)
