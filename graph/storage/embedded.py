"""The embedded database's life, seen from the commands that use it: found, started, ended, swapped.

One child process a workspace (:mod:`graph.storage.embedded_server`), on loopback, kept for the next command. Others
find it through ``server.json`` (mode 0600: ports, random passwords, process id); whether it lives is told by the lock
it holds, which the system takes away when it dies, so nothing stale is ever believed. A second lock lets one command
write at a time. The graph's database is the one that the file ``current`` names: a bulk load builds another one
and then changes that name.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from extractor.errors import Refused, StoreError
from graph.ingesting.locks import FileLock
from graph.storage.settings import EmbeddedSettings

HOST = "127.0.0.1"
_START_SECONDS = 90.0
_STOP_SECONDS = 20.0
# Bytes of disk with which the database cannot work: it grows by pages of 64 KB, a few for each type.
_SCANT = 4 << 20


@dataclass(frozen=True, slots=True)
class Running:
    """A child that listens. Passwords live as long as the process."""

    pid: int
    started: float
    bolt_port: int
    http_port: int
    password: str
    reader_password: str
    nonce: str

    @property
    def uri(self) -> str:
        """Where the driver connects."""
        return f"bolt://{HOST}:{self.bolt_port}"


def available() -> str:
    """Empty where the embedded database can run here, else why not."""
    if find_spec("arcadedb_embedded") is None:
        return (
            "the package arcadedb-embedded is not installed; it has no wheel for Intel macOS, Alpine (musl) "
            "and Linux with glibc older than 2.34"
        )
    return ""


class EmbeddedServer:
    """The child of one database folder. Creating the object starts nothing."""

    def __init__(self, root: Path, settings: EmbeddedSettings | None = None) -> None:
        self.root = root.resolve()
        self.settings = settings or EmbeddedSettings()
        self._told = self.root / "server.json"
        self._alive = FileLock(self.root / "server.lock")
        self._writer = FileLock(self.root / "writer.lock")

    # --- life -------------------------------------------------------------------------------------------------

    def find(self) -> Running | None:
        """The child that lives now, None when there is none."""
        if not self._alive.held_elsewhere():
            return None
        try:
            return Running(**json.loads(self._told.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None  # it is starting or ending

    def ensure(self) -> Running:
        """The child, started when there is none; :class:`StoreError` when it cannot be."""
        if running := self.find():
            self.touch()
            return running
        if reason := available():
            raise StoreError(reason, "use a Neo4j server: --store bolt://HOST:7687 (docs/neo4j.md)")
        self._make_private()
        starting = FileLock(self.root / "start.lock")
        if not starting.acquire(timeout=_START_SECONDS):
            raise StoreError(f"{self.root}: another command is starting the database and does not end", "try again")
        with starting:
            deadline = time.monotonic() + _STOP_SECONDS
            while not (running := self.find()):
                if not self._alive.held_elsewhere():
                    return self._start()
                if time.monotonic() > deadline:
                    raise StoreError(f"{self.root}: the database is ending and does not end", "try again")
                time.sleep(0.05)
            self.touch()
            return running

    def _make_private(self) -> None:
        """Make the folder, for its owner only: what ArcadeDB writes into it has the modes of the user's umask."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sys.platform != "win32":
            self.root.chmod(0o700)

    def touch(self) -> None:
        """Tell the child that it is used."""
        with contextlib.suppress(OSError):
            os.utime(self._told)

    def stop(self) -> bool:
        """End the child cleanly, and wait for its end; whether there was one."""
        running = self.find()
        if running is None:
            return False
        with contextlib.suppress(OSError):
            # Windows knows no SIGTERM for others: there the child sees that its file is gone.
            if sys.platform == "win32":
                self._told.unlink()
            else:
                os.kill(running.pid, signal.SIGTERM)
        if not self._wait_for_end():
            self.kill()
        return True

    def kill(self) -> None:
        """End the child at once, as a runaway statement demands; its log makes the next start whole again."""
        running = self.find()
        if running is not None:
            with contextlib.suppress(OSError):
                # A dying process holds its lock for a while yet: nobody may find it any more, but wait for its end.
                self._told.unlink()
            with contextlib.suppress(OSError):
                os.kill(running.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
            self._wait_for_end()

    def _wait_for_end(self) -> bool:
        deadline = time.monotonic() + _STOP_SECONDS
        while self._alive.held_elsewhere():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _start(self) -> Running:
        self._told.unlink(missing_ok=True)
        log = self.root / "server.log"
        bolt_port, http_port = _free_ports()
        orders = {
            "root": str(self.root),
            "password": secrets.token_urlsafe(32),
            "reader_password": secrets.token_urlsafe(32),
            "bolt_port": bolt_port,
            "http_port": http_port,
            "heap_mb": self.settings.heap_mb,
            "idle_seconds": self.settings.idle_minutes * 60,
            "nonce": secrets.token_hex(8),
        }
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
            detached: dict[str, Any] = (
                {"creationflags": 0x00000008 | 0x00000200}  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP
                if sys.platform == "win32"
                else {"start_new_session": True}
            )
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, "-P", str(Path(__file__).with_name("embedded_server.py"))],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=self.root,
                **detached,
            )
        assert child.stdin is not None  # noqa: S101 - for the type checker
        child.stdin.write(json.dumps(orders).encode() + b"\n")
        child.stdin.close()
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            running = self.find()
            if running is not None and running.nonce == orders["nonce"]:
                return running
            if child.poll() is not None:
                raise self.hampered() or StoreError(
                    f"the embedded database did not start: {_last_words(log)}", f"its log is {log}"
                )
            time.sleep(0.02)
        child.kill()
        raise self.hampered() or StoreError(
            f"the embedded database did not start in {_START_SECONDS:.0f} s", f"its log is {log}"
        )

    def _not_started(self, why: str, log: Path) -> StoreError:
        return self.hampered() or StoreError(f"the embedded database did not start: {why}", f"its log is {log}")

    def hampered(self) -> StoreError | None:
        """What the disk does to the database: it has no room, or takes nothing; None where it is not the disk."""
        try:
            room = shutil.disk_usage(self.root).free
        except OSError:
            return None
        if room < _SCANT:
            what = f"{self.root}: there is no space left on the disk ({room >> 10} KB)"
            return StoreError(what, "free some space, then give the command again")
        if not os.access(self.root, os.W_OK):
            return StoreError(f"{self.root}: cannot be written", "change its permissions, or take another --workspace")
        return None

    # --- one writer -------------------------------------------------------------------------------------------

    def lock_for_writing(self, timeout: float = 0.0) -> None:
        """Be the one writer; :class:`Refused` names the other one."""
        self._make_private()
        note = f"process {os.getpid()} since {time.strftime('%H:%M:%S')}"
        if not self._writer.acquire(note=note, timeout=timeout):
            raise Refused(
                f"{self.root}: another command is writing to this workspace ({self._writer.note() or 'unknown'})",
                "wait until it has ended, or use another --workspace",
            )

    def unlock(self) -> None:
        """Let others write."""
        self._writer.release()

    # --- databases --------------------------------------------------------------------------------------------

    def current(self) -> str:
        """The name of the database that holds the graph; empty when there is none yet."""
        try:
            return (self.root / "current").read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def set_current(self, name: str) -> None:
        """Make ``name`` the graph, in one step."""
        partial = self.root / "current.part"
        partial.write_text(name + "\n", encoding="utf-8")
        partial.replace(self.root / "current")

    def databases(self) -> list[str]:
        """All databases' names."""
        folder = self.root / "databases"
        return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []

    def next_name(self) -> str:
        """A name for a new database."""
        numbers = [int(name.rsplit("_", 1)[-1]) for name in self.databases() if name.rsplit("_", 1)[-1].isdigit()]
        return f"graph_{max(numbers, default=0) + 1}"

    def create_database(self, name: str) -> None:
        """Make an empty database."""
        self._command(f"create database {name}")

    def drop_database(self, name: str) -> None:
        """Remove a database."""
        self._command(f"drop database {name}")

    def _command(self, command: str) -> None:
        import base64
        import urllib.error
        import urllib.request

        running = self.ensure()
        credentials = base64.b64encode(f"root:{running.password}".encode()).decode()
        request = urllib.request.Request(
            f"http://{HOST}:{running.http_port}/api/v1/server",
            data=json.dumps({"command": command}).encode(),
            headers={"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
        )
        # No proxy of the environment may stand between us and loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60):
                pass
        except urllib.error.HTTPError as error:
            told = error.read().decode(errors="replace")
            raise StoreError(f"the embedded database refused '{command}': {told}", "see its log") from error
        except OSError as error:
            raise StoreError(f"the embedded database does not answer ({error})", "try again") from error


def _free_ports() -> tuple[int, int]:
    """Two ports that are free now; held together, so that they differ."""
    with socket.socket() as one, socket.socket() as other:
        one.bind((HOST, 0))
        other.bind((HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]


def _last_words(log: Path) -> str:
    try:
        lines = [
            line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()
        ]
    except OSError:
        lines = []
    return lines[-1] if lines else "it said nothing"
