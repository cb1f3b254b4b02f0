"""Candidates: every number of a text with its unit, and the stretches of text around it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from extractor.language.knowledge import gazetteer

# A longer run of digits is a number of a document or a telephone.
MAX_DIGITS = 15
_CLAUSE_END = "，。；！？：、,;!?\n"
_RATIO = re.compile(r"(?<![\d.:：∶])\d[\d.]*\s*[:：∶]\s*\d[\d.]*(?![\d:：∶])")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """``figures.toml``, with what is searched for made into one pattern."""

    qualifiers: tuple[str, ...]
    before: tuple[str, ...]
    leads: tuple[str, ...]
    prizes: tuple[str, ...]
    cues: tuple[str, ...]
    number: re.Pattern[str]
    groups: re.Pattern[str]
    regions: re.Pattern[str]
    changes: frozenset[str]
    anaphors: re.Pattern[str]
    openings: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number and its unit: ``text[start:end]`` is the whole, ``value`` and ``unit`` as printed, blanks dropped."""

    start: int
    end: int
    value: str
    unit: str
    qualifier: str = ""


@cache
def knowledge() -> Knowledge:
    """The declared knowledge on figures."""
    data = tomllib.loads(resources.files("extractor.language").joinpath("knowledge/figures.toml").read_text("utf-8"))
    after = "|".join(data["after"])
    number = re.compile(
        r"(?<![\d.A-Za-z])(?P<digits>\d{1,3}(?:[,，\s]\s*\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)\s*"
        rf"(?P<q1>{after})?\s*(?P<scale>[万亿千百]{{0,2}})\s*(?P<q2>{after})?\s*"
        rf"(?P<unit>{_any(data['units'])})?\s*(?P<q3>{after})?"
    )
    places = gazetteer()
    provinces = [name for name, kind in places.members.items() if places.kinds[kind] == "province"]
    regions = _any([*data["regions"], *provinces])
    return Knowledge(
        qualifiers=tuple(data["qualifiers"]),
        before=_longest_first(data["before"]),
        leads=_longest_first(data["leads"]),
        prizes=tuple(data["prizes"]),
        cues=tuple(data["cues"]),
        number=number,
        groups=re.compile(rf"(?:{regions}|[\u4e00-\u9fff]{{2,4}}(?:市|区|县|州))?(?:{_any(data['groups'])})"),
        regions=re.compile(_any(data["regions"])),
        changes=frozenset(data["changes"]),
        anaphors=re.compile(_any(data["anaphors"])),
        openings=re.compile(rf"^(?:{_any(data['openings'])})+"),
    )


def candidates(text: str) -> list[Candidate]:
    """Every number of ``text`` that could be a figure, in order, ratios (14:1) included."""
    known = knowledge()
    found: list[Candidate] = []
    taken = 0
    ratios = {match.start(): match for match in _RATIO.finditer(text)}
    for match in known.number.finditer(text):
        if match.start() < taken or len(match["digits"]) > MAX_DIGITS or re.match(r"0\d", match["digits"]):
            continue  # a type or a code (055型)
        if ratio := ratios.get(match.start()):
            found.append(Candidate(ratio.start(), ratio.end(), bare(ratio[0]), ""))
            taken = ratio.end()
            continue
        value = bare(match["digits"]) + match["scale"]
        qualifier = match["q1"] or match["q2"] or match["q3"] or _qualifier_before(text, match.start())
        end = match.end("unit") if match["unit"] else match.end("scale") if match["scale"] else match.end("digits")
        found.append(Candidate(match.start(), end, value, match["unit"] or "", qualifier))
    return found


def bare(text: str) -> str:
    """``text`` without blanks, and without the commas of digits."""
    return re.sub(r"[\s,，]", "", text) if re.search(r"\d", text) else re.sub(r"\s", "", text)


def _qualifier_before(text: str, start: int) -> str:
    lead = text[max(0, start - 6) : start].rstrip()
    return next((word for word in knowledge().qualifiers if lead.endswith(word)), "")


def left_end(text: str, position: int, marks: str, limit: int = 200) -> int:
    """Where the stretch before ``position`` begins: after the last of ``marks``, at most ``limit`` characters back."""
    for index in range(position - 1, max(-1, position - limit - 1), -1):
        if text[index] in marks:
            return index + 1
    return max(0, position - limit)


def clause(text: str, candidate: Candidate) -> tuple[str, str]:
    """The candidate's clause before and after it, at most 60 and 40 characters."""
    left = left_end(text, candidate.start, _CLAUSE_END, 60)
    right = next((i for i in range(candidate.end, min(len(text), candidate.end + 40)) if text[i] in _CLAUSE_END), None)
    return text[left : candidate.start], text[candidate.end : right if right is not None else candidate.end + 40]


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in _longest_first(words))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))
