"""Printed figures as observations: the value as a number in its base unit, whose figure it is, what it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from extractor.folding import fold
from extractor.records import Fact
from graph.building.claims import ReportInfo, place_key
from graph.identity.resolution import Mention
from graph.model import Node, Value, node_id

_NUMBER = re.compile(r"^([+-]?\d[\d,]*(?:\.\d+)?)([十百千万亿]*)$")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
# Units that may carry a power themselves (万元, 亿元, 万人次); 千米 and 千克 are units of their own.
_UNIT_POWER = re.compile(r"^([百千]?[万亿]+)(.+)$")
_COUNTRY = {"全国", "中国", "我国"}


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure: ``value`` in ``unit`` without powers of ten (1.6万人 → 16000 人), None when it is no plain number."""

    value: float | int | None
    unit: str
    text: str

    def properties(self, fact: Fact, group: str) -> dict[str, Value]:
        """The observation's own properties; the year only where the text tells it."""
        return {
            "value": self.value,
            "text": self.text,
            "unit": self.unit,
            "year": fact.year,
            "qualifier": fact.qualifier or None,
            "group": group or None,
        }


def read_figure(fact: Fact) -> ReadFigure:
    """A fact's figure with its powers of ten worked out, so that 3434 万元 and 3434万 元 are the same."""
    unit, power = fold(fact.unit), 0
    if split := _UNIT_POWER.match(unit):
        power, unit = sum(_POWERS[char] for char in split.group(1)), split.group(2)
    text = f"{fact.qualifier}{fact.value}{fact.unit}"
    found = _NUMBER.match(fold(fact.value))
    if not found:
        return ReadFigure(None, unit, text)
    power += sum(_POWERS[char] for char in found.group(2))
    return ReadFigure(_scaled(found.group(1).replace(",", ""), power), unit, text)


def _scaled(digits: str, power: int) -> int | float:
    """``digits`` times ten to the ``power``, exactly as far as a decimal can be."""
    from decimal import Decimal

    value = Decimal(digits).scaleb(power)
    return int(value) if value == value.to_integral_value() else float(value)


def figure_order(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """The order in which one figure's several wordings (16000人, 1.6万人) are preferred: the first stands for it."""
    return tuple(str(properties.get(name) or "") for name in ("qualifier", "text", "unit", "group", "year"))


def bare_metric(metric: str, subject: str, report: ReportInfo) -> str:
    """What is counted, without the subject or the region in front of it (岚川市招生 → 招生): those are whose it is."""
    folded = fold(metric)
    for name in (fold(subject), fold(report.region), place_key(report.region)):
        if name and folded.startswith(name) and len(folded) - len(name) >= 2:
            return folded.removeprefix(name)
    return folded


def indicator_node(metric: str, unit: str) -> Node:
    """The node of what is counted: name and unit make it one over all reports."""
    return Node(node_id("Indicator", f"{fold(metric)}|{unit}"), "Indicator", fold(metric), (), {"unit": unit or None})


def subject_of(
    report: ReportInfo, fact: Fact, known: Mention | None, mention: Callable[[str, str], Mention]
) -> tuple[Mention | str, str]:
    """Whose figure a fact is, and the group of it that is meant.

    A known name is its own subject. Else it is the report's region (上海中职学校 → 上海, group 中职学校); a report that
    tells no region has the figure itself.
    """
    group = fact.group
    if known is not None:
        return known, group
    subject = fold(fact.subject)
    if subject in _COUNTRY:
        return mention("Place", "全国"), group
    if not report.region:
        return report.id, group or fact.subject
    region = mention("Place", report.region)
    for name in (fold(report.region), place_key(report.region)):
        if subject.startswith(name):
            subject = subject.removeprefix(name).lstrip("市省")
            break
    return region, "·".join(part for part in (subject, group) if part)
