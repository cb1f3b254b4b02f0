"""Forgetting a person, and a workspace as one file: backup and restore.

A backup holds what cannot be made anew: the ingested files, their records, the manifest, decisions, the user's own
registry, who is forgotten, and old ids. The database, the derived state and the settings (they may hold a password)
are left out; restoring makes the graph anew from the records. An archive is untrusted: only names of that list are
taken from it, each with the size and digest that its own manifest tells, and nothing is put in place until all of it
was checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from extractor.errors import Damaged, FileMissing, Refused, ZhituError
from extractor.folding import fold
from extractor.records import read_records, write_records
from graph.building.persons import Forgotten, blanked, read_forgotten, without, write_forgotten
from graph.ingesting.editions import Edition, Overrides, all_editions, keep_edition, reading_from
from graph.ingesting.ingest import Ingestion
from graph.ingesting.reading import put_whole
from graph.workspace import Workspace

Progress = Callable[[int, int], None]
_MANIFEST = "backup.json"
_FORMAT = 1
_MAX_MANIFEST = 256 << 20
# What an archive may hold, as paths inside the workspace.
_MEMBER = re.compile(
    r"records/[0-9a-f]{64}\.jsonl?|files/[0-9a-f]{64}\.[a-z0-9]{1,8}|decisions\.tsv|registry\.tsv|forgotten\.json"
)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What forgetting did: reports and passages that named the person, and the kept files that were removed."""

    reports: tuple[str, ...] = ()
    passages: int = 0
    files: tuple[str, ...] = ()


def forget(ingestion: Ingestion, name: str, progress: Progress | None = None) -> Forgetting:
    """Take a person out of records, state and kept files, and out of whatever is ingested later.

    The store has to be loaded afterwards. Stopped at any point, the same call goes on. Raises :class:`Refused` for a
    name that the reports only know as something else than a person.
    """
    workspace, state = ingestion.workspace, ingestion.state
    _must_be_a_person(ingestion, name)
    workspace.root.mkdir(parents=True, exist_ok=True)
    forgotten = read_forgotten(workspace.forgotten)
    if fold(name) not in forgotten:
        forgotten = forgotten.with_name(name)
        write_forgotten(workspace.forgotten, forgotten)
    state.set_meta("builder", "")  # from here on the next command makes the state anew, whatever happens
    editions = {edition.reading.digest: edition for edition in all_editions(state)}
    reports: dict[str, None] = {}
    passages, files = 0, list[str]()
    # All records, also those of a run that was stopped before it took them in.
    for path in sorted(workspace.records.glob("*.jsonl")):
        before = list(read_records(path))
        after = without(before, forgotten)
        changed = sum(one != other for one, other in zip(before, after, strict=True))
        if not changed:
            continue
        for kept in workspace.files.glob(f"{path.stem}.*"):
            kept.unlink()
        put_whole(path, lambda part, after=after: write_records(after, part))  # type: ignore[misc]
        passages += changed
        if edition := editions.get(path.stem):
            reports[edition.info.id] = None
            files.append(edition.reading.file)
    _forget_titles(ingestion, forgotten)
    ingestion.refresh(progress)
    state.db.execute("VACUUM")  # SQLite leaves what was deleted in its free pages
    state.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Forgetting(tuple(reports), passages, tuple(files))


def _forget_titles(ingestion: Ingestion, forgotten: Forgotten) -> None:
    """Blank the person in what readings keep of a report's contents pages."""
    workspace, state = ingestion.workspace, ingestion.state
    for path in sorted(workspace.records.glob("*.json")):
        reading = reading_from(json.loads(path.read_text(encoding="utf-8")))
        listed = tuple((kind, number, blanked(title, forgotten)) for kind, number, title in reading.listed)
        if listed != reading.listed:
            text = json.dumps(asdict(replace(reading, listed=listed)), ensure_ascii=False)
            put_whole(path, lambda part, text=text: part.write_text(text, encoding="utf-8"))  # type: ignore[misc]
    for edition in all_editions(state):
        listed = tuple((kind, number, blanked(title, forgotten)) for kind, number, title in edition.reading.listed)
        if listed != edition.reading.listed:
            keep_edition(state, replace(edition, reading=replace(edition.reading, listed=listed)))


def _must_be_a_person(ingestion: Ingestion, name: str) -> None:
    folded = fold(name)
    if len(folded) < 2:
        raise Refused(f"{name}: too short to be a person's name", "give the full name as it is printed")
    labels = {
        entity.label
        for path in ingestion.workspace.records.glob("*.jsonl")
        for record in read_records(path)
        for entity in record.entities
        if fold(entity.name) == folded
    }
    if labels and "Person" not in labels:
        raise Refused(f"{name}: the reports know it as {', '.join(sorted(labels))}, not as a person", "check the name")


