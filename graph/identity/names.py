"""A name's parts and its normal form: what makes two printed names of one label the same name.

An institutional name is read as place · parent of 附属 · brand or number · trade · kind · legal form, with bracketed
second names, sites and campuses: ``江苏省苏州丝绸中等专业学校`` → place 江苏/苏州, trade 丝绸, kind 中等专业学校.
What the parts are made of is declared in ``knowledge/names.toml`` and ``places.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from extractor.folding import fold
from extractor.ontology import ontology
from graph.identity.gazetteer import Place, gazetteer, knowledge

ACTOR = "Actor"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one institutional name; what it does not have is empty.

    ``core`` is brand, numbers (as ``#2``) and trades in their printed order; ``brand`` and ``trades`` are read from it.
    ``parent``: the body that it is attached to (附属) or a unit of. ``site``: the place of a subsidiary (博世（苏州）).
    ``unit``: a branch (分校, 分公司). ``second``: other names that the brackets give.
    """

    text: str
    places: tuple[Place, ...] = ()
    place: str = ""
    parent: Parts | None = None
    attached: bool = False
    core: str = ""
    numbers: tuple[str, ...] = ()
    brand: str = ""
    trades: tuple[str, ...] = ()
    kind: str = ""
    family: str = ""
    legal: str = ""
    group: bool = False
    site: str = ""
    unit: str = ""
    campus: str = ""
    second: tuple[str, ...] = ()

    @property
    def normal(self) -> str:
        """The normal form: equal for two names exactly when they are printed forms of one name."""
        parent = f"{self.parent.normal}{'附' if self.attached else ''}>" if self.parent else ""
        tail = "".join(
            f"|{mark}{part}"
            for mark, part in (
                ("集团", "" if not self.group else "+"), ("@", self.site), ("/", self.unit), ("~", self.campus),
            )
            if part
        )  # fmt: skip
        return f"{parent}{self.place}|{self.core}|{self.kind}{tail}"

    @property
    def short(self) -> bool:
        """Whether this is no full official form: neither a kind of body nor a legal form in it."""
        return not (self.kind or self.legal or self.unit)

    @property
    def regional(self) -> bool:
        """Whether bodies of this name may stand in every region."""
        if self.places or self.parent or self.site or self.text.startswith(_national()):
            return False
        generic = knowledge()["generic"]
        if self.text in generic["unique"]:
            return False
        if self.family not in {"", "机构", "企业", "高职", "本科"} or self.core[:1] in _relative():
            return True
        if self.short and (_numbered_school().fullmatch(self.text) or self.text.endswith(tuple(generic["offices"]))):
            return True
        if any(int(number) >= _MANY for number in self.numbers):
            return False  # 第七〇八研究所: numbered over the whole country
        if len(self.legal) > len("总公司"):
            return False  # a 有限公司 without a place is registered for the country
        if self.brand:
            return self.brand in generic["words"]
        return bool(self.kind or self.legal) or len(self.core) <= _TELLS_NOTHING


_LABELS = {
    **dict.fromkeys(("高职", "高职校", "技工", "中职", "中小学"), "School"),
    "企业": "Enterprise",
    **dict.fromkeys(("政府", "机构"), "Organization"),
}


def label_of(parts: Parts) -> str:
    """The label that a name's own kind tells, "" where it tells none (a 学院 may be a school's unit)."""
    if parts.family in {"本科", "成人"} and parts.places and not parts.parent:
        return "School"
    return _LABELS.get(parts.family, "") if not parts.parent or parts.attached else ""


def place_path(text: str) -> str:
    """A region's name as a path of places (上海市 → 上海), or folded where it is none that is known."""
    places, rest = gazetteer().leading(clean(text))
    return _place(places) if places and not rest else clean(text)


def group_of(label: str) -> str:
    """The namespace a label's names live in: all actors share one."""
    return ACTOR if label in ontology().actors else label


# --- the reading ----------------------------------------------------------------------------------------------------

_QUOTES = str.maketrans("", "", "\"'《》〈〉“”‘’「」『』·.、,，。-")
_LATIN_TAIL = re.compile(r"^(.*?[\u4e00-\u9fff]{4,})[\s（(]+[A-Za-z][A-Za-z\s.,&'’-]{5,}[)）]?\s*$")
_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
# A numeral (十四, 一百零二, 七〇八) and no more: 第二零售 is number 2 and the trade 零售.
_NUMERAL = (
    r"(?:[0-9]+|[一二三四五六七八九]?百(?:零[一二三四五六七八九]|[一二三四五六七八九]十?[一二三四五六七八九]?)?"
    r"|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九][零〇一二三四五六七八九]{2}|[一二三四五六七八九])"
)
_NUMBER = re.compile(rf"第({_NUMERAL})(?![届次批期轮])")
# 101中学, 一〇一中学: a number without 第. 十一学校 and 八一中学 are names.
_BARE_NUMBER = re.compile(r"[0-9]{1,3}|[一二三四五六七八九][零〇一二三四五六七八九]{2}")
_NUMBERED_KINDS = frozenset({"中学", "小学", "医院"})
_ATTACHED = re.compile(r"^(.{2,}?(?:大学|学院|学校|中学|医院|集团|公司|研究院|研究所|中心|局|部|院))"
                       rf"(第{_NUMERAL})?(?:直属)?附属(.{{2,}})$")  # fmt: skip
