"""A caption: the year, the contest or the honour it bears, whose list it is, and how far the selection has come."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractor.columns.cells import tidy
from extractor.columns.knowledge import knowledge, longest_first

_NUMBER = re.compile(r"^\s*(?:续|附|图)?\s*表\s*(?:[\d一二三四五六七八九十]+(?:[-—–.．]\d+)*)?\s*[:：.、]?\s*")
_YEAR = re.compile(r"(20\d{2}|19\d{2})")
_LEADING_YEAR = re.compile(r"^(?:截至)?(?:19|20)\d{2}(?:[-—–~至]+(?:19|20)?\d{2})?\s*(?:学年度?|年度|年)?(?:末|底)?")
# A span of years is no one year of a row.
_RANGE = re.compile(r"(?:19|20)\d{2}\s*年?\s*[-—–~至]+\s*(?:19|20)?\d{2}")
_UNIT = re.compile(r"[（(]\s*(?:计量)?单位\s*[:：]\s*([^（）()]+?)\s*[）)]")
_BATCH = re.compile(r"首批|第[一二三四五六七八九十\d]{1,3}批次?")
_NOTE = re.compile(r"[（(](?:部分|节选|续|续表|排名不分先后|按[^（）()]*|以?下?表?|不完全统计)[）)]$")


@dataclass(frozen=True, slots=True)
class Caption:
    """What a caption bears. ``target``: whom its honour is for ("Program", "holder" …), empty without honour.

    ``honour`` is an award's printed name, or for programs and bases the status the list stands for; ``rank`` a
    prize named by the caption; ``scope`` whose list it is ("上海中职学校"); ``holder`` the one body it names as such.
    """

    text: str
    year: int | None = None
    unit: str = ""
    scope: str = ""
    contest: str = ""
    rank: str = ""
    honour: str = ""
    target: str = ""
    status: str = ""
    batch: str = ""
    noun: str = ""
    holder: str = ""


def read_caption(caption: str, region: str = "") -> Caption:
    """A caption, read; ``region`` is the report's, whose name may stand before what the list is of."""
    unit = _UNIT.search(caption)
    text = _strip_list_words(tidy(_UNIT.sub("", _NUMBER.sub("", caption))))
    text = "".join(text.split()) if not re.search(r"[A-Za-z]\s+[A-Za-z]", text) else text
    years = _YEAR.findall(text)
    batch = _BATCH.search(text)
    base = Caption(
        text=text,
        year=None if _RANGE.search(text) or not years else int(years[0 if _LEADING_YEAR.match(text) else -1]),
        unit=unit.group(1) if unit else "",
        batch=batch.group() if batch else "",
        noun=next(iter(knowledge().targets.families(text)), ""),
    )
    scope, rest = _split_scope(text, region)
    holder = "" if scope else _named_holder(_LEADING_YEAR.sub("", rest))
    if holder:
        base = replace(base, holder=holder)
        rest = rest.replace(holder, "", 1)
    contest, after = _contest(rest)
    if contest or after != rest:
        ranks = re.findall(longest_first(knowledge().caption["ranks"]), after)
        return replace(base, scope=scope, contest=contest, rank=ranks[0] if len(set(ranks)) == 1 else "")
    return _honour(base, scope, rest, region)


def _strip_list_words(text: str) -> str:
    """``text`` without 名单, 一览表, （部分） at its end."""
    words = re.compile(rf"(?:{longest_first(knowledge().caption['list_words'])})$")
    while True:
        shorter = words.sub("", _NOTE.sub("", text)).rstrip("的")
        if shorter == text or len(shorter) < 2:
            return text
        text = shorter


def _places(region: str) -> str:
    names = [*knowledge().caption["provinces"], *([region] if region else [])]
    kinds = "省|市|自治区|壮族自治区|回族自治区|维吾尔自治区"
    return rf"(?:(?:{longest_first(names)})(?:{kinds})?)"


def _split_scope(text: str, region: str) -> tuple[str, str]:
    """The list's scope at the head of a caption (上海中职学校, 全省高职院校教师在), and the rest with its year."""
    caption = knowledge().caption
    place = rf"(?:{_places(region)}(?:[一-龥]{{1,4}}(?:市|区|县))?|全省|全市|本市|我省|我市)?"
    whose = rf"{place}(?:各)?(?:{longest_first(caption['scopes'])})"
    people = rf"(?:{longest_first(caption['people'])})?"
    match = re.match(rf"({whose}{people})(?:在|参加|获|荣获|获得|入选|获评)*(?=\S{{4,}})", text)
    if match and not re.match(r"(?:附属|教育(?!部)|技能大赛|职业技能|教师教学|星光)", text[match.end() :]):
        return match.group(1), text[match.end() :]
    return "", text


