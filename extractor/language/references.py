"""What 该校, 公司, 双方 and their like stand for: the name said before, or the one the case is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from extractor.language.features import match_blanks
from extractor.language.knowledge import gazetteer
from extractor.language.mentions import (
    Breaks,
    Mention,
    Name,
    breaks,
    by_start,
    find_all,
    locate,
    names_of,
    plain_text,
    to_plain,
)
from extractor.records import Entity

if TYPE_CHECKING:
    from spacy.tokens import Doc

# A school right after one of these is somebody's partner or object, not what the passage goes on about.
_OBJECT_BEFORE = frozenset("与和同对向为给及由、到赴在至")
# 沪教委职〔2024〕14号 in brackets right behind a document's name, with the blanks of typesetting.
_DOCUMENT_NUMBER = re.compile(
    r"[》”\s]{0,4}[（(]\s*([\u4e00-\u9fff]{2,14}\s?[〔\[（(【﹝]\s?\d{4}\s?[〕\]）)】﹞]\s?第?\s?\d{1,5}\s?号)\s*[）),，;；]"
)
# The longest beginning of a unit's name that is a school's name.
_SCHOOL_OF_UNIT = re.compile(
    r"[\u4e00-\u9fff（）]{2,20}(?:学校|大学|职业学院|技术学院|技师学院|职教中心|职业教育中心|中专)(?=..)"
)
_OPENING_SCHOOL = re.compile(r"[\u4e00-\u9fff（）]{4,20}?(?:学校|学院|大学|中专|中心)")
_BOUNDARY = frozenset("，；：。！？\n“《（、")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    labels: tuple[str, ...]
    ending: str
    demonstrative: bool
    own: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class _Knowledge:
    words: Mapping[str, _Word]
    keyed: Mapping[str, Sequence[str]]
    generic_before: frozenset[str]
    generic_after: tuple[str, ...]


@cache
def _knowledge() -> _Knowledge:
    text = resources.files("extractor.language.knowledge").joinpath("anaphora.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    words = {}
    for entry in data["anaphor"]:
        for word in entry["words"]:
            if word in entry.get("demonstrative_only", ()):
                continue
            ending = entry.get("ending", "") if entry["same_ending"] else ""
            demonstrative = word[0] in "该我本"
            words[word] = _Word(word, tuple(entry["labels"]), ending, demonstrative, word in entry.get("own", ()))
    for entry in data["group"]:
        for word in entry["words"]:
            words[word] = _Word(word, tuple(entry["labels"]), "", True, count=int(entry["count"]))
    context = data["context"]
    return _Knowledge(words, by_start(words), frozenset(context["generic_before"]), tuple(context["generic_after"]))


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Whom a passage may speak of without naming them.

    ``school``: the school that its case is about; it is what 学校 stands for until the passage names another.
    ``issuer``: the school or enterprise whose own report it is: 学校 or 公司 throughout.
    ``before``: the names of the passage before, for a 该校 at the beginning of this one.
    """

    school: Entity | None = None
    issuer: Entity | None = None
    before: tuple[Entity, ...] = ()


def find_anaphors(text: str, entities: Sequence[Entity], unnamed: Unnamed = Unnamed()) -> list[Entity]:
    """The anaphors of a passage with the names they stand for, in reading order.

    ``entities``: the passage's names. A word for several names gives an entity for each of them.
    """
    plain = to_plain(text)
    names = names_of(entities)
    parts = breaks(plain.text)
    mentions = with_schools_of_units(names, locate(plain.text, names))
    if _opens_with_another_school(plain.text, mentions):
        unnamed = replace(unnamed, school=None, before=())
    focus = _Focus(
        plain.text,
        names,
        parts,
        school=_number_of(names, unnamed.school),
        issuer=_number_of(names, unnamed.issuer),
        before=[number for entity in unnamed.before if (number := _number_of(names, entity)) is not None],
    )
    found = resolve(plain.text, names, mentions, focus)
    anaphors = []
    for mention in found:
        start, end = plain.origin[mention.start], plain.origin[mention.end - 1] + 1
        name = names[mention.name]
        anaphors.append(Entity(text[start:end], name.label, start, end, refers_to=name.printed))
    return anaphors


