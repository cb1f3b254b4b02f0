"""Which thing a reader means: parts, short forms, candidates to choose from, ids that went on under another."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from graph.explorer.content import Filters, Thing
from graph.explorer.faults import Unclear
from graph.explorer.index import Entry, Index, facets_of, near
from tests.graph.explorer.conftest import id_of

SCHOOL = "青岚职业技术学院"


def made(*names: str, label: str = "School") -> Index:
    entries = [Entry(Thing(f"{label.lower()}-{i}", label, name), name, name) for i, name in enumerate(names)]
    return Index(tuple(entries), {}, facets_of(entries))


def test_parts_that_blanks_separate_must_all_be_in_the_name() -> None:
    index = made("临江纺织产教联合体", "临江职业技术学院", "石门纺织产教联合体")
    found = index.search("临江 联合体", Filters(), page=1, size=9)
    assert [hit.name for hit in found.hits] == ["临江纺织产教联合体"]
    assert index.named("纺织　石门").name == "石门纺织产教联合体"


def test_a_short_form_that_no_report_prints_is_near_its_name() -> None:
    index = made("临江南湖职业技术学院", "南湖小学")
    found = index.search("南湖职院", Filters(), page=1, size=9)
    assert found.total == 0
    assert [one.name for one in found.near] == ["临江南湖职业技术学院"]
    assert near(index.entries, ".*(") == []
    assert near(index.entries, "") == []


def test_several_that_fit_are_candidates_and_an_id_is_always_clear() -> None:
    index = made("临江学院", "临江大学", "临江职校")
    with pytest.raises(Unclear) as raised:
        index.named("临江")
    assert raised.value.total == len(raised.value.candidates) == 3
    assert index.named("school-2").name == "临江职校"
    with pytest.raises(Unclear) as raised:
        index.named("临校")
    assert (raised.value.total, [one.name for one in raised.value.candidates]) == (0, ["临江职校"])


@pytest.mark.store
def test_an_unclear_name_offers_links_to_what_may_be_meant(client: Any) -> None:
    for path, arguments in (
        ("/path", {"a": "岚川", "b": SCHOOL}),
        ("/network", {"name": "岚川"}),
        ("/questions/partners", {"name": "岚川"}),
    ):
        answer = client.get(path, query_string=arguments)
        page = answer.get_data(as_text=True)
        assert "指哪一个" in page
        assert "names have this" not in page  # Chinese first
        link = next(part for part in page.split('"') if part.startswith(f"{path}?") and "%E6%99%BA%E8%83%BD" in part)
        assert client.get(link.replace("&amp;", "&")).status_code == 200
    told = client.get("/path.json", query_string={"a": "岚川", "b": SCHOOL})
    assert told.status_code == 404
    assert {"id", "label", "name"} <= told.get_json()["candidates"][0].keys()
    assert "which" in client.get("/network?name=岚川&lang=en").get_data(as_text=True)


@pytest.mark.store
def test_messages_are_in_the_readers_language(client: Any) -> None:
    for address in ("/thing/school-0", "/fact/LEADS/x", "/passage/x", "/reports/x", "/questions/x", "/nowhere"):
        assert "没有" in client.get(address).get_data(as_text=True).split("<main")[1]
        english = client.get(f"{address}?lang=en").get_data(as_text=True).split("<main")[1].split("</main")[0]
        assert not any("\u4e00" <= character <= "\u9fff" for character in english)
        client.delete_cookie("zhitu_lang")


@pytest.mark.store
def test_an_old_id_leads_to_the_thing_it_went_on_as(client: Any, library: Any) -> None:
    now, old = id_of(client, SCHOOL), "school-00000000000000aa"
    with sqlite3.connect(library.workspace.state) as state:
        state.execute("INSERT INTO redirects VALUES (?, ?)", (old, now))
    try:
        for form in ("", ".json", ".xlsx", ".docx"):
            answer = client.get(f"/thing/{old}{form}?lang=en&_scheme=javascript")
            assert answer.status_code == 301
            assert answer.headers["Location"] == f"/thing/{now}{form}?lang=en&_scheme=javascript"
        assert client.get(f"/network.json?id={old}").get_json()["centres"] == [now]
        assert client.get(f"/years.json?id={old}").get_json()["subject"]["id"] == now
    finally:
        with sqlite3.connect(library.workspace.state) as state:
            state.execute("DELETE FROM redirects WHERE old = ?", (old,))
    assert client.get(f"/thing/{old}").status_code == 404


@pytest.mark.store
def test_names_in_an_answer_lead_to_their_profiles(client: Any) -> None:
    page = client.get("/questions/shared-communities?ask=1").get_data(as_text=True)
    row = client.get("/questions/shared-communities.json?ask=1").get_json()["rows"][0]
    assert f'href="/thing/{id_of(client, row["school"])}"' in page


@pytest.mark.store
def test_what_one_can_choose_from_is_a_choice(client: Any) -> None:
    page = client.get("/questions/coverage").get_data(as_text=True)
    report = client.get("/reports.json").get_json()["reports"][0]["id"]
    assert f'<option value="{report}">' in page
    assert client.get(f"/questions/coverage.json?report={report}").get_json()["rows"]
    assert '<option value="Enterprise">企业</option>' in client.get("/questions/leaders").get_data(as_text=True)
    assert "--scope" not in client.get("/questions").get_data(as_text=True)
