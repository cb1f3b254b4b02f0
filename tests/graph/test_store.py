"""Both servers keep a graph whole, and refuse what reading must not do."""

from __future__ import annotations

import pytest

from extractor.errors import NameUnknown, Refused
from graph.model import Delta, Graph, difference, dump_lines
from graph.questions.asking import ask
from graph.storage.failures import StatementError
from graph.storage.search import resolve_name, search
from graph.storage.store import Store
from tests.graph.stores import sample


def test_a_dump_gives_back_what_was_put_in(writer: Store) -> None:
    assert list(dump_lines(writer.dump())) == list(dump_lines(sample()))


def test_applying_twice_changes_nothing(writer: Store) -> None:
    graph = sample()
    writer.apply(Delta(tuple(graph.nodes.values()), tuple(graph.edges.values())))
    assert list(dump_lines(writer.dump())) == list(dump_lines(graph))


def test_a_delta_turns_one_graph_into_another(writer: Store) -> None:
    graph = sample()
    edges = dict(sorted(graph.edges.items())[2:])
    kept = {end for key in edges for end in (key.source, key.target)} | {
        e.passage for edge in edges.values() for e in edge.evidence
    }
    smaller = Graph({id_: node for id_, node in graph.nodes.items() if id_ in kept}, edges)
    writer.apply(difference(graph, smaller))
    assert list(dump_lines(writer.dump())) == list(dump_lines(smaller))
    writer.apply(difference(smaller, graph))
    assert list(dump_lines(writer.dump())) == list(dump_lines(graph))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE (n:School {id: 'x'})",
        "MATCH (n:School) SET n.name = 'x'",
        "MATCH (n:School) DETACH DELETE n",
        "MATCH (n:School) CALL { WITH n SET n.name = 'x' } RETURN 1",
        "MATCH (n:School) FOREACH (x IN [1] | SET n.name = 'q')",
        "MERGE (n:School {id: 'new'}) RETURN n",
        "CREATE INDEX foo FOR (n:School) ON (n.foo)",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
        "LOAD CSV FROM 'http://127.0.0.1:9/x' AS line RETURN line",
    ],
)
def test_reading_refuses_to_write(reader: Store, statement: str) -> None:
    with pytest.raises(Refused):
        reader.read(statement)
    assert reader.read("MATCH (n:School) RETURN count(n)").rows == [(4,)]


def test_errors_point_into_the_statement(reader: Store) -> None:
    with pytest.raises(StatementError, match="line 2, column 1"):
        reader.read("MATCH (n:School)\nRETRN n")


def test_a_limit_is_announced(reader: Store) -> None:
    assert reader.read("MATCH (n:School) RETURN n.name", limit=2).truncated
    assert not reader.read("MATCH (n:School) RETURN n.name", limit=4).truncated


def test_search_finds_names_aliases_and_parts(reader: Store) -> None:
    assert [hit.name for hit in search(reader, "港口")][:2] == ["临江港口职业技术学院", "智慧港口行业产教融合共同体"]
    assert resolve_name(reader, "远帆起重").name == "远帆起重机（临江）有限公司"
    with pytest.raises(NameUnknown, match="临江大学"):
        resolve_name(reader, "临江", ["School"])
    with pytest.raises(NameUnknown):
        resolve_name(reader, "没有这个名字")


def test_shared_communities(reader: Store) -> None:
    answer = ask(reader, "shared-communities")
    pairs = {(row["school"], row["other"]): row["shared"] for row in answer.dicts()}
    assert {frozenset(pair): n for pair, n in pairs.items()} == {
        frozenset({"临江大学", "临江港口职业技术学院"}): 2,
        frozenset({"临江大学", "临江丝绸学校"}): 1,
    }
    assert answer.evidence[0][0].page == 8
    assert len(ask(reader, "shared-communities", {"school": "临江丝绸学校"}).rows) == 1
    assert not ask(reader, "shared-communities", scope="正文").rows


def test_partners_say_where_a_list_is_cut_short(reader: Store) -> None:
    answer = ask(reader, "partners", {"name": "临江丝绸学校", "kind": "订单班"})
    assert [row["partner"] for row in answer.dicts()] == ["云锦纺织集团", "远帆起重机（临江）有限公司"]
    assert {(w.named, w.of) for passages in answer.evidence for w in passages} == {(2, 15)}


def test_who_leads_an_alliance_with_a_school_is_its_partner(reader: Store) -> None:
    answer = ask(reader, "partners", {"name": "临江丝绸学校", "kind": "共同牵头"})
    assert "临江大学" in {row["partner"] for row in answer.dicts()}
    assert all(row["alliances"] for row in answer.dicts())
    assert all(answer.evidence)


def test_a_partner_has_one_row_with_every_way_of_cooperation(reader: Store) -> None:
    answer = ask(reader, "partners", {"name": "港口职业"})
    rows = {row["partner"]: row for row in answer.dicts()}
    assert len(rows) == len(answer.rows)
    company = rows["远帆起重机（临江）有限公司"]
    assert company["kinds"] == ["产业学院", "共同牵头"]
    assert company["alliances"] == ["智慧港口行业产教融合共同体", "绿色航运行业产教融合共同体"]
    assert company["content"] == ["共建产业学院"]
    assert company["years"] == [2024]


def test_awards(reader: Store) -> None:
    answer = ask(reader, "awards", {"name": "丝绸学校"})
    assert [(row["award"], row["year"]) for row in answer.dicts()] == [("临江市优质中职学校", 2024)]
