"""Random tables of the kinds that vocational-education reports hold, with the truth a reader should find in them.

A printed grid is rows of cell texts in which ``^`` goes on with the cell above and ``<`` with the cell to the left. All
names are invented. The same seed gives the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

Grid = tuple[tuple[str, ...], ...]

# fmt: off
_PLACES = (
    "青禾", "云岭", "松川", "临渊", "望海", "长汀", "沧浦", "丰泽", "石桥", "银杏", "南屏", "白露", "清溪", "安陵",
    "平湖", "永泰", "汉皋", "东麓",
)
_FIELDS = (
    "现代农业", "电子信息", "轨道交通", "先进制造", "生物医药", "文化旅游", "新能源汽车", "智能建造", "现代物流",
    "学前教育", "护理", "数字媒体", "烹饪工艺", "珠宝首饰", "水利水电", "航空服务", "财经商贸", "工业机器人",
)
_SCHOOLS = ("职业技术学院", "职业学院", "高等专科学校", "中等职业技术学校", "技师学院", "职教中心", "高级技工学校")
_FIRMS = (
    "有限公司",
    "股份有限公司",
    "集团有限公司",
    "（集团）股份有限公司",
    "科技发展有限责任公司",
    "（中国）有限公司",
)
_AWARDS = ("一等奖", "二等奖", "三等奖", "金奖", "银奖", "优胜奖")
_GROUPS = ("国家级", "省级", "市级", "全国", "区域", "校级", "第一批", "第二批", "A 类", "B 类")
_COUNTS = (
    "招生数",
    "在校生数",
    "毕业生数",
    "专任教师数",
    "兼职教师数",
    "双师型教师数",
    "实训基地数",
    "图书册数",
    "校舍面积",
)
_PROSE = (
    "坚持立德树人根本任务", "紧密对接区域产业布局", "持续优化专业结构", "深化校企合作", "建立产业学院",
    "完善质量保证体系", "推动教师企业实践", "开展社区教育和职业培训", "健全技能竞赛机制", "扩大优质资源供给",
    "提升服务能级", "创新育人模式",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as printed (``head``, ``body``) and as a reader should have it (``header``, ``rows``)."""

    kind: str
    head: Grid
    body: Grid
    header: tuple[str, ...]
    rows: Grid
    aligns: tuple[str, ...]


def filled(grid: Grid) -> Grid:
    """The grid with merged cells filled in."""
    out: list[list[str]] = []
    for row in grid:
        made: list[str] = []
        for column, text in enumerate(row):
            made.append(out[-1][column] if text == "^" else made[-1] if text == "<" else text)
        out.append(made)
    return tuple(map(tuple, out))


def sheet(kind: str, head: Grid, body: Grid, aligns: tuple[str, ...] = ()) -> Sheet:
    """A table whose truth is its grid with merged cells filled: header names joined from top to bottom."""
    names = tuple(
        " ".join(dict.fromkeys(text for text in column if text)) for column in zip(*filled(head), strict=True)
    )
    return Sheet(kind, head, body, names, filled(body), aligns or ("",) * len(head[0]))


def school(rng: Random) -> str:
    """An invented school; sometimes with brackets, and long."""
    place, field = rng.choice(_PLACES), rng.choice((*_FIELDS, *[""] * 6))
    name = f"{place}{rng.choice(('市', '省', '', '县'))}{field}{rng.choice(_SCHOOLS)}"
    if rng.random() < 0.12:
        name += f"（{rng.choice(_PLACES)}市{rng.choice(_FIELDS)}学校）"
    return name


def firm(rng: Random) -> str:
    """An invented enterprise."""
    return f"{rng.choice(_PLACES)}{rng.choice(('', '市', '（南方）'))}{rng.choice(_FIELDS)}{rng.choice(_FIRMS)}"


def project(rng: Random) -> str:
    """What schools do or win with: a course, a base, a project."""
    field, other = rng.sample(_FIELDS, 2)
    return rng.choice((
        f"{field}技术", f"“{field}”课程、团队", f"{field}开放实训中心", f"{field}+{other}（{rng.choice(_PLACES)}方向）",
        f"5G+{field}", f"寻迹-智能{field}系统", f"{field}——{rng.choice(_PROSE)}的守护者", f"AI{field}解决方案",
        f"{field}与{other}融合创新团队培育项目", field, other,
    ))  # fmt: skip


def award(rng: Random) -> str:
    """A prize."""
    return rng.choice(_AWARDS)


def sentence(rng: Random, clauses: int = 4) -> str:
    """A sentence of report prose with a figure in it."""
    picked = rng.sample(_PROSE, min(clauses, len(_PROSE)))
    return f"{rng.choice(_PLACES)}{rng.choice(_SCHOOLS)}{'，'.join(picked)}，完成项目{rng.randint(2, 9999)}项。"


def figure(rng: Random) -> str:
    """A cell of a table of figures."""
    value = rng.random()
    if value < 0.06:
        return rng.choice(("—", "-", "/", ""))
    if value < 0.3:
        return f"{rng.uniform(0, 100):.{rng.choice((1, 2))}f}{rng.choice(('%', ''))}"
    return f"{rng.randint(1, 99999):,}" if value < 0.6 else str(rng.randint(0, 99999))


