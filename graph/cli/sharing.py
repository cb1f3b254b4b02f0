"""Verbs that hand the graph to others and take it from them: export, import, and the end of the embedded database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.cli.opening import opened, workspace_options

if TYPE_CHECKING:
    from graph.model import Graph


# What --format takes: whether it writes one file, or a folder of several.
_KINDS = {
    "jsonl": False, "neo4j": True, "graphml": False, "gexf": False, "projections": True, "xlsx": False, "turtle": False,
    "dataset": True,
}  # fmt: skip


@click.command()
@click.option(
    "--format", "kind", type=click.Choice(list(_KINDS)), default="jsonl", show_default=True, help="What to write."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file or folder (default for jsonl: stdout).")
@click.option("--no-persons", is_flag=True, help="Leave named persons out, in the texts of passages too.")
@workspace_options
def export(
    workspace: Path | None, store_address: str | None, output: Path | None, kind: str, *, no_persons: bool
) -> None:
    """Write the graph for other tools.

    \b
    zhitu export -o graph.jsonl                      the dump: equal graphs, equal bytes; zhitu import reads it
    zhitu export --format neo4j -o csv               CSV files for neo4j-admin database import, see csv/import.args
    zhitu export --format graphml -o graph.graphml   for Gephi, yEd, R and Python; also gexf
    zhitu export --format projections -o tables      one-mode networks with weights, and organisation × year, as CSV
    zhitu export --format xlsx -o graph.xlsx         Excel: a sheet a label and relationship type, with evidence
    zhitu export --format turtle -o graph.ttl        RDF
    zhitu export --format dataset -o dataset         a folder fit to cite: dump, versions, digests, README
    """
    from graph.model import dump_lines

    if output is None and kind != "jsonl":
        raise click.UsageError(f"--format {kind} needs -o")
    if output is not None and output.exists() and output.is_dir() != _KINDS[kind]:
        raise click.UsageError(f"{output}: {kind} writes a {'folder' if _KINDS[kind] else 'file'}")
    with opened(workspace, store_address) as store:
        graph = store.dump()
    if no_persons:
        from graph.building.persons import graph_without_persons

        graph = graph_without_persons(graph)
    if output is None:
        sys.stdout.writelines(line + "\n" for line in dump_lines(graph))
        return
    if _KINDS[kind]:
        _write(graph, kind, output, workspace)
    else:
        partial = output.with_name(output.name + ".part")
        _write(graph, kind, partial, workspace)
        partial.replace(output)
    told = f"{len(graph.nodes)} nodes, {len(graph.edges)} relationships"
    # What is not a dump leaves out passages, or makes other rows of them.
    whole = kind in {"jsonl", "neo4j", "dataset"}
    click.echo(f"{output}: {told}" if whole else f"{output}: made from a graph of {told}", err=True)


def _write(graph: Graph, kind: str, path: Path, workspace: Path | None) -> None:
    if kind == "jsonl":
        from graph.model import dump_lines

        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in dump_lines(graph))
    elif kind == "neo4j":
        from graph.exports.admin import write_admin

        write_admin(graph, path)
    elif kind in ("graphml", "gexf", "projections"):
        from graph.exports import networks

        {"graphml": networks.write_graphml, "gexf": networks.write_gexf, "projections": networks.write_projections}[
            kind
        ](graph, path)
    elif kind == "xlsx":
        from graph.exports.workbook import write_workbook

        write_workbook(graph, path)
    elif kind == "turtle":
        from graph.exports.turtle import write_turtle

        write_turtle(graph, path)
    else:
        from graph.exports.dataset import write_dataset
        from graph.ingesting.versions import builder_version, extraction_versions
        from graph.storage.redirects import all_redirects
        from graph.workspace import Workspace, default_workspace

        place = Workspace(workspace) if workspace else default_workspace()
        versions = f"{extraction_versions()} builder={builder_version()}"
        write_dataset(graph, path, _editions(workspace), versions, all_redirects(place.state))


def _editions(workspace: Path | None) -> list[dict[str, str]]:
    """Which files the reports were read from, where they were read in this workspace."""
    from graph.building.state import open_state
    from graph.ingesting.editions import all_editions
    from graph.workspace import Workspace, default_workspace

    place = Workspace(workspace) if workspace else default_workspace()
    if not place.state.exists():
        return []
    with open_state(place.state) as state:
        return [
            {"report": edition.info.id, "edition": edition.info.edition, "sha256": edition.reading.digest}
            for edition in all_editions(state)
            if edition.in_force
        ]


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
    from graph.storage.embedded import EmbeddedServer
    from graph.workspace import Workspace, default_workspace

    place = Workspace(workspace) if workspace else default_workspace()
    ended = EmbeddedServer(place.database).stop()
    click.echo("the embedded database was ended" if ended else "no embedded database was running", err=True)
