"""The embedded database's life: found again, ended when idle, whole after a crash, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.errors import Refused, StoreError
from graph.ingesting.locks import FileLock
from graph.model import dump_lines
from graph.storage import embedded
from graph.storage.embedded import EmbeddedServer
from graph.storage.settings import EmbeddedSettings, QuerySettings, Settings
from graph.storage.store import open_store
from graph.workspace import Workspace
from tests.conftest import ROOT
from tests.graph.stores import sample

SETTINGS = Settings(embedded=EmbeddedSettings(heap_mb=256, idle_minutes=3), query=QuerySettings(timeout=30))
COUNT = "MATCH (s:School) RETURN count(s)"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and file modes of POSIX")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace whose embedded store holds the sample graph."""
    if reason := embedded.available():
        pytest.skip(reason)
    workspace = Workspace(tmp_path_factory.mktemp("life"))
    with open_store(workspace, write=True, settings=SETTINGS) as store:
        store.replace(sample())
    yield workspace
    EmbeddedServer(workspace.database).stop()


def child(workspace: Workspace) -> EmbeddedServer:
    return EmbeddedServer(workspace.database, SETTINGS.embedded)


@pytest.mark.store
def test_the_next_command_finds_the_same_child(filled: Workspace) -> None:
    running = child(filled).ensure()
    code = (
        "import sys; from pathlib import Path; from graph.storage.embedded import EmbeddedServer\n"
        "print(EmbeddedServer(Path(sys.argv[1])).ensure().pid)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", code, str(filled.database)], env=environment, check=True, capture_output=True, text=True
    )
    assert int(told.stdout) == running.pid


@pytest.mark.store
@posix
def test_what_is_private_is_private(filled: Workspace) -> None:
    running = child(filled).ensure()
    told = filled.database / "server.json"
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    assert stat.S_IMODE(filled.database.stat().st_mode) == 0o700
    command = Path(f"/proc/{running.pid}/cmdline")
    if command.exists():
        shown = command.read_bytes() + Path(f"/proc/{running.pid}/environ").read_bytes()
        assert running.password.encode() not in shown
        assert running.reader_password.encode() not in shown


@pytest.mark.store
@posix
def test_a_crash_leaves_the_graph_whole(filled: Workspace) -> None:
    first = child(filled).ensure()
    os.kill(first.pid, signal.SIGKILL)
    with open_store(filled, settings=SETTINGS) as store:
        assert list(dump_lines(store.dump())) == list(dump_lines(sample()))
    assert child(filled).ensure().pid != first.pid


@pytest.mark.store
@posix
def test_an_open_store_outlives_its_child(filled: Workspace) -> None:
    with open_store(filled, settings=SETTINGS) as store:
        os.kill(child(filled).ensure().pid, signal.SIGKILL)
        assert store.read(COUNT).rows == [(4,)]


@pytest.mark.store
def test_a_second_writer_is_told_of_the_first(filled: Workspace) -> None:
    with (
        open_store(filled, write=True, settings=SETTINGS),
        pytest.raises(Refused, match=f"another command is writing.*process {os.getpid()}"),
    ):
        open_store(filled, write=True, settings=SETTINGS)
    open_store(filled, write=True, settings=SETTINGS).close()


@pytest.mark.store
def test_readers_and_a_writer_go_together(filled: Workspace) -> None:
    with open_store(filled, settings=SETTINGS) as reader:
        assert reader.read(COUNT).rows == [(4,)]
        with open_store(filled, write=True, settings=SETTINGS) as writer:
            writer.replace(sample())
        assert reader.read(COUNT).rows == [(4,)]


@pytest.mark.store
@pytest.mark.parametrize(
    "statement",
    [
        "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x * y AS z RETURN max(z)",
        # One expression whose length only the data tell.
        "MATCH (n) WITH count(n) * count(n) * count(n) * 10 AS big "
        "RETURN size([x IN range(1, big) WHERE size([y IN range(1, big)]) = x])",
    ],
)
def test_a_runaway_statement_is_ended_on_the_server_too(filled: Workspace, statement: str) -> None:
    with open_store(filled, settings=SETTINGS) as store:
        before = child(filled).ensure()
        began = time.monotonic()
        with pytest.raises(Refused, match=r"longer than 1 s"):
            store.read(statement, timeout=1)
        assert time.monotonic() - began < 90  # left alone it takes hours
        with contextlib.suppress(ProcessLookupError):
            os.kill(before.pid, 0)
            assert child(filled).find() != before
        assert store.read(COUNT).rows == [(4,)]


@pytest.mark.store
@posix
def test_a_killed_bulk_load_leaves_the_old_graph(filled: Workspace) -> None:
    code = (
        "import os, sys; from pathlib import Path; from graph.storage.store import open_store, Store\n"
        "from graph.workspace import Workspace\n"
        "from tests.graph.stores import sample\n"
        "Store._load = lambda *_, **__: os._exit(9)\n"
        "open_store(Workspace(Path(sys.argv[1])), write=True).replace(sample())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", code, str(filled.root)], env=environment, check=False)
    assert killed.returncode == 9
    assert len(child(filled).databases()) == 2
    with open_store(filled, settings=SETTINGS) as store:
        assert store.read(COUNT).rows == [(4,)]
    with open_store(filled, write=True, settings=SETTINGS) as store:
        store.replace(sample())
    assert len(child(filled).databases()) == 1


@pytest.mark.store
def test_it_ends_by_itself_when_idle_and_keeps_the_graph(filled: Workspace) -> None:
    server = EmbeddedServer(filled.database, EmbeddedSettings(heap_mb=256, idle_minutes=0.02))
    server.stop()
    server.ensure()
    deadline = time.monotonic() + 120
    while server.find() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server.find() is None
    with open_store(filled, settings=SETTINGS) as store:
        assert store.read(COUNT).rows == [(4,)]
    assert child(filled).stop()
    assert not child(filled).stop()


def test_a_platform_without_the_package_is_pointed_to_neo4j(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(StoreError, match=r"no wheel for Intel macOS.*bolt://"):
        EmbeddedServer(tmp_path).ensure()


def test_a_lock_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path\n"
        "from graph.ingesting.locks import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); assert lock.acquire(note='me')\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    mine = FileLock(lock)
    assert not mine.acquire()
    assert mine.held_elsewhere() and mine.note() == "me"
    holder.kill()
    holder.wait()
    assert mine.acquire(timeout=60)
    mine.release()