_UNIT = re.compile(r"^(.{2,}?(?:大学(?!城(?!市)|生)|(?<!科)学院|职业学校|技术学校|专科学校))(.{2,})$")
_UNKNOWN_PLACE = re.compile(r"^([\u4e00-\u9fff]{2,3})(市|县|区)(?=.{2,})")
_NO_PLACE_STEM = re.compile(r"[城都社园新片校营军战景库地发]$|自治")
_SITES = frozenset({"中国", "华东", "华北", "华南", "华中", "西南", "西北", "东北", "亚洲", "大中华"})


class Lexicon(NamedTuple):
    """``names.toml`` made ready for look-up: printed kind → (canonical kind, family), and so on."""

    kinds: Mapping[str, tuple[str, str]]
    short_kinds: Mapping[str, frozenset[str]]
    legal: tuple[str, ...]
    kept: Mapping[str, str]
    trades: frozenset[str]
    branches: tuple[str, ...]
    campuses: tuple[str, ...]
    simplified: Mapping[int, str]


@cache
def lexicon() -> Lexicon:
    """The declared knowledge of names."""
    declared = knowledge()
    kinds: dict[str, tuple[str, str]] = {}
    for entry in declared["kinds"]:
        for form in (entry["name"], *entry.get("forms", ())):
            kinds[form] = (entry["name"], entry["family"])
    pairs = declared["traditional"]["pairs"]
    return Lexicon(
        kinds=kinds,
        short_kinds={entry["name"]: frozenset(entry.get("short", ())) for entry in declared["kinds"]},
        legal=tuple(sorted(declared["legal"]["forms"], key=lambda form: -len(form))),
        kept=declared["legal"]["kept"],
        trades=frozenset(word for words in declared["trades"].values() for word in words),
        branches=(*declared["legal"]["branches"], *declared["campus"]["split"]),
        campuses=tuple(declared["campus"]["words"]),
        simplified={ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)},
    )


_MANY = 100
_TELLS_NOTHING = 3  # characters of trades alone, without a kind: 电信, 物业公司; but 航天科技 is one in the country


@cache
def _numbered_school() -> re.Pattern[str]:
    """一中, 二职, 第三职校, 市一职校: an abbreviated school that only its number or kind tells."""
    kinds = "|".join(knowledge()["generic"]["short_schools"])
    return re.compile(rf"第?{_NUMERAL}({kinds})|.{{0,4}}(职校|职高|职中|附中|附小)")


@cache
def _relative() -> frozenset[str]:
    return frozenset(word for word in knowledge()["generic"]["relative"] if len(word) == 1)


@cache
def _national() -> tuple[str, ...]:
    return tuple(knowledge()["generic"]["national"])


def clean(name: str) -> str:
    """``name`` as it is read: simplified characters, folded, without quotation marks or a foreign name at its end."""
    if match := _LATIN_TAIL.match(name):
        name = match[1]
    text = fold(name.translate(lexicon().simplified)).translate(_QUOTES)
    for long, brief in knowledge()["generic"]["synonyms"].items():
        if text != long:
            text = text.replace(long, brief)
    return text


@lru_cache(maxsize=1 << 18)
def parse(name: str) -> Parts:
    """The parts of an institutional name. Any text at all gives parts; what is not understood stands in ``core``."""
    return _parse(clean(name))


@dataclass(slots=True)
class _Asides:
    """What brackets and tails say beside the name itself."""

    site: str = ""
    campus: str = ""
    unit: str = ""
    second: list[str] = field(default_factory=list)


def _parse(text: str, depth: int = 0) -> Parts:
    asides = _Asides()
    body = _strip_brackets(text, asides)
    body = _strip_tails(body, asides)
    body, legal = _strip_legal(body)
    parent: Parts | None = None
    attached = False
    if depth < 3:
        if match := _ATTACHED.match(body):
            parent, attached = _parse(match[1], depth + 1), True
            body = (match[2] or "") + match[3]
        elif (match := _UNIT.match(body)) and not legal and _kind(match[2])[0]:
            parent, body = _parse(match[1], depth + 1), match[2]
    above = parent.places[-1] if parent and parent.places else None
    places, rest = gazetteer().leading(body, above)
    if parent and not above and places and places[0].bare:
        places, rest = (), body  # 附属瑞金医院: what follows a parent is a brand rather than a place
    kind, family, core = _kind(rest)
    if not kind and not rest and places:
        places, core = places[:-1], places[-1].text
    if legal and not places and not asides.site and (found := _trailing_site(core)):
        core, asides.site = found
    core = _numbered(f"第{core}" if _BARE_NUMBER.fullmatch(core) and kind in _NUMBERED_KINDS else core)
    if (match := _UNKNOWN_PLACE.match(core)) and not _NO_PLACE_STEM.search(match[1]):
        core = match[1] + core[match.end() :]
    group = "集团" in core
    core = core.replace("集团", "")
    brand, trades = _brand_and_trades(core)
    if brand in {"与", "和", "及"} and len(trades) > 1:  # 旅游与财经 is 旅游财经
        core, brand = core.replace(brand, "", 1), ""
    return Parts(
        text=text,
        places=places,
        place=_place(places),
        parent=parent,
        attached=attached,
        core=core,
        numbers=tuple(re.findall(r"#(\d+)", core)),
        brand=brand,
        trades=trades,
        kind=kind,
        family="企业" if legal and not kind else family,
        legal=legal,
        group=group,
        site=asides.site,
        unit=asides.unit,
        campus=asides.campus,
        second=tuple(asides.second),
    )


