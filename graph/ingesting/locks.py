"""A lock on a file that the operating system takes away when its holder dies, so a crash leaves no stale lock."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO


class FileLock:
    """An exclusive lock on ``path`` for as long as the object holds it; the file's text tells who holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self, *, note: str = "", timeout: float = 0.0) -> bool:
        """Take the lock, waiting at most ``timeout`` seconds; whether it was got. ``note`` is kept in the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        deadline = time.monotonic() + timeout
        # The file stays open as long as the lock is held.
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                file.close()
                return False
            time.sleep(0.05)
        file.truncate(0)
        file.write(note)
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def held_elsewhere(self) -> bool:
        """Whether another process (or another object) holds the lock now."""
        if not self.path.exists():
            return False
        file = os.fdopen(os.open(self.path, os.O_RDWR), "r+", encoding="utf-8")
        try:
            return not _try_lock(file)
        finally:
            file.close()

    def note(self) -> str:
        """What the holder said of itself; empty where nothing can be read."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _try_lock(file: IO[str]) -> bool:
    """Lock the open file without waiting."""
    if sys.platform == "win32":
        import msvcrt

        try:
            # One byte far behind the note, so that the note stays readable for others.
            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
