"""What headings, captions, case titles, contents lines and footnotes look like, whatever the file they stand in.

Pure functions of one line's text, used alike by the reader of pages and by the reader of the text form; geometry
(size, weight, place) is the caller's business. The habits are those of Chinese official reports at large
(GB/T 9704 and common word-processor styles), not of one report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from extractor.document import ContentsEntry

_CN = "〇零一二三四五六七八九十百"
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

# A number of a table, figure or case: 3, 3-1, 3.1, 十二.
_NUMBER = rf"(?:\d{{1,3}}(?:\s*[-–—.．]\s*\d{{1,3}})*|[{_CN}]{{1,4}})"
_TABLE = re.compile(rf"^[【\[]?(?:附|续)?表\s*({_NUMBER})(?=\D|$)[】\]]?\s*[:：、.．]?\s*(.*)$")
_FIGURE = re.compile(rf"^[【\[]?图\s*({_NUMBER})(?=\D|$)[】\]]?\s*[:：、.．]?\s*(.*)$")
_CASE = re.compile(rf"^[【\[（(]?(?:典型|特色|优秀)?案\s*例\s*({_NUMBER})(?=\D|$)\s*[】\]）)]?\s*[:：、.．—-]*\s*(.*)$")

# Numbering schemes from the outermost to the innermost. A scheme's place decides nesting only between schemes that
# are met for the first time; after that the order in which a report introduced them counts (see Outline).
_SCHEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"^(第\s*[{_CN}\d]{{1,4}}\s*(?:篇|编|部分|板块))\s*[:：、]?\s*(.*)$")),
    ("part", re.compile(r"^((?=\S{2,20}$)[\u4e00-\u9fff]{1,19}篇)()$")),
    ("chapter", re.compile(rf"^(第\s*[{_CN}\d]{{1,4}}\s*章)\s*[:：、]?\s*(.*)$")),
    ("section", re.compile(rf"^(第\s*[{_CN}\d]{{1,4}}\s*节)\s*[:：、]?\s*(.*)$")),
    ("cn", re.compile(rf"^([{_CN}]{{1,3}})\s*[、.．]\s*(.+)$")),
    ("cn_paren", re.compile(rf"^([（(][{_CN}]{{1,3}}[）)])\s*[、.．]?\s*(.+)$")),
    ("decimal4", re.compile(r"^(\d{1,2}(?:[.．]\d{1,2}){3})[、.．\s]*([^\W\d_].*|[“《（【].*)$")),
    ("decimal3", re.compile(r"^(\d{1,2}(?:[.．]\d{1,2}){2})[、.．\s]*([^\W\d_].*|[“《（【].*)$")),
    ("decimal2", re.compile(r"^(\d{1,2}[.．]\d{1,2})[、.．\s]*([^\W\d_].*|[“《（【].*)$")),
    ("decimal1", re.compile(r"^(\d{1,2})(?:\s+|[、.．]\s*)([^\W\d_].*|[“《（【].*)$")),
    ("paren", re.compile(r"^([（(]\d{1,2}[）)])\s*[、.．]?\s*(.+)$")),
    ("ring", re.compile(r"^([①-⑳])\s*(.+)$")),
)
# Headings that bear no number, and stand outside the numbering.
_FRONT = re.compile(
    r"^(?:前\s*言|序\s*言|引\s*言|导\s*言|序|摘\s*要|概\s*述|编写说明|说\s*明|结\s*语|结束语|后\s*记|致\s*谢|附\s*录|附\s*件|附\s*表|参考文献"
    rf"|(?:附录|附件)\s*(?:[{_CN}]{{1,3}}|\d{{1,2}}|[A-Z])(?:\s*[:：、.．]?\s*\S.{{0,40}})?)$"
)
_CONTENTS = re.compile(
    r"^(图表|表格|附表|插图|案例|典型案例|表|图)?\s*(?:目\s*[录次]|清\s*单|索\s*引)(?:\s*contents)?$|^contents$", re.I
)
_CONTENTS_ENTRY = re.compile(
    r"^(?P<title>\S.*?)"
    r"(?:[.．…·•⋯_‥-]{3,}[.．…·•⋯_‥\-\s]*|\s*\t[\s.．…]*|\s{2,}|\s(?=\d{1,3}$))"
    r"[-–—－(（]?\s*(?P<page>\d{1,4}|[ivxlcIVXLC]{1,6})\s*[-–—－)）]?$"
)
_FOOTNOTE = re.compile(rf"^(?:([{SUPERSCRIPTS}]{{1,2}})|([①-⑳]))\s*(\S.*)$")
_BULLET = re.compile(r"^([●•◆■▲★○◇□△☆➢➤✓√◎·►▶⚫\uf06c\uf0b2\uf06e\uf0d8])\s*")
_SENTENCE_END = re.compile(r"[。！？；：!?;:…](?:[”’」』）)】》\"'⁰¹²³⁴⁵⁶⁷⁸⁹]|\[\d+\])*$")
# A title holds no sentence inside it and is no longer than this many characters.
TITLE_LENGTH = 45

ContentsKind = Literal["section", "table", "case", "figure"]


class Numbered(NamedTuple):
    """A line that bears a number: of a heading (its ``scheme``), a table, a figure, a case."""

    scheme: str
    number: str
    title: str


def chinese_number(text: str) -> int | None:
    """The value of 3, 十二, 二十, 一百零二; None when it is no plain whole number (3-1)."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _CN for char in text):
        return None
    total, digit = 0, 0
    for char in text:
        if char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            digit = digit * 10 * (digit > 0 and "十" not in text and "百" not in text) + _DIGITS[char]
    return total + digit