def _strip_brackets(text: str, asides: _Asides) -> str:
    def replace(match: re.Match[str]) -> str:
        inner = match[1] if match[1] is not None else match[2]
        if inner == "集团" or not match.start():
            return inner
        if inner in _SITES or (inner and not gazetteer().leading(inner)[1]):
            asides.site = inner if inner in _SITES else _place(gazetteer().leading(inner)[0])
        elif any(inner.endswith(word) for word in lexicon().campuses):
            asides.campus = inner
        elif inner.startswith(("原", "现为", "现", "曾用名", "筹")) or inner in lexicon().legal or "合伙" in inner:
            return ""
        elif len(inner) >= 4 and (_kind(inner)[0] or (match.end() == len(text) and inner.endswith("集团"))):
            asides.second.append(inner)
        elif inner in knowledge()["generic"]["remarks"] or inner.isascii():
            return ""
        else:
            return inner
        return ""

    return _BRACKET.sub(replace, text)


def _strip_tails(text: str, asides: _Asides) -> str:
    """The name without the campus or branch at its end."""
    words = lexicon()
    for endings, slot in ((words.campuses, "campus"), (words.branches, "unit")):
        if not text.endswith(endings):
            continue
        match = re.match(
            r"(.{2,}?(?:大学|学院|学校|中学|公司|集团|银行|医院|研究院|法院|中心|大会|协会|学会|商会|联合会))(.{0,12})$",
            text,
        )
        if match and not (slot == "unit" and _kind(match[2])[0] and match[2] not in words.branches):
            setattr(asides, slot, match[2])
            text = match[1]
    return text


def _strip_legal(text: str) -> tuple[str, str]:
    for form in lexicon().legal:
        if text.endswith(form) and len(text) > len(form) + 1:
            return text[: -len(form)] + lexicon().kept.get(form, ""), form
    return text, ""


def _kind(text: str) -> tuple[str, str, str]:
    """(canonical kind, its family, what stands before it); the longest kind that ends the text."""
    kinds = lexicon().kinds
    for length in range(min(12, len(text)), 0, -1):
        if found := kinds.get(text[-length:]):
            return (*found, text[:-length])
    return "", "", text


def _trailing_site(core: str) -> tuple[str, str] | None:
    """A place at the end of a company's name, which makes it a subsidiary (…集团上海有限公司, 西门子中国有限公司)."""
    for word in _SITES:
        if core.endswith(word) and len(core) >= len(word) + 2:
            return core.removesuffix(word), word
    for length in (3, 2):
        tail = core[-length:]
        codes = gazetteer().forms.get(tail)
        if codes and len(core) > length + 2 and any(len(code) <= 4 for code in codes):
            return core[:-length], _place(gazetteer().leading(tail)[0])
    return None


def _place(places: tuple[Place, ...]) -> str:
    """The nearest place, by its path where its name is one place's alone, else as printed."""
    if not places:
        return ""
    codes = places[-1].codes
    if len(codes) == 1:
        return gazetteer().path(next(iter(codes)))
    above = _place(places[:-1])
    return f"{above}/{places[-1].text}" if above else places[-1].text


_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


def _numbered(text: str) -> str:
    return _NUMBER.sub(lambda match: f"#{number(match[1])}", text)


def number(text: str) -> int:
    """A number written in digits or in Chinese (十四, 七〇八, 一百零二) below a thousand."""
    if text.isdigit() and text.isascii():
        return int(text)
    if not any(char in "十百" for char in text):
        return int("".join(str(_DIGITS.get(char, char)) for char in text))
    total, digit = 0, 0
    for char in text:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = digit * 10 + (int(char) if char.isdigit() and char.isascii() else _DIGITS[char])
    return total + digit


def _brand_and_trades(core: str) -> tuple[str, tuple[str, ...]]:
    """The trades named in ``core``, longest first from the left, and what is left of it: its brand."""
    trades: list[str] = []
    brand: list[str] = []
    text = re.sub(r"#\d+", " ", core)
    index = 0
    known = lexicon().trades
    while index < len(text):
        for length in range(min(5, len(text) - index), 1, -1):
            if text[index : index + length] in known:
                trades.append(text[index : index + length])
                index += length
                break
        else:
            if text[index] != " ":
                brand.append(text[index])
            index += 1
    return "".join(brand), tuple(trades)
