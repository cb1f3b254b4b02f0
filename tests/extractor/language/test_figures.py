"""Figures: values as printed, their units, what they count, of whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.language.figure_candidates import candidates
from extractor.language.figures import figures
from extractor.language.pipeline import load
from extractor.records import Entity


def bounds(text: str) -> frozenset[int]:
    return frozenset(bound for token in load().make_doc(text) for bound in (token.idx, token.idx + len(token)))


def found(text: str, *names: Entity) -> list[tuple[str, str]]:
    return [(fact.value, fact.unit) for fact in figures(text, names, bounds(text))]


def test_a_count_a_share_and_a_sum_are_figures() -> None:
    text = "2024年，云杉职业学院在校生达9 183人，毕业去向落实率97.35%，培训到账经费1.6万元。"
    school = Entity("云杉职业学院", "School", 6, 12)
    facts = figures(text, [school], bounds(text))
    assert [(f.value, f.unit) for f in facts] == [("9183", "人"), ("97.35", "%"), ("1.6万", "元")]
    assert {f.subject for f in facts} == {"云杉职业学院"}
    assert {f.year for f in facts} == {2024}
    assert facts[1].metric == "毕业去向落实率"


@pytest.mark.parametrize(
    "text",
    [
        "学校创建于1959年，2024年3月12日挂牌。",
        "印发《关于做好年度报告的通知》（北教职〔2024〕46号）。",
        "参与055型舰艇的建造。",
        "学生在第47届世界技能大赛中获金牌。",
    ],
)
def test_years_numbers_of_documents_types_and_editions_are_none(text: str) -> None:
    assert found(text) == []


def test_prizes_of_a_named_school_are_relations_and_no_figures() -> None:
    text = "云杉学校在全国职业院校技能大赛中获一等奖2个、二等奖3个。"
    names = [Entity("云杉学校", "School", 0, 4), Entity("一等奖", "Award", 17, 20), Entity("二等奖", "Award", 23, 26)]
    assert found(text, *names) == []


def test_qualifiers_are_kept_and_are_no_part_of_the_value() -> None:
    text = "全省高职院校在校生约12.5万余人。"
    (fact,) = figures(text, (), bounds(text))
    assert (fact.value, fact.unit, fact.subject) == ("12.5万", "人", "全省高职院校")
    assert fact.qualifier in {"约", "余"}


@given(st.text(alphabet=st.sampled_from("1290.,:万亿余人%个名第年《》“”（），。 校a\u200f😀"), max_size=80))
def test_any_text_gives_figures_whose_digits_stand_in_it(text: str) -> None:
    bare = "".join(text.split()).replace(",", "")
    for candidate in candidates(text):
        assert text[candidate.start : candidate.end]
        assert candidate.value.rstrip("万亿千百") in bare
    figures(text, (), bounds(text))


def test_a_megabyte_of_digits_takes_no_quadratic_time() -> None:
    assert figures("1" * 200_000 + "，" + "12人，" * 2_000, (), frozenset()) is not None


def subjects(text: str, *names: tuple[str, str]) -> list[tuple[str, str, str]]:
    entities = [Entity(name, label, text.index(name), text.index(name) + len(name)) for name, label in names]
    return [(fact.subject, fact.metric, fact.value) for fact in figures(text, entities, bounds(text))]


def test_a_figure_is_of_the_body_that_has_it_not_of_the_last_one_named() -> None:
    text = "云杉职业学院与岚川重工集团有限公司、青檀物流有限公司共建产业学院，现有在校生9183人，毕业去向落实率97.35%。"
    names = ("云杉职业学院", "School"), ("岚川重工集团有限公司", "Enterprise"), ("青檀物流有限公司", "Enterprise")
    found = subjects(text, *names)
    assert [subject for subject, _, _ in found] == ["云杉职业学院", "云杉职业学院"]
    assert found[1][1] == "毕业去向落实率"


def test_the_words_for_a_share_keep_what_makes_it_one() -> None:
    text = "云杉职业学院现有专任教师412人，“双师型”教师占比达91.2%，开设专业32个。"
    assert [metric for _, metric, _ in subjects(text, ("云杉职业学院", "School"))] == [
        "专任教师",
        "“双师型”教师占比",
        "专业",
    ]


def test_a_regions_figure_is_nobodys_else() -> None:
    text = "云杉职业学院入选名单。2024年，全省高职院校在校生达68.5万人。"
    (figure,) = subjects(text, ("云杉职业学院", "School"))
    assert figure[0] == "全省高职院校"


@given(
    st.text(alphabet=st.sampled_from("129.%人个名校院达为共的，。（）“”年全省 "), max_size=60),
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 8)), max_size=4),
)
def test_subject_and_metric_stand_in_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    names = [
        Entity(text[a : a + n], "School", a, a + n) for a, n in spans if text[a : a + n].strip() and a + n <= len(text)
    ]
    for fact in figures(text, names, bounds(text)):
        assert fact.subject in {"", *(n.name for n in names)} or fact.subject in text
        assert fact.metric in "".join(text.split())
