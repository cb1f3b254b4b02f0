"""A country that does not exist: cities, their schools, enterprises and alliances, as they are from year to year.

Everything follows from a seed. A body keeps its name, partners and programmes over the years; some schools are renamed
once, and each city has look-alikes (第一…学校, 第二…学校) that must not become one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

FIRST_YEAR = 2019

_CITY = ("岚澄砚霁栎珞淙峤漪珩", "川陵溪浦原湖港台岭洲")
_BRAND = ("云青北远鸿景瀚铭拓擎骏曜", "帆隼桥岳衡澜驰禾纬翎芯皓")
_TRADES = (
    "机电工程", "信息技术", "轻纺工业", "交通运输", "旅游", "农业", "建筑工程", "化工", "艺术设计", "现代服务",
)  # fmt: skip
_SCHOOL_KINDS = ("职业技术学院", "学校", "中等专业学校", "职业技术学校", "技师学院")
_FIRM_TRADES = ("智能装备", "汽车制造", "食品", "物流", "生物医药", "信息科技", "航空科技", "纺织", "新能源", "建筑")
_FIRM_FORMS = ("有限公司", "股份有限公司", "集团有限公司")
_INDUSTRIES = ("新能源汽车", "智能制造", "现代纺织", "生物医药", "智慧物流", "低空经济", "文化旅游", "绿色化工")
_PROGRAMS = (
    "数控技术应用", "工业机器人技术应用", "电子商务", "物流服务与管理", "新能源汽车运用与维修", "计算机网络技术",
    "护理", "旅游服务与管理", "会计事务", "建筑工程施工", "服装设计与工艺", "中餐烹饪",
    "无人机操控与维护", "食品加工工艺", "畜禽生产技术", "化学工艺",
)  # fmt: skip
_BASE_KINDS = ("实训中心", "产业学院", "技术服务中心", "实训基地")
_HONOURS = ("{city}文明校园", "{city}优质中等职业学校", "{city}绿色学校", "全国职业教育先进单位")
EVENTS = (
    "数控综合应用技术", "电子商务运营", "网络建设与运维", "护理技能", "建筑工程识图", "服装设计", "现代物流综合作业",
    "无人机应用技术",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class School:
    """A school; ``former`` is its name before the year ``renamed``."""

    name: str
    bureau: str
    programs: tuple[str, ...]
    partners: tuple[int, ...]
    bases: tuple[str, ...]
    honour: str
    former: str = ""
    renamed: int | None = None

    def called(self, year: int) -> str:
        """What a report of ``year`` calls it."""
        return self.former if self.renamed is not None and year < self.renamed else self.name


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise and its short name."""

    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Alliance:
    """An alliance with who leads it (index of a firm, of two schools of the city) and since when."""

    name: str
    firm: int
    college: int
    school: int
    since: int


@dataclass(frozen=True, slots=True)
class City:
    """A city with what is in it."""

    name: str
    stem: str
    bureau: str
    institute: str
    schools: tuple[School, ...]
    firms: tuple[Firm, ...]
    alliances: tuple[Alliance, ...]


@dataclass(frozen=True, slots=True)
class World:
    """All cities, and the alliances of the whole country that schools of several cities are in."""

    seed: int
    cities: tuple[City, ...]
    national: tuple[str, ...] = field(default=tuple(f"全国{name}行业产教融合共同体" for name in _INDUSTRIES[:5]))


def make_world(seed: int, cities: int, schools: int = 7, firms: int = 6) -> World:
    """A world of so many cities (at most 100) with so many schools and enterprises each."""
    chance = random.Random(f"world {seed}")  # noqa: S311 - seeded on purpose
    stems = [one + other for one in _CITY[0] for other in _CITY[1]]
    if not 1 <= cities <= len(stems):
        raise ValueError(f"a world has 1 to {len(stems)} cities, not {cities}")
    chance.shuffle(stems)
    used: set[str] = set()
    return World(seed, tuple(_city(stem, schools, firms, used, chance) for stem in stems[:cities]))


def _city(stem: str, schools: int, firms: int, used: set[str], chance: random.Random) -> City:
    bureau = f"{stem}市教育局"
    firm_list = tuple(_firm(used, chance) for _ in range(firms))
    names = _school_names(stem, schools, chance)
    made = tuple(_school(stem, name, bureau, firms, chance) for name in names)
    industries = chance.sample(_INDUSTRIES, 3)
    alliances = tuple(
        Alliance(
            f"{stem}{industry}{'产教融合共同体' if at else '产教联合体'}",
            chance.randrange(firms), 0, chance.randrange(1, schools) if schools > 1 else 0,
            FIRST_YEAR + chance.randrange(4),
        )
        for at, industry in enumerate(industries)
    )  # fmt: skip
    return City(f"{stem}市", stem, bureau, f"{stem}市职业教育研究所", made, firm_list, alliances)


def _school_names(stem: str, count: int, chance: random.Random) -> list[str]:
    """The first is a college; a pair of numbered look-alikes; the rest by trade."""
    names = [f"{stem}职业技术学院", f"{stem}第一商贸学校", f"{stem}第二商贸学校"]
    for trade in chance.sample(_TRADES, len(_TRADES)):
        names.append(f"{stem}{trade}{chance.choice(_SCHOOL_KINDS[1:])}")
    return names[:count]


def _school(stem: str, name: str, bureau: str, firms: int, chance: random.Random) -> School:
    programs = tuple(chance.sample(_PROGRAMS, 4))
    bases = tuple(f"{program[:4]}{chance.choice(_BASE_KINDS)}" for program in programs[:2])
    former, renamed = "", None
    if "商贸" not in name and chance.random() < 0.2:
        former, renamed = f"{stem}{chance.choice('东西南北')}湖{chance.choice(_SCHOOL_KINDS[2:4])}", FIRST_YEAR + 3
    honour = chance.choice(_HONOURS).format(city=f"{stem}市")
    partners = tuple(chance.sample(range(firms), min(2, firms)))
    return School(name, bureau, programs, partners, bases, honour, former, renamed)


def _firm(used: set[str], chance: random.Random) -> Firm:
    while True:
        brand = chance.choice(_BRAND[0]) + chance.choice(_BRAND[1])
        trade, form = chance.choice(_FIRM_TRADES), chance.choice(_FIRM_FORMS)
        short = f"{brand}{'集团' if form.startswith('集团') else trade}"
        if short not in used and f"{brand}{trade}" not in used:
            used |= {short, f"{brand}{trade}"}
            return Firm(f"{brand}{trade}{form}", short)
