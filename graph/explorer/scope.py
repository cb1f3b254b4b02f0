"""The saved scope ("我校", "我区"): one thing that narrows all views, kept in a cookie by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import NameUnknown
from graph.explorer.content import Thing, facts_of, facts_of_all, thing
from graph.questions.asking import Answer
from graph.storage.rows import label_of

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


def names_within(store: Store, scope: Thing) -> set[str]:
    """The names of what is within a scope, as answers print them."""
    statement = "MATCH (n:{label}) WHERE n.id IN $ids RETURN n.name AS name"
    ids: dict[str, list[str]] = {}
    for id_ in members(store, scope):
        ids.setdefault(label_of(id_), []).append(id_)
    found = {scope.name}
    for label, inside in ids.items():
        found.update(row[0] for row in store.read(statement.format(label=label), {"ids": inside}).rows)
    return found


def reports_within(store: Store, scope: Thing) -> set[str]:
    """The ids of the reports that name the scope's thing."""
    statement = f"MATCH (n:{scope.label} {{id: $id}})-[:MENTIONED_IN]->(p:Passage) RETURN DISTINCT p.report AS report"
    return {row[0] for row in store.read(statement, {"id": scope.id}).rows}


def narrowed(found: Answer, names: set[str]) -> Answer:
    """The rows of an answer that name something within a scope, with their evidence."""

    def inside(value: object) -> bool:
        return any(map(inside, value)) if isinstance(value, (list, tuple)) else value in names

    kept = [place for place, row in enumerate(found.rows) if any(map(inside, row))]
    return found._replace(rows=[found.rows[i] for i in kept], evidence=[found.evidence[i] for i in kept])
