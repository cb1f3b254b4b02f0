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
    print("begun", flush=True)
    for _ in run_batch(ingestion, todo, Settings(), lambda: None, in_process(extract)):
        pass
"""


def start(workspace: Path, reports: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", PROGRAM, str(workspace), str(reports)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_killed_at_random_moments_and_resumed_the_dump_is_that_of_an_undisturbed_run(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - seeded on purpose
    for number in range(40):
        said = [(f"岚川第{n}中学", "COOPERATES_WITH", f"企业{(n + number) % 9}集团有限公司") for n in range(1, 12)]
        write_report(tmp_path / f"in/{number}.txt", *said, year=1980 + number)
    whole = start(tmp_path / "whole", tmp_path / "in")
    assert whole.wait(120) == 0
    killed = 0
    for _ in range(5):
        process = start(tmp_path / "torn", tmp_path / "in")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.6))
        process.send_signal(signal.SIGKILL)
        killed += process.wait(60) == -signal.SIGKILL
    assert start(tmp_path / "torn", tmp_path / "in").wait(120) == 0
    dumps = [list(dump_lines(workspace_graph(Workspace(tmp_path / name)))) for name in ("whole", "torn")]
    assert killed
    assert dumps[0] == dumps[1]
