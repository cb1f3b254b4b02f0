"""The shared report's PDFs, read: what a reader of the page would say of them."""

from __future__ import annotations

import json
from pathlib import Path

from extractor.document import Document
from extractor.folding import fold
from extractor.reading import read_document


def _rows(document: Document, number: int) -> list[list[str]]:
    table = next(table for table in document.tables if table.number == number)
    return [[fold(text) for text in row.texts] for row in table.rows]


def test_tables_of_the_word_report_are_exact(shared: Path) -> None:
    document = read_document(shared / "report" / "report-word.pdf")
    for truth in json.loads((shared / "report" / "tables.json").read_text("utf-8")):
        if "report-word.pdf" not in truth["pages"]:
            continue
        table = next(table for table in document.tables if table.number == truth["number"])
        assert fold(table.caption) == fold(truth["caption"])
        assert [fold(name) for name in table.header] == [fold(name) for name in truth["header"]]
        assert _rows(document, truth["number"]) == [[fold(text) for text in row] for row in truth["rows"]]
        places = truth["pages"]["report-word.pdf"]["rows_per_page"]
        found: dict[str, int] = {}
        for row in table.rows:
            found[str(row.page)] = found.get(str(row.page), 0) + 1
        assert found == places
