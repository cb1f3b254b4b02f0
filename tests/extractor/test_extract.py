"""The façade, on the smallest of reports."""

from pathlib import Path

from extractor.extract import extract

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
