"""Servers that the trials strike: a real Neo4j on a home folder that outlives it, a slow or broken line to it."""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import secrets
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("zhitu_neo4j", str(ROOT / "scripts/neo4j"))
    spec = importlib.util.spec_from_loader("zhitu_neo4j", loader)
    module = importlib.util.module_from_spec(cast(importlib.machinery.ModuleSpec, spec))
    loader.exec_module(module)
    return module


class Neo4j:
    """A Neo4j that can be killed and started again on the same data. Raises ``Unavailable`` of scripts/neo4j."""

    def __init__(self, home: Path) -> None:
        self._script: Any = _script()
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.password = secrets.token_urlsafe(16)
        self.port: int = self._script.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens, the same after each start."""
        return f"bolt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = self._script.launch(self.home, self.port)
        self._script.wait_until_up(self._process, self.port, self.password, self.home / "console.log")

    def kill(self) -> None:
        """``kill -9``."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill()


class Line:
    """A relay on loopback to a port of loopback that hands every piece on ``delay`` seconds late, and can be cut."""

    def __init__(self, port: int, delay: float) -> None:
        self._target, self._delay = port, delay
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        self.carried = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._relay, args=(one, other), daemon=True).start()

    def _relay(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                time.sleep(self._delay)
                other.sendall(data)
                self.carried += len(data)
        self._close(one, other)

    def cut(self) -> None:
        """Break all connections; new ones are taken."""
        self._close(*self._ends)
        self._ends.clear()

    def close(self) -> None:
        """Break all, take no more."""
        self._close(self._listener)
        self.cut()

    @staticmethod
    def _close(*sockets: socket.socket) -> None:
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
