"""Many reports → the workspace's state → the store: manifest, editions, replacing, withdrawing, loading.

Reading a file writes its records first (:mod:`graph.ingesting.reading`); taking them in is one transaction of the
state; loading brings a store up to the state and can be repeated at will. A process that dies at any point loses
at most the report it was reading, and the next call goes on from there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from extractor.errors import NameUnknown, Refused, ZhituError
from extractor.records import read_records
from graph.building import weave
from graph.building.claims import Contribution
from graph.building.contribute import contribute
from graph.building.desired import delta_since, whole_graph
from graph.building.state import State, open_state
from graph.identity.authority import authority
from graph.identity.resolution import Knowledge
from graph.ingesting.editions import (
    Edition,
    Overrides,
    Reading,
    all_editions,
    drop_edition,
    edition_of,
    keep_edition,
    winner,
)
from graph.ingesting.locks import FileLock
from graph.ingesting.versions import builder_version
from graph.model import Delta, Graph
from graph.workspace import Workspace


class Loadable(Protocol):
    """What loading needs of a store (:class:`graph.storage.store.Store` has it)."""

    def apply(self, delta: Delta) -> None:
        """Put a delta in place, in one transaction."""

    def replace(self, graph: Graph) -> None:
        """Make a graph the whole content."""


class Ingestion:
    """A workspace opened for writing; use :func:`writing`."""

    def __init__(self, workspace: Workspace, state: State, knowledge: Knowledge, known: str) -> None:
        self.workspace = workspace
        self.state = state
        self._knowledge = knowledge
        self._known = known

    def take(self, reading: Reading, overrides: Overrides) -> Edition:
        """Take a read file in: its report's facts are those of the winning edition afterwards."""
        before = edition_of(self.state, reading.digest)
        edition = Edition(reading, overrides)
        with self.state.transaction() as seq:
            keep_edition(self.state, edition)
            # Records may be new under the same digest (better rules), so this file's report is woven anew.
            self._elect(edition.info.id, seq, anew=reading.digest)
            if before is not None and before.info.id != edition.info.id:
                self._elect(before.info.id, seq)
        return edition_of(self.state, reading.digest) or edition

    def withdraw(self, report: str) -> list[Edition]:
        """Take a report, with all its editions, out, as if it had never been there; gives what was taken out."""
        editions = all_editions(self.state, report)
        with self.state.transaction() as seq:
            for edition in editions:
                drop_edition(self.state, edition.reading.digest)
            self._elect(report, seq)
        for edition in editions:
            for path in kept_paths(self.workspace, edition.reading.digest):
                path.unlink(missing_ok=True)
        return editions

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> bool:
        """Bring the state up to this code and to changed decisions; whether anything had to be made anew."""
        if self.state.meta("builder") != builder_version():
            self._rebuild(progress)
            return True
        if self.state.meta("known") != self._known:
            with self.state.transaction() as seq:
                weave.resettle(self.state, seq, self._knowledge)
                self.state.set_meta("known", self._known)
            return True
        return False

    def _rebuild(self, progress: Callable[[int, int], None] | None) -> None:
        """Make all that is derived anew from the kept records, in one transaction."""
        reports = sorted({edition.info.id for edition in all_editions(self.state)})
        with self.state.transaction() as seq:
            self.state.forget_derived()
            for number, report in enumerate(reports, 1):
                self._elect(report, seq)
                if progress is not None:
                    progress(number, len(reports))
            self.state.set_meta("builder", builder_version())
            self.state.set_meta("known", self._known)

    def _elect(self, report: str, seq: int, anew: str = "") -> None:
        """Put the winning edition of a report in force; ``anew``: a digest whose records have changed."""
        editions = all_editions(self.state, report)
        best = winner(editions)
        row = self.state.db.execute("SELECT digest FROM reports WHERE report = ?", (report,)).fetchone()
        for edition in editions:
            in_force = best is not None and edition.reading.digest == best.reading.digest
            if edition.in_force != in_force:
                keep_edition(self.state, replace(edition, in_force=in_force))
        if best is None:
            if row:
                weave.remove(self.state, report, seq, self._knowledge)
        elif row is None or row[0] != best.reading.digest or best.reading.digest == anew:
            made = contribution_of(self.workspace, best)
            weave.put(self.state, made, best.reading.digest, seq, self._knowledge)

    def load(self, store: Loadable, name: str, *, whole: bool = False) -> tuple[int, int]:
        """Bring a store up to the state; gives the numbers of nodes and edges written.

        ``name`` tells one store from another. ``whole``: write everything, whatever the store took before.
        """
        now = self.state.seq
        row = self.state.db.execute("SELECT seq FROM loads WHERE store = ?", (name,)).fetchone()
        if whole or row is None:
            graph = whole_graph(self.state)
            store.replace(graph)
            written = len(graph.nodes), len(graph.edges)
        else:
            delta = delta_since(self.state, row[0])
            written = len(delta.nodes) + len(delta.removed_nodes), len(delta.edges) + len(delta.removed_edges)
            if any(written):
                store.apply(delta)
        self.state.db.execute("INSERT OR REPLACE INTO loads VALUES (?, ?)", (name, now))
        return written

    def is_pending(self, name: str) -> bool:
        """Whether the store of this name has not taken everything in yet."""
        row = self.state.db.execute("SELECT seq FROM loads WHERE store = ?", (name,)).fetchone()
        return self.state.seq > 0 and (row is None or row[0] != self.state.seq)

    def loaded_reports(self, name: str) -> set[str]:
        """The reports that a store of this name must hold if it is the one that was loaded before."""
        query = "SELECT id FROM nodes, loads WHERE store = ? AND live AND nodes.seq <= loads.seq AND id LIKE 'report-%'"
        return {id_ for (id_,) in self.state.db.execute(query, (name,))}


