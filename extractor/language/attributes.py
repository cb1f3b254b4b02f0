"""What the words around a relation say about it: role, year, count, contest, title, kinds, level.

Each function reads one or two attributes from a scene; none invents: what is not said is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from extractor.language.pairs import Pair
from extractor.language.scene import ACTORS, Scene, Spot

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|[-—~至、]|届|学年|“|《|\b|[^\d.%人个名万亿元])")
_PLAIN_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?=年|[-~至]\d|、\d)")
# A year in which a school was founded, or since when something has been going on, is not the year of its prizes.
_FOUNDED_BEFORE = re.compile(r"(?:创建|始建|创办|成立|创立|办学|设立|建|源|始|自)(?:于|自)?$|前身")
_NOT_THEN = re.compile(r"年(?:\d{1,2}月)?(?:以来|起|[^，。；]{0,8}(?:创建|始建|创办|成立|创立|建校(?!\d)|建成))")
_NAME_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_COUNT_AFTER = re.compile(
    r"[”》）\"]?(?:各|共|达|称号|共计|奖)?(\d{1,4}|[一二两三四五六七八九十]{1,2})(?:[项个枚块名次人件门部支篇])"
)
_COUNT_BEFORE = re.compile(r"(\d{1,4}|[一二两三四五六七八九十]{1,2})(?:[项个枚块名次人件门部支])?(?:次|项)?[“《\"]?$")
# An event of a contest: 糕点烘焙项目, 会计实务、短视频制作三个赛项, 职教赛道, 少年组, 资源库类.
_PART = r"[^“”\"，。；、（）：》\d]{2,16}?"
_EVENT = re.compile(
    rf"((?:{_PART}、)*{_PART})(?:等)?(?:[一二两三四五六七八九十\d]{{1,2}}个?)?(?:赛项|项目|科目|专项|单项|项(?=冠|第))"
    rf"|({_PART}(?:赛道|组|类))(?=(?:比赛|中|上|的|，|[一二三特]等|[金银铜冠亚季第前团个]|[^，。；组赛]{{0,4}}$))"
)
# What stands before an event's name: the contest's rest, verbs of winning.
_BEFORE_EVENT = re.compile(
    r".*(?:上|中(?![药医式餐国西华英文职小草])|里|获得|荣获|斩获|摘得|夺得|包揽|蝉联|获|夺|揽|收获|参加|参与|征战|在|的|类型|期间|现场)"
)
_GROUP_OF_SCHOOLS = re.compile(r"^(?:中职组|高职组|中职|高职)(?=.{2})")
_QUOTED_EVENT = re.compile(r"[“\"]([^“”\"]{2,40})[”\"](?:等)?(?:\d+个)?(?:赛项|项目|赛道|组|比赛)")
_WINNERS = re.compile(
    r"(\d{1,3}|[一两二三四五六七八九十])[人名位部门件项个篇支](?:[^，。；、\d]{0,8}?)"
    r"(?:获评|获得|荣获|获|被评为|评为|入选|入围|被认定为|认定为|被授予)[^，。；、]{0,4}$"
)
_RUNNING = re.compile(
    r"(?:连续|蝉联)([两三四五六七八九十\d]{1,2})(?:届|次|年|度)(?:[^，。；]{0,4}|[^，。；]{0,14}(?:评为|授予|认定为))$"
)
_ROLE_UNIT = re.compile(
    r"(?:首批|首任|轮值|常务|执行|联合|副|总|外方|中方)*"
    r"(?:理事长|理事|会长|会员|主任委员|主任|委员|主席|秘书长|秘书处|成员|监事|监事长|召集|组长|指导|支持|技术支持|发起)"
    r"(?:单位|院校|学校|企业)?"
)
_ROLE_BEHIND = re.compile(
    r"(?:等[^，。；]{0,10}?)?(?:[，（]|，并)?(?:分别|当选|列|现|均|则|被|共同|首批)*(?:为|是|任|担任|作为|系|出任|获选|当选为|推举为|的)?"
    rf"[^，。；]{{0,6}}?({_ROLE_UNIT.pattern})"
)
_ROLE_BEFORE = re.compile(rf"({_ROLE_UNIT.pattern})(?:为|是|有|：|包括|由)?[“\"]?$")
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class _Words:
    """A table of the knowledge file as (word, value), the longest words first."""

    entries: tuple[tuple[str, str], ...]

    def first_in(self, text: str) -> str | None:
        """The value of the first listed word in ``text``."""
        return next((value for word, value in self.entries if word in text), None)

    def last_in(self, text: str) -> tuple[int, str] | None:
        """The position and value of the word that stands last in ``text``, the longer where two end together."""
        best: tuple[int, str] | None = None
        for word, value in self.entries:
            at = text.rfind(word)
            if at >= 0 and (best is None or at + len(word) > best[0]):
                best = (at + len(word), value)
        return best

    def earliest_in(self, text: str) -> tuple[int, str] | None:
        """The position and value of the word that stands first in ``text``."""
        best: tuple[int, str] | None = None
        for word, value in self.entries:
            at = text.find(word)
            if at >= 0 and (best is None or at < best[0]):
                best = (at, value)
        return best

    def all_in(self, text: str) -> list[str]:
        """The values of all words in ``text``, each once, in the file's order."""
        return list(dict.fromkeys(value for word, value in self.entries if word in text))


