"""Ingest many files: skip what is unchanged, read the rest in workers, take each in as it is ready, load the store.

Nothing here prints; who watches gets :class:`Step` values.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from extractor.errors import FileMissing, NotAReport, ZhituError
from graph.ingesting.editions import Edition, Reading, edition_of
from graph.ingesting.ingest import Ingestion, Loadable, file_digest
from graph.ingesting.reading import Extract, Failure, Job, kept_reading, prepare, read
from graph.ingesting.sources import Source
from graph.ingesting.versions import extraction_versions
from graph.ingesting.workers import Began, Died, Done, Limits, run_tasks
from graph.tablefiles import harmless

Status = Literal["成功", "跳过", "部分", "失败"]
STATUSES: tuple[Status, ...] = ("成功", "跳过", "部分", "失败")
Run = Callable[[Iterable[Job]], Iterator[Began | Done]]


@dataclass(frozen=True, slots=True)
class Result:
    """How one file went. ``edition`` is None when it failed; ``note`` says what is worth knowing of a success."""

    path: Path
    status: Status
    edition: Edition | None = None
    failure: Failure | None = None
    note: str = ""
    seconds: float = 0.0


class Step(NamedTuple):
    """Something happened: a worker began a file, or a file is done."""

    worker: int | None
    path: Path
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch would do: files to read anew, files whose records need only be taken in, and what needs nothing."""

    read: tuple[tuple[Source, str], ...] = ()
    take: tuple[tuple[Source, Reading], ...] = ()
    done: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """How a batch is run. ``load_every``: seconds between two loads of the store while it runs; ``no_persons``: keep
    nothing of named persons.
    """

    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    password: str | None = None
    load_every: float = 60.0
    no_persons: bool = False

    @property
    def versions(self) -> str:
        """What records are made by; with other versions, or with persons where there were none, files are read anew."""
        return extraction_versions() + (" persons=none" if self.no_persons else "")


def plan(ingestion: Ingestion, sources: Sequence[Source], settings: Settings | None = None) -> Plan:
    """What has to be done for ``sources``: told by file digests, versions, and what the user says of the files."""
    versions = (settings or Settings()).versions
    to_read: list[tuple[Source, str]] = []
    to_take: list[tuple[Source, Reading]] = []
    done: list[Result] = []
    seen: dict[str, Path] = {}
    for source in sources:
        try:
            digest = _digest(source.path)
        except ZhituError as error:
            failure = Failure(type(error).__name__, error.what.removeprefix(f"{source.path}: "), error.remedy)
            done.append(Result(source.path, "失败", failure=failure))
            continue
        if digest in seen:
            done.append(Result(source.path, "跳过", note=f"the same file as {seen[digest].name}"))
            continue
        seen[digest] = source.path
        known = edition_of(ingestion.state, digest)
        fresh = known is not None and known.reading.versions == versions and not _readable_now(known.reading)
        if known is not None and fresh and known.overrides == source.overrides.over(known.overrides):
            done.append(Result(source.path, "跳过", known, note="unchanged"))
            continue
        kept = kept_reading(ingestion.workspace, digest, versions)
        if kept is not None and not _readable_now(kept):
            to_take.append((source, kept))
        else:
            to_read.append((source, digest))
    return Plan(tuple(to_read), tuple(to_take), tuple(done))


def _readable_now(reading: Reading) -> bool:
    """Whether pages were left unread for want of OCR, which is there now."""
    from extractor.reading.legible import INSTALL

    if not any(INSTALL in why for _, why in reading.unread):
        return False
    from extractor.reading import scan

    return scan.available()


def _digest(path: Path) -> str:
    if not path.exists():
        raise FileMissing(path, "no such file", "check the path")
    if not path.is_file():
        raise NotAReport(path, "is no file", "name a PDF, .docx, .html or .txt file, or a folder of them")
    try:
        return file_digest(path)
    except OSError as error:
        raise NotAReport(path, f"cannot be opened ({error.strerror})", "check its permissions") from error


