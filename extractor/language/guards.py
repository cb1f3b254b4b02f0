"""Guards around the network: bounds, lists and labels mended by rules that knowledge files declare.

Each guard is a function on the names of one line (normalised characters) and gives names of the same line; whatever it
does, a name stays a span of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from extractor.language.guard_rules import rules
from extractor.language.knowledge import gazetteer
from extractor.language.network import Found
from extractor.language.titles import TITLED, titles

_BREATH = 10  # characters behind a name in which the bracket it left open may close
_BREAKS = frozenset("，。；：、“”（《》")
_PAIRS = {"“": "”", "（": "）", "《": "》"}
_LISTED = re.compile(r"[、和及与]")
_LIST_MARKS = ("、", "和", "及", "与", "》《", "》、《", "”“", "”、“", "以及", "》和《", "”和“")
_LONGEST_LIST = 60  # majors in a row that are looked through for what their list ends in
_NESTED_SCHOOL = re.compile(r"(.{2,12}?(?:大学|学院))附属.")
# A school's own unit, printed behind its school's name.
_UNIT = re.compile(
    r".*(?:团队|中心|教学部|学部|专业部|系|教研组|教研室|党支部|党总支|党委|工作坊|课题组|志愿服务队|艺术团|校区)"
)
_OWNER = re.compile(r"(.{4,24}?(?:学校|学院|大学|中专))(?!附属).{2,}")
_QUOTED_KIND = re.compile(r"“([^“”]+)”(?:项目|课程|专业|教材|案例|一书)")
_BRACKETED = re.compile(r"(.+)（(.{2,}?)）")
_SCHOOL_END = re.compile(r"(?:学校|学院|大学|中心|中专)$")
_PROGRAM_END = re.compile(r"(?:中高职贯通|中本贯通|高本贯通|五年一贯制|中高贯通|现代学徒制)?(?:专业|专业方向|方向)?$")
_PROGRAM_FRONT = re.compile(r"^(?:建设|发展|增设|新增|优先发展|重点发展|重点建设)(?=.{3,})")
# What a list of fields or of contest events ends in: its members are no majors.
_NOT_MAJORS = re.compile(
    r"(?:（[^（）]{1,12}）)?(?:等)?(?:重点|新兴|相关|多个|主导|支柱|特色|优势)*(?:\d+|[一二三四五六七八九十两]+)?(?:大|个)?"
    r"(?:赛项|项目|领域|产业|行业|工种|岗位|技能)"
)
_LATER_RANK = re.compile(r"[二三]等奖")
_RANKS_BEFORE = re.compile(r"(?:(?:特|[一二])、)*$")
_NO_PLACE_YET = ("Project", "Event", "Alliance", "Achievement", "Enterprise")


def guard(chars: str, names: Sequence[Found]) -> list[Found]:
    """The names of one line with all guards applied, by start, none overlapping."""
    found: Iterable[Found] = names
    for step in GUARDS:
        found = step(chars, list(found))
    return without_overlap(found)


def without_overlap(names: Iterable[Found]) -> list[Found]:
    """The longer of two names that overlap, then the surer one."""
    kept: list[Found] = []
    for name in sorted(names, key=lambda n: (n.start, -n.end, -n.confidence)):
        if kept and name.start < kept[-1].end:
            if name.end - name.start > kept[-1].end - kept[-1].start:
                kept[-1] = name
            continue
        kept.append(name)
    return kept


def balance(chars: str, names: list[Found]) -> list[Found]:
    """Quotes and brackets that a name opens or closes alone are taken in when its neighbours, else left out."""
    return [mended for name in names for mended in _balanced(chars, name)]


def _balanced(chars: str, name: Found) -> list[Found]:
    start, end = name.start, name.end
    # A name in marks altogether is the name within them: “书香校园”.
    while end - start > 2 and _PAIRS.get(chars[start]) == chars[end - 1] and _closes_at(chars, start, end) == end - 1:
        start, end = start + 1, end - 1
    for open_mark, close_mark in _PAIRS.items():
        opened, closed = chars.count(open_mark, start, end), chars.count(close_mark, start, end)
        if closed > opened:
            if start and chars[start - 1] == open_mark and not chars[start:end].endswith(close_mark):
                start -= 1
            elif chars[end - 1] == close_mark:
                end -= 1
            else:
                at = chars.rfind(close_mark, start, end)
                start, end = (start, at) if at - start >= end - at else (at + 1, end)
        elif opened > closed:
            closing = _closing(chars, end, close_mark)
            if closing and chars[start] != open_mark:
                end = closing
            elif chars[start] == open_mark:
                start += 1
            else:
                end = chars.find(open_mark, start, end)
    return [name._replace(start=start, end=end)] if end - start > 0 else []


def _closing(chars: str, end: int, mark: str) -> int:
    """Where what a name left open is closed just behind its end, in the same breath; 0 if it is not."""
    found = chars.find(mark, end, end + _BREATH)
    return found + 1 if found >= 0 and not _BREAKS & set(chars[end:found]) else 0


def _closes_at(chars: str, start: int, end: int) -> int:
    """Where the mark that opens at ``start`` closes, or -1."""
    close, depth = _PAIRS[chars[start]], 0
    for at in range(start, end):
        depth += (chars[at] == chars[start]) - (chars[at] == close)
        if not depth:
            return at
    return -1


def trim(chars: str, names: list[Found]) -> list[Found]:
    """Verbs and particles off the front, lists' rests and marks off the end."""
    known = rules()
    trimmed = []
    for name in names:
        start, end = name.start, name.end
        match = known.cut.search(chars, start + 1, end)
        if match:
            end = match.start()
        moved = True
        while moved and end - start > 2 and not chars.startswith(known.leading_kept, start):
            moved = False
            for word in known.leading:
                # A single particle off a short name would more often harm a name than mend one.
                enough = 6 if len(word) == 1 else len(word) + 2
                if end - start >= enough and chars.startswith(word, start) and name.label != "Person":
                    start += len(word)
                    moved = True
                    break
        while end > start and chars[end - 1] in "、，。；：！？·的":
            end -= 1
        if name.label == "Award" and chars.endswith("建设", start, end) and end - start > 6:
            end -= 2
        while start < end and chars[start] in "、，。；：！？·":
            start += 1
        if end > start:
            trimmed += _balanced(chars, name._replace(start=start, end=end))
    return trimmed


