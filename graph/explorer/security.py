"""What every request and answer goes through: host, sizes, cross-site requests, headers."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask, Response

MAX_BODY = 256 * 1024  # bytes of a request; forms are small
MAX_ADDRESS = 16 * 1024  # characters of path and query

# Everything comes from this server; no inline script, no frame around it, no form to elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def is_loopback(host: str) -> bool:
    """Whether binding to ``host`` reaches this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def guard(app: Flask, hosts: Iterable[str] = ()) -> None:
    """Put the guards around ``app``. ``hosts``: names besides loopback's (DNS rebinding)."""
    from flask import abort, request, session

    allowed = {"localhost", "127.0.0.1", "[::1]", *hosts}
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict", SESSION_COOKIE_NAME="zhitu")

    @app.before_request
    def check_request() -> None:
        if request.host.rsplit(":", 1)[0] not in allowed and request.host not in allowed:
            abort(421)
        if len(request.full_path) > MAX_ADDRESS:
            abort(414)
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            sent = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token") or ""
            kept = session.get("csrf", "")
            if not kept or not hmac.compare_digest(sent.encode(), str(kept).encode()):
                abort(403, "the form is too old or comes from elsewhere; load the page again")

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    def csrf_token() -> str:
        if "csrf" not in session:
            session["csrf"] = secrets.token_urlsafe(24)
        return str(session["csrf"])

    app.jinja_env.globals["csrf_token"] = csrf_token
