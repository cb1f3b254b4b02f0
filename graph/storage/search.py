"""Names → nodes: search by name, alias or part, the same on both servers; and the one node that a user means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from extractor.errors import NameUnknown
from extractor.folding import fold
from extractor.ontology import ontology
from graph.storage.redirects import is_id, present_id
from graph.storage.rows import UNNAMED, label_of
from graph.storage.store import Store

_CANDIDATES = 10


class Hit(NamedTuple):
    """A node that a text names.

    ``rank``: 0 the text is its name, 1 an alias, 2 the name's beginning, 3 a part of the name, 4 of an alias.
    """

    rank: int
    name: str
    label: str
    id: str
    aliases: tuple[str, ...] = ()


def search(store: Store, text: str, labels: Iterable[str] = (), limit: int | None = None) -> list[Hit]:
    """Nodes whose name or alias has ``text`` in it, best first: whole names, then beginnings, then shorter names.

    ``text`` may be a node's id, or one that it had before.
    """
    if is_id(text.strip()):
        return _by_id(store, text.strip(), set(labels))
    wanted = fold(text)
    if not wanted:
        return []
    chosen = [name for name in ontology().labels if name in set(labels)] or _named_labels()
    statement = (
        f"MATCH (n:{'|'.join(chosen)}) WHERE n.folded CONTAINS $text "
        "RETURN n.id AS id, labels(n)[0] AS label, n.name AS name, n.aliases AS aliases"
    )
    rows = store.read(statement, {"text": wanted}).rows
    hits = [
        Hit(_rank(wanted, name, aliases or []), name, label, id_, tuple(aliases or ()))
        for id_, label, name, aliases in rows
    ]
    hits.sort(key=lambda hit: (hit.rank, len(hit.name), hit.name, hit.label, hit.id))
    return hits if limit is None else hits[:limit]


def _by_id(store: Store, id_: str, labels: set[str]) -> list[Hit]:
    """The node of an id; of one that a later report changed, the node that it is now."""
    for known in dict.fromkeys((id_, present_id(store.state, id_) if store.state else id_)):
        label = label_of(known)
        if labels and label not in labels:
            continue
        statement = f"MATCH (n:{label} {{id: $id}}) RETURN n.name AS name, n.aliases AS aliases"
        if rows := store.read(statement, {"id": known}).rows:
            return [Hit(0, rows[0][0], label, known, tuple(rows[0][1] or ()))]
    return []


def resolve_name(store: Store, text: str, labels: Iterable[str] = ()) -> Hit:
    """The one node that ``text`` means: its id, name or alias, else the only one with this part in its name.

    Raises :class:`NameUnknown`, which lists the candidates when there are several.
    """
    hits = search(store, text, labels)
    whole = [hit for hit in hits if hit.rank == 0] or [hit for hit in hits if hit.rank == 1]
    found = whole or hits
    if len(found) == 1:
        return found[0]
    kind = _kinds(labels)
    if not found and is_id(text.strip()):
        raise NameUnknown(f"{text}: no {kind} has this id", "look for its name with: zhitu search PART")
    if not found:
        raise NameUnknown(f"{text}: no {kind} has this in its name", "look with: zhitu search PART")
    listed = "".join(f"\n  {hit.name}  ({ontology().labels[hit.label].zh}, {hit.id})" for hit in found[:_CANDIDATES])
    more = f"\n  … {len(found) - _CANDIDATES} more" if len(found) > _CANDIDATES else ""
    raise NameUnknown(
        f"{text}: {len(found)} names have this in them, which is meant?{listed}{more}", "give a whole name, or its id"
    )


def _named_labels() -> list[str]:
    return [name for name in ontology().labels if name not in UNNAMED]


def _rank(wanted: str, name: str, aliases: list[str]) -> int:
    folded = fold(name)
    if folded == wanted:
        return 0
    if any(fold(alias) == wanted for alias in aliases):
        return 1
    if folded.startswith(wanted):
        return 2
    return 3 if wanted in folded else 4


def _kinds(labels: Iterable[str]) -> str:
    chosen = sorted(set(labels))
    return " or ".join(chosen) if chosen and len(chosen) <= 3 else "name"
