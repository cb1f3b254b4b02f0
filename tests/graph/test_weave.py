"""Any order and interleaving of reports put in, replaced and taken out gives the graph of a build from scratch."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.records import Entity, Fact, Record, Relation
from graph.building import build, desired
from graph.building.build import WITNESSES, assemble
from graph.building.claims import Contribution, ReportInfo
from graph.building.contribute import contribute
from graph.building.desired import current_id, delta_since, whole_graph
from graph.building.state import State, open_state
from graph.building.weave import put, remove, resettle
from graph.identity.decisions import Decision, build_decisions
from graph.identity.resolution import NOTHING, Knowledge, Link, resolve
from graph.model import Delta, Graph, dump_lines

SCHOOLS = (
    "青岚工业学校",
    "青岚市工业学校",
    "青岚工校",
    "海桥职业技术学院",
    "海桥职业技术大学",
    "该市实验学校",
    "工业学校",
)
OTHERS = {"远帆集团": "Enterprise", "青岚市教育局": "Organization", "青岚联盟": "Alliance", "数控实训中心": "Base"}
TYPES = {"Enterprise": "COOPERATES_WITH", "Organization": "AFFILIATED_TO", "Alliance": "LEADS", "Base": "OPERATES"}


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    made = []
    for _ in range(draw(st.integers(0, 4))):
        school, second = draw(st.sampled_from(SCHOOLS)), draw(st.sampled_from(SCHOOLS))
        other = draw(st.sampled_from(sorted(OTHERS)))
        kinds = draw(st.sampled_from(["plain", "alias", "rename", "award", "figure"]))
        names = {school: "School", second: "School", other: OTHERS[other], "一等奖": "Award", "技能大赛": "Competition"}
        relations = [Relation(school, TYPES[OTHERS[other]], other, confidence=draw(st.sampled_from([1.0, 0.5])))]
        if kinds == "alias":
            relations.append(Relation(school, "ALIAS_OF", second))
        elif kinds == "rename":
            relations.append(Relation(school, "RENAMED_TO", second, {"year": 2022}))
        elif kinds == "award":
            relations.append(
                Relation(school, "RECEIVED", "一等奖", {"at": "技能大赛", "count": draw(st.integers(1, 2))})
            )
        facts = (Fact(school, "在校生", str(draw(st.integers(1, 3))), "人"),) if kinds == "figure" else ()
        text = "，".join(names) + kinds
        entities = tuple(
            Entity(name, label, text.find(name), text.find(name) + len(name)) for name, label in names.items()
        )
        made.append(Record(text, entities=entities, relations=tuple(relations), facts=facts))
    return made


contributions = st.builds(
    lambda year, region, made: contribute(ReportInfo("报告", year, region, "省", ""), made),
    st.integers(2021, 2023), st.sampled_from(["青岚市", "海桥市"]), records(),
)  # fmt: skip
decided = st.builds(
    Decision, st.sampled_from(["same", "different"]), st.just("School"),
    st.sampled_from(SCHOOLS), st.sampled_from(SCHOOLS),
)  # fmt: skip
knowledge = st.lists(decided, max_size=4).map(build_decisions)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("put"), contributions),
        st.tuples(st.just("remove"), contributions),
        st.tuples(st.just("decide"), knowledge),
    ),
    max_size=8,
)


def apply(graph: Graph, delta: Delta) -> Graph:
    """What a store does with a delta."""
    nodes = {id_: node for id_, node in graph.nodes.items() if id_ not in delta.removed_nodes}
    edges = {key: edge for key, edge in graph.edges.items() if key not in delta.removed_edges}
    return Graph(
        {**nodes, **{node.id: node for node in delta.nodes}}, {**edges, **{edge.key: edge for edge in delta.edges}}
    )


def scratch(made: Sequence[Contribution], known: Knowledge) -> Graph:
    mentions = {mention for one in made for mention in one.mentions}
    links: set[Link] = {link for one in made for link in one.links}
    return assemble(made, resolve(mentions, links, known))


@pytest.fixture(scope="module", params=[WITNESSES, 2], ids=["all evidence", "two witnesses kept"])
def _witnesses(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "WITNESSES", request.param)
        patch.setattr(desired, "WITNESSES", request.param)
        yield


@pytest.mark.usefixtures("_witnesses")
@given(operations)
@settings(max_examples=120, deadline=None)
def test_the_state_and_a_store_that_follows_it_equal_a_build_from_scratch(steps) -> None:  # type: ignore[no-untyped-def]
    there: dict[str, Contribution] = {}
    known, store = NOTHING, Graph()
    with open_state(Path(":memory:")) as state:
        for step, what in steps:
            with state.transaction() as seq:
                if step == "put":
                    there[what.report.id] = what
                    put(state, what, "digest", seq, known)
                elif step == "remove":
                    there.pop(what.report.id, None)
                    remove(state, what.report.id, seq, known)
                else:
                    known = what
                    resettle(state, seq, known)
            store = apply(store, delta_since(state, seq - 1))
        expected = list(dump_lines(scratch(list(there.values()), known)))
        assert list(dump_lines(whole_graph(state))) == expected
        assert list(dump_lines(store)) == expected


def only_school(state: State) -> str:
    (node,) = (node.id for node in whole_graph(state).nodes.values() if node.label == "School")
    return node


def test_an_id_that_a_later_report_changes_goes_on_as_a_redirect() -> None:
    def said(year: int, *names: str, alias: bool) -> Contribution:
        relations = (Relation(names[0], "ALIAS_OF", names[1]),) if alias else ()
        record = Record("、".join(names), entities=tuple(Entity(n, "School") for n in names), relations=relations)
        return contribute(ReportInfo("报告", year, "青岚市", "省", ""), [record])

    with open_state(Path(":memory:")) as state:
        with state.transaction() as seq:
            put(state, said(2023, "海桥职业学院", alias=False), "1", seq)
        old = only_school(state)
        with state.transaction() as seq:
            put(state, said(2024, "海桥职业学院", "海桥市海桥职业技术学院", alias=True), "2", seq)
        new = only_school(state)
        assert old != new
        assert current_id(state, old) == new
        with state.transaction() as seq:
            remove(state, ReportInfo("报告", 2024, "青岚市", "省", "").id, seq)
        assert only_school(state) == old
        assert current_id(state, old) == old


def test_a_transaction_that_fails_leaves_nothing() -> None:
    made = contribute(
        ReportInfo("报告", 2024, "青岚市", "省", ""),
        [Record("青岚工业学校", entities=(Entity("青岚工业学校", "School"),))],
    )
    with open_state(Path(":memory:")) as state:
        try:
            with state.transaction() as seq:
                put(state, made, "1", seq)
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        assert state.seq == 0
        assert not whole_graph(state).nodes
