"""The users file: one ``name:role:hash`` a line, made and checked here; who may read and who may decide.

Hashes are werkzeug's scrypt. A failed login costs the same time whether the name exists or not, and a name that failed
too often has to wait, so that guessing is slow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from extractor.errors import Damaged, FileMissing

Role = Literal["reader", "reviewer"]
ROLES: tuple[Role, ...] = ("reader", "reviewer")

_FREE_FAILURES = 5  # tries before waiting begins
_LONGEST_WAIT = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class User:
    """One person who may log in. A reviewer may also mark errors and decide on merges."""

    name: str
    role: Role
    hash: str = field(repr=False)


def read_users(path: Path) -> Mapping[str, User]:
    """The users of a file by name; :class:`Damaged` names the line that is none."""
    if not path.is_file():
        raise FileMissing(path, "no such users file", f"make one with: zhitu user NAME --auth {path}")
    users: dict[str, User] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        role, _, hashed = rest.partition(":")
        if not name or role not in ROLES or not hashed:
            raise Damaged(path, f"line {number} is no NAME:ROLE:HASH", "make it with: zhitu user")
        users[name] = User(name, role, hashed)
    return users


def add_user(path: Path, name: str, role: Role, password: str) -> None:
    """Write ``name`` with the hash of ``password`` into the users file (made private to its owner), replacing the name.

    Raises ``ValueError`` for a name or password that cannot be one.
    """
    from werkzeug.security import generate_password_hash

    if not name or ":" in name or "\n" in name or name.startswith("#"):
        raise ValueError("a user's name has no colon and is not empty")
    if len(password) < 8:
        raise ValueError("a password has at least 8 characters")
    users = dict(read_users(path)) if path.is_file() else {}
    users[name] = User(name, role, generate_password_hash(password))
    text = "".join(f"{user.name}:{user.role}:{user.hash}\n" for user in users.values())
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


class Gate:
    """Checks logins against a users file, and slows down who fails. Thread-safe."""

    def __init__(self, users: Mapping[str, User]) -> None:
        from werkzeug.security import generate_password_hash

        self._users = users
        self._nobody = generate_password_hash("nobody has this password")
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Seconds that ``key`` (a name or an address) still has to wait before the next try."""
        with self._lock:
            count, last = self._failures.get(key, (0, 0.0))
        if count < _FREE_FAILURES:
            return 0.0
        pause = min(_LONGEST_WAIT, 2.0 ** (count - _FREE_FAILURES + 1))
        return max(0.0, last + pause - time.monotonic())

    def check(self, name: str, password: str, address: str) -> User | None:
        """The user, if the password is theirs and neither name nor address has to wait; None otherwise."""
        from werkzeug.security import check_password_hash

        if self.wait(name) or self.wait(address):
            return None
        user = self._users.get(name)
        right = check_password_hash(user.hash if user else self._nobody, password[:1000])
        if user and right:
            with self._lock:
                self._failures.pop(name, None)
            return user
        with self._lock:
            if len(self._failures) > 10_000:  # a flood of invented names is forgotten, not kept
                self._failures.clear()
            for key in (name[:200], address):
                count, _ = self._failures.get(key, (0, 0.0))
                self._failures[key] = (count + 1, time.monotonic())
        return None

    def user(self, name: str) -> User | None:
        """The user of a session's name; None when the file has it no more."""
        return self._users.get(name)
