"""Our own sample report: its source, its typographies and what its tables say, against a golden file a person can read.

To renew the golden file after a change that is meant, run it with ``ZHITU_RENEW_GOLDEN=sample``; then read its
difference.
"""

from __future__ import annotations

import os
import runpy
from itertools import combinations
from pathlib import Path

import pytest

from extractor.columns import table_records
from extractor.document import Document
from extractor.reading import read_document
from extractor.records import Record

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "corpora" / "sample"
GOLDEN = Path(__file__).parent / "golden" / "sample-tables.tsv"


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(SAMPLE / "styles" / "report.txt")


@pytest.fixture(scope="module")
def rows(document: Document) -> list[Record]:
    return table_records(document)


def lines(rows: list[Record]) -> list[str]:
    """What the rows say, a line each: table, head, type, tail, attributes; figures with their metric as type."""
    out = []
    for row in rows:
        for r in row.relations:
            attributes = " ".join(f"{key}={value}" for key, value in sorted(r.attributes.items()))
            out.append("\t".join([str(row.table), r.head, r.type, r.tail, attributes]).rstrip())
        for f in row.facts:
            out.append("\t".join([str(row.table), f.subject, f.metric, f"{f.value}{f.unit}", str(f.year)]))
    return out


def test_tables_say_what_the_golden_file_holds(rows: list[Record]) -> None:
    said = lines(rows)
    if os.environ.get("ZHITU_RENEW_GOLDEN") == "sample":
        GOLDEN.write_text("\n".join(said) + "\n", encoding="utf-8")
        pytest.fail(f"{GOLDEN.name} is renewed; read its difference, then run without ZHITU_RENEW_GOLDEN")
    assert said == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_shared_communities_of_the_sample(rows: list[Record]) -> None:
    schools: dict[str, list[str]] = {}
    for row in rows:
        labels = {entity.name: entity.label for entity in row.entities}
        for r in row.relations:
            if row.table == 5 and r.type == "LEADS" and labels[r.head] == "School":
                schools.setdefault(r.tail, []).append(r.head)
    pairs = [tuple(sorted(pair)) for leaders in schools.values() for pair in combinations(leaders, 2)]
    assert (len(schools), len(pairs), len(set(pairs))) == (15, 15, 14)


def test_the_text_form_is_made_from_the_source() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "make-sample"))["build"]("text")
    assert made == (SAMPLE / "styles" / "report.txt").read_bytes(), "run scripts/make-sample"


def test_built_files_are_small() -> None:
    built = [SAMPLE / "report.pdf", *sorted((SAMPLE / "styles").iterdir())]
    assert len(built) == 5
    assert all(path.stat().st_size < 1_000_000 for path in built)
