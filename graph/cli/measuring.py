"""``zhitu evaluate``: extraction records against a gold standard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.cli.output import Format, format_option, print_rows

if TYPE_CHECKING:
    from extractor.evaluate import Evaluation, Part

SCORE_COLUMNS = ("kind", "class", "precision", "recall", "f1", "right", "missed", "extra")
ERROR_COLUMNS = ("kind", "error", "item", "passage", "text")
_KIND_ORDER = {"names": 0, "relations": 1, "figures": 2}


@click.command()
@click.argument("records", type=click.Path(path_type=Path))
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--part",
    type=click.Choice(["looked", "held", "all"]),
    default=None,
    help="Which part of the gold is scored: the one that may be looked at, the one that gives only scores, or all "
    "(the default; with --errors: looked).",
)
@click.option("--errors", is_flag=True, help="Show misses and extras beside their sentence, not the scores.")
@format_option
def evaluate(records: Path, gold: Path, part: Part | None, errors: bool, output_format: Format) -> None:
    """Score extraction RECORDS against a GOLD standard, both JSON Lines.

    Names score as (label, name) per passage, relations as (head, type, tail), figures as (value, unit).
    Half of the gold, by case and section, is held back: its errors are not shown.

    \b
    zhitu extract report.pdf -o records.jsonl
    zhitu evaluate records.jsonl gold.jsonl
    zhitu evaluate records.jsonl gold.jsonl --errors --part looked
    """
    from extractor import evaluate as measure
    from extractor.errors import FileMissing
    from extractor.records import read_records

    for path in (records, gold):
        if not path.is_file():
            raise FileMissing(path, "no such file", "check the path")
    part = part or ("looked" if errors else "all")
    if errors:
        measure.refuse_held(part)
    result = measure.evaluate(read_records(records), measure.read_gold(gold, part))
    if result.unpaired:
        click.echo(f"{result.unpaired} of {result.passages} gold passages have no record of the same text", err=True)
    if errors:
        print_rows(ERROR_COLUMNS, error_rows(result, short=output_format == "table"), output_format)
    else:
        print_rows(SCORE_COLUMNS, score_rows(result), output_format)


def score_rows(result: Evaluation) -> list[tuple[Any, ...]]:
    """One row a kind and class, the whole of a kind (class ``all``) first."""
    ordered = sorted(result.scores.items(), key=lambda entry: (_KIND_ORDER[entry[0][0]], entry[0][1]))
    return [
        (
            kind,
            name or "all",
            round(score.precision, 4),
            round(score.recall, 4),
            round(score.f1, 4),
            score.right,
            score.missed,
            score.extra,
        )
        for (kind, name), score in ordered
    ]


def error_rows(result: Evaluation, *, short: bool) -> list[tuple[Any, ...]]:
    """One row a slip; ``short`` gives the sentence around it in place of the whole passage."""
    return [
        (
            slip.kind,
            slip.error,
            " ".join(slip.item),
            slip.passage,
            _around(slip.text, slip.item[-1] if slip.kind != "figures" else "") if short else slip.text,
        )
        for slip in result.slips
    ]


def _around(text: str, name: str, margin: int = 30) -> str:
    at = text.find(name)
    start, end = (0, 2 * margin) if at < 0 else (max(at - margin, 0), at + len(name) + margin)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