@cache
def _knowledge() -> Mapping[str, _Words]:
    text = resources.files("extractor.language.knowledge").joinpath("attributes.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    tables = {}
    for name, table in data.items():
        entries = [(word, value) for value, words in table.items() for word in words]
        if name != "kinds":
            entries.sort(key=lambda entry: -len(entry[0]))
        tables[name] = _Words(tuple(entries))
    return tables


def attributes_of(scene: Scene, pair: Pair, type_: str) -> dict[str, Any]:
    """The attributes of a relation of ``type_`` between the pair, those of the contract that its words give."""
    head, tail = scene.spots[pair.head_spot], scene.spots[pair.tail_spot]
    reader = _READERS.get(type_)
    return {key: value for key, value in reader(scene, head, tail).items() if value} if reader else {}


def modes_of(scene: Scene, pair: Pair) -> str | None:
    """The mode in which two schools teach one after the other, as said last before them or right behind."""
    head, tail = scene.spots[pair.head_spot], scene.spots[pair.tail_spot]
    if head.sentence != tail.sentence:
        return None
    low, high = (head, tail) if head.mention.start < tail.mention.start else (tail, head)
    modes = _knowledge()["modes"]
    said = modes.last_in(scene.text[max(low.mention.start - 30, 0) : high.mention.start])
    said = said or modes.earliest_in(re.split(r"[。；]", scene.text[high.mention.end : high.mention.end + 24])[0])
    return said[1] if said else None


def _received(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    contest = _contest(scene, head, tail)
    found: dict[str, Any] = {}
    year = _year(scene, tail)
    if contest is not None:
        name = scene.names[contest.mention.name]
        found["at"] = name.printed
        if not _PERSONAL.search(scene.names[tail.mention.name].plain):
            found["event"] = _event(scene, contest, tail)
        printed_year = _NAME_YEAR.search(name.plain)
        year = int(printed_year.group(1)) if printed_year else year or _year(scene, contest)
    own = _NAME_YEAR.search(scene.names[tail.mention.name].plain)
    found["year"] = int(own.group(1)) if own else year
    found["count"] = _count(scene, head, tail)
    text = scene.text[scene.parts.clause_start(tail.mention.start) : tail.mention.end + 4]
    found["status"] = _knowledge()["status"].first_in(text[-30:])
    return found


def _contest(scene: Scene, head: Spot, tail: Spot) -> Spot | None:
    """The contest or event that a prize was won at: the last one said before it in its sentence, else right after."""
    if not _is_prize(scene.names[tail.mention.name].plain):
        return None
    best = None
    for spot in scene.spots:
        if spot.mention.start >= tail.mention.start:
            break
        if scene.names[spot.mention.name].label in ("Competition", "Event") and spot.sentence == tail.sentence:
            best = spot
    if best is not None:
        return best
    if not tail.opens_sentence:
        return None
    for spot in scene.spots:
        before = spot.mention.start < tail.mention.start and spot.sentence == tail.sentence - 1
        if before and scene.names[spot.mention.name].label == "Competition":
            best = spot
    return best


_PERSONAL = re.compile(r"(?:功|奖章|奖学金|嘉奖|能手|标兵)$|^先进")  # an honour that no event of a contest gives
_PRIZE = re.compile(
    r"奖|金|银|铜|名|冠军|亚军|季军|第[一二三四五六七八九十\d]|等|优胜|称号|最佳|集体|个人|团队|头名|选手"
)


def _is_prize(name: str) -> bool:
    return _PRIZE.search(name) is not None


def _event(scene: Scene, contest: Spot, tail: Spot) -> str | None:
    """The event of the contest: the last one said, in quotation marks or before 赛项, between contest and prize."""
    between = scene.text[contest.mention.end : tail.mention.start]
    if len(between) > 80 or "。" in between:
        return None
    quoted = _QUOTED_EVENT.findall(between)
    if quoted:
        return str(quoted[-1])
    plain = [whole or group for whole, group in _EVENT.findall(between.lstrip('”》"'))]
    if not plain:
        return None
    event = _GROUP_OF_SCHOOLS.sub("", _BEFORE_EVENT.sub("", plain[-1]))
    return event if 2 <= len(event) <= 40 and event not in {"个人", "集体", "团体", "学生", "教师"} else None


def _count(scene: Scene, head: Spot, tail: Spot) -> int | None:
    """How many were won: 3个 beside the prize, 8部教材被评为…, 连续三届获…; not 《…》等44门… of a list's own total."""
    text, mention = scene.text, tail.mention
    after = _COUNT_AFTER.match(text, mention.end)
    if after:
        return _number(after.group(1))
    before = _COUNT_BEFORE.search(text, max(mention.start - 8, 0), mention.start)
    if before and text[before.start() - 1 : before.start()] not in {"第", "年", "-", "等"}:
        return _number(before.group(1))
    if head.mention.end <= mention.start and scene.names[head.mention.name].label in ACTORS:
        told = text[max(head.mention.end, scene.parts.clause_start(tail.left)) : mention.start]
        winners = _WINNERS.search(told) or _RUNNING.search(told)
        if winners:
            return _number(winners.group(1))
    return None


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    if len(text) == 1:
        return _DIGITS.get(text)
    if text[0] == "十":
        return 10 + _DIGITS.get(text[1], 0)
    return None


def _year(scene: Scene, spot: Spot) -> int | None:
    """The last year said before the mention in its sentence; one right behind it, in brackets, else."""
    sentence = scene.parts.sentence(spot.mention.start)
    start = scene.parts.sentences[sentence - 1] + 1 if sentence else 0
    years = _PLAIN_YEAR.finditer(scene.text, max(start, spot.mention.start - 200), spot.mention.start)
    for year in reversed(list(years)):
        founded = _FOUNDED_BEFORE.search(scene.text, max(year.start() - 4, 0), year.start())
        if (
            not founded
            and not _NOT_THEN.match(scene.text, year.end())
            and not _in_title(scene.text, year.start(), start)
        ):
            return int(year.group(1))
    behind = re.match(r"[”》\"]?（((?:19|20)\d\d)年?", scene.text[spot.mention.end : spot.mention.end + 8])
    return int(behind.group(1)) if behind else None


def _in_title(text: str, position: int, start: int) -> bool:
    """Whether ``position`` is within 《》: the years of a document's title (2023—2025年) date nothing else."""
    return text.rfind("《", start, position) > text.rfind("》", start, position)


def _sentence(scene: Scene, spot: Spot) -> str:
    number = scene.parts.sentence(spot.mention.start)
    start = scene.parts.sentences[number - 1] + 1 if number else 0
    end = scene.parts.sentences[number] if number < len(scene.parts.sentences) else len(scene.text)
    return scene.text[start:end]


def _clause(scene: Scene, spot: Spot) -> str:
    number = scene.parts.clause(spot.mention.start)
    start = scene.parts.clauses[number - 1] + 1 if number else 0
    end = scene.parts.clauses[number] if number < len(scene.parts.clauses) else len(scene.text)
    return scene.text[start:end]


def _participated(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    roles = _knowledge()["roles"]
    text = scene.text
    low, high = (head, tail) if head.mention.start < tail.mention.start else (tail, head)
    between = text[low.mention.end : high.mention.start]
    if low is head and low.mention.end <= tail.left:
        between = text[low.mention.end : tail.left]  # of a list, what stands before its first
    after = text[tail.mention.end : tail.mention.end + 14].split("。")[0]
    behind = roles.earliest_in(re.split(r"[，。；、]", text[head.right : head.right + 10])[0])
    if behind and behind[1] != "参与":  # 由A主办、B承办的X
        return {"role": behind[1]}
    if head.mention.start > tail.mention.start:
        found = behind or roles.last_in(between)
    else:
        found = roles.last_in(between[-40:]) or roles.earliest_in(after)
        if found is None or found[1] == "参与":
            near = roles.earliest_in(re.split(r"[，。；]", after)[0])
            found = near if near and near[1] != "参与" else found
    return {"role": found[1] if found else "参与"}


def _member(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    """The member's role: behind the alliance or the member, or right before the member."""
    text = scene.text
    behind = _ROLE_BEHIND.match(text, tail.right) if head.mention.start < tail.mention.start else None
    behind = behind or _ROLE_BEHIND.match(text, head.right)
    found = behind or _ROLE_BEFORE.search(text, max(head.left - 16, 0), head.left)
    if found:
        return {"role": found.group(1)}
    at_once = _ROLE_UNIT.match(text, tail.right)  # 作为某联盟理事单位，学校…
    return {"role": at_once.group()} if at_once else {}


def _works(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    """The title of a person: behind a verb of appointment that leads to this body, else the words before the name.

    Else a word right behind the name (王某老师), or behind the list that the name stands in (王某、李某两名骨干教师).
    """
    text = scene.text
    if head.right <= tail.mention.start and _APPOINTED.search(text[head.right : tail.mention.start]):
        behind = _title(re.split(r"[，。；、（）“”]", text[tail.mention.end : tail.mention.end + 20])[0], whole=True)
        if behind:
            return {"title": behind}
    before = re.split(r"[，。；：！？“”《》）]", text[max(head.left - 24, 0) : head.left])[-1]
    if head.left - 24 < tail.mention.end <= head.left:
        before = re.split(r"[，。；：！？）]", text[tail.mention.end : head.left])[-1]
    title = _title(before)
    if title is None:
        after = text[head.right : head.right + 40]
        follow = _FOLLOWING.match(after)
        appointed = _APPOINTED.search(re.split(r"[。；]", after)[0])
        if follow:
            title = follow.group(1) or follow.group(2)
        elif appointed:
            title = _title(re.split(r"[，。；、]", after[appointed.end() :])[0], whole=True)
    return {"title": title}


_APPOINTED = re.compile(r"(?:受聘担任|受聘为|受聘|聘任为|聘为|当选为|当选|出任|兼任|担任|任|为)(?!教)")
_FOLLOWING = re.compile(
    r"(同学|老师|教授|院士|校长|院长|书记|主任|教练|师傅)"
    r"|(?:等)?[两二三四五六七八九十\d]+[名位]([^，。；、赴前获在为]{0,6}(?:教师|学生|选手|毕业生|校友|专家|学员|同学|大师))"
)
_BEFORE_TITLE = re.compile(
    r"的|系|由|与|和|获|为|该校|学校|学院|公司|集团|企业|校内|专业群?(?!带头人|负责人|主任)|选派|派出|派遣|委派|聘请|特聘|聘|邀请|现任"
    r"|时任|其中|奖励|优秀|》|，|该院|年|、|^其|[省市]级?|全国|国家级"
)


def _title(stretch: str, whole: bool = False) -> str | None:
    """The title that ends the stretch: from its qualifiers, behind the last 的, to one of the declared heads.

    ``whole``: the stretch is nothing but the title, which may name a field (电子商务专业群带头人).
    """
    heads = [word for word, _ in _knowledge()["titles"].entries]
    stretch = stretch.rstrip("、：为由是")
    if not stretch.endswith(tuple(heads)):
        return None
    title = stretch if whole else _BEFORE_TITLE.split(stretch)[-1].lstrip("、 》")
    return title if 2 <= len(title) <= 14 else None


def _leads(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    clause = _clause(scene, head) + _clause(scene, tail)
    if "牵头" not in clause:
        return {"role": "发起"} if "发起" in clause else {}
    name = scene.names[head.mention.name]
    if name.label == "Enterprise":
        return {"role": "牵头企业"}
    if name.label == "School":
        higher = name.plain.endswith("大学") and "职业" not in name.plain
        return {"role": "牵头高校" if higher else "牵头学校"}
    return {"role": "牵头单位"}


def _cooperates(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    clauses = {tail.clause, tail.clause + 1}
    if head.sentence == tail.sentence:
        clauses.add(head.clause)
    ends = [*scene.parts.clauses, len(scene.text)]
    spans = []
    for number in sorted(clauses):
        start = ends[number - 1] + 1 if 0 < number <= len(ends) else 0
        if number < len(ends) and scene.parts.sentence(start) == tail.sentence:
            spans.append(scene.text[start : ends[number]])
    return {"kinds": _knowledge()["kinds"].all_in("，".join(spans))}


def _dated(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    return {"year": _year(scene, tail)}


def _operates(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    name = scene.names[tail.mention.name].plain
    before = scene.text[max(tail.left - 8, 0) : tail.left]
    levels = _knowledge()["levels"]
    level = levels.first_in(name) or next(
        (value for word, value in levels.entries if word.endswith("级") and word in before), None
    )
    return {"level": level, "year": _year(scene, tail)}


def _renamed(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    low, high = (head, tail) if head.mention.start < tail.mention.start else (tail, head)
    around = scene.text[max(low.mention.start - 4, 0) : high.mention.end + 8]
    years = _PLAIN_YEAR.findall(scene.text[low.mention.end : high.mention.start])
    return {"year": int(years[-1]) if years else None, "kind": _knowledge()["renamed"].first_in(around)}


def _affiliated(scene: Scene, head: Spot, tail: Spot) -> dict[str, Any]:
    labels = scene.names[head.mention.name].label, scene.names[tail.mention.name].label
    if scene.names[head.mention.name].plain.find("附属") > 0 and labels[0] == "School":
        return {"kind": "附属"}
    if labels == ("Organization", "School"):
        return {"kind": "二级单位"}
    low, high = (head, tail) if head.mention.start < tail.mention.start else (tail, head)
    return {"kind": _knowledge()["affiliation"].first_in(scene.text[low.mention.end : high.mention.end + 6])}


_READERS: Mapping[str, Any] = {
    "RECEIVED": _received, "PARTICIPATED_IN": _participated, "MEMBER_OF": _member, "WORKS_AT": _works, "LEADS": _leads,
    "COOPERATES_WITH": _cooperates, "OFFERS": _dated, "OPERATES": _operates, "DEVELOPED": _dated, "ISSUED": _dated,
    "RENAMED_TO": _renamed, "AFFILIATED_TO": _affiliated,
}  # fmt: skip
