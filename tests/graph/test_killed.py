"""kill -9 at any moment of an ingest, then the same again: the graph of an undisturbed run."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.ingesting.ingest import workspace_graph
from graph.model import dump_lines
from graph.workspace import Workspace
from tests.conftest import ROOT
from tests.graph.making import write_report

PROGRAM = """
import sys
from pathlib import Path
from graph.ingesting import batch
from graph.ingesting.batch import Settings, in_process, plan, run_batch
from graph.ingesting.ingest import writing
from graph.ingesting.sources import find_sources
from graph.workspace import Workspace
from tests.graph.making import extract

with writing(Workspace(Path(sys.argv[1]))) as ingestion:
    ingestion.refresh()
    todo = plan(ingestion, find_sources([sys.argv[2]]))
    for _ in run_batch(ingestion, todo, Settings(), lambda: None, in_process(extract)):
        sys.stdin.readline()  # goes on when told to, or when nobody is there to tell
"""


def start(workspace: Path, reports: Path, steps: int | None = None) -> subprocess.Popen[str]:
    """An ingest that goes ``steps`` steps and then waits; None: to its end."""
    words = [sys.executable, "-c", PROGRAM, str(workspace), str(reports)]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write("\n" * (steps or 0))
    process.stdin.flush()
    if steps is None:
        process.stdin.close()
    return process


@pytest.mark.slow
def test_killed_at_random_moments_and_resumed_the_dump_is_that_of_an_undisturbed_run(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - seeded on purpose
    for number in range(40):
        said = [(f"岚川第{n}中学", "COOPERATES_WITH", f"企业{(n + number) % 9}集团有限公司") for n in range(1, 12)]
        write_report(tmp_path / f"in/{number}.txt", *said, year=1980 + number)
    whole = start(tmp_path / "whole", tmp_path / "in")
    assert whole.wait(300) == 0
    records = tmp_path / "torn/records"
    for number in range(5):
        there = len(list(records.glob("*.json")))
        # A file takes two steps; those that are there are told of in one. It waits after them, so it is alive.
        process = start(tmp_path / "torn", tmp_path / "in", there + 8)
        until = time.monotonic() + 300
        while len(list(records.glob("*.json"))) < there + 1 + number % 3 and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.05))
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
        assert process.stdin is not None
        process.stdin.close()
    assert 5 <= len(list(records.glob("*.json"))) < 40
    assert start(tmp_path / "torn", tmp_path / "in").wait(300) == 0
    dumps = [list(dump_lines(workspace_graph(Workspace(tmp_path / name)))) for name in ("whole", "torn")]
    assert dumps[0] == dumps[1]
