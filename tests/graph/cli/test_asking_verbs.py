"""The verbs that ask: usage, output, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractor.errors import Damaged, NameUnknown, Refused
from graph.cli import zhitu
from graph.model import dump_lines
from graph.storage import embedded
from graph.storage.embedded import EmbeddedServer
from graph.workspace import Workspace
from tests.graph.stores import sample


def run(*arguments: str) -> Result:
    return CliRunner().invoke(zhitu, list(arguments), prog_name="zhitu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace filled by ``zhitu import``."""
    if reason := embedded.available():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("cli")
    dump = folder / "in.jsonl"
    dump.write_text("".join(line + "\n" for line in dump_lines(sample())), encoding="utf-8")
    assert run("import", str(dump), "--workspace", str(folder / "w")).exit_code == 0
    yield folder
    EmbeddedServer(Workspace(folder / "w").database).stop()


def test_without_a_question_they_are_listed() -> None:
    shown = run("ask")
    assert shown.exit_code == 0
    assert "shared-communities" in shown.stdout and "与谁合作" in shown.stdout


def test_usage_is_told() -> None:
    assert run("ask", "no-such-question").exit_code == 2
    assert run("ask", "partners").exit_code == 2
    assert run("cypher").exit_code == 2
    assert run("cypher", "RETURN 1", "--param", "novalue").exit_code == 2
    assert run("search", "x", "--label", "Nope").exit_code == 2
    assert run("export", "--format", "xlsx").exit_code == 2


def test_a_file_that_is_no_dump(tmp_path: Path) -> None:
    (tmp_path / "x").write_text('{"node": 1}\n', encoding="utf-8")
    told = run("import", str(tmp_path / "x"), "--workspace", str(tmp_path / "w"))
    assert isinstance(told.exception, Damaged)
    assert not (tmp_path / "w").exists()


@pytest.mark.store
def test_answers_come_with_their_source(folder: Path) -> None:
    where = ("--workspace", str(folder / "w"))
    shown = run("ask", "shared-communities", *where)
    assert shown.exit_code == 0 and "报告" in shown.stdout and "句" in shown.stdout
    data = json.loads(
        run("ask", "partners", "丝绸学校", "--kind", "订单班", "--evidence", "--format", "json", *where).stdout
    )
    assert data[0]["partner"] == "云锦纺织集团"
    assert data[0]["evidence"][0]["page"] == 12
    cut = run("ask", "partners", "丝绸学校", *where)
    assert "2/15" in cut.stdout and "等15" in cut.stderr
    empty = run("ask", "partners", "临江大学", "--scope", "正文", *where)
    assert empty.exit_code == 0 and "no rows" in empty.stderr
    assert isinstance(run("ask", "partners", "临江", *where).exception, NameUnknown)


@pytest.mark.store
def test_cypher_takes_parameters_and_files_and_announces_its_limit(folder: Path, tmp_path: Path) -> None:
    where = ("--workspace", str(folder / "w"))
    (tmp_path / "q.cypher").write_text("MATCH (s:School) WHERE s.kind IN $kinds RETURN s.name AS n ORDER BY n", "utf-8")
    shown = run("cypher", "-f", str(tmp_path / "q.cypher"), "--param", 'kinds=["中职"]', "--format", "jsonl", *where)
    assert [json.loads(line)["n"] for line in shown.stdout.splitlines()] == ["临江丝绸学校", "临江纺织工业学校"]
    limited = run("cypher", "MATCH (s:School) RETURN s.name", "--limit", "2", "--format", "csv", *where)
    assert len(limited.stdout.splitlines()) == 3 and "only the first 2 rows" in limited.stderr
    refused = run("cypher", "MATCH (s:School) DETACH DELETE s", *where)
    assert isinstance(refused.exception, Refused) and refused.exception.exit_code == 4


@pytest.mark.store
def test_export_gives_back_what_import_took(folder: Path) -> None:
    where = ("--workspace", str(folder / "w"))
    assert run("export", "-o", str(folder / "out.jsonl"), *where).exit_code == 0
    assert (folder / "out.jsonl").read_bytes() == (folder / "in.jsonl").read_bytes()
    again = run("import", str(folder / "in.jsonl"), *where)
    assert isinstance(again.exception, Refused) and "not empty" in str(again.exception)
    for kind in ("neo4j", "projections", "dataset"):
        assert run("export", "--format", kind, "-o", str(folder / kind), *where).exit_code == 0
        assert any((folder / kind).iterdir())
    for kind in ("graphml", "gexf", "xlsx"):
        assert run("export", "--format", kind, "-o", str(folder / f"g.{kind}"), *where).exit_code == 0


@pytest.mark.store
def test_search_finds_aliases(folder: Path) -> None:
    shown = run("search", "港职院", "--workspace", str(folder / "w"), "--format", "jsonl")
    assert json.loads(shown.stdout)["name"] == "临江港口职业技术学院"


def test_the_help_of_every_question_has_an_example() -> None:
    from graph.questions.asking import questions

    for name in questions():
        told = run("ask", name, "--help")
        assert told.exit_code == 0
        assert f"zhitu ask {name}" in told.stdout


def test_the_version_is_told_where_nothing_is_installed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def none(_name: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", none)
    told = run("--version")
    assert told.exit_code == 0 and "zhitu" in told.stdout
