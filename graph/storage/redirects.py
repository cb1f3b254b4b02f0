"""Ids that a later report changed: what a thing is known by now. Kept in the workspace's state, not in the graph."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from extractor.ontology import ontology

_ID = re.compile(rf"\b(?:{'|'.join(name.lower() for name in ontology().labels)})-[0-9a-f]{{16}}\b")


def is_id(text: str) -> bool:
    """Whether ``text`` is written like a node's id."""
    return bool(_ID.fullmatch(text))


def present_id(state: Path, id_: str) -> str:
    """The id that the thing of ``id_`` has now: ``id_`` itself unless a later report or decision changed it.

    ``state``: the workspace's state, which may not be there (a graph that was imported, a server of others).
    """
    if not is_id(id_) or not state.is_file():
        return id_
    try:
        with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute("SELECT new FROM redirects WHERE old = ?", (id_,)).fetchone()
    except sqlite3.Error:  # a state of another version, or one that is being made anew
        return id_
    return str(row[0]) if row else id_


def all_redirects(state: Path) -> list[tuple[str, str]]:
    """Every former id and what it is now, sorted."""
    if not state.is_file():
        return []
    with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro", uri=True)) as database:
        return [(str(old), str(new)) for old, new in database.execute("SELECT old, new FROM redirects ORDER BY old")]


def moved(state: Path, value: Any) -> tuple[Any, dict[str, str]]:
    """``value`` (a statement's parameter) with former ids made present ones, and which were: former → present."""
    if isinstance(value, str):
        now = present_id(state, value)
        return now, ({value: now} if now != value else {})
    if isinstance(value, list):
        made = [moved(state, item) for item in value]
        return [item for item, _ in made], {old: new for _, found in made for old, new in found.items()}
    return value, {}


def former_ids(state: Path, text: str) -> Iterator[tuple[str, str]]:
    """The former ids that stand in ``text`` (a statement), each with the present one."""
    for id_ in sorted(set(_ID.findall(text))):
        if (now := present_id(state, id_)) != id_:
            yield id_, now
