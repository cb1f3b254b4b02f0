"""Anaphors stand for a name said before, in words the passage has."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.language.references import Unnamed, document_numbers, find_anaphors
from extractor.records import Entity, Record

SCHOOL = Entity("岭东机电职业技术学院", "School")
FIRM = Entity("澜图精密科技股份有限公司", "Enterprise")
NOBODY = Unnamed()


def stands_for(text: str, *names: Entity, unnamed: Unnamed = NOBODY) -> list[tuple[str, str]]:
    present = [name for name in names if name.name in text]
    return [(a.name, a.refers_to or "") for a in find_anaphors(text, present, unnamed)]


@pytest.mark.parametrize("word", ["该校", "学校", "学院"])
def test_a_word_for_a_school_is_the_school_said_before(word: str) -> None:
    assert stands_for(f"{SCHOOL.name}地处岭东。{word}建有实训中心。", SCHOOL) == [(word, SCHOOL.name)]


def test_a_common_noun_is_nobody() -> None:
    assert stands_for(f"{SCHOOL.name}服务12所学校，面向中等职业学校开放。", SCHOOL) == []


def test_a_partner_is_not_what_the_passage_goes_on_about() -> None:
    other = Entity("德国汉堡工业学校", "School")
    text = f"{SCHOOL.name}与{other.name}签约。学校派出教师。"
    assert stands_for(text, SCHOOL, other) == [("学校", SCHOOL.name)]


def test_both_sides_are_the_school_and_its_partner() -> None:
    text = f"{SCHOOL.name}与{FIRM.name}合作九年，双方共建产业学院。"
    assert stands_for(text, SCHOOL, FIRM) == [("双方", SCHOOL.name), ("双方", FIRM.name)]


def test_the_case_school_answers_where_the_passage_names_none() -> None:
    assert stands_for("学校建有实训中心。", unnamed=Unnamed(school=SCHOOL)) == [("学校", SCHOOL.name)]
    assert stands_for("学校建有实训中心。") == []


@pytest.mark.parametrize("word", ["公司", "我公司", "本公司"])
def test_the_firm_of_an_enterprises_own_report_is_its_issuer(word: str) -> None:
    other = Entity("青檀物流有限公司", "Enterprise")
    text = f"{other.name}提供岗位。{word}与{SCHOOL.name}共建产业学院，双方成立理事会。"
    found = stands_for(text, other, SCHOOL, unnamed=Unnamed(issuer=FIRM))
    assert found == [(word, FIRM.name), ("双方", SCHOOL.name), ("双方", FIRM.name)]


def test_the_school_of_its_own_report_is_its_issuer_whoever_else_is_named() -> None:
    other = Entity("德国汉堡工业学校", "School")
    text = f"{other.name}来访。学校派出教师，该校派出学生。"
    found = stands_for(text, other, unnamed=Unnamed(school=other, issuer=SCHOOL))
    assert found == [("学校", SCHOOL.name), ("该校", SCHOOL.name)]


def test_the_school_in_its_units_name_is_whom_the_passage_goes_on_about() -> None:
    unit = Entity("沧海职业技术学校创业指导站", "Organization")
    text = f"{unit.name}获批A级。该校开展训练营，学校派出教师。"
    found = stands_for(text, unit, unnamed=Unnamed(school=SCHOOL, before=(SCHOOL,)))
    assert found == [("该校", "沧海职业技术学校"), ("学校", "沧海职业技术学校")]


def test_a_school_that_was_not_read_as_a_name_is_not_taken_for_the_one_before() -> None:
    text = "成都市沧海职业技术学校的创业站获批。该校开展训练营，学校派出教师。"
    assert stands_for(text, unnamed=Unnamed(school=SCHOOL, before=(SCHOOL,))) == []


def test_a_demonstrative_reaches_back_to_the_passage_before_where_that_names_one() -> None:
    other = Entity("德国汉堡工业学校", "School")
    assert stands_for("该校建有中心。", unnamed=Unnamed(before=(SCHOOL, FIRM))) == [("该校", SCHOOL.name)]
    assert stands_for("该校建有中心。", unnamed=Unnamed(before=(SCHOOL, other))) == []
    assert stands_for("学校建有中心。", unnamed=Unnamed(before=(SCHOOL,))) == []


def test_an_enterprises_report_says_its_own_relations() -> None:
    from extractor.language import annotate

    text = f"2019年起，公司与{SCHOOL.name}开展校企合作，共建“澜图产业学院”。"
    (record,) = annotate([Record(text, kind="paragraph")], issuer=FIRM)
    assert (FIRM.name, "COOPERATES_WITH", SCHOOL.name) in {
        (head, relation.type, tail)
        for relation in record.relations
        for head, tail in ((relation.head, relation.tail), (relation.tail, relation.head))
    }


def test_offsets_are_of_the_text_as_printed() -> None:
    text = f"{SCHOOL.name} 地处岭东 。 该 校建有中心。"
    (anaphor,) = find_anaphors(text, [SCHOOL])
    assert text[anaphor.start : anaphor.end] == "该 校"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="学校该公司双方与、，。 \u200fA岭东机电职业技术学院", max_size=80))
def test_every_anaphor_is_in_the_text_and_stands_for_a_given_name(text: str) -> None:
    for anaphor in find_anaphors(text, [SCHOOL, FIRM]):
        assert anaphor.start is not None and text[anaphor.start : anaphor.end] == anaphor.name
        assert anaphor.refers_to in {SCHOOL.name, FIRM.name}


def test_the_passage_s_own_school_takes_over_from_the_case_s() -> None:
    own = Entity("沧海财经学校", "School")
    text = f"由{own.name}承办的论坛开幕，学校派出教师。"
    assert stands_for(text, own, unnamed=Unnamed(school=SCHOOL)) == [("学校", own.name)]


def test_a_document_s_number_stands_for_the_document() -> None:
    name = "岭东市职业学校教师管理办法"
    text = f"岭东市教育局印发《{name}》（岭教职〔2024〕 14 号）、《章程》（2024年）。"
    places = [(word, text.find(word)) for word in (name, "章程")]
    policies = [Entity(word, "Policy", at, at + len(word)) for word, at in places]
    (number,) = document_numbers(text, policies)
    assert (number.name, number.refers_to) == ("岭教职〔2024〕14号", name)
    assert text[number.start : number.end] == "岭教职〔2024〕 14 号"