def listed(rng: Random) -> Sheet:
    """序号 | 学校 | …"""
    makers = rng.sample(
        [("学校名称", school), ("专业名称", project), ("合作企业", firm), ("奖项", award)], rng.randint(1, 3)
    )
    first = rng.choice(("序号", "序号", "", "编号"))
    rows = tuple(
        (str(number), *(make(rng) for _, make in makers)) for number in range(1, rng.choice((4, 8, 15, 28, 60)) + 1)
    )
    head = (first, *(name for name, _ in makers))
    return sheet("listed", (head,), rows, ("center",))


def spanned_head(rng: Random) -> Sheet:
    """A header cell over the serial numbers and the names."""
    rows = tuple((str(n), school(rng), project(rng)) for n in range(1, rng.choice((5, 11, 30)) + 1))
    return sheet("spanned head", (("学校名称", "<", rng.choice(("课程名称", "基地名称", "批次"))),), rows, ("center",))


def long_names(rng: Random) -> Sheet:
    """Four or five columns of long names that wrap."""
    head = ("", "联合体名称", "申报园区", "牵头学校", "牵头企业")
    rows = tuple(
        (
            str(n),
            f"{rng.choice(_PLACES)}{rng.choice(_FIELDS)}产教联合体",
            f"{rng.choice(_PLACES)}经济技术开发区",
            school(rng),
            firm(rng),
        )
        for n in range(1, rng.choice((6, 14, 22)) + 1)
    )
    if rng.random() < 0.4:
        return sheet("long names", (head[:1] + head[2:],), tuple(row[:1] + row[2:] for row in rows), ("center",))
    return sheet("long names", (head,), rows, ("center",))


def _groups(rng: Random, rows: int) -> list[int]:
    sizes: list[int] = []
    while sum(sizes) < rows:
        sizes.append(rng.choice((1, 2, 3, 4, 5, 8)))
    sizes[-1] -= sum(sizes) - rows
    return sizes


def grouped(rng: Random) -> Sheet:
    """类型 | 序号 | 学校 | …, the first column merged down."""
    total, body, number = rng.choice((6, 14, 30)), [], 0
    names = iter(rng.sample(_GROUPS, len(_GROUPS)) + [f"第{n}组" for n in range(1, 40)])
    anew = rng.random() < 0.4
    tail = rng.choice((project, award, firm))
    for size in _groups(rng, total):
        name = next(names)
        for at in range(size):
            number = at + 1 if anew else number + 1
            body.append((name if at == 0 else "^", str(number), school(rng), tail(rng)))
    return sheet("grouped", (("类型", "序号", "学校名称", "名称"),), tuple(body), ("center", "center"))


def grouped_in_cell(rng: Random) -> Sheet:
    """类型 | 1 学校 | …: number and name in one cell."""
    total, body, number = rng.choice((6, 14, 25)), [], 0
    names = iter(rng.sample(_GROUPS, len(_GROUPS)) + [f"第{n}组" for n in range(1, 40)])
    for size in _groups(rng, total):
        name = next(names)
        for at in range(size):
            number += 1
            body.append((name if at == 0 else "^", f"{number} {school(rng)}", project(rng)))
    return sheet("number in cell", (("类型", "学校名称", "基地名称"),), tuple(body), ("center",))


def both_ends(rng: Random) -> Sheet:
    """A group at the left, prizes merged at the right, headers over two columns."""
    body: list[tuple[str, ...]] = []
    number = 0
    for at, numeral in enumerate("一二三四"[: rng.randint(2, 4)]):
        size = rng.choice((2, 4, 7))
        prizes = _groups(rng, size)
        marks = [award(rng) if first == 0 else "^" for prize in prizes for first in range(prize)]
        name = f"{rng.choice(_FIELDS)}教学能力比赛" + ("（中等职业教育组）" if rng.random() < 0.4 else "")
        number = 0 if at % 2 else number
        for row in range(size):
            number += 1
            lead = (numeral, name) if row == 0 else ("^", "^")
            body.append((*lead, str(number), school(rng), marks[row]))
    return sheet(
        "both ends", (("项目名称", "<", "学校名称", "<", "奖项"),), tuple(body), ("center", "", "center", "", "center")
    )


