"""Surroundings that refuse: a full disk, a folder that may not be written, a Neo4j that is not there, refuses, is slow.

    scripts/trust hardships

Each time the ingest must end with messages of one line that say what to do, keep what it had, and come to the graph of
an undisturbed ingest once the surroundings allow it. Disks are small tmpfs: they need root, and are said to be not
tried without. The line to Neo4j is a relay of our own on loopback. Neo4j needs Java and Maven.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.model import dump_lines
from graph.storage.embedded import EmbeddedServer
from graph.storage.settings import EmbeddedSettings, Settings, StoreSettings
from graph.storage.store import open_store
from graph.workspace import Workspace
from scripts.trusts import _small
from scripts.trusts._servers import Line, Neo4j
from scripts.trusts.faults import environment

# Sizes at which another part of an ingest finds no space: records, state, the database's start, its data.
SIZES = ("64k", "256k", "1m", "4m", "6m", "12m")
_ROOMY = "400m"
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one hardship: the messages, and what is wrong with it (nothing: it was survived)."""

    name: str
    words: str
    wrong: str = ""


class NotHere(Exception):
    """A hardship that cannot be made on this machine."""


def ingest(workspace: Workspace, reports: Path, address: str = "", password: str = "") -> tuple[int, str]:
    """Exit code and messages of a small ingest."""
    words = [sys.executable, "-m", "scripts.trusts._small", str(workspace.root), str(reports)]
    more = {"ZHITU_USER": "neo4j", "ZHITU_PASSWORD": password} if address else {}
    done = subprocess.run(
        [*words, *([address] if address else [])],
        capture_output=True, text=True, check=False, timeout=_PATIENCE, env=environment(**more),
    )  # fmt: skip
    return done.returncode, done.stderr


def dump(workspace: Workspace, server: Neo4j | None = None) -> list[str]:
    """What the store holds."""
    settings = Settings(embedded=EmbeddedSettings(heap_mb=256))
    if server:
        settings = Settings(store=StoreSettings(server.address, "neo4j", server.password))
    with open_store(workspace, server.address if server else "embedded", settings=settings) as store:
        return list(dump_lines(store.dump()))


def judged(name: str, code: int, words: str, resumed: int, equal: bool, *, refused: bool = True) -> Outcome:
    """What is wrong with a hardship's outcome. ``refused``: the first ingest had to say that it could not."""
    wrong = ""
    lines = [line for line in words.splitlines() if line.strip()]
    if refused and code == 0:
        wrong = "the first ingest did not notice"
    elif resumed:
        wrong = f"the next ingest ended with {resumed}"
    elif not equal:
        wrong = "the dump is not that of an undisturbed ingest"
    elif refused and not lines:
        wrong = "no message"
    elif any(not line.startswith("zhitu: ") or "; " not in line for line in lines):
        wrong = "a message is not one line with what to do"
    return Outcome(name, words, wrong)


# --- disks --------------------------------------------------------------------------------------------------------


@contextmanager
def disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A small disk at ``folder``; what it gives mounts it again with other options. :class:`NotHere` without root."""
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder))
    try:
        yield lambda options: _mount("-o", f"remount,{options}", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _mount(*words: str) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise NotHere("disks can only be mounted by root")
    for _ in range(100):
        done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        if "busy" not in done.stderr:
            break
        time.sleep(0.1)  # a server that was ended may still be closing its files
    raise NotHere(f"no disk can be mounted here: {done.stderr.strip()}")


def full_disk(folder: Path, size: str) -> Outcome:
    """The workspace's disk is full in the middle of an ingest; then there is space."""
    reports = folder / "reports"
    _small.write_reports(reports, 1)
    wanted = _small.wanted(Workspace(folder / "peace"), reports)
    with disk(folder / "disk", size) as again:
        workspace = Workspace(folder / "disk" / "w")
        try:
            code, words = ingest(workspace, reports)
            again(f"size={_ROOMY}")
            resumed, more = ingest(workspace, reports)
            outcome = judged(f"disk of {size}", code, words + more, resumed, resumed == 0 and dump(workspace) == wanted)
        finally:
            EmbeddedServer(workspace.database).stop()
    return outcome


