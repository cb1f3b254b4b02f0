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
    strip_brackets,
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
    counts: list[tuple[str, int]] = field(default_factory=list)

    def of(self, *labels: str, tie: str | None = None) -> list[Held]:
        """The names of these labels (and of this tie)."""
        return [h for h in self.held if h.label in labels and (tie is None or h.column.tie == tie)]

    def relate(self, head: str, type_: str, tail: str, **attributes: Any) -> None:
        """Add a relation once, without empty attributes."""
        kept = {key: value for key, value in attributes.items() if value not in ("", None)}
        relation = Relation(head, type_, tail, kept)
        if head != tail and relation not in self.relations:
            self.relations.append(relation)


def read_row(
    cells: Sequence[str], columns: Sequence[Column], caption: Caption, *, region: str = "", owner: str = ""
) -> Row:
    """A row's names and relations; places of names count characters of the cells joined by tabs.

    ``owner``: the school or firm whose table it is; it holds what a row without a holder lists.
    """
    row, offset = Row(), 0
    for cell, column in zip(cells, columns, strict=True):
        _gather(row, cell, column, offset)
        offset += len(cell) + 1
    _levels(row, region)
    _own(row, owner)
    _alliance(row)
    _partners(row, caption)
    _things(row, caption)
    _awards(row, caption)
    _persons(row)
    _policies(row)
    _occasions(row)
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


def _own(row: Row, owner: str) -> None:
    """The table's owner as the holder of a row that names things, partners or prizes but nobody who has them."""
    label = actor_label(owner)
    if not label or _holders(row) or row.of("Alliance"):
        return
    if row.held or {"honour", "rank", "count"} & row.told.keys() or row.counts:
        row.entities.append(Entity(owner, label))
        row.held.append(Held(owner, label, Column("actor", label)))


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
    if not plain and not row.of("Alliance"):
        plain = row.of(*ACTORS, tie="LEADS")
    return plain or [h for h in row.of("Organization") if h.column.kind == "team"]


def _alliance(row: Row) -> None:
    """牵头…, 成员… → the alliance; parks and places → where it is."""
    for alliance in row.of("Alliance"):
        for body in row.of(*ACTORS):
            if body.column.tie in {"LEADS", "MEMBER_OF"}:
                row.relate(body.name, body.column.tie, alliance.name, role=body.column.role)
            elif body.column.kind == "park":
                row.relate(alliance.name, "LOCATED_IN", body.name)
        for place in row.of("Place"):
            row.relate(alliance.name, "LOCATED_IN", place.name)


def _partners(row: Row, caption: Caption) -> None:
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
    columns = list(dict.fromkeys(id(h.column) for h in holders if h.label == "School"))
    told = mode + caption.text
    if len(columns) == 2 and any(word in told for word in knowledge().caption["articulation"]):
        first, second = ([h for h in holders if id(h.column) == column] for column in columns)
        for lower in first:
            for higher in second:
                row.relate(lower.name, "ARTICULATES_WITH", higher.name, mode=mode)
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
    honour = (caption.honour if caption.target in {"Program", "Base"} else "") + _status(row, caption)
    received = bool(caption.honour or caption.contest or {"rank", "honour"} & row.told.keys())
    made = (
        {} if received else {"status": _status(row, caption), "year": attributes["year"], "batch": attributes["batch"]}
    )
    for thing in row.of(*THINGS):
        for holder in _holders_of(row, thing):
            if thing.label == "Program":
                row.relate(holder.name, "OFFERS", thing.name, status=honour, **attributes)
            elif thing.label == "Base":
                role = holder.column.role if holder.column.tie else ""
                row.relate(holder.name, "OPERATES", thing.name, role=role, status=honour, **attributes)
            else:
                row.relate(holder.name, "DEVELOPED", thing.name, **made)
        if thing.label in _MADE:
            for maker in [*row.of(*ACTORS, tie="PUBLISHED"), *row.of("Person", tie="DEVELOPED")]:
                role = "出版" if maker.column.tie == "PUBLISHED" else maker.column.role
                row.relate(maker.name, "DEVELOPED", thing.name, role=role)
        if thing.label != "Program":
            for program in row.of("Program"):
                row.relate(thing.name, "FOR_PROGRAM", program.name)


def _holders_of(row: Row, thing: Held) -> list[Held]:
    """Whose a thing is: the row's holders; each program of several stands right of its own school."""
    holders = _holders(row)
    if thing.label != "Program":
        return holders
    schools = [h for h in row.of("School", "Organization") if h in holders]
    columns = {id(h.column): at for at, h in enumerate(row.held)}
    if len({id(p.column) for p in row.of("Program")}) > 1 and len({id(h.column) for h in schools}) > 1:
        left = [h for h in schools if columns[id(h.column)] < columns[id(thing.column)]]
        return [h for h in left if h.column is left[-1].column] if left else []
    return schools or row.of("School", tie="COOPERATES_WITH")


def _awards(row: Row, caption: Caption) -> None:
    """Prizes of a contest, honours of a list, titles in a column → RECEIVED."""
    told, attributes = row.told, _attributes(row, caption)
    contest = told.get("contest", "") or caption.contest
    award = told.get("rank", "") or caption.rank
    for rank, count in row.counts:
        for receiver in _winners(row, contest, caption) if contest else []:
            _mention(row, contest, "Competition")
            event = told.get("event", "")
            _receive(row, receiver, rank, at=contest, event=event, count=count, **attributes)
    if told.get("honour"):
        for receiver in _winners(row, told.get("contest", "") or caption.contest):
            rank = told.get("rank", "")
            _receive(row, receiver, told["honour"], status=_status(row, caption), event=rank, **attributes)
        _mention(row, told["honour"], "Award")
        for granter in row.of(*ACTORS, tie="GRANTED_BY"):
            row.relate(told["honour"], "GRANTED_BY", granter.name)
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
    students = [p for p in row.of("Person") if p.column.tie not in {"指导教师", "DEVELOPED"}]
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
            row.relate(
                person.name,
                "WORKS_AT",
                holder.name,
                title=person.column.tie if person.column.tie != "DEVELOPED" else "",
            )
    for team in (h for h in row.held if h.column.kind == "team"):
        for holder in holders:
            row.relate(team.name, "AFFILIATED_TO", holder.name, kind="二级单位")


def _occasions(row: Row) -> None:
    """Who held or ran an event or a contest."""
    contest = row.told.get("contest", "")
    hosts = row.of(*ACTORS, tie="PARTICIPATED_IN")
    if contest and hosts:
        _mention(row, contest, "Competition")
    for host in hosts:
        for occasion in [*(event.name for event in row.of("Event")), *([contest] if contest else [])]:
            row.relate(host.name, "PARTICIPATED_IN", occasion, role=bare(host.column.header)[:2])


def _policies(row: Row) -> None:
    """A policy, its number as another name of it, and who issued it."""
    years = _YEAR.findall(row.told.get("year", "") or row.told.get("docno", ""))
    for policy in row.of("Policy"):
        if row.told.get("docno") and len(row.of("Policy")) == 1:
            _mention(row, row.told["docno"], "Policy")
            row.relate(policy.name, "ALIAS_OF", row.told["docno"])
        for issuer in row.of(*ACTORS, tie="ISSUED") or _holders(row):
            row.relate(issuer.name, "ISSUED", policy.name, year=int(years[0]) if years else None)
