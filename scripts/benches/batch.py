"""A batch of synthetic reports: speed, cost by stage, memory, disk, growth, and what is right of what was found.

scripts/bench batch                             120 reports, speed-up, the embedded store
scripts/neo4j scripts/bench batch               the same on both stores
scripts/neo4j scripts/bench batch --reports 1001 --speed-reports 100    on a free machine
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from extractor.document import Document, ReportMeta
from extractor.extract import Extraction, extract
from extractor.reading.nursery import spent
from extractor.records import read_records
from graph.ingesting.batch import Settings, in_process, plan, run_batch
from graph.ingesting.editions import all_editions
from graph.ingesting.ingest import Ingestion, file_digest, kept_paths, workspace_graph, writing
from graph.ingesting.reading import Job, prepare, read
from graph.ingesting.sources import find_sources
from graph.ingesting.workers import Died, Done, Limits, run_tasks
from graph.workspace import Workspace
from scripts.synthetic.truth import identity, read_truth, score

ROOT = Path(__file__).resolve().parent.parent.parent
WINDOW = 20  # reports over which a cost is averaged
Numbers = dict[str, Any]


def cpu() -> float:
    """CPU seconds of this process, of its ended children and of the readers forked for it."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime + spent().seconds


def measure_batch(workspace: Workspace, files: list[Path]) -> Numbers:
    """Extract and take in all files in this process: CPU by stage, memory, disk; the cost of taking in by number.

    Loading the models, which a process does once, is measured by itself: at a report that is read before the others.
    """
    stages: dict[str, float] = defaultdict(float)
    took: list[float] = []
    pages = 0
    began = cpu()
    extract(files[0])
    loading = cpu() - began
    start, began = time.monotonic(), cpu()
    with writing(workspace) as ingestion, timed_stages(stages), timed_taking(ingestion, took):
        ingestion.refresh()
        todo = plan(ingestion, find_sources(map(str, files)))
        statuses: dict[str, int] = defaultdict(int)
        for step in run_batch(ingestion, todo, Settings(), lambda: None, in_process()):
            if step.result is not None:
                statuses[step.result.status] += 1
                if step.result.edition is not None:
                    pages += max(1, step.result.edition.reading.pages)
    seconds, used = time.monotonic() - start, cpu() - began
    stages["taking in"] = sum(took)
    return {
        "reports": len(files), "pages": pages, "statuses": dict(statuses), "cpu": used, "seconds": seconds,
        "stages": {**stages, "else": used - sum(stages.values())}, "took": took,
        "start": loading,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "readers": spent().peak / (1 << 20),
        "disk": {name: size_of(path) / 1e6 for name, path in
                 (("files", workspace.files), ("records", workspace.records), ("state", workspace.state))},
    }  # fmt: skip


@contextmanager
def timed_taking(ingestion: Ingestion, took: list[float]) -> Iterator[None]:
    """While it is open, the CPU seconds of each report's taking in go to ``took``."""
    original = ingestion.take

    def take(*given: Any) -> Any:
        before = time.process_time()
        try:
            return original(*given)
        finally:
            took.append(time.process_time() - before)

    ingestion.take = take  # type: ignore[method-assign]
    try:
        yield
    finally:
        ingestion.take = original  # type: ignore[method-assign]