def read_only(folder: Path) -> Outcome:
    """A workspace that may be read only takes a later edition; then it may be written."""
    reports = folder / "reports"
    _small.write_reports(reports, 1)
    with disk(folder / "disk", _ROOMY) as again:
        workspace = Workspace(folder / "disk" / "w")
        first, _ = ingest(workspace, reports)
        EmbeddedServer(workspace.database).stop()
        _small.write_reports(reports, 2)
        try:
            again("ro")
            code, words = ingest(workspace, reports)
            again("rw")
            resumed, more = ingest(workspace, reports)
            peace = Workspace(folder / "peace")
            wanted = _small.wanted(peace, reports)
            equal = first == 0 and resumed == 0 and dump(workspace) == wanted
            outcome = judged("read-only folder", code, words + more, resumed, equal)
        finally:
            again("rw")
            EmbeddedServer(workspace.database).stop()
    return outcome


# --- Neo4j --------------------------------------------------------------------------------------------------------


def refusing(folder: Path, server: Neo4j) -> Iterator[Outcome]:
    """A wrong password, nobody at the address; then the right ones."""
    for name, address, password in (
        ("wrong password", server.address, "wrong"),
        ("nobody there", f"bolt://127.0.0.1:{_free_port()}", server.password),
    ):
        reports, workspace = folder / name / "reports", Workspace(folder / name / "w")
        _small.write_reports(reports, 3)
        wanted = _small.wanted(Workspace(folder / name / "peace"), reports)
        code, words = ingest(workspace, reports, address, password)
        resumed, more = ingest(workspace, reports, server.address, server.password)
        yield judged(f"Neo4j: {name}", code, words + more, resumed, dump(workspace, server) == wanted)


def slow(folder: Path, server: Neo4j, delay: float) -> Outcome:
    """A line that hands everything on late: it takes longer, and that is all."""
    reports, workspace = folder / "reports", Workspace(folder / "w")
    _small.write_reports(reports, 4)
    line = Line(server.port, delay)
    try:
        code, words = ingest(workspace, reports, f"bolt://127.0.0.1:{line.port}", server.password)
    finally:
        line.close()
    equal = dump(workspace, server) == _small.wanted(Workspace(folder / "peace"), reports)
    outcome = judged(f"Neo4j: every piece {delay * 1000:g} ms late", code, words, code, equal, refused=False)
    return outcome if line.carried else Outcome(outcome.name, words, "nothing went through the line")


def broken(folder: Path, server: Neo4j) -> Outcome:
    """A line that is cut again and again: the ingest goes on, or says so; the next one completes it."""
    reports, workspace = folder / "reports", Workspace(folder / "w")
    _small.write_reports(reports, 5)
    line, over = Line(server.port, 0.01), threading.Event()

    def cut() -> None:
        while not over.wait(1.5):
            line.cut()

    threading.Thread(target=cut, daemon=True).start()
    try:
        code, words = ingest(workspace, reports, f"bolt://127.0.0.1:{line.port}", server.password)
    finally:
        over.set()
        line.close()
    resumed, more = ingest(workspace, reports, server.address, server.password)
    equal = dump(workspace, server) == _small.wanted(Workspace(folder / "peace"), reports)
    return judged("Neo4j: a line cut every 1.5 s", code, words + more, resumed, equal, refused=bool(code))


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def neo4j(folder: Path) -> Iterator[Neo4j]:
    """A server for the hardships; :class:`NotHere` where there is none to be had."""
    try:
        server = Neo4j(folder)
        server.start()
    except Exception as error:
        if type(error).__name__ != "Unavailable":
            raise
        raise NotHere(str(error)) from error
    try:
        yield server
    finally:
        server.stop()


def disks(folder: Path) -> Iterator[Outcome]:
    """All hardships of disks."""
    for size in SIZES:
        yield full_disk(folder / size, size)
    yield read_only(folder / "ro")


def lines(folder: Path, delays: tuple[float, ...] = (0.02, 0.1)) -> Iterator[Outcome]:
    """All hardships of a Neo4j."""
    with neo4j(folder / "neo4j") as server:
        yield from refusing(folder / "refusing", server)
        for delay in delays:
            yield slow(folder / f"slow{delay}", server, delay)
        yield broken(folder / "broken", server)


def main() -> int:
    """Try all and tell what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    lost = 0
    with tempfile.TemporaryDirectory(prefix="zhitu-hardships-") as name:
        for group in (disks, lines):
            try:
                for outcome in group(Path(name) / group.__name__):
                    lost += bool(outcome.wrong)
                    said = outcome.words.strip().splitlines()
                    print(
                        f"{'LOST' if outcome.wrong else 'survived'} {outcome.name} {outcome.wrong}".strip(), flush=True
                    )
                    for line in dict.fromkeys(said):
                        print(f"    {line}", flush=True)
            except NotHere as reason:
                print(f"{group.__name__}: NOT TRIED: {reason}", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
