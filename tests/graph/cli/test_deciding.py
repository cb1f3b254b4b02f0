"""``zhitu same`` and ``zhitu review``: what they print, keep and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractor.records import Entity, Record, Relation
from graph.building.claims import ReportInfo
from graph.building.contribute import contribute
from graph.building.weave import put
from graph.cli import zhitu
from graph.identity.decisions import Decision, read_decisions
from graph.ingesting.ingest import writing
from graph.workspace import Workspace


def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(zhitu, list(arguments), input=stdin)
    return done.exit_code, done.stdout, done.stderr


def test_same_says_why_part_by_part(tmp_path: Path) -> None:
    code, out, _ = run("same", "云南工业职业技术学院", "云南工贸职业技术学院", "--workspace", str(tmp_path))
    assert code == 0
    assert out.startswith("different: trade: 工业 / 工贸\n")
    assert "place: 云南 = 云南" in out


def test_pairs_are_answered_line_by_line_and_counted(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(
        "name_a\tname_b\tlabel\texpected\n"
        "上海市环境学校\t上海环境学校\tSchool\tsame\n"
        "苏州一职\t苏州二职\tSchool\tdifferent\n",
        encoding="utf-8",
    )
    code, out, told = run("same", "--pairs", str(pairs), "--format", "json", "--workspace", str(tmp_path))
    assert code == 0
    assert [row["verdict"] for row in json.loads(out)] == ["same", "different"]
    assert "2 of 2" in told


@pytest.mark.parametrize("arguments", [("same",), ("same", "甲"), ("same", "甲", "乙", "--label", "Nothing")])
def test_same_refuses_what_it_cannot_compare(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


def test_review_keeps_a_decision_given_on_the_command_line(tmp_path: Path) -> None:
    code, _, told = run("review", "--workspace", str(tmp_path), "--reject", "甲校", "乙校", "--note", "两校")
    assert code == 0
    assert "1 kept" in told
    assert read_decisions(tmp_path / "decisions.tsv") == [Decision("different", "School", "甲校", "乙校", "两校")]


def test_review_of_an_empty_workspace_has_nothing_to_decide(tmp_path: Path) -> None:
    assert run("review", "--workspace", str(tmp_path))[:2] == (0, "")


def test_review_asks_shows_the_passage_and_keeps_the_answer(tmp_path: Path) -> None:
    names = ("长江职业学院", "长江职业大学", "蓝川集团")
    text = "、".join(names)
    labels = dict(zip(names, ("School", "School", "Enterprise"), strict=True))
    record = Record(
        text,
        page=3,
        entities=tuple(Entity(n, labels[n], text.find(n), text.find(n) + len(n)) for n in names),
        relations=tuple(Relation(name, "COOPERATES_WITH", names[2]) for name in names[:2]),
    )
    made = contribute(ReportInfo("报告", 2024, "湖北省", "省", ""), [record])
    with writing(Workspace(tmp_path)) as ingestion, ingestion.state.transaction() as seq:
        put(ingestion.state, made, "digest", seq)

    code, out, told = run("review", "--workspace", str(tmp_path), stdin="s\n")
    assert (code, out) == (0, "")
    assert f"p. 3: {text}" in told
    assert "nothing decided" in told
    assert (
        json.loads(run("review", "--list", "--format", "json", "--workspace", str(tmp_path))[1])[0]["label"] == "School"
    )

    assert "1 kept" in run("review", "--workspace", str(tmp_path), stdin="n\n")[2]
    (decision,) = read_decisions(tmp_path / "decisions.tsv")
    assert decision.verdict == "different"
    assert run("review", "--workspace", str(tmp_path))[2] == "nothing to decide\n"
