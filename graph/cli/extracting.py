"""``zhitu extract``: one report into extraction records."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output without it.")
@click.option("--password", help="Opens an encrypted PDF.")
def extract(report: Path, output: Path | None, password: str | None) -> None:
    """Read one REPORT into extraction records: JSON Lines, a line a passage, with its names, relations and figures.

    \b
    zhitu extract 上海2024.pdf -o records.jsonl
    zhitu extract 上海2024.txt | head -1
    """
    from extractor.errors import PartlyRead
    from extractor.extract import extract as extract_report
    from extractor.records import to_json, write_records

    extraction = extract_report(report, password=password)
    if output is None:
        for record in extraction.records:
            click.echo(json.dumps(to_json(record), ensure_ascii=False))
    else:
        write_records(extraction.records, output)
        click.echo(f"{output}: {len(extraction.records)} records", err=True)
    if unread := extraction.document.unread:
        pages = ", ".join(str(page.number) for page in unread)
        raise PartlyRead(f"{report}: {len(unread)} pages could not be read ({pages}): {unread[0].why}")
