"""Two names of one thing in a passage: a bracketed second name, 以下简称, or a short form of a name said in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from extractor.language.knowledge import gazetteer
from extractor.language.mentions import Mention, Name

# Between the full name and its second one: （以下简称“, （简称, （又称, 加挂“ …
_INTRODUCES = re.compile(
    r"[”》\"]?(?:（[^（）]{0,40}?)?(?:以下|下|英文|对外|也|又|亦|现|可)?"
    r"(?:简称|下称|统称|又称|俗称|习称|称|英文名|又名|对外使用|全称)(?:为|是|作|：)?[“《\"]?"
)
_HANGS = re.compile(r"(?:加挂|增挂|对外使用|对外称)(?:了|“|\"|为)*$")
_BRACKET = re.compile(r"[”》\"]?（[“《\"]?")
_FORMER = re.compile(r"（?(?:原名?|前身|曾用名|现为?)")
# What a short form may end in though the full form ends in another word of the same kind, and what the full one then
# ends in: 苏州大学 is no 苏州工艺美术职业技术学院. The longer of two that fit comes first.
_SCHOOL_FORMS = {
    "职业技术大学": ("大学",), "职业技术学院": ("学院", "专科学校"), "职业大学": ("大学",),
    "职业学院": ("学院", "专科学校"), "技师学院": ("技师学院", "技工学校"), "职业学校": ("学校", "中学", "中心"),
    "职教中心": ("中心", "学校"), "教育中心": ("中心", "学校"),
    "职校": ("学校", "中心"), "职专": ("学校",), "中专": ("学校",), "中职": ("学校",), "职中": ("学校", "中学"),
    "职高": ("学校", "中学"), "技校": ("学校", "技师学院"), "高专": ("专科学校",), "职院": ("学院",),
    "学校": ("学校", "中学", "中心"), "学院": ("学院",), "大学": ("大学",), "校": ("学校", "中学"), "院": ("学院",),
    "大": ("大学",),
}  # fmt: skip
# A form that is a kind in full stands in names that are complete: 常州技师学院 is no short 常州交通技师学院.
_WHOLE_FORMS = ("职业技术大学", "职业技术学院", "职业大学", "职业学院", "技师学院", "职业学校", "职教中心", "教育中心")
_KIND_WORDS = re.compile(
    r"[市区县]?(?:民办|公办|高级|高等|中等|职业|技术|专业|专科|师范|技师|技工|教育|综合|中心|中学|学校|学院|大学)+"
)
_OTHER_SCHOOL = re.compile(r"附属|（|分校$|(?:大学|学院|学校).")
_ENDINGS = tuple(_SCHOOL_FORMS)
_FIRM_FORMS = ("集团", "公司", "股份", "科技", "酒店")
_FIRM_REST = re.compile(r"[^第分]{0,14}(?:公司|集团|股份|厂|院|社|店|（[^）]*）)$")
# A bracket behind these says which of them (车辆工程（轨道交通车辆）), not what else they are called.
_QUALIFIED = frozenset({"Program", "Award", "Place", "Course", "Textbook", "Person"})
_SHORTENED = frozenset({"School", "Enterprise", "Organization", "Alliance"})


def find_aliases(text: str, names: Sequence[Name], mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """The pairs (short or second name, full name) of numbers in ``names``, each short name once."""
    found: dict[int, int] = {}
    plain = [m for m in mentions if not m.nested and not m.anaphor]
    for first, second in pairwise(plain):
        if second.name == first.name or not _same_kind(names[first.name], names[second.name]):
            continue
        if _introduced(text, first, second, names[first.name].label):
            found.setdefault(second.name, first.name)
    schools = [m for m in plain if names[m.name].label == "School"]
    for first, second in pairwise(schools):  # 该校……加挂“某学校”牌子
        if first.name != second.name and _HANGS.search(text, max(second.start - 8, 0), second.start):
            found.setdefault(second.name, first.name)
    for third_on, mention in enumerate(plain[2:], 2):  # （英文名A，简称“B”）
        first = plain[third_on - 2]
        gap = text[first.end : mention.start]
        if (
            len(gap) < 120
            and gap.startswith("（")
            and "）" not in gap
            and plain[third_on - 1].name in found
            and re.search(r"(?:简称|习称|又称|下称)(?:为)?[“\"]?$", gap)
            and mention.name != first.name
        ):
            found.setdefault(mention.name, first.name)
    present = sorted({m.name for m in plain})
    for short in present:
        if short in found or names[short].label not in _SHORTENED:
            continue
        fulls = [
            full for full in present
            if full not in found and _shortens(names[short], names[full])
        ]  # fmt: skip
        if len(fulls) == 1:
            found[short] = fulls[0]
    return [(short, full) for short, full in found.items() if found.get(full) is None]


def _same_kind(first: Name, second: Name) -> bool:
    actors = {"School", "Enterprise", "Organization"}
    return first.label == second.label or (first.label in actors and second.label in actors)


def _introduced(text: str, first: Mention, second: Mention, first_label: str) -> bool:
    gap = text[first.end : second.start]
    if len(gap) > 40 or "）" in gap:
        return False
    if _INTRODUCES.fullmatch(gap):
        return True
    if _FORMER.search(gap):
        return False
    if _BRACKET.fullmatch(gap) and first_label not in _QUALIFIED:
        end = second.end + (text[second.end : second.end + 1] in {"”", '"', "》"})
        return text[end : end + 1] == "）"
    return False


def _shortens(short: Name, full: Name) -> bool:
    """Whether ``short`` is a short form of ``full``: its own part stands in the full name in one piece."""
    if short.label != full.label or len(short.plain) >= len(full.plain) or len(short.plain) < 2:
        return False
    if short.label == "Enterprise":
        return _shortens_firm(short.plain, full.plain)
    if short.label == "School":
        return _shortens_school(short.plain, full.plain)
    if short.label == "Organization":
        return full.plain.endswith(short.plain) and (short.plain[0] in "市区县省州校" or len(short.plain) >= 4)
    return full.plain.endswith(short.plain[-2:]) and full.plain.startswith(short.plain[:2]) and len(short.plain) <= 8


def _shortens_firm(short: str, full: str) -> bool:
    core = short
    for form in _FIRM_FORMS:
        if core.endswith(form) and len(core) - len(form) >= 2:
            core = core[: -len(form)]
            break
    for part in (short, core):
        at = full.find(part)
        if at >= 0 and at <= 4 and _FIRM_REST.fullmatch(full[at + len(part) :]):
            return True
    return False


def _shortens_school(short: str, full: str) -> bool:
    if full.endswith(short) and len(short) >= 4 and ("附属" not in full) and "分校" not in full[-4:]:
        return len(short) >= 6 or not full.endswith(("职业学校", "技术学校")) or short not in _SCHOOL_FORMS
    form = next((form for form in _SCHOOL_FORMS if short.endswith(form) and len(short) - len(form) >= 2), None)
    if form is None or not full.endswith(_SCHOOL_FORMS[form]):
        return False
    core = short[: -len(form)]
    at = full.find(core)
    rest = full[at + len(core) :]
    if at < 0 or not _rest_is_form(rest):
        return False
    bare = form in _WHOLE_FORMS or core in _places()
    return _KIND_WORDS.fullmatch(rest) is not None if bare else True


@cache
def _places() -> frozenset[str]:
    """Names of places, with and without 市, 区 or 县."""
    known = gazetteer()
    names = {name for name, kind in known.members.items() if known.kinds[kind] != "program"}
    return frozenset(names | {name[:-1] for name in names if len(name) > 2 and name[-1] in "市区县"})


def _rest_is_form(rest: str) -> bool:
    """Whether what follows the own part only says what kind of school it is."""
    return 0 < len(rest) <= 14 and rest.endswith(_ENDINGS) and _OTHER_SCHOOL.search(rest) is None
