"""Short forms of institutional names: whether one name abbreviates another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.identity.names import Parts, lexicon

__all__ = ["NUMERALS", "abbreviates", "abbreviates_parent", "is_shorter"]


def is_shorter(brief: Parts, full: Parts) -> bool:
    """Whether the one is a short form of the other."""
    if brief.legal or len(brief.text) >= len(full.text):
        return False
    if full.group and brief.text == full.core and not full.site and not full.unit:
        return True  # 中铁四局 of 中铁四局集团有限公司
    bureau = bool(full.legal) and brief.kind == full.kind == "局"  # 中建八局, a company
    return (brief.short or bureau) and abbreviates(brief.text, full, loose=True)


NUMERALS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_ATTACHED_SHORT = re.compile(r"(第?[一二三四五六七八九])?附([中小])$")


def abbreviates_parent(text: str, full: Parts) -> bool:
    """浙大城市学院 for 浙江大学城市学院, 华师大一附中 for 华东师范大学第一附属中学: only the parent is abbreviated."""
    parent = full.parent
    if parent is None or full.site or full.unit:
        return False
    child = full.text.removeprefix(parent.text).replace("附属", "").replace("中学校", "中学")
    if match := _ATTACHED_SHORT.search(text):
        number = match[1] and f"第{match[1].removeprefix('第')}"
        text = f"{text[: match.start()]}{number or ''}{match[2]}学"
    head = text.removesuffix(child)
    if not child or len(head) < 2 or head == text or parent.parent:
        return False
    if abbreviates(head, parent):
        return True
    printed, stem = (
        "".join(place.text for place in parent.places) + parent.core,
        head.removesuffix("大"),
    )  # 华师大, 交大
    return stem != head and stem[0] in {printed[0], parent.core[:1]} and _subsequence(stem, printed)


def abbreviates(text: str, full: Parts, loose: bool = False) -> bool:
    """Whether ``text`` is made of the parts of ``full`` in their order, each whole, abbreviated or left out.

    A place may be left out or begin the short form with one character; of brand, numbers and trades one stands whole,
    or all stand with one character each; the kind may be left out or abbreviated. A number stands (成都七中).
    ``loose``: one character of a trade between place and kind is enough (山东商职).
    """
    if full.unit or ("集团" in text and not full.group) or _part_of(text, full):
        return False
    text = text.replace("集团", "").replace("(", "").replace(")", "")
    places = {"", *(option for place in full.places for option in _place_forms(place.text))}
    core = full.core.replace("#", "")
    if full.numbers:
        text = text.replace("第", "").translate(NUMERALS)
        if not all(number in text for number in full.numbers):
            return False
    if full.parent:
        core = full.parent.core + full.parent.kind + core
        places |= {"", *(form for place in full.parent.places for form in _place_forms(place.text))}
    if not text.startswith("中国"):
        places |= {"中"} if core.startswith("中国") and full.numbers else set()
        core = core.removeprefix("中国")
    kinds = {"", full.kind, *lexicon().short_kinds.get(full.kind, ())}
    for head in places:
        if not text.startswith(head):
            continue
        for tail in kinds:
            middle = text[len(head) : len(text) - len(tail)] if text.endswith(tail) else None
            if middle is None:
                continue
            if _covers(middle, core, full, bool(head), bool(tail)):
                return True
            if loose and len(head) >= 2 and tail and len(core) == 2 and middle == core[0] and core in full.trades:
                return True
    return False


def _part_of(text: str, full: Parts) -> bool:
    """Whether ``full`` names a body within that of ``text``: a group's company, a department's team."""
    whole = full.text.removesuffix(full.legal)
    if "集团" in text and not whole.endswith(("集团", "集团)")) and not full.site:
        return True
    return full.text.startswith(text) and full.family in {"机构", "政府"}


def _place_forms(place: str) -> Iterator[str]:
    yield place
    stem = place.rstrip("省市县区")
    yield stem
    if len(stem) >= 2:
        yield stem[0]


def _covers(middle: str, core: str, full: Parts, placed: bool, kinded: bool) -> bool:
    if not middle:
        return not core and placed and kinded
    if middle == core:
        return True
    brand = full.brand if core.startswith(full.brand) else full.brand.removeprefix("中国")
    segments = [word for word in (brand, *full.trades) if word]
    whole = any(segment in middle and len(segment) >= 2 and segment != "中国" for segment in segments)
    if full.numbers and middle in full.numbers:
        return placed and kinded and core == middle  # 成都七中
    if len(brand) > 3:  # of a long brand its beginning stands for it (沪东中华: 沪东); 京东 is no 京东方
        whole = whole or brand[:2] == middle[:2]
    if not _subsequence(middle, core):
        return False
    if whole and middle[0] == core[0] and (kinded or brand[:2] == middle[:2]):
        return True
    # one character of each part: 中国商飞, 化工职院; too little to go by without a place or a kind
    initials = len(middle) >= max(2, len(segments)) and middle[0] == core[0]
    return initials and (len(middle) >= 3 or (placed and kinded))


def _subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)
