"""kill -9 in the middle of an ingest, then the same command again: nothing is lost and nothing is there twice."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from graph.storage.embedded import available
from scripts.trusts.faults import ALIVE, VICTIMS, Undisturbed, strike, undisturbed

CASES = 5
pytestmark = [
    pytest.mark.slow,
    pytest.mark.store,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="victims are found in /proc"),
    pytest.mark.skipif(bool(available()), reason=available() or "-"),
]


@pytest.fixture(scope="module")
def peace(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    made = undisturbed(tmp_path_factory.mktemp("peace") / "w")
    assert made.dump.count("\n") > 100
    return made


@pytest.mark.parametrize("case", range(CASES))
@pytest.mark.parametrize("victim", VICTIMS)
def test_what_was_killed_goes_on(tmp_path: Path, peace: Undisturbed, victim: str, case: int) -> None:
    # Moments are spread over the whole ingest, with chance inside each part.
    moment = (case + random.Random(f"{victim} {case}").random()) / CASES * ALIVE[victim] * peace.seconds  # noqa: S311
    outcome = strike(tmp_path / "w", victim, moment, peace.dump)
    assert outcome.survived, outcome
    # Late moments may miss what ended earlier than in the undisturbed run; early ones never do.
    assert outcome.struck or case >= CASES // 2, outcome
