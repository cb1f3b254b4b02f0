"""Server time a page of the explorer, on a workspace's graph or on a made one of 100,000 nodes; median and worst."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from graph.explorer.app import Library, create_app
from graph.model import Edge, EdgeKey, Evidence, Graph, Node, node_id
from graph.storage.store import open_store
from graph.workspace import Workspace

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


def made(size: int) -> Graph:
    """A graph of ``size`` nodes: schools, enterprises, alliances, programs, passages of 64 reports, hubs among them."""
    chance = random.Random(7)  # noqa: S311 - seeded on purpose
    nodes: dict[str, Node] = {}
    edges: dict[EdgeKey, Edge] = {}

    def node(label: str, name: str, **properties: object) -> str:
        id_ = node_id(label, name)
        nodes[id_] = Node(id_, label, name, (), properties)  # type: ignore[arg-type]
        return id_

    reports = [
        node(
            "Report",
            f"第{i % 16}省职业教育质量年度报告",
            year=2021 + i // 16,
            region=f"第{i % 16}省",
            level="省",
            key=i,
        )
        for i in range(64)
    ]
    passages = []
    for i in range(size // 2):
        report = reports[i % 64]
        text = f"第{i}段写到学校与企业共建产业学院，开设专业，并牵头成立产教融合共同体。"
        id_ = node("Passage", f"{i}", text=text, page=1 + i % 300, scope="正文", report=report)
        passages.append(Evidence(report, 1 + i % 300, None, text, None, id_))
    kinds = {"School": 0.3, "Enterprise": 0.4, "Alliance": 0.1, "Program": 0.05, "Organization": 0.15}
    things = {
        label: [
            node(label, f"第{i}{'职业技术学院' if label == 'School' else label}") for i in range(int(size / 2 * share))
        ]
        for label, share in kinds.items()
    }

    def edge(type_: str, source: str, target: str, key: tuple[str, ...] = ()) -> None:
        said = chance.choice(passages)
        name = EdgeKey(type_, source, target, key)
        edges[name] = Edge(
            name, {"years": [2021 + chance.randrange(4)], "confidence": chance.choice([1.0, 0.9, 0.6])}, (said,)
        )
        for end in (source, target):
            mention = EdgeKey("MENTIONED_IN", end, said.passage, ("0", "1"))
            edges[mention] = Edge(mention, {"start": 0, "end": 1}, (said,))

    for school in things["School"]:
        for _ in range(3):
            edge("COOPERATES_WITH", *sorted((school, _skewed(chance, things["Enterprise"]))))
        edge("OFFERS", school, _skewed(chance, things["Program"]))
        edge("LEADS" if chance.random() < 0.2 else "MEMBER_OF", school, _skewed(chance, things["Alliance"]), ("",))
        edge("AFFILIATED_TO", school, _skewed(chance, things["Organization"]), ("",))
    return Graph(nodes, edges)


def _skewed(chance: random.Random, among: list[str]) -> str:
    """One of ``among``, the first ones far more often: hubs."""
    return among[int(len(among) * chance.random() ** 3)]


@contextmanager
def workspace_of(given: Path | None, size: int) -> Iterator[Workspace]:
    """The given workspace, or one with a made graph, which is ended and removed afterwards."""
    if given is not None:
        yield Workspace(given)
        return
    from graph.storage.embedded import EmbeddedServer

    workspace = Workspace(Path(tempfile.mkdtemp()))
    try:
        with open_store(workspace, "embedded", write=True) as store:
            store.replace(made(size))
        yield workspace
    finally:
        EmbeddedServer(workspace.database).stop()
        shutil.rmtree(workspace.root, ignore_errors=True)


def addresses(library: Library) -> dict[str, str]:
    """A page of each kind, on the busiest school and its facts."""
    store = library.store()
    busiest = store.read(
        "MATCH (n:School)-[r:COOPERATES_WITH|LEADS|OFFERS|AFFILIATED_TO]-() "
        "RETURN n.id AS id, n.name AS name, count(r) AS c ORDER BY c DESC, name LIMIT 2"
    ).rows
    (school, name, _), (_, other, _) = busiest
    types = "COOPERATES_WITH|LEADS|OFFERS|AFFILIATED_TO"
    statement = f"MATCH (n:School {{id: $id}})-[r:{types}]-() "
    statement += "RETURN type(r) AS t, r.id AS id, startNode(r).id AS of, r.evidence[0] AS p"
    fact = store.read(statement, {"id": school}).rows[0]
    report = store.read("MATCH (r:Report) RETURN r.id AS id ORDER BY id LIMIT 1").rows[0][0]
    name, other = quote(name), quote(other)
    return {
        "home": "/",
        "search, all": "/search",
        "search, a part": "/search?q=" + quote("职业"),
        "search, narrowed": "/search?label=School&relation=COOPERATES_WITH",
        "profile": f"/thing/{school}",
        "fact": f"/fact/{fact[0]}/{fact[1]}?of={fact[2]}",
        "passage": f"/passage/{fact[3]}",
        "network": f"/network?id={school}",
        "network, 2 steps": f"/network?id={school}&steps=2",
        "path": f"/path?a={name}&b={other}",
        "matrix": "/matrix",
        "questions": "/questions",
        "question": f"/questions/partners?name={name}",
        "years": f"/years?name={name}",
        "reports": "/reports",
        "report": f"/reports/{report}",
        "review": "/review",
    }


def measure(library: Library, rounds: int) -> list[float]:
    """Print each page's median and worst server time in milliseconds; the medians."""
    client = create_app(library).test_client()
    start = time.perf_counter()
    library.index()
    print(f"index of {len(library.index().entries):,} things in {time.perf_counter() - start:.1f} s")
    medians = []
    for title, address in addresses(library).items():
        times, cpu = [], []
        for _ in range(rounds + 1):
            start, busy = time.perf_counter(), time.process_time()
            answer = client.get(address)
            times.append((time.perf_counter() - start) * 1000)
            cpu.append((time.process_time() - busy) * 1000)
        warm = times[1:]
        medians.append(statistics.median(warm))
        own, size = statistics.median(cpu[1:]), len(answer.data) / 1000
        told = f"{medians[-1]:7.0f} ms median {max(warm):7.0f} ms worst {own:7.0f} ms own CPU {size:6.0f} kB"
        print(f"  {title:18} {told}{'' if answer.status_code == 200 else f'  ({answer.status_code})'}", flush=True)
    return medians


