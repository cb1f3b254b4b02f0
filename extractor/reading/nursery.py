"""A process that stands ready with the reader loaded and forks a fresh one for each file (Linux).

Starting Python and loading the reader costs some 250 ms of processor time, a small report's pages a tenth of that. So
one process loads it once; it opens no file itself, so each fork of it is as new as a process of its own: its memory
and time are limited in the same way, its death is told, and nothing of one file reaches the next. It ends with the
process it serves (with the fork it has out), and by itself after :data:`IDLE` seconds without work.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

from extractor.reading.worker import Job, read_and_answer

IDLE = 120.0  # seconds without work after which it ends
_MESSAGE = 1 << 17  # bytes a job may have; it is a path and a few numbers
_PATIENCE = 10.0  # seconds within which it must tell how a fork ended
_LINGER = 5.0  # seconds that a fork which closed its answers may still take to end
_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from extractor.reading.nursery import main; main()"
_ENDED = struct.Struct("=iddq")  # exit code, processor seconds of the fork, of the nursery so far, peak memory in kB
_AWAIT, _KILL = b"await", b"kill"
_PR_SET_PDEATHSIG = 1


class Spent(NamedTuple):
    """What the readers forked so far took: processor seconds, and bytes of memory of the largest."""

    seconds: float
    peak: int


class _Tally:
    """What this process's nurseries used, by nursery and of all forks."""

    def __init__(self) -> None:
        self.forks = 0.0
        self.own: dict[int, float] = {}
        self.peak = 0


_tally = _Tally()


def spent() -> Spent:
    """What reading in forks took so far: ``RUSAGE_CHILDREN`` does not count it, as forks are no children of ours."""
    return Spent(_tally.forks + sum(_tally.own.values()), _tally.peak)


def possible() -> bool:
    """Whether this system can do it; elsewhere each file gets a process that is started for it."""
    return sys.platform == "linux" and hasattr(socket, "send_fds") and hasattr(socket, "SOCK_SEQPACKET")


class Nursery:
    """A process that forks readers, one at a time. Every method raises :class:`OSError` when it has gone."""

    def __init__(self, idle: float = IDLE) -> None:
        self.kin = _kin()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
                [sys.executable, "-c", _BOOT, json.dumps(sys.path), str(theirs.fileno()), str(idle)],
                stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
            )  # fmt: skip
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._socket = ours

    def fork(self, job: Job) -> IO[bytes]:
        """Have a job read in a new fork; gives the stream of its answers."""
        message = pickle.dumps((Path.cwd(), job), protocol=pickle.HIGHEST_PROTOCOL)
        if len(message) > _MESSAGE:
            raise OSError("a job too long to be handed over")
        errors = _errors()
        answers, theirs = os.pipe()
        try:
            socket.send_fds(self._socket, [message], [theirs, errors])
        except BaseException:
            os.close(answers)
            raise
        finally:
            os.close(theirs)
            os.close(errors)
        return os.fdopen(answers, "rb")

    def end(self, *, kill: bool) -> int:
        """End the fork, or wait until it has ended by itself; gives its exit code, negative for a signal."""
        self._socket.settimeout(_PATIENCE + _LINGER)
        self._socket.send(_KILL if kill else _AWAIT)
        told = self._socket.recv(_ENDED.size)
        if len(told) != _ENDED.size:
            raise OSError("the reader's parent has gone")
        code, seconds, own, peak = _ENDED.unpack(told)
        _tally.forks += seconds
        _tally.own[self._process.pid] = own
        _tally.peak = max(_tally.peak, peak << 10)
        return int(code)

    def lives(self) -> bool:
        """Whether it can be given a job."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it and the fork it has out."""
        self._socket.close()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def abandon(self) -> None:
        """Let go of it without ending it: it serves the process that this one was forked from."""
        self._socket.close()
        self._process.returncode = 0  # it is no child of ours to wait for


_idle: list[Nursery] = []
_lock = threading.Lock()


