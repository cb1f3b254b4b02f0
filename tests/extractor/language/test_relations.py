"""Relations of a passage: what a careful reader sees is found; whatever the text, nothing is invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.language.mentions import plain_text
from extractor.language.relations import relations
from extractor.ontology import ontology
from extractor.records import Entity, Relation

SCHOOL, FIRM, OTHER = "岭东机电职业技术学院", "澜图精密科技股份有限公司", "沧海数控装备有限公司"
NAMES = (
    Entity(SCHOOL, "School"),
    Entity(FIRM, "Enterprise"),
    Entity(OTHER, "Enterprise"),
    Entity("澜图产业学院", "Base"),
    Entity("数控技术", "Program"),
    Entity("金奖", "Award"),
    Entity("铜奖", "Award"),
    Entity("全国技能大赛", "Competition"),
    Entity("岭东智造产教融合共同体", "Alliance"),
    Entity("李明远", "Person"),
    Entity("五轴加工工艺", "Textbook"),
)
PIECES = ["与", "、", "，", "。", "获", "该校", "共建", "（", "“", "學校", "2024年", "🙂", "\u200f", "\x00"]


def found(text: str) -> list[Relation]:
    return relations(text, [name for name in NAMES if name.name in text])


def triples(text: str) -> set[tuple[str, str, str]]:
    return {(relation.head, relation.type, relation.tail) for relation in found(text)}


def test_a_list_of_partners_each_gets_its_line() -> None:
    got = triples(f"{SCHOOL}与{FIRM}、{OTHER}签约共建澜图产业学院。")
    assert {
        (SCHOOL, "COOPERATES_WITH", FIRM),
        (SCHOOL, "COOPERATES_WITH", OTHER),
        (SCHOOL, "OPERATES", "澜图产业学院"),
        (FIRM, "OPERATES", "澜图产业学院"),
        (OTHER, "OPERATES", "澜图产业学院"),
    } <= got
    assert (FIRM, "COOPERATES_WITH", OTHER) not in got


def test_an_anaphor_is_replaced_by_the_name_it_stands_for() -> None:
    got = triples(f"{SCHOOL}地处岭东。2024年，该校在全国技能大赛中获金奖2个、铜奖4个。")
    assert {(SCHOOL, "RECEIVED", "金奖"), (SCHOOL, "RECEIVED", "铜奖")} <= got


def test_a_prize_says_where_when_and_how_many() -> None:
    prizes = {
        relation.tail: relation.attributes
        for relation in found(f"2024年，{SCHOOL}在全国技能大赛中获金奖2个、铜奖4个。")
        if relation.type == "RECEIVED"
    }
    assert prizes["金奖"] == {"at": "全国技能大赛", "year": 2024, "count": 2}
    assert prizes["铜奖"] == {"at": "全国技能大赛", "year": 2024, "count": 4}


@pytest.mark.parametrize("word", ["的董事长", "有限公司", "、", ""])
def test_names_alone_give_no_relation_of_prizes(word: str) -> None:
    assert not [r for r in found(f"{SCHOOL}{word}。全国技能大赛设金奖。") if r.type == "LEADS"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*(name.name for name in NAMES), *PIECES]), max_size=40))
def test_nothing_is_invented(parts: list[str]) -> None:
    text = "".join(parts)
    names = [name for name in NAMES if name.name in text]
    labels = {name.name: name.label for name in names}
    for relation in relations(text, names):
        assert relation.head in labels and relation.tail in labels and relation.head != relation.tail
        known = ontology().relations[relation.type]
        assert known.allows(labels[relation.head], labels[relation.tail])
        assert set(relation.attributes) <= set(known.attributes)
        assert 0.0 < relation.confidence <= 1.0
        assert relation.attributes.get("at") is None or relation.attributes["at"] in labels
        for key in ("event", "title", "role"):
            words = str(relation.attributes.get(key, ""))
            assert relation.type in {"LEADS", "PARTICIPATED_IN"} or plain_text(words) in plain_text(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_read(text: str) -> None:
    assert relations(text, []) == []


def test_a_huge_passage_takes_no_quadratic_time() -> None:
    def seconds(size: int) -> float:
        text = f"{SCHOOL}与{FIRM}共建澜图产业学院，获金奖，该校" * size
        start = time.process_time()
        found(text)
        return time.process_time() - start

    seconds(10)
    # Ten times the text: ten times the time, or a hundred times when it is quadratic.
    assert seconds(8000) < 35 * max(seconds(800), 0.05)


def test_many_names_in_one_passage_are_paired_by_neighbourhood_only() -> None:
    def seconds(count: int) -> float:
        names = [Entity(f"岭东第{number}学校", "School") for number in range(count)]
        text = "、".join(name.name for name in names) + "参加全国技能大赛。"
        start = time.process_time()
        relations(text, names)
        return time.process_time() - start

    seconds(10)
    # Eight times the names: eight times the time, or sixty-four times when all are paired.
    assert seconds(320) < 28 * max(seconds(40), 0.1)


@pytest.mark.parametrize(
    ("unit", "label", "school"),
    [("沧海大学附属岭东学校", "School", "沧海大学"), ("岭东工业学校护理教学部", "Organization", "岭东工业学校")],
)
def test_a_name_that_says_whose_it_is(unit: str, label: str, school: str) -> None:
    names = [Entity(unit, label), Entity(school, "School")]
    got = relations(f"{unit}在全省比赛中表现突出。", names)
    assert (unit, "AFFILIATED_TO", school) in {(r.head, r.type, r.tail) for r in got}


def test_a_doubtful_name_is_kept_where_a_relation_needs_it() -> None:
    from spacy.tokens import Doc

    from extractor.language import pipeline
    from extractor.language.relations import component

    text = f"{SCHOOL}与{FIRM}签约共建澜图产业学院。"
    doc: Doc = pipeline.load().make_doc(text)
    at = {name.name: text.find(name.name) for name in NAMES if name.name in text}
    sure = [Entity(n.name, n.label, at[n.name], at[n.name] + len(n.name)) for n in NAMES if n.name in (SCHOOL, FIRM)]
    base = Entity("澜图产业学院", "Base", at["澜图产业学院"], at["澜图产业学院"] + 6, confidence=0.45)
    stray = Entity("签约", "Project", text.find("签约"), text.find("签约") + 2, confidence=0.05)
    doc._.names, doc._.doubtful = tuple(sure), (base, stray)
    component()(doc)
    assert base in doc._.names
    assert stray not in doc._.names


def test_the_year_a_school_was_founded_is_no_prize_s() -> None:
    (prize,) = [r for r in found(f"{SCHOOL}创建于1958年，获金奖1个。") if r.type == "RECEIVED"]
    assert "year" not in prize.attributes
