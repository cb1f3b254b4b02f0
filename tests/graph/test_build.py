from hypothesis import given
from hypothesis import strategies as st

from extractor.records import Entity, Fact, Record, Relation
from graph.building.build import build
from graph.building.claims import ReportInfo
from graph.model import Edge, Graph, dump_lines

REPORT = ReportInfo("青岚市中等职业教育质量年度报告（2024年）", 2024, "青岚市", "省", "青岚市教育局")
SCHOOL, ALLIANCE = "青岚工业学校", "全国风电行业产教融合共同体"


def edges(graph: Graph, type_: str) -> list[tuple[str, str, Edge]]:
    found = [edge for key, edge in sorted(graph.edges.items()) if key.type == type_]
    return [(graph.nodes[e.key.source].name, graph.nodes[e.key.target].name, e) for e in found]


def sentence(text: str, *relations: Relation, names: dict[str, str], **more: object) -> Record:
    entities = tuple(Entity(name, label, text.find(name), text.find(name) + len(name)) for name, label in names.items())
    return Record(text, entities=entities, relations=relations, **more)  # type: ignore[arg-type]


def test_one_fact_said_twice_is_one_edge_with_two_witnesses_and_both_years() -> None:
    said = sentence(
        f"{SCHOOL}牵头{ALLIANCE}。",
        Relation(SCHOOL, "LEADS", ALLIANCE, {"role": "牵头学校"}, confidence=0.5),
        names={SCHOOL: "School", ALLIANCE: "Alliance"},
    )
    last_year = ReportInfo("同", 2023, "青岚市", "省", "青岚市教育局")
    (lead,) = edges(build([(REPORT, [said]), (last_year, [said])]), "LEADS")
    assert lead[:2] == (SCHOOL, ALLIANCE)
    assert lead[2].properties == {"role": "牵头学校", "years": [2023, 2024], "confidence": 0.75}
    assert {e.document for e in lead[2].evidence} == {REPORT.id, last_year.id}


def test_an_award_is_contest_event_and_rank_and_the_contest_becomes_an_edge() -> None:
    contest = "全国职业院校技能大赛"
    said = sentence(
        f"{SCHOOL}在{contest}数控赛项获一等奖2个，在{contest}焊接赛项获一等奖。",
        Relation(SCHOOL, "RECEIVED", "一等奖", {"at": contest, "event": "数控", "year": "2024", "count": "2"}),
        Relation(SCHOOL, "RECEIVED", "一等奖", {"at": contest, "event": "焊接", "year": 2024}),
        names={SCHOOL: "School", contest: "Competition", "一等奖": "Award"},
    )
    graph = build([(REPORT, [said])])
    received = edges(graph, "RECEIVED")
    assert len({e.key.target for _, _, e in received}) == 2
    assert sorted(e.properties.get("count", 1) for _, _, e in received) == [1, 2]
    assert [(head, tail) for head, tail, _ in edges(graph, "AT")] == [("一等奖", contest)] * 2
    assert {n.properties["rank"] for n in graph.nodes.values() if n.label == "Award"} == {"一等奖"}


def test_cooperation_is_read_both_ways_and_its_kinds_are_joined() -> None:
    names = {SCHOOL: "School", "远帆集团": "Enterprise"}
    there = sentence(
        f"{SCHOOL}与远帆集团共建。", Relation(SCHOOL, "COOPERATES_WITH", "远帆集团", {"kinds": ["共建"]}), names=names
    )
    back = sentence(
        f"远帆集团与{SCHOOL}开订单班。",
        Relation("远帆集团", "COOPERATES_WITH", SCHOOL, {"kinds": ["订单班"]}),
        names=names,
    )
    ((_, _, edge),) = edges(build([(REPORT, [there, back])]), "COOPERATES_WITH")
    assert edge.key.source < edge.key.target
    assert edge.properties["kinds"] == ["共建", "订单班"]


