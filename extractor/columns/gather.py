"""A row's cells → the names they hold and the values they tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.columns.cells import (
    Name,
    actor_label,
    bare,
    read_naming,
    span,
    split_names,
    split_persons,
    strip_brackets,
    strip_number,
    tidy,
    titled,
)
from extractor.columns.knowledge import ACTORS, knowledge
from extractor.columns.typing import Column
from extractor.records import Entity, Relation

THINGS = ("Program", "Base", "Course", "Textbook", "Achievement", "Project")
# A bare number in these cells is their content, not the row's own number.
_BARE_VALUES = {"year", "batch", "docno"}


@dataclass(frozen=True, slots=True)
class Held:
    """One name of a row: its printed form, label, and the column it stands in."""

    name: str
    label: str
    column: Column


@dataclass(slots=True)
class Row:
    """What is gathered of one row while it is read."""

    entities: list[Entity] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    counts: list[tuple[str, int]] = field(default_factory=list)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def of(self, *labels: str, tie: str | None = None) -> list[Held]:
        """The names of these labels (and of this tie)."""
        return [h for h in self.held if h.label in labels and (tie is None or h.column.tie == tie)]

    def relate(self, head: str, type_: str, tail: str, **attributes: Any) -> None:
        """Add a relation once, without empty attributes."""
        kept = {key: value for key, value in attributes.items() if value not in ("", None)}
        key = (head, type_, tail, *kept.items())
        if head != tail and key not in self._seen:
            self._seen.add(key)
            self.relations.append(Relation(head, type_, tail, kept))


def gather(cells: Sequence[str], columns: Sequence[Column], *, region: str = "", owner: str = "") -> Row:
    """A row's names and values; places count characters of the cells joined by tabs.

    ``owner``: the school or firm whose table it is; it holds what a row without a holder lists.
    """
    row, offset = Row(), 0
    for cell, column in zip(cells, columns, strict=True):
        _gather(row, cell, column, offset)
        offset += len(cell) + 1
    _levels(row, region)
    _own(row, owner)
    return row


def holders(row: Row) -> list[Held]:
    """The bodies the row is about: those whose column bears no role."""
    plain = [h for h in row.of(*ACTORS) if not h.column.tie and h.column.kind == "actor"]
    if units := row.of("Organization", tie="UNIT"):
        # A named unit acts for itself, not for its school again.
        return units
    if not plain and not row.of("Alliance"):
        plain = row.of(*ACTORS, tie="LEADS")
    return plain or [h for h in row.of("Organization") if h.column.kind == "team"]


def _gather(row: Row, cell: str, column: Column, offset: int) -> None:
    """The names of one cell, by what its column holds."""
    if not bare(cell) or bare(cell) in {"/", "-", "—", "——", "无", "空"}:
        return
    if column.kind in {"rank", "level", "batch", "status", "year", "event", "contest", "honour", "docno", "mode"}:
        value = span(cell, strip_number(cell) if column.kind not in _BARE_VALUES else 0, len(cell))
        row.told[column.kind] = value.text
        row.places[value.text] = (offset + value.start, offset + value.end)
        return
    if column.kind == "count":
        number = re.match(r"\d+", bare(cell))
        if number and int(number.group()):
            row.counts.append((bare(strip_brackets(column.header)), int(number.group())))
    elif column.kind == "Person":
        for name in split_persons(cell):
            _hold(row, name, "Person", column, offset)
    elif column.kind in {"actor", "park", "Place", "Alliance"}:
        _gather_bodies(row, cell, column, offset)
    elif column.kind in THINGS or column.kind in {"Policy", "team", "Event"}:
        _gather_works(row, cell, column, offset)


def _hold(row: Row, name: Name, label: str, column: Column, offset: int) -> None:
    """Keep a name, if it can be one: two characters at least, not digits and marks only."""
    if len(name.text) < 2 or not re.search(r"[^\W\d_]", name.text):
        return
    row.entities.append(Entity(name.text, label, offset + name.start, offset + name.end))
    row.held.append(Held(name.text, label, column))


def _gather_bodies(row: Row, cell: str, column: Column, offset: int) -> None:
    """Schools, enterprises, organizations, parks, places and alliances, with the names their brackets tell."""
    for printed in split_names(cell, bodies=column.kind != "Place"):
        naming = read_naming(cell, printed)
        label = _body_label(naming.name.text, column)
        if not naming.name.text or not label or naming.name.text in knowledge().names["totals"]:
            continue
        _hold(row, naming.name, label, column, offset)
        for alias in naming.aliases:
            row.entities.append(Entity(alias.text, label, offset + alias.start, offset + alias.end))
            row.relate(naming.name.text, "ALIAS_OF", alias.text)
        if label != "School":
            continue
        for later in naming.became:
            row.entities.append(Entity(later.text, label, offset + later.start, offset + later.end))
            row.relate(naming.name.text, "RENAMED_TO", later.text)
        for former in naming.was:
            row.entities.append(Entity(former.text, label, offset + former.start, offset + former.end))
            row.relate(former.text, "RENAMED_TO", naming.name.text)


def _body_label(name: str, column: Column) -> str:
    """A body's label: by its ending, except that a school's firm (…学院有限公司) in a schools' column is the school."""
    own = actor_label(name)
    if column.kind == "park" or column.tie == "UNIT":
        return "Organization"
    if column.kind in {"Place", "Alliance"}:
        return column.kind
    schools = knowledge().by_family["School"]
    if column.label == "School" and own == "Enterprise" and any(f"{ending}有限" in name for ending in schools):
        return "School"
    return own or column.label


