"""The pages, a module each; every page is also JSON at the same address with ``.json``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

_MODULES = ("things", "networks", "asking", "years", "reports", "deciding")


def register(app: Flask) -> None:
    """Put all pages on the application."""
    for name in _MODULES:
        import_module(f"graph.explorer.views.{name}").register(app)


def page(app: Flask, address: str, view: Callable[..., Any], endpoint: str) -> None:
    """A page at ``address`` and its JSON at ``address.json``."""
    app.add_url_rule(address, endpoint, view)
    app.add_url_rule(f"{address}.json", f"{endpoint}_json", view)
