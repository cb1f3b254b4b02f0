"""The explorer's parts alone: charts, places on the canvas, index, values as text, Word's parts."""

from __future__ import annotations

import io
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.explorer.charts import bar_chart, line_chart
from graph.explorer.content import Filters, Thing
from graph.explorer.index import Entry, Index, facets_of
from graph.explorer.layout import layout
from graph.explorer.wording import names_in, said, shorten


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
            ElementTree.fromstring(drawn)  # noqa: S314 - our own text


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
