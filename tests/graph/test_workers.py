"""A pool in which one dead worker takes one task down."""

import os
import socket
import time

import pytest

from extractor.reading import nursery
from extractor.reading.guard import read_guarded
from graph.ingesting.workers import Began, Died, Done, Limits, run_tasks
from tests.conftest import ROOT


def work(task: str) -> str:
    if task == "die":
        os._exit(7)
    if task == "hang":
        time.sleep(600)
    if task == "grow":
        try:
            return str(len(bytearray(8 << 30)))
        except MemoryError:
            return "no memory"
    if task.startswith("call "):
        try:
            socket.create_connection(("127.0.0.1", int(task[5:])), timeout=10).close()
        except OSError as error:
            return type(error).__name__
        return "let through"
    if task == "fork":
        document = read_guarded(ROOT / "corpora/sample/report.pdf")
        return f"{len(document.pages)} {len(nursery._idle)}"
    return task.upper()


def test_dead_and_stuck_workers_take_down_only_their_task() -> None:
    tasks = ["a", "die", "b", "hang", "c", "grow", "d"]
    limits = Limits(seconds=5.0, memory=4 << 30)
    steps = list(run_tasks(tasks, work, workers=2, limits=limits))
    answers = {step.task: step.answer for step in steps if isinstance(step, Done)}
    assert answers["die"] == Died(False, 7)
    assert answers["hang"].late
    assert answers["grow"] == "no memory"
    assert [answers[t] for t in "abcd"] == ["A", "B", "C", "D"]
    assert sorted(step.task for step in steps if isinstance(step, Began)) == sorted(tasks)


def test_a_worker_reaches_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        steps = run_tasks([f"call {trap.getsockname()[1]}"], work, workers=1, limits=Limits())
        assert [step.answer for step in steps if isinstance(step, Done)] == ["PermissionError"]


@pytest.mark.skipif(not nursery.possible(), reason="readers are forked on Linux only")
def test_a_worker_without_network_still_forks_its_readers() -> None:
    steps = run_tasks(["fork"], work, workers=1, limits=Limits())
    assert [step.answer for step in steps if isinstance(step, Done)] == ["10 1"]


def test_closing_the_iterator_ends_the_workers_at_once() -> None:
    start = time.monotonic()
    steps = run_tasks(["hang"] * 3, work, workers=2, limits=Limits())
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 300


def slow_start() -> None:
    time.sleep(2.5)


def test_a_slow_start_is_no_tasks_time() -> None:
    (done,) = (
        step
        for step in run_tasks(["a"], work, workers=1, limits=Limits(seconds=2.0), prepare=slow_start)
        if isinstance(step, Done)
    )
    assert done.answer == "A"


def failing_start() -> None:
    raise MemoryError


def test_a_start_that_fails_leaves_it_to_the_task_to_tell() -> None:
    steps = list(run_tasks(["a"], work, workers=1, limits=Limits(), prepare=failing_start))
    assert [step.answer for step in steps if isinstance(step, Done)] == ["A"]
