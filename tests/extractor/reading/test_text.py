"""The text form → Document."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.document import Document, Passage
from extractor.errors import InputError
from extractor.folding import fold
from extractor.reading import read_document
from extractor.reading.text import read_text

REPORT = """

2023

江海市中等职业教育 质量年度报告

江海市教育局

1	省 份	江苏省
2	公开时间	2024 年 2 月 5 日
3	备 注	

目录

1 学生发展.....	1
1.1 规模	2

案例目录

案例 1	校企同行	3

1 学生发展

1.1 规模

**在校生规模稳定。**全市有 12 所学校。¹其中五所学校由市教育局主管，开设了很多受到欢迎的专

业，毕业生留在本地就业（见表 1）。

● **升学：**渠道畅通。

表 1 竞赛获奖名单

	学校名称		奖项
甲	江海一中专	1	一等奖
	江海二中专	2	
	江海三中专	3	二等奖

	学校名称		奖项
乙	江海四中专	4	一等奖

¹ 数据来自学校年报。

案例 1 校企同行

江海第一中等专业学校与江海机床有限公司共建车间，学生一年级就进入工厂，三年里在师傅身边



学生在车间里

学习手艺。

师资队伍持续改善。2023 年，全市专任教师 700 人。
"""


def read(text: str) -> Document:
    return read_text(Path("报告.txt"), text.encode())


def texts(document: Document, kind: str) -> list[str]:
    return [passage.text for passage in document.passages if passage.kind == kind]


def test_front_matter_gives_the_meta() -> None:
    meta = read(REPORT).meta
    assert meta.title == "江海市中等职业教育质量年度报告"
    assert (meta.year, meta.region, meta.issuer, meta.level) == (2023, "江苏省", "江海市教育局", "区")
    assert meta.published == "2024-02-05"


def test_contents_are_a_list_and_no_prose() -> None:
    document = read(REPORT)
    assert [(entry.kind, entry.title, entry.printed_page, entry.number) for entry in document.contents] == [
        ("section", "1 学生发展", "1", None),
        ("section", "1.1 规模", "2", None),
        ("case", "校企同行", "3", 1),
    ]
    assert not any("....." in passage.text for passage in document.passages)


def test_headings_make_the_section_tree() -> None:
    document = read(REPORT)
    headings = [(p.text, p.level, p.section) for p in document.passages if p.kind == "heading" and p.case is None]
    assert headings == [("1 学生发展", 1, ()), ("1.1 规模", 2, ("1 学生发展",))]
    assert document.tables[1].section == ("1 学生发展", "1.1 规模")


def test_a_paragraph_cut_by_a_page_end_is_whole_and_knows_both_lines() -> None:
    paragraph = next(p for p in read(REPORT).passages if p.text.startswith("在校生规模稳定。全市"))
    assert paragraph.text.endswith("很多受到欢迎的专业，毕业生留在本地就业（见表 1）。")
    assert [REPORT.split("\n")[span.line - 1].replace("**", "") for span in paragraph.spans if span.line] == [
        paragraph.text[span.start : span.end] for span in paragraph.spans
    ]
    assert len(paragraph.spans) == 2


def test_a_paragraph_cut_by_a_picture_goes_on_after_its_caption() -> None:
    document = read(REPORT)
    assert any(text.endswith("在师傅身边学习手艺。") for text in texts(document, "case"))
    assert texts(document, "caption") == ["学生在车间里"]


def test_footnotes_and_their_marks() -> None:
    document = read(REPORT)
    assert texts(document, "footnote") == ["¹ 数据来自学校年报。"]
    paragraph = next(p for p in document.passages if p.kind == "paragraph" and p.notes)
    assert [(paragraph.text[at], number) for at, number in paragraph.notes] == [("¹", "1")]


def test_a_list_item_keeps_its_mark() -> None:
    item = next(p for p in read(REPORT).passages if p.bullet)
    assert (item.bullet, item.text) == ("●", "● 升学：渠道畅通。")


def test_a_case_ends_where_the_body_goes_on() -> None:
    document = read(REPORT)
    title = next(p for p in document.passages if p.kind == "heading" and p.case == 1)
    assert title.text == "案例 1 校企同行"
    after = next(p for p in document.passages if p.text.startswith("师资队伍持续改善"))
    assert (after.kind, after.case) == ("paragraph", None)


def test_merged_cells_are_filled_and_a_repeated_header_is_no_row() -> None:
    table = next(t for t in read(REPORT).tables if t.number == 1)
    assert table.header == ("", "学校名称", "学校名称", "奖项")
    assert [row.texts for row in table.rows] == [
        ("甲", "江海一中专", "1", "一等奖"),
        ("甲", "江海二中专", "2", "一等奖"),
        ("甲", "江海三中专", "3", "二等奖"),
        ("乙", "江海四中专", "4", "一等奖"),
    ]
    assert [cell.filled for cell in table.rows[1].cells] == [True, False, False, True]
    assert REPORT.split("\n")[(table.rows[0].line or 0) - 1].startswith("甲")


def test_key_and_value_lines_have_no_header_and_fill_nothing() -> None:
    table = read(REPORT).tables[0]
    assert table.header == ("", "", "")
    assert table.rows[2].texts == ("3", "备 注", "")


def test_a_caption_below_its_table() -> None:
    table = read("序号\t名称\n1\t甲校\n\n表 2 学校名单\n\n后面是一个完整的句子。").tables[0]
    assert (table.number, table.caption) == (2, "表 2 学校名单")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_people_save_in(encoding: str) -> None:
    document = read_text(Path("a.txt"), "一、办学规模\n\n学校现有学生三千人。".encode(encoding))
    assert [p.text for p in document.passages] == ["一、办学规模", "学校现有学生三千人。"]


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_document_or_an_input_error(data: bytes) -> None:
    try:
        document = read_text(Path("a.txt"), data)
    except InputError:
        return
    for passage in document.passages:
        passage.text.encode()
        assert "".join(passage.text[span.start : span.end] for span in passage.spans) == passage.text


@given(st.lists(st.sampled_from(REPORT.split("\n")), max_size=30))
@settings(max_examples=150, deadline=None)
def test_lines_in_any_order_lose_no_text_and_give_square_tables(lines: list[str]) -> None:
    document = read("\n".join(["起", *lines]))
    for table in document.tables:
        assert all(len(row.cells) == len(table.header) for row in table.rows)
    for passage in document.passages:
        assert "".join(passage.text[span.start : span.end] for span in passage.spans) == passage.text


SHARED = Path(os.environ.get("ZHITU_SHARED") or Path(__file__).parents[4] / "shared")
needs_shared = pytest.mark.skipif(not (SHARED / "report").is_dir(), reason="the shared real report is not here")


def blank_free(text: str) -> str:
    return re.sub(r"\s", "", text)


@needs_shared
def test_the_real_reports_tables_equal_the_truth_cell_by_cell() -> None:
    document = read_document(SHARED / "report" / "report.txt")
    truth = json.loads((SHARED / "report" / "tables.json").read_text(encoding="utf-8"))
    got = {table.number: table for table in document.tables}
    here = [table for table in truth if "note" not in table]
    assert len(here) == 12
    for table in here:
        read_table = got[table["number"]]
        assert list(map(blank_free, read_table.header)) == list(map(blank_free, table["header"]))
        assert [list(map(blank_free, row.texts)) for row in read_table.rows] == [
            list(map(blank_free, row)) for row in table["rows"]
        ]


@needs_shared
def test_the_real_reports_paragraphs_equal_the_gold_texts() -> None:
    document = read_document(SHARED / "report" / "report.txt")
    have = {fold(block.text) for block in document.blocks if isinstance(block, Passage)}
    gold = (SHARED / "gold" / "secondary-2024.jsonl").read_text(encoding="utf-8").splitlines()
    missing = [json.loads(line)["id"] for line in gold if fold(json.loads(line)["text"]) not in have]
    assert gold
    assert missing == []
