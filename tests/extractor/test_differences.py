"""What two extractions do not agree on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.differences import Total, add_totals, differences, paired_files, totals
from extractor.errors import Damaged, FileMissing
from extractor.records import Entity, Fact, Record, Relation

SCHOOL, FIRM = "岚川机电工程学校", "北桥汽车制造有限公司"
OLD = Record(
    f"{SCHOOL}与{FIRM}合作。",
    entities=(Entity(SCHOOL, "School"), Entity(FIRM, "Organization")),
    relations=(Relation(SCHOOL, "COOPERATES_WITH", FIRM, {"kinds": "签约"}),),
    facts=(Fact(SCHOOL, "在校生", "100", "人"),),
)
NEW = Record(
    f"{SCHOOL}与{FIRM}合作。",
    entities=(Entity(SCHOOL, "School", confidence=0.9), Entity(FIRM, "Enterprise")),
    relations=(Relation(SCHOOL, "COOPERATES_WITH", FIRM),),
    facts=(Fact(SCHOOL, "在校生", "100", "人"),),
)


def test_a_changed_label_and_a_lost_attribute_are_told_and_what_stayed_is_not() -> None:
    found = differences([OLD], [NEW])
    assert [(one.kind, one.change, one.type) for one in found] == [
        ("names", "removed", "Organization"),
        ("names", "added", "Enterprise"),
        ("relations", "removed", "COOPERATES_WITH"),
        ("relations", "added", "COOPERATES_WITH"),
    ]
    counts = totals([OLD], [NEW], found)
    assert counts["names", ""] == Total(2, 2, 1, 1)
    assert counts["names", "Enterprise"] == Total(0, 1, 1, 0)
    assert counts["figures", ""] == Total(1, 1, 0, 0)
    assert add_totals(counts, counts)["names", ""] == Total(4, 4, 2, 2)


def test_a_passage_that_only_one_has_brings_all_it_holds_and_equal_passages_pair_in_order() -> None:
    assert {one.kind for one in differences([], [NEW])} == {"passages", "names", "relations", "figures"}
    assert differences([OLD, NEW], [OLD, NEW]) == []
    assert differences([OLD], [Record(OLD.text.replace("与", " 与 "), entities=OLD.entities)])[0].kind == "relations"


RECORDS = [
    Record(text, entities=tuple(Entity("丙", label) for label in labels))
    for text in "甲乙"
    for labels in ((), ("School",), ("School", "Base"))
]
records = st.lists(st.sampled_from(RECORDS), max_size=4)


@given(records, records)
def test_totals_add_up_whichever_way_one_looks(old: list[Record], new: list[Record]) -> None:
    assert differences(old, old) == []
    there, back = totals(old, new, differences(old, new)), totals(new, old, differences(new, old))
    for key, total in there.items():
        assert total.old - total.removed + total.added == total.new
        assert (total.added, total.removed) == (back[key].removed, back[key].added)


def test_files_go_with_files_and_folders_by_name(tmp_path: Path) -> None:
    for name in ("old/a.jsonl", "old/b.jsonl", "new/b.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    old, new = tmp_path / "old", tmp_path / "new"
    assert paired_files(old, new) == [
        ("a.jsonl", old / "a.jsonl", None),
        ("b.jsonl", old / "b.jsonl", new / "b.jsonl"),
    ]
    with pytest.raises(Damaged, match="one is a folder"):
        paired_files(old, new / "b.jsonl")
    with pytest.raises(FileMissing):
        paired_files(old, tmp_path / "none")
