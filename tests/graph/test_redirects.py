"""An id that a later report changed still leads to the thing: in questions, search, statements and datasets."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractor.errors import NameUnknown
from graph.cli import zhitu
from graph.exports.dataset import write_dataset
from graph.model import node_id
from graph.questions.asking import ask
from graph.storage.embedded import EmbeddedServer, available
from graph.storage.redirects import former_ids, moved, present_id
from graph.storage.search import resolve_name, search
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from tests.graph.stores import sample

FORMER, PRESENT = node_id("School", "临江丝绸工校"), node_id("School", "临江丝绸学校")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "state.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE redirects (old TEXT PRIMARY KEY, new TEXT NOT NULL)")
        database.execute("INSERT INTO redirects VALUES (?, ?)", (FORMER, PRESENT))
    return path


def test_a_former_id_is_known_and_any_other_text_is_itself(state: Path, tmp_path: Path) -> None:
    assert present_id(state, FORMER) == PRESENT
    assert present_id(state, PRESENT) == PRESENT
    assert present_id(state, "临江丝绸学校") == "临江丝绸学校"
    assert present_id(tmp_path / "none.sqlite", FORMER) == FORMER
    assert moved(state, [["中职", FORMER], 3]) == ([["中职", PRESENT], 3], {FORMER: PRESENT})
    assert list(former_ids(state, f"MATCH (n {{id: '{FORMER}'}}) RETURN n")) == [(FORMER, PRESENT)]


def test_a_state_that_cannot_be_read_leaves_the_id(tmp_path: Path) -> None:
    broken = tmp_path / "state.sqlite"
    broken.write_text("no database")
    assert present_id(broken, FORMER) == FORMER


def test_questions_and_search_take_ids_present_and_former(reader: Store, state: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "state", state)
        for id_ in (PRESENT, FORMER):
            assert [hit.name for hit in search(reader, id_)] == ["临江丝绸学校"]
            assert resolve_name(reader, id_, ["School"]).id == PRESENT
        assert ask(reader, "profile", {"name": FORMER}).rows == ask(reader, "profile", {"name": "临江丝绸学校"}).rows
        with pytest.raises(NameUnknown):
            resolve_name(reader, FORMER, ["Enterprise"])
        with pytest.raises(NameUnknown, match="this id"):
            resolve_name(reader, node_id("School", "没有"))


@pytest.mark.store
def test_a_statement_s_parameter_may_be_a_former_id(tmp_path: Path, state: Path) -> None:
    if reason := available():
        pytest.skip(reason)
    workspace = Workspace(tmp_path)
    with open_store(workspace, "embedded", write=True) as store:
        store.replace(sample())
    try:
        statement = "MATCH (n:School {id: $id}) RETURN n.name AS name"
        arguments = ["cypher", statement, "--param", f"id={FORMER}", "--format", "csv", "--workspace", str(tmp_path)]
        done = CliRunner().invoke(zhitu, arguments)
        assert done.exit_code == 0, done.output
        assert done.stdout.split() == ["name", "临江丝绸学校"]
        assert f"{FORMER} is {PRESENT} now" in done.stderr
    finally:
        EmbeddedServer(workspace.database).stop()


def test_a_dataset_says_what_former_ids_are_now(tmp_path: Path) -> None:
    gone = node_id("School", "没有")
    write_dataset(sample(), tmp_path, [], "extractor=a", [(FORMER, PRESENT), (node_id("School", "旧"), gone)])
    assert (tmp_path / "redirects.tsv").read_text(encoding="utf-8") == f"former\tpresent\n{FORMER}\t{PRESENT}\n"
