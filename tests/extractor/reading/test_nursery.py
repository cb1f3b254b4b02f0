"""Readers forked from a process that stands ready: each is new and outlives no caller; losing that one costs little."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractor.errors import Damaged
from extractor.reading import nursery
from extractor.reading.guard import read_guarded
from extractor.reading.worker import Limits
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not nursery.possible(), reason="readers are forked on Linux only")
HOSTILE = "tests.extractor.reading.hostile"
LONG = 60.0  # seconds after which something that should have happened has not


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    nursery.close_all()
    yield
    nursery.close_all()


def told(reader: str = "telling") -> list[str]:
    document = read_guarded(Path("报告.pdf"), reader=f"{HOSTILE}:{reader}")
    return next(passage.text for passage in document.passages).split(" ")


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def gone(process: int) -> bool:
    """Whether a process has ended, waited for or not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def child_of(process: int) -> int:
    """The one process that another has started and not yet waited for, once there is one."""
    found: list[int] = []

    def look() -> bool:
        found.clear()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if int(stat.read_text().rpartition(")")[2].split()[1]) == process:
                    found.append(int(stat.parent.name))
        return bool(found)

    until(look)
    (one,) = found
    return one


def standing() -> nursery.Nursery:
    """The one nursery that is idle."""
    (one,) = nursery._idle
    return one


def test_each_file_has_a_process_of_its_own_that_saw_no_other() -> None:
    first, second = told(), told()
    assert first[0] != second[0]
    assert first[1] == second[1] == "0"
    assert str(os.getpid()) not in (first[0], second[0])
    standing()  # and both came from one


def test_it_stands_where_its_caller_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told()
    before = standing()
    monkeypatch.chdir(tmp_path)
    assert told()[2] == str(tmp_path)
    assert standing() is before
    monkeypatch.setenv("ZHITU_TRIED", "另")
    assert told()[3] == "另"
    assert standing() is not before


def test_what_it_costs_is_told() -> None:
    before = nursery.spent()
    with pytest.raises(Damaged):
        read_guarded(
            Path("报告.pdf"),
            limits=Limits(page_seconds=0.5, attempts=1),
            reader=f"{HOSTILE}:stuck",
        )
    after = nursery.spent()
    assert after.seconds - before.seconds >= 0.5
    assert after.peak > 1 << 20


def test_a_file_is_read_though_the_nursery_is_killed() -> None:
    told()
    os.kill(standing()._process.pid, signal.SIGKILL)
    assert told()[1] == "0"


def test_a_nursery_killed_while_it_reads_costs_a_new_start_only() -> None:
    told()
    one = standing()
    outcome: list[str] = []

    def read() -> None:
        try:
            read_guarded(Path("报告.pdf"), limits=Limits(page_seconds=1.0, patience=1.0), reader=f"{HOSTILE}:endless")
        except Damaged as error:
            outcome.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    fork = child_of(one._process.pid)
    os.kill(one._process.pid, signal.SIGKILL)
    until(lambda: gone(fork))
    thread.join(LONG)
    assert not thread.is_alive()
    assert outcome  # read anew in a process of its own, where it was given up as stuck, page after page


def test_several_threads_read_at_once() -> None:
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(told())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert len({one[0] for one in found}) == 3


def test_a_fork_of_the_caller_has_its_own() -> None:
    told()
    theirs = standing()._process.pid
    child = os.fork()
    if child == 0:
        try:
            fine = not nursery._idle and told()[1] == "0" and standing()._process.pid != theirs
            nursery.close_all()
        except BaseException:
            fine = False
        os._exit(0 if fine else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert standing().lives()
    assert told()[1] == "0"


def test_nothing_outlives_a_caller_that_is_killed() -> None:
    code = (
        "from pathlib import Path\n"
        "from extractor.reading.guard import read_guarded\n"
        "read_guarded(Path('a.pdf'), reader='tests.extractor.reading.hostile:endless')\n"
    )
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    caller = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=there)
    try:
        parent = child_of(caller.pid)
        reader = child_of(parent)
        assert not gone(reader)
    finally:
        caller.kill()
        caller.wait()
    until(lambda: gone(reader) and gone(parent))


def test_an_idle_one_ends_by_itself() -> None:
    one = nursery.Nursery(idle=0.1)
    try:
        until(lambda: not one.lives())
        assert not one.lives()
    finally:
        one.close()
