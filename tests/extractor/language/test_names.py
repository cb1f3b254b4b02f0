import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.folding import fold
from extractor.language import annotate, features
from extractor.language.names import annotate_alone, names_of
from extractor.records import Record

PIECES = st.sampled_from(
    ["河间职业技术学院", "与", "《数控编程》", "“", "”", "（", "）", "《", "》",
     "获一等奖", "、", "和", "，", "。", " ", "　",
     "\n", "\t", "\u200f", "\x00", "😀", "臺北市",
     "2024年", "ABC DEF", "等", "附属", "有限公司", "𠀀", "\ud800", "１２"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=3))
def test_every_name_is_a_span_of_its_text(texts: list[str]) -> None:
    for text, record in zip(texts, annotate([Record(text) for text in texts]), strict=True):
        assert record.text == text
        for name in record.entities:
            assert name.start is not None and name.end is not None
            assert 0 <= name.start < name.end <= len(text)
            if name.refers_to is None:
                assert fold(text[name.start : name.end]) == fold(name.name) != ""


def test_a_half_width_stop_behind_chinese_ends_the_sentence_and_a_decimal_point_does_not() -> None:
    assert features.normalise("获奖2.5万元.A校.").chars == "获奖2.5万元.A校。"
    assert features.normalise("成立学校. 举办").chars == "成立学校。举办"


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_normalised_characters_keep_their_places(text: str) -> None:
    line = features.normalise(text)
    assert len(line.chars) == len(line.offsets)
    assert sorted(set(line.offsets)) == line.offsets
    assert features.channels(line.chars).shape == (len(line.chars), len(features.CHANNELS))
    pieces = features.segments(line.chars)
    assert "".join(line.chars[start:end] for start, end in pieces) == line.chars
    assert all(end - start <= features.SEGMENT for start, end in pieces)


def test_features_stay_within_their_tables() -> None:
    text = "《“（[河间]）”》。（（（（））））" * 3 + "江苏省数控技术应用专业获一等奖，位于苏州。"
    top = features.channels(features.normalise(text).chars).max(axis=0)
    assert all(value < size for value, size in zip(top, features.sizes().values(), strict=True))


@pytest.mark.parametrize("unit", ["学校与甲公司共建基地", "《数控编程》、《甲学》", "开设护理、会计、数控技术、"])
def test_a_long_text_without_an_end_takes_time_in_proportion(unit: str) -> None:
    from time import process_time

    annotate([Record("热身")])
    took = []
    for size in (2_000, 30_000):
        start = process_time()
        annotate_alone([Record(unit * (size // len(unit)))])
        took.append(process_time() - start)
    assert took[1] < 15 * 4 * max(took[0], 0.03)


def test_a_plain_sentence_is_read() -> None:
    record = annotate([Record("苏州河间职业技术学院与江苏远山机电有限公司签订合作协议，荣获一等奖。")])[0]
    found = {(name.label, name.name) for name in record.entities}
    assert {("School", "苏州河间职业技术学院"), ("Enterprise", "江苏远山机电有限公司"), ("Award", "一等奖")} <= found


def test_typesetting_blanks_are_dropped_and_latin_ones_kept() -> None:
    assert features.match_blanks("第 47 届世界技能大赛") == "第47届世界技能大赛"
    assert features.match_blanks("Mark III 系统") == "Mark III系统"


def test_the_bare_name_of_a_declared_own_region_is_no_place() -> None:
    from extractor.language.names import own_region

    lines = [features.normalise(text) for text in ("上海中职学校在上海市", "与江苏合作")]
    assert own_region(lines) == {"上海", "上海市"}
    assert own_region([features.normalise("江苏与上海、江苏")]) == frozenset()


def test_a_name_that_a_table_holds_is_found_in_the_prose() -> None:
    from extractor.language.names import consistent
    from extractor.language.network import Found

    line = features.normalise("师生走进蓝鲸里并参观")
    assert consistent([line], [[]], [("Enterprise", "蓝鲸里并")]) == [[Found(4, 8, "Enterprise", 0.8)]]
    assert consistent([line], [[]]) == [[]]


def test_equal_names_get_one_label() -> None:
    from extractor.language.names import consistent
    from extractor.language.network import Found

    lines = [features.normalise("河间学堂")] * 3
    found = [[Found(0, 4, label, sure)] for label, sure in (("Base", 0.6), ("School", 0.7), ("Base", 0.6))]
    assert {name.label for names in consistent(lines, found) for name in names} == {"Base"}


def test_a_known_name_at_a_texts_end_is_not_taken_for_a_longer_one() -> None:
    text = "北湖省教育厅职业教育处"
    known = [("Organization", text), ("Organization", text + "和北湖省教育研究院")]
    (names,) = names_of([text], known)
    assert all(name.end is not None and name.end <= len(text) for name in names)
