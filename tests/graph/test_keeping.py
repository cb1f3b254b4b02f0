"""Persons left out and forgotten; backups that give back an equal graph, and archives that are no backups."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.document import Document, ReportMeta
from extractor.errors import Damaged, Refused
from extractor.extract import Extraction
from extractor.folding import fold
from extractor.records import Entity, Record, Relation
from graph.building.persons import BLANK, Forgotten, Plain, blanked, graph_without_persons, read_forgotten
from graph.identity.decisions import Decision, add_decision
from graph.ingesting.batch import Settings, in_process, plan, run_batch
from graph.ingesting.ingest import file_digest, workspace_graph, writing
from graph.ingesting.keeping import back_up, forget, restore
from graph.ingesting.sources import Source
from graph.model import dump_lines
from graph.workspace import Workspace

NAME, OTHER = "卓云岚", "柏思远"
SCHOOL, ALIAS = "岚川机电工程学校", "岚川机电学校"
TEXT = f"{SCHOOL}教师卓 云岚、{OTHER}获岚川工匠称号，卓云岚工作室挂牌。"


def extract(path: Path, *, password: str | None = None) -> Extraction:
    """A report that names two persons, one of them also inside another name, and once with a blank."""
    entities = (
        Entity(SCHOOL, "School", 0, len(SCHOOL)),
        Entity("卓 云岚", "Person", 10, 14),
        Entity(OTHER, "Person", 15, 18),
        Entity("岚川工匠", "Award"),
        Entity("卓云岚工作室", "Base"),
    )
    relations = (
        Relation("卓 云岚", "WORKS_AT", SCHOOL),
        Relation(OTHER, "WORKS_AT", SCHOOL),
        Relation("卓 云岚", "RECEIVED", "岚川工匠"),
        Relation(SCHOOL, "OPERATES", "卓云岚工作室"),
    )
    first = Record(TEXT, page=1, section=("一、教师卓云岚",), entities=entities, relations=relations)
    second = Record(f"{ALIAS}招生。", page=2, entities=(Entity(ALIAS, "School"),))
    year = int(path.stem)
    meta = ReportMeta(title=f"岚川市职业教育质量年度报告（{year}）", year=year, region="岚川市", level="区")
    return Extraction(Document(file_digest(path), meta, (), ()), (first, second))


def ingest(workspace: Workspace, *years: int, no_persons: bool = False) -> None:
    paths = [workspace.root.parent / f"{year}.txt" for year in years]
    for path in paths:
        path.write_text(f"{path.stem} {TEXT}", encoding="utf-8")
    settings = Settings(no_persons=no_persons)
    with writing(workspace) as ingestion:
        ingestion.refresh()
        todo = plan(ingestion, [Source(path) for path in paths], settings)
        for _ in run_batch(ingestion, todo, settings, lambda: None, in_process(extract)):
            pass


def dump(workspace: Workspace) -> str:
    return "\n".join(dump_lines(workspace_graph(workspace)))


def everything(workspace: Workspace) -> str:
    """All bytes of a workspace, as text."""
    return "".join(p.read_bytes().decode("utf-8", "replace") for p in sorted(workspace.root.rglob("*")) if p.is_file())


@given(st.text("卓云岚思 \u3000a，", max_size=30), st.sets(st.text("卓云岚思", min_size=2, max_size=3), max_size=3))
def test_blanking_keeps_lengths_and_leaves_no_name(text: str, names: set[str]) -> None:
    out = blanked(text, Plain(frozenset(names)))
    assert len(out) == len(text)
    assert not any(name in fold(out) for name in names)
    assert all(new in (old, BLANK) for old, new in zip(text, out, strict=True))
    kept = Forgotten()
    for name in names:
        kept = kept.with_name(name)
    assert blanked(text, kept) == out


def test_a_forgotten_person_is_nowhere_and_does_not_come_back(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    ingest(workspace, 2022, 2023)
    assert NAME in fold(dump(workspace))
    with writing(workspace) as ingestion:
        done = forget(ingestion, NAME)
    assert (len(done.reports), done.passages, len(done.files)) == (2, 2, 2)
    ingest(workspace, 2024)
    assert NAME not in fold(everything(workspace))
    graph = workspace_graph(workspace)
    assert [n.name for n in graph.nodes.values() if n.label == "Person"] == [OTHER]
    assert {n.name for n in graph.nodes.values() if n.label == "Base"} == {f"{BLANK * 3}工作室"}
    with writing(workspace) as ingestion:
        assert forget(ingestion, NAME).passages == 0


def test_forgetting_that_was_stopped_is_finished_by_the_next_command(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    ingest(workspace, 2022, 2023)
    with writing(workspace) as ingestion, pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(ingestion), "refresh", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forget(ingestion, NAME)
    with writing(workspace) as ingestion:
        ingestion.refresh()
    assert NAME not in fold(dump(workspace))


def test_only_persons_can_be_forgotten(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    ingest(workspace, 2022)
    with writing(workspace) as ingestion:
        for name in (SCHOOL, "卓"):
            with pytest.raises(Refused):
                forget(ingestion, name)
    assert not read_forgotten(workspace.forgotten).digests


def test_no_persons_leaves_all_persons_out(tmp_path: Path) -> None:
    workspace, whole = Workspace(tmp_path / "w"), Workspace(tmp_path / "whole")
    ingest(workspace, 2022, no_persons=True)
    ingest(whole, 2022)
    shown = "\n".join(dump_lines(graph_without_persons(workspace_graph(whole))))
    for text in (dump(workspace), shown):
        assert NAME not in fold(text) and OTHER not in text
        assert '"Person"' not in text and SCHOOL in text
    ingest(workspace, 2022)
    assert dump(workspace) == dump(whole)


def backed_up(tmp_path: Path) -> tuple[Workspace, Path]:
    workspace = Workspace(tmp_path / "w")
    ingest(workspace, 2022, 2023)
    add_decision(workspace.decisions, Decision("same", "School", SCHOOL, ALIAS))
    with writing(workspace) as ingestion:
        ingestion.refresh()
        forget(ingestion, OTHER)
        back_up(ingestion, tmp_path / "b.zip")
    return workspace, tmp_path / "b.zip"


def test_a_restored_workspace_gives_an_equal_dump(tmp_path: Path) -> None:
    workspace, file = backed_up(tmp_path)
    assert file.stat().st_mode & 0o077 == 0
    anew = Workspace(tmp_path / "anew")
    with writing(anew) as ingestion:
        assert restore(ingestion, file) == 2
    with writing(anew) as ingestion:
        ingestion.refresh()
    assert dump(anew) == dump(workspace)
    for one in (anew, workspace):
        ingest(one, 2024)
    assert dump(anew) == dump(workspace) and OTHER not in dump(anew)
    with writing(anew) as ingestion, pytest.raises(Refused):
        restore(ingestion, file)


def _evil(file: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(members.pop("backup.json"))
    change(members, told)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("backup.json", json.dumps(told))


def _slip(name: str) -> Callable[[dict[str, bytes], dict[str, Any]], None]:
    def change(members: dict[str, bytes], told: dict[str, Any]) -> None:
        import hashlib

        members[name] = b"owned"
        told["members"][name] = {"sha256": hashlib.sha256(b"owned").hexdigest(), "size": 5}

    return change


def _bomb(members: dict[str, bytes], told: dict[str, Any]) -> None:
    members[next(iter(told["members"]))] = bytes(64 << 20)


def _forge(members: dict[str, bytes], told: dict[str, Any]) -> None:
    name = next(name for name in members if name.endswith(".jsonl"))
    members[name] = members[name].replace(b"1", b"2")


EVIL: dict[str, Callable[[dict[str, bytes], dict[str, Any]], None]] = {
    "up": _slip("../owned"),
    "deep": _slip("records/../../owned"),
    "absolute": _slip("/tmp/zhitu-owned"),  # noqa: S108
    "windows": _slip("files\\..\\..\\owned"),
    "state": _slip("state.sqlite"),
    "settings": _slip("settings.toml"),
    "database": _slip("database/current"),
    "unlisted": lambda members, told: members.update({"records/x": b""}),
    "bomb": _bomb,
    "forged": _forge,
    "missing": lambda members, told: members.pop(next(iter(members))) and None,
    "no editions": lambda members, told: told.pop("editions") and None,
    "odd editions": lambda members, told: told.update(editions=[1]),
    "odd members": lambda members, told: told.update(members=["x"]),
    "format": lambda members, told: told.update(format=99),
}


@pytest.mark.parametrize("name", EVIL)
def test_an_archive_that_is_no_backup_puts_nothing_in_place(tmp_path: Path, name: str) -> None:
    _, file = backed_up(tmp_path)
    _evil(file, EVIL[name])
    anew = Workspace(tmp_path / "deep/anew")
    with writing(anew) as ingestion, pytest.raises(Damaged):
        restore(ingestion, file)
    assert not list(tmp_path.rglob("*owned*")) and not Path("/tmp/zhitu-owned").exists()  # noqa: S108
    assert not (anew.root / "records").exists() and not (anew.root / "settings.toml").exists()
    assert not dump(anew)
