"""A pool of worker processes in which a worker that dies, or is ended for its limits, takes down one task only.

The standard library's pools give up as a whole when a worker is killed; a batch of thousands of foreign files cannot.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, NamedTuple, TypeVar

from extractor.reading.confine import deny_network, limit_files, limit_memory

FILES = 512  # open at a time in a worker; LibreOffice, which it may start, takes a hundred
_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")
START = 600.0  # seconds a worker may take to start, with others on the machine


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: ``seconds`` by the clock, ``memory`` in bytes of address space; None: no limit.

    The clock runs from when a worker has started and can read (:data:`START` seconds at most), not from before.
    """

    seconds: float | None = None
    memory: int | None = None


class Died(NamedTuple):
    """A task's worker ended without an answer. ``late``: because its time was up; else ``code`` is its exit code."""

    late: bool
    code: int | None


class _Ready(NamedTuple):
    """A worker has started."""


class Began(NamedTuple):
    """Worker number ``worker`` (from 0) has begun a task."""

    worker: int
    task: Any


class Done(NamedTuple):
    """Worker ``worker`` has done a task, or died of it."""

    worker: int
    task: Any
    answer: Any
    seconds: float


class _Worker(Generic[_Task]):
    def __init__(self, work: Callable[[_Task], Any], limits: Limits, prepare: Callable[[], None] | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work, limits.memory, prepare), daemon=True)
        self.process.start()
        theirs.close()
        self.task: _Task | None = None
        self.began = 0.0
        self.ready = False

    def give(self, task: _Task) -> None:
        self.task, self.began = task, time.monotonic()
        self.pipe.send(task)

    def is_late(self, seconds: float | None) -> bool:
        """Whether its task's time is up."""
        allowed = None if seconds is None else seconds if self.ready else max(seconds, START)
        return allowed is not None and time.monotonic() - self.began > allowed

    def end(self) -> int | None:
        """End the process, if need be by force; gives its exit code."""
        self.pipe.close()
        self.process.join(0.2 if self.task is None else 0)
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        return self.process.exitcode


def run_tasks(
    tasks: Iterable[_Task],
    work: Callable[[_Task], Any],
    *,
    workers: int,
    limits: Limits,
    prepare: Callable[[], None] | None = None,
) -> Iterator[Began | Done]:
    """Do ``work`` (a module's function) on all tasks in ``workers`` processes, telling what begins and what is done.

    ``prepare`` (one too) is done once in each before its first task, and is no task's time. Answers come in the order
    they are ready. Closing the iterator ends all workers at once.
    """
    ahead = iter(tasks)
    pool: list[_Worker[_Task] | None] = [None] * workers
    try:
        while True:
            for number in range(workers):
                worker = pool[number]
                if worker is not None and worker.task is not None:
                    continue
                task = next(ahead, None)
                if task is None:
                    break
                if worker is None:
                    worker = pool[number] = _Worker(work, limits, prepare)
                yield from _begin(worker, number, task)
            busy = {w.pipe: number for number, w in enumerate(pool) if w is not None and w.task is not None}
            if not busy:
                return
            yield from _collect(pool, busy, limits)
    finally:
        for worker in pool:
            if worker is not None:
                worker.end()


def _begin(worker: _Worker[_Task], number: int, task: _Task) -> Iterator[Began]:
    with contextlib.suppress(OSError):  # it died idle: collecting finds it dead
        worker.give(task)
    yield Began(number, task)


def _collect(pool: list[_Worker[Any] | None], busy: dict[Connection, int], limits: Limits) -> Iterator[Done]:
    """Wait a moment for answers, deaths and passed deadlines."""
    for pipe in wait(list(busy), timeout=0.5):
        number = busy.pop(pipe)  # type: ignore[call-overload]
        worker = pool[number]
        if worker is None:
            continue
        task, took = worker.task, time.monotonic() - worker.began
        try:
            answer = worker.pipe.recv()
            if isinstance(answer, _Ready):
                worker.ready, worker.began = True, time.monotonic()
                continue
            worker.task = None
        except (EOFError, OSError):
            pool[number] = None
            answer = Died(False, worker.end())
        yield Done(number, task, answer, took)
    for number in busy.values():
        worker = pool[number]
        if worker is not None and worker.is_late(limits.seconds):
            pool[number] = None
            task, took = worker.task, time.monotonic() - worker.began
            yield Done(number, task, Died(True, worker.end()), took)


def _serve(
    pipe: Connection, work: Callable[[Any], Any], memory: int | None, prepare: Callable[[], None] | None
) -> None:
    """A worker's life: tasks from the pipe, answers into it, until the pipe is closed; without a network."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if memory is not None:
        limit_memory(memory)
    limit_files(FILES)
    deny_network()
    if prepare is not None:
        with contextlib.suppress(Exception):  # the first task will meet it again, and tell
            prepare()
    with contextlib.suppress(OSError):
        pipe.send(_Ready())
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        answer = work(task)
        try:
            pipe.send(answer)
        except OSError:
            return  # nobody waits for it any more: the parent was killed
