# ruff: noqa: E501 - a statement stands on one line
"""Aggregates inside conditions: what is rewritten for the embedded database, what is left, and that answers agree."""

from __future__ import annotations

from typing import Any

import pytest

from graph.storage.failures import StatementError, point_into
from graph.storage.lifting import lifted
from graph.storage.store import Store

KINDS = "MATCH (s:School) OPTIONAL MATCH (s)-[:OFFERS]->(p) "


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (n) RETURN n.name ORDER BY n.name",
        "MATCH (n) WHERE n.name IS NOT NULL RETURN labels(n)[0] AS l, count(*) AS n ORDER BY n",
        "MATCH (n) RETURN count(n) > 3 AS many, max(n.x) + 1 AS next",
        "MATCH (n) RETURN size([x IN collect(n.name) WHERE x CONTAINS 'a']) AS n",
        "MATCH (n) RETURN any(x IN collect(n.name) WHERE x IS NULL) AS n",
        "MATCH (n) WHERE COUNT { (n)--() } > 1 AND n.count IS NULL RETURN n.name IS NULL AS x",
        "MATCH (n) RETURN n.kind IS NULL AS none, count(*) AS n",
        "RETURN 'count(x) IS NULL' AS text // max(x) IN []",
    ],
)
def test_what_is_right_already_is_left_as_it_was_written(statement: str) -> None:
    assert lifted(statement) == statement


def test_an_aggregate_of_a_condition_is_computed_before_it() -> None:
    assert lifted("MATCH (n) RETURN n.kind AS k, max(n.x) IS NULL AS none ORDER BY n.kind LIMIT 3") == (
        "MATCH (n) WITH n.kind AS k, max(n.x) AS `aggregate 1` RETURN k, `aggregate 1` IS NULL AS none ORDER BY k LIMIT 3"
    )
    inner = "CALL { MATCH (n) RETURN count(n) IN [1] AS one } RETURN one"
    assert lifted(inner) == (
        "CALL { MATCH (n) WITH count(n) AS `aggregate 1` RETURN `aggregate 1` IN [1] AS one } RETURN one"
    )


def test_what_cannot_be_grouped_is_said() -> None:
    with pytest.raises(StatementError, match="not grouped by"):
        lifted("MATCH (n) RETURN max(n.x) IS NULL OR n.y > 1 AS x")


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        (f"{KINDS}RETURN s.kind AS k, max(p.name) IS NULL AS x ORDER BY k", [["中职", False], ["本科", True], ["高职专科", False]]),
        (f"{KINDS}RETURN s.kind AS k, count(p) IN [0] AS x ORDER BY k", [["中职", False], ["本科", True], ["高职专科", False]]),
        (f"{KINDS}RETURN s.kind AS k, NOT count(p) > 0 OR count(s) > 5 AS x ORDER BY k", [["中职", False], ["本科", True], ["高职专科", False]]),
        (f"{KINDS}WITH s.kind AS k, max(p.name) CONTAINS '织' AS x WHERE x RETURN k, x ORDER BY k", [["中职", True], ["高职专科", True]]),
        (f"{KINDS}RETURN s.kind, CASE WHEN max(p.name) IS NULL THEN '无' ELSE '有' END ORDER BY s.kind", [["中职", "有"], ["本科", "无"], ["高职专科", "有"]]),
        (f"{KINDS}RETURN s.kind AS k, collect(p {{.name}})[0].name AS x ORDER BY k", [["中职", "染织技术"], ["本科", None], ["高职专科", "染织技术"]]),
        ("MATCH (s:School) RETURN count(s) = 4 AND max(s.name) STARTS WITH '临江' AS x", [[True]]),
    ],
)  # fmt: skip
def test_answers_are_right_on_both_servers(reader: Store, statement: str, rows: list[list[Any]]) -> None:
    assert [list(row) for row in reader.read(statement).rows] == rows


def test_a_column_keeps_the_name_that_its_author_sees(reader: Store) -> None:
    answer = reader.read("MATCH (s:School) RETURN s.kind, max(s.name) IS NULL ORDER BY s.kind LIMIT 1")
    assert answer.columns == ("s.kind", "max(s.name) IS NULL")


def test_the_place_is_the_statement_s_own_where_the_server_explained_it_first() -> None:
    said = (
        "Invalid input 'RETRUN': expected 'RETURN' (line 1, column 26 (offset: 25))\n"
        '"EXPLAIN MATCH (n:School) RETRUN n"\n                          ^'
    )
    told = point_into("MATCH (n:School) RETRUN n", said).splitlines()
    assert told[0] == "line 1, column 18: Invalid input 'RETRUN': expected 'RETURN'"
    assert told[2].index("^") - 2 == told[1].index("RETRUN") - 2
