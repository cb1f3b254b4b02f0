"""The real report's tables: what must come out of them, whatever typography they were read from."""

from __future__ import annotations

import json
import os
from itertools import combinations
from pathlib import Path

import pytest

from extractor.columns import table_records
from extractor.document import Cell, Document, ReportMeta, Row, Table
from extractor.ontology import ontology
from extractor.records import Record, Relation

SHARED = Path(os.environ.get("ZHITU_SHARED", Path(__file__).parents[2].parent / "shared"))
TABLES = SHARED / "report" / "tables.json"


@pytest.fixture(scope="module")
def records() -> list[Record]:
    if not TABLES.exists():
        pytest.skip(f"needs {TABLES.name} beside the repository")
    blocks = tuple(
        Table(t["number"], t["caption"], tuple(t["header"]), tuple(Row(tuple(Cell(c) for c in r)) for r in t["rows"]))
        for t in json.loads(TABLES.read_text(encoding="utf-8"))
    )
    return table_records(Document("x", ReportMeta(region="上海"), blocks))


def relations(records: list[Record], table: int, type_: str = "") -> list[Relation]:
    return [r for record in records if record.table == table for r in record.relations if type_ in ("", r.type)]


def test_every_row_gives_a_record_and_something_to_say(records: list[Record]) -> None:
    assert len(records) == 258
    assert [record.text for record in records if not record.relations] == []


def test_names_stand_where_they_say(records: list[Record]) -> None:
    for record in records:
        for entity in record.entities:
            if entity.start is None:
                assert entity.name in "".join((record.caption + "".join(record.header)).split())
            else:
                assert "".join(record.text[entity.start : entity.end].split()) == "".join(entity.name.split())


def test_relations_join_labels_the_ontology_allows(records: list[Record]) -> None:
    for record in records:
        labels = {entity.name: entity.label for entity in record.entities}
        for r in record.relations:
            assert ontology().relations[r.type].allows(labels[r.head], labels[r.tail]), (record.text, r)


def test_communities_give_fourteen_pairs_of_schools(records: list[Record]) -> None:
    schools: dict[str, list[str]] = {}
    for record in records:
        labels = {entity.name: entity.label for entity in record.entities}
        for r in record.relations:
            if record.table == 20 and r.type == "LEADS" and labels[r.head] == "School":
                schools.setdefault(r.tail, []).append(r.head)
    pairs = {tuple(sorted(pair)) for leaders in schools.values() for pair in combinations(leaders, 2)}
    assert len(schools) == 15
    assert len(pairs) == 14


def test_leaders_keep_the_role_of_their_column(records: list[Record]) -> None:
    for table, roles in ((19, {"牵头学校", "牵头企业"}), (20, {"牵头企业", "牵头高校", "牵头职校"})):
        leads = relations(records, table, "LEADS")
        assert len(leads) == {19: 28, 20: 45}[table]
        assert {r.attributes["role"] for r in leads} == roles
    assert len(relations(records, 19, "LOCATED_IN")) == 14


def test_swapped_header_words_of_table_8(records: list[Record]) -> None:
    first = next(record for record in records if record.table == 8)
    assert next((e.name, e.label) for e in first.entities) == ("江南造船集团职业技术学校", "School")
    assert {r.type for r in first.relations} == {"DEVELOPED", "RECEIVED"}
    received = relations(records, 8, "RECEIVED")
    assert len(received) == 36
    assert {(r.tail, r.attributes["at"], r.attributes["year"]) for r in received} == {
        ("金奖", "中国国际大学生创新大赛（2024）上海赛区", 2024)
    }


def test_a_programs_honour_is_its_status(records: list[Record]) -> None:
    assert len(relations(records, 2, "OFFERS")) == 60
    assert {r.attributes["status"] for r in relations(records, 2, "OFFERS")} == {"优质专业立项"}
    assert not relations(records, 2, "RECEIVED")


def test_two_holders_in_a_cell_both_won(records: list[Record]) -> None:
    winners = [r.head for r in relations(records, 7, "RECEIVED")]
    assert {"上海市商业学校", "上海菁培信息咨询有限公司"} <= set(winners)
    assert len(winners) == 23


def test_second_and_later_names(records: list[Record]) -> None:
    assert ("上海市城市建设工程学校", "上海市园林学校") in {
        (r.head, r.tail) for r in relations(records, 10, "ALIAS_OF")
    }
    assert ("上海市房地产学校", "上海建设管理职业技术学院") in {
        (r.head, r.tail) for r in relations(records, 10, "RENAMED_TO")
    }


def test_levels_and_batches(records: list[Record]) -> None:
    assert [r.attributes["level"] for r in relations(records, 12, "OPERATES")] == ["国家"] * 5 + ["省市"] * 15
    assert {r.attributes["batch"] for r in relations(records, 11, "RECEIVED")} == {"第一批", "第二批"}