def test_figures_are_observations_of_a_known_name_or_of_the_reports_region() -> None:
    said = sentence(
        f"{SCHOOL}在校生约1.6万人；全市中职学校招生3200人。",
        names={SCHOOL: "School"},
    )
    facts = (
        Fact(SCHOOL, "在校生", "1.6万", "人", 2024, "约"),
        Fact("青岚中职学校", "招生", "3200", "人"),
        Fact("青岚中职学校", "招生", "3,201", "人"),
    )
    graph = build([(REPORT, [Record(said.text, entities=said.entities, facts=facts)])])
    seen = {(head, graph.nodes[e.key.target].properties["value"]) for head, _, e in edges(graph, "HAS_OBSERVATION")}
    assert seen == {(SCHOOL, 16000), ("青岚市", 3200), ("青岚市", 3201)}
    rough = next(n for n in graph.nodes.values() if n.properties.get("value") == 16000)
    assert (rough.properties["qualifier"], rough.properties["year"], rough.properties["text"]) == (
        "约",
        2024,
        "约1.6万人",
    )
    region = next(n for n in graph.nodes.values() if n.properties.get("value") == 3200)
    assert (region.properties["group"], region.properties["year"]) == ("中职学校", None)


def test_a_rows_evidence_is_the_row_its_caption_and_its_header() -> None:
    row = sentence(
        f"1\t{SCHOOL}\t{ALLIANCE}", Relation(SCHOOL, "LEADS", ALLIANCE),
        names={SCHOOL: "School", ALLIANCE: "Alliance"}, kind="table_row", table=3, page=7,
        caption="表 3 产教融合共同体一览", header=("序号", "牵头学校", "名称"),
    )  # fmt: skip
    ((_, _, edge),) = edges(build([(REPORT, [row])]), "LEADS")
    assert {e.text for e in edge.evidence} == {row.text, row.caption, "序号\t牵头学校\t名称"}


def test_a_case_is_about_the_body_its_title_names() -> None:
    title = sentence(
        f"案例1 {SCHOOL}：校企共育", names={SCHOOL: "School"}, kind="heading", case=1, section=("一、概况",)
    )
    body = sentence(f"{SCHOOL}办学严谨。", names={SCHOOL: "School"}, kind="case", case=1, section=("一、概况",))
    graph = build([(REPORT, [title, body])])
    assert [(head, tail) for head, tail, _ in edges(graph, "ABOUT")] == [(title.text, SCHOOL)]
    assert {n.properties["scope"] for n in graph.nodes.values() if n.label == "Passage"} == {"正文", "案例"}


@st.composite
def small_reports(draw: st.DrawFn) -> list[tuple[ReportInfo, list[Record]]]:
    schools = st.sampled_from([f"{c}城职业学校" for c in "甲乙丙丁"])
    others = st.sampled_from(["远帆集团", "海桥公司"])
    made = []
    for year in draw(st.lists(st.integers(2020, 2023), unique=True, max_size=3)):
        records = []
        for school, other in draw(st.lists(st.tuples(schools, others), max_size=4)):
            relation = Relation(school, "COOPERATES_WITH", other)
            text = f"{school}与{other}合作。"
            records.append(sentence(text, relation, names={school: "School", other: "Enterprise"}))
        made.append((ReportInfo("报告", year, "青岚市", "省", ""), records))
    return made


@given(small_reports(), st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter_and_every_edge_has_evidence(reports, random) -> None:  # type: ignore[no-untyped-def]
    graph = build(reports)
    random.shuffle(reports)
    assert list(dump_lines(build(reports))) == list(dump_lines(graph))
    assert all(edge.evidence for edge in graph.edges.values())
    assert all({edge.source, edge.target} <= graph.nodes.keys() for edge in graph.edges)


def test_a_document_is_known_by_its_number_too() -> None:
    name, number = "青岚市职业学校校企合作管理办法", "青教职〔2024〕14号"
    text = f"青岚市教育局印发《{name}》（{number}）。"
    start = text.find(number)
    named = Entity(number, "Policy", start, start + len(number), refers_to=name)
    said = sentence(text, names={"青岚市教育局": "Organization", name: "Policy"})
    other = Record(f"依据{number}。", entities=(Entity(number, "Policy", 2, 2 + len(number)),))
    graph = build([(REPORT, [Record(text, entities=(*said.entities, named)), other])])
    (policy,) = [node for node in graph.nodes.values() if node.label == "Policy"]
    assert (policy.name, policy.properties["number"]) == (name, number)


def test_a_number_of_which_nothing_says_what_it_counts_makes_no_indicator() -> None:
    record = Record(
        "海桥学校有教师30人，另有71个。", facts=(Fact("海桥学校", "教师", "30", "人"), Fact("", "", "71", "个"))
    )
    graph = build([(ReportInfo("报告", 2024, "海桥市", "省", ""), [record])])
    assert [node.name for node in graph.nodes.values() if node.label == "Indicator"] == ["教师"]
