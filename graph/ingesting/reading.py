"""One file → its records and how its reading went, kept in the workspace: what a worker does, alone and stateless."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path

from extractor.errors import Damaged, InputError, ZhituError
from extractor.extract import Extraction
from extractor.records import Record, write_records
from graph.building.persons import Names, blanked, persons_of, read_forgotten, without
from graph.ingesting.editions import Reading, reading_from
from graph.ingesting.ingest import reading_path, records_path
from graph.troubles import trouble
from graph.workspace import Workspace

Extract = Callable[..., Extraction]
_MEMORY_SIGNS = ("failed to map segment", "start new thread", "annot allocate memory", "bad_alloc", "bad allocation")


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read. ``password`` opens an encrypted one; ``no_persons``: keep nothing of named persons."""

    path: Path
    digest: str
    workspace: Workspace
    versions: str
    password: str | None = None
    no_persons: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file could not be read: ``code`` is the error's class, ``what`` and ``remedy`` a line each."""

    code: str
    what: str
    remedy: str = ""


def read(job: Job, extract: Extract | None = None) -> Reading | Failure:
    """Extract a file's records and keep them, the file and the outcome in the workspace, each put in place whole."""
    found = extracted(job, extract)
    if isinstance(found, Failure):
        return found
    try:
        return keep(job, found)
    except OSError as error:  # a full disk must not end the worker
        known = trouble(error) or ZhituError(f"could not be kept: {error}", "ingest it again")
        return Failure(type(known).__name__, known.what, known.remedy)


def prepare() -> None:
    """Load what reading needs, the models too, so that no report's time goes into it."""
    from extractor.extract import records_of  # noqa: F401 - loads the façade
    from extractor.language import annotate

    annotate([Record("岚川机电工程学校与北桥汽车制造有限公司共建实训中心。")])


def extracted(job: Job, extract: Extract | None = None) -> Extraction | Failure:
    """Extract a file; whatever goes wrong is told, not raised. Touches no workspace."""
    from extractor.extract import extract as extract_report

    try:
        return (extract or extract_report)(job.path, password=job.password)
    except ZhituError as error:
        return Failure(type(error).__name__, _without_path(error, job.path), error.remedy)
    except Exception as error:  # one report's defect must not end the batch
        if _for_want_of_memory(error):
            return Failure("MemoryLimit", "needs more memory than a report may take", "raise --memory-limit")
        what = f"could not be read: {type(error).__name__}: {error}".replace("\n", " ")[:300]
        return Failure("Defect", what, "please report this with the file")


def _for_want_of_memory(error: Exception) -> bool:
    """Whether memory was what was missing: libraries, the loader and threads each say it in their own way."""
    said = str(error)
    return (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
        or any(sign in said for sign in _MEMORY_SIGNS)
    )


def keep(job: Job, extraction: Extraction) -> Reading | Failure:
    """Put an extraction into the workspace; the outcome last, so that it vouches for the records."""
    document = extraction.document
    if document.sha256 and document.sha256 != job.digest:
        error = Damaged(job.path, "changed while it was read", "ingest it again")
        return Failure(type(error).__name__, _without_path(error, job.path), error.remedy)
    if document.unread and not extraction.records:
        why, _, remedy = document.unread[0].why.partition("; ")
        return Failure("PagesUnread", f"none of its {len(document.pages)} pages could be read: {why}", remedy)
    workspace = job.workspace
    records: Sequence[Record] = extraction.records
    hidden: list[Names] = []
    if job.no_persons:
        hidden.append(persons_of(records))
        records = without(records, hidden[-1], all_persons=True)
    named = False
    if (forgotten := read_forgotten(workspace.forgotten)).digests:
        hidden.append(forgotten)
        others = without(records, forgotten)
        named, records = others != list(records), others

    def hide(text: str) -> str:
        return reduce(blanked, hidden, text)

    reading = Reading(
        digest=job.digest,
        file=job.path.name,
        versions=job.versions,
        meta=asdict(document.meta),
        pages=len(document.pages),
        unread=tuple((page.number, page.why) for page in document.unread),
        passages=len(records),
        relations=sum(len(record.relations) for record in records),
        listed=tuple((e.kind, e.number, hide(e.title)) for e in document.contents if e.kind in {"table", "case"}),
    )
    for folder in (workspace.records, workspace.files):
        folder.mkdir(parents=True, exist_ok=True)
    # A file that names someone who is forgotten is not kept, only what it says of others.
    kept = workspace.files / f"{job.digest}{job.path.suffix.lower() or '.bin'}"
    if not kept.exists() and not named:
        put_whole(kept, lambda path: shutil.copyfile(job.path, path))
    put_whole(records_path(workspace, job.digest), lambda path: write_records(records, path))
    text = json.dumps(asdict(reading), ensure_ascii=False)
    put_whole(reading_path(workspace, job.digest), lambda path: path.write_text(text, encoding="utf-8"))
    return reading


def kept_reading(workspace: Workspace, digest: str, versions: str) -> Reading | None:
    """The outcome of an earlier reading by the same versions, e.g. of a run that was stopped before taking it in."""
    try:
        reading = reading_from(json.loads(reading_path(workspace, digest).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return reading if reading.versions == versions and records_path(workspace, digest).exists() else None


def put_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that it is there whole or not at all, whatever happens."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _without_path(error: ZhituError, path: Path) -> str:
    return error.what.removeprefix(f"{path}: ") if isinstance(error, InputError) else error.what
