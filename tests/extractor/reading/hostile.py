"""Readers that misbehave, for the guard's tests: they run in the worker, named as module:function."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from extractor.document import Document, PageInfo, Passage, ReportMeta, Span
from extractor.reading.worker import Job, Tell

PAGES = 4


def _document(job: Job, tell: Tell, bad: dict[int, object]) -> Document:
    pages, blocks = [], []
    for number in range(1, PAGES + 1):
        why = job.lost.get(number, "barred" if job.barred is not None and number >= job.barred else "")
        if not why:
            tell(number, job.limits.page_seconds)
            deed = bad.get(number)
            if callable(deed):
                deed()
            blocks.append(Passage("paragraph", f"第{number}页。", (Span(0, 4, number, None),)))
        pages.append(PageInfo(number, 595.0, 842.0, "unread" if why else "read", why))
    return Document("0" * 64, ReportMeta(), tuple(blocks), tuple(pages))


def _spin() -> None:
    while True:
        pass


def _hog() -> None:
    held = []
    while True:
        held.append(bytearray(64 << 20))


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _bug() -> None:
    raise ZeroDivisionError("a slip")


def well(job: Job, tell: Tell) -> Document:
    """Behaves, but prints."""
    print("a library's chatter")
    os.write(1, b"more of it\n")
    return _document(job, tell, {})


def stuck(job: Job, tell: Tell) -> Document:
    """Page 2 never ends."""
    return _document(job, tell, {2: _spin})


def greedy(job: Job, tell: Tell) -> Document:
    """Page 3 takes all memory."""
    return _document(job, tell, {3: _hog})


def crashing(job: Job, tell: Tell) -> Document:
    """Page 2 crashes, page 4 has a bug."""
    return _document(job, tell, {2: _crash, 4: _bug})


def hopeless(job: Job, tell: Tell) -> Document:
    """Every page crashes."""
    return _document(job, tell, dict.fromkeys(range(1, PAGES + 1), _crash))


def unopened(job: Job, tell: Tell) -> Document:
    """Crashes before the first page."""
    _crash()
    return _document(job, tell, {})


_seen: list[str] = []


def telling(job: Job, tell: Tell) -> Document:
    """Its pages tell the process, and how many files that process has read before."""
    document = _document(job, tell, {})
    text = f"{os.getpid()} {len(_seen)} {os.getcwd()} {os.environ.get('ZHITU_TRIED', '')}"  # noqa: PTH109
    _seen.append(text)
    return replace(document, blocks=(Passage("paragraph", text, (Span(0, len(text), 1, None),)),))


def endless(job: Job, tell: Tell) -> Document:
    """Waits for ever without computing."""
    tell(1, job.limits.page_seconds)
    signal.pause()
    return _document(job, tell, {})


def _reaching(deed: Callable[[], object]) -> Callable[[Job, Tell], Document]:
    """A reader whose only page holds what came of ``deed``: nothing, or the error's name."""

    def read(job: Job, tell: Tell) -> Document:
        tell(1, job.limits.page_seconds)
        try:
            told = f"成功{deed()}。"
        except OSError as error:
            told = f"{error.strerror}。"
        passage = Passage("paragraph", told, (Span(0, len(told), 1, None),))
        return Document("0" * 64, ReportMeta(), (passage,), (PageInfo(1, 595.0, 842.0, "read", ""),))

    return read


def _connect(job: Job) -> None:
    host, port = str(job.password).split(":")
    with socket.create_connection((host, int(port)), timeout=10):
        pass


def connecting(job: Job, tell: Tell) -> Document:
    """Calls the address that its password names."""
    return _reaching(lambda: _connect(job))(job, tell)


def connecting_in_c(job: Job, tell: Tell) -> Document:
    """Makes a socket as a C library would, past all of Python's hooks."""

    def deed() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    return _reaching(deed)(job, tell)


def writing(job: Job, tell: Tell) -> Document:
    """Writes, in turn: a new file, a file there is, a folder; removes the file there is."""
    there = job.path

    def deed() -> str:
        done = []
        for name, step in {
            "new": lambda: there.with_name("new").write_text("x"),
            "old": lambda: there.write_text("x"),
            "folder": lambda: there.with_name("folder").mkdir(),
            "removal": there.unlink,
        }.items():
            with contextlib.suppress(OSError):
                step()
                done.append(name)
        return ",".join(done)

    return _reaching(deed)(job, tell)


def opening(job: Job, tell: Tell) -> Document:
    """Opens itself over and over."""

    def deed() -> None:
        with contextlib.ExitStack() as held:
            for _ in range(100_000):
                held.enter_context(Path(__file__).open("rb"))

    return _reaching(deed)(job, tell)
