from pathlib import Path

import pytest

from extractor.errors import Damaged
from extractor.records import Entity, Fact, Record, Relation, read_records, write_records


def test_a_record_comes_back_as_written(tmp_path: Path) -> None:
    record = Record(
        text="甲校牵头乙联盟，招生120人。",
        page=3,
        bbox=(1.0, 2.0, 3.0, 4.0),
        section=("一、概况",),
        entities=(Entity("甲校", "School", 0, 2),),
        relations=(Relation("甲校", "LEADS", "乙联盟", {"role": "牵头学校"}, confidence=0.75),),
        facts=(Fact("甲校", "招生", "120", "人", 2024),),
    )
    write_records([record], tmp_path / "r.jsonl")
    assert list(read_records(tmp_path / "r.jsonl")) == [record]


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"text": "好"}\nnot json\n', encoding="utf-8")
    with pytest.raises(Damaged, match="line 2"):
        list(read_records(tmp_path / "r.jsonl"))
