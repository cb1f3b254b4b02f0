"""A reading connection stays one, whatever statement it is given: nothing written, no file read, no deadline missed."""

from __future__ import annotations

import os
import socket
import stat
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from extractor.errors import ZhituError
from graph.storage.embedded import EmbeddedServer
from graph.storage.settings import Settings
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from tests.graph.stores import sample

ATTACKS: dict[str, list[str]] = {
    kind: group["statements"]
    for kind, group in tomllib.loads((Path(__file__).parent / "data/attacks.toml").read_text("utf-8")).items()
}
CANARY = "the-canary-sings-8231"
DEADLINE = 2.0
# What a busy machine may add; the attacks run for many minutes when nothing ends them.
SLACK = 90.0


@dataclass
class Trap:
    """A file with a secret, a file that must not come to be, a port that nobody may call."""

    canary: Path
    out: Path
    port: int
    calls: list[str] = field(default_factory=list)

    def bait(self, statement: str) -> str:
        """The statement with the trap's own places."""
        for name, value in (("canary", self.canary), ("out", self.out), ("port", self.port)):
            statement = statement.replace(f"<{name}>", str(value))
        return statement


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    folder = tmp_path_factory.mktemp("trap")
    (folder / "canary.csv").write_text(f"{CANARY},1\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Trap(folder / "canary.csv", folder / "out.csv", listener.getsockname()[1])

        def answer() -> None:
            while True:
                try:
                    connection, peer = listener.accept()
                except OSError:
                    return
                made.calls.append(str(peer))
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        yield made


def contents(store: Store) -> list[str]:
    """All that the store holds, its schema included, as text that can be compared."""
    nodes = store.read("MATCH (n) RETURN labels(n), properties(n)", timeout=60).rows
    edges = store.read("MATCH (a)-[r]->(b) RETURN a.id, type(r), properties(r), b.id", timeout=60).rows
    schema = store.read("SHOW INDEXES YIELD name RETURN name", timeout=60).rows
    constraints = store.read("SHOW CONSTRAINTS YIELD name RETURN name", timeout=60).rows
    return sorted(repr(_ordered(row)) for row in (*nodes, *edges, *schema, *constraints))


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key, _ordered(item)) for key, item in value.items())
    return [_ordered(item) for item in value] if isinstance(value, (list, tuple)) else value


def strike(store: Store, trap: Trap, statement: str) -> None:
    """Run one attack; whatever comes of it, it ends in time and tells no secret."""
    store.read("RETURN 1", timeout=60)  # a server that the last attack ended is started here, before the clock is
    start = time.monotonic()
    try:
        told = repr(store.read(trap.bait(statement), limit=1000, timeout=DEADLINE).rows)
    except ZhituError as error:
        told = str(error)
    assert CANARY not in told, statement
    assert time.monotonic() - start < DEADLINE + SLACK, statement


def test_there_are_a_hundred() -> None:
    statements = [statement for group in ATTACKS.values() for statement in group]
    assert len(set(statements)) >= 100


@pytest.mark.parametrize("kind", [kind for kind in ATTACKS if kind not in {"endless", "greedy"}])
def test_nothing_is_written_and_nothing_is_let_out(
    place: tuple[Workspace, Settings], reader: Store, trap: Trap, kind: str
) -> None:
    before = contents(reader)
    databases = EmbeddedServer(place[0].database).databases()
    for statement in ATTACKS[kind]:
        strike(reader, trap, statement)
        assert contents(reader) == before, statement
    assert not trap.out.exists()
    assert not trap.calls
    assert EmbeddedServer(place[0].database).databases() == databases


@pytest.mark.slow
@pytest.mark.parametrize("statement", [*ATTACKS["endless"], *ATTACKS["greedy"]])
def test_no_statement_outlives_its_deadline(
    place: tuple[Workspace, Settings], reader: Store, trap: Trap, statement: str
) -> None:
    before = contents(reader)
    strike(reader, trap, statement)
    if place[1].store.address != "embedded":
        assert wait_until_idle(reader), "the server still works on it"
    assert contents(reader) == before


def wait_until_idle(store: Store, seconds: float = SLACK) -> bool:
    """Whether a Neo4j comes to run nothing but the question what it runs."""
    deadline = time.monotonic() + seconds
    while len(store.read("SHOW TRANSACTIONS YIELD transactionId", timeout=60).rows) > 1:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@pytest.mark.store
@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_embedded_database_is_private_to_its_user(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    server = EmbeddedServer(workspace.database)
    try:
        with open_store(workspace, write=True) as store:
            store.replace(sample())
        assert stat.S_IMODE(workspace.database.stat().st_mode) == 0o700
        assert stat.S_IMODE((workspace.database / "server.json").stat().st_mode) == 0o600
        running = server.find()
        assert running is not None
        for port in (running.bolt_port, running.http_port):
            assert _listeners(port) <= {"127.0.0.1", "::ffff:127.0.0.1"}
    finally:
        server.stop()


def _listeners(port: int) -> set[str]:
    """The addresses on which a port listens; nothing where /proc does not tell."""
    found = set()
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        table = Path(f"/proc/net/{name}")
        for line in table.read_text().splitlines()[1:] if table.exists() else []:
            cells = line.split()
            address, _, number = cells[1].partition(":")
            if cells[3] == "0A" and int(number, 16) == port:
                raw = bytes.fromhex(address)
                words = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
                found.add(socket.inet_ntop(family, words))
    return found
