"""Verbs that change the workspace and tell what is in it: ingest, withdraw, status."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.cli.opening import workspace_options
from graph.cli.output import Format, format_option, print_rows, rows_text

if TYPE_CHECKING:
    from graph.ingesting.batch import Result, Step
    from graph.ingesting.ingest import Ingestion
    from graph.workspace import Workspace


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH…")
@click.option("--year", type=click.IntRange(1900, 2100), help="The report's year, over what its cover says.")
@click.option("--region", default="", help="The report's region, over what its cover says.")
@click.option("--level", type=click.Choice(["省", "区", "校", "企业"]), default=None, help="Whose report it is.")
@click.option("--issuer", default="", help="Who issued it, over what its cover says.")
@click.option("--edition", default="", help="A label (2, 第2版) by which this file outranks others of its report.")
@click.option("--manifest", type=click.Path(path_type=Path), help="CSV: file, year, region, level, issuer, edition.")
@click.option("--password", help="Opens an encrypted PDF.")
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes that read (default: one a core).")
@click.option("--scheduler", metavar="ADDRESS", help="Read on a Dask cluster: tcp://… (pip install 'zhitu[cluster]').")
@click.option("--time-limit", type=click.FloatRange(1), default=1800.0, show_default=True, help="Seconds a report.")
@click.option("--memory-limit", default="4G", show_default=True, help="Memory a report (address space of its worker).")
@click.option("--failures", type=click.Path(path_type=Path), help="Where to write what went wrong (CSV).")
@click.option("--no-persons", is_flag=True, help="Leave named persons out of records and graph.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--no-load", is_flag=True, help="Keep records and leave the graph's store alone.")
@format_option
@workspace_options
def ingest(  # noqa: PLR0917 - click hands over an argument an option
    paths: tuple[str, ...], year: int | None, region: str, level: str | None, issuer: str, edition: str,
    manifest: Path | None, password: str | None, workers: int | None, scheduler: str | None, time_limit: float,
    memory_limit: str, failures: Path | None, output_format: Format, workspace: Path | None, store_address: str | None,
    *, no_persons: bool, dry_run: bool, no_load: bool,
) -> None:  # fmt: skip
    """Read reports into the graph. PATH: files, folders, a list of paths in a text file, or a quoted pattern.

    A file that is unchanged is skipped, a failure does not stop the rest, and a run that was stopped goes on when it
    is given again. Without PATH the graph's store is brought up to date with what was read before.

    \b
    zhitu ingest 上海2024.pdf
    zhitu ingest reports/ --workers 4 --manifest who.csv
    zhitu ingest "reports/**/2024*.pdf" --year 2024 --dry-run
    zhitu ingest reports/ --scheduler tcp://head:8786
    """
    from extractor.errors import StoreError
    from graph.ingesting.batch import Settings, plan, run_batch
    from graph.ingesting.editions import Overrides
    from graph.ingesting.ingest import writing
    from graph.ingesting.sources import find_sources, read_manifest
    from graph.ingesting.workers import Limits

    said = Overrides(year, region, level or "", issuer, "", edition)
    sources = find_sources(paths, read_manifest(manifest) if manifest else None, said)
    settings = Settings(
        workers or os.cpu_count() or 1, Limits(time_limit, _bytes(memory_limit)), password, no_persons=no_persons
    )
    place = place_of(workspace)
    results: list[Result] = []
    with ExitStack() as stack:
        ingestion = stack.enter_context(writing(place, note=f"zhitu ingest, process {os.getpid()}"))
        refreshed(ingestion)
        todo = plan(ingestion, sources, settings)
        if dry_run:
            _print_plan([(s.path, "read") for s, _ in todo.read] + [(s.path, "take in") for s, _ in todo.take],
                        todo.done, output_format)  # fmt: skip
            return
        load = loading(stack, ingestion, store_address, off=no_load)
        try:
            remote = None
            if scheduler and todo.read:
                from graph.ingesting.cluster import cluster

                remote = stack.enter_context(cluster(scheduler, settings.limits))
            width = remote.slots if remote else min(settings.workers, len(todo.read))
            with _watching(len(sources), width) as watch:
                for step in run_batch(ingestion, todo, settings, load, remote.run if remote else None):
                    watch(step)
                    if step.result is not None:
                        results.append(step.result)
        except KeyboardInterrupt:
            click.echo(f"stopped after {len(results)} of {len(sources)}; the same command goes on from there", err=True)
            sys.exit(130)
        except StoreError as error:
            raise StoreError(f"{error.what} (what was read is kept)", f"{error.remedy}; then: zhitu ingest") from error
    _close(results, failures or place.failures, output_format)


def place_of(workspace: Path | None) -> Workspace:
    """The workspace that the option names."""
    from graph.workspace import Workspace, default_workspace

    return Workspace(workspace) if workspace else default_workspace()


def _bytes(text: str) -> int | None:
    """``4G``, ``512M`` or a number of bytes; 0 means no limit."""
    factor = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:].upper(), 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.isdigit():
        raise click.BadParameter(f"{text} is no size; write it like 4G or 800M", param_hint="--memory-limit")
    return int(digits) * factor or None


def refreshed(ingestion: Ingestion) -> None:
    """Bring the state up to this version, saying so where it takes a while."""

    def progress(number: int, of: int) -> None:
        if of > 20 and number % 20 == 0:
            click.echo(f"making the graph anew from kept records: {number} of {of} reports", err=True)

    ingestion.refresh(progress)


def bring_up_to_date(stack: ExitStack, ingestion: Ingestion, store_address: str | None) -> None:
    """Load what has changed into the store, if anything has."""
    loading(stack, ingestion, store_address)()


def loading(
    stack: ExitStack, ingestion: Ingestion, store_address: str | None, *, off: bool = False
) -> Callable[[], None]:
    """What brings the store up to date; it is opened at the first call that has something to bring."""
    from graph.ingesting.batch import loader
    from graph.storage.settings import read_settings
    from graph.storage.store import open_store

    workspace = ingestion.workspace
    name = store_address or read_settings(workspace.settings).store.address
    ready: list[Callable[[], None]] = []

    def load() -> None:
        lost = name == "embedded" and not workspace.database.exists()
        if off or not (ready or lost or ingestion.is_pending(name)):
            return
        if not ready:
            store = stack.enter_context(open_store(workspace, store_address, write=True))
            rows = [] if store.is_empty() else store.read("MATCH (r:Report) RETURN r.id AS id").rows
            ready.append(loader(ingestion, store, name, {str(row[0]) for row in rows}))
        ready[0]()

    return load


@contextmanager
def _watching(files: int, workers: int) -> Iterator[Callable[[Step], None]]:
    """Progress on a terminal: the whole, and a line a worker. Elsewhere a line a file that did not go well."""
    if not sys.stderr.isatty() or files < 2:
        yield lambda step: _tell(step.result, files)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        whole = progress.add_task("reports", total=files)
        lines = [progress.add_task(f"worker {n + 1}", total=None, visible=False) for n in range(workers)]

        def watch(step: Step) -> None:
            if step.result is not None:
                progress.advance(whole)
                if step.result.failure is not None:
                    progress.console.print(_line(step.result), highlight=False, markup=False)
            elif step.worker is not None:
                progress.reset(
                    lines[step.worker], description=f"worker {step.worker + 1}: {step.path.name}", visible=True
                )

        yield watch


def _tell(result: Result | None, files: int) -> None:
    if result is not None and (result.failure is not None or files == 1 or result.status == "部分"):
        click.echo(_line(result), err=True)


def _line(result: Result) -> str:
    """A file in a line: what it is and how it went, or what happened and what to do."""
    from graph.ingesting.ingest import described

    if result.failure is not None:
        remedy = f"; {result.failure.remedy}" if result.failure.remedy else ""
        return f"zhitu: {result.path}: {result.failure.what}{remedy}"
    note = f" ({result.note})" if result.note else ""
    if result.edition is None:
        return f"{result.path}: {result.status}{note}"
    reading = result.edition.reading
    lost = f", {len(reading.unread)} of {reading.pages} pages unread: {reading.unread[0][1]}" if reading.unread else ""
    counts = f"{reading.passages} passages, {reading.relations} relations"
    return f"{result.path}: {result.status}{note}: {described(result.edition)}; {counts}{lost}"


def _close(results: Sequence[Result], failures: Path, output_format: Format) -> None:
    """The closing table, the failures file, and the exit code of the contract."""
    from graph.ingesting.batch import STATUSES, write_failures

    counts = Counter(result.status for result in results)
    if output_format != "table":
        print_rows(_COLUMNS, [_row(result) for result in results], output_format)
    if len(results) > 1:
        click.echo(rows_text(("", *STATUSES), _totals(results), "table"), nl=False, err=True)
    failures.unlink(missing_ok=True)
    if counts["失败"] or counts["部分"]:
        write_failures(failures, results)
        if len(results) > 1 or counts["部分"]:  # of one file that failed, its one line says it all
            click.echo(f"what went wrong stands in {failures}", err=True)
        sys.exit(1 if counts["失败"] == len(results) else 3)


def _totals(results: Sequence[Result]) -> list[tuple[object, ...]]:
    """The closing table's rows: how many files, pages, unread pages, passages and relations went how."""
    from graph.ingesting.batch import STATUSES

    sums: dict[str, Counter[str]] = {name: Counter() for name in ("files", "pages", "unread", "passages", "relations")}
    for result in results:
        sums["files"][result.status] += 1
        if result.edition is not None:
            reading = result.edition.reading
            sums["pages"][result.status] += reading.pages
            sums["unread"][result.status] += len(reading.unread)
            sums["passages"][result.status] += reading.passages
            sums["relations"][result.status] += reading.relations
    return [(name, *(count[status] for status in STATUSES)) for name, count in sums.items()]


