"""The short form of load and soak: readers at once while a report is ingested; the slope that a soak goes by."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

pytest.importorskip("waitress", reason="needs the explorer's packages: pip install 'zhitu[explorer]'")

from graph.storage.embedded import available
from scripts.trusts._serving import REGION, Tally, ingesting, read, served
from scripts.trusts.soak import slope


@pytest.mark.slow
@pytest.mark.store
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_readers_at_once_while_reports_are_ingested(tmp_path: Path) -> None:
    if reason := available():
        pytest.skip(reason)
    with served(tmp_path, REGION) as site:
        with ingesting(site, tmp_path) as codes:
            tally = read(site, readers=10, seconds=4.0, pause=0.2)
        memory = site.memory()
    assert tally.errors == []
    assert set(tally.statuses) == {200}
    assert len(tally.seconds) >= 10
    assert codes
    assert not any(codes)
    assert set(memory) == {"server", "database"}
    assert all(10 << 20 < size < 4 << 30 for size in memory.values())


def test_the_slope_is_that_of_the_line_through_the_samples() -> None:
    draw = random.Random(3)  # noqa: S311
    noisy = [(minute / 10, 300 + 1.5 * minute / 10 + draw.uniform(-5, 5)) for minute in range(200)]
    assert slope(noisy) == pytest.approx(1.5, abs=0.2)
    assert slope([(0.0, 5.0), (1.0, 5.0), (2.0, 5.0)]) == 0
    assert slope([(0.0, 5.0)]) == slope([]) == slope([(1.0, 5.0), (1.0, 6.0)]) == 0


def test_the_share_of_answers_within_some_seconds() -> None:
    tally = Tally(seconds=[float(second) for second in range(1, 101)])
    assert tally.percentile(0.95) == 96.0
    assert tally.percentile(1.0) == 100.0
    assert Tally().percentile(0.95) == 0.0
