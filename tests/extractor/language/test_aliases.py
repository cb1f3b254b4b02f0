"""Second names: introduced in brackets, or short forms of a name said in full."""

from __future__ import annotations

import pytest

from extractor.language.aliases import find_aliases
from extractor.language.mentions import locate, names_of, plain_text
from extractor.records import Entity


def aliases(text: str, *names: tuple[str, str]) -> set[tuple[str, str]]:
    plain = plain_text(text)
    known = names_of([Entity(name, label) for name, label in names])
    pairs = find_aliases(plain, known, locate(plain, known))
    return {(known[short].printed, known[full].printed) for short, full in pairs}


@pytest.mark.parametrize("words", ["（以下简称“岭东机电”）", "（简称岭东机电）", "（下称“岭东机电”）"])
def test_an_introduced_short_name(words: str) -> None:
    text = f"岭东机电职业技术学院{words}始建于1958年。"
    assert aliases(text, ("岭东机电职业技术学院", "School"), ("岭东机电", "School")) == {
        ("岭东机电", "岭东机电职业技术学院")
    }


def test_a_second_name_in_brackets() -> None:
    text = "上海电机学院附属科技学校（上海市临港科技学校）建有中心。"
    names = ("上海电机学院附属科技学校", "School"), ("上海市临港科技学校", "School")
    assert aliases(text, *names) == {(names[1][0], names[0][0])}


def test_a_former_name_is_no_alias() -> None:
    text = "岭东职业学院（原岭东工业学校）建有中心。"
    assert aliases(text, ("岭东职业学院", "School"), ("岭东工业学校", "School")) == set()


def test_a_firm_said_in_full_then_in_short() -> None:
    text = "京翼航空技术工程有限公司捐款，京翼航空承建中心。"
    assert aliases(text, ("京翼航空技术工程有限公司", "Enterprise"), ("京翼航空", "Enterprise")) == {
        ("京翼航空", "京翼航空技术工程有限公司")
    }


@pytest.mark.parametrize(
    "names",
    [("山东开放大学", "山东开放大学日照分校"), ("岭东大学", "岭东大学附属岭东中学")],
)
def test_a_branch_is_no_alias_of_its_parent(names: tuple[str, str]) -> None:
    assert aliases(f"{names[1]}与{names[0]}合作。", *((name, "School") for name in names)) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州大学", "苏州工艺美术职业技术学院"),
        ("常州技师学院", "常州交通技师学院"),
        ("珞溪职业技术学院", "珞溪现代服务中等专业学校"),
        ("砚川职业技术学院", "砚川东湖职业技术学校"),
        ("珞溪职业技术学院", "珞溪交通职业技术学院"),
        ("苏州学院", "苏州工业学院"),
    ],
)
def test_two_schools_of_a_place_are_no_aliases(one: str, other: str) -> None:
    assert aliases(f"{other}与{one}获奖。", (one, "School"), (other, "School")) == set()


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("群星职校", "岭东市群星职业技术学校"),
        ("群星学校", "岭东市群星职业学校"),
        ("信息学院", "岭东信息职业技术学院"),
        ("岭机技校", "岭东岭机高级技工学校"),
        ("群星职教中心", "群星县职业技术教育中心"),
    ],
)
def test_a_school_said_in_full_then_in_short(short: str, full: str) -> None:
    assert aliases(f"{full}扩建，{short}获奖。", (short, "School"), (full, "School")) == {(short, full)}
