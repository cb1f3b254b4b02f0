"""The ``zhitu`` command. Verbs live in this package's modules and are imported only when used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import NamedTuple

import click

from extractor.errors import ZhituError


class Verb(NamedTuple):
    """The module of this package that holds a verb's click command, and what ``zhitu --help`` says of it."""

    module: str
    summary: str


# In the order a report goes through them. The summaries stand here so that help needs no import.
VERBS: Mapping[str, Verb] = {
    "ingest": Verb("ingesting", "Read reports into the graph; unchanged ones are skipped."),
    "withdraw": Verb("ingesting", "Take a report out, as if it had never been there."),
    "status": Verb("ingesting", "Tell which reports are in, in which edition, and who is missing."),
    "compare": Verb(
        "comparing", "Put two years side by side: new, going on, no longer said; figures with their change."
    ),
    "extract": Verb("extracting", "Read one report into extraction records (JSON Lines)."),
    "tables": Verb("reading", "Write a report's tables, exactly, as JSON, CSV or Excel."),
    "inspect": Verb("reading", "Draw what was seen on a page of a PDF."),
    "evaluate": Verb("measuring", "Score extraction records against a gold standard."),
    "sample": Verb("checking", "Draw facts for a human check; tell the precision found."),
    "diff-extraction": Verb("checking", "Show what new records say otherwise than old ones."),
    "review": Verb("deciding", "Decide which likely names are one thing."),
    "same": Verb("deciding", "Say whether two names are one body, and why."),
    "ask": Verb("asking", "Answer a named question, with evidence; without one, list them."),
    "cypher": Verb("asking", "Run a reading Cypher statement."),
    "search": Verb("asking", "Find nodes by name, alias or part of one."),
    "export": Verb("sharing", "Write the graph for other tools."),
    "import": Verb("sharing", "Load a dump into an empty store."),
    "stop": Verb("sharing", "End the embedded database now."),
    "serve": Verb("serving", "Serve the explorer, a web page for people who don't program."),
    "user": Verb("serving", "Let someone log in to the explorer."),
    "backup": Verb("keeping", "Write all that a workspace cannot make anew into one file."),
    "restore": Verb("keeping", "Fill an empty workspace from a backup."),
    "forget": Verb("keeping", "Take a person out of graph, records and later ingests."),
}


def _attribute(verb: str) -> str:
    """The verb's name in its module: ``import`` is a word of Python's own."""
    return "import_" if verb == "import" else verb.replace("-", "_")


class LazyGroup(click.Group):
    """A group that imports a verb's module only when the verb is used, so that ``--help`` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order a report goes through them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"graph.cli.{VERBS[cmd_name].module}")
        command: click.Command = getattr(module, _attribute(cmd_name))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs with one line each."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.summary) for name, verb in VERBS.items()])


def _tell_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """``--version``, also where the project is run from its folder and was never installed."""
    if not wanted or ctx.resilient_parsing:
        return
    from importlib import metadata

    try:
        click.echo(f"zhitu, version {metadata.version('zhitu')}")
    except metadata.PackageNotFoundError:
        click.echo("zhitu, not installed (run from its folder)")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, callback=_tell_version, expose_value=False, is_eager=True,
    help="Show the version and exit.",
)  # fmt: skip
def zhitu() -> None:
    """Turn Chinese vocational-education quality reports into a knowledge graph one can ask.

    \b
    zhitu ingest reports/上海2024.pdf          read a report into the graph
    zhitu ask partners 上海南湖职业技术学院      who works with this school, and where it says so
    zhitu cypher "MATCH (s:School) RETURN s.name LIMIT 5"
    """


def main() -> None:
    """Run the command; a :class:`ZhituError` becomes one line on stderr and its exit code."""
    try:
        zhitu(prog_name="zhitu")
    except ZhituError as error:
        click.echo(f"zhitu: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        from graph.troubles import trouble

        known = trouble(error)
        if known is None:
            raise
        click.echo(f"zhitu: {known}", err=True)
        sys.exit(known.exit_code)
