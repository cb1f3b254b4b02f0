"""All named things of the graph in memory, so that search with facets, totals and scopes cost no query a page.

Built from the store once, and again when a load has changed the graph. 100,000 things take some 100 MB.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from extractor.folding import fold
from graph.explorer.content import FACT_TYPES, NAMED_LABELS, UNSURE, Filters, SearchPage, Thing
from graph.explorer.faults import Unclear
from graph.storage.store import Store

FACETS = ("label", "kind", "district", "relation", "year", "report", "scope")
_MOST_VALUES = 60  # of one facet
_CANDIDATES = 12  # names offered where one was not clear
_LONGEST_SHORT = 20  # characters of a short form that names are tried with
_SOON = 1.0  # seconds: an index that was built within them is rebuilt while the reader waits
_UNTOLD = 60.0  # seconds an index is good for where nothing tells of loads (a server filled from elsewhere)


@dataclass(slots=True)
class Entry:
    """One thing and what narrows it."""

    thing: Thing
    folded: str
    first: str
    kind: str = ""
    district: str = ""
    relation: set[str] = field(default_factory=set)
    year: set[int] = field(default_factory=set)
    scope: set[str] = field(default_factory=set)
    report: set[str] = field(default_factory=set)
    facts: int = 0

    @property
    def label(self) -> str:
        """The thing's label."""
        return self.thing.label


class Unsure(NamedTuple):
    """A fact of low confidence."""

    confidence: float
    type: str
    id: str
    source: Thing
    target: Thing
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """The entries, those with most facts first. ``everything``: facets of all."""

    entries: tuple[Entry, ...]
    totals: Mapping[str, int]
    everything: Mapping[str, Mapping[Any, int]]
    unsure: tuple[Unsure, ...] = ()
    # What pages without parameters work out once for this graph, by page.
    kept: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """All entries by id."""
        return {entry.thing.id: entry for entry in self.entries}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Thing, ...]]:
        """All things by their full name as printed."""
        made: dict[str, list[Thing]] = {}
        for entry in self.entries:
            made.setdefault(entry.thing.name, []).append(entry.thing)
        return {name: tuple(things) for name, things in made.items()}

    @cached_property
    def by_first(self) -> Mapping[str, tuple[Entry, ...]]:
        """All entries by their full name, folded: whole names, which most are, need no look through all."""
        made: dict[str, list[Entry]] = {}
        for entry in self.entries:
            made.setdefault(entry.first, []).append(entry)
        return {first: tuple(entries) for first, entries in made.items()}

    def named(self, text: str, labels: Iterable[str] = ()) -> Thing:
        """The one thing of ``labels`` (any where empty) that ``text`` means.

        That is the thing of this id, else the one with this name or alias, else the only one with these parts in its
        name. Raises :class:`Unclear` with candidates when there is none or several.
        """
        if (known := self.by_id.get(text)) is not None:
            return known.thing
        among, wanted = set(labels), fold(text)
        found = [e for e in self.by_first.get(wanted, ()) if wanted and (not among or e.label in among)]
        if len(found) == 1:
            return found[0].thing
        entries = [e for e in self.entries if e.label in among] if among else self.entries
        if not found:
            hits = _having(entries, _parts(text))
            found = [e for e in hits if wanted in e.folded.split("\n")] or hits
        if len(found) == 1:
            return found[0].thing
        listed = found or near(entries, text)
        raise Unclear(text, [e.thing for e in listed[:_CANDIDATES]], len(found))

    def search(
        self, text: str, filters: Filters, *, page: int, size: int, within: set[str] | None = None
    ) -> SearchPage:
        """Hits whose name or alias has ``text`` in it, best first, narrowed; facets count over all hits."""
        parts = _parts(text)
        found: Iterable[Entry] = _having(self.entries, parts) if parts else self.entries
        if within is not None:
            found = (e for e in found if e.thing.id in within)
        for name, value in filters._asdict().items():
            if value:
                found = _narrowed(found, name, value)
        hits = list(found)
        if wanted := fold(text):  # whole names, then beginnings, then the order of all
            hits.sort(key=lambda e: (e.first != wanted, not e.first.startswith(wanted)))
        facets = self.everything if len(hits) == len(self.entries) else facets_of(hits)
        start = (page - 1) * size
        like = [e.thing for e in near(self.entries, text)[:_CANDIDATES]] if wanted and not hits else []
        shown = hits[start : start + size]
        return SearchPage([e.thing for e in shown], len(hits), facets, [e.facts for e in shown], like)


def _parts(text: str) -> list[str]:
    """The parts of a text that blanks separate, folded; all of them must be in a name."""
    return [part for part in map(fold, text.split()) if part]


def _having(entries: Iterable[Entry], parts: list[str]) -> list[Entry]:
    """The entries that have all parts in a name or alias; none without a part."""
    if not parts:
        return []
    for part in parts:
        entries = [e for e in entries if part in e.folded]
    return list(entries)


