"""The journeys of the explorer in a real browser: Debian's Chromium, headless, through Playwright's Python client."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from graph.explorer.users import Gate, add_user, read_users
from graph.explorer.wording import CANVAS
from tests.graph.explorer.conftest import ROOT, Site, served

pytestmark = [pytest.mark.browser, pytest.mark.store]

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-dev-shm-usage",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE = 90  # seconds until a condition must hold, on whatever machine; nothing here is a measure of speed
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
    page.set_default_timeout(PATIENCE * 1000)
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
    end = time.monotonic() + PATIENCE
    while not tab.evaluate(condition):
        assert time.monotonic() < end, condition
        tab.wait_for_timeout(100)


needs_canvas = pytest.mark.skipif(not CANVAS.is_file(), reason="needs Cytoscape.js: run scripts/assets")


def test_which_schools_share_a_community_with_x_and_where_does_it_say_so(tab: Any) -> None:
    tab.goto("/")
    tab.click("text=哪些学校同在一个产教联盟")
    tab.fill("input[name=school]", SCHOOL)
    tab.click("button:has-text('提问')")
    rows = tab.locator("main tbody tr")
    rows.first.wait_for()
    assert "上海南湖职业技术学院" in rows.all_inner_texts()[0]
    rows.first.locator("a.evidence").first.click()
    tab.wait_for_selector("mark")
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
    tab.wait_for_url("**a=2022**")
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
    tab.wait_for_selector("main >> text=已记下")
    tab.click("nav >> text=待审")
    tab.wait_for_selector("main >> text=浏览器里标的")


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
    tab.evaluate("void zhituCanvas.nodes().filter(n => n.data('name').startsWith('云帆装备')).select()")
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
    tab.click("button:has-text('全图')")
    with tab.expect_download() as started:
        tab.click("button:has-text('PNG')")
    picture = Image.open(started.value.path())
    on_screen = tab.evaluate("zhituCanvas.elements().renderedBoundingBox().w")
    assert 1.7 * on_screen < picture.width < 2.6 * on_screen  # the names' room is reckoned roughly
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


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


def test_a_page_is_painted_soon(tab: Any) -> None:
    """scripts/bench measures how soon; here the best of some visits must be far from what makes a person wait."""
    painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    best = float("inf")
    for _ in range(5):
        tab.goto("/questions/shared-communities?ask=1")
        wait(tab, f"{painted} > 0")  # the page may have loaded before anything of it was drawn
        best = min(best, tab.evaluate(painted))
        if best < 1000:
            break
    assert best < 10_000


@needs_canvas
def test_names_on_the_canvas_do_not_cover_each_other(tab: Any) -> None:
    tab.goto("/network?name=青岚职业技术学院&steps=3")
    wait(tab, "window.zhituCanvas && zhituCanvas.$('node.named').length > 3")
    covered = tab.evaluate(
        "(() => { const boxes = zhituCanvas.$('node.named').map((n) => n.renderedBoundingBox({includeNodes: false, "
        "includeEdges: false, includeLabels: true, includeOverlays: false}));"
        "let found = 0; boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {"
        "const x = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1), y = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);"
        "if (x > 8 && y > 8) found += 1; })); return found; })()"
    )
    assert covered == 0


@needs_canvas
def test_a_profile_draws_what_is_around_it_and_prints_it_as_a_picture(tab: Any) -> None:
    tab.goto("/search?q=青岚职业技术学院")
    tab.click("main a.thing >> nth=0")
    wait(tab, "!!window.zhituCanvas && zhituCanvas.nodes().length > 3")
    row = tab.locator("section tr[data-edge]").first
    row.focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("zhituCanvas.$('edge:selected').length") == 1
    assert "chosen" in (row.get_attribute("class") or "")
    tab.evaluate("void window.dispatchEvent(new Event('beforeprint'))")
    wait(tab, "document.querySelector('img.drawn')?.naturalWidth > 100")
    tab.evaluate("void window.dispatchEvent(new Event('afterprint'))")
    assert tab.locator("img.drawn").count() == 0


@pytest.mark.parametrize("width", [390, 1024])
def test_nothing_is_wider_than_the_screen(tab: Any, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    for address in VIEWS:
        tab.goto(address)
        assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, address


def test_an_unclear_name_is_chosen_from_its_candidates(tab: Any) -> None:
    tab.goto("/questions/partners")
    tab.fill("input[name=name]", "岚川")
    tab.click("button:has-text('提问')")
    tab.click("main .note >> text=岚川智能制造学校")
    tab.wait_for_selector("main tbody tr")
    assert "北桥汽车制造有限公司" in tab.inner_text("main tbody")


def test_login_and_roles(browser: Any, library: Any, tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    add_user(users, "王敏", "reviewer", "right horse")
    gated = served(library, gate=Gate(read_users(users)))
    site = next(gated)
    try:
        page = browser.new_context(base_url=site.address).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto("/reports")
        assert "/login" in page.url
        page.fill("input[name=name]", "王敏")
        page.fill("input[name=password]", "wrong horse")
        page.click("main button")
        page.wait_for_selector("main >> text=不对")
        page.fill("input[name=name]", "王敏")
        page.fill("input[name=password]", "right horse")
        page.click("main button")
        page.wait_for_url("**/reports*")
        page.click("text=退出")
        page.wait_for_url("**/login")
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
    for page in tabs:
        page.set_default_timeout(PATIENCE * 1000)
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