@contextmanager
def writing(
    workspace: Workspace, *, note: str = "", knowledge: Knowledge | None = None, known: str = ""
) -> Iterator[Ingestion]:
    """The workspace for its one writer. Raises :class:`Refused` while another command writes.

    ``knowledge`` and its digest ``known`` are the workspace's own (registry and decisions) unless others are given.
    The lock is the operating system's and goes with the process that holds it, so a crash leaves none behind.
    """
    lock = FileLock(workspace.writer_lock)
    if not lock.acquire(note=note):
        raise Refused(
            f"{workspace.root}: another command is writing ({lock.note() or 'it does not say which'})",
            "wait until it is done, or use another --workspace",
        )
    with lock, open_state(workspace.state) as state:
        for folder in (workspace.records, workspace.files):
            for torn in folder.glob(".*.part"):  # of a process that was killed while it wrote
                torn.unlink(missing_ok=True)
        knowledge, known = authority(workspace)
        if knowledge is None:
            knowledge, known = authority(workspace)
        yield Ingestion(workspace, state, knowledge, known)


def workspace_graph(workspace: Workspace) -> Graph:
    """The graph of all reports of a workspace that are in force; empty where nothing was ingested."""
    if not workspace.state.exists():
        return Graph()
    with open_state(workspace.state) as state:
        return whole_graph(state)


def contribution_of(workspace: Workspace, edition: Edition) -> Contribution:
    """What an edition's kept records contribute."""
    path = records_path(workspace, edition.reading.digest)
    if not path.exists():
        raise ZhituError(
            f"{path}: the records of {edition.info.title} are gone", "withdraw that report and ingest its file again"
        )
    return contribute(edition.info, list(read_records(path)))


def find_report(state: State, text: str) -> str:
    """The id of the report meant by ``text``: its id, a file's digest or name, or words of its title, region, year.

    Raises :class:`NameUnknown`, listing candidates, when none or several are meant.
    """
    editions = all_editions(state)
    tests: tuple[Callable[[Edition], bool], ...] = (
        lambda e: e.info.id == text,
        lambda e: len(text) >= 8 and e.reading.digest.startswith(text),
        lambda e: text in (e.reading.file, Path(e.reading.file).stem, e.info.title),
        lambda e: all(word in described(e) for word in re.findall(r"(?:19|20)\d\d|[^\s\d]+|\d+", text)),
    )
    for test in tests:
        found = {e.info.id: e for e in editions if test(e)}
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise NameUnknown(f"{text}: several reports fit: {_listed(found.values())}", "give the id")
    there = _listed({e.info.id: e for e in editions}.values()) or "none"
    raise NameUnknown(f"{text}: no such report", f"there are: {there}")


def described(edition: Edition) -> str:
    """A report in a line: year, region, level, issuer, title."""
    info = edition.info
    return " ".join(str(part) for part in (info.year, info.region, info.level, info.issuer, info.title) if part)


def _listed(editions: Iterable[Edition]) -> str:
    return "; ".join(f"{e.info.id} ({described(e)})" for e in list(editions)[:10])


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()


def records_path(workspace: Workspace, digest: str) -> Path:
    """Where the records of a file are kept."""
    return workspace.records / f"{digest}.jsonl"


def reading_path(workspace: Workspace, digest: str) -> Path:
    """Where it is kept how the reading of a file went; written last, so that it vouches for the records."""
    return workspace.records / f"{digest}.json"


def kept_paths(workspace: Workspace, digest: str) -> list[Path]:
    """All that is kept of a file: itself, its records, how its reading went."""
    return [records_path(workspace, digest), reading_path(workspace, digest), *workspace.files.glob(f"{digest}.*")]
