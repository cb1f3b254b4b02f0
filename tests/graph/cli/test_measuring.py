import json
from pathlib import Path

from click.testing import CliRunner

from extractor.errors import Refused
from graph.cli.measuring import evaluate
from graph.cli.output import rows_text


def write(path: Path, *lines: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def test_scores_and_errors(tmp_path: Path) -> None:
    name = {"name": "河间学校", "label": "School"}
    gold = write(tmp_path / "gold", {"id": "S-a-01", "text": "河间学校。", "entities": [name]})
    records = write(tmp_path / "records", {"text": "河间学校。", "entities": [{**name, "label": "Place"}]})
    scores = CliRunner().invoke(evaluate, [records, gold, "--format", "json"])
    assert json.loads(scores.stdout)[0] == {
        "kind": "names", "class": "all", "precision": 0.0, "recall": 0.0, "f1": 0.0,
        "right": 0, "missed": 1, "extra": 1,
    }  # fmt: skip
    errors = CliRunner().invoke(evaluate, [records, gold, "--errors", "--part", "all", "--format", "jsonl"])
    assert {json.loads(line)["error"] for line in errors.stdout.splitlines()} == {"missed", "extra"}
    held = CliRunner().invoke(evaluate, [records, gold, "--errors", "--part", "held"])
    assert isinstance(held.exception, Refused)


def test_a_table_aligns_wide_characters() -> None:
    lines = rows_text(("名", "n"), [("河间", 1), ("a", 20)], "table").splitlines()
    assert lines == ["名     n", "----  --", "河间   1", "a     20"]


def test_csv_and_jsonl_keep_none_apart_from_nought() -> None:
    assert rows_text(("a", "b"), [(None, 0)], "csv") == "a,b\n,0\n"
    assert rows_text(("a", "b"), [(None, 0)], "jsonl") == '{"a": null, "b": 0}\n'
