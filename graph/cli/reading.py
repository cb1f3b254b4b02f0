"""``zhitu tables`` and ``zhitu inspect``: what was read off a report's pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from extractor.document import Document, Table

FORMATS = ("json", "jsonl", "csv", "xlsx", "table")


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output without it.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="By the file's suffix, else json.")
@click.option("--number", type=int, help="Only the table of this number.")
@click.option("--password", help="Opens an encrypted PDF.")
def tables(report: Path, output: Path | None, form: str | None, number: int | None, password: str | None) -> None:
    """Write the tables of one REPORT: joined over pages, merged cells filled in, each row with its page.

    \b
    zhitu tables 上海2024.pdf -o tables.json
    zhitu tables 上海2024.pdf -o 表格.xlsx
    zhitu tables 上海2024.pdf --number 7 --format table
    """
    from extractor.reading import read_document
    from graph.tablefiles import write_xlsx

    chosen = form or _form_of(output)
    if chosen == "xlsx" and output is None:
        raise click.UsageError("an Excel file goes to a file: add -o FILE.xlsx")
    document = read_document(report, password=password)
    found = [table for table in document.tables if number is None or table.number == number]
    if number is not None and not found:
        numbers = ", ".join(str(table.number) for table in document.tables if table.number is not None)
        raise click.ClickException(f"{report}: no table {number}; it has {numbers or 'none with a number'}")
    if chosen == "xlsx" and output is not None:
        write_xlsx(found, output, document.meta.title or report.stem)
    else:
        text = _text(found, chosen)
        if output is None:
            click.echo(text, nl=False)
        else:
            encoding = "utf-8-sig" if chosen == "csv" else "utf-8"
            output.write_text(text, encoding=encoding, newline="")
    if output is not None:
        click.echo(f"{output}: {len(found)} tables, {sum(len(table.rows) for table in found)} rows", err=True)
    _raise_if_partly(report, document)


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--page", type=click.IntRange(min=1), required=True, help="The page, counted from 1 as in the file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The picture to write (.png).")
@click.option("--password", help="Opens an encrypted PDF.")
def inspect(report: Path, page: int, output: Path, password: str | None) -> None:
    """Draw what was seen on one page of a PDF: lines, passages in reading order, tables and their cells.

    \b
    zhitu inspect 上海2024.pdf --page 12 -o page.png
    """
    from extractor.layout.drawing import draw_page
    from extractor.reading import read_document

    document = read_document(report, password=password)
    if page > len(document.pages):
        raise click.ClickException(f"{report}: no page {page}; it has {len(document.pages)}")
    picture, legend = draw_page(report, document, page, password)
    picture.save(output)
    click.echo(f"{output}: page {page}", err=True)
    for line in legend:
        click.echo(line)


def _form_of(output: Path | None) -> str:
    suffix = output.suffix.lower().lstrip(".") if output is not None else ""
    return suffix if suffix in FORMATS else "json"


def _text(tables: list[Table], form: str) -> str:
    from graph import tablefiles
    from graph.cli.output import rows_text

    if form == "csv":
        return tablefiles.csv_text(tables)
    if form == "jsonl":
        return tablefiles.jsonl_text(tables)
    if form == "table":
        blocks = [
            f"{tablefiles.title(table, index)}\n{rows_text(table.header, [row.texts for row in table.rows], 'table')}"
            for index, table in enumerate(tables)
        ]
        return "\n".join(blocks)
    return tablefiles.json_text(tables)


def _raise_if_partly(report: Path, document: Document) -> None:
    """Exit code 3, naming the pages, when some could not be read."""
    from extractor.errors import PartlyRead

    if unread := document.unread:
        pages = ", ".join(str(page.number) for page in unread)
        raise PartlyRead(f"{report}: {len(unread)} pages could not be read ({pages}): {unread[0].why}")
