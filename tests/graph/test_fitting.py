"""Short names find the one full name of their report that fits, or none."""

from __future__ import annotations

import pytest

from graph.identity.fitting import fits
from graph.identity.resolution import Link, Mention, resolve


def school(name: str, report: str = "r1", region: str = "上海市") -> Mention:
    return Mention("School", name, report, "", region)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("沪东高级技工", "沪东中华造船集团高级技工学校"),
        ("群星职校", "上海市群星职业技术学校"),
        ("南湖职业技术学院", "上海南湖职业技术学院"),
        ("东湖集团", "上海市东湖（集团）有限公司"),
        ("中国商飞", "中国商用飞机有限责任公司"),
        ("华为", "华为技术有限公司"),
        ("上海电子信息职院", "上海电子信息职业技术学院"),
    ],
)
def test_a_short_name_fits_the_full_one(short: str, full: str) -> None:
    others = [school(name) for name in ("上海市环境学校", "上海三菱电梯有限公司", "上海大学", "上海市教育委员会")]
    found = fits([school(short), school(full), *others])
    assert [(link.one.name, link.other.name) for link in found] == [(short, full)]
    identities = resolve([school(short), school(full)], found).identities
    assert identities[school(short)] == identities[school(full)]
    assert identities[school(short)].name == full


def test_two_full_names_that_fit_leave_the_short_one_alone() -> None:
    assert fits([school("华为"), school("华为技术有限公司"), school("华为终端有限公司")]) == []


def test_a_left_out_place_is_that_of_the_report() -> None:
    assert fits([school("南湖职业技术学院", region="浙江省"), school("上海南湖职业技术学院", region="浙江省")]) == []


def test_what_a_short_name_stands_for_holds_in_its_report_alone() -> None:
    here, full = school("群星职校"), school("上海市群星职业技术学校")
    there = school("群星职校", "r2", "江苏省")
    found = resolve([here, full, there], fits([here, full])).identities
    assert found[here] == found[full] != found[there]


def test_a_fit_never_overrules_what_the_report_introduces() -> None:
    short, full, said = school("群星职校"), school("上海市群星职业技术学校"), school("上海市群星职业学校附属科技学校")
    links = [*fits([short, full]), Link(short, said, "p1")]
    found = resolve([short, full, said], links).identities
    assert found[short] == found[said] != found[full]


def test_an_alliance_without_its_place() -> None:
    here = Mention("Alliance", "临港新片区生命蓝湾产教联合体", "r1", "", "上海市")
    full = Mention("Alliance", "上海临港新片区生命蓝湾产教联合体", "r1", "", "上海市")
    found = resolve([here, full], fits([here, full])).identities
    assert found[here] == found[full]
