"""Who is who among 200,000 names: fits, identities, proposals; time against size, memory, and what was merged."""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from graph.identity.authority import authority
from graph.identity.fitting import fits
from graph.identity.gazetteer import gazetteer
from graph.identity.names import lexicon
from graph.identity.proposals import propose
from graph.identity.resolution import Link, Mention, resolve
from graph.workspace import Workspace

SCHOOL_KINDS = (
    "职业技术学院",
    "职业学院",
    "技师学院",
    "职业学校",
    "职业技术学校",
    "中等专业学校",
    "职业教育中心",
    "高级技工学校",
)
FIRM_KINDS = ("有限公司", "股份有限公司", "集团有限公司", "科技有限公司")
SYLLABLES = "金石天海华泰新兴中正东方宏远长江明德博文育才振华星光南湖群英曹杨蓝天启航安康瑞丰"


def generate(size: int) -> Iterator[tuple[Mention, str]]:
    """Mentions of ``size`` distinct printed names, with what each really is; seeded, realistic collisions.

    Bodies come in families that differ in one part only (place, number, trade, kind, brand, a wrong character); one
    in five is printed in a second form (legal form, digits, marks, short), in one of 32 reports of its province.
    """
    chance = random.Random(7)  # noqa: S311 - seeded on purpose
    places = sorted(
        (code, name)
        for name, codes in gazetteer().forms.items()
        for code in codes
        if len(code) in {4, 6} and "自治" not in name and name.endswith(("市", "县", "区"))
    )
    trades = sorted(lexicon().trades)
    seen: set[str] = set()
    while len(seen) < size:
        place = chance.choice(places)
        parts = _body(place, trades, chance)
        family = [parts, *(_sibling(parts, places, trades, chance) for _ in range(chance.randrange(4)))]
        for code, name, brand, number, trade, kind in family:
            full = f"{name}{brand}{number}{trade}{kind}"
            region = gazetteer().stems[code[:2]]
            report = f"{region}{chance.randrange(32)}"
            forms = [full, _second(full, name, brand, number, chance)] if chance.random() < 0.2 else [full]
            for form in forms:
                if form and form not in seen and len(seen) < size:
                    seen.add(form)
                    yield Mention("Enterprise" if kind in FIRM_KINDS else "School", form, report, "", region), full


Body = tuple[str, str, str, str, str, str]  # code and name of its place, brand, number, trade, kind


def _body(place: tuple[str, str], trades: list[str], chance: random.Random) -> Body:
    firm = chance.random() < 0.4
    brand = "".join(chance.sample(SYLLABLES, 2)) if firm or chance.random() < 0.5 else ""
    number = "" if firm or chance.random() < 0.8 else f"第{chance.choice('一二三四五六七八九十')}"
    trade = "".join(chance.sample(trades, chance.randint(0 if brand or number else 1, 2)))
    return (*place, brand, number, trade, chance.choice(FIRM_KINDS if firm else SCHOOL_KINDS))


def _sibling(body: Body, places: list[tuple[str, str]], trades: list[str], chance: random.Random) -> Body:
    """A body that differs from ``body`` in one part."""
    code, name, brand, number, trade, kind = body
    part = chance.randrange(5)
    if part == 0:
        code, name = chance.choice(places)
    elif part == 1:
        number = f"第{chance.choice('一二三四五六七八九十')}"
    elif part == 2:
        trade = chance.choice(trades)
    elif part == 3:
        kind = chance.choice(FIRM_KINDS if kind in FIRM_KINDS else SCHOOL_KINDS)
    elif brand:
        brand = brand[0] + chance.choice(SYLLABLES)
    return code, name, brand, number, trade, kind


def _second(full: str, place: str, brand: str, number: str, chance: random.Random) -> str:
    """Another printed form of the same body."""
    variants = [
        full.replace("有限公司", "有限责任公司"),
        full.replace("职业教育中心", "职教中心"),
        full.replace("中等专业学校", "中专"),
        full.replace("集团", "（集团）"),
        f"“{full[:4]}”{full[4:]}",
    ]
    if number:
        variants.append(full.replace(number, f"第{'一二三四五六七八九十'.index(number[1]) + 1}"))
    if brand and full.startswith(place) and full.endswith("职业技术学校"):
        variants.append(f"{brand}职校")
    return chance.choice([variant for variant in variants if variant != full] or [""])


def _plain(name: str) -> str:
    return name.replace("集团", "~").replace("股份有限公司", "有限公司")


def measure(size: int) -> tuple[float, list[str]]:
    """CPU seconds of the whole way for ``size`` names, and what to print."""
    made = list(generate(size))
    known, _ = authority(Workspace(Path("no workspace")))
    by_report: dict[str, list[Mention]] = defaultdict(list)
    for mention, _ in made:
        by_report[mention.report].append(mention)
    start = time.process_time()
    links: list[Link] = [link for mentions in by_report.values() for link in fits(mentions)]
    fitted = time.process_time()
    found = resolve([mention for mention, _ in made], links, known)
    resolved = time.process_time()
    proposals = propose(found.identities, known)
    end = time.process_time()
    truth: dict[str, set[str]] = defaultdict(set)
    bodies: dict[str, set[str]] = defaultdict(set)
    for mention, full in made:
        key = found.identities[mention].key
        truth[full].add(key)
        bodies[key].add(full)
    several = sum(len(keys) > 1 for keys in truth.values())
    # Bodies that differ in their legal form alone are one by the rule; any other two must not be.
    fused = sum(len({_plain(name) for name in names}) > 1 for names in bodies.values())
    return end - start, [
        f"{size:>8,} names  {end - start:6.1f} s CPU  (fits {fitted - start:.1f}, identities {resolved - fitted:.1f}, "
        f"proposals {end - resolved:.1f})  {(end - start) / size * 1e6:5.0f} µs a name",
        f"          {len(bodies):,} identities, {len(links):,} fits, {len(proposals):,} proposals; "
        f"{several:,} bodies in more than one identity, {fused:,} identities of more than one body",
    ]


def main() -> None:
    """Measure each size and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[25_000, 50_000, 100_000, 200_000])
    times = {}
    for size in parser.parse_args().sizes:
        times[size], told = measure(size)
        print("\n".join(told), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    first, last = min(times), max(times)
    factor = times[last] / times[first]
    print(f"peak memory {peak:,.0f} MB; {last / first:.0f} times the names took {factor:.1f} times as long")


if __name__ == "__main__":
    main()
