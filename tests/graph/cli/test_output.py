"""Rows for machines: CSV that any reader takes apart again, and that no spreadsheet computes."""

from __future__ import annotations

import csv
import io

from graph.cli.output import rows_text

ODD = ["=1+1", "+86", "@SUM(A1)", "-cmd", "\tx", '甲,"乙"\n丙', "＝1", "-12.5", "", "a;b"]


def test_csv_is_quoted_and_holds_no_formula() -> None:
    text = rows_text(("name", "n"), [(value, -1.5) for value in ODD], "csv")
    cells = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert [cell.removeprefix("'") for cell in cells] == ODD
    assert not any(cell.startswith(("=", "+", "@", "\t", "＝")) for cell in cells)
    assert cells[3] == "'-cmd" and cells[7] == "-12.5"
    assert text.splitlines()[1] == "'=1+1,-1.500"