def run_batch(
    ingestion: Ingestion, todo: Plan, settings: Settings, load: Callable[[], None], run: Run | None = None
) -> Iterator[Step]:
    """Do what is planned, step by step; ``load`` brings the store up to date, now and then and at the end.

    Each file is taken in as one transaction as soon as it is read. Closing the iterator, or an interrupt, ends the
    workers; what was taken in stays, and the next batch goes on from there.
    """
    for result in todo.done:
        yield Step(None, result.path, result)
    for source, reading in todo.take:
        yield Step(None, source.path, _take(ingestion, source, reading, 0.0))
    by_path = {source.path: source for source, _ in todo.read}
    jobs = (
        Job(s.path, digest, ingestion.workspace, settings.versions, settings.password, settings.no_persons)
        for s, digest in todo.read
    )
    loaded = time.monotonic()
    with _closing((run or _in_processes(settings, len(todo.read)))(jobs)) as steps:
        for step in steps:
            job: Job = step.task
            if isinstance(step, Began):
                yield Step(step.worker, job.path)
                continue
            yield Step(step.worker, job.path, _finish(ingestion, by_path[job.path], step, settings.limits))
            if time.monotonic() - loaded > settings.load_every:
                load()
                loaded = time.monotonic()
    load()


def _in_processes(settings: Settings, files: int) -> Run:
    workers = max(1, min(settings.workers, files))
    return lambda jobs: run_tasks(jobs, read, workers=workers, limits=settings.limits, prepare=prepare)


@contextmanager
def _closing(steps: Iterator[Began | Done]) -> Iterator[Iterator[Began | Done]]:
    try:
        yield steps
    finally:
        if close := getattr(steps, "close", None):
            close()


def in_process(extract: Extract | None = None) -> Run:
    """Reads the jobs here, one after the other, without limits: for callers that are a worker themselves, and tests."""

    def run(jobs: Iterable[Job]) -> Iterator[Began | Done]:
        for job in jobs:
            yield Began(0, job)
            start = time.monotonic()
            yield Done(0, job, read(job, extract), time.monotonic() - start)

    return run


def _finish(ingestion: Ingestion, source: Source, done: Done, limits: Limits) -> Result:
    answer = done.answer
    if isinstance(answer, Died):
        answer = _death(answer, limits)
    if isinstance(answer, Failure):
        return Result(source.path, "失败", failure=answer, seconds=done.seconds)
    return _take(ingestion, source, answer, done.seconds)


def _death(died: Died, limits: Limits) -> Failure:
    if died.late:
        return Failure("TimeLimit", f"took longer than {limits.seconds:g} s and was given up", "raise --time-limit")
    return Failure(
        "WorkerDied", f"its worker ended (exit code {died.code})", "try it alone, with a higher --memory-limit"
    )


def _take(ingestion: Ingestion, source: Source, reading: Reading, seconds: float) -> Result:
    before = edition_of(ingestion.state, reading.digest)
    said = source.overrides.over(before.overrides) if before else source.overrides
    try:
        edition = ingestion.take(reading, said)
    except ZhituError as error:
        return Result(
            source.path, "失败", failure=Failure(type(error).__name__, error.what, error.remedy), seconds=seconds
        )
    note = "" if edition.in_force else "kept, but another edition of this report is in force"
    if not edition.info.year:
        note = "; ".join(part for part in (note, "no year found: give --year") if part)
    return Result(source.path, "部分" if reading.unread else "成功", edition, note=note, seconds=seconds)


def write_failures(path: Path, results: Iterable[Result]) -> int:
    """Write what went wrong as CSV (file, page, code, what, remedy), readable by Excel; gives the number of rows."""
    rows = [row for result in results for row in _failure_rows(result)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "page", "code", "what", "remedy"))
        # A file's name is its sender's choice.
        writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return len(rows)


def _failure_rows(result: Result) -> Iterator[tuple[str, int | str, str, str, str]]:
    if result.failure is not None:
        yield str(result.path), "", result.failure.code, result.failure.what, result.failure.remedy
    elif result.status == "部分" and result.edition is not None:
        for page, why in result.edition.reading.unread:
            what, _, remedy = why.partition("; ")
            yield str(result.path), page, "PageUnread", what, remedy


def loader(ingestion: Ingestion, store: Loadable, name: str, held: set[str]) -> Callable[[], None]:
    """What brings ``store`` up to date. ``held``: the reports that are in it; a store that lost or never had what was
    loaded under its name (a new server at the old address) is loaded whole.
    """
    whole = [not ingestion.loaded_reports(name) <= held]

    def load() -> None:
        ingestion.load(store, name, whole=whole[0])
        whole[0] = False

    return load
