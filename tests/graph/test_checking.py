"""A sample for a human check, its list, and the precision it bears out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import Damaged, Refused
from graph.ingesting.batch import Settings, in_process, plan, run_batch
from graph.ingesting.checking import PROVENANCE, Drawn, draw, precisions, read_list, wilson, write_list
from graph.ingesting.ingest import Ingestion, writing
from graph.ingesting.sources import find_sources
from graph.workspace import Workspace
from tests.graph.making import extract, write_report


@pytest.fixture
def ingestion(tmp_path: Path) -> Iterator[Ingestion]:
    said = [
        ("岚川机电工程学校", "COOPERATES_WITH", f"{name}汽车制造有限公司") for name in ("北桥", "南桥", "东桥", "西桥")
    ]
    said.append(("岚川机电工程学校", "LEADS", "岚川纺织产教融合共同体"))
    write_report(tmp_path / "in/r.txt", *said)
    with writing(Workspace(tmp_path / "w")) as opened:
        todo = plan(opened, find_sources([str(tmp_path / "in")]))
        assert [s.result for s in run_batch(opened, todo, Settings(), lambda: None, in_process(extract)) if s.result]
        yield opened


def test_a_draw_is_the_same_again_holds_no_provenance_and_bears_its_sentence(ingestion: Ingestion) -> None:
    drawn = draw(ingestion.state, 4)
    assert drawn == draw(ingestion.state, 4)
    assert [one.type for one in draw(ingestion.state, 1000) if one.type in PROVENANCE] == []
    assert draw(ingestion.state, 3) == drawn[:3]
    assert {one.type for one in draw(ingestion.state, 9, types=("LEADS",))} == {"LEADS"}
    every = draw(ingestion.state, 1000, seed="another")
    assert [one.says for one in every] != [one.says for one in draw(ingestion.state, 1000)]
    assert all(one.head in one.says and (one.tail in one.says or one.type == "HAS_OBSERVATION") for one in every)
    observed = next(one for one in every if one.type == "HAS_OBSERVATION")
    assert "indicator=在校生" in observed.properties
    with pytest.raises(Refused):
        draw(ingestion.state, 1, types=("SUPPORTS",))


def test_a_list_keeps_its_verdicts_and_its_cells_are_no_formulas(ingestion: Ingestion, tmp_path: Path) -> None:
    drawn = [*draw(ingestion.state, 3), Drawn(4, "LEADS", "=1+1", "甲\t乙\n丙", "", "", None, "+x")]
    write_list(drawn, tmp_path / "facts.tsv")
    text = (tmp_path / "facts.tsv").read_text(encoding="utf-8-sig")
    assert "\t'=1+1\t甲 乙 丙\t" in text
    marked = text.replace("1\t\t", "1\t对\t", 1).replace("2\t\t", "2\tN\t", 1)
    (tmp_path / "facts.tsv").write_text(marked, encoding="utf-8")
    told = {p.type: p for p in precisions(read_list(tmp_path / "facts.tsv"))}
    assert (told["all"].right, told["all"].wrong, told["all"].open) == (1, 1, 2)
    (tmp_path / "facts.tsv").write_text(marked.replace("\tN\t", "\tmaybe\t"), encoding="utf-8")
    with pytest.raises(Damaged, match="row 3"):
        read_list(tmp_path / "facts.tsv")


def test_wilson_against_published_values() -> None:
    # Newcombe, Stat. Med. 17 (1998), table I, method 3.
    for right, looked, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert wilson(right, looked) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) is None


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_holds_the_share_and_mirrors(right: int, looked: int) -> None:
    right = min(right, looked)
    low, high = wilson(right, looked) or (1, 0)
    assert 0 <= low <= right / looked <= high <= 1
    assert wilson(looked - right, looked) == pytest.approx((1 - high, 1 - low))
