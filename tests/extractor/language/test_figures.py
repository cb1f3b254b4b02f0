"""Figures: values as printed, their units, what they count, of whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.language.figure_candidates import candidates
from extractor.language.figures import figures
from extractor.records import Entity


def found(text: str, *names: Entity) -> list[tuple[str, str]]:
    return [(fact.value, fact.unit) for fact in figures(text, names)]


def test_a_count_a_share_and_a_sum_are_figures() -> None:
    text = "2024年，云杉职业学院在校生达9 183人，毕业去向落实率97.35%，培训到账经费1.6万元。"
    school = Entity("云杉职业学院", "School", 6, 12)
    facts = figures(text, [school])
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
    (fact,) = figures("全省高职院校在校生约12.5万余人。", ())
    assert (fact.value, fact.unit, fact.subject) == ("12.5万", "人", "全省高职院校")
    assert fact.qualifier in {"约", "余"}


@given(st.text(alphabet=st.sampled_from("1290.,:万亿余人%个名第年《》“”（），。 校a\u200f😀"), max_size=80))
def test_any_text_gives_figures_whose_digits_stand_in_it(text: str) -> None:
    bare = "".join(text.split()).replace(",", "")
    for candidate in candidates(text):
        assert text[candidate.start : candidate.end]
        assert candidate.value.rstrip("万亿千百") in bare
    figures(text, ())


def test_a_megabyte_of_digits_takes_no_quadratic_time() -> None:
    assert figures("1" * 200_000 + "，" + "12人，" * 2_000, ()) is not None
