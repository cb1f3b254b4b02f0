from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

with contextlib.suppress(ImportError):
    from hypothesis import HealthCheck, settings

    # A busy machine is no defect: no example has a deadline.
    settings.register_profile("zhitu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("zhitu")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real report, the gold and the training passages; where it is absent, tests skip."""
    folder = Path(os.environ.get("ZHITU_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"needs the shared report and gold, and there is no {folder}")
    return folder
