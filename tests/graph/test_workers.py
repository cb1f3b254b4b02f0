"""A pool in which one dead worker takes one task down."""

import os
import time

from graph.ingesting.workers import Began, Died, Done, Limits, run_tasks


def work(task: str) -> str:
    if task == "die":
        os._exit(7)
    if task == "hang":
        time.sleep(900)
    if task == "grow":
        try:
            return str(len(bytearray(8 << 30)))
        except MemoryError:
            return "no memory"
    return task.upper()


def test_dead_and_stuck_workers_take_down_only_their_task() -> None:
    tasks = ["a", "die", "b", "hang", "c", "grow", "d"]
    limits = Limits(seconds=12.0, memory=4 << 30)
    steps = list(run_tasks(tasks, work, workers=2, limits=limits))
    answers = {step.task: step.answer for step in steps if isinstance(step, Done)}
    assert answers["die"] == Died(False, 7)
    assert answers["hang"].late
    assert answers["grow"] == "no memory"
    assert [answers[t] for t in "abcd"] == ["A", "B", "C", "D"]
    assert sorted(step.task for step in steps if isinstance(step, Began)) == sorted(tasks)


def test_closing_the_iterator_ends_the_workers_at_once() -> None:
    start = time.monotonic()
    steps = run_tasks(["hang"] * 3, work, workers=2, limits=Limits())
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 120
