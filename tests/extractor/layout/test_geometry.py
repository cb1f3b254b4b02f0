"""Tables, boxes and headings in the many ways reports set them, drawn small."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.document import Document, Passage
from extractor.layout import build_document
from extractor.reading.pdf import read_pages
from tests.extractor.layout.paper import Paper

PROSE = (
    "学校坚持立德树人根本任务，紧密对接区域产业布局，持续优化专业结构，深化校企合作，人才培养质量逐年提高，社会声誉不断上升。"
    * 2
)
HEAD = ("序号", "学校名称", "专业名称")
ROWS = (("1", "甲市第一职业学校", "数控技术应用"), ("2", "乙县技工学校", "护理"), ("3", "丙区职教中心", "烹饪"))


def _read(paper: Paper, folder: Path) -> Document:
    return build_document(read_pages(paper.save(folder / "paper.pdf")), "")


def _cells(document: Document, at: int = 0) -> list[tuple[str, ...]]:
    table = document.tables[at]
    return [table.header, *(row.texts for row in table.rows)]


def _columns(paper: Paper, y: float, rows: list[tuple[str, ...]], xs: tuple[float, ...], step: float = 18.0) -> float:
    for row in rows:
        for x, text in zip(xs, row, strict=True):
            if text:
                paper.text(x, y, text)
        y += step
    return y


@pytest.mark.parametrize("rotate", [0, 90, 270])
def test_ruled_table_on_any_page(tmp_path: Path, rotate: int) -> None:
    paper = Paper(rotate=rotate)
    paper.centred(100, "表 3 专业名单")
    paper.grid((85, 125, 300, 510), (110, 130, 150, 170, 190))
    _columns(paper, 124, [HEAD, *ROWS], (90, 130, 305), 20)
    document = _read(paper, tmp_path)
    assert _cells(document) == [HEAD, *ROWS]
    assert (document.tables[0].number, document.tables[0].caption) == (3, "表 3 专业名单")


def test_page_turned_without_its_text_is_turned_back(tmp_path: Path) -> None:
    paper = Paper()
    paper.grid((85, 125, 300, 510), (110, 130, 150, 170, 190))
    _columns(paper, 124, [HEAD, *ROWS], (90, 130, 305), 20)
    path = paper.save(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes().replace(b"/Rotate 0 ", b"/Rotate 90 "))
    document = build_document(read_pages(path), "")
    assert _cells(document) == [HEAD, *ROWS]
    assert (document.pages[0].width, document.pages[0].height) == (842.0, 595.0)
    box = document.tables[0].rows[0].box
    assert box is not None
    assert box.bottom - box.top > box.x1 - box.x0  # a row stands upright on the page as it is seen


@pytest.mark.parametrize("rules", ["three", "none", "rows", "zebra"])
def test_columns_without_rules(tmp_path: Path, rules: str) -> None:
    paper = Paper()
    y = paper.paragraph(100, PROSE)
    paper.centred(y + 6, "表 1 专业名单")
    y += 14
    if rules == "zebra":
        paper.fill(85, y + 18, 510, y + 36).fill(85, y + 54, 510, y + 72)
    for at in {"three": (0, 1, 4), "rows": (0, 1, 2, 3, 4)}.get(rules, ()):
        paper.line(85, y + 18 * at, 510, y + 18 * at)
    y = _columns(paper, y + 13, [HEAD, *ROWS], (90, 130, 305))
    paper.paragraph(y + 20, PROSE)
    document = _read(paper, tmp_path)
    assert _cells(document) == [HEAD, *ROWS]
    assert [passage.text for passage in document.passages] == [PROSE, PROSE]


def test_wrapped_cells_in_the_middle_and_a_merged_column(tmp_path: Path) -> None:
    paper = Paper()
    paper.centred(100, "表 2 名单")
    paper.line(85, 110, 510, 110).line(85, 130, 510, 130).line(85, 250, 510, 250)
    _columns(paper, 124, [("类型", "序号", "名称", "奖项")], (90, 140, 180, 400))
    for at, y in enumerate((145, 175, 205, 235)):
        paper.text(140, y, str(at + 1))
        paper.text(400, y, "金奖")
        paper.text(180, y - 7, "某市现代服务职业技术学校与").text(180, y + 7, f"合作企业第{at + 1}组")
    paper.text(90, 160, "国家").text(90, 220, "省级")
    document = _read(paper, tmp_path)
    names = [f"某市现代服务职业技术学校与 合作企业第{n}组" for n in range(1, 5)]  # there was room: a line of its own
    assert _cells(document) == [
        ("类型", "序号", "名称", "奖项"),
        ("国家", "1", names[0], "金奖"),
        ("国家", "2", names[1], "金奖"),
        ("省级", "3", names[2], "金奖"),
        ("省级", "4", names[3], "金奖"),
    ]


def test_sets_of_columns_side_by_side(tmp_path: Path) -> None:
    paper = Paper()
    paper.grid((85, 115, 280, 310, 510), (110, 130, 150, 170))
    head = ("序号", "名称", "序号", "名称")
    _columns(paper, 124, [head, ("1", "甲校", "3", "丙校"), ("2", "乙校", "", "")], (88, 120, 283, 315), 20)
    assert _cells(_read(paper, tmp_path)) == [("序号", "名称"), ("1", "甲校"), ("2", "乙校"), ("3", "丙校")]


@pytest.mark.parametrize("repeated", [True, False])
def test_merged_cell_cut_by_a_page(tmp_path: Path, repeated: bool) -> None:
    paper = Paper()
    y = paper.paragraph(100, PROSE)
    while y < 600:
        y = paper.paragraph(y, PROSE)
    top = 700.0
    paper.centred(top - 10, "表 4 名单")
    paper.grid((85, 200, 510), (top, top + 20)).line(200, top + 40, 510, top + 40)
    paper.line(85, top, 85, top + 60).line(200, top, 200, top + 60).line(510, top, 510, top + 60)
    paper.line(85, top + 60, 510, top + 60)
    _columns(paper, top + 14, [("类型", "名称"), ("国家级", "甲校"), ("", "乙校")], (90, 210), 20)
    paper.page()
    top = 80.0
    if repeated:
        paper.grid((85, 200, 510), (top, top + 20))
        _columns(paper, top + 14, [("类型", "名称")], (90, 210))
        top += 20
    paper.line(85, top, 510, top).line(200, top + 20, 510, top + 20).line(85, top + 40, 510, top + 40)
    paper.line(85, top + 60, 510, top + 60)
    for x in (85, 200, 510):
        paper.line(x, top, x, top + 60)
    _columns(paper, top + 14, [("", "丙校"), ("", "丁校"), ("省级", "戊校")], (90, 210), 20)
    document = _read(paper, tmp_path)
    assert _cells(document) == [
        ("类型", "名称"),
        ("国家级", "甲校"),
        ("国家级", "乙校"),
        ("国家级", "丙校"),
        ("国家级", "丁校"),
        ("省级", "戊校"),
    ]
    assert [row.page for row in document.tables[0].rows] == [1, 1, 2, 2, 2]
    assert document.tables[0].pages == (1, 2)


def test_caption_below_and_table_without_number(tmp_path: Path) -> None:
    paper = Paper()
    y = paper.paragraph(100, PROSE)
    for number in (1, 2):
        paper.grid((85, 125, 300, 510), [y + 20 * at for at in range(5)])
        _columns(paper, y + 14, [HEAD, *ROWS], (90, 130, 305), 20)
        paper.centred(y + 96, f"表 {number} 名单")
        y = paper.paragraph(y + 122, PROSE)
    paper.centred(y + 6, "合作企业一览表")
    paper.grid((85, 125, 300, 510), [y + 14 + 20 * at for at in range(5)])
    _columns(paper, y + 28, [HEAD, *ROWS], (90, 130, 305), 20)
    document = _read(paper, tmp_path)
    assert [(table.number, table.caption) for table in document.tables] == [
        (1, "表 1 名单"),
        (2, "表 2 名单"),
        (None, "合作企业一览表"),
    ]


def test_box_is_a_case_and_no_table(tmp_path: Path) -> None:
    paper = Paper()
    y = paper.paragraph(100, PROSE)
    top = y
    paper.grid((85, 510), (top, top + 24, top + 130))
    paper.centred(top + 16, "案例 7 校企同心育工匠")
    paper.paragraph(top + 44, "某校与企业共建产业学院，" * 8, left=95, per_line=38)
    paper.paragraph(top + 160, PROSE)
    document = _read(paper, tmp_path)
    assert document.tables == ()
    assert [(p.kind, p.case) for p in document.passages] == [
        ("paragraph", None),
        ("heading", 7),
        ("case", 7),
        ("paragraph", None),
    ]


def test_heads_feet_and_page_numbers_go_and_paragraphs_are_whole(tmp_path: Path) -> None:
    paper = Paper()
    first = "学" * 30 + "校" * 30
    second, third = "教" * 30 + "师" * 30, "课" * 30 + "程" * 30
    for number in range(1, 5):
        if number > 1:
            paper.page()
        paper.centred(50, "某省职业教育质量年度报告", 9).centred(800, f"- {number} -", 9)
        if number == 1:
            y = paper.paragraph(100, PROSE)
            paper.text(85 + 21, y, "前" * 38)
        elif number == 2:
            paper.text(85, 100, "后" * 20 + "。")
            paper.paragraph(118, first)
        else:
            paper.paragraph(100, second if number == 3 else third)
    texts = [p.text for p in _read(paper, tmp_path).passages]
    assert texts == [PROSE, "前" * 38 + "后" * 20 + "。", first, second, third]


@pytest.mark.parametrize(
    "titles",
    [
        ("第一章 办学概况", "第一节 规模", "第二节 结构"),
        ("一、办学概况", "（一）规模", "（二）结构"),
        ("1 办学概况", "1.1 规模", "1.2 结构"),
    ],
)
def test_headings_of_many_habits(tmp_path: Path, titles: tuple[str, str, str]) -> None:
    paper = Paper()
    paper.text(85, 100, titles[0], 16).text(85, 130, titles[1], 13)
    y = paper.paragraph(160, PROSE)
    paper.text(85, y + 10, titles[2], 13)
    paper.paragraph(y + 40, PROSE)
    document = _read(paper, tmp_path)
    assert [(p.text, p.level) for p in document.passages if p.kind == "heading"] == [
        (titles[0], 1),
        (titles[1], 2),
        (titles[2], 2),
    ]
    last = document.passages[-1]
    assert last.section == (titles[0], titles[2])


def test_footnote_and_its_mark(tmp_path: Path) -> None:
    paper = Paper()
    paper.text(106, 100, "全省共有职业学校五十三所").text(106 + 126, 96, "1", 6).text(
        106 + 129, 100, "，在校生稳定增长。"
    )
    for at in range(5):
        paper.paragraph(140 + 90 * at, PROSE)
    paper.line(85, 700, 200, 700)
    paper.text(85, 714, "1", 6).text(90, 716, "数据来自各校年报。", 8)
    document = _read(paper, tmp_path)
    first = document.passages[0]
    assert first.text == "全省共有职业学校五十三所¹，在校生稳定增长。"
    assert first.notes == ((12, "1"),)
    notes = [p for p in document.passages if p.kind == "footnote"]
    assert [p.text for p in notes] == ["¹ 数据来自各校年报。"]


def test_every_passage_and_row_has_its_place(tmp_path: Path) -> None:
    paper = Paper()
    y = paper.paragraph(100, PROSE)
    paper.grid((85, 125, 300, 510), [y + 20 * at for at in range(5)])
    _columns(paper, y + 14, [HEAD, *ROWS], (90, 130, 305), 20)
    document = _read(paper, tmp_path)
    for block in document.blocks:
        if isinstance(block, Passage):
            assert block.spans
            assert (block.spans[0].start, block.spans[-1].end) == (0, len(block.text))
            assert all(span.page == 1 and span.box is not None for span in block.spans)
        else:
            assert all(row.page == 1 and row.box is not None for row in block.rows)
