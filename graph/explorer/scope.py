"""The saved scope ("我校", "我区"): one thing that narrows all views, kept in a cookie by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import NameUnknown
from graph.explorer.content import Thing, facts_of, facts_of_all, thing

if TYPE_CHECKING:
    from graph.storage.store import Store

COOKIE = "zhitu_scope"


def saved_scope(store: Store) -> Thing | None:
    """The thing the reader has narrowed to; None without one, or when the graph has it no more."""
    from flask import request

    id_ = request.cookies.get(COOKIE, "")
    if not id_ or len(id_) > 100:
        return None
    try:
        found, _ = thing(store, id_)
    except NameUnknown:
        return None
    return found


def members(store: Store, scope: Thing) -> set[str]:
    """What is within a scope: the thing itself, what it has facts with, and what those that lie in it have.

    A place holds the bodies located in or affiliated to it, with their own facts; a body holds its own.
    """
    inside = {scope.id}
    lying = []
    for fact in facts_of(store, scope):
        other = fact.other(scope.id)
        inside.add(other.id)
        if fact.type in {"LOCATED_IN", "AFFILIATED_TO"} and fact.target.id == scope.id:
            lying.append(other)
    for fact in facts_of_all(store, lying)[0]:
        inside.update((fact.source.id, fact.target.id))
    return inside