def split_quoted(chars: str, names: list[Found]) -> list[Found]:
    """“A”“B” and “A”、“B” are two names."""
    split = []
    for name in names:
        inner = chars[name.start : name.end]
        parts = re.split(r"”[、和]?“|》[、和]?《", inner)
        at = name.start
        for part in parts:
            at = chars.index(part, at)
            if part:
                split.append(name._replace(start=at, end=at + len(part)))
            at += len(part)
    return split


def split_known(chars: str, names: list[Found]) -> list[Found]:
    """A和B of two known majors are two names: a major's own 和 or 与 makes it one known name."""
    split = []
    known = gazetteer().members
    for name in names:
        inner = chars[name.start : name.end]
        match = None
        if name.label == "Program" and inner not in known:
            match = next(
                (
                    m
                    for m in _LISTED.finditer(inner)
                    if m.group() == "、" or inner[: m.start()] in known or inner[m.end() :] in known
                ),
                None,
            )
        if match and match.start() >= 2 and len(inner) - match.end() >= 2:
            split.append(name._replace(end=name.start + match.start()))
            split.append(name._replace(start=name.start + match.end()))
        else:
            split.append(name)
    return split


def relabel(chars: str, names: list[Found]) -> list[Found]:
    """The label that a name's last characters settle."""
    mended = []
    for name in names:
        inner = chars[name.start : name.end]
        settled = next((kind for word, kind in rules().endings if inner.endswith(word)), name.label)
        if settled == "Place":  # a corridor or a belt is nobody's project
            mended.append(name._replace(label="Place" if name.label in _NO_PLACE_YET else name.label))
            continue
        # A title that ends in 学校 or 企业 may well be an honour; one that ends in 基地 is the base itself.
        if name.label in TITLED or (name.label == "Award" and settled != "Base"):
            settled = name.label
        mended.append(name._replace(label=settled))
    return mended


