"""The shared report's PDFs, read: what a reader of the page would say of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from extractor.document import Document
from extractor.folding import fold
from extractor.reading import read_document

ROOT = Path(__file__).parent.parent.parent.parent
FORMS = ("report-word.pdf", "report-web.pdf")


@cache
def _read(path: Path) -> Document:
    return read_document(path)


@pytest.mark.parametrize("form", FORMS)
def test_tables_are_exact(shared: Path, form: str) -> None:
    document = _read(shared / "report" / form)
    truths = json.loads((shared / "report" / "tables.json").read_text("utf-8"))
    for truth in (truth for truth in truths if form in truth["pages"]):
        table = next(table for table in document.tables if table.number == truth["number"])
        assert fold(table.caption) == fold(truth["caption"])
        assert [fold(name) for name in table.header] == [fold(name) for name in truth["header"]]
        assert [[fold(text) for text in row.texts] for row in table.rows] == [
            [fold(text) for text in row] for row in truth["rows"]
        ]
        assert Counter(str(row.page) for row in table.rows) == truth["pages"][form].get(
            "rows_per_page", Counter(str(row.page) for row in table.rows)
        )
    assert [table.number for table in document.tables] == [None, *range(1, 13)]


@pytest.mark.parametrize("form", FORMS)
def test_text_is_faithful(shared: Path, form: str) -> None:
    measured = subprocess.run(
        [
            sys.executable,
            ROOT / "scripts" / "fidelity",
            shared / "report" / form,
            shared / "report" / "report.txt",
            shared / "gold" / "secondary-2024.jsonl",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert measured.returncode == 0, measured.stdout + measured.stderr


@pytest.mark.parametrize("form", FORMS)
def test_outline_is_that_of_the_contents(shared: Path, form: str) -> None:
    document = _read(shared / "report" / form)
    listed = [fold(entry.title) for entry in document.contents if entry.kind == "section"]
    headings = [fold(p.text) for p in document.passages if p.kind == "heading" and p.case is None]
    assert [title for title in headings if title in listed] == listed
    cases = [p.case for p in document.passages if p.kind == "heading" and p.case is not None]
    assert cases == [entry.number for entry in document.contents if entry.kind == "case"]
    deep = next(p for p in document.passages if p.text.startswith("学校布局"))
    assert [fold(title) for title in deep.section] == ["中等职业教育篇", "1人才培养", "1.1基本情况"]


@pytest.mark.parametrize("form", FORMS)
def test_front_matter(shared: Path, form: str) -> None:
    meta = _read(shared / "report" / form).meta
    assert (meta.year, meta.region, meta.level, meta.published) == (2024, "上海市", "省", "2025-03-13")