def back_up(ingestion: Ingestion, path: Path) -> int:
    """Write the workspace's backup, whole or not at all, readable by its owner only; gives the number of files."""
    workspace, state = ingestion.workspace, ingestion.state
    editions = all_editions(state)
    if not editions:
        raise Refused(f"{workspace.root}: nothing was ingested yet", "begin with: zhitu ingest PATH")
    members: dict[str, dict[str, Any]] = {}
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with (
            os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name in sorted(_members(workspace)):
                archive.write(workspace.root / name, name)
                with (workspace.root / name).open("rb") as member:
                    digest = hashlib.file_digest(member, "sha256").hexdigest()
                members[name] = {"sha256": digest, "size": (workspace.root / name).stat().st_size}
            told = {
                "format": _FORMAT,
                "members": members,
                "editions": [{"reading": asdict(e.reading), "overrides": asdict(e.overrides)} for e in editions],
                "redirects": [list(row) for row in state.db.execute("SELECT old, new FROM redirects ORDER BY old")],
            }
            archive.writestr(_MANIFEST, json.dumps(told, ensure_ascii=False))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return len(members)


def _members(workspace: Workspace) -> Iterator[str]:
    for path in (*workspace.records.glob("*"), *workspace.files.glob("*"), *workspace.root.glob("*")):
        name = path.relative_to(workspace.root).as_posix()
        if path.is_file() and not path.is_symlink() and _MEMBER.fullmatch(name):
            yield name


def restore(ingestion: Ingestion, path: Path, progress: Progress | None = None) -> int:
    """Fill an empty workspace from a backup; gives the number of editions. The store has to be loaded afterwards.

    Raises :class:`Refused` for a workspace that holds something, :class:`Damaged` for an archive that is not as its
    manifest says or that holds what no backup does; then nothing was put in place.
    """
    workspace = ingestion.workspace
    if all_editions(ingestion.state) or any(True for _ in _members(workspace)):
        raise Refused(f"{workspace.root}: the workspace is not empty", "restore into another --workspace")
    if not path.is_file():
        raise FileMissing(path, "there is no such file", "give the path of a backup")
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=workspace.root) as name:
        folder = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                told = _read_manifest(path, archive)
                editions = [
                    Edition(reading_from(entry["reading"]), Overrides(**entry["overrides"]))
                    for entry in told["editions"]
                ]
                redirects = [(str(old), str(new)) for old, new in told["redirects"]]
                for member, said in told["members"].items():
                    _unpack(path, archive, member, said, folder)
        except ZhituError:
            raise
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError, RuntimeError, EOFError) as error:
            raise Damaged(
                path, f"is no backup ({type(error).__name__}: {error})", "write one with: zhitu backup"
            ) from error
        for member in told["members"]:
            target = workspace.root / member
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / member, target)
    with ingestion.state.transaction():
        for edition in editions:
            keep_edition(ingestion.state, edition)
        ingestion.state.db.executemany("INSERT OR REPLACE INTO redirects VALUES (?, ?)", redirects)
        ingestion.state.set_meta("builder", "")
    return len(editions)


def _read_manifest(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(_MANIFEST).file_size > _MAX_MANIFEST:
        raise Damaged(path, "its manifest is larger than any backup's", "write one with: zhitu backup")
    told: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    if told["format"] != _FORMAT:
        raise Damaged(path, f"is of format {told['format']}, not {_FORMAT}", "use the version that wrote it")
    held = sorted(archive.namelist())
    if held != sorted([*told["members"], _MANIFEST]):
        raise Damaged(path, "holds other files than its manifest says", "write it anew with: zhitu backup")
    for name in told["members"]:
        if not _MEMBER.fullmatch(name):
            raise Damaged(path, f"holds {name[:80]!r}, which no backup does", "do not trust it")
    return told


def _unpack(path: Path, archive: zipfile.ZipFile, name: str, said: dict[str, Any], folder: Path) -> None:
    """One member, no byte more than its manifest says."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    left, whole = int(said["size"]), hashlib.sha256()
    with archive.open(name) as member, target.open("wb") as file:
        while block := member.read(min(1 << 20, left + 1)):
            left -= len(block)
            if left < 0:
                break
            whole.update(block)
            file.write(block)
    if left or whole.hexdigest() != said["sha256"]:
        raise Damaged(path, f"{name} is not as its manifest says", "take another copy of the backup")
