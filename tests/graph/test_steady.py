"""Who reads while a report is replaced sees its old state or its new one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from extractor.errors import NameUnknown, Refused
from graph.model import Delta, Edge, EdgeKey, Graph, Node, node_id
from graph.storage.settings import Settings
from graph.storage.steady import Changes
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from tests.conftest import ROOT

FACTS = 300
SWAPS = 12


def change(changes: Changes) -> None:
    with changes.changing() as begin:
        begin()


def test_work_is_done_again_when_a_change_lay_between(tmp_path: Path) -> None:
    changes, seen = Changes(tmp_path / "changes"), list[int]()

    def work() -> int:
        seen.append(len(seen))
        if len(seen) < 3:
            change(Changes(tmp_path / "changes"))
        return seen[-1]

    assert changes.steadily(work) == 2


def test_work_that_never_finds_peace_holds_the_writer_up(tmp_path: Path) -> None:
    order: list[str] = []
    writers: list[threading.Thread] = []

    def write() -> None:
        change(Changes(tmp_path / "changes"))
        order.append("written")

    def work() -> None:
        writers.append(threading.Thread(target=write))
        writers[-1].start()
        writers[-1].join(0.3)
        order.append("read")

    change(Changes(tmp_path / "changes"))
    Changes(tmp_path / "changes").steadily(work)
    for writer in writers:
        writer.join(60)
    assert order[-2:] == ["read", "written"]


def test_an_error_in_the_middle_of_a_change_is_none(tmp_path: Path) -> None:
    changes, tries = Changes(tmp_path / "changes"), list[int]()

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            change(Changes(tmp_path / "changes"))
            raise NameUnknown("it has just gone", "")
        return "found"

    assert changes.steadily(work) == "found"

    def fail() -> None:
        raise NameUnknown("not there", "")

    with pytest.raises(NameUnknown):
        changes.steadily(fail)


def test_a_passed_deadline_is_not_tried_again(tmp_path: Path) -> None:
    changes, tries = Changes(tmp_path / "changes"), list[int]()

    def work() -> None:
        tries.append(1)
        change(Changes(tmp_path / "changes"))
        raise Refused("too long", "")

    with pytest.raises(Refused):
        changes.steadily(work)
    assert len(tries) == 1


def test_reads_within_reads_are_one(tmp_path: Path) -> None:
    changes = Changes(tmp_path / "changes")
    assert changes.steadily(lambda: changes.steadily(lambda: 1) + changes.steadily(lambda: 2)) == 3


def test_a_workspace_that_was_never_written_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    assert Changes(tmp_path / "no/changes").steadily(lambda: 1) == 1
    assert not (tmp_path / "no").exists()


def test_a_writer_killed_while_it_commits_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from graph.storage.steady import Changes\n"
        "with Changes(Path(sys.argv[1])).changing() as begin:\n"
        "    begin()\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "changes")], cwd=ROOT, check=False)
    assert (tmp_path / "changes").read_bytes().strip(b"0") == b"1"
    assert Changes(tmp_path / "changes").steadily(lambda: 1) == 1
    change(Changes(tmp_path / "changes"))
    assert int((tmp_path / "changes").read_bytes()) == 2


def edition(name: str) -> Graph:
    """A report of which each node and edge tells its edition."""
    nodes: dict[str, Node] = {}
    edges: dict[EdgeKey, Edge] = {}
    for number in range(FACTS):
        school, firm = node_id("School", f"s{number}"), node_id("Enterprise", f"{name}{number}")
        nodes[school] = Node(school, "School", f"岚川第{number}中学", (), {"kind": name})
        nodes[firm] = Node(firm, "Enterprise", f"{name}企业{number}", (), {"kind": name})
        key = EdgeKey("COOPERATES_WITH", school, firm)
        edges[key] = Edge(key, {"years": [2024], "confidence": 0.9, "content": name})
    return Graph(nodes, edges)


def between(old: Graph, new: Graph) -> Delta:
    return Delta(
        tuple(new.nodes.values()), tuple(new.edges.values()),
        tuple(old.nodes.keys() - new.nodes.keys()), tuple(old.edges.keys() - new.edges.keys()),
    )  # fmt: skip


@pytest.mark.slow
def test_readers_see_the_old_edition_or_the_new_one(place: tuple[Workspace, Settings]) -> None:
    workspace, settings = place
    old, new = edition("甲"), edition("乙")
    over, seen = threading.Event(), Counter[str]()
    statement = "MATCH (a:School)-[r:COOPERATES_WITH]->(b:Enterprise) RETURN a.kind, r.content, b.kind"

    def read(whole: bool) -> None:
        with open_store(workspace, settings=settings) as store:
            while not over.is_set():
                try:
                    seen[told(store, whole)] += 1
                except Exception as error:  # told below
                    seen[f"{type(error).__name__}: {error}"] += 1

    def told(store: Store, whole: bool) -> str:
        if whole:
            graph = store.dump()
            return next((name for name, as_stored in held.items() if as_stored == graph), "neither edition")
        rows = store.read(statement).rows
        return "".join(sorted({kind for row in rows for kind in row})) + ("" if len(rows) == FACTS else " in part")

    with open_store(workspace, write=True, settings=settings) as writer:
        writer.replace(new)
        held = {"乙": writer.dump()}
        writer.replace(old)
        held["甲"] = writer.dump()
        readers = [threading.Thread(target=read, args=(whole,)) for whole in (False, False, True)]
        for reader in readers:
            reader.start()
        for swap in range(SWAPS):
            before, after = (old, new) if swap % 2 == 0 else (new, old)
            if swap % 4 == 3:
                writer.replace(after)
            else:
                writer.apply(between(before, after))
        over.set()
        for reader in readers:
            reader.join(120)
    assert set(seen) <= {"甲", "乙"}, seen
    assert seen.total() > SWAPS
