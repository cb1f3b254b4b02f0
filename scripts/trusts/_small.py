"""A small ingest for the trials: the real workers, state and store, with reports of JSON in place of PDFs.

    python -m scripts.trusts._small WORKSPACE FOLDER [STORE]

A line is printed for each step, so that a trial strikes at steps and not at seconds, on machines of any speed.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from extractor.document import Document, ReportMeta
from extractor.errors import ZhituError
from extractor.extract import Extraction
from extractor.records import from_json
from graph.cli.ingesting import loading
from graph.ingesting.batch import Settings, in_process, plan, run_batch
from graph.ingesting.ingest import Ingestion, workspace_graph, writing
from graph.ingesting.reading import Failure, Job, Reading, read
from graph.ingesting.sources import find_sources
from graph.ingesting.workers import Limits, run_tasks
from graph.model import dump_lines
from graph.troubles import trouble
from graph.workspace import Workspace

REPORTS = 5
FACTS = 12
# Seconds that a worker takes over a report, at least: long enough to be struck.
PAUSE = 0.05


def write_reports(folder: Path, edition: int, reports: int = REPORTS, facts: int = FACTS) -> None:
    """Reports of a fictional town, a later edition being later in force; every fact tells which edition says it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(reports):
        draw = random.Random(f"{edition} {number}")  # noqa: S311 - seeded on purpose
        said = [
            (f"岚川第{draw.randrange(40)}中学", f"第{edition}版企业{draw.randrange(30)}集团有限公司")
            for _ in range(facts)
        ]
        meta = {
            "title": "岚川市职业教育质量年度报告", "year": 2001 + number, "region": "岚川市", "issuer": "岚川市教育局",
            "level": "区", "published": f"{2001 + number}-{1 + edition // 28:02}-{1 + edition % 28:02}",
        }  # fmt: skip
        text = json.dumps({"meta": meta, "said": said}, ensure_ascii=False)
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")


def extract(path: Path, *, password: str | None = None) -> Extraction:
    """The stand-in for the extractor's façade."""
    time.sleep(PAUSE)
    data = path.read_bytes()
    told = json.loads(data)
    records = tuple(
        from_json(
            {
                "text": f"{school}与{firm}合作。",
                "page": page,
                "entities": [{"name": school, "label": "School"}, {"name": firm, "label": "Enterprise"}],
                "relations": [{"head": school, "type": "COOPERATES_WITH", "tail": firm}],
            }
        )
        for page, (school, firm) in enumerate(told["said"], 1)
    )
    return Extraction(Document(hashlib.sha256(data).hexdigest(), ReportMeta(**told["meta"]), ()), records)


def read_small(job: Job) -> Reading | Failure:
    """What a worker does."""
    return read(job, extract)


def steps(ingestion: Ingestion, folder: Path, load: Callable[[], None], *, workers: int = 0) -> Iterator[str]:
    """Ingest the folder's reports; a line a step. ``workers`` 0: here."""
    ingestion.refresh()
    settings = Settings(load_every=0.0)
    todo = plan(ingestion, find_sources([str(folder)]), settings)
    run = in_process(extract)
    if workers:
        run = lambda jobs: run_tasks(jobs, read_small, workers=workers, limits=Limits())  # noqa: E731
    yield "planned"
    for step in run_batch(ingestion, todo, settings, load, run):
        failed = step.result.failure if step.result else None
        yield f"{'done' if step.result else 'began'} {step.path.name} {failed.what if failed else ''}".strip()
        if failed:
            print(f"zhitu: {step.path}: {failed.what}; {failed.remedy}", file=sys.stderr)
    yield "loaded"


def wanted(workspace: Workspace, folder: Path) -> list[str]:
    """The dump that an undisturbed ingest gives, made in this process, without a store."""
    with writing(workspace) as ingestion:
        for _ in steps(ingestion, folder, lambda: None):
            pass
    return list(dump_lines(workspace_graph(workspace)))


def main() -> int:
    """Ingest; the exit code is 1 for an error, 3 when a report failed."""
    workspace, folder = Workspace(Path(sys.argv[1])), Path(sys.argv[2])
    failed = False
    try:
        with ExitStack() as stack:
            ingestion = stack.enter_context(writing(workspace))
            load = loading(stack, ingestion, sys.argv[3] if len(sys.argv) > 3 else None)
            for line in steps(ingestion, folder, load, workers=2):
                failed |= line.startswith("done") and line.count(" ") > 1
                print(line, flush=True)
    except Exception as error:
        known = error if isinstance(error, ZhituError) else trouble(error)
        if known is None:
            raise
        print(f"zhitu: {known}", file=sys.stderr)
        return 1
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
