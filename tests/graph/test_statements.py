# ruff: noqa: E501 - a statement stands on one line, as its author would have it
"""Statements researchers write, by category, each with its answer worked out by hand; the same on both servers."""

from __future__ import annotations

from typing import Any

import pytest

from graph.storage.store import Store

S = "临江丝绸学校"
P = "临江港口职业技术学院"
U = "临江大学"
O = "临江纺织工业学校"  # noqa: E741
C = "远帆起重机（临江）有限公司"
L = "云锦纺织集团"

STATEMENTS: dict[str, tuple[str, dict[str, Any], list[list[Any]]]] = {
    "pattern: one label": ("MATCH (s:School {kind: '本科'}) RETURN s.name", {}, [[U]]),
    "pattern: several labels": (
        "MATCH (o:School|Enterprise|Organization) RETURN count(o)", {}, [[7]]),
    "pattern: two types, both directions": (
        "MATCH (:School {name: $name})-[:LEADS|COOPERATES_WITH]-(x) RETURN x.name ORDER BY x.name", {"name": S},
        [["丝绸数字化行业产教融合共同体"], [L], [C]]),
    "pattern: property of a relationship": (
        "MATCH (s)-[r:LEADS {role: '牵头企业'}]->(a) RETURN s.name, count(a) ORDER BY s.name", {}, [[L, 1], [C, 2]]),
    "pattern: list property": (
        "MATCH ()-[r:COOPERATES_WITH]-() WHERE '订单班' IN r.kinds RETURN count(DISTINCT r.id)", {}, [[2]]),
    "where: strings": (
        "MATCH (s:School) WHERE s.name STARTS WITH '临江' AND s.name ENDS WITH '学校' RETURN s.name ORDER BY s.name", {},
        [[S], [O]]),
    "where: regular expression": ("MATCH (s:School) WHERE s.name =~ '.*大学' RETURN s.name", {}, [[U]]),
    "where: null": (
        "MATCH (s:School) WHERE s.ownership IS NOT NULL RETURN s.name, s.ownership", {}, [[S, "公办"]]),
    "where: alias in a list": (
        "MATCH (e:Enterprise) WHERE ANY(a IN e.aliases WHERE a CONTAINS '起重') RETURN e.name", {}, [[C]]),
    "optional match": (
        "MATCH (s:School) OPTIONAL MATCH (s)-[:RECEIVED]->(a) RETURN s.name, a.name ORDER BY s.name", {},
        [[S, "临江市优质中职学校"], [U, "云州技能大赛金奖"], [P, None], [O, None]]),
    "optional match: count": (
        "MATCH (s:School) OPTIONAL MATCH (s)-[r:COOPERATES_WITH]-() RETURN s.name, count(r) AS n ORDER BY n DESC, s.name",
        {}, [[S, 2], [P, 1], [U, 0], [O, 0]]),
    "aggregation": (
        "MATCH (o:Observation) RETURN min(o.value), max(o.value), avg(o.value), sum(o.value), count(*)", {},
        [[97.5, 98.0, 97.75, 195.5, 2]]),
    "aggregation: collect": (
        "MATCH (s:School)-[:LEADS]->(a) WITH s, a ORDER BY a.name RETURN s.name, collect(a.name)[0] AS first, count(*) AS n "
        "ORDER BY n DESC, s.name", {},
        [[U, "丝绸数字化行业产教融合共同体", 3], [P, "智慧港口行业产教融合共同体", 2], [S, "丝绸数字化行业产教融合共同体", 1]]),
    "aggregation: having": (
        "MATCH (s)-[:LEADS]->(a) WITH s, count(a) AS n WHERE n > 1 RETURN s.name, n ORDER BY n DESC, s.name", {},
        [[U, 3], [P, 2], [C, 2]]),
    "aggregation: distinct": ("MATCH (s:School) RETURN count(DISTINCT s.kind)", {}, [[3]]),
    "order, skip, limit": ("MATCH (s:School) RETURN s.name ORDER BY s.name SKIP 1 LIMIT 2", {}, [[U], [P]]),
    "subquery": (
        "MATCH (s:School) CALL { WITH s MATCH (s)-[:LEADS]->(a) RETURN count(a) AS n } RETURN s.name, n ORDER BY n DESC, s.name",
        {}, [[U, 3], [P, 2], [S, 1], [O, 0]]),
    "exists": (
        "MATCH (s:School) WHERE EXISTS { (s)-[:RECEIVED]->(:Award) } RETURN s.name ORDER BY s.name", {}, [[S], [U]]),
    "exists: whole": (
        "MATCH (s:School) WHERE NOT EXISTS { MATCH (s)-[:COOPERATES_WITH]-(e) WHERE e:Enterprise } "
        "RETURN s.name ORDER BY s.name", {}, [[U], [O]]),
    "count subquery": (
        "MATCH (s:School) RETURN s.name, COUNT { (s)-[:LEADS]->() } AS n ORDER BY n DESC, s.name", {},
        [[U, 3], [P, 2], [S, 1], [O, 0]]),
    "pattern comprehension": (
        "MATCH (s:School {name: $name}) RETURN [(s)-[r:LEADS]->(a) | r.role] AS roles", {"name": S}, [[["牵头职校"]]]),
    "variable length": (
        "MATCH (:School {name: $name})-[:RENAMED_TO*1..3]-(x:School) RETURN x.name", {"name": S}, [[O]]),
    "variable length: path": (
        "MATCH p = (:School {name: $name})-[:RENAMED_TO|AFFILIATED_TO*2]->(x) RETURN [n IN nodes(p) | n.name]",
        {"name": O}, [[[O, S, L]]]),
    "quantified path": (
        "MATCH (a:School {name: $name}) ((x)-[:RENAMED_TO|AFFILIATED_TO]->(y)){1,2} (b) RETURN b.name ORDER BY b.name",
        {"name": O}, [[S], [L]]),
    "shortest path": (
        "MATCH p = shortestPath((:School {name: $a})-[:LEADS*..6]-(:School {name: $b})) RETURN length(p)",
        {"a": P, "b": S}, [[4]]),
    "all shortest paths": (
        "MATCH p = allShortestPaths((:School {name: $a})-[:LEADS*..6]-(:School {name: $b})) RETURN count(p), min(length(p))",
        {"a": P, "b": U}, [[2, 2]]),
    "map projection": (
        "MATCH (s:School {name: $name}) RETURN s {.name, .kind, leads: COUNT { (s)-[:LEADS]->() }} AS m", {"name": S},
        [[{"name": S, "kind": "中职", "leads": 1}]]),
    "collections: unwind": (
        "MATCH (s:School {name: $name}) UNWIND s.aliases AS a RETURN a ORDER BY a", {"name": P},
        [["临江港职院"], ["港口学院"]]),
    "collections: list functions": (
        "RETURN size([1, 2, 3]), head([1, 2]), last([1, 2]), reverse([1, 2]), [x IN range(1, 4) WHERE x % 2 = 0 | x * x]",
        {}, [[3, 1, 2, [2, 1], [4, 16]]]),
    "collections: reduce": ("RETURN reduce(t = 0, x IN [1, 2, 3] | t + x)", {}, [[6]]),
    "collections: predicates": (
        "RETURN all(x IN [1, 2] WHERE x > 0), any(x IN [1, 2] WHERE x > 1), none(x IN [1] WHERE x > 1), "
        "single(x IN [1, 2] WHERE x = 2)", {}, [[True, True, True, True]]),
    "strings": (
        "RETURN toUpper('ab'), substring('职业教育', 2), split('a,b', ','), replace('甲乙', '乙', '丙'), trim(' x '), "
        "size('职业'), left('职业', 1), toString(3), toInteger('7')", {},
        [["AB", "教育", ["a", "b"], "甲丙", "x", 2, "职", "3", 7]]),
    "numbers": ("RETURN 7 / 2, 7 % 2, 7.0 / 2, 2 ^ 3, round(2.567, 2), abs(-3)", {}, [[3, 1, 3.5, 8.0, 2.57, 3]]),
    "dates": (
        "RETURN date('2024-03-15').year, date('2024-03-15') < date('2024-04-01'), "
        "duration.between(date('2024-01-01'), date('2024-03-01')).months, toString(date('2024-03-15') + duration('P1M'))",
        {}, [[2024, True, 2, "2024-04-15"]]),
    "dates: value": ("RETURN date('2024-03-15') AS d", {}, [["2024-03-15"]]),
    "case": (
        "MATCH (s:School) RETURN s.name, CASE s.kind WHEN '中职' THEN 1 WHEN '高职专科' THEN 2 ELSE 3 END AS k ORDER BY k, s.name",
        {}, [[S, 1], [O, 1], [P, 2], [U, 3]]),
    "coalesce": ("MATCH (s:School {name: $name}) RETURN coalesce(s.ownership, '未填报')", {"name": U}, [["未填报"]]),
    "union": (
        "MATCH (e:Enterprise) RETURN e.name AS name UNION MATCH (o:Organization) RETURN o.name AS name", {},
        [[L], ["临江市教育局"], [C]]),
    "union all": ("RETURN 1 AS x UNION ALL RETURN 1 AS x", {}, [[1], [1]]),
    "with: pipeline": (
        "MATCH (a:Alliance) WITH a ORDER BY a.name LIMIT 1 MATCH (a)<-[r:LEADS]-(x) RETURN a.name, x.name ORDER BY x.name", {},
        [["丝绸数字化行业产教融合共同体", S], ["丝绸数字化行业产教融合共同体", U], ["丝绸数字化行业产教融合共同体", L]]),
    "evidence: passages of a fact": (
        "MATCH (:School {name: $name})-[r:RENAMED_TO]->() UNWIND r.evidence AS id MATCH (p:Passage {id: id}) RETURN p.page, p.scope",
        {"name": O}, [[2, "正文"]]),
    "functions of graph things": (
        "MATCH (s:School {name: $name})-[r:RENAMED_TO]->(t) RETURN labels(s), type(r), startNode(r).name, endNode(r).name, "
        "keys(s {.name, .kind})", {"name": O}, [[["School"], "RENAMED_TO", O, S, ["kind", "name"]]]),
    "parameters: list": ("MATCH (s:School) WHERE s.kind IN $kinds RETURN count(s)", {"kinds": ["中职", "本科"]}, [[3]]),
    "parameters: map": ("UNWIND $rows AS row RETURN row.a + row.b AS c", {"rows": [{"a": 1, "b": 2}]}, [[3]]),
    "node": (
        "MATCH (p:Place) RETURN p", {}, [[{"label": "Place", "id": "place-id", "name": "东港区", "aliases": []}]]),
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement(reader: Store, name: str) -> None:
    statement, parameters, expected = STATEMENTS[name]
    rows = [list(row) for row in reader.read(statement, parameters).rows]
    if name == "node":
        rows[0][0]["id"] = "place-id"
    if name == "functions of graph things":
        rows[0][-1] = sorted(rows[0][-1])
    if name == "union":
        rows, expected = sorted(rows), sorted(expected)
    assert rows == expected