def near(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Entries whose name has the characters of ``text`` in this order, as 南湖职院 for 南湖职业技术学院."""
    wanted = fold(text)[:_LONGEST_SHORT]
    if len(wanted) < 2:
        return []
    spread = re.compile(".*".join(map(re.escape, wanted)))
    return [entry for entry in entries if spread.search(entry.folded)]


def _narrowed(entries: Iterable[Entry], name: str, value: Any) -> Iterable[Entry]:
    if name in {"label", "kind", "district"}:
        return (e for e in entries if getattr(e, name) == value)
    return (e for e in entries if value in getattr(e, name))


def facets_of(entries: Iterable[Entry]) -> dict[str, dict[Any, int]]:
    """Facet → value → how many entries have it, the most frequent first."""
    counts: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    for entry in entries:
        counts["label"][entry.thing.label] += 1
        if entry.kind:
            counts["kind"][entry.kind] += 1
        if entry.district:
            counts["district"][entry.district] += 1
        counts["relation"].update(entry.relation)
        counts["year"].update(entry.year)
        counts["report"].update(entry.report)
        counts["scope"].update(entry.scope)
    return {name: dict(count.most_common(_MOST_VALUES)) for name, count in counts.items() if count}


def build_index(store: Store) -> Index:
    """Read all named things, and of each the relations, years, sources and reports that tell of it."""
    made: dict[str, Entry] = {}
    for label in NAMED_LABELS:
        statement = (
            f"MATCH (n:{label}) RETURN n.id AS id, n.name AS name, n.aliases AS aliases, n.folded AS folded, "
            "n.kind AS kind, n.district AS district"
        )
        for id_, name, aliases, folded, kind, district in store.read(statement, timeout=300).rows:
            text = folded or fold(name)
            thing = Thing(id_, label, name, tuple(aliases or ()))
            made[id_] = Entry(thing, text, text.split("\n", 1)[0], kind or "", district or "")
    unsure: list[Unsure] = []
    for type_ in FACT_TYPES:
        statement = (
            f"MATCH (a)-[r:{type_}]->(b) RETURN a.id AS a, b.id AS b, r.years AS years, r.scopes AS scopes, "
            "r.confidence AS confidence, r.id AS id, CASE WHEN r.confidence < $bound THEN r.evidence END AS passages"
        )
        for one, other, years, scopes, confidence, edge, passages in store.read(
            statement, {"bound": UNSURE}, timeout=300
        ).rows:
            if passages and one in made and other in made:
                ends = made[one].thing, made[other].thing
                unsure.append(Unsure(confidence, type_, edge, *ends, tuple(passages)))
            for id_ in (one, other):
                if (entry := made.get(id_)) is not None:
                    entry.facts += 1
                    entry.relation.add(type_)
                    entry.year.update(years or ())
                    entry.scope.update(scopes or ())
    told = "MATCH (n)-[:MENTIONED_IN]->(p:Passage) RETURN DISTINCT n.id AS id, p.report AS report"
    for id_, report in store.read(told, timeout=300).rows:
        if report and (entry := made.get(id_)) is not None:
            entry.report.add(report)
    entries = tuple(sorted(made.values(), key=lambda e: (-e.facts, len(e.thing.name), e.thing.name, e.thing.id)))
    counts = Counter(entry.thing.label for entry in entries)
    totals = {label: counts[label] for label in NAMED_LABELS}
    for label in ("Report", "Passage"):
        totals[label] = int(store.read(f"MATCH (n:{label}) RETURN count(n) AS n").rows[0][0])
    return Index(entries, totals, facets_of(entries), tuple(sorted(unsure)))


class Keeper:
    """Holds the index and rebuilds it when a load has changed the graph. Thread-safe."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._key: object = None
        self._took = 0.0
        self._busy = False

    def get(self, open_store: Callable[[], Store]) -> Index:
        """The index of the graph as it stands; a big one that has just changed is given once more as it was."""
        key = loaded(self._state)
        if key is None:
            key = int(time.monotonic() / _UNTOLD)
        held = self._index
        if held is not None and key == self._key:
            return held
        if held is not None and self._took > _SOON:
            with self._lock:
                if not self._busy:
                    self._busy = True
                    threading.Thread(target=self._rebuild, args=(open_store, key), daemon=True).start()
            return held
        with self._lock:
            if self._index is None or key != self._key:
                self._build(open_store, key)
            assert self._index is not None  # noqa: S101 - for the type checker
            return self._index

    def _rebuild(self, open_store: Callable[[], Store], key: object) -> None:
        try:
            self._build(open_store, key)
        finally:
            self._busy = False

    def _build(self, open_store: Callable[[], Store], key: object) -> None:
        start = time.monotonic()
        self._index = build_index(open_store())
        self._key, self._took = key, time.monotonic() - start


def loaded(state: Path) -> object:
    """What tells one load of a store from the next: how far each store has taken the graph; None without a state."""
    if not state.is_file():
        return None
    try:
        db = sqlite3.connect(f"{state.absolute().as_uri()}?mode=ro", uri=True, timeout=2)
        try:
            return tuple(db.execute("SELECT store, seq FROM loads ORDER BY store"))
        finally:
            db.close()
    except sqlite3.Error:
        return None
