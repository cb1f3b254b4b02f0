"""A roster tells who should have sent a report; held against the manifest it tells who has not."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from extractor.errors import Damaged, FileMissing
from extractor.folding import fold
from graph.building.claims import ReportInfo, place_key
from graph.identity.names import parse
from graph.ingesting.sources import known_column

Due = tuple[str, str, str, str]  # year, region, level, issuer; "" where the roster leaves it open


def read_roster(path: Path) -> list[Due]:
    """The reports that are due, from a CSV with any of the columns year, region, level, issuer (or in Chinese)."""
    if not path.is_file():
        raise FileMissing(path, "no such roster", "check the path")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = {known_column(name): name for name in reader.fieldnames or ()}
        if not columns.keys() & {"region", "issuer"}:
            raise Damaged(
                path, "has neither a column 'region' (地区) nor 'issuer' (发布单位)", "name them in the first row"
            )

        def cell(row: dict[str, str], name: str) -> str:
            return (row.get(columns.get(name, "")) or "").strip()

        return [(cell(r, "year"), cell(r, "region"), cell(r, "level"), cell(r, "issuer")) for r in reader]


def check_roster(due: Iterable[Due], received: Sequence[ReportInfo]) -> list[tuple[str, str, str, str, str]]:
    """Each due report with 已收 or 缺; what the roster leaves open fits anything.

    A report that prints no region (an enterprise's seldom does) is known by its issuer.
    """
    return [(*one, "已收" if any(_fits(one, info) for info in received) else "缺") for one in due]


def _fits(due: Due, info: ReportInfo) -> bool:
    year, region, level, issuer = due
    return (
        (not year or year == str(info.year))
        and (not region or place_key(region) == place_key(info.region) or bool(issuer and not info.region))
        and (not level or level == info.level)
        and (not issuer or any(_same(issuer, one) for one in info.issuer.split("、")))
    )


def _same(one: str, other: str) -> bool:
    """Whether two names of a body are one in normal form (上海市…学校, 上海…学校)."""
    return fold(one) == fold(other) or (bool(one and other) and parse(one).normal == parse(other).normal)
