"""Loading speed of the store on both servers, against the usual way: an indexed MERGE an edge in auto-commit.

usage: scripts/neo4j scripts/bench store [--edges N] [--usual N]

Prints relationships/s of: the usual way on Neo4j; on Neo4j and on the embedded database, Store.apply of relationships
between nodes that are there (as the usual way has it), the same once more, and Store.replace of nodes and all.
Ratios are to the usual way in the same run; each server is warmed by a small load.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from graph.model import Delta, Edge, EdgeKey, Evidence, Graph, Node, node_id
from graph.storage.embedded import EmbeddedServer
from graph.storage.settings import EmbeddedSettings, QuerySettings, Settings, StoreSettings
from graph.storage.store import Store, open_store
from graph.workspace import Workspace


def made(schools: int, edges: int, seed: int = 7) -> Graph:
    """A synthetic graph: schools and enterprises that work together, each edge with its passage."""
    chance = random.Random(seed)  # noqa: S311 - synthetic data
    report = node_id("Report", "bench")
    nodes = {report: Node(report, "Report", "报告", (), {"year": 2024})}
    for label, count in (("School", schools), ("Enterprise", schools)):
        for number in range(count):
            id_ = node_id(label, f"{label}{number}")
            nodes[id_] = Node(id_, label, f"{label}{number}", (f"别名{number}",), {"kind": "中职"})
    found: dict[EdgeKey, Edge] = {}
    while len(found) < edges:
        one, other = chance.randrange(schools), chance.randrange(schools)
        key = EdgeKey(
            "COOPERATES_WITH", *sorted((node_id("School", f"School{one}"), node_id("Enterprise", f"Enterprise{other}")))
        )
        text = f"School{one}与Enterprise{other}共建产业学院。"
        passage = node_id("Passage", text)
        nodes[passage] = Node(
            passage, "Passage", text, (), {"text": text, "page": 1 + one % 90, "scope": "正文", "report": report}
        )
        evidence = (Evidence(report, 1 + one % 90, None, text, None, passage),)
        found[key] = Edge(key, {"kinds": ["产业学院"], "years": [2024], "confidence": 0.9}, evidence)
    return Graph(nodes, found)


def usual(address: str, password: str, graph: Graph, edges: int) -> float:
    """Relationships/s of one MERGE an edge in auto-commit on Neo4j, its ends found by an index."""
    import neo4j

    with neo4j.GraphDatabase.driver(address, auth=("neo4j", password)) as driver, driver.session() as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
        session.run("CREATE CONSTRAINT usual IF NOT EXISTS FOR (n:Usual) REQUIRE n.id IS UNIQUE").consume()
        rows = [{"id": node.id, "name": node.name} for node in graph.nodes.values()]
        session.run("UNWIND $rows AS row CREATE (n:Usual) SET n = row", rows=rows).consume()
        statement = "MATCH (a:Usual {id: $a}) MATCH (b:Usual {id: $b}) MERGE (a)-[r:COOPERATES_WITH]->(b) SET r += $p"
        chosen = list(graph.edges.values())
        for edge in chosen[:200]:
            session.run(statement, a=edge.key.source, b=edge.key.target, p=dict(edge.properties)).consume()
        began = time.perf_counter()
        for edge in chosen[200 : 200 + edges]:
            session.run(statement, a=edge.key.source, b=edge.key.target, p=dict(edge.properties)).consume()
        spent = time.perf_counter() - began
        session.run("MATCH (n) DETACH DELETE n").consume()
        session.run("DROP CONSTRAINT usual").consume()
        return edges / spent


def rate(store: Store, load: Callable[[Store], None], edges: int) -> float:
    """Relationships/s of ``load``, all it does counted."""
    began = time.perf_counter()
    load(store)
    return edges / (time.perf_counter() - began)


def measure(name: str, workspace: Workspace, settings: Settings, graph: Graph, base: float) -> None:
    """Bulk and one-transaction rates of one server, printed."""
    small = made(500, 5000, seed=1)
    edges = len(graph.edges)
    with open_store(workspace, write=True, settings=settings) as store:
        store.replace(small)
        store.apply(Delta(tuple(small.nodes.values()), tuple(small.edges.values())))
        store.replace(Graph(graph.nodes))
        delta = Delta(edges=tuple(graph.edges.values()))
        report(f"{name}: relationships alone (apply)", rate(store, lambda s: s.apply(delta), edges), base)
        report(f"{name}: the same again (apply)", rate(store, lambda s: s.apply(delta), edges), base)
        store.replace(Graph())
        report(f"{name}: nodes and all in bulk (replace)", rate(store, lambda s: s.replace(graph), edges), base)
        store.replace(Graph())


def report(what: str, speed: float, base: float) -> None:
    """One line: what, relationships/s, ratio."""
    ratio = f"{speed / base:6.1f} ×" if base else "     –"
    print(f"{what:48} {speed:10.0f} rel/s  {ratio}", flush=True)


def main(argv: list[str]) -> int:
    """Run what the environment allows; 0."""
    parser = argparse.ArgumentParser(prog="scripts/bench store", description=__doc__)
    parser.add_argument("--edges", type=int, default=30_000)
    parser.add_argument("--usual", type=int, default=1_500)
    chosen = parser.parse_args(argv)
    graph = made(chosen.edges // 10, chosen.edges)
    base = 0.0
    query, embedded = QuerySettings(timeout=600), EmbeddedSettings(heap_mb=512)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        if address := os.environ.get("ZHITU_TEST_NEO4J"):
            password = os.environ["ZHITU_TEST_NEO4J_PASSWORD"]
            base = usual(address, password, graph, chosen.usual)
            report("Neo4j: a MERGE per edge, auto-commit, indexed", base, base)
            remote = Settings(StoreSettings(address, "neo4j", password), embedded, query)
            measure("Neo4j", workspace, remote, graph, base)
        else:
            print("no Neo4j: run as scripts/neo4j scripts/bench store", file=sys.stderr)
        measure("embedded", workspace, Settings(embedded=embedded, query=query), graph, base)
        EmbeddedServer(workspace.database).stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
