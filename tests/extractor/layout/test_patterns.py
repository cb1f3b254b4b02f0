"""Headings, captions and contents lines as Chinese reports print them."""

from __future__ import annotations

import pytest

from extractor.layout import patterns
from extractor.layout.frontmatter import iso_date, report_meta


@pytest.mark.parametrize(
    ("line", "scheme", "title"),
    [
        ("中等职业教育篇", "part", ""),
        ("第一部分 基本情况", "part", "基本情况"),
        ("第三章 服务贡献", "chapter", "服务贡献"),
        ("第二节　师资", "section", "师资"),
        ("一、学校概况", "cn", "学校概况"),
        ("（二）专业建设", "cn_paren", "专业建设"),
        ("1 人才培养", "decimal1", "人才培养"),
        ("2.1 立德树人", "decimal2", "立德树人"),
        ("3.2.1产教融合", "decimal3", "产教融合"),
        ("（1）校内基地", "paren", "校内基地"),
        ("前  言", "front", "前  言"),
        ("附录 2 数据表", "front", "附录 2 数据表"),
    ],
)
def test_headings(line: str, scheme: str, title: str) -> None:
    found = patterns.heading(line)
    assert found is not None
    assert (found.scheme, found.title) == (scheme, title)


@pytest.mark.parametrize(
    "line", ["3 个项目立项，成效显著。", "2024年召开大会", "1\t甲校", "一是加强领导，二是完善制度；", "97.35%"]
)
def test_no_headings(line: str) -> None:
    assert patterns.heading(line) is None


def test_captions_and_cases() -> None:
    assert patterns.table_caption("表 3-1 名单") == ("table", "3-1", "名单")
    assert patterns.table_caption("表5首批名单") == ("table", "5", "首批名单")
    assert patterns.table_caption("表 1 显示，学校稳步发展。") is None
    assert patterns.figure_caption("图 2 就业率") == ("figure", "2", "就业率")
    assert patterns.case_title("【案例十二】匠心") == ("case", "十二", "匠心")
    assert patterns.case_title("典型案例 3：匠心") == ("case", "3", "匠心")
    assert patterns.case_title("案例教学全面铺开") is None


@pytest.mark.parametrize(("text", "value"), [("十二", 12), ("二十", 20), ("一百零二", 102), ("7", 7), ("3-1", None)])
def test_chinese_numbers(text: str, value: int | None) -> None:
    assert patterns.chinese_number(text) == value


def test_contents_lines() -> None:
    entry = patterns.contents_entry("表 3 实训中心名单 ........ 12")
    assert entry is not None
    assert (entry.kind, entry.title, entry.printed_page, entry.number) == ("table", "实训中心名单", "12", 3)
    assert patterns.contents_entry("一、办学规模…………Ⅴ") is None
    assert patterns.contents_title("目  录") == "section"
    assert patterns.contents_title("表 目 录") == "table"


def test_the_outline_learns_which_scheme_stands_above_which() -> None:
    outline = patterns.Outline()
    for scheme, title in [
        ("decimal1", "1 甲"),
        ("decimal2", "1.1 乙"),
        ("cn_paren", "（一）丙"),
        ("decimal2", "1.2 丁"),
    ]:
        outline.place(scheme, title)
    assert outline.path == ("1 甲", "1.2 丁")
    outline = patterns.Outline()
    for scheme, title in [
        ("front", "前言"),
        ("cn", "一、甲"),
        ("cn_paren", "（一）乙"),
        ("decimal1", "1. 丙"),
        ("cn", "二、丁"),
    ]:
        outline.place(scheme, title)
    assert outline.path == ("二、丁",)


def test_a_footnote_mark_is_no_square_metre() -> None:
    assert patterns.note_marks("面积 12 m²，其中³") == ((11, "3"),)


@pytest.mark.parametrize(
    ("cover", "level", "region", "issuer", "year"),
    [
        (["2023年浙江省高等职业教育质量年度报告", "浙江省教育厅"], "省", "浙江省", "浙江省教育厅", 2023),
        (["东海职业技术学院", "职业教育质量报告（2024年度）"], "校", "", "东海职业技术学院", 2024),
        (["东海机床集团参与职业教育年度报告（2022）"], "企业", "", "东海机床集团", 2022),
        (["上海市中等职业学校质量年度报告"], "校", "上海市", "", None),
        (["岚川第一商贸学校2023年度质量报告", "岚川第一商贸学校"], "校", "", "岚川第一商贸学校", 2023),
        (
            ["海州区中等职业教育质量年度报告（2024）", "海州区教育局", "二〇二四年十二月"],
            "区",
            "",
            "海州区教育局",
            2024,
        ),
    ],
)
def test_covers(cover: list[str], level: str, region: str, issuer: str, year: int) -> None:
    meta = report_meta(cover)
    assert (meta.level, meta.region, meta.issuer, meta.year) == (level, region, issuer, year)


@pytest.mark.parametrize("cut", range(11, 22))
def test_a_title_that_was_wrapped_anywhere_is_whole_again(cut: int) -> None:
    title = "岚川信息技术技师学院职业教育质量年度报告"
    meta = report_meta(["2023", title[:cut], title[cut:], "2024年1月15日"])
    assert (meta.title, meta.level, meta.issuer) == (title, "校", "岚川信息技术技师学院")


def test_dates() -> None:
    assert iso_date("二〇二四年12月") == "2024-12"
    assert iso_date("2025 年 3 月 13 日") == "2025-03-13"
    assert iso_date("2025年13月") == ""
