"""Verbs for whoever answers for the results: sample (a human check) and diff-extraction (what new rules change)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.cli.output import Format, format_option, print_rows

if TYPE_CHECKING:
    from extractor.differences import Difference
    from graph.ingesting.checking import Drawn

LIST = "facts.tsv"


@click.command()
@click.option("--n", "number", type=click.IntRange(1, 100_000), default=50, show_default=True, help="Facts to draw.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for list and pictures.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only facts of this type (LEADS …); repeatable.")
@click.option("--seed", default="", help="Another seed draws other facts.")
@click.option("--no-pictures", is_flag=True, help="Do not draw the pages.")
@click.option("--verdicts", type=click.Path(path_type=Path), help="A list with verdicts filled in: tell the precision.")
@click.option("--ask", is_flag=True, help="Ask for the verdicts here, one by one; an empty one is left for later.")
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that keeps everything (ZHITU_WORKSPACE; default: your data folder).",
)
@format_option
def sample(  # noqa: PLR0917 - click hands over an argument an option
    number: int, output: Path | None, types: tuple[str, ...], seed: str, verdicts: Path | None,
    workspace: Path | None, output_format: Format, *, no_pictures: bool, ask: bool,
) -> None:  # fmt: skip
    """Draw facts at random for a human check, each with its sentence and its page; tell the precision found.

    Without -o the facts are printed. With -o FOLDER they go to FOLDER/facts.tsv with a picture of each page; fill in
    the column verdict (对 or 错), or use --ask, and hand the list back with --verdicts: precision by relationship type
    with its 95 % interval (Wilson).

    \b
    zhitu sample --n 50 -o check/
    zhitu sample --verdicts check/facts.tsv
    zhitu sample --verdicts check/facts.tsv --ask
    """
    from graph.ingesting import checking

    if verdicts is None:
        drawn = _draw(number, types, seed, output, workspace, pictures=output is not None and not no_pictures)
        if output is not None:
            verdicts = output / LIST
            if verdicts.exists():
                raise click.UsageError(
                    f"{verdicts} is there already; go on with --verdicts {verdicts}, or use another -o"
                )
            checking.write_list(drawn, verdicts)
            click.echo(f"{verdicts}: {len(drawn)} facts; fill in the column verdict (对 or 错)", err=True)
        if not ask:
            if output is None:
                print_rows(_COLUMNS, [_row(one) for one in drawn], output_format)
            return
    else:
        drawn = checking.read_list(verdicts)
    if ask:
        drawn = _ask(drawn, verdicts)
    columns = ("type", "right", "wrong", "open", "precision", "low", "high")
    rows = [
        (
            p.type,
            p.right,
            p.wrong,
            p.open,
            *(None if v is None else round(v, 4) for v in (p.share, *(p.interval or (None, None)))),
        )
        for p in checking.precisions(drawn)
    ]
    print_rows(columns, rows, output_format)


def _draw(
    number: int, types: tuple[str, ...], seed: str, output: Path | None, workspace: Path | None, *, pictures: bool
) -> list[Drawn]:
    from extractor.errors import Refused
    from extractor.ontology import ontology
    from graph.building.state import open_state
    from graph.ingesting import checking
    from graph.workspace import Workspace, default_workspace

    known = ontology().relations
    for name in types:
        if name not in known:
            raise click.BadParameter(f"{name} is no relationship type; there are: {', '.join(sorted(known))}",
                                     param_hint="--type")  # fmt: skip
    place = Workspace(workspace) if workspace else default_workspace()
    if not place.state.exists():
        raise Refused(f"{place.root}: nothing ingested yet", "begin with: zhitu ingest PATH")
    with open_state(place.state) as state:
        drawn = checking.draw(state, number, seed=seed, types=types)
        if pictures and output is not None:
            drawn = checking.add_pictures(drawn, state, place, output / "pages")
    return drawn


_COLUMNS = ("number", "type", "from", "to", "properties", "report", "page", "says")


def _row(one: Drawn) -> tuple[object, ...]:
    return one.number, one.type, one.head, one.tail, one.properties, one.report, one.page, one.says


def _ask(drawn: list[Drawn], path: Path | None) -> list[Drawn]:
    """Ask for each open verdict; what was said is written after every answer, so that one may stop at will."""
    from graph.ingesting import checking

    said = list(drawn)
    for at, one in enumerate(drawn):
        if one.verdict:
            continue
        where = f"{one.report}, page {one.page}" if one.page else one.report
        click.echo(f"\n[{one.number}/{len(drawn)}] {one.head} —{one.type}→ {one.tail}  {one.properties}", err=True)
        click.echo(f"{where}: {one.says}" + (f"  [{one.picture}]" if one.picture else ""), err=True)
        while True:
            word = click.prompt("right? y, n, empty: later, q: stop", default="", show_default=False, err=True)
            if word == "q":
                return said
            if word.strip().lower() in checking.VERDICTS:
                break
        said[at] = replace(one, verdict=checking.VERDICTS[word.strip().lower()])
        if path is not None:
            checking.write_list(said, path)
    return said


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--totals", is_flag=True, help="Only the numbers by kind and type.")
@format_option
def diff_extraction(old: Path, new: Path, output_format: Format, *, totals: bool) -> None:
    """Show what NEW records of the same reports say otherwise than OLD ones: files, or folders of files by name.

    A line a name, relation or figure that came or went, with its passage; the totals go to standard error.

    \b
    zhitu extract report.pdf -o old.jsonl          before a change of the rules
    zhitu extract report.pdf -o new.jsonl          after it
    zhitu diff-extraction old.jsonl new.jsonl
    zhitu diff-extraction old/ new/ --totals
    """
    from extractor.differences import Kind, Total, add_totals, differences, paired_files, records_in
    from extractor.differences import totals as totals_of

    whole: dict[tuple[Kind, str], Total] = {}
    rows: list[tuple[object, ...]] = []
    for name, before, after in paired_files(old, new):
        missing = next((folder for folder, path in ((old, before), (new, after)) if path is None), None)
        if missing is not None:
            click.echo(f"{name}: not in {missing}", err=True)
        records = records_in(before), records_in(after)
        found = differences(*records)
        whole = add_totals(whole, totals_of(*records, found))
        rows += [_difference_row(name, one, short=output_format == "table") for one in found]
    counts = [(kind, type_ or "all", t.old, t.new, t.added, t.removed) for (kind, type_), t in whole.items()]
    if totals:
        print_rows(("kind", "type", "old", "new", "added", "removed"), counts, output_format)
        return
    print_rows(("file", "page", "kind", "change", "type", "item", "passage"), rows, output_format)
    for kind, type_, before_n, after_n, added, removed in counts:
        if type_ == "all":
            click.echo(f"{kind}: {before_n} → {after_n} (+{added} −{removed})", err=True)


def _difference_row(name: str, one: Difference, *, short: bool) -> tuple[object, ...]:
    text = one.record.text
    if short and len(text) > 60:
        text = text[:60] + "…"
    item = "" if one.kind == "passages" else one.item
    return name, one.record.page, one.kind, {"added": "+", "removed": "−"}[one.change], one.type, item, text
