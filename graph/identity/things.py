"""The normal form of what is no body: programs, awards, contests, policies, courses, places …

Each rule is the identity column of the ontology: what makes two mentions of that label one node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from graph.identity.gazetteer import gazetteer, knowledge
from graph.identity.names import clean

_YEAR = re.compile(r"^(?:19|20)\d\d(?:[-至~](?:19|20)?\d\d)?(?:学年度?|年度|年)?")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[\[〔(【]?((?:19|20)\d\d)[\]〕)】]?(?:年)?第?(\d{1,5})号")
_HELD = frozenset({"Base", "Course", "Textbook", "Project", "Achievement", "Person"})


def thing_key(label: str, name: str) -> tuple[str, bool]:
    """(the normal form of ``name``, whether its region completes it when no holder does)."""
    text = clean(name)
    normal = _RULES.get(label, _plain)(text)
    regional = label in _HELD or (label == "Alliance" and not gazetteer().leading(text)[0] and not _beyond(text))
    return normal or text, regional


def _beyond(text: str) -> bool:
    """Whether an alliance says itself that it is the country's, or of several provinces."""
    return "全国" in text or text.startswith(tuple(knowledge()["generic"]["wide"]))


def _plain(text: str) -> str:
    return text


def _program(text: str) -> str:
    """名 without 专业; a 专业群 is another thing than the 专业."""
    return text.removesuffix("专业") if len(text) > 3 else text


def _award(text: str) -> str:
    """An honour's name without its year."""
    return _YEAR.sub("", text)


def _policy(text: str) -> str:
    """The document number where the name is one, else the name without the formula around it."""
    if match := _NUMBER.fullmatch(text):
        return f"{text[: match.start(1)].rstrip('[〔(【')}〔{match[1]}〕{int(match[2])}号"
    return re.sub(r"^(?:关于)?(?:印发|转发)(.+)的通知$", r"\1", text)


def _place(text: str) -> str:
    """A place by its path, so that 苏州 and 江苏省苏州市 are one; what is no division stays as printed."""
    places, rest = gazetteer().leading(text)
    if rest or not places:
        return re.sub(r"^([\u4e00-\u9fff]{2,})(?:市|省)$", r"\1", text)
    codes = places[-1].codes
    return gazetteer().path(next(iter(codes))) if len(codes) == 1 else text


def _alliance(text: str) -> str:
    """Name and region: the place without 省 and 市, 职教集团 as 职业教育集团."""
    places, rest = gazetteer().leading(text)
    codes = places[-1].codes if places else frozenset()
    place = gazetteer().path(next(iter(codes))) if len(codes) == 1 else "".join(place.text for place in places)
    return f"{place}|{rest.replace('职教', '职业教育').replace('(', '').replace(')', '')}"


_RULES: Mapping[str, Callable[[str], str]] = {
    "Program": _program,
    "Award": _award,
    "Policy": _policy,
    "Place": _place,
    "Alliance": _alliance,
}
