"""The verbs that fill the workspace, as a user runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractor.errors import NameUnknown
from graph.cli import zhitu
from graph.ingesting import batch
from graph.ingesting.batch import in_process
from tests.conftest import ROOT
from tests.graph.making import extract, write_report

SAID = ("岚川机电工程学校", "COOPERATES_WITH", "北桥汽车制造有限公司")


def run(workspace: Path, *words: str) -> Result:
    return CliRunner().invoke(zhitu, [words[0], "--workspace", str(workspace), *words[1:]])


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_in_processes", lambda settings, files: in_process(extract))


@pytest.mark.usefixtures("stand_in")
def test_ingest_status_and_withdraw(tmp_path: Path) -> None:
    write_report(tmp_path / "in/2022.txt", SAID, year=2022)
    write_report(tmp_path / "in/2023.txt", SAID, year=2023)
    done = run(tmp_path / "w", "ingest", "--no-load", str(tmp_path / "in"))
    assert (done.exit_code, done.stdout) == (0, "")
    closing = [line.split() for line in done.stderr.splitlines()]
    assert closing[0] == ["成功", "跳过", "部分", "失败"]
    assert closing[2:5] == [
        ["files", "2", "0", "0", "0"],
        ["pages", "0", "0", "0", "0"],
        ["unread", "0", "0", "0", "0"],
    ]
    again = run(tmp_path / "w", "ingest", "--no-load", "--format", "json", str(tmp_path / "in"))
    assert [row["status"] for row in json.loads(again.stdout)] == ["跳过", "跳过"]
    shown = run(tmp_path / "w", "status", "--format", "json")
    assert [(row["year"], row["status"]) for row in json.loads(shown.stdout)] == [(2022, "在用"), (2023, "在用")]
    roster = tmp_path / "roster.csv"
    roster.write_text("年份,地区\n2022,岚川\n2024,岚川市\n", encoding="utf-8")
    held = run(tmp_path / "w", "status", "--roster", str(roster), "--format", "csv")
    assert held.stdout.splitlines()[1:] == ["2022,岚川,,,已收", "2024,岚川市,,,缺"]
    assert "应收 2  已收 1  缺 1" in held.stderr


@pytest.mark.usefixtures("stand_in")
def test_exit_codes_and_the_one_line_for_a_bad_file(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("{", encoding="utf-8")
    good = write_report(tmp_path / "good.txt", SAID)
    partly = write_report(tmp_path / "partly.txt", SAID, year=2022, unread=[2])
    alone = run(tmp_path / "w", "ingest", "--no-load", str(bad))
    assert alone.exit_code == 1
    assert alone.stderr.splitlines()[0] == f"zhitu: {bad}: is cut short; get it again"
    assert run(tmp_path / "w", "ingest", "--no-load", str(bad), str(good)).exit_code == 3
    assert run(tmp_path / "w", "ingest", "--no-load", str(partly)).exit_code == 3
    assert (tmp_path / "w/failures.csv").exists()
    assert run(tmp_path / "w", "ingest", "--no-load", str(good)).exit_code == 0
    assert not (tmp_path / "w/failures.csv").exists()
    assert run(tmp_path / "w", "ingest", "--memory-limit", "much", str(good)).exit_code == 2


def test_a_dry_run_changes_nothing_and_an_unknown_report_is_said(tmp_path: Path) -> None:
    report = write_report(tmp_path / "r.txt", SAID)
    told = run(tmp_path / "w", "ingest", "--dry-run", "--format", "csv", str(report))
    assert told.stdout.splitlines() == ["file,would,note", f"{report},read,"]
    assert not (tmp_path / "w/records").exists()
    assert isinstance(run(tmp_path / "w", "withdraw", "2024").exception, NameUnknown)


@pytest.mark.slow
def test_the_fictional_regions_years_go_through_real_workers(tmp_path: Path) -> None:
    region = ROOT / "corpora/region"
    done = run(tmp_path / "w", "ingest", "--no-load", "--format", "json", "--workers", "2", str(region / "*.txt"))
    rows = json.loads(done.stdout)
    assert [(row["status"], row["region"]) for row in rows] == [("成功", "岚川市")] * 4
    assert len({row["report"] for row in rows}) == 3
    assert done.exit_code == 0
