"""The embedded database's process: ArcadeDB with its Bolt listener on loopback, ended when nobody uses it.

Run as a script (``python -P embedded_server.py``), alone: it imports nothing of this package. Its orders come as
one JSON object on standard input, so that passwords stand neither in arguments nor in the environment: ``root``,
``password``, ``reader_password``, ``bolt_port``, ``http_port``, ``heap_mb``, ``idle_seconds``, ``nonce``. It holds the
lock ``server.lock`` while it lives, tells where it listens in ``server.json`` (mode 0600), and ends when that file
was not touched for ``idle_seconds``, or is gone, or on SIGTERM.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

_GROUPS: dict[str, Any] = {
    "version": 2,
    "databases": {
        "*": {
            "groups": {
                "admin": {
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "access": ["updateSecurity", "updateSchema", "updateDatabaseSettings"],
                    "types": {"*": {"access": ["createRecord", "readRecord", "updateRecord", "deleteRecord"]}},
                },
                "reader": {
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "access": [],
                    "types": {"*": {"access": ["readRecord"]}},
                },
                "*": {"resultSetLimit": -1, "readTimeout": -1, "access": [], "types": {"*": {"access": []}}},
            }
        }
    },
}


def main() -> None:
    """Serve until idle, told to end, or the workspace is gone."""
    orders = json.loads(sys.stdin.readline())
    root = Path(orders["root"])
    lock = os.open(root / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    _lock(lock)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    os.chdir(root)  # ArcadeDB writes ./log
    server = _start(root, orders)
    try:
        _tell(root, orders)
        _serve(root / "server.json", float(orders["idle_seconds"]), stopped)
    finally:
        with contextlib.suppress(OSError):
            (root / "server.json").unlink()
        server.stop()
        os.close(lock)
        sys.stdout.flush()
        os._exit(0)  # the JVM's own threads must not keep the process


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _start(root: Path, orders: dict[str, Any]) -> Any:
    """Start the JVM in this process and the server in it; users are made anew at every start."""
    from arcadedb_embedded.jvm import start_jvm

    start_jvm(heap_size=f"{orders['heap_mb']}m", jvm_args=["-XX:+UseSerialGC", "-Xss2m", "-Xshare:auto"])
    import jpype

    config = root / "config"
    config.mkdir(mode=0o700, exist_ok=True)
    (config / "server-users.jsonl").unlink(missing_ok=True)
    (config / "server-groups.json").write_text(json.dumps(_GROUPS), encoding="utf-8")
    settings = jpype.JClass("com.arcadedb.ContextConfiguration")()
    for name, value in {
        "arcadedb.server.rootPath": str(root),
        "arcadedb.server.rootPassword": orders["password"],
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": str(orders["http_port"]),
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": int(orders["bolt_port"]),
        # "production" would hide every error's message from the client.
        "arcadedb.server.mode": "development",
        "arcadedb.txWalFlush": 1,
        "arcadedb.opencypher.loadCsv.allowFileUrls": False,
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": False,
        # Passwords are random and long: many rounds of hashing would only make every command slower.
        "arcadedb.server.saltIterations": 1000,
    }.items():
        settings.setValue(name, value)
    server = jpype.JClass("com.arcadedb.server.ArcadeDBServer")(settings)
    server.start()
    security = server.getSecurity()
    user = {
        "name": "reader",
        "password": str(security.encodePassword(orders["reader_password"])),
        "databases": {"*": ["reader"]},
    }
    security.createUser(jpype.JClass("com.arcadedb.serializer.json.JSONObject")(json.dumps(user)))
    return server


def _tell(root: Path, orders: dict[str, Any]) -> None:
    """Write ``server.json``, readable by the owner only, in one step."""
    told = {
        "pid": os.getpid(),
        "started": time.time(),
        "nonce": orders["nonce"],
        "bolt_port": orders["bolt_port"],
        "http_port": orders["http_port"],
        "password": orders["password"],
        "reader_password": orders["reader_password"],
    }
    partial = root / "server.json.part"
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file)
    partial.replace(root / "server.json")


def _serve(told: Path, idle_seconds: float, stopped: threading.Event) -> None:
    while not stopped.wait(min(1.0, idle_seconds / 4)):
        try:
            unused = time.time() - told.stat().st_mtime
        except OSError:
            return  # the workspace was removed
        if unused > idle_seconds:
            return


if __name__ == "__main__":
    main()
