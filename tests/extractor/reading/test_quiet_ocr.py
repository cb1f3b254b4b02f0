"""Reading a scan tells nobody and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.reading import scan
from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.skipif(not scan.available(), reason="needs the extra ocr")
def test_the_recogniser_writes_nothing_into_the_users_folders(tmp_path: Path) -> None:
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(tmp_path))
    # On a machine of continuous integration the runtime is quiet by itself.
    kept = {k: v for k, v in os.environ.items() if k not in {"CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY"}}
    code = (
        "import numpy; from extractor.reading import scan; scan.recognise(numpy.full((64, 256, 3), 255, numpy.uint8))"
    )
    environment = {**kept, **places, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment, timeout=300)
    assert list(tmp_path.rglob("*")) == []