def _gather_works(row: Row, cell: str, column: Column, offset: int) -> None:
    """Programs, bases, courses, works, policies and teams of one cell."""
    label = "Organization" if column.kind == "team" else column.kind
    whole = Name("", strip_number(cell), len(cell))
    names = split_names(cell, bodies=False) if label == "Program" else [whole]
    for name in names:
        work = titled(cell, Name(name.text, name.start, name.end)) if label != "Program" else _program(cell, name)
        start, end = work.start, work.end
        while start < end and cell[start].isspace():
            start += 1
        while end > start and cell[end - 1].isspace():
            end -= 1
        text = tidy(cell[start:end])
        if text:
            _hold(row, Name(text, start, end), label, column, offset)


def _program(cell: str, name: Name) -> Name:
    """A program's name without the bare 专业 at its end (专业群 stays)."""
    if name.text.endswith("专业") and len(name.text) > 3:
        return Name(name.text[:-2], name.start, name.end - 2)
    return name


def _own(row: Row, owner: str) -> None:
    """The table's owner as the holder of a row that names things, partners or prizes but nobody who has them."""
    label = actor_label(owner)
    units = row.of("Organization", tie="UNIT")
    if not label or (holders(row) and not units) or row.of("Alliance"):
        return
    if row.held or {"honour", "rank", "count"} & row.told.keys() or row.counts:
        row.entities.append(Entity(owner, label))
        row.held.append(Held(owner, label, Column("actor", label)))


def _levels(row: Row, region: str) -> None:
    """A status column that says 全国/上海 tells a level; 级别 is told in the ontology's words."""
    if knowledge().patterns["level"].fullmatch(bare(row.told.get("rank", ""))):
        row.told["level"] = row.told.pop("rank")
    value = bare(row.told.get("level", "")) or bare(row.told.get("status", ""))
    if not value:
        return
    province = value.removesuffix("级").removesuffix("市").removesuffix("省")
    if value in {"全国", "国家", "国家级", "部级", "教育部"}:
        row.told["level"] = "国家"
    elif value in {"省级", "市级", "省部级", "省市级"} or province in (*knowledge().caption["provinces"], region):
        row.told["level"] = "省市"
    elif value in {"区级", "县级"}:
        row.told["level"] = "区"
    elif "level" in row.told:
        row.told["level"] = value.removesuffix("级") or value
    if "level" in row.told and bare(row.told.get("status", "")) == value:
        del row.told["status"]
