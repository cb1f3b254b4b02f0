import pytest

from extractor.language.guards import guard, nested_schools, without_overlap
from extractor.language.network import Found


def names(chars: str, *given: tuple[str, str]) -> list[tuple[str, str]]:
    """What the guards make of the given (label, characters)."""
    found = [Found(chars.index(text), chars.index(text) + len(text), label, 0.9) for label, text in given]
    return [(name.label, chars[name.start : name.end]) for name in guard(chars, found)]


@pytest.mark.parametrize(
    ("chars", "label", "given", "wanted"),
    [
        ("实施“铸魂”工程。", "Project", "铸魂”工程", "“铸魂”工程"),
        ("建成“书香校园”。", "Project", "“书香校园”", "书香校园"),
        ("加入光明（集团）项目", "Enterprise", "光明（集团", "光明（集团）"),
        ("召开职教工作推进会。", "Event", "召开职教工作推进会", "职教工作推进会"),
        ("获文明校园等荣誉。", "Award", "文明校园等荣誉", "文明校园"),
        ("入选联合国教科文组织名录", "Organization", "联合国教科文组织", "联合国教科文组织"),
    ],
)
def test_bounds_are_mended(chars: str, label: str, given: str, wanted: str) -> None:
    assert names(chars, (label, given)) == [(label, wanted)]


def test_quoted_names_in_a_row_are_several() -> None:
    chars = "举办“职教周”“技能节”、“读书节”等活动"
    assert names(chars, ("Event", "职教周”“技能节”、“读书节")) == [
        ("Event", "职教周"),
        ("Event", "技能节"),
        ("Event", "读书节"),
    ]


def test_known_majors_joined_by_and_are_two_but_a_major_keeps_its_own_and() -> None:
    chars = "开设数控技术应用和汽车运用与维修专业"
    assert names(chars, ("Program", "数控技术应用和汽车运用与维修")) == [
        ("Program", "数控技术应用"),
        ("Program", "汽车运用与维修"),
    ]
    assert names(chars, ("Program", "汽车运用与维修")) == [("Program", "汽车运用与维修")]


@pytest.mark.parametrize(
    ("chars", "wanted"),
    [
        ("《甲学》《乙学》2部教材入选规划教材", "Textbook"),
        ("开发课程《甲学》和《乙学》。", "Course"),
        ("印发《甲学》《乙学》等文件", "Policy"),
        ("获《甲学》《乙学》等2项发明专利", "Achievement"),
    ],
)
def test_titles_in_a_row_are_of_the_kind_that_the_words_around_tell(chars: str, wanted: str) -> None:
    assert names(chars, ("Course", "甲学")) == [(wanted, "甲学"), (wanted, "乙学")]


def test_a_title_without_a_word_for_it_keeps_what_the_network_said_and_is_no_name_without() -> None:
    assert names("师生阅读《甲的故事》。", ("Textbook", "甲的故事")) == [("Textbook", "甲的故事")]
    assert names("师生阅读《甲的故事》。") == []


def test_words_that_name_nobody_go_also_behind_a_place() -> None:
    assert names("上海中职学校参加大赛", ("School", "上海中职学校"), ("Competition", "大赛")) == []


def test_an_honour_that_ends_in_school_stays_an_honour_and_a_base_is_a_base() -> None:
    assert names(
        "是国家级重点职业学校、国家级培训基地", ("Award", "国家级重点职业学校"), ("Award", "国家级培训基地")
    ) == [
        ("Award", "国家级重点职业学校"),
        ("Base", "国家级培训基地"),
    ]


def test_the_university_of_an_affiliated_school_is_named_too() -> None:
    chars = "河间师范大学附属职业学校"
    assert nested_schools(chars, [Found(0, len(chars), "School", 1)]) == [Found(0, 6, "School", 1)]


def test_of_two_that_overlap_the_longer_stays() -> None:
    assert without_overlap([Found(0, 3, "School", 1), Found(1, 6, "Base", 0.5), Found(6, 7, "Award", 1)]) == [
        Found(1, 6, "Base", 0.5),
        Found(6, 7, "Award", 1),
    ]