def _is_title(text: str) -> bool:
    return 0 < len(text) <= TITLE_LENGTH and not re.search(r"[。；！？]|[，、：；,]$", text)


def heading(line: str) -> Numbered | None:
    """The line as a heading, by its number or as one of the unnumbered (前言, 附录 …); None when it cannot be one.

    A body sentence that begins with a number is told apart by length and punctuation only: the caller should also
    ask geometry or the report's own contents.
    """
    line = line.strip()
    if _FRONT.match(line):
        return Numbered("front", "", line)
    if "\t" in line or not _is_title(line):
        return None
    for scheme, pattern in _SCHEMES:
        match = pattern.match(line)
        if match:
            return Numbered(scheme, re.sub(r"\s", "", match.group(1)), match.group(2).strip())
    return None


def table_caption(line: str) -> Numbered | None:
    """表 3 …, 附表 1 …, 续表 2: the number as printed and the title; None for prose (表 1 显示，…)."""
    return _captioned("table", _TABLE, line)


def figure_caption(line: str) -> Numbered | None:
    """图 3 …: the number as printed and the title."""
    return _captioned("figure", _FIGURE, line)


def case_title(line: str) -> Numbered | None:
    """案例 3 …, 典型案例三：…, 【案例3】…: the number as printed and the title."""
    return _captioned("case", _CASE, line)


def _captioned(scheme: str, pattern: re.Pattern[str], line: str) -> Numbered | None:
    match = pattern.match(line.strip())
    if not match or len(line.strip()) > 2 * TITLE_LENGTH or re.search(r"。|[，；,;]$", match.group(2)):
        return None
    return Numbered(scheme, re.sub(r"\s", "", match.group(1)), match.group(2).strip())


def contents_title(line: str) -> ContentsKind | None:
    """Whether the line opens a contents list, and of what: 目录, 表目录, 案例目录, 图目录."""
    match = _CONTENTS.match(re.sub(r"[ \u3000]", "", line.strip()))
    if not match:
        return None
    what = match.group(1) or ""
    if "案例" in what:
        return "case"
    if "表" in what:
        return "table"
    return "figure" if "图" in what else "section"


def contents_entry(line: str) -> ContentsEntry | None:
    """One line of a contents list: its title without dot leaders, the page as printed; None when it is none."""
    match = _CONTENTS_ENTRY.match(line.strip())
    if not match:
        return None
    title = re.sub(r"\s*\t\s*", " ", match["title"]).strip(" .．…·\t")
    if not title or title.isdecimal() or re.search(r"[。；]", title):
        return None
    kinds: tuple[tuple[ContentsKind, Numbered | None], ...] = (
        ("table", table_caption(title)),
        ("case", case_title(title)),
        ("figure", figure_caption(title)),
    )
    for kind, found in kinds:
        if found:
            return ContentsEntry(kind, found.title, match["page"], chinese_number(found.number))
    return ContentsEntry("section", title, match["page"])


def footnote(line: str) -> tuple[str, str] | None:
    """A footnote's line as (number, text): ¹ 数据来源：… → ("1", "数据来源：…")."""
    match = _FOOTNOTE.match(line.strip())
    if not match:
        return None
    if match.group(1):
        return "".join(str(SUPERSCRIPTS.index(char)) for char in match.group(1)), match.group(3)
    return str(ord(match.group(2)) - ord("①") + 1), match.group(3)


def note_marks(text: str) -> tuple[tuple[int, str], ...]:
    """The footnote marks in a text as (offset, number): superscript digits."""
    runs = re.finditer(rf"[{SUPERSCRIPTS}]+", text)
    # m² and km³ are units, not marks.
    return tuple(
        (run.start(), "".join(str(SUPERSCRIPTS.index(char)) for char in run.group()))
        for run in runs
        if not re.search(r"(?:\b|\d|\s)(?:k|c|m|d)?m$", text[: run.start()])
    )


