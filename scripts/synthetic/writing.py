"""A world and a year → what the reports of that year say, block by block, with the truth beside each passage."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from extractor.records import Entity, Fact, Record, Relation
from scripts.synthetic.world import EVENTS, City, School, World

CONTEST = "全国职业院校技能大赛"
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` from 1."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its text and what is true of it."""

    record: Record


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a caption; ``records``: the truth of its rows."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    records: tuple[Record, ...]


Block = Heading | Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``key`` names its file; it is the same for the same body and year whatever else is made."""

    key: str
    title: str
    year: int
    region: str
    level: str
    issuer: str
    published: str
    blocks: tuple[Block, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """The truth: a record a paragraph and a table row."""
        found: list[Record] = []
        for block in self.blocks:
            if isinstance(block, Paragraph):
                found.append(block.record)
            elif isinstance(block, Grid):
                found.extend(block.records)
        return tuple(found)


@cache
def _sentences() -> tuple[Mapping[str, str], Mapping[str, list[Mapping[str, Any]]]]:
    data = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
    topics: dict[str, list[Mapping[str, Any]]] = {}
    for sentence in data["sentence"]:
        topics.setdefault(sentence["topic"], []).append(sentence)
    return data["labels"], topics


def reports_of(world: World, year: int) -> Iterator[Report]:
    """All reports of a year: of each city, of each of its schools, of two of its enterprises."""
    for number, city in enumerate(world.cities):
        yield _city_report(world, city, number, year)
        for index in range(len(city.schools)):
            yield _school_report(world, city, number, index, year)
        for index in range(min(2, len(city.firms))):
            yield _firm_report(world, city, number, index, year)


def _dice(world: World, *what: object) -> random.Random:
    return random.Random(f"{world.seed} {what}")  # noqa: S311 - seeded on purpose


def _city_report(world: World, city: City, number: int, year: int) -> Report:
    chance = _dice(world, "city", number, year)
    base = {"year": year, "city": city.name, "bureau": city.bureau, "institute": city.institute}
    schools = city.schools
    drawn = chance.sample(range(len(schools)), min(3, len(schools)))
    blocks: list[Block] = [Heading(1, "1 基本情况"), Heading(2, "1.1 规模与结构")]
    blocks.append(_paragraph(chance, ("region figures", {**base, **_sizes(chance, len(schools))})))
    blocks += [_paragraph(chance, ("belonging", {**base, **_slots(schools[at], year)})) for at in drawn]
    blocks += [
        _paragraph(chance, ("renaming", {**base, "former": school.former, "school": school.name}))
        for school in schools
        if school.renamed == year
    ]
    blocks += [Heading(2, "1.2 专业建设"), _filler(chance), _programs_table(city, year)]
    blocks += [Heading(1, "2 产教融合"), Heading(2, "2.1 产教联盟"), _alliances_table(city, year)]
    blocks.append(Heading(2, "2.2 校企合作"))
    blocks += [
        _paragraph(chance, ("cooperation", {**base, **_slots(schools[at], year), **_partner(city, at, 0)}))
        for at in drawn
    ]
    blocks += [Heading(1, "3 学生发展"), Heading(2, "3.1 技能竞赛")]
    blocks += [_paragraph(chance, ("award", {**base, **_slots(schools[at], year), **_award(chance)})) for at in drawn]
    blocks += [_paragraph(chance, ("honour", {**base, **_slots(schools[drawn[0]], year)})), _filler(chance)]
    return Report(
        f"{year}/{year}-{number:03d}-00", f"{city.name}中等职业教育质量年度报告", year, city.name, "区", city.bureau,
        f"{year + 1}年{chance.randint(1, 6)}月{chance.randint(1, 28)}日", tuple(blocks),
    )  # fmt: skip


def _school_report(world: World, city: City, number: int, index: int, year: int) -> Report:
    chance = _dice(world, "school", number, index, year)
    school = city.schools[index]
    name = school.called(year)
    base = {"year": year, "city": city.name, "bureau": city.bureau, "institute": city.institute, "self": name}
    slots = {**base, **_slots(school, year), **_partner(city, index, 0)}
    blocks: list[Block] = [Heading(1, "1 学校概况")]
    if school.renamed == year:
        blocks.append(_paragraph(chance, ("renaming", {**base, "former": school.former, "school": school.name})))
    blocks.append(_paragraph(chance, ("belonging", slots)))
    blocks.append(_paragraph(chance, ("school figures", {**slots, **_sizes(chance, 0)})))
    blocks += [Heading(1, "2 产教融合"), _paragraph(chance, ("cooperation", slots))]
    blocks.append(
        _paragraph(chance, ("order", {**slots, **_partner(city, index, 1)}), ("own", {**slots, **_works(school)}))
    )
    national = world.national[(number + index) % len(world.national)]
    blocks.append(_paragraph(chance, ("joining", {**slots, "alliance": national})))
    for alliance in city.alliances:
        if alliance.since <= year and index in {alliance.college, alliance.school}:
            firm = city.firms[alliance.firm]
            said = {**slots, "alliance": alliance.name, "firm": firm.name, "year": alliance.since}
            blocks.append(_paragraph(chance, ("leading", said)))
    blocks += [Heading(1, "3 育人成效"), _paragraph(chance, ("award", {**slots, **_award(chance)}))]
    blocks += [_paragraph(chance, ("honour", slots)), _filler(chance), _filler(chance)]
    return Report(
        f"{year}/{year}-{number:03d}-1{index}", f"{name}职业教育质量年度报告", year, city.name, "校", name,
        f"{year}年12月{chance.randint(1, 28)}日", tuple(blocks),
    )  # fmt: skip


def _firm_report(world: World, city: City, number: int, index: int, year: int) -> Report:
    chance = _dice(world, "firm", number, index, year)
    firm = city.firms[index]
    base = {"year": year, "firm": firm.name, "short": firm.short, "institute": city.institute}
    sizes = {"pupils": chance.randint(20, 400), "money": chance.randint(30, 900)}
    blocks: list[Block] = [Heading(1, "1 企业概况"), _paragraph(chance, ("firm figures", {**base, **sizes}))]
    blocks.append(Heading(1, "2 参与办学"))
    partners = [at for at, school in enumerate(city.schools) if index in school.partners]
    for at in partners:
        slots = {**base, **_slots(city.schools[at], year), "number": chance.randint(10, 90)}
        blocks.append(_paragraph(chance, (chance.choice(("cooperation", "order")), slots)))
    blocks.append(_filler(chance))
    return Report(
        f"{year}/{year}-{number:03d}-2{index}", f"{firm.name}参与职业教育人才培养年度报告", year, city.name, "企业",
        firm.name, f"{year}年11月{chance.randint(1, 28)}日", tuple(blocks),
    )  # fmt: skip


def _slots(school: School, year: int) -> dict[str, Any]:
    program, second = school.programs[year % 2 * 2 : year % 2 * 2 + 2]
    return {"school": school.called(year), "program": program, "second": second, "base": school.bases[year % 2],
            "honour": school.honour}  # fmt: skip


def _partner(city: City, index: int, which: int) -> dict[str, Any]:
    partners = city.schools[index].partners
    firm = city.firms[partners[which % len(partners)]]
    return {"firm": firm.name, "short": firm.short, "number": 10 + 7 * (index + which)}


def _works(school: School) -> dict[str, Any]:
    return {"course": f"{school.programs[0]}项目实践", "textbook": f"{school.programs[1]}基础"}


def _award(chance: random.Random) -> dict[str, Any]:
    return {"contest": CONTEST, "event": chance.choice(EVENTS), "award": chance.choice(("一等奖", "二等奖", "三等奖")),
            "count": chance.randint(1, 4)}  # fmt: skip


def _sizes(chance: random.Random, schools: int) -> dict[str, Any]:
    intake = chance.randint(300, 1900) * max(1, schools)
    return {"schools": schools, "intake": intake, "pupils": intake * 3 - chance.randint(1, 90),
            "teachers": intake // 5, "placed": round(chance.uniform(90, 99), 2)}  # fmt: skip


def _filler(chance: random.Random) -> Paragraph:
    return _paragraph(chance, ("filler", {}))


def _paragraph(chance: random.Random, *said: tuple[str, Mapping[str, Any]]) -> Paragraph:
    """A paragraph of one sentence a topic, each worded at random."""
    text, entities, relations, facts = "", [], [], []
    for topic, slots in said:
        labels, topics = _sentences()
        sentence = chance.choice(topics[topic])
        body, names = _fill(sentence["text"], slots, labels, len(text))
        text += body
        entities += names
        relations += [_relation(line, slots) for line in sentence.get("relations", ())]
        facts += [_fact(line, slots) for line in sentence.get("facts", ())]
    return Paragraph(
        Record(text, "paragraph", entities=tuple(entities), relations=tuple(relations), facts=tuple(facts))
    )


def _fill(template: str, slots: Mapping[str, Any], labels: Mapping[str, str], offset: int) -> tuple[str, list[Entity]]:
    text, entities, end = "", [], 0
    for match in _SLOT.finditer(template):
        text += template[end : match.start()]
        value = str(slots[match[1]])
        if match[1] in labels:
            start = offset + len(text)
            entities.append(Entity(value, labels[match[1]], start, start + len(value)))
        text += value
        end = match.end()
    return text + template[end:], entities


def _relation(line: str, slots: Mapping[str, Any]) -> Relation:
    head, type_, tail, *rest = line.split()
    pairs = (entry.split("=") for entry in rest)
    attributes = {key: slots.get(value, value) for key, value in pairs}
    return Relation(str(slots[head]), type_, str(slots[tail]), attributes)


def _fact(line: str, slots: Mapping[str, Any]) -> Fact:
    subject, metric, value, unit = (part.strip() for part in line.split("|"))
    return Fact(str(slots[subject]), metric, str(slots[value]), unit, int(slots["year"]))


def _programs_table(city: City, year: int) -> Grid:
    rows, records = [], []
    for number, school in enumerate(city.schools, 1):
        name, program = school.called(year), school.programs[number % 4]
        rows.append((str(number), name, program))
        said = (Relation(name, "OFFERS", program),)
        records.append(_row_record(rows[-1], (("School", 1), ("Program", 2)), said))
    header = ("序号", "学校名称", "专业名称")
    return Grid(f"表 1 {city.name}优质专业立项建设名单", header, tuple(rows), tuple(records))


def _alliances_table(city: City, year: int) -> Grid:
    rows, records = [], []
    for alliance in city.alliances:
        firm = city.firms[alliance.firm].name
        college, school = (city.schools[at].called(year) for at in (alliance.college, alliance.school))
        if alliance.since > year and rows:
            continue
        rows.append((str(len(rows) + 1), alliance.name, firm, college, school))
        said = tuple(
            Relation(head, "LEADS", alliance.name, {"role": role})
            for head, role in ((firm, "牵头企业"), (college, "牵头高校"), (school, "牵头职校"))
        )
        labels = (("Alliance", 1), ("Enterprise", 2), ("School", 3), ("School", 4))
        records.append(_row_record(rows[-1], labels, said))
    header = ("序号", "联盟名称", "牵头企业", "牵头高校", "牵头职校")
    return Grid(f"表 2 {city.name}产教融合共同体和联合体名单", header, tuple(rows), tuple(records))


def _row_record(row: Sequence[str], labels: Sequence[tuple[str, int]], said: tuple[Relation, ...]) -> Record:
    text, entities = "\t".join(row), []
    for label, column in labels:
        start = len("\t".join(row[:column])) + 1
        entities.append(Entity(row[column], label, start, start + len(row[column])))
    return Record(text, "table_row", entities=tuple(entities), relations=said)
