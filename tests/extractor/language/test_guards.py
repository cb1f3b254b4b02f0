import pytest

from extractor.language.guards import guard, nested_schools, sure_enough, without_overlap
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
        ("在全省选拔赛（青年组精选项目）中获奖", "Competition", "全省选拔赛（青年组", "全省选拔赛（青年组精选项目）"),
        ("在全省选拔赛（青年组，教师组）中获奖", "Competition", "全省选拔赛（青年组", "全省选拔赛"),
        ("·校园技能节·", "Event", "·校园技能节·", "校园技能节"),
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


def test_a_school_and_its_unit_side_by_side_are_one_name_that_names_the_school_too() -> None:
    chars = "河间职业学校护理教学团队入选"
    found = guard(chars, [Found(0, 6, "School", 0.9), Found(6, 12, "Award", 0.9)])
    assert [(name.label, chars[name.start : name.end]) for name in found] == [
        ("Organization", "河间职业学校护理教学团队")
    ]
    assert [chars[name.start : name.end] for name in nested_schools(chars, found)] == ["河间职业学校"]


def test_a_contest_and_its_base_are_one_but_its_prize_is_another() -> None:
    base = ("Competition", "省技能大赛"), ("Base", "焊接训练基地")
    assert names("是省技能大赛焊接训练基地", *base) == [("Base", "省技能大赛焊接训练基地")]
    assert len(names("获省技能大赛一等奖", ("Competition", "省技能大赛"), ("Award", "一等奖"))) == 2


@pytest.mark.parametrize(
    ("chars", "label", "given", "wanted"),
    [
        ("运营“智慧管家”项目", "Project", "“智慧管家”项目", ("Project", "智慧管家")),
        ("增设焊接技术应用中高职贯通", "Program", "焊接技术应用中高职贯通", ("Program", "焊接技术应用")),
        ("开设护理专业", "Program", "护理专业", ("Program", "护理")),
        ("建设护理专业群", "Program", "护理专业群", ("Program", "护理专业群")),
        ("是全国校长联席会主席单位", "Award", "全国校长联席会", ("Organization", "全国校长联席会")),
        ("河间区2024年印发方案", "Place", "河间区", ("Organization", "河间区")),
        ("立项为市级精品课程建设", "Award", "精品课程", ("Award", "市级精品课程")),
    ],
)
def test_bounds_and_labels_that_neighbours_settle(chars: str, label: str, given: str, wanted: tuple[str, str]) -> None:
    assert names(chars, (label, given)) == [wanted]


@pytest.mark.parametrize("behind", ["等领域", "等3个项目", "等重点产业"])
def test_fields_and_contest_events_in_a_list_are_no_majors(behind: str) -> None:
    chars = f"聚焦智能制造、新能源汽车{behind}"
    assert names(chars, ("Program", "智能制造"), ("Program", "新能源汽车")) == []


def test_a_second_name_in_brackets_is_a_name_of_its_own() -> None:
    assert names("杨明（扬·罗）主持", ("Person", "杨明（扬·罗）")) == [("Person", "杨明"), ("Person", "扬·罗")]


def test_an_unsure_name_stays_where_its_list_or_a_gazetteer_bears_it_out() -> None:
    chars = "与甲公司、乙公司在德国共建丙公司"
    found = [Found(1, 4, "Enterprise", 0.9), Found(5, 8, "Enterprise", 0.4), Found(9, 11, "Place", 0.4)]
    found.append(Found(13, 16, "Enterprise", 0.4))
    kept = sure_enough(chars, found, least=0.5, supported=0.35)
    assert [chars[name.start : name.end] for name in kept] == ["甲公司", "乙公司", "德国"]


def test_titles_of_several_schools_are_one_list() -> None:
    chars = "东河职业学校《甲学》、西河职业学校《乙学》等2所学校的2门课程入选"
    assert names(chars, ("Textbook", "甲学")) == [("Course", "甲学"), ("Course", "乙学")]


def test_an_office_by_its_bare_name_is_nobody_and_with_its_place_somebody() -> None:
    assert names("由教育局主管", ("Organization", "教育局")) == []
    assert names("由静安区教育局主管", ("Organization", "静安区教育局")) == [("Organization", "静安区教育局")]


def test_a_title_whose_kind_words_tell_is_sure_and_one_left_to_the_network_as_sure_as_it() -> None:
    def sure(chars: str) -> float:
        at = chars.index("甲学")
        return guard(chars, [Found(at, at + 2, "Course", 0.5)])[0].confidence

    assert sure("出版教材《甲学》。") > 0.8
    assert sure("师生阅读《甲学》。") == 0.5


def test_a_unit_beside_its_school_is_as_sure_as_the_surer_of_the_two() -> None:
    chars = "河间学校烹饪教学团队获奖"
    found = [Found(0, 4, "School", 0.55), Found(4, 10, "Organization", 0.95)]
    assert guard(chars, found) == [Found(0, 10, "Organization", 0.95)]


def test_the_ministry_in_front_of_a_quoted_honour_is_a_name_of_its_own() -> None:
    assert names("入选教育部首批“急救教育学校”。", ("Award", "教育部首批“急救教育学校”")) == [
        ("Organization", "教育部"),
        ("Award", "首批“急救教育学校”"),
    ]
    assert names("入选教育部现场工程师计划。", ("Award", "教育部现场工程师计划")) == [("Award", "教育部现场工程师计划")]


def test_ranks_in_a_row_that_share_their_noun_are_one_name() -> None:
    assert names("获一、二、三等奖。", ("Award", "三等奖")) == [("Award", "一、二、三等奖")]
    assert names("获一等奖、二等奖。", ("Award", "二等奖")) == [("Award", "二等奖")]