_COLUMNS = ("file", "status", "report", "year", "region", "level", "issuer", "pages", "passages", "relations", "note")


def _row(result: Result) -> tuple[object, ...]:
    if result.edition is None:
        why = result.note if result.failure is None else f"{result.failure.code}: {result.failure.what}"
        return (str(result.path), result.status, *[None] * 8, why)
    info, reading = result.edition.info, result.edition.reading
    return (
        str(result.path), result.status, info.id, info.year, info.region, info.level, info.issuer, reading.pages,
        reading.passages, reading.relations, result.note,
    )  # fmt: skip


def _print_plan(todo: Sequence[tuple[Path, str]], done: Sequence[Result], output_format: Format) -> None:
    rows = [(str(path), what, "") for path, what in todo]
    rows += [(str(r.path), r.status, r.failure.what if r.failure else r.note) for r in done]
    print_rows(("file", "would", "note"), rows, output_format)


@click.command()
@click.argument("report")
@workspace_options
def withdraw(report: str, workspace: Path | None, store_address: str | None) -> None:
    """Take a REPORT out, with all its editions, as if it had never been there; what other reports also say stays.

    REPORT: its id, the name of its file, or words that only it has of year, region, level, issuer, title.

    \b
    zhitu withdraw 上海2024.pdf
    zhitu withdraw "2023 上海市"
    """
    from graph.ingesting.ingest import described, find_report, writing

    with ExitStack() as stack:
        ingestion = stack.enter_context(writing(place_of(workspace), note=f"zhitu withdraw, process {os.getpid()}"))
        refreshed(ingestion)
        editions = ingestion.withdraw(find_report(ingestion.state, report))
        bring_up_to_date(stack, ingestion, store_address)
    for edition in editions:
        click.echo(f"withdrawn: {described(edition)} ({edition.reading.file})", err=True)


