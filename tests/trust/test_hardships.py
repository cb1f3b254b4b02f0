"""Surroundings that refuse or change: a message of one line with what to do, nothing lost, no mixture for readers."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.storage.embedded import available
from graph.troubles import trouble
from scripts.trusts import hardships, readers
from scripts.trusts._servers import Neo4j
from scripts.trusts.hardships import NotHere, Outcome

embedded = pytest.mark.skipif(bool(available()), reason=available() or "-")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    try:
        with hardships.neo4j(tmp_path_factory.mktemp("neo4j")) as running:
            yield running
    except NotHere as reason:
        pytest.skip(str(reason))


def survived(outcome: Outcome) -> None:
    assert not outcome.wrong, outcome


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/a/b"),
            "/a/b: there is no space left on the disk; free some",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/a"), "/a: cannot be written .* another folder"),
        (PermissionError(errno.EACCES, "Permission denied", "/a"), "/a: cannot be written .* permissions"),
        (OSError(errno.EMFILE, "Too many open files"), "too many files are open; raise the limit"),
        (sqlite3.OperationalError("database or disk is full"), "no space left on the disk; free some"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlite3.DatabaseError("database disk image is malformed"), "is damaged; .* again"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_to_do(error: Exception, said: str) -> None:
    told = trouble(error)
    with pytest.raises(type(told), match=said):
        raise told or AssertionError(error)


def test_a_defect_is_no_trouble_of_the_system() -> None:
    assert trouble(ValueError("no such thing")) is None
    assert trouble(sqlite3.OperationalError('near "SELEC": syntax error')) is None


@pytest.mark.slow
@pytest.mark.store
@embedded
def test_a_full_disk(tmp_path: Path) -> None:
    try:
        survived(hardships.full_disk(tmp_path, "6m"))
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.mark.slow
@pytest.mark.store
@embedded
def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    try:
        survived(hardships.read_only(tmp_path))
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.mark.slow
@pytest.mark.neo4j
def test_a_neo4j_that_refuses_or_is_slow(tmp_path: Path, server: Neo4j) -> None:
    survived(next(hardships.refusing(tmp_path / "refusing", server)))
    survived(hardships.slow(tmp_path / "slow", server, 0.02))


@pytest.mark.slow
@pytest.mark.store
@embedded
def test_readers_beside_an_ingest(tmp_path: Path) -> None:
    seen = readers.Trial(tmp_path).run(editions=3, readers=3)
    assert set(seen) == {"one edition"}


@pytest.mark.slow
@pytest.mark.neo4j
def test_readers_beside_an_ingest_into_neo4j(tmp_path: Path, server: Neo4j) -> None:
    seen = readers.Trial(tmp_path, server).run(editions=3, readers=3)
    assert set(seen) == {"one edition"}
