"""A typed row → its names and relations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.columns.captions import Caption
from extractor.columns.cells import (
    Name,
    actor_label,
    bare,
    read_naming,
    span,
    split_names,
    split_persons,
    strip_number,
    tidy,
    titled,
)
from extractor.columns.knowledge import ACTORS, knowledge
from extractor.columns.typing import Column
from extractor.ontology import ontology
from extractor.records import Entity, Relation

THINGS = ("Program", "Base", "Course", "Textbook", "Achievement", "Project")
_MADE = {"Course", "Textbook", "Achievement", "Project"}
# A bare number in these cells is their content, not the row's own number.
_BARE_VALUES = {"year", "batch", "docno"}
_YEAR = re.compile(r"(?:19|20)\d{2}")


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

    def of(self, *labels: str, tie: str | None = None) -> list[Held]:
        """The names of these labels (and of this tie)."""
        return [h for h in self.held if h.label in labels and (tie is None or h.column.tie == tie)]

    def relate(self, head: str, type_: str, tail: str, **attributes: Any) -> None:
        """Add a relation once, without empty attributes."""
        kept = {key: value for key, value in attributes.items() if value not in ("", None)}
        relation = Relation(head, type_, tail, kept)
        if head != tail and relation not in self.relations:
            self.relations.append(relation)


def read_row(cells: Sequence[str], columns: Sequence[Column], caption: Caption, region: str) -> Row:
    """A row's names and relations; places of names count characters of the cells joined by tabs."""
    row, offset = Row(), 0
    for cell, column in zip(cells, columns, strict=True):
        _gather(row, cell, column, offset)
        offset += len(cell) + 1
    _levels(row, region)
    _alliance(row)
    _partners(row)
    _things(row, caption)
    _awards(row, caption)
    _persons(row)
    _policies(row)
    allowed = {entity.name: entity.label for entity in reversed(row.entities)}
    row.relations = [r for r in row.relations if _allowed(r, allowed)]
    return row


def _allowed(relation: Relation, labels: Mapping[str, str]) -> bool:
    """Whether the ontology lets this type join these labels; a relation between other ends is never said."""
    return ontology().relations[relation.type].allows(labels[relation.head], labels[relation.tail])


# --- gathering ------------------------------------------------------------------------------------------------------


def _gather(row: Row, cell: str, column: Column, offset: int) -> None:
    """The names of one cell, by what its column holds."""
    if not bare(cell) or bare(cell) in {"/", "-", "—", "——", "无", "空"}:
        return
    if column.kind in {"rank", "level", "batch", "status", "year", "event", "contest", "honour", "docno", "mode"}:
        value = span(cell, strip_number(cell) if column.kind not in _BARE_VALUES else 0, len(cell))
        row.told[column.kind] = value.text
        row.places[value.text] = (offset + value.start, offset + value.end)
        return
    if column.kind == "Person":
        for name in split_persons(cell):
            _hold(row, name, "Person", column, offset)
    elif column.kind in {"actor", "park", "Place", "Alliance"}:
        _gather_bodies(row, cell, column, offset)
    elif column.kind in THINGS or column.kind in {"Policy", "team"}:
        _gather_works(row, cell, column, offset)


def _hold(row: Row, name: Name, label: str, column: Column, offset: int) -> None:
    row.entities.append(Entity(name.text, label, offset + name.start, offset + name.end))
    row.held.append(Held(name.text, label, column))


def _gather_bodies(row: Row, cell: str, column: Column, offset: int) -> None:
    """Schools, enterprises, organizations, parks, places and alliances, with the names their brackets tell."""
    for printed in split_names(cell, bodies=column.kind != "Place"):
        naming = read_naming(cell, printed)
        label = _body_label(naming.name.text, column)
        if not naming.name.text or not label:
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
    if column.kind == "park":
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


def _levels(row: Row, region: str) -> None:
    """A status column that says 全国/上海 tells a level; 级别 is told in the ontology's words."""
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


