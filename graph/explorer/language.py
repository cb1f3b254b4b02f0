"""Chinese first, English on request: texts stand in both languages where they are used; the reader picks."""

from __future__ import annotations

from typing import Literal

from extractor.ontology import ontology

Tongue = Literal["zh", "en"]
COOKIE = "zhitu_lang"

# Attributes of facts and properties of things, as pages name them.
NAMES: dict[str, tuple[str, str]] = {
    "role": ("角色", "role"),
    "kind": ("类型", "kind"),
    "kinds": ("方式", "kinds"),
    "status": ("状态", "status"),
    "level": ("级别", "level"),
    "year": ("年份", "year"),
    "years": ("报告年份", "report years"),
    "count": ("数量", "count"),
    "batch": ("批次", "batch"),
    "event": ("赛项", "event"),
    "title": ("职务", "title"),
    "mode": ("模式", "mode"),
    "program": ("专业", "program"),
    "content": ("内容", "content"),
    "rank": ("等级", "rank"),
    "ownership": ("办学性质", "ownership"),
    "district": ("所在区", "district"),
    "number": ("编号", "number"),
    "date": ("日期", "date"),
    "unit": ("单位", "unit"),
    "region": ("地区", "region"),
    "issuer": ("发布单位", "issuer"),
    "edition": ("版本", "edition"),
    "label": ("类别", "label"),
    "relation": ("关系", "relation"),
    "report": ("报告", "report"),
    "scope": ("来源", "source"),
}


def label_name(label: str, tongue: Tongue) -> str:
    """A label's name; the label itself when the ontology has none."""
    known = ontology().labels.get(label)
    return getattr(known, tongue) if known else label


def relation_name(type_: str, tongue: Tongue) -> str:
    """A relation's name."""
    known = ontology().relations.get(type_)
    return getattr(known, tongue) if known else type_


def attribute_name(name: str, tongue: Tongue) -> str:
    """An attribute's name."""
    return NAMES.get(name, (name, name))[tongue == "en"]