def unwrap(chars: str, names: list[Found]) -> list[Found]:
    """“X”项目 names X; a person's or a school's second name in brackets is a name of its own."""
    out = []
    for name in names:
        inner = chars[name.start : name.end]
        quoted = _QUOTED_KIND.fullmatch(inner)
        bracketed = _BRACKETED.fullmatch(inner) if name.label in ("Person", "School") else None
        if quoted:
            out.append(name._replace(start=name.start + 1, end=name.start + 1 + len(quoted.group(1))))
        elif bracketed and (name.label == "Person" or all(_SCHOOL_END.search(part) for part in bracketed.groups())):
            out += [
                name._replace(start=name.start + bracketed.start(k), end=name.start + bracketed.end(k)) for k in (1, 2)
            ]
        else:
            out.append(name)
    return out


def join(chars: str, names: list[Found]) -> list[Found]:
    """Two names side by side that are one: a school and its unit, a contest or a company and its base or team."""
    joined: list[Found] = []
    for name in sorted(names):
        last = joined[-1] if joined else None
        if last and last.end == name.start:
            unit = (
                last.label == "School"
                and name.label in ("Organization", "Award")
                and _UNIT.fullmatch(chars, name.start, name.end)
            )
            base = last.label in ("Competition", "Enterprise") and name.label == "Base"
            team = last.label == "Competition" and name.label == "Organization"
            if unit or base or team:
                label = "Organization" if unit else name.label
                # Each doubted that it ends where the other begins: side by side they settle it.
                joined[-1] = Found(last.start, name.end, label, max(last.confidence, name.confidence))
                continue
        joined.append(name)
    return joined


def majors(chars: str, names: list[Found]) -> list[Found]:
    """Majors without the word 专业 at the end; fields of industry and contest events in a list are none."""
    kept = []
    ordered = sorted(names)
    for index, name in enumerate(ordered):
        if name.label != "Program":
            kept.append(name)
            continue
        inner = chars[name.start : name.end]
        front = _PROGRAM_FRONT.match(inner)
        start = name.start + (front.end() if front else 0)
        end = name.start + _PROGRAM_END.search(inner).start() if not inner.endswith("专业群") else name.end  # type: ignore[union-attr]
        last = end
        for other in ordered[index + 1 : index + _LONGEST_LIST]:
            if (
                other.label == "Program"
                and 0 <= other.start - last <= 3
                and not chars[last : other.start].strip("、和及与以专业")
            ):
                last = other.end
            else:
                break
        if end - start >= 2 and not _NOT_MAJORS.match(chars, last):
            kept.append(name._replace(start=start, end=end))
    return kept


def in_office(chars: str, names: list[Found]) -> list[Found]:
    """A body in which an office is held is no honour; a place that issues and decides is its government."""
    mended = []
    for found in names:
        name = found
        for office in rules().offices:
            if chars.startswith(office, name.end) or chars[name.start : name.end].endswith(office):
                end = name.end - len(office) if not chars.startswith(office, name.end) else name.end
                if end - name.start >= 3:
                    label = "Organization" if name.label == "Award" else name.label
                    name = name._replace(end=end, label=label)
                break
        if name.label == "Place" and chars[name.end - 1] in "省市区县镇乡旗" and rules().acts.match(chars, name.end):
            name = name._replace(label="Organization")
        mended.append(name)
    return mended


