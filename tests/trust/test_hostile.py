"""Mutated PDFs: each is a document or one error, in bounded time, and writes nothing where it should not."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.trusts.hostile import LIMITS, MUTATIONS, attempts, mutated, peak, watched
from tests.conftest import ROOT

CASES = 200
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")]


@pytest.mark.parametrize("part", range(10))
def test_no_mutated_file_gets_out_of_hand(part: int) -> None:
    size = CASES // 10
    outcomes = list(attempts(range(part * size, (part + 1) * size), seed=9, ocr_every=50))
    assert [outcome for outcome in outcomes if outcome.result == "LOST"] == []
    assert len(outcomes) == size
    assert 0 < peak() <= LIMITS.memory  # the limit is on address space, which is more than what is resident


def test_a_batch_outlives_the_files_in_it(tmp_path: Path) -> None:
    inbox, home, workspace = tmp_path / "in", tmp_path / "home", tmp_path / "w"
    for folder in (inbox, home):
        folder.mkdir()
    for case in range(len(MUTATIONS)):
        (inbox / f"{case:02}.pdf").write_bytes(mutated(77, case)[1])
    (inbox / "good.txt").write_bytes((ROOT / "corpora/region/lanchuan-2023.txt").read_bytes())
    before = watched(inbox)
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(home))
    done = subprocess.run(
        [sys.executable, "-m", "graph", "ingest", "--workspace", str(workspace), "--no-load", "--workers", "2",
         "--format", "csv", str(inbox)],
        capture_output=True, text=True, check=False, cwd=home, timeout=900,
        env={**os.environ, **places, "PYTHONPATH": str(ROOT), "ZHITU_OCR": "off"},
    )  # fmt: skip
    rows = {Path(row["file"]).name: row["status"] for row in csv.DictReader(done.stdout.splitlines())}
    assert done.returncode in (0, 3), done.stderr
    assert len(rows) == len(MUTATIONS) + 1 and rows["good.txt"] == "成功"
    assert "Defect" not in done.stdout and "Traceback" not in done.stderr
    assert watched(inbox) == before
    # The one thing kept outside: the segmenter's cache, made of its own dictionary, in a folder of the user's.
    assert {Path(name).name for name, _ in watched(home) if not (home / name).is_dir()} <= {"jieba.cache"}