def bullet(line: str) -> str | None:
    """The mark a list item begins with (●, ◆ …)."""
    match = _BULLET.match(line)
    return match.group(1) if match else None


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence may: what does not is cut by a page, a figure or a table."""
    return bool(_SENTENCE_END.search(text.rstrip()))


class Outline:
    """The section tree while a report is read: headings go in, the path above each passage comes out.

    Which scheme stands above which is learned from the report: a scheme met for the first time under another is
    taken to be deeper, unless the common order (篇, 章, 节, 一、, （一）, 1, 1.1 …) puts it above all that is open.
    """

    def __init__(self) -> None:
        self._order: list[str] = []
        self._open: list[tuple[str, str]] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The titles of the open headings, outermost first."""
        return tuple(title for _, title in self._open)

    def place(self, scheme: str, title: str) -> tuple[tuple[str, ...], int]:
        """Open a heading; gives the path above it and its level from 1."""
        if scheme in {"front", "part"}:
            self._open.clear()
        elif self._open and self._open[0][0] == "front":
            self._open.clear()  # a preface has no numbered parts of its own
        if scheme not in self._order:
            self._learn(scheme)
        place = self._order.index(scheme)
        while self._open and self._order.index(self._open[-1][0]) >= place:
            self._open.pop()
        above = self.path
        self._open.append((scheme, title))
        return above, len(self._open)

    def _learn(self, scheme: str) -> None:
        """Put a new scheme into the order: below what is open, else where the common order has it."""
        if self._open:
            at = self._order.index(self._open[-1][0]) + 1
            outer = [i for i, (name, _) in enumerate(self._open) if _above(scheme, name)]
            if outer:
                at = self._order.index(self._open[outer[0]][0])
        else:
            at = next((i for i, name in enumerate(self._order) if _above(scheme, name)), len(self._order))
        self._order.insert(at, scheme)


def _above(scheme: str, other: str) -> bool:
    """Whether a scheme always stands above another: within one family (篇 章 节; 1 1.1 1.1.1; 一、（一））."""
    families: Sequence[tuple[str, ...]] = (
        ("front", "part", "chapter", "section", "cn", "cn_paren", "paren", "ring"),
        ("front", "part", "chapter", "decimal1", "decimal2", "decimal3", "decimal4"),
        ("section", "decimal2"),
        ("front", "style1", "style2", "style3", "style4", "style5", "style6", "style7", "style8", "style9"),
    )
    return any(
        scheme in family and other in family and family.index(scheme) < family.index(other) for family in families
    )


# What names a table though it bears no number, at the end of the line above it.
_TABLE_NAME = re.compile(r"(?:表|名单|一览|统计|目录|清单|情况|汇总|明细)(?:[（(][^（()）]*[)）])?$")
# What a table or figure says beside its caption: unit, 续表, (续).
_ASIDE = re.compile(
    r"^(?:[（(]?(?:计量)?单位[:：].{1,20}|[（(]?(?:续(?:上)?表|接上表|续)[)）]?|[（(]续(?:表)?[)）]|续表\s*[\d一二三四五六七八九十-]+.{0,60})$"
)
_NOTE = re.compile(r"^(?:注|备注|说明|资料来源|数据来源|来源)\s*(?:[:：]|\d)")
# A page's number alone at its head or foot: 3, — 3 —, 第3页共60页, 3/60, III.
_PAGE_NUMBER = re.compile(
    rf"^[-–—·•~|]*第?(?:\d{{1,4}}|[ivxlcIVXLC]{{1,7}}|[{_CN}]{{1,4}})页?(?:[,，]?(?:共|/|／|of)\d{{1,4}}页?)?[-–—·•~|]*$"
)


def squeezed(text: str) -> str:
    """The text without blanks."""
    return "".join(text.split())


def scheme_rank(scheme: str) -> int:
    """A numbering scheme's place in the common order, from 0."""
    order = list(dict.fromkeys(["front", *(name for name, _ in _SCHEMES)]))
    return order.index(scheme)


def names_table(line: str) -> bool:
    """Whether a line ends as an unnumbered table's name does (…一览表, …名单)."""
    return bool(_TABLE_NAME.search(squeezed(line)))


def caption_aside(line: str) -> bool:
    """Whether a line only says a table's unit, or that it goes on (单位：人, 续表, 续表 3 …)."""
    return bool(_ASIDE.match(squeezed(line)))


def table_note(line: str) -> bool:
    """Whether a line is a note under a table or figure (注：…, 资料来源：…)."""
    return bool(_NOTE.match(line.strip()))


def page_number(line: str) -> bool:
    """Whether a line is nothing but a page's number."""
    return bool(_PAGE_NUMBER.match(squeezed(line)))
