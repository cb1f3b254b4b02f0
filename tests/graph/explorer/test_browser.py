"""The journeys of the explorer in a real browser: Debian's Chromium, headless, through Playwright's Python client."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.explorer.users import Gate, add_user, read_users
from graph.explorer.wording import CANVAS
from tests.graph.explorer.conftest import ROOT, Site, served

pytestmark = [pytest.mark.browser, pytest.mark.store]

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-dev-shm-usage",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SCHOOL = "上海商学院"
AXE = ROOT / "scripts/assets.d/node_modules/axe-core/axe.min.js"
VIEWS = (
    "/", "/search?q=学校", "/questions", "/questions/shared-communities?ask=1",
    "/years?a=2023&b=2024&name=青岚职业技术学院",
    "/reports", "/review", "/matrix", "/network?name=青岚职业技术学院&steps=2",
    "/path?a=青岚职业技术学院&b=云帆装备股份有限公司",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs Playwright's Python client: pip install playwright")
    program = os.environ.get("ZHITU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("needs Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def tab(browser: Any, site: Site) -> Iterator[Any]:
    """A tab on the served explorer; at its end, nothing was asked of another host and no script failed."""
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 860}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(90_000)
    faults: list[str] = []
    context.on(
        "request", lambda r: faults.append(r.url) if not r.url.startswith((site.address, "blob:", "data:")) else 0
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else 0)
    yield page
    context.close()
    assert faults == []


def wait(tab: Any, condition: str) -> None:
    """Until ``condition`` is true in the page; Playwright's own way needs eval, which the content policy refuses."""
    for _ in range(900):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(100)
    raise AssertionError(condition)


needs_canvas = pytest.mark.skipif(not CANVAS.is_file(), reason="needs Cytoscape.js: run scripts/assets")


def test_which_schools_share_a_community_with_x_and_where_does_it_say_so(tab: Any) -> None:
    tab.goto("/")
    tab.click("text=哪些学校同在一个产教联盟")
    tab.fill("input[name=school]", SCHOOL)
    tab.click("button:has-text('提问')")
    rows = tab.locator("main tbody tr")
    assert rows.count() >= 1
    assert "上海南湖职业技术学院" in rows.all_inner_texts()[0]
    rows.first.locator("a.evidence").first.click()
    assert SCHOOL in tab.locator("mark").first.inner_text()
    image = tab.locator("figure.page img").first
    image.scroll_into_view_if_needed()
    wait(tab, "document.querySelector('figure.page img').naturalWidth > 500")


def test_compare_two_years_of_x(tab: Any) -> None:
    tab.goto("/search?q=岚川机电")
    tab.click("main a.thing >> nth=0")
    tab.click("text=两年对比")
    tab.select_option("select[name=a]", "2022")
    tab.select_option("select[name=b]", "2024")
    tab.click("main button:has-text('对比')")
    assert "a=2022" in tab.url
    assert re.search("新增|延续|未再出现", tab.inner_text("main"))


def test_export_to_excel_word_and_csv(tab: Any, tmp_path: Path) -> None:
    tab.goto("/questions/shared-communities?ask=1")
    for name, suffix in (("Word 简报", "docx"), ("Excel", "xlsx"), ("CSV", "csv")):
        with tab.expect_download() as started:
            tab.click(f"main a.button:has-text('{name}')")
        assert started.value.suggested_filename.endswith(suffix)
        started.value.save_as(tmp_path / suffix)
        assert (tmp_path / suffix).stat().st_size > 500


def test_mark_an_error(tab: Any) -> None:
    tab.goto("/search?q=岚川智能制造")
    tab.click("main a.thing >> nth=0")
    tab.click("section a.evidence >> nth=0")
    tab.click("summary:has-text('有误')")
    tab.fill("input[name=note]", "浏览器里标的")
    tab.click("button:has-text('标为有误')")
    assert "已记下" in tab.inner_text("main")
    tab.click("nav >> text=待审")
    assert "浏览器里标的" in tab.inner_text("main")


def test_one_click_copies_a_cited_sentence(tab: Any) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto("/search?q=上海商学院")
    tab.click("main a.thing >> nth=0")
    tab.click("section a.evidence >> nth=0")
    tab.click("#copy-fact")
    tab.wait_for_selector("text=已复制")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert "上海商学院" in copied
    assert re.search(r"《.+》.*第\d+页", copied)