def issuer_front(chars: str, names: list[Found]) -> list[Found]:
    """Who gives or holds it is no part of what is quoted or counted behind: 教育部|首批“某校”, 农业农村部|“某项目”."""
    parted = []
    for name in names:
        match = None
        if name.label in ("Award", "Competition", "Event", "Project"):
            match = rules().issuers.match(chars, name.start, name.end)
        if match:
            parted.append(name._replace(end=match.end(), label="Organization"))
            parted.append(name._replace(start=match.end()))
        else:
            parted.append(name)
    return parted


def rank_front(chars: str, names: list[Found]) -> list[Found]:
    """市级, 首批 and the like directly before an honour or a base belong to its name, and 一、二 before 三等奖."""
    mended = []
    for name in names:
        start = name.start
        if name.label in ("Award", "Base") and name.end - start > 3:
            for rank in rules().ranks:
                if chars.startswith(rank, start - len(rank)) and start >= len(rank):
                    start -= len(rank)
                    break
        elif name.label == "Award" and _LATER_RANK.match(chars, start):
            start = _RANKS_BEFORE.search(chars, max(start - 8, 0), start).start()  # type: ignore[union-attr]
        mended.append(name._replace(start=start))
    return mended


def drop_generic(chars: str, names: list[Found]) -> list[Found]:
    """Words that name nobody, single characters that are no medal, numbers."""
    generic = rules().generic
    kept = []
    for name in names:
        inner = chars[name.start : name.end]
        start, end, kind = next(gazetteer().spans(inner), (1, 0, 0))
        of_place = start == 0 and gazetteer().kinds[kind] != "program"
        if (
            (of_place and inner[end:] in generic)
            or inner in generic
            or inner in rules().generic_alone
            or inner.startswith(rules().generic_fronts)
            or (len(inner) == 1 and inner not in "金银铜")
            or not any(char.isalpha() for char in inner)
        ):
            continue
        kept.append(name)
    return kept


GUARDS: tuple[Callable[[str, list[Found]], list[Found]], ...] = (
    split_quoted,
    balance,
    trim,
    titles,
    unwrap,
    split_known,
    majors,
    join,
    in_office,
    relabel,
    issuer_front,
    rank_front,
    drop_generic,
)


def sure_enough(chars: str, names: Sequence[Found], least: float, supported: float) -> list[Found]:
    """Names of at least the confidence ``least``, or ``supported`` where a gazetteer or their list bears them out."""
    ordered = sorted(names)
    known = gazetteer()
    kept = []
    for index, name in enumerate(ordered):
        if name.confidence < least:
            if name.confidence < supported:
                continue
            kind = known.members.get(chars[name.start : name.end])
            borne_out = kind is not None and (known.kinds[kind] == "program") == (name.label == "Program")
            borne_out = borne_out and name.label in ("Place", "Program")
            for other in ordered[max(index - 1, 0) : index + 2]:
                low, high = sorted((name, other))
                listed = low.end < high.start and chars[low.end : high.start] in _LIST_MARKS
                borne_out = borne_out or (listed and other.label == name.label and other.confidence >= least)
            if not borne_out:
                continue
        kept.append(name)
    return kept


def nested_schools(chars: str, names: Iterable[Found]) -> list[Found]:
    """The school in the name of its affiliated school or unit: 'A大学附属B学校' and 'A学校教学团队' name A too."""
    nested = []
    for name in names:
        match = None
        if name.label in ("School", "Organization"):
            match = _NESTED_SCHOOL.match(chars, name.start, name.end)
        unit = name.label == "Organization" and _UNIT.fullmatch(chars, name.start, name.end)
        if match is None and (unit or name.label == "Base"):
            match = _OWNER.match(chars, name.start, name.end)
        if match:
            nested.append(Found(match.start(1), match.end(1), "School", name.confidence))
    return nested
