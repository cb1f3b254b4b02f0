"""A call that is answered in time, whatever the other side does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


class Overdue(Exception):
    """The work was not done in time and was given up."""


def within(seconds: float, work: Callable[[threading.Event], _T], give_up: Callable[[], None]) -> _T:
    """What ``work`` gives or raises; after ``seconds`` ``give_up`` is called and :class:`Overdue` raised.

    The work runs in a thread of its own, which is left to itself when it is given up: ``give_up`` takes away what it
    waits for, and the event that ``work`` is given is set, to be looked at between steps. Ctrl-C gives it up as well.
    """
    outcome: Future[_T] = Future()
    ready, given_up = threading.Event(), threading.Event()

    def run() -> None:
        try:
            outcome.set_result(work(given_up))
        except BaseException as error:
            outcome.set_exception(error)  # handed on to the caller
        ready.set()

    threading.Thread(target=run, daemon=True, name="zhitu-statement").start()
    in_time = False
    try:
        in_time = ready.wait(seconds)
    finally:
        if not in_time:
            given_up.set()
            give_up()
    if not in_time:
        raise Overdue
    return outcome.result()