# --- relations -------------------------------------------------------------------------------------------------------


def _holders(row: Row) -> list[Held]:
    """The bodies the row is about: those whose column bears no role."""
    plain = [h for h in row.of(*ACTORS) if not h.column.tie and h.column.kind == "actor"]
    return plain or [h for h in row.of("Organization") if h.column.kind == "team"]


def _alliance(row: Row) -> None:
    """牵头…, 成员… → the alliance; parks and places → where it is."""
    for alliance in row.of("Alliance"):
        for body in row.of(*ACTORS):
            if body.column.tie in {"LEADS", "MEMBER_OF"}:
                row.relate(body.name, body.column.tie, alliance.name, role=_role(body.column))
            elif body.column.kind == "park":
                row.relate(alliance.name, "LOCATED_IN", body.name)
        for place in row.of("Place"):
            row.relate(alliance.name, "LOCATED_IN", place.name)


def _role(column: Column) -> str:
    return re.sub(r"(?:名称|名单)$", "", bare(column.header))


def _partners(row: Row) -> None:
    """Bodies whose column has a role towards the row's holder: partners, owners, the helped, the next school."""
    holders = _holders(row)
    mode = row.told.get("mode", "")
    for body in row.of(*ACTORS):
        tie = body.column.tie
        for holder in holders:
            if tie == "COOPERATES_WITH":
                row.relate(holder.name, tie, body.name, content=mode)
            elif tie in {"AFFILIATED_TO", "SUPPORTS"}:
                kind = {"AFFILIATED_TO": "主管" if "主管" in body.column.header else "举办"}.get(tie, "")
                row.relate(holder.name, tie, body.name, kind=kind)
            elif tie == "ARTICULATES_WITH":
                program = next((p.name for p in row.of("Program")), "")
                row.relate(holder.name, tie, body.name, mode=mode, program=program)
            elif body.column.kind == "park":
                row.relate(holder.name, "LOCATED_IN", body.name)
    for place in row.of("Place"):
        for holder in holders:
            row.relate(holder.name, "SUPPORTS" if "受援" in place.column.header else "LOCATED_IN", place.name)


def _attributes(row: Row, caption: Caption) -> dict[str, Any]:
    """year, batch and level of the row: its own cells before the caption."""
    found = _YEAR.findall(row.told.get("year", ""))
    batch = row.told.get("batch", "") or caption.batch
    year = int(found[-1]) if found else caption.year
    return {"year": year, "batch": batch, "level": row.told.get("level", "")}


def _status(row: Row, caption: Caption) -> str:
    """The status of an honour for a thing: the title and how far it has come (优质专业立项)."""
    return row.told.get("status", "") or caption.status


def _things(row: Row, caption: Caption) -> None:
    """Programs offered, bases run, works made by the row's holders."""
    attributes = _attributes(row, caption)
    holders = _holders(row) or [h for h in row.of(*ACTORS) if h.column.tie == "COOPERATES_WITH" and h.label == "School"]
    for thing in row.of(*THINGS):
        for holder in holders or row.of("Person"):
            if thing.label == "Program":
                honour = (
                    caption.honour + _status(row, caption) if caption.target == "Program" else _status(row, caption)
                )
                row.relate(holder.name, "OFFERS", thing.name, status=honour, **attributes)
            elif thing.label == "Base":
                honour = caption.honour + _status(row, caption) if caption.target == "Base" else _status(row, caption)
                row.relate(holder.name, "OPERATES", thing.name, status=honour, **attributes)
            else:
                received = bool(caption.honour or caption.contest or {"rank", "honour"} & row.told.keys())
                plain = {} if received else {"year": attributes["year"], "batch": attributes["batch"]}
                row.relate(
                    holder.name, "DEVELOPED", thing.name, status="" if received else _status(row, caption), **plain
                )
        if thing.label != "Program":
            for program in row.of("Program"):
                row.relate(thing.name, "FOR_PROGRAM", program.name)


