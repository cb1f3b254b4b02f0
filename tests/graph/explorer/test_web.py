"""Every address of the explorer under values of all sorts: no failure, no inner detail, nothing reflected raw."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("flask", reason="needs the explorer's packages: pip install 'zhitu[explorer]'")

from scripts.trusts.web import Explorer, tried

pytestmark = [pytest.mark.slow, pytest.mark.store]


def test_no_address_fails_whatever_is_asked_of_it(library: Any) -> None:
    explorer = Explorer(library)
    statuses = tried(explorer, 300)
    assert statuses[200] > 50
    assert sum("json" in address for address in explorer.addresses()) >= 10
    # The parameters were learnt, not guessed.
    assert {"q", "label"} <= explorer.asked["search"]
