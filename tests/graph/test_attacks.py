"""Statements and names meant to do harm: refused or harmless on both servers, and the graph stays as it was."""

from __future__ import annotations

import pytest

from extractor.errors import NameUnknown, ZhituError
from graph.model import dump_lines
from graph.questions.asking import ask
from graph.storage.search import search
from graph.storage.store import Store
from tests.graph.stores import sample

STATEMENTS = [
    "MATCH (n) DETACH DELETE n // RETURN 1",
    "/* MATCH (n) RETURN n */ MATCH (n:School) SET n.x = 1",
    "MATCH (n:School) RETURN n; MATCH (m) DETACH DELETE m",
    "EXPLAIN MATCH (n) RETURN n; MATCH (m) DETACH DELETE m",
    "PROFILE MATCH (n:School) SET n.x = 1 RETURN n",
    "EXPLAIN PROFILE MATCH (n:School) SET n.x = 1 RETURN n",
    "CYPHER planner=cost MATCH (n:School) SET n.x = 1",
    "MATCH (n:School) WITH n CALL { WITH n CREATE (m:School {id: n.id + 'x'}) } IN TRANSACTIONS RETURN 1",
    "MATCH (n:School) REMOVE n.name",
    "MATCH (n:School) SET n:Enterprise",
    "CREATE CONSTRAINT x FOR (n:School) REQUIRE n.name IS UNIQUE",
    "DROP CONSTRAINT school_id",
    "DROP INDEX school_name",
    "CREATE USER eve SET PASSWORD 'abcdefgh1'",
    "ALTER USER neo4j SET PASSWORD 'abcdefgh1'",
    "SHOW USERS",
    "CREATE DATABASE evil",
    "DROP DATABASE neo4j",
    "USE system SHOW USERS",
    "CALL dbms.listConfig()",
    "CALL db.createLabel('Evil')",
    "CALL db.clearQueryCaches()",
    "CALL apoc.load.json('file:///etc/hostname')",
    "CALL apoc.cypher.runWrite('CREATE (n:School)', {})",
    "CALL merge.node(['School'], {id: 'evil'})",
    "MATCH (n:School) WITH collect(n) AS ns CALL refactor.cloneNodesWithRelationships(ns) YIELD output RETURN 1",
    "CALL/**/merge.node(['School'], {id: 'evil'})",
    "CALL `merge.node`(['School'], {id: 'evil'})",
    "UNWIND ['file:///etc/hostname'] AS url LOAD CSV FROM url AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM 'https://example.org/x.csv' AS line RETURN line",
    "TERMINATE TRANSACTIONS 'x'",
    "SELECT FROM School",
    "DELETE FROM School",
    "{sql} DELETE FROM School",
    "IMPORT DATABASE file:///etc/hostname",
    "",
    "\x00",
    "MATCH (n) RETURN " + "(" * 5000 + "1" + ")" * 5000,
]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text[:50])
def test_a_statement_that_would_do_harm(reader: Store, statement: str) -> None:
    with pytest.raises(ZhituError) as told:
        reader.read(statement, timeout=20)
    assert "Traceback" not in str(told.value)
    counted = reader.read("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n.id), count(r)").rows
    assert counted == [(len(sample().nodes), len(sample().edges))]


def test_the_graph_is_as_it_was(reader: Store) -> None:
    assert list(dump_lines(reader.dump())) == list(dump_lines(sample()))


@pytest.mark.parametrize(
    "name",
    [
        "'",
        '"',
        "' OR 1=1 //",
        "\\",
        "`",
        "$x",
        "}) DETACH DELETE n //",
        "<script>",
        "学" * 10_000,
        "\x00",
        "\u202e",
        "%",
        ".*",
    ],
    ids=lambda text: text[:8].encode("unicode_escape").decode(),
)
def test_a_name_is_never_a_statement(reader: Store, name: str) -> None:
    assert search(reader, name) == []
    with pytest.raises(NameUnknown):
        ask(reader, "partners", {"name": name})
    assert ask(reader, "lists", {"name": name}).rows == []


def test_a_parameter_is_a_value(reader: Store) -> None:
    rows = reader.read("RETURN $p AS p", {"p": "'}) MATCH (n) DETACH DELETE n //"}).rows
    assert rows == [("'}) MATCH (n) DETACH DELETE n //",)]
