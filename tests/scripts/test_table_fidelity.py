"""The generator of tables with known truth, and the score: by the form that needs no printer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

from scripts.synthetic.tables import KINDS

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_has_rows_as_wide_as_its_header_and_the_same_seed_makes_the_same() -> None:
    for make in KINDS.values():
        made = make(Random("a"))  # noqa: S311 - a seed, no secret
        assert made == make(Random("a"))  # noqa: S311
        assert made.rows
        assert {len(row) for row in made.rows} == {len(made.header)}
        assert not any(text in {"^", "<"} for row in made.rows for text in row)


def test_web_pages_are_read_exactly(tmp_path: Path) -> None:
    command = [
        sys.executable,
        ROOT / "scripts" / "table-fidelity",
        "--printer",
        "html",
        "--rules",
        "bare",
        "--seeds",
        "3",
    ]
    done = subprocess.run([*command, "--keep", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "rows 0/" not in done.stdout
    assert "printer     html" in done.stdout
    score = next(line for line in done.stdout.splitlines() if line.startswith("printer"))
    right, wanted = score.split("tables ")[1].split("/")
    assert right == wanted, done.stdout
