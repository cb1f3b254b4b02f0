"""Indicator tables: a row's numbers as facts, whether indicators stand down the side or across the top."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.columns.captions import Caption
from extractor.columns.cells import bare, strip_brackets, strip_number, tidy
from extractor.columns.knowledge import knowledge
from extractor.columns.typing import Column
from extractor.records import Fact

_VALUE = re.compile(r"([-+－]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?(?:[:：][\d０-９.]+)?[万亿]?)\s*(\D{0,8})")
_UNIT_IN_BRACKETS = re.compile(r"[（(]\s*(?:单位\s*[:：]\s*)?([^（）()\d]{1,6}|[\d.]*[^（）()\d]{1,6})\s*[）)]\s*$")
_YEAR = re.compile(r"((?:19|20)\d{2})\s*(?:[-—–~]\s*(?:(?:19|20)?\d{2}))?\s*(?:学年度?|年度|年)?(?:末|底)?")
_COUNT = re.compile(r"(?:人次|人数|份数|样本数|数量)$")
# Kinds whose cell names whom a figure is of.
_SUBJECTS = ("actor", "Place", "Alliance", "Base", "Project")
# Kinds whose cells tell which part of the subject a figure is of.
_GROUPS = ("unknown", "status", "level", "Program", "event", "batch")


def read_facts(cells: Sequence[str], columns: Sequence[Column], caption: Caption, subject: str) -> list[Fact]:
    """The facts of one row; ``subject`` is whom the table is about when the row names nobody.

    A cell that is no number ("—", "未填报") gives none: not reported is not zero.
    """
    values = [at for at, column in enumerate(columns) if column.kind == "value"]
    if not values:
        return []
    metric = _joined(cells, columns, ("metric",))
    unit = _first(cells, columns, "unit").strip("-—/无")
    row_year = _year(_first(cells, columns, "year"))
    whom = _first_of(cells, columns, _SUBJECTS if not metric else ("actor", "Place")) or subject
    groups = _joined(cells, columns, _GROUPS, but=whom)
    facts = []
    for at in values:
        match = _VALUE.fullmatch(cells[at].strip())
        if match is None:
            continue
        head, head_unit, head_year = read_header(columns[at].header)
        name, group = (metric, head) if metric else (head, "")
        counted = _COUNT.search(head) if metric else None
        if counted:
            # How many were asked is a figure of its own, not one in the indicator's unit.
            name, group = f"{metric}，{head}", ""
        name, name_unit = _metric(name)
        facts.append(
            Fact(
                subject=whom,
                metric=name,
                value=match.group(1),
                unit=tidy(match.group(2)) or head_unit or ("" if counted else unit or name_unit or caption.unit),
                year=head_year or row_year or caption.year,
                group="，".join(part for part in (groups, group) if part),
            )
        )
    return [fact for fact in facts if re.search(r"[^\W\d_]", fact.metric)]


def read_header(header: str) -> tuple[str, str, int | None]:
    """A value column's header as metric (or group), unit and year: ``毕业生数（人）``, ``2024年``, ``2024年招生数``."""
    text = tidy(header.replace("\n", ""))
    unit = _UNIT_IN_BRACKETS.search(text)
    text = text[: unit.start()].strip() if unit else text
    year = _YEAR.search(text)
    name = tidy(_YEAR.sub("", text, count=1)) if year else text
    plain = re.sub(r"^(?:数值|数据|指标值|值|数量|统计值|实际值|本年度?|数量统计)$", "", name)
    return plain, tidy(unit.group(1)) if unit else "", int(year.group(1)) if year else None


def _metric(name: str) -> tuple[str, str]:
    """An indicator's name without its unit in brackets, and that unit."""
    unit = _UNIT_IN_BRACKETS.search(name)
    if unit and strip_brackets(name):
        return tidy(name[: unit.start()]), tidy(unit.group(1))
    return tidy(name), ""


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match.group(1)) if match else None


def _content(cell: str) -> str:
    return tidy(cell[strip_number(cell) :])


def _first(cells: Sequence[str], columns: Sequence[Column], kind: str) -> str:
    return next((tidy(c) for c, column in zip(cells, columns, strict=True) if column.kind == kind and bare(c)), "")


def _first_of(cells: Sequence[str], columns: Sequence[Column], kinds: Sequence[str]) -> str:
    # A partner or a sponsor is not whom the row counts.
    own = [(c, column) for c, column in zip(cells, columns, strict=True) if column.tie in {"", "UNIT", "LEADS"}]
    found = (_content(c) for kind in kinds for c, column in own if column.kind == kind and bare(c))
    return next((name for name in found if bare(name) not in knowledge().names["totals"]), "")


def _joined(cells: Sequence[str], columns: Sequence[Column], kinds: Sequence[str], but: str = "") -> str:
    """The cells of these kinds, each text once (a merged cell stands in several columns), in order."""
    parts: list[str] = []
    for cell, column in zip(cells, columns, strict=True):
        text = _content(cell)
        if column.kind in kinds and text and text not in (but, *parts):
            parts.append(text)
    return "，".join(parts)