def _named_holder(text: str) -> str:
    """The school or firm whose table it is (X学院主要办学指标); empty for kinds of schools and for contests' names."""
    ends = longest_first([*knowledge().by_family["School"], "公司", "集团有限公司"])
    match = re.match(rf"([一-龥（）()]{{3,24}}?(?:{ends}))(?!附属|教育|{ends})(?=\S)", text)
    if not match:
        return ""
    name = match.group(1)
    generic = [*knowledge().caption["scopes"], *knowledge().caption["quality"], *knowledge().caption["wider"]]
    kinds = [word for word in generic if word not in {"学校", "学院", "高校", "院校", "实验", "创新"}]
    return "" if len(name) < 5 or any(word in name for word in kinds) else name


def _contest(text: str) -> tuple[str, str]:
    """The contest's fullest printed name and what follows it; empty where the caption names none."""
    ends = longest_first(knowledge().caption["contest_ends"])
    match = re.match(rf".*(?:{ends}){knowledge().contest_more}", text)
    if not match:
        return "", text
    name = re.sub(r"^.*?(?:参加|荣获|获得)", "", match.group())
    plain = _LEADING_YEAR.sub("", name)
    # 技能大赛, 省级以上技能竞赛: a kind of contest, not one.
    generic = len(plain) <= 5 or re.match(longest_first(knowledge().caption["kinds_of_contest"]), plain)
    return "" if generic else name, text[match.end() :]


def _honour(base: Caption, scope: str, rest: str, region: str) -> Caption:
    """The honour a list without contest bears, if its words are those of a title."""
    caption = knowledge().caption
    honour, status = _split_status(_LEADING_YEAR.sub("", rest))
    whose = longest_first(caption["scopes"])
    people = longest_first(caption["people"])
    trailing = re.search(rf"(?:{_places(region)})?(?:{whose})(?:{people})?$", honour)
    if trailing and knowledge().targets.families(honour[: trailing.start()]):
        scope, honour = scope or trailing.group(), honour[: trailing.start()]
        honour, more = _split_status(honour)
        status = status or more
    honour = re.sub(rf"^{_places(region)}(?=全国|国家|教育部)", "", honour)
    first = re.split(r"[、和及与]", honour)[0]
    if first != honour and knowledge().targets.families(first):
        honour = first
    families = knowledge().targets.families(honour)
    named = any(word in honour for word in caption["quality"]) and not re.match(r".{1,3}级(?:及)?以上", honour)
    # A list of alliances that were set up is no prize; a title of its own (示范性…集团) is.
    if not families or not (named or (status and families[0] not in {"Alliance", "Project"})):
        return replace(base, scope=scope, status=status)
    plain = re.sub(rf"^(?:{_places(region)}|全国|全省|全市)?(?:{whose})?", "", honour)
    if not named and families[0] in {"holder", "Person", "team"} and plain in {"", *_bare_nouns()}:
        return replace(base, scope=scope, status=status)
    if "培育" in honour and not status:
        status = "培育"
    if families[0] in {"Program", "Base"}:
        # A status ("优质专业立项"), not a title that keeps whose it is.
        honour = re.sub(rf"^{_places(region)}(?=\S{{3,}})", "", honour)
    return replace(base, scope=scope, honour=honour, target=families[0], status=status)


def _bare_nouns() -> set[str]:
    return {word for word, _ in knowledge().targets.longest_first}


def _split_status(text: str) -> tuple[str, str]:
    """A title without its status words at the end (立项, 入围 …), and the status, shortened to its first word."""
    statuses = knowledge().caption["statuses"]
    match = re.search(rf"(?:{longest_first(statuses)})+$", text)
    if not match or match.start() == 0:
        return text, ""
    told = match.group()
    plain = re.sub(r"(?:建设项目|建设单位|建设|项目|作品|单位)$", "", told)
    return text[: match.start()], "" if plain in {"", "获奖", "评选", "评审"} else plain
