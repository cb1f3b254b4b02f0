from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real report, the gold and the training passages; where it is absent, tests skip."""
    folder = Path(os.environ.get("ZHITU_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"needs the shared report and gold, and there is no {folder}")
    return folder