def first_paint(library: Library) -> float | None:
    """Milliseconds to the first contentful paint of a profile in headless Chromium; None where it is absent."""
    program = os.environ.get("ZHITU_CHROMIUM") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if not program:
        return None
    import threading

    import waitress

    server = waitress.create_server(create_app(library), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=program, args=FLAGS).new_page()
        told = []
        for _ in range(3):
            page.goto(f"http://127.0.0.1:{server.effective_port}{addresses(library)['profile']}")
            told.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    server.close()
    return statistics.median(told)


def main() -> None:
    """Measure and say whether the bounds hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, help="an ingested workspace; without it a graph is made")
    parser.add_argument("--size", type=int, default=100_000, help="nodes of the made graph")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    bound = 150 if given.workspace else 400
    with workspace_of(given.workspace, given.size) as workspace:
        library = Library(workspace, lambda: open_store(workspace, "embedded"))
        medians = measure(library, given.rounds)
        paint = first_paint(library)
        library.lost()
    print(f"median of all pages {statistics.median(medians):.0f} ms, slowest {max(medians):.0f} ms; bound {bound} ms")
    print(f"first paint {paint:.0f} ms; bound 1,000 ms" if paint is not None else "first paint: no Chromium")
    sys.exit(0 if statistics.median(medians) < bound else 1)


if __name__ == "__main__":
    main()