def document_numbers(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """The numbers that stand in brackets behind the names of documents, each referring to its document."""
    found = []
    for entity in entities:
        if entity.label != "Policy" or entity.refers_to is not None or entity.end is None:
            continue
        match = _DOCUMENT_NUMBER.match(text, entity.end)
        if match:
            number = match_blanks(match.group(1))
            found.append(Entity(number, "Policy", match.start(1), match.end(1), refers_to=entity.name))
    return found


def with_schools_of_units(names: list[Name], mentions: Sequence[Mention]) -> list[Mention]:
    """``mentions`` with the school that a unit's name begins with (某校创业指导站), put to ``names`` where it is new.

    The passage goes on about that school, though its name stands nowhere alone.
    """
    found = {(mention.start, mention.end) for mention in mentions}
    schools = []
    for mention in mentions:
        name = names[mention.name]
        match = _SCHOOL_OF_UNIT.match(name.plain) if name.label in ("Organization", "Base") else None
        if match is None or (mention.start, mention.start + match.end()) in found:
            continue
        number = _number_of(names, Entity(match[0], "School"))
        if number is not None:
            schools.append(Mention(mention.start, mention.start + match.end(), number, nested=True))
    return sorted((*mentions, *schools), key=lambda mention: (mention.start, -mention.end))


def _opens_with_another_school(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether a passage begins with what looks like a school's name that was not read as a name.

    Then it is not about the school of the passage before, and whom it is about is not known.
    """
    opening = _OPENING_SCHOOL.match(text)
    if opening is None or any(mention.start < opening.end() for mention in mentions):
        return False
    place = next(gazetteer().spans(opening[0]), None)
    return place is not None and place[0] == 0


def _number_of(names: list[Name], entity: Entity | None) -> int | None:
    """The number of a name in ``names``, put to their end where it is new."""
    if entity is None:
        return None
    plain = plain_text(entity.name)
    number = next((n for n, name in enumerate(names) if name.plain == plain), len(names))
    if number == len(names):
        names.append(Name(entity.name, plain, entity.label))
    return number


def resolve(text: str, names: Sequence[Name], mentions: Sequence[Mention], focus: _Focus) -> list[Mention]:
    """The anaphors of the passage as mentions of the names they stand for; one that nothing answers is left out."""
    knowledge = _knowledge()
    found = [
        (start, end, knowledge.words[word])
        for start, end, word in find_all(text, knowledge.keyed)
        if _stands_alone(text, start, end, knowledge.words[word], knowledge)
    ]
    if not found:
        return []
    resolved: list[Mention] = []
    pending = [m for m in mentions if not m.nested or _is_unit_of(names, mentions, m)]
    position = 0
    for start, end, word in found:
        while position < len(pending) and pending[position].start < start:
            focus.see(pending[position])
            position += 1
        inside = position and pending[position - 1].end > start
        if inside or (position < len(pending) and pending[position].start < end):
            continue
        for number in focus.answer(word, start, pending[position:]):
            resolved.append(Mention(start, end, number, anaphor=True))
            focus.see(resolved[-1])
    return resolved


def _is_unit_of(names: Sequence[Name], mentions: Sequence[Mention], inner: Mention) -> bool:
    """Whether a nested name is the school in the name of one of its units (某校护理系, 某校创业指导站)."""
    if names[inner.name].label != "School":
        return False
    outer = [m for m in mentions if not m.nested and m.start <= inner.start and inner.end <= m.end]
    return any(names[m.name].label in ("Organization", "Base") for m in outer)


def _stands_alone(text: str, start: int, end: int, word: _Word, knowledge: _Knowledge) -> bool:
    if word.demonstrative:
        return True
    if start and text[start - 1] in knowledge.generic_before:
        return False
    return not text.startswith(knowledge.generic_after, end)


class _Focus:
    """What has been said so far: the names by recency, and the school that the passage is about at this point.

    ``school``, ``issuer``, ``before``: numbers in ``names`` of those that :class:`Unnamed` holds.
    """

    def __init__(
        self,
        text: str,
        names: Sequence[Name],
        parts: Breaks,
        *,
        school: int | None,
        issuer: int | None,
        before: Sequence[int],
    ) -> None:
        self.text, self.names, self.parts = text, names, parts
        self.school, self.issuer, self.before = school, issuer, before
        self.from_context = school is not None
        self.recent: list[Mention] = []

    def see(self, mention: Mention) -> None:
        """Take note of a mention in reading order."""
        self.recent.append(mention)
        if self.names[mention.name].label != "School":
            return
        before = self.text[mention.start - 1 : mention.start]
        leads = not before or before in _BOUNDARY - {"、", "（"}
        if self.school is None or self.from_context or (leads and self._opens_sentence(mention)):
            self.school, self.from_context = mention.name, mention.anaphor and self.from_context

    def _opens_sentence(self, mention: Mention) -> bool:
        sentence = self.parts.sentence(mention.start)
        start = self.parts.sentences[sentence - 1] + 1 if sentence else 0
        return mention.start - start <= 12

    def answer(self, word: _Word, start: int, later: Sequence[Mention]) -> list[int]:
        """The numbers of the names that ``word`` at ``start`` stands for."""
        if word.count > 1:
            return self._several(word)
        issuer = self.issuer if self.issuer is not None and self._fits(word, self.issuer) else None
        if word.own and issuer is not None:
            return [issuer]
        if word.own and "School" in word.labels and self.school is not None:
            return [self.school]
        for mention in reversed(self.recent[-40:]):
            if self._fits(word, mention.name):
                return [mention.name]
        if not word.text.startswith("该"):
            if issuer is not None:
                return [issuer]
        elif len(said := [number for number in self.before if self._fits(word, number)]) == 1:
            return said
        if "School" in word.labels and not word.ending:
            ahead = {m.name for m in later if self.names[m.name].label == "School"}
            if len(ahead) == 1:
                return list(ahead)
        return []

    def _fits(self, word: _Word, number: int) -> bool:
        name = self.names[number]
        return name.label in word.labels and (not word.ending or name.plain.endswith(word.ending))

    def _several(self, word: _Word) -> list[int]:
        numbers: list[int] = []
        if self.school is not None and "Enterprise" in word.labels:
            numbers.append(self.school)
        for mention in reversed(self.recent[-40:]):
            if mention.name not in numbers and self.names[mention.name].label in word.labels:
                numbers.append(mention.name)
            if len(numbers) == word.count:
                return numbers
        return []


class _References:
    """The pipeline's component: sets ``doc._.anaphors``."""

    def __call__(self, doc: Doc) -> Doc:
        anaphors = find_anaphors(doc.text, doc._.names, Unnamed(case_school(doc), doc._.issuer, said_before(doc)))
        doc._.anaphors = (*anaphors, *document_numbers(doc.text, doc._.names))
        return doc


def component() -> _References:
    """The component ``references`` of :mod:`extractor.language.pipeline`."""
    return _References()


def case_school(doc: Doc) -> Entity | None:
    """The school that the Doc's case is about at this point: the first named in the passage before that names one.

    Where none before does, the one that the case names most.
    """
    case = doc._.record.case if doc._.record is not None else None
    if case is None:
        return None
    counts: dict[str, int] = {}
    first: dict[str, Entity] = {}
    before: Entity | None = None
    for other in _case_docs(doc, case):
        schools = [entity for entity in other._.names if entity.label == "School"]
        if schools and other._.position < doc._.position:
            before = schools[0]
        for entity in schools:
            counts[entity.name] = counts.get(entity.name, 0) + 1
            first.setdefault(entity.name, entity)
    if before is not None or not counts:
        return before
    return first[max(counts, key=counts.__getitem__)]


def said_before(doc: Doc) -> tuple[Entity, ...]:
    """The names of the passage right before in the same section or case, each once."""
    before = doc._.report[doc._.position - 1] if doc._.position else None
    if before is None or (before._.record.section, before._.record.case) != (doc._.record.section, doc._.record.case):
        return ()
    return tuple({entity.name: entity for entity in before._.names}.values())


def _case_docs(doc: Doc, case: int) -> list[Doc]:
    """The Docs of the same case, which stand next to each other."""
    report, start = doc._.report, doc._.position
    while start and report[start - 1]._.record.case == case:
        start -= 1
    end = doc._.position + 1
    while end < len(report) and report[end]._.record.case == case:
        end += 1
    return list(report[start:end])
