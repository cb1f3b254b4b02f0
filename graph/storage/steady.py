"""Readers see the graph before a change or after it, never half of it, though neither server promises that.

Both servers show a statement what others commit while it runs ("read committed"): a statement that goes through a
report while it is replaced finds some facts of the old edition and some of the new one, or an entry that has just gone.
So a writer counts its commits in a file of the workspace and holds a lock on that file while it commits; a reader looks
at both before and after, and asks again when a commit lay between. After some tries it holds commits up until it has
its answer, so that it gets one however often the graph changes. Readers and writers that do not come through the same
workspace (another machine's, Neo4j Browser) are not covered, nor is a commit that goes on after its writer was killed.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from extractor.errors import Refused

_T = TypeVar("_T")
_TRIES = 3
# Seconds after which work is not just done again and again.
_LONG = 5.0
# Seconds that a reader waits for a commit, and a writer for readers that hold it up.
_PATIENCE = 120.0
# Far behind the number: a locked byte cannot be read on Windows.
_LOCKED_BYTE = 1 << 20


class Changes:
    """The changes of one workspace's graph, counted in ``path``. Creating the object touches nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._within = threading.local()

    # --- the writer -------------------------------------------------------------------------------------------

    @contextmanager
    def changing(self) -> Iterator[Callable[[], None]]:
        """While it lasts, call what it gives right before the commit; readers wait from then on until it is over."""
        held: list[int] = []

        def begin() -> None:
            if held:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            held.append(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            _wait(lambda: _locked(held[0], shared=False))
            text = os.read(held[0], 32)
            os.lseek(held[0], 0, os.SEEK_SET)
            os.write(held[0], b"%020d" % (int(text or b"0") + 1))

        try:
            yield begin
        finally:
            for descriptor in held:
                os.close(descriptor)

    # --- readers ----------------------------------------------------------------------------------------------

    def steadily(self, work: Callable[[], _T]) -> _T:
        """What ``work`` gives or raises while nothing was changed; it may be called several times."""
        if getattr(self._within, "depth", 0):
            return work()
        self._within.depth = 1
        try:
            for _ in range(_TRIES):
                count = self._count()
                self._wait_for_commit()
                begun = time.monotonic()
                try:
                    answer = work()
                except Refused:  # its deadline has passed, say
                    raise
                except Exception:
                    if count == self._count():
                        raise
                else:
                    if count == self._count():
                        return answer
                if time.monotonic() - begun > _LONG:
                    break
            with self._held_up():
                return work()
        finally:
            self._within.depth = 0

    def _count(self) -> bytes:
        with suppress(OSError):
            return self._path.read_bytes()
        return b""

    def _wait_for_commit(self) -> None:
        with self._held_up():
            pass

    @contextmanager
    def _held_up(self) -> Iterator[None]:
        """No commit begins while it lasts; where the file cannot be opened, nobody ever wrote through it."""
        descriptor = -1
        with suppress(OSError):
            descriptor = os.open(self._path, os.O_RDONLY)
            _wait(lambda: _locked(descriptor, shared=True))
        try:
            yield
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)


def _locked(descriptor: int, *, shared: bool) -> bool:
    """Lock an open file without waiting; the lock goes when it is closed, or with the process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            finally:
                os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
