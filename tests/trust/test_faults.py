"""kill -9 in the middle of an ingest, then the same again: nothing is lost and nothing is there twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from graph.storage.embedded import available
from scripts.trusts import faults
from scripts.trusts.faults import Trial, trial

CASES = 5
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="victims are found in /proc"),
]
BY_VICTIM = [
    pytest.param(victim, marks=pytest.mark.neo4j if victim == "neo4j" else pytest.mark.store)
    for victim in faults.VICTIMS
]


@pytest.fixture(scope="module", params=BY_VICTIM)
def struck(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    if request.param != "neo4j" and available():
        pytest.skip(available())
    try:
        with trial(tmp_path_factory.mktemp(request.param), request.param, seed=1) as begun:
            yield begun
    except Exception as error:
        if type(error).__name__ != "Unavailable":
            raise
        pytest.skip(str(error))


@pytest.mark.parametrize("case", range(CASES))
def test_what_was_killed_goes_on(struck: Trial, case: int) -> None:
    outcome = struck.strike(case)
    assert outcome.survived, outcome
    # At the last steps a victim may end before it is struck, and a worker has nothing left to do.
    assert outcome.struck or outcome.step > faults.STEPS - 4, outcome