@needs_canvas
def test_the_canvas_and_its_table_choose_together_and_grow(tab: Any) -> None:
    tab.goto("/network?name=青岚职业技术学院")
    wait(tab, "window.zhituCanvas && zhituCanvas.nodes().length > 3")
    before = tab.evaluate("zhituCanvas.nodes().length")
    tab.click("#facts tbody tr >> nth=0", position={"x": 2, "y": 2})
    assert tab.evaluate("zhituCanvas.$('edge:selected').length") == 1
    tab.evaluate("zhituCanvas.nodes().filter(n => n.data('name').startsWith('云帆装备')).select()")
    assert tab.locator("#facts tr.chosen").count() >= 1
    places = tab.evaluate("zhituCanvas.nodes().map(n => [n.id(), n.position()])")
    spot = tab.evaluate(
        "(() => { const n = zhituCanvas.nodes().filter(n => n.data('name').startsWith('云帆装备'))[0];"
        "const b = document.getElementById('canvas').getBoundingClientRect(), p = n.renderedPosition();"
        "return [b.x + p.x, b.y + p.y]; })()"
    )
    tab.mouse.dblclick(*spot)
    wait(tab, f"zhituCanvas.nodes().length > {before}")
    assert tab.evaluate("zhituCanvas.nodes().map(n => [n.id(), n.position()])")[: len(places)] == places
    shown = tab.evaluate("zhituCanvas.nodes().length")
    assert f"显示 {shown} / 共" in tab.inner_text("#shown")
    with tab.expect_download() as started:
        tab.click("button:has-text('PNG')")
    assert started.value.path().read_bytes()[:4] == b"\x89PNG"


@needs_canvas
def test_the_canvas_works_from_the_keyboard(tab: Any) -> None:
    tab.goto("/network?name=青岚职业技术学院")
    wait(tab, "!!window.zhituCanvas")
    tab.focus("#canvas")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowDown")
    assert tab.inner_text("#canvas-said")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/thing/**")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.name") == "q"


@pytest.mark.parametrize("address", VIEWS)
def test_axe_finds_no_serious_fault(tab: Any, address: str) -> None:
    if not AXE.is_file():
        pytest.skip("needs axe-core: run scripts/assets")
    tab.goto(address)
    tab.evaluate(AXE.read_text(encoding="utf-8"))  # not a script element: the content policy holds
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        f"{v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0].get('failureSummary', '')[:300]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]
    assert not serious, "\n".join(serious)


def test_first_paint_within_a_second(tab: Any) -> None:
    tab.goto("/")  # warm
    tab.goto("/questions/shared-communities?ask=1")
    painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    tab.wait_for_function(f"{painted} > 0")  # the page may have loaded before anything of it was drawn
    paint = tab.evaluate(painted)
    assert 0 < paint < 1000 * float(os.environ.get("ZHITU_SLOW", "1"))


def test_login_and_roles(browser: Any, library: Any, tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    add_user(users, "王敏", "reviewer", "right horse")
    gated = served(library, gate=Gate(read_users(users)))
    site = next(gated)
    try:
        page = browser.new_context(base_url=site.address).new_page()
        page.goto("/reports")
        assert "/login" in page.url
        page.fill("input[name=name]", "王敏")
        page.fill("input[name=password]", "wrong horse")
        page.click("main button")
        assert "不对" in page.inner_text("main")
        page.fill("input[name=name]", "王敏")
        page.fill("input[name=password]", "right horse")
        page.click("main button")
        page.wait_for_url("**/reports*")
        page.click("text=退出")
        page.goto("/reports")
        assert "/login" in page.url
    finally:
        gated.close()


def test_two_browsers_and_an_ingest_at_once(browser: Any, site: Site, tmp_path: Path) -> None:
    import threading

    from tests.graph.explorer.conftest import ingest

    extra = tmp_path / "more.txt"
    text = (ROOT / "corpora/region/lanchuan-2022.txt").read_text(encoding="utf-8")
    extra.write_text(text.replace("2022", "2021").replace("2023", "2022"), encoding="utf-8")
    failed: list[BaseException] = []

    def run() -> None:
        try:
            ingest(site.library.workspace, extra)
        except BaseException as error:
            failed.append(error)

    loader = threading.Thread(target=run)
    tabs = [browser.new_context(base_url=site.address).new_page() for _ in range(2)]
    loader.start()
    rounds = 0
    while loader.is_alive() or rounds < 3:
        for page in tabs:
            for address in ("/search?q=学校", "/questions/shared-communities?ask=1", "/reports"):
                answer = page.goto(address)
                assert answer.status == 200 or (answer.status == 503 and "数据库暂不可用" in page.inner_text("main"))
        rounds += 1
    loader.join()
    assert failed == []
    assert tabs[0].goto("/search?q=学校").status == 200
