"""Without what the extras bring, the main job goes through and every command that lacks something names its extra."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.storage.embedded import available
from scripts.trusts.installs import Install, without_extras
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.store]

# Python reads a module of this name before all others: what only extras bring is then not to be found.
BLOCKER = """
import importlib.machinery
import sys

HIDDEN = {"flask", "waitress", "werkzeug", "docx", "lxml", "rdflib", "distributed", "dask", "pandas", "onnxruntime",
          "rapidocr", "cv2", "pdfplumber", "pypdf", "hypothesis", "playwright", "torch", "sklearn", "lightgbm"}


class Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in HIDDEN else super().find_spec(name, path, target)


sys.meta_path[:] = [Finder if one is importlib.machinery.PathFinder else one for one in sys.meta_path]
"""


def test_the_main_job_needs_no_extra(tmp_path: Path) -> None:
    if reason := available():
        pytest.skip(reason)
    (tmp_path / "blocker").mkdir()
    (tmp_path / "blocker/sitecustomize.py").write_text(BLOCKER)
    install = Install(tmp_path, path=os.pathsep.join((str(tmp_path / "blocker"), str(ROOT))))
    assert "hidden" in install.python("try:\n    import flask\nexcept ImportError:\n    print('hidden')")
    without_extras(install)
