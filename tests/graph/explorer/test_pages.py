"""Every page over a loaded graph: what it shows, in both languages and as JSON, and what bad input gets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.explorer.marks import read_marks
from graph.workspace import Workspace
from tests.graph.explorer.conftest import id_of, ingest, token

pytestmark = pytest.mark.store

SCHOOL = "青岚职业技术学院"
PAGES = (
    "/", "/search", "/search?q=学校", "/network", "/path", "/matrix", "/questions", "/years", "/reports", "/review",
    "/questions/shared-communities?ask=1", "/path?a=青岚职业技术学院&b=云帆装备股份有限公司",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_shown_in_both_languages_and_as_json(client: Any, address: str) -> None:
    path, _, query = address.partition("?")
    assert 'lang="zh-CN"' in client.get(address).get_data(as_text=True)
    english = client.get(f"{path}?{query}&lang=en")
    assert english.status_code == 200
    assert 'lang="en"' in english.get_data(as_text=True)
    assert client.get(f"{path if path != '/' else '/'}.json?{query}").is_json


def test_a_profile_has_names_figures_facts_and_their_sources(client: Any) -> None:
    id_ = id_of(client, SCHOOL)
    page = client.get(f"/thing/{id_}").get_data(as_text=True)
    for told in (
        "青岚造船技工学校",
        "前身（更名而来）",
        "在校生人数",
        "6,420",
        "<svg",
        "/fact/LEADS/",
        "云帆装备股份有限公司",
    ):
        assert told in page
    facts = client.get(f"/thing/{id_}.json").get_json()["profile"]["facts"]
    assert {"LEADS", "OFFERS", "RENAMED_TO"} <= facts.keys()


def test_a_link_with_a_former_id_leads_to_the_thing(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.explorer.views import things

    id_, former = id_of(client, SCHOOL), f"school-{'0' * 16}"
    monkeypatch.setattr(things, "present_id", lambda _state, one: id_ if one == former else one)
    for address in (f"/thing/{former}?lang=en", f"/thing/{former}.json", f"/thing/{former}.xlsx"):
        answered = client.get(address)
        assert answered.status_code == 301
        assert answered.headers["Location"].endswith(address.replace(former, id_))
        assert client.get(answered.headers["Location"]).status_code == 200


def test_a_fact_opens_its_sentence_and_the_page_with_the_place_outlined(client: Any) -> None:
    facts = client.get(f"/thing/{id_of(client, '上海南湖职业技术学院')}.json").get_json()["profile"]["facts"]["LEADS"]
    page = client.get(f"/fact/LEADS/{facts[0]['id']}").get_data(as_text=True)
    assert "<mark>" in page
    image = client.get(next(part for part in page.split('"') if part.startswith("/page/")).replace("&amp;", "&"))
    assert image.mimetype == "image/png"
    assert image.data[:4] == b"\x89PNG"
    plain = client.get(f"/page/{facts[0]['id']}/1.png")
    assert plain.status_code == 400  # no such report: said, not broken


def test_an_outline_is_drawn_where_the_box_is(client: Any) -> None:
    from PIL import Image

    report = next(one for one in client.get("/reports.json").get_json()["reports"] if one["file"] == "report.pdf")
    image = Image.open(io.BytesIO(client.get(f"/page/{report['id']}/3.png?box=100,200,300,260").data))
    bare = Image.open(io.BytesIO(client.get(f"/page/{report['id']}/3.png").data))
    assert image.size == bare.size
    red = (200, 40, 20)
    assert red in {image.getpixel((x, round(200 * 1.6 - 3))) for x in range(170, 470)}
    assert red not in {bare.getpixel((x, round(200 * 1.6 - 3))) for x in range(170, 470)}


def test_text_reports_say_that_there_is_no_page(client: Any) -> None:
    facts = client.get(f"/thing/{id_of(client, '岚川智能制造学校')}.json").get_json()["profile"]["facts"]
    one = facts["AFFILIATED_TO"][0]
    assert "没有页面图像" in client.get(f"/fact/AFFILIATED_TO/{one['id']}").get_data(as_text=True)


def test_search_narrows_by_facets_and_a_saved_scope(client: Any) -> None:
    every = client.get("/search.json?q=学校").get_json()["found"]
    assert every["total"] == sum(every["facets"]["label"].values())
    one = client.get("/search.json?q=学校&label=School&kind=中职").get_json()["found"]
    assert one["total"] == every["facets"]["kind"]["中职"] - 0
    year = client.get("/search.json?q=学校&year=2022").get_json()["found"]
    assert year["total"] == every["facets"]["year"]["2022"]
    place = id_of(client, "岚川智能制造学校")
    page = client.get(f"/thing/{place}").get_data(as_text=True)
    assert client.post("/scope", data={"id": place, "csrf_token": token(page)}).status_code == 302
    within = client.get("/search.json?q=").get_json()["found"]
    assert 0 < within["total"] < 60
    assert any(hit["id"] == place for hit in within["hits"])
    matrix = client.get("/matrix.json").get_json()
    assert len(matrix["schools"]) < 20


def test_files_carry_evidence(client: Any) -> None:
    import docx
    from docx.oxml.ns import qn

    sheet = client.get("/questions/shared-communities.csv?ask=1").data.decode("utf-8-sig").splitlines()
    assert sheet[0].endswith("报告,页码,原文")
    assert len(sheet) > 5
    for address in ("/questions/shared-communities.xlsx?ask=1", f"/thing/{id_of(client, SCHOOL)}.xlsx"):
        assert zipfile.ZipFile(io.BytesIO(client.get(address).data)).testzip() is None
    body = client.get("/questions/shared-communities.docx?ask=1").data
    parts = zipfile.ZipFile(io.BytesIO(body))
    assert "word/charts/chart1.xml" in parts.namelist()
    notes = parts.read("word/footnotes.xml").decode()
    document = docx.Document(io.BytesIO(body))
    cited = list(document.element.body.iter(qn("w:footnoteReference")))
    assert len(cited) == len(document.tables[0].rows) - 1 == notes.count("<w:footnote w:id=")
    assert len(cited) == notes.count("《") + notes.count("同注")  # what was cited before is not quoted again
    assert round(document.sections[0].page_width.cm, 1) == 21.0
    profile = client.get(f"/thing/{id_of(client, SCHOOL)}.docx").data
    assert "在校生人数" in zipfile.ZipFile(io.BytesIO(profile)).read("word/document.xml").decode()


def test_two_years_tell_new_kept_and_what_cannot_be_told(client: Any) -> None:
    data = client.get(f"/years.json?a=2022&b=2024&name={'岚川机电工程学校'}").get_json()
    states = {state for state, changes in data["found"]["changes"].items() if changes}
    assert states <= {"新增", "延续", "未再出现", "前年未收报告", "后年未收报告"}
    assert states
    page = client.get(f"/years?a=2023&b=2024&name={SCHOOL}").get_data(as_text=True)
    assert "无从判断" in page  # the sample's series has no report of 2023
    assert "未填报" in page
    assert "推算" in page


def test_a_report_tells_how_much_was_read(client: Any) -> None:
    report = next(one for one in client.get("/reports.json").get_json()["reports"] if one["file"] == "report.pdf")
    data = client.get(f"/reports/{report['id']}.json").get_json()
    tables = next(one for one in data["coverage"] if one["en"] == "tables")
    assert tables["found"] >= 5
    assert report["ingested"][:2] == "20"


def test_the_network_page_works_without_its_canvas(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.explorer.wording.CANVAS", Path("nowhere"))
    page = client.get(f"/network?id={id_of(client, SCHOOL)}").get_data(as_text=True)
    assert "scripts/assets" in page
    assert 'id="facts"' in page


def test_the_network_never_grows_beyond_its_bounds(client: Any) -> None:
    id_ = id_of(client, SCHOOL)
    few = client.get(f"/network.json?id={id_}&steps=3&most=5").get_json()["network"]
    assert few["shown"] == len(few["nodes"]) == 5 < few["total"]
    most = client.get(f"/network.json?id={id_}&steps=3&most=999999").get_json()
    assert most["most"] == 2000
    again = client.get(f"/network.json?id={id_}&steps=3&most=5").get_json()["network"]
    assert again["nodes"] == few["nodes"]  # the same places


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "汉" * 10_000,
    "' OR 1=1 //",
    "{{7*7}}",
    "\x00",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_as_text_or_refused(client: Any, text: str) -> None:
    for path, name in (("/search", "q"), ("/network", "name"), ("/years", "name"), ("/path", "a")):
        answer = client.get(path, query_string={name: text, "b": text})
        assert answer.status_code in {200, 400, 404, 414}
        body = answer.get_data(as_text=True)
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert len(body) < 200_000
    assert client.get("/questions/partners", query_string={"name": text}).status_code in {200, 414}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/thing/nobody", 404), ("/thing/school-0", 404), ("/thing/School) DETACH DELETE (n", 404),
        ("/fact/LEADS/x", 404), ("/fact/LEADS]->() DELETE r/x", 404), ("/passage/x", 404), ("/reports/x", 404),
        ("/questions/x", 404), ("/questions/x.docx", 404), ("/page/x/1.png", 400), ("/page/x/99999999999.png", 400),
        ("/network?id=x", 404), ("/network?steps=x&most=-1&year=abc", 200), ("/search?page=-4&year=²²²²", 200),
        ("/static/../app.py", 404), ("/years?a=9&b=99999999999999", 200), ("/nowhere", 404),
    ],
)  # fmt: skip
def test_addresses_made_by_hand(client: Any, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_mark_goes_to_the_review_list(client: Any) -> None:
    one = client.get(f"/thing/{id_of(client, SCHOOL)}.json").get_json()["profile"]["facts"]["OFFERS"][0]
    page = client.get(f"/fact/OFFERS/{one['id']}").get_data(as_text=True)
    note = "学校名\t写错了\n<b>"
    sent = client.post(f"/fact/OFFERS/{one['id']}/mark", data={"note": note, "csrf_token": token(page)})
    assert sent.status_code == 302
    assert "学校名 写错了 &lt;b&gt;" in client.get("/review").get_data(as_text=True)


@pytest.fixture
def renamed(tmp_path: Path) -> Iterator[Any]:
    """The library of a report with two names that may be one school's before and after it rose in rank."""
    from graph.explorer.app import Library
    from graph.storage.embedded import EmbeddedServer
    from graph.storage.store import open_store

    report = tmp_path / "云杉2024.txt"
    report.write_text(
        "云杉市高等职业教育质量年度报告（2024）\n\n一、产教融合\n\n云杉职业学院与青檀物流有限公司共建产业学院。\n\n"
        "云杉职业大学与岚石重工集团有限公司签订合作协议。\n",
        encoding="utf-8",
    )
    workspace = Workspace(tmp_path / "workspace")
    ingest(workspace, report)
    library = Library(workspace, lambda: open_store(workspace, "embedded"))
    yield library
    library.lost()
    EmbeddedServer(workspace.database).stop()


