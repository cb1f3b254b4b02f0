"""Readers that misbehave, for the guard's tests: they run in the worker, named as module:function."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

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
    """Waits for ever without computing, after writing its process number into the job's file."""
    tell(1, job.limits.page_seconds)
    job.path.write_text(str(os.getpid()))
    signal.pause()
    return _document(job, tell, {})
