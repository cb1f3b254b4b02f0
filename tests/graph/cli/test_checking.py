"""sample and diff-extraction, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractor.records import Entity, Record, write_records
from graph.cli import zhitu
from graph.ingesting import batch
from graph.ingesting.batch import in_process
from tests.graph.making import extract, write_report


def test_a_sample_is_drawn_judged_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_in_processes", lambda settings, files: in_process(extract))
    write_report(tmp_path / "r.txt", ("岚川机电工程学校", "COOPERATES_WITH", "北桥汽车制造有限公司"))
    run = CliRunner()
    assert (
        run.invoke(
            zhitu, ["ingest", "--no-load", "--workspace", str(tmp_path / "w"), str(tmp_path / "r.txt")]
        ).exit_code
        == 0
    )
    base = ["sample", "--workspace", str(tmp_path / "w")]
    printed = run.invoke(zhitu, [*base, "--format", "json"])
    assert {row["type"] for row in json.loads(printed.stdout)} == {"COOPERATES_WITH", "HAS_OBSERVATION"}
    check = tmp_path / "check"
    assert run.invoke(zhitu, [*base, "-o", str(check)]).stdout == ""
    assert run.invoke(zhitu, [*base, "-o", str(check)]).exit_code == 2  # verdicts are not overwritten
    stopped = run.invoke(zhitu, [*base, "--verdicts", str(check / "facts.tsv"), "--ask"], input="perhaps\ny\nq\n")
    assert stopped.exit_code == 0
    told = run.invoke(zhitu, [*base, "--verdicts", str(check / "facts.tsv"), "--format", "json"])
    rows = json.loads(told.stdout)
    assert (rows[0]["type"], rows[0]["right"], rows[0]["open"], rows[0]["precision"]) == ("all", 1, 1, 1.0)
    assert rows[0]["low"] == pytest.approx(0.2065, abs=1e-3)
    assert run.invoke(zhitu, [*base, "--type", "LIKES"]).exit_code == 2


def test_the_page_is_drawn_with_the_passage_framed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("reportlab", reason="needs reportlab: pip install 'zhitu[sample]'")
    from PIL import Image

    from scripts.synthetic.setting import to_pdf
    from scripts.synthetic.world import make_world
    from scripts.synthetic.writing import reports_of

    report = next(reports_of(make_world(1, 1), 2020))
    (tmp_path / "r.pdf").write_bytes(to_pdf(report, "ruled"))
    monkeypatch.setattr(batch, "_in_processes", lambda settings, files: in_process())
    run = CliRunner()
    words = ["--workspace", str(tmp_path / "w")]
    assert run.invoke(zhitu, ["ingest", "--no-load", *words, str(tmp_path / "r.pdf")]).exit_code == 0
    assert (
        run.invoke(zhitu, ["sample", *words, "--n", "1", "--type", "LEADS", "-o", str(tmp_path / "c")]).exit_code == 0
    )
    picture = Image.open(tmp_path / "c/pages/001.png").convert("RGB")
    assert (210, 40, 40) in {colour for _, colour in picture.getcolors(1 << 24) or ()}


def test_diff_extraction_tells_what_changed(tmp_path: Path) -> None:
    text = "岚川机电工程学校开设数控技术应用专业。"
    write_records([Record(text, entities=(Entity("岚川机电工程学校", "Base"),))], tmp_path / "old.jsonl")
    write_records([Record(text, entities=(Entity("岚川机电工程学校", "School"),))], tmp_path / "new.jsonl")
    words = ["diff-extraction", str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl")]
    told = CliRunner().invoke(zhitu, [*words, "--format", "csv"])
    assert told.stdout.splitlines()[1:] == [
        f"new.jsonl,,names,−,Base,岚川机电工程学校,{text}",
        f"new.jsonl,,names,+,School,岚川机电工程学校,{text}",
    ]
    assert "names: 1 → 1 (+1 −1)" in told.stderr
    totals = CliRunner().invoke(zhitu, [*words, "--totals", "--format", "json"])
    assert {(row["type"], row["added"], row["removed"]) for row in json.loads(totals.stdout)} >= {
        ("Base", 0, 1),
        ("School", 1, 0),
    }
