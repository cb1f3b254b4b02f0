"""A typed row → its relations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from extractor.columns.captions import Caption
from extractor.columns.cells import bare
from extractor.columns.gather import THINGS, Held, Row, gather, holders
from extractor.columns.knowledge import ACTORS, knowledge, longest_first
from extractor.columns.typing import Column
from extractor.ontology import ontology
from extractor.records import Entity, Relation

_MADE = {"Course", "Textbook", "Achievement", "Project"}
_YEAR = re.compile(r"(?:19|20)\d{2}")


def read_row(
    cells: Sequence[str], columns: Sequence[Column], caption: Caption, *, region: str = "", owner: str = ""
) -> Row:
    """A row's names and relations; places of names count characters of the cells joined by tabs.

    ``owner``: the school or firm whose table it is; it holds what a row without a holder lists.
    """
    row = gather(cells, columns, region=region, owner=owner)
    _alliance(row)
    _partners(row, caption)
    _things(row, caption)
    _awards(row, caption)
    _persons(row)
    _policies(row)
    _occasions(row)
    allowed = {entity.name: entity.label for entity in reversed(row.entities)}
    # One name is one thing in a row: the first reading of it stands.
    row.entities = [entity for entity in row.entities if allowed[entity.name] == entity.label]
    row.relations = [r for r in row.relations if _allowed(r, allowed)]
    return row


def _allowed(relation: Relation, labels: Mapping[str, str]) -> bool:
    """Whether the ontology lets this type join these labels; a relation between other ends is never said."""
    return ontology().relations[relation.type].allows(labels[relation.head], labels[relation.tail])


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
    bodies = holders(row)
    mode = row.told.get("mode", "")
    for body in row.of(*ACTORS):
        tie = body.column.tie
        for holder in bodies:
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
    columns = list(dict.fromkeys(id(h.column) for h in bodies if h.label == "School"))
    told = mode + caption.text
    if len(columns) == 2 and any(word in told for word in knowledge().caption["articulation"]):
        first, second = ([h for h in bodies if id(h.column) == column] for column in columns)
        for lower in first:
            for higher in second:
                row.relate(lower.name, "ARTICULATES_WITH", higher.name, mode=mode)
    bases = row.of("Base")
    for place in row.of("Place"):
        # A country beside a base or a partner is theirs, not the school's.
        for holder in bases or ([] if "国" in place.column.header else bodies):
            row.relate(holder.name, "SUPPORTS" if "受援" in place.column.header else "LOCATED_IN", place.name)


def _attributes(row: Row, caption: Caption, label: str = "") -> dict[str, Any]:
    """year, batch and level of the row: its own cells before the caption, which tells of its own kind of thing."""
    found = _YEAR.findall(row.told.get("year", ""))
    other = bool(label and (caption.contest or caption.target not in {"", label}))
    batch = row.told.get("batch", "") or ("" if other else caption.batch)
    year = int(found[-1]) if found else None if other else caption.year
    return {"year": year, "batch": batch, "level": row.told.get("level", "")}


def _status(row: Row, caption: Caption) -> str:
    """The status of an honour for a thing: the title and how far it has come (优质专业立项)."""
    own = row.told.get("status", "")
    told = knowledge().patterns["status"].fullmatch(bare(own)) or any(word in own for word in ("立项", "培育", "入"))
    return own if own and told else caption.status


def _things(row: Row, caption: Caption) -> None:
    """Programs offered, bases run, works made by the row's holders."""
    honour = (caption.honour if caption.target in {"Program", "Base"} else "") + _status(row, caption)
    received = bool(caption.honour or caption.contest or {"rank", "honour"} & row.told.keys())
    for thing in row.of(*THINGS):
        attributes = _attributes(row, caption, thing.label)
        told = {"status": _status(row, caption), "year": attributes["year"], "batch": attributes["batch"]}
        made = {} if received else told
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
    bodies = holders(row)
    if thing.label != "Program":
        return bodies
    schools = [h for h in row.of("School", "Organization") if h in bodies]
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
        _honour(row, caption, attributes)
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


def _honour(row: Row, caption: Caption, attributes: dict[str, Any]) -> None:
    """A title of its own column; with a rank beside it, it is what the rank was won at."""
    honour, rank = row.told["honour"], row.told.get("rank", "")
    award = rank or honour
    contest = bool(re.search(rf"(?:{longest_first(knowledge().caption['contest_ends'])})$", honour))
    if contest and not rank:
        return
    if rank:
        _mention(row, honour, "Competition" if contest else "Award")
    for receiver in _winners(row, honour if contest else ""):
        _receive(row, receiver, award, at=honour if rank else "", status=_status(row, caption), **attributes)
    # A rank (一等奖) is no award by itself: only a title of its own is granted by someone.
    for granter in [] if rank else row.of(*ACTORS, tie="GRANTED_BY"):
        _mention(row, award, "Award")
        row.relate(award, "GRANTED_BY", granter.name)


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
    return [*entries, *holders(row), *students]


def _honoured(row: Row, target: str) -> list[Held]:
    """Whom a list's honour is for."""
    if target in {"Alliance", "Person"}:
        return row.of(target)
    if target in _MADE and (target != "Project" or row.of(*_MADE)):
        return row.of(target) or row.of(*_MADE)
    if target == "team":
        return [h for h in row.held if h.column.kind == "team"] or holders(row)
    return [h for h in row.of(*ACTORS) if not h.column.tie and h.column.kind == "actor"] or row.of("Alliance")


def _persons(row: Row) -> None:
    """Persons work or study at the row's one body."""
    bodies = [h for h in row.of(*ACTORS) if not h.column.tie and h.column.kind == "actor"]
    for person in row.of("Person"):
        for holder in bodies[:1] if len(bodies) == 1 else []:
            row.relate(
                person.name,
                "WORKS_AT",
                holder.name,
                title=person.column.tie if person.column.tie != "DEVELOPED" else "",
            )
    for team in (h for h in row.held if h.column.kind == "team" or h.column.tie == "UNIT"):
        for holder in bodies:
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
        for issuer in row.of(*ACTORS, tie="ISSUED") or holders(row):
            row.relate(issuer.name, "ISSUED", policy.name, year=int(years[0]) if years else None)
