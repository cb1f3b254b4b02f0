"""Tables in which little or nothing is drawn: what the whites, the numbers and the places of texts must tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.document import Document
from extractor.layout import build_document
from extractor.reading.pdf import read_pages
from tests.extractor.layout.paper import Paper

HEAD = ("类型", "序号", "学校名称", "奖项")


def _read(paper: Paper, folder: Path) -> Document:
    return build_document(read_pages(paper.save(folder / "paper.pdf")), "")


def _cells(document: Document) -> list[tuple[str, ...]]:
    (table,) = document.tables
    return [table.header, *(row.texts for row in table.rows)]


def _row(paper: Paper, y: float, xs: tuple[float, ...], texts: tuple[str, ...]) -> None:
    for x, text in zip(xs, texts, strict=True):
        if text:
            paper.text(x, y, text)


def test_columns_are_drawn_and_rows_are_not(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(100, "表 1 名单")
    paper.grid((85, 225, 400, 510), (110, 130)).line(85, 280, 510, 280)
    for x in (85, 225, 400, 510):
        paper.line(x, 130, x, 280)
    _row(paper, 124, (90, 230, 405), ("学校名称", "项目名称", "等级"))
    rows = [
        ("甲市职业学校", "数控技术", "金奖"),
        ("乙县技工学校", "某某系统的设计与", "银奖"),
        ("丙区职教中心", "护理", "金奖"),
    ]
    for at, row in enumerate(rows):
        _row(paper, 145 + 36 * at, (90, 230, 405), row)
    paper.text(230, 145 + 36 + 13, "实现")
    wanted = [rows[0], ("乙县技工学校", "某某系统的设计与 实现", "银奖"), rows[2]]
    assert _cells(_read(paper, tmp_path)) == [("学校名称", "项目名称", "等级"), *wanted]


@pytest.mark.parametrize("ruled", [True, False])
def test_names_over_names(tmp_path: Path, ruled: bool) -> None:
    paper = Paper()
    paper.centred(100, "表 1 规模")
    paper.line(85, 110, 510, 110).line(85, 150, 510, 150).line(85, 215, 510, 215)
    if ruled:
        paper.line(230, 130, 510, 130)
    paper.text(90, 134, "学校名称").centred(124, "学生情况", middle=300).centred(124, "教师情况", middle=440)
    xs = (90, 240, 320, 390, 460)
    _row(paper, 144, xs, ("", "招生", "在校", "专任", "兼职"))
    for at, name in enumerate(("甲市职业学校", "乙县技工学校")):
        _row(paper, 166 + 20 * at, xs, (name, "123", "456", "78", "9"))
    _row(paper, 206, xs, ("合计", "246", "912", "156", "18"))
    cells = _cells(_read(paper, tmp_path))
    assert cells[0] == ("学校名称", "学生情况 招生", "学生情况 在校", "教师情况 专任", "教师情况 兼职")
    assert cells[1:] == [
        ("甲市职业学校", "123", "456", "78", "9"),
        ("乙县技工学校", "123", "456", "78", "9"),
        ("合计", "246", "912", "156", "18"),
    ]


def test_shaded_rows_show_where_merged_cells_end(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(95, "表 1 名单")
    xs = (110.0, 170.0, 230.0, 420.0)
    # Rows 2 and 4 are shaded; the first column's cell of rows 2 to 4 is one.
    for left, right, top, bottom in [(85, 150, 138, 198), *((150, 510, y, y + 20) for y in (138, 178))]:
        paper.fill(left, top, right, bottom)
    _row(paper, 112, xs, HEAD)
    rows = [("国家级", "1", "甲校"), ("省级", "2", "乙校"), ("", "3", "丙校"), ("", "4", "丁校"), ("校级", "5", "戊校")]
    for at, row in enumerate(rows):
        _row(paper, 132 + 20 * at, xs, (*row, "金奖"))
    assert [row[0] for row in _cells(_read(paper, tmp_path))] == ["类型", "国家级", "省级", "省级", "省级", "校级"]


def test_numbers_that_begin_anew_part_the_groups(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(90, "表 1 名单")
    paper.line(85, 98, 510, 98).line(85, 118, 510, 118).line(85, 278, 510, 278)
    xs = (90.0, 160.0, 230.0, 420.0)
    _row(paper, 112, xs, HEAD)
    # In the middle of three rows, of one, of three and of one: as if each were in the middle of two or three others.
    for at, (number, group) in enumerate(
        [(1, ""), (2, "国家级"), (3, ""), (1, "省级"), (1, ""), (2, "市级"), (3, ""), (1, "校级")]
    ):
        _row(paper, 132 + 20 * at, xs, (group, str(number), f"第{number}校", "金奖"))
    groups = [row[0] for row in _cells(_read(paper, tmp_path))[1:]]
    assert groups == ["国家级"] * 3 + ["省级"] + ["市级"] * 3 + ["校级"]


def test_columns_set_so_closely_that_single_lines_do_not_show_them(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(90, "表 1 名单")
    rows = [
        ("1", "甲市第一职业技术学校", "数控"),
        ("2", "乙县技工学校", "护理"),
        ("3", "丙区职教中心", "烹饪"),
        ("4", "丁市第二职业技术学校", "园林"),
    ]
    for at, row in enumerate([("序号", "学校名称", "专业"), *rows]):
        _row(paper, 112 + 18 * at, (90.0, 120.0, 229.0), row)
    paper.paragraph(230, "学校坚持立德树人根本任务，" * 6)
    assert _cells(_read(paper, tmp_path)) == [("序号", "学校名称", "专业"), *rows]


def test_a_number_and_a_name_in_one_cell_stay_together(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(90, "表 1 名单")
    paper.line(85, 98, 510, 98).line(85, 118, 510, 118).line(85, 218, 510, 218)
    _row(paper, 112, (90.0, 160.0, 380.0), ("类型", "学校名称", "基地名称"))
    paper.text(90, 162, "全国").text(90, 209, "省级")
    texts = ["1甲市职业学校", "2 乙县技工学校（现为", "3丙区职教中心", "4丁市职业学校"]
    for y, text, base in zip((132, 156, 185, 209), texts, ("护理", "数控", "烹饪", "园林"), strict=True):
        _row(paper, y, (90.0, 160.0, 380.0), ("", text, base))
    paper.text(160, 169, "乙县职业学院）")
    names = [row[1] for row in _cells(_read(paper, tmp_path))[1:]]
    assert names == ["1甲市职业学校", "2 乙县技工学校（现为 乙县职业学院）", "3丙区职教中心", "4丁市职业学校"]


def test_remarks_beside_single_rows_are_those_rows_own(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(90, "表 1 名单")
    paper.line(85, 98, 510, 98).line(85, 118, 510, 118).line(85, 198, 510, 198)
    rows = [("甲校", "护理", ""), ("乙校", "数控", "新增"), ("丙校", "烹饪", ""), ("丁校", "园林", "新增")]
    for at, row in enumerate([("学校名称", "专业名称", "备注"), *rows]):
        _row(paper, 112 + 20 * at, (90.0, 240.0, 420.0), row)
    assert _cells(_read(paper, tmp_path))[1:] == rows


def test_dashed_rules_are_rules(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(90, "表 1 名单")
    for y in (100, 120, 140, 160):
        for at in range(140):
            paper.fill(85 + 3 * at, y, 85 + 3 * at + 2, y + 0.6, 0)
    for x in (85, 225, 505):
        for at in range(20):
            paper.fill(x, 100 + 3 * at, x + 0.6, 100 + 3 * at + 2, 0)
    rows = [("学校名称", "专业名称"), ("甲校", ""), ("乙校", "护理")]
    for at, row in enumerate(rows):
        _row(paper, 114 + 20 * at, (90.0, 230.0), row)
    assert _cells(_read(paper, tmp_path)) == rows


def test_a_name_set_at_another_place_than_the_texts_below_it(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(90, "表 1 名单")
    paper.line(85, 98, 510, 98).line(85, 118, 510, 118).line(85, 158, 510, 158)
    paper.centred(112, "学校名称", middle=174).centred(112, "课程名称", middle=430)
    rows = [("1", "甲市职业学校", "烹饪"), ("2", "乙县技工学校", "护理")]
    for at, row in enumerate(rows):
        _row(paper, 132 + 20 * at, (90.0, 120.0, 340.0), row)
    assert _cells(_read(paper, tmp_path)) == [("学校名称", "学校名称", "课程名称"), *rows]
