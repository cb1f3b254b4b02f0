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


# Relations as the thing at their end tells them: heading of what points at it.
INCOMING: dict[str, tuple[str, str]] = {
    "LEADS": ("牵头单位", "led by"),
    "MEMBER_OF": ("成员单位", "members"),
    "LOCATED_IN": ("位于这里的", "located here"),
    "AFFILIATED_TO": ("所属单位", "affiliated bodies"),
    "OFFERS": ("开设它的学校", "offered by"),
    "RECEIVED": ("获得者", "received by"),
    "AT": ("所设奖项", "its awards"),
    "GRANTED_BY": ("所授奖项", "awards it grants"),
    "PARTICIPATED_IN": ("参与者", "participants"),
    "OPERATES": ("建设单位", "operated by"),
    "DEVELOPED": ("开发者", "developed by"),
    "ISSUED": ("发布者", "issued by"),
    "RENAMED_TO": ("前身（更名而来）", "renamed from"),
    "WORKS_AT": ("任职就读的人", "people"),
    "SUPPORTS": ("受谁帮扶", "supported by"),
    "FOR_PROGRAM": ("面向它的课程、基地、成果", "made for it"),
    "SERVES": ("服务它的", "serving it"),
    "ABOUT": ("讲述它的案例", "cases about it"),
}


def label_name(label: str, tongue: Tongue) -> str:
    """A label's name; the label itself when the ontology has none."""
    known = ontology().labels.get(label)
    return getattr(known, tongue) if known else label


def relation_name(type_: str, tongue: Tongue) -> str:
    """A relation's name."""
    known = ontology().relations.get(type_)
    return getattr(known, tongue) if known else type_


def heading(type_: str, incoming: bool, tongue: Tongue) -> str:
    """A relation as a heading on the profile of the thing at its start, or (``incoming``) at its end."""
    if incoming and type_ in INCOMING:
        return INCOMING[type_][tongue == "en"]
    return relation_name(type_, tongue)


def attribute_name(name: str, tongue: Tongue) -> str:
    """An attribute's name."""
    return NAMES.get(name, (name, name))[tongue == "en"]
