"""Verbs that keep a workspace in good order: forget a person, backup, restore."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import click

from graph.cli.ingesting import bring_up_to_date, place_of, refreshed
from graph.cli.opening import workspace_options


@click.command()
@click.argument("name")
@workspace_options
def forget(name: str, workspace: Path | None, store_address: str | None) -> None:
    """Take the person NAME out of graph and records, and out of whatever is ingested later.

    The name is blanked (某某) in every passage, also inside longer names; what was said of the person is dropped; the
    kept copies of the files that print it are removed. Namesakes go too. Files and backups outside the workspace
    are yours to deal with.

    \b
    zhitu forget 张三丰
    """
    from graph.ingesting.ingest import writing
    from graph.ingesting.keeping import forget as forget_person

    with ExitStack() as stack:
        note = f"zhitu forget, process {os.getpid()}"
        ingestion = stack.enter_context(writing(place_of(workspace), note=note))
        refreshed(ingestion)
        done = forget_person(ingestion, name)
        bring_up_to_date(stack, ingestion, store_address)
        decisions = ingestion.workspace.decisions
        if decisions.is_file() and name in decisions.read_text(encoding="utf-8"):
            click.echo(f"{decisions} names the person too: remove those lines by hand", err=True)
    click.echo(f"forgotten: {done.passages} passages of {len(done.reports)} reports named the person", err=True)
    for file in done.files:
        click.echo(f"the kept copy of {file} was removed, since it prints the name", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@workspace_options
def backup(file: Path, workspace: Path | None, store_address: str | None) -> None:
    """Write all that a workspace cannot make anew into FILE: reports, records, manifest, decisions, registry.

    Settings are left out (they may hold a password), and so is the graph, which restore makes anew from the records.

    \b
    zhitu backup 2024-11-25.zip
    """
    from graph.ingesting.ingest import writing
    from graph.ingesting.keeping import back_up

    with writing(place_of(workspace), note=f"zhitu backup, process {os.getpid()}") as ingestion:
        count = back_up(ingestion, file)
    click.echo(f"{file}: {count} files; keep it private", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@workspace_options
def restore(file: Path, workspace: Path | None, store_address: str | None) -> None:
    """Fill an empty workspace from the backup FILE; its dump is then equal to the one that was backed up.

    \b
    zhitu restore 2024-11-25.zip --workspace anew
    """
    from graph.ingesting.ingest import writing
    from graph.ingesting.keeping import restore as fill

    with ExitStack() as stack:
        note = f"zhitu restore, process {os.getpid()}"
        ingestion = stack.enter_context(writing(place_of(workspace), note=note))
        count = fill(ingestion, file)
    with ExitStack() as stack:  # opened anew, since decisions and registry have come with it
        ingestion = stack.enter_context(writing(place_of(workspace), note=note))
        refreshed(ingestion)
        bring_up_to_date(stack, ingestion, store_address)
    click.echo(f"{count} files of reports are back", err=True)
