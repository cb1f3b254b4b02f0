"""Tables as files a person hands on."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

from extractor.document import Cell, Row, Table
from graph import tablefiles


def _table(caption: str, *rows: tuple[str, ...], number: int | None = 1) -> Table:
    body = tuple(Row(tuple(Cell(text) for text in row), page=3) for row in rows[1:])
    return Table(number, caption, rows[0], body, (3,))


NAMES = _table("表 1 名单", ("序号", "名称"), ("1", "甲校"), ("2", "=SUM(A1)"))


def test_json_is_the_contract() -> None:
    expected = {"number": 1, "caption": "表 1 名单", "header": ["序号", "名称"],
                "rows": [["1", "甲校"], ["2", "=SUM(A1)"]], "pages": [3]}  # fmt: skip
    assert json.loads(tablefiles.json_text([NAMES])) == [expected]
    assert json.loads(tablefiles.jsonl_text([NAMES])) == expected


def test_csv_writes_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(tablefiles.csv_text([NAMES, _table("", ("甲",), ("-1.5",), number=None)]))))
    assert rows == [
        ["表 1 名单"],
        ["序号", "名称", "页码"],
        ["1", "甲校", "3"],
        ["2", "'=SUM(A1)", "3"],
        [],
        ["未编号表（第 2 个）"],
        ["甲", "页码"],
        ["-1.5", "3"],
    ]


def test_excel_has_a_sheet_a_table_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "tables.xlsx"
    tablefiles.write_xlsx([NAMES, NAMES, _table("表 2：甲/乙", ("项目",), ("@x",), number=2)], path, "报告")
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 4
        assert not any(b"<f>" in book.read(name) for name in sheets)
        names = book.read("xl/workbook.xml").decode()
    assert 'name="说明"' in names
    assert 'name="表 1 名单 2"' in names
    assert 'name="表 2：甲 乙"' in names