def test_a_merge_is_decided_as_in_zhitu_review(renamed: Any) -> None:
    from graph.explorer.app import create_app

    client = create_app(renamed).test_client()
    before = client.get("/review.json").get_json()
    one = before["items"][0]["proposal"]
    assert {one["one"], one["other"]} == {"云杉职业学院", "云杉职业大学"}
    page = client.get("/review").get_data(as_text=True)
    pair = {"label": one["label"], "one": one["one"], "other": one["other"], "csrf_token": token(page)}
    assert client.post("/review", data={**pair, "verdict": "different"}).status_code == 302
    assert one["other"] in renamed.workspace.decisions.read_text(encoding="utf-8")
    assert client.get("/review.json").get_json()["total"] == before["total"] - 1
    assert client.post("/review", data={**pair, "verdict": "same"}).status_code == 400  # no longer open
    assert read_marks(renamed.workspace) is not None


def test_a_saved_scope_narrows_answers_and_reports(client: Any) -> None:
    everything = client.get("/questions/shared-communities.json?ask=1").get_json()["rows"]
    school = everything[0]["school"]
    id_ = id_of(client, school)
    page = client.get(f"/thing/{id_}").get_data(as_text=True)
    client.post("/scope", data={"id": id_, "csrf_token": token(page)})
    try:
        kept = client.get("/questions/shared-communities.json?ask=1").get_json()["rows"]
        reports = client.get("/reports.json").get_json()["reports"]
    finally:
        client.post("/scope", data={"id": "", "csrf_token": token(page)})
    assert 0 < len(kept) < len(everything)
    assert any(school in (row["school"], row["other"]) for row in kept)
    assert 0 < len(reports) < len(client.get("/reports.json").get_json()["reports"])
