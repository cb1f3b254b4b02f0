"""Verbs that hand the graph to others and take it from them: export, import, and the end of the embedded database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from graph.cli.opening import opened, workspace_options


@click.command()
@click.option(
    "--format", "kind", type=click.Choice(["jsonl"]), default="jsonl", show_default=True, help="What to write."
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file (default: standard output)."
)
@workspace_options
def export(workspace: Path | None, store_address: str | None, output: Path | None, kind: str) -> None:
    """Write the graph for other tools.

    \b
    zhitu export --format jsonl -o graph.jsonl     the dump: equal graphs, equal bytes
    """
    from graph.model import dump_lines

    with opened(workspace, store_address) as store:
        graph = store.dump()
    lines = (line + "\n" for line in dump_lines(graph))
    if output is None:
        sys.stdout.writelines(lines)
        return
    partial = output.with_name(output.name + ".part")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    partial.replace(output)
    click.echo(f"{output}: {len(graph.nodes)} nodes, {len(graph.edges)} relationships", err=True)


@click.command("import")
@click.argument("dump", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", "replacing", is_flag=True, help="Put it in the place of what is stored.")
@workspace_options
def import_(workspace: Path | None, store_address: str | None, *, replacing: bool, dump: Path) -> None:
    """Load a dump into an empty store; exporting it again gives an equal file.

    \b
    zhitu import graph.jsonl --workspace copy
    """
    from extractor.errors import Damaged, FileMissing, Refused
    from extractor.ontology import ontology
    from graph.model import load_lines

    try:
        with dump.open(encoding="utf-8") as file:
            graph = load_lines(file, {name: known.key for name, known in ontology().relations.items()})
    except FileNotFoundError as error:
        raise FileMissing(dump, "there is no such file", "give the path of a dump") from error
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, UnicodeDecodeError) as error:
        raise Damaged(dump, f"is no dump ({error})", "write one with: zhitu export --format jsonl") from error
    with opened(workspace, store_address, write=True) as store:
        if not replacing and not store.is_empty():
            raise Refused("the store is not empty", "use another --workspace, or --replace")
        store.replace(graph)
    click.echo(f"{len(graph.nodes)} nodes and {len(graph.edges)} relationships are in the store", err=True)


@click.command()
@workspace_options
def stop(workspace: Path | None, store_address: str | None) -> None:
    """End the embedded database now; it would end by itself when idle.

    \b
    zhitu stop --workspace old && rm -r old
    """
    from graph.embedded import EmbeddedServer
    from graph.workspace import Workspace, default_workspace

    place = Workspace(workspace) if workspace else default_workspace()
    ended = EmbeddedServer(place.database).stop()
    click.echo("the embedded database was ended" if ended else "no embedded database was running", err=True)
