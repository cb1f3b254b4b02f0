"""Tables of the forms without pages: merged cells as the file says, sets of columns, headers of two rows, boxes."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import pytest

from extractor.document import Document
from extractor.reading import read_document
from scripts.synthetic.tables import Box, Captioned, sheet
from scripts.synthetic.typesetting import style_of, to_docx, to_html

HEAD = (("类型", "序号", "学校情况", "<"), ("^", "^", "名称", "奖项"))
BODY = (
    ("国家级", "1", "甲校", "金奖"),
    ("^", "2", "乙校", "^"),
    ("省级", "3", "丙校", ""),
    ("^", "4", "丁校", "银奖"),
)
STYLE = style_of(Random(1), "ruled")  # noqa: S311 - a seed, no secret


def _document(folder: Path, form: str) -> Document:
    blocks: list[object] = [
        (1, "1 学生发展"),
        Captioned(sheet("grouped", HEAD, BODY), 1, "名单", ""),
        "学校坚持立德树人根本任务，深化校企合作。",
        Box("案例 1 育人新路", ("甲校与某公司共建产业学院。", "乙校开设了三门课程。")),
    ]
    path = folder / f"report.{form}"
    if form == "docx":
        pytest.importorskip("docx")
        path.write_bytes(to_docx(blocks, STYLE))
    else:
        path.write_text(to_html(blocks, STYLE), "utf-8")
    return read_document(path)


@pytest.mark.parametrize("form", ["docx", "html"])
def test_merged_cells_are_those_the_file_says(tmp_path: Path, form: str) -> None:
    (table,) = _document(tmp_path, form).tables
    assert table.header == ("类型", "序号", "学校情况 名称", "学校情况 奖项")
    assert [row.texts for row in table.rows] == [
        ("国家级", "1", "甲校", "金奖"),
        ("国家级", "2", "乙校", "金奖"),
        ("省级", "3", "丙校", ""),  # an empty cell under a filled one is an empty cell
        ("省级", "4", "丁校", "银奖"),
    ]


def test_a_table_of_one_cell_in_a_word_file_is_a_box(tmp_path: Path) -> None:
    passages = _document(tmp_path, "docx").passages
    assert [(p.text, p.case) for p in passages[-3:]] == [
        ("案例 1 育人新路", 1),
        ("甲校与某公司共建产业学院。", 1),
        ("乙校开设了三门课程。", 1),
    ]


def test_a_table_within_a_box_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><body><table><tr><td><p>案例 1 育人新路</p><p>甲校开设课程。</p><p>表 1 名单</p>"
        "<table><tr><td>序号</td><td>名称</td></tr><tr><td>1</td><td>甲校</td></tr></table></td></tr></table></body></html>",
        "utf-8",
    )
    (table,) = read_document(path).tables
    assert (table.number, table.header, [row.texts for row in table.rows]) == (1, ("序号", "名称"), [("1", "甲校")])


def test_a_cell_over_rows_at_the_end_of_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    cells = "<tr><td>1</td><td rowspan=2>金奖</td></tr><tr><td>2</td></tr><tr><td>3</td><td rowspan=2>银奖</td></tr>"
    path.write_text(
        "<html><body><p>表 1 奖项</p><table><tr><td>序号</td><td>奖项</td></tr>"
        f"{cells}<tr><td>4</td></tr></table></body></html>",
        "utf-8",
    )
    (table,) = read_document(path).tables
    assert [row.texts for row in table.rows] == [("1", "金奖"), ("2", "金奖"), ("3", "银奖"), ("4", "银奖")]


def _text(folder: Path, *lines: str) -> Document:
    path = folder / "report.txt"
    stream = io.StringIO()
    stream.write("1 学生发展\n\n表 1 名单\n\n" + "\n".join(lines) + "\n\n学校坚持立德树人根本任务。\n")
    path.write_text(stream.getvalue(), "utf-8")
    return read_document(path)


def test_sets_of_columns_in_the_text_form(tmp_path: Path) -> None:
    document = _text(tmp_path, "\t名称\t专业\t\t名称\t专业", "1\t甲校\t护理\t3\t丙校\t烹饪", "2\t乙校\t数控\t\t\t")
    (table,) = document.tables
    assert table.header == ("", "名称", "专业")
    assert [row.texts for row in table.rows] == [("1", "甲校", "护理"), ("2", "乙校", "数控"), ("3", "丙校", "烹饪")]


def test_a_header_of_two_rows_and_empty_figures_in_the_text_form(tmp_path: Path) -> None:
    document = _text(
        tmp_path, "学校\t学生\t\t教师", "\t招生\t在校\t", "甲校\t12\t34\t5", "乙校\t\t56\t7", "丙校\t8\t90\t"
    )
    (table,) = document.tables
    assert table.header == ("学校", "学生 招生", "学生 在校", "教师")
    assert [row.texts for row in table.rows][1:] == [("乙校", "", "56", "7"), ("丙校", "8", "90", "")]
