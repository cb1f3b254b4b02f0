"""What adding a report costs to a hundred and to a thousand: CPU time from records to the delta, without the store."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from extractor.records import Entity, Fact, Record, Relation
from graph.building.claims import ReportInfo
from graph.building.contribute import contribute
from graph.building.desired import delta_since
from graph.building.state import State, open_state
from graph.building.weave import put

# Regions whose schools, enterprises and alliances come back every year; bodies and contests that all reports name.
PLACES = [
    "岚川",
    "青桥",
    "云汐",
    "北澜",
    "柳坪",
    "金渡",
    "松原坝",
    "石漳",
    "白鹭",
    "长桑",
    "溪口",
    "安屏",
    "望海坪",
    "鹿泉岭",
    "竹亭",
    "沙垣",
    "平芜",
    "霞屿",
    "丹墟",
    "绿洲",
]
TRADES = [
    "机电工程",
    "信息技术",
    "商贸",
    "旅游服务",
    "交通运输",
    "现代农业",
    "纺织服装",
    "新能源汽车",
    "医药卫生",
    "建筑工程",
    "食品生物",
    "艺术设计",
]
NATIONAL = ("教育部", "人力资源和社会保障部", "全国总工会")
CONTEST = "全国职业院校技能大赛"


def region_of(number: int, senders: int = 400) -> tuple[str, int]:
    """The region and the year of a report: ``senders`` regions report each year."""
    sender = number % senders
    region = f"{PLACES[sender % 20]}{'东西南北中'[sender // 20 % 5]}{'安宁和平'[sender // 100 % 4]}市"
    return region, 2000 + number // senders


def make_report(number: int, senders: int = 400) -> tuple[ReportInfo, list[Record]]:
    """A report of some 50 passages: schools of its region with partners, programs, prizes, figures and short names."""
    region, year = region_of(number, senders)
    chance = random.Random(f"{region}{year}")  # noqa: S311 - seeded on purpose
    info = ReportInfo(f"{region}职业教育质量年度报告", year, region, "区", f"{region}教育局")
    bureau = f"{region}教育局"
    records = [
        passage(
            f"{bureau}（以下简称“{region[:2]}教育局”）按照{NATIONAL[0]}部署开展工作。",
            {bureau: "Organization", f"{region[:2]}教育局": "Organization", NATIONAL[0]: "Organization"},
            Relation(f"{region[:2]}教育局", "ALIAS_OF", bureau),
        )
    ]
    for trade in TRADES:
        school, firm = f"{region}{trade}职业技术学校", f"{region}{trade}集团有限公司"
        base = f"{trade}实训中心"
        records += [
            passage(f"{school}隶属于{bureau}。", {school: "School", bureau: "Organization"},
                    Relation(school, "AFFILIATED_TO", bureau)),
            passage(f"{school}与{firm}共建{base}，开设{trade}技术专业。",
                    {school: "School", firm: "Enterprise", base: "Base", f"{trade}技术": "Program"},
                    Relation(school, "COOPERATES_WITH", firm, {"kinds": ["共建"]}), Relation(school, "OPERATES", base),
                    Relation(school, "OFFERS", f"{trade}技术")),
            passage(f"{school}在{CONTEST}{trade}赛项中获一等奖{chance.randint(1, 5)}个。",
                    {school: "School", CONTEST: "Competition", "一等奖": "Award"},
                    Relation(school, "RECEIVED", "一等奖", {"at": CONTEST, "event": trade, "year": year})),
            passage(f"{school}在校生{chance.randint(800, 4000)}人，服务{chance.choice(NATIONAL)}项目。",
                    {school: "School", **dict.fromkeys(NATIONAL, "Organization")},
                    facts=(Fact(school, "在校生", str(chance.randint(800, 4000)), "人", year),)),
        ]  # fmt: skip
    return info, records


def passage(text: str, names: dict[str, str], *relations: Relation, facts: tuple[Fact, ...] = ()) -> Record:
    """A record with the names where they stand in the text."""
    entities = tuple(
        Entity(name, label, text.find(name), text.find(name) + len(name))
        for name, label in names.items()
        if name in text
    )
    return Record(text, entities=entities, relations=relations, facts=facts)


def add(state: State, number: int, senders: int = 400) -> float:
    """Add one report; gives the CPU seconds it took."""
    info, records = make_report(number, senders)
    start = time.process_time()
    made = contribute(info, records)
    with state.transaction() as seq:
        put(state, made, f"digest{number}", seq)
    delta_since(state, seq - 1)
    return time.process_time() - start


def main() -> None:
    """Print the cost of a report along the way, and the ratio that is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=1006)
    options.add_argument("--senders", type=int, default=400, help="how many send a report each year")
    options.add_argument(
        "--window", type=int, default=11, help="reports whose median counts, around the 101st and last"
    )
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_state(Path(folder) / "state.sqlite") as state:
        took = []
        for number in range(given.reports):
            took.append(add(state, number, given.senders))
            if (number + 1) % 100 == 0:
                recent = statistics.median(took[-given.window :])
                print(
                    f"{number + 1:5} reports  {recent * 1000:7.1f} ms a report  {sum(took):7.1f} s in all", flush=True
                )
        size = (Path(folder) / "state.sqlite").stat().st_size / 1e6
    half = given.window // 2
    early, late = (statistics.median(took[at - half : at + half + 1]) for at in (100, given.reports - 1 - half))
    last = given.reports - half
    print(f"101st report {early * 1000:.1f} ms, {last}th {late * 1000:.1f} ms: {late / early:.2f} times; {size:.0f} MB")


if __name__ == "__main__":
    main()
