"""Two years side by side: gaps are no decline, renames go on, disagreeing figures are both kept."""

from pathlib import Path

import pytest

from extractor.records import Entity, Fact, Record, Relation
from graph.building.build import build
from graph.building.claims import ReportInfo
from graph.ingesting.compare import Change, FigureChange, compare, relation_type
from graph.model import Graph
from tests.conftest import ROOT

OLD, NEW, OTHER = "岚川机电工程学校", "岚川智能制造学校", "青桥商贸学校"
CAR, CLOTH = "北桥汽车制造有限公司", "云汐纺织集团有限公司"


def report(year: int, *said: tuple[str, str, str], region: str = "岚川市", facts: tuple[Fact, ...] = ()):  # type: ignore[no-untyped-def]
    records = []
    for head, type_, tail in said:
        names = (Entity(head, "School"), Entity(tail, "School" if type_ == "RENAMED_TO" else "Enterprise"))
        records.append(Record(f"{head}{type_}{tail}", entities=names, relations=(Relation(head, type_, tail),)))
    if facts:
        records.append(Record(f"{year}年概况", facts=facts))
    return ReportInfo("报告", year, region, "区", ""), records


def changes(graph: Graph, **more: str) -> dict[tuple[str, str], Change]:
    found = compare(graph, 2022, 2023, **more).changes
    return {(c.source, c.target): c for c in found if c.type == "COOPERATES_WITH"}


def ends(found: dict[tuple[str, str], Change]) -> dict[frozenset[str], str]:
    return {frozenset(pair): change.status for pair, change in found.items()}


WORKS = "COOPERATES_WITH"


def test_new_going_on_under_a_new_name_and_no_longer_said() -> None:
    graph = build(
        [
            report(2022, (OLD, WORKS, CAR), (OLD, WORKS, CLOTH)),
            report(2023, (NEW, WORKS, CAR), (OLD, "RENAMED_TO", NEW), (NEW, WORKS, "青隼航空科技有限公司")),
        ]
    )
    found = changes(graph)
    assert ends(found) == {
        frozenset((NEW, CAR)): "延续",
        frozenset((NEW, CLOTH)): "未再出现",
        frozenset((NEW, "青隼航空科技有限公司")): "新增",
    }
    assert {c.note for c in found.values()} == {f"曾用名 {OLD}", ""}
    assert ends(changes(graph, name="机电")) == ends(found)
    assert not changes(graph, name="青桥")
    assert not compare(graph, 2022, 2023, type_="LEADS").changes


def test_a_report_that_did_not_come_is_a_gap_and_not_a_decline() -> None:
    graph = build(
        [
            report(2022, (OLD, WORKS, CAR)),
            report(2022, (OTHER, WORKS, CAR), region="青桥市"),
            report(2023, (OLD, WORKS, CAR)),
        ]
    )
    assert ends(changes(graph)) == {frozenset((OLD, CAR)): "延续", frozenset((OTHER, CAR)): "后年未收报告"}
    assert compare(graph, 2022, 2023).missing == ((2023, ("青桥", "区", "")),)


def figures(*reports) -> dict[str, FigureChange]:  # type: ignore[no-untyped-def]
    return {figure.indicator: figure for figure in compare(build(list(reports)), 2022, 2023).figures}


def test_figures_have_change_and_percentage_only_where_both_years_tell_one_value() -> None:
    found = figures(
        report(2022, facts=(Fact("岚川市", "在校生", "2万", "人", 2022), Fact("岚川市", "基地", "84", "个"))),
        report(
            2023,
            facts=(
                Fact("岚川市", "在校生", "21000", "人", 2023),
                Fact("岚川市", "在校生", "19000", "人", 2022),
                Fact("岚川市", "岚川市升学率", "0", "%"),
            ),
        ),
    )
    students, bases, rate = found["在校生"], found["基地"], found["升学率"]
    assert students.status == "数据不一致"
    assert [told.value for told in students.earlier] == [19000, 20000]
    assert students.change is None
    assert (bases.status, bases.later, bases.earlier[0].stated) == ("后年未填报", (), False)
    assert (rate.status, rate.change) == ("前年未填报", None)
    plain = figures(
        report(2022, facts=(Fact("岚川市", "在校生", "2万", "人"),)),
        report(2023, facts=(Fact("岚川市", "在校生", "2.1万", "人"),)),
    )["在校生"]
    assert (plain.status, plain.change, plain.percent) == ("可比", 1000, 5.0)


def test_types_are_named_in_both_languages() -> None:
    assert relation_type("牵头") == relation_type("LEADS") == "LEADS"
    assert relation_type("无此") == ""


@pytest.mark.slow
def test_the_fictional_regions_years_tell_what_its_readme_says() -> None:
    from extractor.extract import extract

    read = []
    for path in sorted(Path(ROOT / "corpora/region").glob("lanchuan-20??.txt")):
        extraction = extract(path)
        meta = extraction.document.meta
        info = ReportInfo(meta.title, meta.year, meta.region, meta.level or "", meta.issuer)
        read.append((info, extraction.records))
    graph = build(read)
    leads = {(c.source, c.target): c for c in compare(graph, 2023, 2024, type_="LEADS").changes}
    alliance = "岚川低空经济产教联合体"
    assert leads["青隼航空科技有限公司", alliance].status == "新增"
    assert leads["云汐纺织集团有限公司", "岚川纺织产教融合共同体"].status == "未再出现"
    partners = {
        frozenset((c.source, c.target)): c.status for c in compare(graph, 2022, 2023).changes if c.type == WORKS
    }
    assert partners[frozenset((NEW, CAR))] == "延续"
    told = {(f.indicator, f.group): f for f in compare(graph, 2022, 2024).figures}
    assert next(f.change for (name, _), f in told.items() if name == "在校生") == 1500
