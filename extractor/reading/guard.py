"""Read a PDF in a worker process: bounded time a page, bounded memory, and a crash costs one page, not the run.

On Linux the worker is forked from a process that has the reader loaded (:mod:`extractor.reading.nursery`), elsewhere
it is started anew for each file.
"""

from __future__ import annotations

import json
import logging
import pickle
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from extractor.document import Document
from extractor.errors import Damaged, ZhituError
from extractor.reading.worker import Job, Limits, messages, read_job

log = logging.getLogger(__name__)

# The child sees the modules the parent sees, whatever put them on the path.
_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from extractor.reading.worker import main; main()"
_REMEDY = "get the file anew, or print it to a new PDF"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a worker ended: with an answer or an error, or at ``page`` for the reason ``why``.

    ``died``: it ended without an answer, while ``seconds`` of processor time were allowed; its exit code tells why.
    """

    answer: object = None
    error: ZhituError | None = None
    page: int = 0
    begun: bool = False
    why: str = ""
    died: bool = False
    seconds: float = 0.0

    def of(self, code: int) -> _Outcome:
        """The same, with what the exit code tells."""
        return replace(self, why=_death(code, self.seconds)) if self.died else self


def read_guarded(
    path: Path, password: str | None = None, limits: Limits | None = None, reader: str | None = None
) -> Document:
    """The document of a PDF, read in a worker; where no process can be started, in this one.

    A page that is stuck, crashes the reader or needs too much memory is given up: reading begins anew without it, and
    it stands in the document as unread. Raises what the reader raises, and :class:`~extractor.errors.Damaged` when
    the file cannot even be opened within its limits.
    """
    job = Job(path, password, limits=limits or Limits())
    if reader:
        job = replace(job, reader=reader)
    for attempt in range(1, job.limits.attempts + 1):
        try:
            outcome = _run(job)
        except OSError:
            log.warning("no worker process can be started; reading in this one", exc_info=True)
            document: Document = read_job(job, lambda page, seconds: None)
            return document
        if outcome.error is not None:
            raise outcome.error
        if isinstance(outcome.answer, Document):
            return outcome.answer
        if not outcome.page:
            when = "putting its pages together" if outcome.begun else "opening it"
            raise Damaged(path, f"{when} failed: {outcome.why}", _REMEDY)
        log.info("%s, page %d: %s; attempt %d", path, outcome.page, outcome.why, attempt)
        why = f"given up: {outcome.why}; {_REMEDY}"
        # Too many bad pages: the last attempt reads only what came before the last of them.
        last = attempt == job.limits.attempts - 1
        job = replace(job, lost={**job.lost, outcome.page: why}, barred=outcome.page + 1 if last else None)
    raise Damaged(path, f"{len(job.lost)} of its pages had to be given up", _REMEDY)


def run_guarded(job: Job) -> object:
    """What a reader that makes no Document gives, in one attempt under the job's limits.

    Raises what the reader raises, and :class:`~extractor.errors.Damaged` when it is ended or fails.
    """
    try:
        outcome = _run(job)
    except OSError:
        log.warning("no worker process can be started; reading in this one", exc_info=True)
        return read_job(job, lambda page, seconds: None)
    if outcome.error is not None:
        raise outcome.error
    if outcome.answer is None:
        raise Damaged(job.path, f"given up: {outcome.why}", _REMEDY)
    return outcome.answer


def _run(job: Job) -> _Outcome:
    from extractor.reading import nursery

    if nursery.possible():
        try:
            return _forked(job)
        except OSError:
            log.debug("no reader can be forked; starting a process for this file", exc_info=True)
    return _started(job)


def _forked(job: Job) -> _Outcome:
    """How reading went in a fork of a process that has the reader loaded. Raises OSError when there is none."""
    from extractor.reading.nursery import nursery

    with nursery() as parent:
        outcome = _listen(_heard(parent.fork(job)), job.limits)
        return outcome.of(parent.end(kill=not outcome.died))


def _started(job: Job) -> _Outcome:
    """How reading went in a process that was started for this job. Raises OSError when none can be."""
    process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
        [sys.executable, "-c", _BOOT, json.dumps(sys.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        if process.stdin is None or process.stdout is None:
            raise OSError("no pipes")
        inbox = _heard(process.stdout)
        try:
            pickle.dump(job, process.stdin)
            process.stdin.close()
        except BrokenPipeError:
            log.debug("the worker ended before it heard its job")
        outcome = _listen(inbox, job.limits)
        if not outcome.died:
            process.kill()
        return outcome.of(process.wait())
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _heard(stream: IO[bytes]) -> queue.Queue[tuple[object, ...] | None]:
    """What a reader says, as it says it; None when it says no more."""
    inbox: queue.Queue[tuple[object, ...] | None] = queue.Queue()
    threading.Thread(target=_collect, args=(stream, inbox), daemon=True).start()
    return inbox


def _collect(stream: IO[bytes], inbox: queue.Queue[tuple[object, ...] | None]) -> None:
    try:
        with stream:
            for message in messages(stream):  # type: ignore[arg-type]
                inbox.put(message)
    except (OSError, ValueError):
        log.debug("the worker's answers were cut off")
    finally:
        inbox.put(None)


def _listen(inbox: queue.Queue[tuple[object, ...] | None], limits: Limits) -> _Outcome:
    page, begun, seconds = 0, False, limits.page_seconds
    while True:
        try:
            message = inbox.get(timeout=max(1.0, seconds * limits.patience))
        except queue.Empty:
            return _Outcome(page=page, begun=begun, why="it was stuck")
        if message is None:
            return _Outcome(page=page, begun=begun, died=True, seconds=seconds)
        kind, *rest = message
        if kind == "page":
            page, seconds, begun = int(str(rest[0])), float(str(rest[1])), True
        elif kind == "document":
            return _Outcome(answer=rest[0])
        elif kind == "error" and isinstance(rest[0], ZhituError):
            return _Outcome(error=rest[0])
        else:
            return _Outcome(page=page, begun=begun, why=str(rest[0]))


def _death(code: int, seconds: float) -> str:
    """Why a worker ended without an answer."""
    import signal

    if hasattr(signal, "SIGPROF") and code == -signal.SIGPROF:
        return f"it took more than {seconds:.0f} seconds"
    if hasattr(signal, "SIGKILL") and code == -signal.SIGKILL:
        return "the system ended the reader, most likely for want of memory"
    return "it crashed the reader"