def _awards(row: Row, caption: Caption) -> None:
    """Prizes of a contest, honours of a list, titles in a column → RECEIVED."""
    told, attributes = row.told, _attributes(row, caption)
    contest = told.get("contest", "") or caption.contest
    award = told.get("rank", "") or caption.rank
    if told.get("honour"):
        for receiver in _winners(row, told.get("contest", "") or caption.contest):
            rank = told.get("rank", "")
            _receive(row, receiver, told["honour"], status=_status(row, caption), event=rank, **attributes)
        return
    if award and (contest or caption.honour):
        if contest:
            _mention(row, contest, "Competition")
        at = contest or caption.honour
        for receiver in _winners(row, contest, caption):
            event = told.get("event", "") or _trade(row, contest, receiver)
            _receive(row, receiver, award, at=at, event=event, **attributes)
        return
    if caption.honour and caption.target not in {"Program", "Base"}:
        for receiver in _honoured(row, caption.target):
            _receive(row, receiver, caption.honour, status=_status(row, caption), **attributes)


def _receive(row: Row, receiver: Held, award: str, **attributes: Any) -> None:
    _mention(row, award, "Award")
    row.relate(receiver.name, "RECEIVED", award, **attributes)


def _mention(row: Row, name: str, label: str) -> None:
    """A name the caption or a cell bears; its place is given only where it stands in the row's own cells."""
    if not any(entity.name == name for entity in row.entities):
        start, end = row.places.get(name, (None, None))
        row.entities.append(Entity(name, label, start, end))


def _is_trade_contest(contest: str) -> bool:
    """A contest of skills, where 项目 is what one competes in, unlike a contest of entries (创新, 创业, 作品)."""
    return "技能" in contest


def _trade(row: Row, contest: str, receiver: Held) -> str:
    if receiver.label in ACTORS and _is_trade_contest(contest):
        return "、".join(entry.name for entry in row.of("Project"))
    return ""


def _winners(row: Row, contest: str, caption: Caption | None = None) -> list[Held]:
    """Who won: the entry when the row names one, the school, and the students named beside it."""
    entries = row.of(*_MADE, "Base") if caption is None or caption.target not in {"Program"} else row.of(*THINGS)
    students = [p for p in row.of("Person") if p.column.tie != "指导教师"]
    if entries and not _is_trade_contest(contest):
        return entries
    return [*entries, *_holders(row), *students]


def _honoured(row: Row, target: str) -> list[Held]:
    """Whom a list's honour is for."""
    if target in _MADE or target in {"Alliance", "Person"}:
        return row.of(target) or (row.of(*_MADE) if target in _MADE else [])
    if target == "team":
        return [h for h in row.held if h.column.kind == "team"] or _holders(row)
    return [h for h in row.of(*ACTORS) if not h.column.tie and h.column.kind == "actor"] or row.of("Alliance")


def _persons(row: Row) -> None:
    """Persons work or study at the row's one body."""
    holders = [h for h in row.of(*ACTORS) if not h.column.tie and h.column.kind == "actor"]
    for person in row.of("Person"):
        for holder in holders[:1] if len(holders) == 1 else []:
            row.relate(person.name, "WORKS_AT", holder.name, title=person.column.tie)
    for team in (h for h in row.held if h.column.kind == "team"):
        for holder in holders:
            row.relate(team.name, "AFFILIATED_TO", holder.name, kind="二级单位")


def _policies(row: Row) -> None:
    """A policy and who issued it."""
    years = _YEAR.findall(row.told.get("year", "") or row.told.get("docno", ""))
    for policy in row.of("Policy"):
        for issuer in row.of(*ACTORS, tie="ISSUED") or _holders(row):
            row.relate(issuer.name, "ISSUED", policy.name, year=int(years[0]) if years else None)