@contextlib.contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for one fork: one that stands idle, else a new one. When anything goes wrong with it, it is ended."""
    one = _take()
    try:
        yield one
    except BaseException:
        one.close()
        raise
    with _lock:
        _idle.append(one)


def _take() -> Nursery:
    """The nursery that was idle for the shortest time and still fits, or a new one."""
    kin = _kin()
    while True:
        with _lock:
            if not _idle:
                break
            one = _idle.pop()
        if one.kin == kin and one.lives():
            return one
        one.close()
    return Nursery()


def close_all() -> None:
    """End the idle nurseries; the next file starts a new one."""
    with _lock:
        ended, _idle[:] = list(_idle), []
    for one in ended:
        one.close()


def _abandon_all() -> None:
    """In a fork of the process that reads: its nurseries are not this one's."""
    for one in _idle:
        one.abandon()
    _idle.clear()
    _lock.release()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_abandon_all)


def _kin() -> tuple[object, ...]:
    """What a nursery takes over from this process at its start; where that has changed it no longer fits."""
    return tuple(sys.path), dict(os.environ)


def _errors() -> int:
    """A new descriptor for what a fork, or a library in it, prints: our own stderr where there is one."""
    try:
        return os.dup(2)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


def main() -> None:
    """The nursery's life: load the reader, fork for each job that comes, end when nobody is there to send one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    connection = socket.socket(fileno=int(sys.argv[2]))
    _load()
    gc.collect()
    gc.freeze()  # collecting in a fork leaves what was loaded shared
    serving = True
    while serving:
        connection.settimeout(float(sys.argv[3]))
        try:
            message, descriptors, _, _ = socket.recv_fds(connection, _MESSAGE, 2)
        except TimeoutError:
            return
        if not message:
            return
        serving = _tend(connection, message, descriptors)


def _load() -> None:
    """Load the reader and what it loads at its first page: patterns, knowledge."""
    for name in ("pypdfium2", "resource", "extractor.reading.pdf", "extractor.reading.salvage"):
        importlib.import_module(name)
    from extractor.layout import build_document
    from extractor.reading.legible import why_illegible
    from extractor.reading.page import Glyph, Page

    line = enumerate("2024年报告")
    page = Page(1, 595.0, 842.0, tuple(Glyph(c, 60.0 + 12 * n, 60, 72.0 + 12 * n, 72, 70, 12) for n, c in line))
    why_illegible(page)
    build_document([page], sha256="")


def _tend(connection: socket.socket, message: bytes, descriptors: Sequence[int]) -> bool:
    """Fork for one job and end the fork when told to; whether there is still somebody to serve."""
    child = os.fork()
    if child == 0:
        _read(connection, message, *descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    connection.settimeout(None)
    try:
        order = connection.recv(len(_AWAIT))
    except OSError:
        order = b""
    code, seconds, peak = _reap(child, wait=_LINGER if order == _AWAIT else 0.0)
    if not order:
        return False
    with contextlib.suppress(OSError):
        connection.send(_ENDED.pack(code, seconds, time.process_time(), peak))
        return True
    return False


def _reap(child: int, *, wait: float) -> tuple[int, float, int]:
    """Exit code, processor seconds and peak memory in kB of a fork, which is killed if it does not end in time."""
    until = time.monotonic() + wait
    while True:
        found, status, used = os.wait4(child, os.WNOHANG)
        if found:
            break
        if time.monotonic() >= until:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            break
        time.sleep(0.005)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss


def _read(connection: socket.socket, message: bytes, answers: int, errors: int) -> NoReturn:
    """In the fork: read the job and end, whatever happens, without going back into the nursery's life."""
    code = 1
    try:
        connection.close()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # it does not outlive the nursery
        os.dup2(errors, 1)  # what a library prints must not fall into the answers
        os.dup2(errors, 2)
        os.close(errors)
        folder, job = pickle.loads(message)  # noqa: S301 - from our own parent
        os.chdir(folder)
        read_and_answer(job, os.fdopen(answers, "wb"))
        code = 0
    except BrokenPipeError:
        pass  # nobody waits for the answer
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