@click.command()
@click.option("--roster", type=click.Path(path_type=Path), help="CSV of who should have sent a report: 应收/已收/缺.")
@format_option
@workspace_options
def status(roster: Path | None, output_format: Format, workspace: Path | None, store_address: str | None) -> None:
    """Tell what is in the workspace: each report with its editions; with a roster, who is missing.

    \b
    zhitu status
    zhitu status --roster 名册.csv --format csv      columns: year, region, level, issuer (年份, 地区, 级别, 发布单位)
    """
    from graph.building.state import open_state
    from graph.ingesting.editions import all_editions
    from graph.ingesting.roster import check_roster, read_roster
    from graph.storage.settings import read_settings

    place = place_of(workspace)
    if not place.state.exists():
        click.echo(f"{place.root}: nothing ingested yet; begin with: zhitu ingest PATH", err=True)
        editions, current = [], True
    else:
        with open_state(place.state) as state:
            editions = all_editions(state)
            name = store_address or read_settings(place.settings).store.address
            row = state.db.execute("SELECT seq FROM loads WHERE store = ?", (name,)).fetchone()
            current = row is not None and row[0] == state.seq
    if roster is not None:
        checked = check_roster(read_roster(roster), [edition.info for edition in editions])
        print_rows(("year", "region", "level", "issuer", "status"), checked, output_format)
        received = sum(line[-1] == "已收" for line in checked)
        click.echo(f"应收 {len(checked)}  已收 {received}  缺 {len(checked) - received}", err=True)
        return
    rows = [
        (e.info.year, e.info.region, e.info.level, e.info.issuer, e.info.edition, "在用" if e.in_force else "备存",
         e.reading.pages, len(e.reading.unread), e.reading.passages, e.reading.relations, e.reading.file, e.info.id)
        for e in editions
    ]  # fmt: skip
    columns = ("year", "region", "level", "issuer", "edition", "status", "pages", "unread", "passages", "relations",
               "file", "report")  # fmt: skip
    print_rows(columns, rows, output_format)
    if editions and not current:
        click.echo("the store is behind; bring it up to date with: zhitu ingest", err=True)
