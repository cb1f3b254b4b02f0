import json
from pathlib import Path

import pytest

from extractor.errors import Damaged, Refused
from extractor.evaluate import GoldPassage, Score, evaluate, figure, items, part_of, read_gold, refuse_held
from extractor.records import Entity, Fact, Record, Relation

TEXT = "河间学校与“春风”公司共建。"


def gold(record: Record) -> list[GoldPassage]:
    return [GoldPassage("X-1-01", "looked", record)]


def test_names_score_folded_and_by_label() -> None:
    wanted = Record(TEXT, entities=(Entity("河间学校", "School"), Entity("“春风”公司", "Enterprise")))
    found = Record(TEXT + " ", entities=(Entity("河间 学校", "Organization"), Entity('"春风"公司', "Enterprise")))
    scores = evaluate([found], gold(wanted)).scores
    assert scores["names", ""] == Score(right=1, missed=1, extra=1)
    assert scores["names", "School"] == Score(missed=1)
    assert scores["names", "Organization"] == Score(extra=1)


def test_anaphors_and_labels_beyond_the_gold_are_not_scored() -> None:
    found = Record(TEXT, entities=(Entity("学校", "School", refers_to="河间学校"), Entity("轻工", "Industry")))
    assert items(found, "names") == set()


def test_symmetric_relations_score_either_way_round_and_across_is_left_out() -> None:
    wanted = Record(TEXT, relations=(Relation("甲", "COOPERATES_WITH", "乙"), Relation("甲", "OFFERS", "丙")))
    found = Record(
        TEXT,
        relations=(
            Relation("乙", "COOPERATES_WITH", "甲"),
            Relation("丙", "OFFERS", "甲"),
            Relation("甲", "OFFERS", "丁", across=True),
            Relation("甲", "SERVES", "轻工"),
        ),
    )
    scores = evaluate([found], gold(wanted)).scores
    assert scores["relations", ""] == Score(right=1, missed=1, extra=1)
    assert scores["relations", "COOPERATES_WITH"].f1 == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("3434万", "元"), ("3434", "万元")),
        (("1.6万", "人"), ("16,000", "人")),
        (("2亿", "元"), ("20000万", "元")),
        (("97.350", "%"), ("97.35", "％")),
    ],
)
def test_figures_are_multiplied_out(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert figure(*one) == figure(*other)


def test_figures_of_odd_text_do_not_raise() -> None:
    assert figure("若干", "人") == ("若干", "人")
    assert figure("", "") == ("", "")


def test_an_unpaired_gold_passage_counts_as_missed() -> None:
    result = evaluate(
        [], gold(Record(TEXT, entities=(Entity("河间学校", "School"),), facts=(Fact("", "", "3", "人"),)))
    )
    assert result.unpaired == 1
    assert result.scores["names", ""].missed == 1
    assert result.scores["figures", ""].missed == 1


def test_the_split_keeps_a_case_together_and_refuses_errors_of_the_held_part(tmp_path: Path) -> None:
    parts = {part_of(f"S-case{n:02}-01", "") for n in range(30)}
    assert parts == {"looked", "held"}
    assert part_of("S-case04-01", "a") == part_of("S-case04-02", "b")
    path = tmp_path / "gold.jsonl"
    lines = [json.dumps({"id": f"S-case{n:02}-01", "text": "t"}) for n in range(30)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert len(read_gold(path, "looked")) + len(read_gold(path, "held")) == len(read_gold(path)) == 30
    refuse_held("looked")
    with pytest.raises(Refused):
        refuse_held("held")


def test_a_broken_gold_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "t"}\n{"entities": []}\n', encoding="utf-8")
    with pytest.raises(Damaged, match="line 2"):
        read_gold(path)
