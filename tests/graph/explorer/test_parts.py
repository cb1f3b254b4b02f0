"""The explorer's parts alone: charts, places on the canvas, index, values as text, Word's parts."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.explorer.charts import bar_chart, line_chart
from graph.explorer.content import Fact, Filters, Profile, Thing
from graph.explorer.index import Entry, Index, facets_of
from graph.explorer.layout import layout
from graph.explorer.pictures import pictures
from graph.explorer.reasons import in_chinese
from graph.explorer.sections import sections
from graph.explorer.wording import excerpt, names_in, said, shorten, spots
from graph.model import Evidence
from graph.questions.asking import Answer, Column, Question


def test_a_year_without_a_value_is_a_gap_and_no_zero() -> None:
    drawn = line_chart({2021: 3.0, 2022: None, 2023: 5.0}, "在校生", "人")
    assert "未填报" in drawn
    assert drawn.count("<circle") == 2
    assert "<polyline" not in drawn  # nothing joins the two across the gap


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.integers(1990, 2040), st.none() | st.floats(-1e12, 1e12), max_size=12), st.text(max_size=30))
def test_charts_are_whole_markup_for_any_values_and_titles(points: dict[int, float | None], title: str) -> None:
    from graph.explorer.wordparts import legal

    for drawn in (
        line_chart(points, legal(title)),
        bar_chart([(legal(title), v or 0.0) for v in points.values()], "x"),
    ):
        if drawn:
            assert ElementTree.fromstring(drawn).find("svg") is not None  # noqa: S314 - our own text


edges_of = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)


@settings(deadline=None, max_examples=40)
@given(edges_of)
def test_places_depend_on_nodes_and_edges_alone(pairs: list[tuple[int, int]]) -> None:
    nodes = [f"n{i}" for i in range(31)]
    edges = [(f"n{a}", f"n{b}") for a, b in pairs]
    places = layout(nodes, edges)
    assert places == layout(reversed(nodes), [(b, a) for a, b in reversed(edges)])
    assert len(set(places.values())) == len(nodes)  # none on another


def test_an_index_counts_what_it_finds() -> None:
    entries = [
        Entry(Thing("school-1", "School", "临江丝绸学校"), "临江丝绸学校", "临江丝绸学校", "中职", year={2023, 2024}),
        Entry(Thing("school-2", "School", "临江大学", ("临大",)), "临江大学\n临大", "临江大学", "本科", year={2024}),
    ]
    index = Index(tuple(entries), {}, facets_of(entries))
    assert [hit.name for hit in index.search("临大", Filters(), page=1, size=9).hits] == ["临江大学"]
    found = index.search("临江", Filters(year=2023), page=1, size=9)
    assert (found.total, found.facets["kind"]) == (1, {"中职": 1})
    assert index.search("", Filters(), page=2, size=1).total == 2
    assert index.search("临江", Filters(), page=1, size=9, within={"school-2"}).total == 1


def test_values_are_told_as_people_read_them() -> None:
    assert said(None) == ""
    assert said(1234567) == "1,234,567"
    assert said(2024) == "2024"
    assert said(["共建", "订单班"]) == "共建、订单班"
    assert len(shorten("汉" * 10_000)) == 80
    assert names_in(["甲学校", 3, None, ["乙企业"], "x" * 500]) == ["甲学校", "乙企业"]


def asked(columns: str, *rows: tuple[Any, ...]) -> Answer:
    names = tuple(Column(name, name, name) for name in columns.split())
    return Answer(Question("q", "q", "q", (), names, ""), list(rows), [()] * len(rows))


def test_values_over_years_are_lines_and_years_between_are_gaps() -> None:
    found = asked(
        "indicator subject year value unit text",
        ("在校生", "甲校", 2021, 10, "人", "10人"),
        ("在校生", "甲校", 2023, 12, "人", "12人"),
        ("在校生", "乙校", 2023, 7, "人", "7人"),
    )
    (line,) = pictures(found, "zh")
    assert (line.title, line.unit, line.lines) == ("在校生 · 甲校", "人", True)
    assert line.points == (("2021", 10.0), ("2022", None), ("2023", 12.0))


def test_bars_never_mix_units_and_equal_numbers_need_none() -> None:
    found = asked("indicator value unit", ("教师", 30, "人"), ("校舍", 900, "平方米"), ("学生", 500, "人"))
    (bars,) = pictures(found, "zh")
    assert (bars.unit, bars.points) == ("人", (("教师", 30.0), ("学生", 500.0)))
    assert pictures(asked("name count", ("甲", 1), ("乙", 1)), "zh") == []
    assert pictures(asked("name count", ("甲", 1)), "zh") == []
    assert pictures(asked("name other", ("甲", "乙"), ("丙", "丁")), "zh") == []


def test_reasons_are_told_in_chinese_and_unknown_ones_stay() -> None:
    assert (
        in_chinese("all but the kind is equal (学院 / 大学): a likely rename")
        == "除类别（学院／大学）外都相同，可能是更名"
    )
    assert in_chinese("甲 may be short for 甲校; but number: 1 / 2") == "“甲”可能是“甲校”的简称；但 序号：1 / 2"
    assert in_chinese("something new") == "something new"


def test_an_excerpt_shows_the_name_marked_and_escapes_the_rest() -> None:
    text = "前" * 500 + "<b>临江\t学院</b>" + "后" * 500
    shown = str(excerpt(text, ["学院", ""]))
    assert "<mark>学院</mark>" in shown
    assert "&lt;b&gt;临江 ｜" in shown
    assert shown.startswith("…")
    assert str(excerpt("没有", ["甲"])) == "没有"


def test_a_page_is_cited_once() -> None:
    told = [
        Evidence("r", 3, None, "", None, "a"),
        Evidence("r", 3, None, "", None, "b"),
        Evidence("r", None, None, "", None, "c"),
    ]
    assert [one.passage for one in spots(told)] == ["a"]
    assert [one.passage for one in spots(told[2:])] == ["c"]


def test_a_profile_is_told_from_both_sides() -> None:
    own, other, third = (Thing(f"school-{i}", "School", f"第{i}校") for i in range(3))
    plain: dict[str, Any] = {"attributes": {}, "years": (2024,), "confidence": 1.0, "passages": ("p",)}
    renames = [Fact("1", "RENAMED_TO", other, own, **plain), Fact("2", "RENAMED_TO", own, third, **plain)]
    works = [Fact("3", "COOPERATES_WITH", other, own, **plain), Fact("4", "COOPERATES_WITH", own, third, **plain)]
    found = Profile(own, {}, {"RENAMED_TO": renames, "COOPERATES_WITH": works})
    told = {section.heading: [fact.id for fact in section.facts] for section in sections(found, "zh")}
    assert told == {"更名": ["2"], "前身（更名而来）": ["1"], "合作": ["3", "4"]}


def test_a_briefing_opens_again_with_footnotes_and_any_text() -> None:
    import docx

    from graph.explorer.briefing import Chart, Table, briefing
    from graph.questions.citing import Witness

    hostile = "甲<&>\x00\x0b“"
    source = Witness("报告", 3, hostile, "正文", hostile, "p")
    body = briefing(
        hostile,
        [hostile],
        [Table(hostile, [hostile], [[hostile], [None]], [source, None])],
        [Chart(hostile, [(hostile, 1.0), ("乙", None)]), Chart("线", [("2023", 1.0), ("2024", None)], True)],
        "zh",
    )
    made = docx.Document(io.BytesIO(body))
    assert len(made.tables[0].rows) == 3
    for part in made.part.package.iter_parts():
        if part.partname.endswith(".xml"):
            ElementTree.fromstring(part.blob)  # noqa: S314 - our own text
