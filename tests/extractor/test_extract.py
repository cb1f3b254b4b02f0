"""The façade, on the smallest of reports."""

from pathlib import Path

import pytest

from extractor.extract import _is_title, extract
from extractor.records import Record

REPORT = """北湖省职业教育质量年度报告（2024年度）

1 产教融合

北湖省持续推进产教融合。

表 1 产教融合共同体名单

序号\t共同体名称\t牵头学校
1\t云杉制造业产教融合共同体\t北湖工业职业技术学院
2\t云杉纺织业产教融合共同体\t北湖轻工职业技术学院

以上共同体均已挂牌。
"""


def test_records_stand_in_reading_order_with_table_rows_at_their_place(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    extraction = extract(tmp_path / "report.txt")
    kinds = [record.kind for record in extraction.records]
    assert kinds[-3:] == ["table_row", "table_row", "paragraph"]
    assert {record.document for record in extraction.records} == {extraction.document.sha256}
    leads = [(r.head, r.tail) for record in extraction.records for r in record.relations if r.type == "LEADS"]
    assert leads == [
        ("北湖工业职业技术学院", "云杉制造业产教融合共同体"),
        ("北湖轻工职业技术学院", "云杉纺织业产教融合共同体"),
    ]


def test_a_reports_own_title_is_no_work_of_its_issuer(tmp_path: Path) -> None:
    title = "云杉航空科技有限公司参与职业教育人才培养年度报告"
    text = f"{title}\n（2023年度）\n\n1 企业概况\n\n云杉航空科技有限公司与北湖工业职业技术学院共建航空实训中心。\n"
    (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    extraction = extract(tmp_path / "report.txt")
    assert extraction.document.meta.title == title
    cover = [record for record in extraction.records if record.text.startswith(title)]
    assert cover
    assert [relation for record in cover for relation in record.relations] == []
    assert {entity.label for record in cover for entity in record.entities} <= {"Enterprise", "Place"}
    assert any(relation.type == "COOPERATES_WITH" for record in extraction.records for relation in record.relations)


@pytest.mark.parametrize(
    ("text", "kind", "is_title"),
    [
        ("参与职业教育人才培养年度报告", "paragraph", True),
        ("云杉航空科技有限公司参与职业教育人才培养年度报告（2023年度）", "heading", True),
        ("云杉航空科技有限公司参与职业教育人才培养年度报告发布，该公司获评北湖省先进单位。", "paragraph", False),
        ("报告", "paragraph", False),
        ("参与职业教育人才培养年度报告", "table_row", False),
    ],
)
def test_what_a_title_is(text: str, kind: str, is_title: bool) -> None:
    assert _is_title(Record(text, kind), "云杉航空科技有限公司参与职业教育人才培养年度报告") is is_title
