"""Who is asking: login, logout, roles. Without a users file everybody on this machine may read and decide."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from flask import Flask

    from graph.explorer.users import Gate

_LIFETIME = 8 * 3600  # seconds a login lasts
_OPEN = frozenset({"login", "static"})
_View = TypeVar("_View", bound=Callable[..., Any])


def reviewer_only(view: _View) -> _View:
    """A view that only a reviewer may use."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        from flask import abort, g

        if not g.may_decide:
            abort(403, "only a reviewer may do this")
        return view(*args, **kwargs)

    return cast("_View", checked)


def register(app: Flask) -> None:
    """Put login and logout on the application, and ask for a login before every page where a users file says so."""
    from flask import abort, g, redirect, render_template, request, session, url_for

    gate = cast("Gate | None", app.config["GATE"])

    @app.before_request
    def who() -> Any:
        g.user = None
        g.may_decide = gate is None
        if gate is None:
            return None
        name, since = session.get("user"), session.get("since", 0)
        if name and time.time() - float(since) < _LIFETIME:
            g.user = gate.user(str(name))
        if g.user is None:
            if request.endpoint in _OPEN:
                return None
            if request.method != "GET" or request.path.endswith((".json", ".png")):
                abort(401, "log in first")
            return redirect(url_for("login", next=request.full_path))
        g.may_decide = g.user.role == "reviewer"
        return None

    @app.route("/login", methods=["GET", "POST"])
    def login() -> Any:
        if gate is None:
            return redirect(url_for("home"))
        wrong = False
        if request.method == "POST":
            found = gate.check(
                request.form.get("name", ""), request.form.get("password", ""), request.remote_addr or ""
            )
            if found is not None:
                session.clear()  # a session from before the login is never carried over
                session.update(user=found.name, since=time.time())
                return redirect(_inside(request.args.get("next", "")) or url_for("home"))
            wrong = True
        page = render_template("login.html", wrong=wrong)
        return (page, 401) if wrong else page

    @app.post("/logout")
    def logout() -> Any:
        session.clear()
        return redirect(url_for("login"))


def _inside(address: str) -> str:
    """``address`` where it stays on this server; "" otherwise."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address else ""
