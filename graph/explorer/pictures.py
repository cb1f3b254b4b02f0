"""Which chart fits an answer: lines where it tells values over years, else ranked bars of what has one unit."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from graph.explorer.language import Tongue
from graph.questions.asking import Answer

_LABELS_OF_YEARS = frozenset({"year", "page", "years"})
# Texts that tell nothing apart: the same value as printed, the kind of a body, the unit.
_NO_NAMES = frozenset({"text", "qualifier", "label", "unit", "content", "sentence"})
_MOST_LINES = 6


class Picture(NamedTuple):
    """A chart's heading, its unit and its points; ``lines``: over years, where None is a gap."""

    title: str
    unit: str
    points: tuple[tuple[str, float | None], ...]
    lines: bool = False


def numeric(found: Answer | None) -> list[str]:
    """The columns that hold numbers to compare: not years, not pages."""
    if found is None or not found.rows:
        return []
    return [
        column.name
        for i, column in enumerate(found.question.columns)
        if column.name not in _LABELS_OF_YEARS
        and any(row[i] is not None for row in found.rows)
        and all(row[i] is None or _number(row[i]) for row in found.rows)
    ]


def pictures(found: Answer | None, tongue: Tongue) -> list[Picture]:
    """The charts of an answer; none where no column holds numbers, or all numbers are equal."""
    measured = numeric(found)
    if found is None or len(found.rows) < 2 or not measured:
        return []
    columns = {column.name: place for place, column in enumerate(found.question.columns)}
    value = columns[measured[0]]
    names = [i for name, i in columns.items() if name not in _NO_NAMES and _is_name(found, i)]
    unit = columns.get("unit")
    rows = [row for row in found.rows if row[value] is not None]
    if "year" in columns and (drawn := _lines(rows, names, columns["year"], value, unit)):
        return drawn
    units = Counter(_text(row[unit]) for row in rows) if unit is not None else Counter({"": len(rows)})
    common = units.most_common(1)[0][0] if units else ""
    alike = [row for row in rows if unit is None or _text(row[unit]) == common]
    if not names or len({row[value] for row in alike}) < 2:
        return []
    several = len({row[names[0]] for row in alike}) < len(alike)
    told = names[:3] if several else names[:1]
    year = columns.get("year") if several else None
    points = [(_named(row, told, year), float(row[value])) for row in alike]
    column = found.question.columns[value]
    return [Picture(column.zh if tongue == "zh" else column.en, common, tuple(points))]


def _lines(rows: list[tuple[Any, ...]], names: list[int], year: int, value: int, unit: int | None) -> list[Picture]:
    """A line for each name that has values of at least two years; years between without one are gaps."""
    series: dict[tuple[str, str], dict[int, float]] = {}
    for row in rows:
        if isinstance(row[year], int):
            key = (_named(row, names, None), _text(row[unit]) if unit is not None else "")
            series.setdefault(key, {}).setdefault(row[year], float(row[value]))
    drawn = []
    for (title, of_unit), points in series.items():
        if len(points) > 1:
            first, last = min(points), max(points)
            years = range(first, last + 1) if last - first <= 15 else sorted(points)
            drawn.append(Picture(title, of_unit, tuple((str(y), points.get(y)) for y in years), lines=True))
    return drawn[:_MOST_LINES]


def _is_name(found: Answer, place: int) -> bool:
    values = [row[place] for row in found.rows]
    return any(values) and all(value is None or isinstance(value, str) for value in values)


def _named(row: tuple[Any, ...], places: list[int], year: int | None) -> str:
    told = [_text(row[place]) for place in places]
    if year is not None and row[year]:
        told.append(str(row[year]))
    return " · ".join(text for text in told if text)


def _text(value: Any) -> str:
    return str(value) if value is not None else ""


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