@contextmanager
def timed_stages(stages: dict[str, float]) -> Iterator[None]:
    """While it is open, CPU seconds of reading, language and columns are added up."""
    import extractor.columns
    import extractor.language
    import extractor.reading

    places: tuple[tuple[Any, str, str], ...] = (
        (extractor.reading, "read_document", "reading and layout"),
        (extractor.language, "annotate", "language"),
        (extractor.columns, "records_of_table", "columns"),
    )
    originals = [getattr(module, name) for module, name, _ in places]

    def timed(function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            before = cpu()
            try:
                return function(*given, **named)
            finally:
                stages[stage] += cpu() - before

        return wrapped

    for (module, name, stage), original in zip(places, originals, strict=True):
        setattr(module, name, timed(original, stage))
    try:
        yield
    finally:
        for (module, name, _), original in zip(places, originals, strict=True):
            setattr(module, name, original)


def size_of(path: Path) -> int:
    """Bytes of a file or of all files in a folder; a database's journal belongs to it."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


def measure_growth(folder: Path, number: int) -> Numbers:
    """What taking in costs as reports grow in number; the truth stands for extraction, which knows no other report."""
    make(folder, number, "--style", "text")
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        about = {row["file"]: row for row in csv.DictReader(file)}

    def true_records(path: Path, *, password: str | None = None) -> Extraction:
        said = about[path.name]
        level: Any = said["level"]
        meta = ReportMeta(path.stem, int(said["year"]), said["region"], said["issuer"], level)
        truth = folder / "records" / path.parent.name / f"{path.stem}.jsonl"
        return Extraction(Document(file_digest(path), meta, ()), tuple(read_records(truth)))

    took: list[float] = []
    workspace = Workspace(folder / "workspace")
    with writing(workspace) as ingestion, timed_taking(ingestion, took):
        ingestion.refresh()
        files = find_sources(map(str, sorted((folder / "reports").rglob("*.txt"))))
        for _ in run_batch(ingestion, plan(ingestion, files), Settings(), lambda: None, in_process(true_records)):
            pass
    return {**growth(took), "state": size_of(workspace.state) / 1e6 / number}


def make(folder: Path, number: int, *more: str) -> None:
    """Synthetic reports and their truth."""
    command = [sys.executable, str(ROOT / "scripts/make-reports"), str(folder), "--reports", str(number), *more]
    subprocess.run(command, check=True, stdout=sys.stderr)


def growth(took: list[float]) -> Numbers:
    """What taking in a report costs around the 101st and at the end (CPU ms), medians over a window."""
    middle = statistics.median(took[100 - WINDOW // 2 : 100 + WINDOW // 2]) if len(took) > 120 else float("nan")
    last = statistics.median(took[-WINDOW:])
    return {"at": 101, "ms": middle * 1000, "last": len(took), "last_ms": last * 1000, "ratio": last / middle}


def speed_up(files: list[Path], repeats: int) -> Numbers:
    """Wall time of extraction with 1 and with 2 worker processes, median of ``repeats``, workers already warm.

    ``work``: the processor time a report takes with two workers against one. Other jobs on the machine spoil the
    speed-up, and hardly this: on two free cores the speed-up is at most two divided by it.
    """
    seconds: dict[int, list[float]] = {1: [], 2: []}
    used: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(repeats):
        for workers in (1, 2):
            wall, work = _extraction(files, workers)
            seconds[workers].append(wall)
            used[workers].append(work)
    one, two = (statistics.median(seconds[n]) for n in (1, 2))
    work = statistics.median(used[2]) / statistics.median(used[1])
    return {"reports": len(files), "one": one, "two": two, "ratio": one / two, "work": work,
            "load": os.getloadavg()[0], "all": seconds}  # fmt: skip


def _extraction(files: list[Path], workers: int) -> tuple[float, float]:
    """Seconds by the clock a report, from when every worker has read one until the last is read; processor seconds."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = [Job(path, file_digest(path), Workspace(Path(folder)), "bench") for path in files]
        warm, used, start = set(), [], time.monotonic()
        for step in run_tasks(jobs, _read_only, workers=workers, limits=Limits(), prepare=prepare):
            if isinstance(step, Done):
                if isinstance(step.answer, Died):
                    raise RuntimeError(f"{step.task.path}: its worker died")
                used.append(step.answer)
                if len(warm) < workers:
                    warm.add(step.worker)
                    start, used = time.monotonic(), []
        return (time.monotonic() - start) / max(1, len(used)), sum(used) / max(1, len(used))


def _read_only(job: Job) -> float:
    before = cpu()
    read(job)
    return cpu() - before


def measure_store(workspace: Workspace, address: str) -> Numbers:
    """Seconds to load the whole graph into a store, and to bring it up to date with one report withdrawn."""
    from graph.ingesting.batch import loader
    from graph.storage.store import open_store

    with writing(workspace) as ingestion, open_store(workspace, address, write=True) as store:
        start = time.monotonic()
        nodes, edges = ingestion.load(store, address, whole=True)
        whole = time.monotonic() - start
        load = loader(ingestion, store, address, ingestion.loaded_reports(address))
        report = _last_report(ingestion)
        edition = all_editions(ingestion.state, report)[0]
        kept = {path: path.read_bytes() for path in kept_paths(workspace, edition.reading.digest)}
        # Taken out and in again, so that the next store gets the same graph.
        ingestion.withdraw(report)
        deltas = [_seconds(load)]
        for path, data in kept.items():
            path.write_bytes(data)
        ingestion.take(edition.reading, edition.overrides)
        deltas.append(_seconds(load))
        return {"store": address.split("://", maxsplit=1)[0], "nodes": nodes, "edges": edges, "whole": whole,
                "out": deltas[0], "in": deltas[1]}  # fmt: skip


def _seconds(deed: Callable[[], None]) -> float:
    start = time.monotonic()
    deed()
    return time.monotonic() - start


def stores(asked: list[str]) -> list[str]:
    """The addresses to load into; the server of scripts/neo4j gets its password from the environment."""
    server = os.environ.get("ZHITU_TEST_NEO4J")
    if server:
        os.environ.setdefault("ZHITU_USER", "neo4j")
        os.environ.setdefault("ZHITU_PASSWORD", os.environ.get("ZHITU_TEST_NEO4J_PASSWORD", ""))
    return [one for one in asked or ["embedded", server] if one and one != "none"]


def _last_report(ingestion: Ingestion) -> str:
    return str(ingestion.state.db.execute("SELECT report FROM reports ORDER BY report DESC LIMIT 1").fetchone()[0])


def machine() -> str:
    """What it ran on, in a line."""
    names = ("zhitu", "spacy", "numpy", "pypdfium2", "neo4j")
    versions = []
    for name in names:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{name} (source)")
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    host = f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"{date.today()}, {host}, {', '.join(versions)}, commit {asked.stdout.strip()}"


def told(numbers: Numbers) -> Iterator[str]:
    """The figures, a line each."""
    batch = numbers["batch"]
    reports, pages, used = batch["reports"], batch["pages"], batch["cpu"]
    yield f"reports {reports}, pages {pages}, {batch['statuses']}"
    yield f"one process: {60 * reports / used:.0f} reports/min and {pages / used:.1f} pages/s of CPU time"
    yield f"  by the clock: {60 * reports / batch['seconds']:.0f} reports/min, load average {os.getloadavg()[0]:.1f}"
    for stage, seconds in batch["stages"].items():
        yield f"  {stage:20} {1000 * seconds / pages:7.1f} ms CPU a page  {seconds / used:5.1%}"
    yield f"start of a process (models): {batch['start']:.1f} s CPU, once"
    yield f"memory: {batch['memory']:.0f} MB at most, a reader {batch['readers']:.0f} MB"
    disk = batch["disk"]
    yield "disk, kB a report: " + ", ".join(f"{name} {1000 * size / reports:.1f}" for name, size in disk.items())
    grown = numbers["growth"]
    first, last = (f"report {grown[at]} {grown[ms]:.1f} ms" for at, ms in (("at", "ms"), ("last", "last_ms")))
    yield f"taking in: {first}, {last} CPU, ratio {grown['ratio']:.2f}"
    if speed := numbers.get("speed"):
        where = f"{speed['reports']} reports, load average {speed['load']:.1f}"
        yield f"extraction, 1 → 2 workers: {speed['ratio']:.2f} times as fast ({where})"
        yield f"  processor time a report with 2 workers against 1: {speed['work']:.2f}"
    for type_, (precision, recall, right, missed, extra) in numbers["scores"].items():
        yield f"  {type_ or 'all':18} P {precision:.3f}  R {recall:.3f}  right {right} missed {missed} extra {extra}"
    yield f"things: {numbers['identity']}"
    for store in numbers.get("stores", ()):
        rate = (store["nodes"] + store["edges"]) / store["whole"]
        size = f"{store['nodes']} nodes, {store['edges']} edges"
        yield f"{store['store']}: {size} in {store['whole']:.1f} s, {rate:.0f} a second"
        yield f"  a report withdrawn in {store['out']:.2f} s, added in {store['in']:.2f} s"


def main() -> int:
    """Make the reports, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=120)
    parser.add_argument("--speed-reports", type=int, default=40, help="Measure 1 → 2 workers over so many (0: not).")
    parser.add_argument("--growth", type=int, default=0, help="Measure the cost of taking in up to so many reports.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--store",
        action="append",
        default=[],
        help="Load into: embedded, bolt://… or none; repeatable. "
        "Default: embedded, and the server that scripts/neo4j has started.",
    )
    parser.add_argument("--keep", type=Path, help="Keep reports and workspace in this folder.")
    parser.add_argument("--json", type=Path, help="Write all numbers here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        make(folder / "made", options.reports)
        files = sorted((folder / "made/reports").rglob("*.*"))
        workspace = Workspace(folder / "workspace")
        batch = measure_batch(workspace, files)
        took = growth(batch.pop("took"))
        graph, truth = workspace_graph(workspace), read_truth(folder / "made/truth.jsonl")
        scores = {
            type_: (s.precision, s.recall, s.right, s.missed, s.extra) for type_, s in score(graph, truth).items()
        }
        numbers: Numbers = {
            "machine": machine(),
            "batch": batch,
            "scores": scores,
            "identity": str(identity(graph, truth)),
            "growth": measure_growth(folder / "many", options.growth) if options.growth else took,
        }
        if options.speed_reports:
            numbers["speed"] = speed_up(files[: options.speed_reports], options.repeats)
        numbers["stores"] = [measure_store(workspace, address) for address in stores(options.store)]
    print(numbers["machine"])
    for line in told(numbers):
        print(line)
    if options.json:
        options.json.write_text(json.dumps(numbers, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
