"""Who may do what, what every answer carries, and a store that goes away; without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

flask = pytest.importorskip("flask", reason="needs the explorer's packages: pip install 'zhitu[explorer]'")

from extractor.errors import Refused, StoreError  # noqa: E402
from graph.explorer.app import Library, create_app  # noqa: E402
from graph.explorer.server import serve  # noqa: E402
from graph.explorer.users import Gate, add_user, read_users  # noqa: E402
from graph.storage.store import Result  # noqa: E402
from graph.workspace import Workspace  # noqa: E402
from tests.graph.explorer.conftest import token  # noqa: E402


class EmptyStore:
    """A store of an empty graph that can be made to fail."""

    def __init__(self) -> None:
        self.failing = False
        self.closed = False

    def read(self, statement: str, parameters: Any = None, **more: Any) -> Result:
        if self.failing:
            raise StoreError("the database went away", "start it again")
        return Result(("n",), [(0,)] if "count(" in statement and "labels" not in statement else [])

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    return Library(Workspace(tmp_path), EmptyStore)  # type: ignore[arg-type, return-value]


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.txt"
    add_user(path, "王敏", "reviewer", "right horse")
    add_user(path, "李雷", "reader", "battery staple")
    return path


def gated(shelf: Library, users: Path) -> Any:
    return create_app(shelf, gate=Gate(read_users(users)), hosts=["reports.local"])


def log_in(client: Any, name: str, password: str, address: str = "/login") -> Any:
    page = client.get("/login").get_data(as_text=True)
    return client.post(address, data={"name": name, "password": password, "csrf_token": token(page)})


def test_every_answer_carries_the_guards(shelf: Library) -> None:
    client = create_app(shelf).test_client()
    for address in ("/", "/search", "/nowhere", "/static/explorer.css", "/reports.json"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_an_unknown_host_is_refused(shelf: Library, users: Path) -> None:
    client = gated(shelf, users).test_client()
    assert client.get("/login", headers={"Host": "evil.example"}).status_code == 421
    assert client.get("/login", headers={"Host": "reports.local:8000"}).status_code == 200


def test_forms_need_their_token_and_are_small(shelf: Library) -> None:
    client = create_app(shelf).test_client()
    assert client.post("/scope", data={"id": ""}).status_code == 403
    page = client.get("/search").get_data(as_text=True)
    assert "csrf_token" not in page  # a page without a form needs none
    assert client.post("/scope", data={"id": "x" * 300_000}).status_code in {403, 413}
    assert client.get("/search?q=" + "x" * 20_000).status_code == 414


def test_nobody_reads_without_a_login(shelf: Library, users: Path) -> None:
    client = gated(shelf, users).test_client()
    assert client.get("/").headers["Location"].startswith("/login")
    assert client.get("/search.json").status_code == 401
    assert client.get("/page/x/1.png").status_code == 401
    assert log_in(client, "王敏", "wrong horse").status_code == 401
    assert log_in(client, "王敏", "right horse").headers["Location"] == "/"
    assert client.get("/").status_code == 200
    page = client.get("/").get_data(as_text=True)
    client.post("/logout", data={"csrf_token": token(page)})
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_login_leads_nowhere_else(shelf: Library, users: Path, after: str) -> None:
    client = gated(shelf, users).test_client()
    page = client.get("/login").get_data(as_text=True)
    sent = client.post(
        "/login",
        query_string={"next": after},
        data={"name": "李雷", "password": "battery staple", "csrf_token": token(page)},
    )
    assert sent.headers["Location"] == "/"


def test_a_reader_decides_nothing(shelf: Library, users: Path) -> None:
    client = gated(shelf, users).test_client()
    log_in(client, "李雷", "battery staple")
    page = client.get("/").get_data(as_text=True)
    sent = client.post("/review", data={"verdict": "same", "csrf_token": token(page)})
    assert sent.status_code == 403


def test_guessing_has_to_wait(shelf: Library, users: Path) -> None:
    client = gated(shelf, users).test_client()
    for _ in range(6):
        log_in(client, "王敏", "wrong horse")
    assert log_in(client, "王敏", "right horse").status_code == 401  # right, but too soon


def test_a_session_is_not_made_by_hand(shelf: Library, users: Path) -> None:
    client = gated(shelf, users).test_client()
    client.set_cookie("zhitu", "eyJ1c2VyIjoi546L5pWPIn0.aaaa.bbbb")
    assert client.get("/").status_code == 302


def test_a_network_address_demands_logins(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--auth"):
        serve(Workspace(tmp_path), "embedded", host="0.0.0.0")  # noqa: S104 - refused


def test_a_store_that_went_away_is_said_and_comes_back(tmp_path: Path) -> None:
    opened: list[EmptyStore] = []

    def open_one() -> EmptyStore:
        opened.append(EmptyStore())
        return opened[-1]

    client = create_app(Library(Workspace(tmp_path), open_one)).test_client()  # type: ignore[arg-type]
    assert client.get("/reports/x").status_code == 404
    opened[-1].failing = True
    away = client.get("/reports/x")
    assert away.status_code == 503
    assert "数据库暂不可用" in away.get_data(as_text=True)
    assert opened[0].closed
    assert client.get("/reports/x").status_code == 404  # opened anew
    assert len(opened) == 2


def test_a_defect_shows_no_stack(tmp_path: Path) -> None:
    def broken() -> Any:
        raise RuntimeError("secret detail")

    answer = create_app(Library(Workspace(tmp_path), broken)).test_client().get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
