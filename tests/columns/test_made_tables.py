"""Tables as other provinces print them, made up: what each must say, and what it must not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.columns import table_records
from extractor.columns.cells import split_persons
from extractor.document import Cell, Document, Level, ReportMeta, Row, Table
from extractor.ontology import ontology
from extractor.records import Record

A, B = "临湖职业技术学院", "海川工程职业学院"
FIRM = "海天重工股份有限公司"


def read(text: str, *, level: Level | None = None, issuer: str = "") -> list[Record]:
    """Records of one table: caption, header, rows; cells parted by ``|``."""
    caption, header, *rows = [line.strip() for line in text.strip().splitlines()]
    table = Table(
        None, caption, tuple(header.split("|")), tuple(Row(tuple(Cell(c) for c in row.split("|"))) for row in rows)
    )
    return table_records(Document("x", ReportMeta(region="江苏", level=level, issuer=issuer), (table,)))


def said(text: str, *, level: Level | None = None, issuer: str = "") -> set[str]:
    """Each relation as ``head TYPE tail key=value …``, each fact as ``subject|metric|value|unit|year|group``."""
    out = set()
    for record in read(text, level=level, issuer=issuer):
        for r in record.relations:
            attributes = "".join(f" {key}={value}" for key, value in sorted(r.attributes.items()))
            out.add(f"{r.head} {r.type} {r.tail}{attributes}")
        for f in record.facts:
            out.add("|".join([f.subject, f.metric, f.value, f.unit, str(f.year or ""), f.group]))
    return out


def test_programs_of_a_selection_carry_it_as_status() -> None:
    assert said(f"""
        表 1 江苏省高水平专业群立项名单
        序号|学校名称|专业群名称|专业代码|立项年份|级别
        1|{A}|智能制造专业群|460104|2023|省级
        2|{B}|现代物流专业群|530802|2022|国家级
    """) == {
        f"{A} OFFERS 智能制造专业群 level=省市 status=高水平专业群立项 year=2023",
        f"{B} OFFERS 现代物流专业群 level=国家 status=高水平专业群立项 year=2022",
    }


def test_students_and_their_school_win_and_the_teacher_works_there() -> None:
    contest = "2024年江苏省职业院校技能大赛"
    prize = f"RECEIVED 一等奖 at={contest} event=数控多轴加工技术 year=2024"
    assert said(f"""
        表2 {contest}获奖名单
        序号|学校|赛项名称|获奖学生|指导教师|等级
        1|{A}|数控多轴加工技术|张伟、李晓明|王芳 赵敏|一等奖
    """) == {
        f"{A} {prize}", f"张伟 {prize}", f"李晓明 {prize}",
        f"张伟 WORKS_AT {A} title=学生", f"李晓明 WORKS_AT {A} title=学生",
        f"王芳 WORKS_AT {A} title=指导教师", f"赵敏 WORKS_AT {A} title=指导教师",
    }  # fmt: skip


def test_indicators_down_the_side() -> None:
    assert said("""
        表3 主要办学指标
        指标|单位|2023年|2024年
        在校生数|人|5,120|5386
        生师比|—|14.5:1|14.2
        校企合作企业数|家|—|88
    """) == {
        "江苏|在校生数|5,120|人|2023|", "江苏|在校生数|5386|人|2024|",
        "江苏|生师比|14.5:1||2023|", "江苏|生师比|14.2||2024|",
        "江苏|校企合作企业数|88|家|2024|",
    }  # fmt: skip


def test_indicators_across_the_top() -> None:
    assert said(f"""
        表6 各校在校生情况（单位：人）
        学校名称|在校生数|就业率（%）
        {A}|8000|97.1
        {B}|6000|—
        合计|14000|
    """) == {f"{A}|在校生数|8000|人||", f"{A}|就业率|97.1|%||", f"{B}|在校生数|6000|人||", "江苏|在校生数|14000|人||"}


def test_how_many_were_asked_is_a_figure_of_its_own() -> None:
    assert said("""
        表3 满意度调查表
        指标|单位|2024年|调查人次|调查方式
        学生满意度|%|96.2|1200|问卷
        家长满意度|%|95.0|800|问卷
    """) == {
        "江苏|学生满意度|96.2|%|2024|", "江苏|学生满意度，调查人次|1200|||", "江苏|家长满意度|95.0|%|2024|",
        "江苏|家长满意度，调查人次|800|||",
    }  # fmt: skip


def test_a_second_header_line_tells_the_group() -> None:
    assert said("""
        表4 在校生规模（单位：人）
        指标|2024年|2024年
        |中职|高职
        在校生数|1200|3400
        毕业生数|400|1100
    """) == {
        "江苏|在校生数|1200|人|2024|中职", "江苏|在校生数|3400|人|2024|高职",
        "江苏|毕业生数|400|人|2024|中职", "江苏|毕业生数|1100|人|2024|高职",
    }  # fmt: skip


def test_years_down_the_side() -> None:
    assert said("""
        表7 2020—2024年中职招生情况
        年份|招生数（万人）
        2020|1.2
        2021|1.3
    """) == {"江苏|招生数|1.2|万人|2020|", "江苏|招生数|1.3|万人|2021|"}


def test_an_indicators_part_goes_on_its_name() -> None:
    facts = said(f"""
        表16 计分卡
        院校名称|指标||单位|2024年
        {A}|毕业生人数|毕业生人数|人|2611
        {A}|毕业去向落实人数|其中：升学人数|人|411
    """)
    assert facts == {f"{A}|毕业生人数|2611|人|2024|", f"{A}|毕业去向落实人数，其中：升学人数|411|人|2024|"}


def test_columns_of_prizes_are_counts() -> None:
    assert said(f"""
        表8 2023年江苏省职业技能大赛获奖统计
        学校|一等奖|二等奖|合计
        {A}|3|0|3
    """) == {f"{A} RECEIVED 一等奖 at=2023年江苏省职业技能大赛 count=3 year=2023", f"{A}|合计|3||2023|"}


def test_enterprises_with_their_schools_and_programs() -> None:
    assert said(f"""
        表4 校企合作企业一览表
        序号|企业名称|合作学校|合作专业
        1|{FIRM}|{A}|机电一体化技术、软件技术
    """) == {f"{FIRM} COOPERATES_WITH {A}", f"{A} OFFERS 机电一体化技术", f"{A} OFFERS 软件技术"}


def test_policies() -> None:
    assert said("""
        表5 出台政策文件
        序号|文件名称|文号|发文单位|发布时间
        1|《关于推动职业教育发展的实施意见》|苏政办发〔2023〕12号|江苏省人民政府办公厅|2023年5月
    """) == {
        "关于推动职业教育发展的实施意见 ALIAS_OF 苏政办发〔2023〕12号",
        "江苏省人民政府办公厅 ISSUED 关于推动职业教育发展的实施意见 year=2023",
    }


def test_a_school_named_by_the_caption_holds_the_list() -> None:
    assert said(f"""
        表9 {A}省级精品在线开放课程一览表
        序号|课程名称|立项时间
        1|机械制图|2022
    """) == {f"{A} DEVELOPED 机械制图", "机械制图 RECEIVED 省级精品在线开放课程 year=2022"}


def test_a_schools_own_report_holds_its_lists_across() -> None:
    (record,) = read(
        """
        表9 校企合作情况
        序号|合作企业|合作内容
        1|海天重工股份有限公司|订单班
        """,
        level="校",
        issuer=A,
    )
    (relation,) = record.relations
    assert (relation.head, relation.type, relation.tail, relation.across) == (A, "COOPERATES_WITH", FIRM, True)
    assert A not in {entity.name for entity in record.entities}


def test_teaching_achievement_prizes() -> None:
    prize = "RECEIVED 一等奖 at=职业教育国家级教学成果奖 year=2022"
    assert said(f"""
        表10 2022年职业教育国家级教学成果奖获奖名单
        序号|成果名称|完成单位|完成人|奖项
        1|四链融通的创新与实践|{A}、{FIRM}|张伟|一等奖
    """) == {
        f"四链融通的创新与实践 {prize}",
        f"{A} DEVELOPED 四链融通的创新与实践", f"{FIRM} DEVELOPED 四链融通的创新与实践",
        "张伟 DEVELOPED 四链融通的创新与实践 role=完成人",
    }  # fmt: skip


def test_schools_whose_programs_go_on_into_one_another() -> None:
    assert said(f"""
        表12 中高职贯通培养项目
        中职学校|中职专业|高职院校|高职专业|贯通模式
        临湖中等专业学校|数控技术应用|{A}|数控技术|五年一贯制
    """) == {
        f"临湖中等专业学校 ARTICULATES_WITH {A} mode=五年一贯制",
        "临湖中等专业学校 OFFERS 数控技术应用",
        f"{A} OFFERS 数控技术",
    }


def test_help_to_schools_and_places() -> None:
    assert said(f"""
        表13 对口帮扶情况
        支援学校|受援学校|受援地区
        {A}|昭通市职业教育中心|云南昭通
        {B}|喀什技师学院|新疆喀什
    """) == {
        f"{A} SUPPORTS 昭通市职业教育中心", f"{A} SUPPORTS 云南昭通",
        f"{B} SUPPORTS 喀什技师学院", f"{B} SUPPORTS 新疆喀什",
    }  # fmt: skip


def test_status_of_a_row_is_kept_and_other_types_are_none() -> None:
    assert said(f"""
        表 13 江苏省高水平高职学校立项（培育）建设单位名单
        序号|学校名称|类型
        1|{A}|立项
        2|{B}|培育
    """) == {f"{A} RECEIVED 江苏省高水平高职学校 status=立项", f"{B} RECEIVED 江苏省高水平高职学校 status=培育"}
    assert said(f"""
        表 24 专利一览表
        专利名称|专利权人|类型
        一种焊接夹具|{A}|实用新型
    """) == {f"{A} DEVELOPED 一种焊接夹具"}


def test_leaders_and_members_of_several_kinds_in_a_cell() -> None:
    assert said(f"""
        表21 行业产教融合共同体成员单位
        共同体名称|牵头单位|成员单位
        纺织行业产教融合共同体|{A}、{FIRM}|{B}；江苏省纺织工业协会
    """) == {
        f"{A} LEADS 纺织行业产教融合共同体 role=牵头单位", f"{FIRM} LEADS 纺织行业产教融合共同体 role=牵头单位",
        f"{B} MEMBER_OF 纺织行业产教融合共同体 role=成员单位",
        "江苏省纺织工业协会 MEMBER_OF 纺织行业产教融合共同体 role=成员单位",
    }  # fmt: skip


def test_a_named_unit_offers_and_belongs_to_the_captions_school() -> None:
    assert said(f"""
        表22 {A}专业设置一览表
        所属学院|专业名称|专业代码|在校生数
        智能制造学院|机电一体化技术|460301|560
    """) == {
        "智能制造学院 OFFERS 机电一体化技术",
        f"智能制造学院 AFFILIATED_TO {A} kind=二级单位",
        "智能制造学院|在校生数|560|||机电一体化技术",
    }


def test_a_selection_of_projects_without_their_names_honours_the_school() -> None:
    plan = "教育部首批职业教育现场工程师专项培养计划项目"
    assert said(f"""
        表 18 {plan}名单
        学校|合作企业|专业|岗位
        {A}|{FIRM}|机电一体化技术|装调工程师
    """) == {
        f"{A} RECEIVED {plan} batch=首批", f"{A} COOPERATES_WITH {FIRM}", f"{A} OFFERS 机电一体化技术",
    }  # fmt: skip


def test_bases_abroad_stand_where_they_stand() -> None:
    assert said(f"""
        表 17 鲁班工坊一览表
        学校名称|所在国家|工坊名称
        {A}|泰国|中泰鲁班工坊
    """) == {f"{A} OPERATES 中泰鲁班工坊", "中泰鲁班工坊 LOCATED_IN 泰国"}


def test_a_kind_of_contest_is_no_contest() -> None:
    assert said(f"""
        表16 {A}2024年学生参加技能大赛获奖一览表
        竞赛名称|等级|获奖学生
        江苏省职业院校技能大赛焊接技术赛项|二等奖|张伟
    """) == {
        f"张伟 WORKS_AT {A} title=学生",
        "张伟 RECEIVED 二等奖 at=江苏省职业院校技能大赛焊接技术赛项 year=2024",
        f"{A} RECEIVED 二等奖 at=江苏省职业院校技能大赛焊接技术赛项 year=2024",
    }  # fmt: skip


def test_honours_in_a_column_and_who_granted_them() -> None:
    assert said(
        """
        表15 学校荣誉一览表
        序号|荣誉名称|授予单位|获奖时间
        1|全国职业教育先进单位|教育部|2023年
        """,
        level="校",
        issuer=A,
    ) == {"全国职业教育先进单位 GRANTED_BY 教育部", f"{A} RECEIVED 全国职业教育先进单位 year=2023"}


@pytest.mark.parametrize("order", [("牵头企业", "牵头高校"), ("牵头高校", "牵头企业")])
def test_swapped_roles_follow_the_cells(order: tuple[str, str]) -> None:
    assert said(f"""
        表1 行业产教融合共同体名单
        共同体名称|{order[0]}|{order[1]}
        重型装备行业产教融合共同体|{FIRM}|临湖大学
    """) >= {
        f"{FIRM} LEADS 重型装备行业产教融合共同体 role=牵头企业",
        "临湖大学 LEADS 重型装备行业产教融合共同体 role=牵头高校",
    }


def test_a_misprinted_header_word_is_still_known() -> None:
    assert said(f"""
        表1 行业产教融合共同体名单
        共同体名称|牵头学较
        重型装备行业产教融合共同体|{A}
    """) == {f"{A} LEADS 重型装备行业产教融合共同体 role=牵头学校"}


def test_the_covers_table_of_how_it_was_published_says_nothing() -> None:
    assert (
        said("""
        公开形式
        1|省 份|江苏省
        2|公开形式|某某官方网站专栏发布
        3|公开时间|2025 年 3 月 13 日
        4|备 注|
    """)
        == set()
    )


def test_brackets_of_a_form_or_place_are_no_second_name() -> None:
    (record,) = read("""
        表1 校企合作企业名单
        企业名称|合作学校
        海天科技（江苏）有限公司|临湖学校（东校区）
    """)
    assert {e.name for e in record.entities} == {"海天科技（江苏）有限公司", "临湖学校（东校区）"}


def test_persons_parted_by_blanks_and_marks() -> None:
    assert [name.text for name in split_persons("1. 王 芳、李晓明 赵敏")] == ["王芳", "李晓明", "赵敏"]
    assert split_persons("数控技术 焊接技术") == []


CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "1",
            "一",
            "2023",
            A,
            f"{A}、{FIRM}",
            "甲学校（乙学校）",
            "甲学校（现为乙学院）",
            "金奖",
            "省级",
            "张伟 王芳",
            "3.5%",
            "（",
            "《",
        ]
    ),
)
WORDS = "学校名称 专业 奖项 指标 单位 2024年 牵头企业 共同体名称 课程名称 负责人 项目名称 类型 文号 文件名称 合作单位"
HEADER = st.one_of(st.text(max_size=10), st.sampled_from(WORDS.split()))


@settings(max_examples=150, deadline=None)
@given(
    caption=st.one_of(
        st.text(max_size=40), st.sampled_from(["表1 2024年技能大赛金奖名单", "优质专业立项名单", "示范校"])
    ),
    header=st.lists(HEADER, max_size=6),
    rows=st.lists(st.lists(CELL, max_size=7), max_size=5),
)
def test_any_table_gives_names_that_stand_there(caption: str, header: list[str], rows: list[list[str]]) -> None:
    table = Table(1, caption, tuple(header), tuple(Row(tuple(Cell(c) for c in row)) for row in rows))
    records = table_records(Document("x", ReportMeta(region="江苏"), (table,)))
    assert len(records) == len(rows)
    for record in records:
        labels = {entity.name: entity.label for entity in record.entities}
        for entity in record.entities:
            if entity.start is not None:
                assert "".join(record.text[entity.start : entity.end].split()) == "".join(entity.name.split())
        for r in record.relations:
            assert ontology().relations[r.type].allows(labels[r.head], labels[r.tail])


@pytest.mark.parametrize(
    "cell", ["甲学校、" * 900, "甲学校" + "（乙学校）" * 600, "（" * 3900, "一等奖" * 1300, "甲、" * 400_000]
)
def test_long_cells_take_bounded_time(cell: str) -> None:
    table = Table(1, "表1 大赛" * 5000, ("学校名称", "项目名称", "奖项"), (Row((Cell(cell), Cell(cell), Cell(cell))),))
    begin = time.process_time()
    (record,) = table_records(Document("x", ReportMeta(region="江苏"), (table,)))
    assert record.text.count("\t") == 2
    assert time.process_time() - begin < 30