def side_by_side(rng: Random) -> Sheet:
    """Two or three sets of columns side by side, the last one incomplete."""
    sets, columns = rng.choice((2, 2, 3)), rng.choice((2, 3))
    if sets == 3:
        columns = 2
    total = rng.choice((7, 15, 30, 59))
    per = -(-total // sets)
    total = max(total, per * (sets - 1) + 1)
    rows = tuple((str(n), school(rng), project(rng))[:columns] for n in range(1, total + 1))
    blank = ("",) * columns
    if rng.random() < 0.6:
        order = [[set_ * per + at for set_ in range(sets)] for at in range(per)]
    else:
        order = [[at * sets + set_ for set_ in range(sets)] for at in range(per)]
    body = tuple(tuple(text for n in line for text in (rows[n] if n < total else blank)) for line in order)
    head = (rng.choice(("序号", "")), "学校名称", "专业名称")[:columns]
    made = sheet("side by side", (head * sets,), body, (("center", "", "")[:columns]) * sets)
    return replace(made, header=head, rows=rows)


def figures(rng: Random) -> Sheet:
    """指标 | 单位 | years; numbers, dashes, empty cells, a last row 合计."""
    years = [f"{year}年" for year in range(2025 - rng.randint(2, 4), 2025)]
    unit = rng.random() < 0.5
    names = rng.sample(_COUNTS, rng.randint(4, 9))
    rows = [(name, *(("人",) if unit else ()), *(figure(rng) for _ in years)) for name in names]
    if rng.random() < 0.6:
        rows.append(("合计", *(("人",) if unit else ()), *(str(rng.randint(1000, 99999)) for _ in years)))
    head = (rng.choice(("指标", "项目", "指标名称")), *(("单位",) if unit else ()), *years)
    right = rng.choice(("right", "center", ""))
    return sheet("figures", (head,), tuple(rows), ("left", *(("center",) if unit else ()), *(right for _ in years)))


def two_level(rng: Random) -> Sheet:
    """A header of two rows."""
    first, second = rng.sample(("学生情况", "教师情况", "经费（万元）", "占比（%）"), 2)
    head: Grid = (
        ("学校名称", first, "<", "<", second, "<"),
        ("^", *rng.sample(("招生", "在校", "毕业", "就业"), 3), *rng.sample(("专任", "兼职", "投入", "支出"), 2)),
    )
    rows = [(school(rng), *(figure(rng) or "0" for _ in range(5))) for _ in range(rng.choice((4, 9, 25)))]
    if rng.random() < 0.5:
        rows.append(("合计", *(str(rng.randint(100, 99999)) for _ in range(5))))
    if rng.random() < 0.4:
        head = (("序号", *head[0]), ("^", *head[1]))
        rows = [(str(n) if row[0] != "合计" else "", *row) for n, row in enumerate(rows, 1)]
        return sheet("two level", head, tuple(rows), ("center", "left", *("right",) * 5))
    return sheet("two level", head, tuple(rows), ("left", *("right",) * 5))


def key_value(rng: Random) -> Sheet:
    """项目 | 内容, the second column prose that wraps."""
    names = rng.sample(
        ("办学目标", "专业建设", "师资队伍", "校企合作", "服务贡献", "质量保障", "国际合作"), rng.randint(3, 6)
    )
    rows = tuple((name, sentence(rng, rng.randint(1, 9))) for name in names)
    return sheet("key value", (("项目", "主要内容"),), rows, ("center", "left"))


def unnumbered(rng: Random) -> Sheet:
    """学校 | 专业 without any serial number, empty cells, remarks."""
    rows = tuple(
        (school(rng), project(rng), award(rng), rng.choice(("", "", "新增", "立项建设")))
        for _ in range(rng.choice((4, 9, 20)))
    )
    return sheet("unnumbered", (("学校名称", "项目名称", "等级", "备注"),), rows)


KINDS: Mapping[str, Callable[[Random], Sheet]] = {
    "listed": listed, "spanned head": spanned_head, "long names": long_names, "grouped": grouped,
    "number in cell": grouped_in_cell, "both ends": both_ends, "side by side": side_by_side, "figures": figures,
    "two level": two_level, "key value": key_value, "unnumbered": unnumbered,
}  # fmt: skip


def blocks(rng: Random, kinds: tuple[str, ...]) -> list[object]:
    """A document's blocks: (level, heading), paragraph texts and :class:`Captioned` tables, a case box now and then."""
    out: list[object] = []
    for number, kind in enumerate(kinds, 1):
        if number % 2:
            out.append((1, f"{(number + 1) // 2} {rng.choice(_FIELDS)}人才培养"))
        out.append((2, f"{(number + 1) // 2}.{2 - number % 2} {rng.choice(_FIELDS)}基本情况"))
        out += ["".join(sentence(rng) for _ in range(rng.randint(2, 4))) for _ in range(rng.randint(1, 3))]
        made = KINDS[kind](rng)
        note = f"数据来源：{rng.choice(_PLACES)}市教育统计年鉴。" if rng.random() < 0.25 else ""
        title = f"{rng.choice(_PLACES)}市{rng.choice(_FIELDS)}{rng.choice(('名单', '一览表', '情况统计'))}"
        out.append(Captioned(made, number, f"{title}（第{number}批）", note))
        if rng.random() < 0.6:
            out.append("".join(sentence(rng) for _ in range(rng.randint(1, 3))))
        if rng.random() < 0.25:
            out.append(
                Box(f"案例 {number} {rng.choice(_FIELDS)}育人新路", tuple(sentence(rng, 6) * 2 for _ in range(2)))
            )
    return out


@dataclass(frozen=True, slots=True)
class Captioned:
    """A table with its number, title and note."""

    sheet: Sheet
    number: int
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Box:
    """A case box."""

    title: str
    paragraphs: tuple[str, ...]
