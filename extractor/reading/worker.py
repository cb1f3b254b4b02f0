"""The process that reads one PDF, so that a hostile or broken page cannot take the caller with it.

It is told a :class:`Job` (on stdin, or by the nursery it was forked from), limits its own memory and open files, gives
up the network and the writing of files (:mod:`extractor.reading.confine`), and answers with pickled messages:
``("page", number, seconds)`` before each page, then ``("document", Document)``, ``("error", ZhituError)`` or
``("failed", what)``. Each page has a budget of processor time, kept by the kernel (SIGPROF ends the process even inside
C code); the caller keeps the clock on the wall.
"""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from extractor.errors import ZhituError
from extractor.reading.confine import deny_network, deny_writing, limit_files, limit_memory

log = logging.getLogger(__name__)

PREPARED = ("extractor.layout", "extractor.reading.legible", "extractor.reading.pages", "extractor.reading.pdf")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one report may cost: processor seconds a page (with OCR, and for putting all together), bytes of memory,
    files open at a time.

    ``patience`` is how many times the processor seconds may pass on the wall before the process is given up, since
    other work may share the machine; ``attempts`` how often reading begins anew without the page that failed.
    """

    page_seconds: float = 20.0
    ocr_seconds: float = 180.0
    joining_seconds: float = 120.0
    memory: int = 3 << 30
    files: int = 128
    patience: float = 6.0
    attempts: int = 6


@dataclass(frozen=True, slots=True)
class Job:
    """What to read: ``lost`` are pages not to be touched, with the reason; from page ``barred`` on none is.

    ``reader`` names the module:function that does it, ``detail`` is what that has to know besides.
    """

    path: Path
    password: str | None = None
    lost: Mapping[int, str] = field(default_factory=dict)
    barred: int | None = None
    limits: Limits = Limits()
    reader: str = "extractor.reading.pages:read_report"
    detail: tuple[object, ...] = ()


class Tell(Protocol):
    """Says that a page is begun and may take so many processor seconds; page 0 is the joining of all."""

    def __call__(self, page: int, seconds: float) -> None:
        """Begin ``page``."""


def read_job(job: Job, tell: Tell) -> Any:
    """The job's document (or what else its reader makes), read in this process."""
    module, _, name = job.reader.partition(":")
    reader: Callable[[Job, Tell], Any] = getattr(importlib.import_module(module), name)
    return reader(job, tell)


def main() -> None:
    """Serve one job, in a process that was started for it."""
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not fall into the answers
    for name in PREPARED:  # their bytecode is kept now, when files may still be written
        importlib.import_module(name)
    read_and_answer(job, answers)


def read_and_answer(job: Job, answers: BinaryIO) -> None:
    """Read the job under its limits, which bind this process from now on, and send what came of it."""
    limit_memory(job.limits.memory)
    limit_files(job.limits.files)
    deny_network()
    deny_writing()

    def tell(page: int, seconds: float) -> None:
        _send(answers, ("page", page, seconds))
        budget(seconds)

    try:
        document = read_job(job, tell)
    except ZhituError as error:
        _send(answers, ("error", error))
    except MemoryError:
        _send(answers, ("failed", "it needs more memory than a report may"))
    except Exception as error:
        log.warning("reading %s failed", job.path, exc_info=True)
        _send(answers, ("failed", f"an error inside zhitu ({type(error).__name__}: {error})"))
    else:
        _send(answers, ("document", document))


def messages(stream: BinaryIO) -> Iterator[tuple[object, ...]]:
    """The messages a worker sent, until it ends."""
    while True:
        try:
            yield pickle.load(stream)  # noqa: S301 - from our own child
        except (EOFError, pickle.UnpicklingError):
            return


def _send(answers: BinaryIO, message: tuple[object, ...]) -> None:
    pickle.dump(message, answers, protocol=pickle.HIGHEST_PROTOCOL)
    answers.flush()


def budget(seconds: float) -> None:
    """End this process, wherever it is, after so many processor seconds from now (POSIX only); 0 takes it back."""
    import signal

    if hasattr(signal, "setitimer") and hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
