"""The Flask application: what every request goes through, and the pages it leads to."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from extractor.errors import NameUnknown, Refused, StoreError, ZhituError
from graph.explorer.faults import REFUSALS, Missing, Unclear
from graph.explorer.index import Index, Keeper, loaded
from graph.explorer.language import COOKIE, Tongue, attribute_name, label_name, relation_name
from graph.explorer.security import guard
from graph.explorer.users import Gate, User
from graph.identity.review import Item, review_items
from graph.storage.redirects import present_id
from graph.workspace import Workspace

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from graph.storage.store import Store


class Library:
    """The workspace and its store, opened when first asked for and again when it had gone away. Thread-safe."""

    def __init__(self, workspace: Workspace, opener: Callable[[], Store]) -> None:
        self.workspace = workspace
        self._open = opener
        self._store: Store | None = None
        self._lock = threading.Lock()
        self._deciding = threading.Lock()
        self._keeper = Keeper(workspace.state)
        self._review: tuple[object, list[Item]] | None = None

    def index(self) -> Index:
        """All named things of the graph as it stands."""
        return self._keeper.get(self.store)

    def review(self) -> list[Item]:
        """The open proposals, worked out anew when a load or a decision has changed what is open."""
        place = self.workspace
        key = (loaded(place.state), *(_written(path) for path in (place.decisions, place.registry, place.state)))
        with self._deciding:
            if self._review is None or self._review[0] != key:
                self._review = (key, review_items(place))
            return self._review[1]

    def now(self, id_: str) -> str:
        """The id under which a thing is known now: a thing that was merged into another goes on under that one's id."""
        return present_id(self.workspace.state, id_)

    def store(self) -> Store:
        """The open store; raises :class:`StoreError` or :class:`ZhituError` where there is none to be had."""
        with self._lock:
            if self._store is None:
                self._store = self._open()
            return self._store

    def lost(self) -> None:
        """The store went away: forget it, so that the next request opens it anew."""
        with self._lock:
            store, self._store = self._store, None
        if store is not None:
            store.close()


def _written(path: Path) -> tuple[int, int]:
    """What tells one state of a file from the next."""
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)


def create_app(
    library: Library, *, gate: Gate | None = None, hosts: Iterable[str] = (), secret: bytes | None = None
) -> Flask:
    """The application over one workspace.

    ``gate``: who may log in; None where everybody on this machine may read and decide. ``hosts``: names the server may
    be called by, besides loopback's.
    """
    from flask import Flask

    from graph.explorer import session, wording
    from graph.explorer.views import register

    app = Flask("graph.explorer", root_path=str(Path(__file__).parent))
    app.secret_key = secret or secrets.token_bytes(32)
    app.config["LIBRARY"] = library
    app.config["GATE"] = gate
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = app.json.sort_keys = False  # type: ignore[attr-defined]
    guard(app, hosts)
    _speak(app)
    wording.register(app)
    _explain_errors(app, library)
    session.register(app)
    register(app)
    return app


def library() -> Library:
    """The library of the application that serves this request."""
    from flask import current_app

    return cast("Library", current_app.config["LIBRARY"])


def tongue() -> Tongue:
    """The reader's language: ``?lang=``, else the cookie, else Chinese."""
    from flask import request

    chosen = request.args.get("lang") or request.cookies.get(COOKIE)
    return "en" if chosen == "en" else "zh"


def t(zh: str, en: str) -> str:
    """The text in the reader's language."""
    return en if tongue() == "en" else zh


def answer(template: str, data: Mapping[str, Any], **extra: Any) -> Response | str:
    """``data`` as a page, or as JSON where the address ends in ``.json``; ``extra`` is for the page only."""
    from flask import jsonify, render_template, request

    if request.path.endswith(".json"):
        return jsonify(to_json(data))
    return render_template(template, **data, **extra)


def to_json(value: Any) -> Any:
    """Named tuples, dataclasses and containers as what JSON knows."""
    from dataclasses import fields, is_dataclass

    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: to_json(item) for name, item in value._asdict().items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item) for item in value]
    return value


def _speak(app: Flask) -> None:
    from flask import g, request

    @app.after_request
    def remember(response: Any) -> Any:
        if request.args.get("lang") in {"zh", "en"}:
            response.set_cookie(COOKIE, tongue(), samesite="Strict", httponly=True, max_age=31_536_000)
        return response

    @app.context_processor
    def words() -> dict[str, Any]:
        spoken = tongue()
        return {
            "t": t,
            "tongue": spoken,
            "label_name": lambda label: label_name(label, spoken),
            "relation_name": lambda type_: relation_name(type_, spoken),
            "attribute_name": lambda name: attribute_name(name, spoken),
            "user": cast("User | None", g.get("user")),
            "may_decide": g.get("may_decide", False),
        }


def _explain_errors(app: Flask, shelf: Library) -> None:
    """Errors as pages (or JSON) that say what happened and what to do; never a stack trace."""
    from flask import jsonify, render_template, request
    from werkzeug.exceptions import HTTPException

    def page(status: int, title: str, text: str, unclear: Unclear | None = None) -> tuple[Any, int]:
        if request.path.endswith(".json"):
            candidates = {"candidates": to_json(unclear.candidates)} if unclear else {}
            return jsonify({"error": title, "detail": text, **candidates}), status
        return render_template("error.html", title=title, text=text, unclear=unclear), status

    @app.errorhandler(ZhituError)
    def expected(error: ZhituError) -> tuple[Any, int]:
        told = error.zh if isinstance(error, Missing) and tongue() == "zh" else str(error)
        if isinstance(error, Unclear):
            title = t("指哪一个？", "Which one?") if error.total else t("没有找到", "Not found")
            return page(404, title, t(error.zh, error.en), error)
        if isinstance(error, NameUnknown):
            return page(404, t("没有找到", "Not found"), told)
        if isinstance(error, Refused):
            return page(403, t("未执行", "Refused"), told)
        if isinstance(error, StoreError):
            shelf.lost()
            return page(503, t("数据库暂不可用，稍后刷新即可", "The database is away; reload in a moment"), told)
        return page(400, t("无法完成", "This cannot be done"), told)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Any, int]:
        zh, en, remedy = REFUSALS.get(error.code or 500, (error.name, error.name, ""))
        return page(error.code or 500, t(zh, en), t(remedy, error.description or ""))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[Any, int]:
        app.logger.error("%s %s", request.method, request.path, exc_info=error)
        text = t("服务器记录了这次错误。请返回重试。", "The server has logged this error. Go back and try again.")
        return page(500, t("出错了", "Something went wrong"), text)
