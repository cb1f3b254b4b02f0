"""Persons left out: names blanked in texts character by character (so that every offset stays true), claims dropped.

A forgotten person's name is kept only as a keyed digest with its length, in ``forgotten.json`` of the workspace: enough
to know the name again in a later report. Chinese names are few enough to be guessed by trying them all, so that file
is private (mode 0600) and no secret is kept by it alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from extractor.errors import Damaged
from extractor.folding import fold
from extractor.records import Record
from graph.model import Edge, EdgeKey, Evidence, Graph, Node, Value

BLANK = "某"
_LABEL = "Person"


class Names(Protocol):
    """Names that are to be left out."""

    @property
    def lengths(self) -> Collection[int]:
        """How long they are."""

    def __contains__(self, folded: object) -> bool:
        """Whether this folded name is one of them."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Names that are known."""

    names: frozenset[str]

    @property
    def lengths(self) -> Collection[int]:
        """How long they are."""
        return {len(name) for name in self.names}

    def __contains__(self, folded: object) -> bool:
        return folded in self.names


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Names of which only digests are kept, keyed by ``salt``."""

    salt: str = ""
    digests: frozenset[tuple[int, str]] = frozenset()

    @property
    def lengths(self) -> Collection[int]:
        """How long they are."""
        return {length for length, _ in self.digests}

    def __contains__(self, folded: object) -> bool:
        return (len(str(folded)), self._digest(str(folded))) in self.digests

    def _digest(self, folded: str) -> str:
        return hmac.new(self.salt.encode(), folded.encode(), hashlib.sha256).hexdigest()

    def with_name(self, name: str) -> Forgotten:
        """These and one more."""
        made = self if self.salt else Forgotten(secrets.token_hex(16))
        folded = fold(name)
        return Forgotten(made.salt, made.digests | {(len(folded), made._digest(folded))})


def read_forgotten(path: Path) -> Forgotten:
    """Who is forgotten in a workspace; nobody where there is no file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Forgotten(str(data["salt"]), frozenset((int(n["length"]), str(n["digest"])) for n in data["names"]))
    except FileNotFoundError:
        return Forgotten()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(path, f"does not tell who is forgotten ({error})", "restore it from a backup") from error


def write_forgotten(path: Path, forgotten: Forgotten) -> None:
    """Write the file, whole or not at all, for its owner only."""
    names = [{"length": length, "digest": digest} for length, digest in sorted(forgotten.digests)]
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"salt": forgotten.salt, "names": names}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def blanked(text: str, names: Names) -> str:
    """``text`` with every character of each of ``names`` blanked, also where blanks stand between. Its length stays."""
    folded = [(place, char) for place, raw in enumerate(text) for char in fold(raw)]
    line = "".join(char for _, char in folded)
    out = list(text)
    for length in names.lengths:
        for start in range(len(line) - length + 1):
            if line[start : start + length] in names:
                for place, _ in folded[start : start + length]:
                    out[place] = BLANK
    return "".join(out)


def persons_of(records: Iterable[Record]) -> Plain:
    """The names that records hold as a person's."""
    found = {fold(e.name) for record in records for e in record.entities if e.label == _LABEL and e.refers_to is None}
    return Plain(frozenset(name for name in found if len(name) > 1))


def without(records: Sequence[Record], names: Names, *, all_persons: bool = False) -> list[Record]:
    """Records that name none of ``names``; with ``all_persons`` those that hold no entity of a person at all."""
    return [_without(record, names, all_persons=all_persons) for record in records]


def _without(record: Record, names: Names, *, all_persons: bool) -> Record:
    def hide(text: str) -> str:
        return blanked(text, names)

    # What is said of a person alone goes; a name that only holds a person's (a studio) is kept, blanked.
    gone = {fold(e.name) for e in record.entities if all_persons and e.label == _LABEL}

    def is_gone(name: str) -> bool:
        return fold(name) in gone or (bool(name) and fold(name) in names)

    return replace(
        record,
        text=hide(record.text),
        section=tuple(hide(title) for title in record.section),
        caption=hide(record.caption),
        header=tuple(hide(cell) for cell in record.header),
        entities=tuple(
            replace(e, name=hide(e.name), refers_to=None if e.refers_to is None else hide(e.refers_to))
            for e in record.entities
            if not (is_gone(e.name) or is_gone(e.refers_to or ""))
        ),
        relations=tuple(
            replace(r, head=hide(r.head), tail=hide(r.tail), attributes=_deep(r.attributes, hide))
            for r in record.relations
            if not (is_gone(r.head) or is_gone(r.tail))
        ),
        facts=tuple(
            replace(f, subject=hide(f.subject), metric=hide(f.metric), group=hide(f.group))
            for f in record.facts
            if not is_gone(f.subject)
        ),
    )


def _deep(value: Any, hide: Callable[[str], str]) -> Any:
    """A value with every text in it changed."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_deep(item, hide) for item in value)
    if hasattr(value, "items"):
        return {name: _deep(item, hide) for name, item in value.items()}
    return value


def graph_without_persons(graph: Graph) -> Graph:
    """The graph without persons and what is said of them; their names are blanked in the texts of passages too."""
    persons = {id_ for id_, node in graph.nodes.items() if node.label == _LABEL}
    names = {fold(n) for id_ in persons for n in (graph.nodes[id_].name, *graph.nodes[id_].aliases)}
    plain = Plain(frozenset(name for name in names if len(name) > 1))
    # A figure of a person says nothing without them.
    persons |= {k.target for k in graph.edges if k.type == "HAS_OBSERVATION" and k.source in persons}
    seen: dict[str, str] = {}

    def hide(text: str) -> str:
        if text not in seen:
            seen[text] = blanked(text, plain)
        return seen[text]

    def node(old: Node) -> Node:
        properties: dict[str, Value] = _deep(old.properties, hide)
        return replace(
            old, name=hide(old.name), aliases=tuple(hide(alias) for alias in old.aliases), properties=properties
        )

    def edge(old: Edge, key: EdgeKey) -> Edge:
        told: tuple[Evidence, ...] = tuple(item._replace(text=hide(item.text)) for item in old.evidence)
        return replace(old, key=key, properties=_deep(old.properties, hide), evidence=told)

    nodes = {id_: node(old) for id_, old in graph.nodes.items() if id_ not in persons}
    edges: dict[EdgeKey, Edge] = {}
    for key, old in graph.edges.items():
        if key.source not in persons and key.target not in persons:
            made = key._replace(key=tuple(hide(part) for part in key.key))
            edges[made] = edge(old, made)
    return Graph(nodes, edges)
