"""Verbs on who is who: ``same`` compares names, ``review`` decides what is likely but not certain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.cli.output import Format, format_option, print_rows

if TYPE_CHECKING:
    from graph.identity.decisions import Decision
    from graph.identity.review import Item
    from graph.workspace import Workspace

ANSWERS = ("same", "different", "propose")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--pairs", type=click.Path(dir_okay=False, path_type=Path), help="A TSV file: two names a line.")
@click.option("--label", default="School", show_default=True, help="What the names are names of.")
@click.option(
    "--workspace", type=click.Path(file_okay=False, path_type=Path), help="Also ask this workspace's decisions."
)
@format_option
def same(names: tuple[str, ...], pairs: Path | None, label: str, workspace: Path | None, output_format: Format) -> None:
    """Say whether two names are the same body, different, or to be proposed, and why.

    \b
    zhitu same 浙江工业职业技术学院 浙江工贸职业技术学院
    zhitu same --pairs pairs.tsv --format csv > verdicts.csv

    A pairs file has a pair of names a line, tabs between; a cell that is a label (School, Enterprise …) says what
    they are, one that is same, different or propose what is expected: then a count is printed to stderr.
    """
    from extractor.ontology import ontology
    from graph.identity.authority import authority
    from graph.identity.comparison import compare

    if (len(names) != 2) == (pairs is None) or (names and pairs):
        raise click.UsageError("give two names, or --pairs FILE.tsv")
    if label not in ontology().labels:
        raise click.UsageError(f"{label} is no label; there are {', '.join(ontology().labels)}")
    known, _ = authority(_place(workspace))
    if pairs is None:
        verdict = compare(names[0], names[1], label, known)
        if output_format == "table":
            click.echo("\n".join([f"{verdict.answer}: {verdict.reason}", *(f"  {part}" for part in verdict.parts)]))
            return
        rows = [(*names, verdict.answer, verdict.reason, "; ".join(verdict.parts))]
        print_rows(("one", "other", "verdict", "reason", "parts"), rows, output_format)
        return
    rows, right, expected = [], 0, 0
    for one, other, said, wanted in _read_pairs(pairs, label):
        verdict = compare(one, other, said, known)
        rows.append((one, other, verdict.answer, verdict.reason, "; ".join(verdict.parts)))
        expected += bool(wanted)
        right += wanted == verdict.answer
    print_rows(("one", "other", "verdict", "reason", "parts"), rows, output_format)
    if expected:
        click.echo(f"{right} of {expected} as expected", err=True)


def _read_pairs(path: Path, label: str) -> list[tuple[str, str, str, str]]:
    """(one, other, label, expected answer or "") of each line; a header line and comments are left out."""
    from extractor.errors import Damaged, FileMissing
    from extractor.ontology import ontology

    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileMissing(path, "there is no such file", "give a TSV file of two names a line") from error
    except UnicodeDecodeError as error:
        raise Damaged(path, "it is no UTF-8 text", "save it as UTF-8") from error
    pairs = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and _is_header(cells)):
            continue
        said = next((cell for cell in cells if cell in ontology().labels), label)
        wanted = next((cell for cell in cells if cell in ANSWERS), "")
        left = [cell for cell in cells if cell and cell not in ANSWERS and cell not in ontology().labels]
        if len(left) < 2:
            raise Damaged(path, f"line {number} has no two names", "write two names a line, a tab between")
        pairs.append((left[0], left[1], said, wanted))
    return pairs


def _is_header(cells: list[str]) -> bool:
    """A first line without any Chinese or answer in it names columns."""
    return not any(cell in ANSWERS or any("\u4e00" <= char <= "\u9fff" for char in cell) for cell in cells)


@click.command()
@click.option("--list", "listing", is_flag=True, help="Only list what is open; with --format for machines.")
@click.option("--accept", nargs=2, metavar="NAME NAME", help="Decide that the two names are one thing.")
@click.option("--reject", nargs=2, metavar="NAME NAME", help="Decide that they are two.")
@click.option("--label", default="School", show_default=True, help="The label, for --accept and --reject.")
@click.option("--note", default="", help="Why, for --accept and --reject: kept beside the decision.")
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that keeps everything (ZHITU_WORKSPACE; default: your data folder).",
)
@format_option
def review(  # noqa: PLR0917 - click hands over an argument an option
    workspace: Path | None, accept: tuple[str, str] | None, reject: tuple[str, str] | None, label: str, note: str,
    output_format: Format, *, listing: bool,
) -> None:  # fmt: skip
    """Decide on names that are likely, but not certainly, one thing.

    \b
    zhitu review                      go through them: y one thing, n two, s skip, q stop
    zhitu review --list --format csv  what is open, for a table
    zhitu review --accept 上海电子信息学院 上海电子信息职业技术学院 --note 官网

    Decisions are lines of decisions.tsv in the workspace: readable, fit for version control, free to be edited
    or deleted. Every later ingest replays them.
    """
    from extractor.ontology import ontology
    from graph.identity.decisions import Decision
    from graph.identity.review import review_items

    place = _place(workspace)
    if label not in ontology().labels:
        raise click.UsageError(f"{label} is no label; there are {', '.join(ontology().labels)}")
    decided: list[Decision] = []
    if accept is not None:
        decided.append(Decision("same", label, *accept, note))
    if reject is not None:
        decided.append(Decision("different", label, *reject, note))
    if decided:
        _keep(place, decided)
        return
    items = review_items(place)
    if listing:
        _list_items(items, output_format)
    elif not items:
        click.echo("nothing to decide", err=True)
    else:
        _keep(place, _ask(items))


def _place(workspace: Path | None) -> Workspace:
    from graph.workspace import Workspace, default_workspace

    return Workspace(workspace) if workspace else default_workspace()


def _list_items(items: list[Item], output_format: Format) -> None:
    columns = ("label", "one", "other", "reason", "registered", "one_in", "other_in")
    rows = [
        (*item.proposal, "; ".join(item.registered), *("; ".join(map(_told, said)) for said in (item.one, item.other)))
        for item in items
    ]
    print_rows(columns, rows, output_format)


def _told(quoted: tuple[str, int | None, str]) -> str:
    report, page, text = quoted
    where = f"{report}, p. {page}" if page is not None else report
    return f"{where}: {text[:80]}{'…' if len(text) > 80 else ''}"


def _ask(items: list[Item]) -> Iterator[Decision]:
    """Go through the open proposals at the terminal; each decision is given as soon as it is made."""
    from graph.identity.decisions import Decision

    for number, item in enumerate(items, 1):
        proposal = item.proposal
        click.echo(f"\n{number}/{len(items)}  {proposal.label}", err=True)
        for name, said in ((proposal.one, item.one), (proposal.other, item.other)):
            click.echo(f"  {name}", err=True)
            for quoted in said:
                click.echo(f"      {_told(quoted)}", err=True)
        for entry in item.registered:
            click.echo(f"  登记 {entry}", err=True)
        click.echo(f"  {proposal.reason}", err=True)
        try:
            answer = click.prompt(
                "  one thing? y yes, n two, s skip, q stop", type=click.Choice(["y", "n", "s", "q"]), default="s",
                show_choices=False, err=True,
            )  # fmt: skip
        except click.Abort:
            return
        if answer == "q":
            return
        if answer in {"y", "n"}:
            yield Decision("same" if answer == "y" else "different", proposal.label, proposal.one, proposal.other)


def _keep(place: Workspace, decided: Iterable[Decision]) -> None:
    """Write decisions as they come, so that an interrupted review loses none."""
    from graph.identity.decisions import add_decision

    kept = 0
    for decision in decided:
        add_decision(place.decisions, decision)
        kept += 1
    if kept:
        click.echo(f"{kept} kept in {place.decisions}; zhitu ingest takes them into the graph", err=True)
    else:
        click.echo("nothing decided", err=True)
