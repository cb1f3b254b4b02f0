"""What the words around a relation say of it, read off given names."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.language.attributes import attributes_of
from extractor.language.mentions import plain_text
from extractor.language.pairs import candidates
from extractor.language.relations import prepare
from extractor.records import Entity

SCHOOL = Entity("岭东工业学校", "School")
CONTEST = Entity("全省技能大赛", "Competition")


def said(text: str, type_: str, head: Entity, tail: Entity, *others: Entity) -> dict[str, Any]:
    """The attributes of the relation of this type between head and tail."""
    scene = prepare(text, [name for name in (head, tail, *others) if name.name in text])
    numbers = {name.plain: number for number, name in enumerate(scene.names)}
    ends = numbers[plain_text(head.name)], numbers[plain_text(tail.name)]
    (pair,) = [pair for pair in candidates(scene) if (pair.head, pair.tail) == ends]
    return attributes_of(scene, pair, type_)


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("会计实务赛项获", "会计实务"),
        ("“会计实务”赛项获", "会计实务"),
        ("中会计实务、短视频制作三个赛项获", "会计实务、短视频制作"),
        ("中药传统技能赛项获", "中药传统技能"),
        ("职教赛道斩获", "职教赛道"),
        ("上夺得少年组", "少年组"),
        ("中获", None),
        ("闭幕，18个项目的选手到场，获", None),
    ],
)
def test_the_event_of_a_prize(words: str, event: str | None) -> None:
    prize = Entity("一等奖", "Award")
    got = said(f"{SCHOOL.name}在{CONTEST.name}{words}一等奖。", "RECEIVED", SCHOOL, prize, CONTEST)
    assert (got["at"], got.get("event")) == (CONTEST.name, event)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("8部教材被评为全省优秀教材。", 8),
        ("连续三届获得全省优秀教材。", 3),
        ("获全省优秀教材3项。", 3),
        ("《算术》等44门全省优秀教材上线。", None),
        ("1名教师参赛，另获全省优秀教材。", None),
    ],
)
def test_how_many_prizes(words: str, count: int | None) -> None:
    assert said(f"{SCHOOL.name}{words}", "RECEIVED", SCHOOL, Entity("全省优秀教材", "Award")).get("count") == count


@pytest.mark.parametrize(
    "words", ["2004年以来，{}累计获", "{}始建于2004年，获", "2004年{}建校，获", "按《行动方案（2020—2023年）》，{}获"]
)
def test_a_year_of_other_things_is_no_prize_s(words: str) -> None:
    assert "year" not in said(f"{words.format(SCHOOL.name)}一等奖。", "RECEIVED", SCHOOL, Entity("一等奖", "Award"))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("岭东工业学校党委书记、校长程立群致辞。", "校长"),
        ("岭东工业学校选派程立群、贺一鸣两名骨干教师支教。", "骨干教师"),
        ("岭东工业学校校内教师程立群参赛。", "教师"),
        ("企业工程师程立群受聘为岭东工业学校客座教师。", "客座教师"),
        ("岭东工业学校程立群老师获奖。", "老师"),
        ("程立群走进岭东工业学校。", None),
    ],
)
def test_the_title_of_a_person(text: str, title: str | None) -> None:
    others = Entity("贺一鸣", "Person")
    assert said(text, "WORKS_AT", Entity("程立群", "Person"), SCHOOL, others).get("title") == title


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("岭东工业学校加入沿海职教联盟，任常务理事单位。", "常务理事单位"),
        ("作为沿海职教联盟副理事长单位，岭东工业学校派员参会。", "副理事长单位"),
        ("岭东工业学校加入沿海职教联盟（理事单位）。", "理事单位"),
        ("沿海职教联盟吸纳岭东工业学校等被推举为常务理事单位。", "常务理事单位"),
        ("岭东工业学校加入沿海职教联盟。", None),
    ],
)
def test_the_role_of_a_member(text: str, role: str | None) -> None:
    assert said(text, "MEMBER_OF", SCHOOL, Entity("沿海职教联盟", "Alliance")).get("role") == role


def test_the_role_in_each_of_a_list_of_contests() -> None:
    text = f"{SCHOOL.name}承办{CONTEST.name}、全国焊接大赛，举办读书节。"
    other = Entity("全国焊接大赛", "Competition")
    for contest in (CONTEST, other):
        assert said(text, "PARTICIPATED_IN", SCHOOL, contest, CONTEST, other)["role"] == "承办"
