"""Mentions and links in, identities out: one for one real thing, the same for any order and any whole components."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identity.resolution import Link, Mention, components, reduced, resolve


def test_an_alias_joins_two_names_and_says_why() -> None:
    full, other = Mention("School", "上海电机学院附属科技学校", "r1"), Mention("School", "上海市临港科技学校", "r1")
    found = resolve([full, other], [Link(full, other, "p7")])
    assert found.identities[full] == found.identities[other]
    assert "p7" in found.identities[full].merges[0].reason


def test_a_rename_keeps_two_dated_names_whatever_else_joins_them() -> None:
    old, new = Mention("School", "金华职业技术学院", "r1"), Mention("School", "金华职业技术大学", "r1")
    found = resolve([old, new], [Link(old, new, "p1", "rename"), Link(old, new, "p2")])
    assert found.identities[old] != found.identities[new]
    assert found.proposals


def test_like_named_things_of_two_holders_are_two() -> None:
    one = Mention("Base", "智能制造实训中心", "r1", "上海信息技术学校")
    other = Mention("Base", "智能制造实训中心", "r1", "上海市环境学校")
    found = resolve([one, other])
    assert found.identities[one] != found.identities[other]


def test_a_spelling_of_the_same_name_has_its_reason_too() -> None:
    full, less = Mention("School", "上海市曹杨职业技术学校", "r1"), Mention("School", "上海曹杨职业技术学校", "r2")
    (merge,) = resolve([full, less]).identities[less].merges
    assert merge.other == less.name
    assert "上海市" in merge.reason


def test_one_body_read_under_two_labels_is_one_node() -> None:
    school = Mention("School", "岚川市机电工程学校", "r1")
    misread = Mention("Organization", "岚川市机电工程学校", "r2")
    found = resolve([school, misread]).identities
    assert found[school] == found[misread]
    assert found[misread].label == "School"


NAMES = st.sampled_from(
    ["苏州第一职校", "苏州第二职校", "华为", "华为技术有限公司", "实训中心", "苏州市第一职校", "一职"]
)
MENTIONS = st.builds(
    Mention,
    st.sampled_from(["School", "Enterprise", "Base"]),
    NAMES,
    st.sampled_from(["r1", "r2"]),
    st.sampled_from(["", "华为", "一职"]),
).map(lambda m: m._replace(holder=m.holder if m.label == "Base" else "", region={"r1": "苏州市"}.get(m.report, "")))


@st.composite
def reports(draw: st.DrawFn) -> tuple[list[Mention], list[Link]]:
    """Mentions and links between them."""
    mentions = draw(st.lists(MENTIONS, min_size=1, max_size=12, unique=True))
    ends = st.sampled_from(mentions)
    kinds = st.sampled_from(["alias", "rename", "fit"])
    return mentions, draw(st.lists(st.builds(Link, ends, ends, st.just("p"), kinds), max_size=6))


@given(reports(), st.randoms())
def test_any_order_gives_the_same(given_: tuple[list[Mention], list[Link]], random: object) -> None:
    mentions, links = given_
    shuffled, other_links = list(mentions) * 2, list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(other_links)  # type: ignore[attr-defined]
    assert resolve(shuffled, other_links) == resolve(mentions, links)


@given(reports())
def test_components_resolved_apart_give_the_whole(given_: tuple[list[Mention], list[Link]]) -> None:
    mentions, links = given_
    whole = resolve(mentions, links).identities
    parts: dict[Mention, object] = {}
    for part in components(mentions, links):
        parts.update(resolve(part.mentions, part.links).identities)
    assert parts == whole


@given(reports())
def test_a_reduced_mention_has_the_same_identity(given_: tuple[list[Mention], list[Link]]) -> None:
    mentions, links = given_
    tied = {end for link in links if link.kind != "rename" for end in (link.one, link.other)}
    small = {m: reduced(m, m in tied) for m in mentions}
    less = resolve(small.values(), [Link(small[a], small[b], p, k) for a, b, p, k in links]).identities
    whole = resolve(mentions, links).identities
    assert {m: less[small[m]] for m in mentions} == whole


def in_two_reports(label: str, name: str, here: str = "上海市", there: str = "") -> tuple[Mention, Mention]:
    return Mention(label, name, "r1", "", here), Mention(label, name, "r2", "", there)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("School", "群星职业技术学校"),
        ("Enterprise", "云汐纺织集团有限公司"),
        ("Enterprise", "云汐纺织集团"),
        ("Organization", "瑞川医院"),
        ("Alliance", "低空经济产教融合共同体"),
        ("Alliance", "长三角低空经济产教联盟"),
    ],
)
def test_a_full_name_of_a_report_without_a_region_is_the_same_body(label: str, name: str) -> None:
    one, other = in_two_reports(label, name)
    found = resolve([one, other]).identities
    assert found[one] == found[other]
    assert found[one].key == resolve([one]).identities[one].key  # the report without a region changes no id


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("School", "实验中学"),
        ("School", "第一职业学校"),
        ("School", "第二职校"),
        ("School", "一中"),
        ("School", "育才职业学校"),
        ("Organization", "市教委"),
        ("Organization", "人民医院"),
        ("Organization", "第一人民医院"),
        ("Organization", "教务处"),
        ("Organization", "信息学院"),
        ("Enterprise", "供电公司"),
        ("Alliance", "职业教育集团"),
        ("Alliance", "行业产教融合共同体"),
        ("Base", "实训中心"),
        ("Course", "数控技术"),
    ],
)
def test_a_name_that_every_region_may_have_stays_apart(label: str, name: str) -> None:
    for there in ("", "浙江省"):
        one, other = in_two_reports(label, name, there=there)
        found = resolve([one, other]).identities
        assert found[one] != found[other]


def test_a_name_of_two_regions_is_given_to_neither() -> None:
    open_ = Mention("School", "群星职业技术学校", "r1", "", "")
    here, there = (Mention("School", "群星职业技术学校", f"r{n}", "", r) for n, r in ((2, "上海市"), (3, "浙江省")))
    found = resolve([open_, here, there]).identities
    assert len({found[open_].key, found[here].key, found[there].key}) == 3


def test_the_longer_of_two_short_forms_is_no_short_form_of_one_report() -> None:
    name, brief = "上海市静安区群艺宫", "静安群艺宫"
    first, short = Mention("Organization", name, "r1"), Mention("Organization", brief, "r1")
    later = Mention("Organization", name, "r2")
    found = resolve([first, short, later], [Link(first, short, "p1")]).identities
    assert found[first] == found[later] == found[short]
    group, nick = Mention("Enterprise", "云汐纺织集团", "r1"), Mention("Enterprise", "云汐", "r1")
    full = Mention("Enterprise", "云汐纺织集团有限公司", "r2")
    found = resolve([group, nick, full], [Link(nick, group, "", "fit")]).identities
    assert found[group] == found[full] == found[nick]
