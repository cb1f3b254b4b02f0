"""Names, sentences, titles and attributes that are markup: shown as text in every view, run by no browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from graph.model import Edge, EdgeKey, Evidence, Graph, Node, node_id
from graph.storage.embedded import EmbeddedServer, available
from graph.storage.store import open_store
from graph.workspace import Workspace
from tests.graph.explorer.conftest import Site, served

pytest.importorskip("flask", reason="needs the explorer's packages: pip install 'zhitu[explorer]'")
pytestmark = pytest.mark.store

RUN = "window.zq=1"
SCHOOL = f'"><img src=x onerror="{RUN}">职业学院'
OTHER = f"'-{RUN}-'<svg onload={RUN}>职业学校"
FIRM = f"</script><script>{RUN}</script>有限公司"
ALLIANCE = f"{{{{{RUN}}}}}${{{RUN}}}<a href=javascript:{RUN}>共同体</a>"
TITLE = f"</title><script>{RUN}</script>年度报告"
SAID = f"{SCHOOL}与{FIRM}共建产业学院<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>。"
RAW = ("<img src=x", "<svg onload", f"<script>{RUN}", "<a href=javascript", "<iframe srcdoc")


def graph() -> tuple[Graph, dict[str, str]]:
    """Two schools, an enterprise, an alliance, a report of two years; their ids by role."""
    nodes: dict[str, Node] = {}
    edges: dict[EdgeKey, Edge] = {}

    def node(label: str, name: str, **properties: object) -> str:
        id_ = node_id(label, name)
        nodes[id_] = Node(id_, label, name, (), properties)  # type: ignore[arg-type]
        return id_

    told: dict[str, str] = {}
    evidence = []
    for year in (2023, 2024):
        report = node("Report", f"{year}{TITLE}", year=year, region="<b>省", level="省", key=year)
        passage = node("Passage", str(year), text=SAID, page=1, scope="正文", report=report)
        evidence.append(Evidence(report, 1, None, SAID, None, passage))
        told |= {"report": report, "passage": passage}
    for role, label, name in (
        ("school", "School", SCHOOL), ("other", "School", OTHER), ("firm", "Enterprise", FIRM),
        ("alliance", "Alliance", ALLIANCE), ("program", "Program", f"<script>{RUN}</script>技术"),
    ):  # fmt: skip
        told[role] = node(label, name)

    def edge(type_: str, source: str, target: str, **properties: object) -> None:
        name = EdgeKey(type_, told[source], told[target], ("",))
        said = {"years": [2023, 2024], "confidence": 0.9, **properties}
        edges[name] = Edge(name, said, tuple(evidence))  # type: ignore[arg-type]
        for end in (told[source], told[target]):
            for one in evidence:
                mention = EdgeKey("MENTIONED_IN", end, one.passage, ("0", "1"))
                edges[mention] = Edge(mention, {"start": 0, "end": 1}, (one,))

    edge("COOPERATES_WITH", "school", "firm", mode=f"<script>{RUN}</script>")
    edge("COOPERATES_WITH", "other", "firm", mode=SCHOOL)
    edge("LEADS", "school", "alliance", role=FIRM)
    edge("MEMBER_OF", "other", "alliance")
    edge("OFFERS", "school", "program")
    return Graph(nodes, edges), told


@pytest.fixture(scope="module")
def ids() -> dict[str, str]:
    return graph()[1]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An explorer over the graph of such names."""
    from graph.explorer.app import Library

    if reason := available():
        pytest.skip(reason)
    workspace = Workspace(tmp_path_factory.mktemp("hostile"))
    with open_store(workspace, "embedded", write=True) as store:
        store.replace(graph()[0])
    library = Library(workspace, lambda: open_store(workspace, "embedded"))
    yield from served(library)
    library.lost()
    EmbeddedServer(workspace.database).stop()


def views(library: Any, ids: dict[str, str]) -> list[str]:
    """An address of every view, on these things."""
    school, other = quote(SCHOOL), quote(OTHER)
    facts = library.store().read("MATCH (a)-[r:LEADS|COOPERATES_WITH]->(b) RETURN type(r), r.id, a.id").rows
    return [
        "/", "/search?q=" + quote("学"), "/search?q=" + quote(f"<script>{RUN}</script>"), "/reports", "/matrix",
        "/review",
        *(f"/thing/{ids[role]}" for role in ("school", "other", "firm", "alliance", "program")),
        *(f"/fact/{type_}/{id_}?of={of}" for type_, id_, of in facts),
        f"/passage/{ids['passage']}?said={school}", f"/reports/{ids['report']}",
        f"/network?id={ids['school']}&steps=2", f"/path?a={school}&b={other}",
        f"/years?name={school}&a=2023&b=2024", f"/questions/partners?name={school}",
        f"/questions/shared-enterprises?ask=1&name={school}", f"/questions/profile?name={school}",
    ]  # fmt: skip


def test_no_view_writes_them_as_markup(hostile: Site, ids: dict[str, str]) -> None:
    from graph.explorer.app import create_app

    client = create_app(hostile.library).test_client()
    shown = 0
    for address in views(hostile.library, ids):
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.get_data(as_text=True)
        assert not [raw for raw in RAW if raw in text], address
        shown += "&lt;script&gt;" in text or "&lt;img" in text
    assert shown > 10  # they are there, as text


@pytest.mark.browser
def test_no_browser_runs_them(hostile: Site, ids: dict[str, str]) -> None:
    from tests.graph.explorer.test_browser import FLAGS

    api = pytest.importorskip("playwright.sync_api", reason="needs Playwright's Python client: pip install playwright")
    program = os.environ.get("ZHITU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("needs Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_context(base_url=hostile.address).new_page()
        page.set_default_timeout(60_000)
        faults: list[str] = []
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else 0)
        for address in views(hostile.library, ids):
            page.goto(address)
            assert page.evaluate("window.zq") is None, address
            assert page.evaluate("document.querySelectorAll('iframe, img[src=x], svg[onload]').length") == 0, address
        # Names come to the page by scripts too: the canvas, its table, and suggestions.
        page.goto(f"/network?id={ids['school']}&steps=2")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.zq") is None
        browser.close()
    assert faults == []
