"""Who may do what, what every answer carries, and a store that goes away; without a database."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Any

import pytest

flask = pytest.importorskip("flask", reason="needs the explorer's packages: pip install 'zhitu[explorer]'")

from extractor.errors import Refused, StoreError  # noqa: E402
from graph.explorer import users as users_module  # noqa: E402
from graph.explorer.app import Library, create_app  # noqa: E402
from graph.explorer.server import serve  # noqa: E402
from graph.explorer.users import Gate, add_user, read_users  # noqa: E402
from graph.storage.store import Result  # noqa: E402
from graph.workspace import Workspace  # noqa: E402
from tests.graph.explorer.conftest import ROOT, served, token  # noqa: E402


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


def test_guessing_waits_by_name_and_by_address_and_by_nothing_the_guesser_says(
    shelf: Library, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = gated(shelf, users).test_client()
    page = client.get("/login").get_data(as_text=True)

    def attempt(name: str, password: str, address: str, said: str = "") -> int:
        data = {"name": name, "password": password, "csrf_token": token(page)}
        headers = {"X-Forwarded-For": said, "X-Real-IP": said, "Forwarded": f"for={said}"} if said else {}
        sent = client.post("/login", data=data, headers=headers, environ_base={"REMOTE_ADDR": address})
        return int(sent.status_code)

    for number in range(6):
        assert attempt("王敏", "wrong horse", "10.0.0.1", said=f"10.9.9.{number}") == 401
    assert attempt("王敏", "right horse", "10.0.0.2") == 401  # the name waits, wherever it is tried from
    assert attempt("李雷", "battery staple", "10.0.0.1", said="10.8.8.8") == 401  # the address waits, whoever is tried
    assert attempt("李雷", "battery staple", "10.0.0.3") == 302
    client.post("/logout", data={"csrf_token": token(client.get("/").get_data(as_text=True))})
    page = client.get("/login").get_data(as_text=True)
    later = users_module.time.monotonic() + 400
    monkeypatch.setattr(users_module.time, "monotonic", lambda: later)
    assert attempt("王敏", "right horse", "10.0.0.1") == 302


def test_a_session_from_before_the_login_is_worth_nothing_after_it(shelf: Library, users: Path) -> None:
    app = gated(shelf, users)
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    before = client.get_cookie("zhitu")
    assert before is not None
    log_in(client, "王敏", "right horse")
    after = client.get_cookie("zhitu")
    assert after is not None
    assert after.value != before.value
    fixed = app.test_client()  # who planted the first session does not get into the second
    fixed.set_cookie("zhitu", before.value)
    assert fixed.get("/").status_code == 302
    assert token(client.get("/").get_data(as_text=True)) != token(page)
    told = client.get("/login").headers.getlist("Set-Cookie") + log_in(client, "王敏", "right horse").headers.getlist(
        "Set-Cookie"
    )
    assert any("zhitu=" in one for one in told)
    assert all("HttpOnly" in one and "SameSite=Strict" in one for one in told if one.startswith("zhitu="))


def test_every_form_needs_its_token(shelf: Library) -> None:
    app = create_app(shelf)
    posts = [rule for rule in app.url_map.iter_rules() if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())]
    assert len(posts) >= 5
    for rule in posts:
        address = rule.rule.replace("<type_>", "LEADS").replace("<id_>", "x")
        client = app.test_client()
        client.get("/")
        for data in ({}, {"csrf_token": "x"}, {"csrf_token": ""}):
            assert client.post(address, data=data).status_code == 403, address
            assert client.post(address, json=data, headers={"X-CSRF-Token": "x"}).status_code == 403, address


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "127.0.0.1.evil.example", "0.0.0.0", ""],  # noqa: S104
)
def test_hosts_made_up(shelf: Library, host: str) -> None:
    client = create_app(shelf).test_client()
    assert client.get("/search", headers={"Host": host}).status_code in {400, 421}
    answer = client.get("/search", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert "evil.example" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["/page/..%2f..%2fmanifest/1.png", "/page/%2e%2e%2f%2e%2e%2fetc%2fpasswd/1.png", "/page/*/1.png", "/page/%00/1.png",
     "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/..%5capp.py", "/page/x/-1.png"],
)  # fmt: skip
def test_pictures_and_files_come_from_nowhere_else(shelf: Library, address: str) -> None:
    (shelf.workspace.root / "files").mkdir(exist_ok=True)
    (shelf.workspace.root / "files" / "secret.pdf").write_bytes((ROOT / "corpora/sample/report.pdf").read_bytes())
    answer = create_app(shelf).test_client().get(address)
    assert answer.status_code in {400, 404}
    assert answer.mimetype in {"text/html", "application/json"}


def test_a_request_without_end_ends_at_the_server(shelf: Library) -> None:
    served_by = served(shelf)
    site = next(served_by)
    port = int(site.address.rpartition(":")[2])
    try:
        head = f"POST /scope HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        assert answered(port, head + "Transfer-Encoding: chunked\r\n\r\n", piece * 16) == 413
        assert answered(port, head + f"Content-Length: {1 << 34}\r\n\r\n", b"x" * 1000) == 413
        assert answered(port, head + "".join(f"X-{n}: {'y' * 1000}\r\n" for n in range(100)), b"\r\n") == 431
        assert answered(port, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", b"") == 200
    finally:
        served_by.close()


def answered(port: int, head: str, body: bytes) -> int:
    """The status that a server answers to bytes on the wire, though it may hang up before they are all sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        with contextlib.suppress(OSError):
            wire.sendall(head.encode() + body)
        told = wire.recv(200)
    return int(told.split()[1])
