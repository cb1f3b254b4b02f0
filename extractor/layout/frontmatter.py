"""Cover and front matter → what the report is: title, year, region, issuer, level, publication date."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from extractor.document import Level, ReportMeta

_CJK_BLANK = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef\d])\s+(?=[\u3000-\u9fff\uff00-\uffef])|(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=\d)"
)
_YEAR = r"((?:19|20)\d\d)"
# A title cut in two: the tail begins with what the report is of, the head ends with a place, a school or a company.
_TAIL = re.compile(
    r"^(?:\d{4}\s*年?度?)?(?:(?:中等|高等|参与)*职业(?:教育|院校)?)?(?:人才培养)?(?:质量|年度|年报|报告)"
)
_HEAD = re.compile(r"^.{2,40}(?:省|市|区|县|教育|职业|院校|学校|学院|大学|中学|中心|公司|集团|\d{4}年?度?)$")
_CN_YEAR = re.compile(r"([二][〇○零Ｏ0][一二三四五六七八九〇○零]{2})\s*年")
_CN_DIGIT = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_DATE = re.compile(rf"{_YEAR}\s*(?:年|[-/.])\s*(\d{{1,2}})\s*(?:月|[-/.])\s*(?:(\d{{1,2}})\s*日?)?")


@cache
def _knowledge() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("regions.toml").read_text(encoding="utf-8"))


def tight(text: str) -> str:
    """The text without the blanks that typesetting puts between Chinese characters and digits."""
    return _CJK_BLANK.sub("", text.strip())


def _arabic_year(text: str) -> str:
    return _CN_YEAR.sub(lambda match: match.group(1).translate(_CN_DIGIT) + "年", text)


def iso_date(text: str) -> str:
    """2025 年 3 月 13 日 → 2025-03-13, 2024年12月 → 2024-12; empty when no date is there."""
    match = _DATE.search(_arabic_year(text))
    if not match or not 1 <= int(match.group(2)) <= 12:
        return ""
    year, month, day = match.groups()
    if day and not 1 <= int(day) <= 31:
        return ""
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def report_meta(cover: Sequence[str], pairs: Mapping[str, str] | None = None) -> ReportMeta:
    """What the ``cover`` lines (in reading order) and the front matter's key–value ``pairs`` say of the report.

    What is not printed stays empty: nothing is guessed from the body.
    """
    fields = _fields(pairs or {})
    lines = [tight(line) for line in cover if line.strip()]
    for line in lines:
        key, colon, value = line.partition("：") if "：" in line else line.partition(":")
        if colon and value and (name := _field_name(key)) and name not in fields:
            fields[name] = value.strip()
    title = _title(lines)
    issuers = _issuers(cover, title)
    issuer = fields.get("issuer") or "、".join(issuers) or _subject(title)
    region = _region(fields.get("region", ""), title, issuer)
    return ReportMeta(
        title=title,
        year=_year(lines, title),
        region=region,
        issuer=issuer,
        level=_level(title, issuer),
        published=iso_date(fields.get("published", "")) or _cover_date(lines),
    )


def _fields(pairs: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in pairs.items():
        if (name := _field_name(key)) and value.strip():
            found.setdefault(name, tight(value))
    return found


def _field_name(key: str) -> str | None:
    folded = re.sub(r"\s", "", key)
    return next((name for name, keys in _knowledge()["keys"].items() if folded in keys), None)


def _title(lines: Sequence[str]) -> str:
    """The line that ends in 报告 (its year in brackets aside), with the line above when the title is cut in two."""
    for index, line in enumerate(lines):
        bare = re.sub(r"[（(][^（()）]*[)）]$", "", line)
        above = lines[index - 1] if index else ""
        if len(line) > 60 or not re.search(r"(?:报告|年报|报告书)$", bare):
            if _is_wrapped(above, bare):
                return above + line
            continue
        cut = _TAIL.match(bare) and _HEAD.search(above) and not re.search(r"(?:委员会|厅|局|处)$", above)
        return above + line if cut or _is_wrapped(above, bare) else line
    return ""


def _is_wrapped(above: str, rest: str) -> bool:
    """Whether a full line of a title goes on with ``rest``, be the cut within a word (…年度报 告, …人 才培养报告)."""
    return (
        10 <= len(above) <= 60
        and len(rest) < len(above)
        and (re.search(r"职业|教育|质量", above) is not None or _cuts_word(above, rest))
        and re.search(r"(?:报告书?|年报)$|[委局厅处院校司团心。：]$", above) is None
        and re.search(r"(?:报告书?|年报)$", above + rest) is not None
        and _DATE.search(above) is None
    )


def _cuts_word(above: str, rest: str) -> bool:
    joined = above + rest
    words = re.finditer(r"职业|教育|质量|年度|报告|人才|培养|学校|学院", joined)
    return any(match.start() < len(above) < match.end() for match in words)


def _year(lines: Sequence[str], title: str) -> int | None:
    for line in [title, *lines]:
        text = _arabic_year(line)
        match = re.search(rf"(?<!\d){_YEAR}(?=\s*(?:年度|年|）|\)|$|\D*报告))", text)
        if match and not _DATE.search(text):
            return int(match.group(1))
    return None


def _issuers(cover: Sequence[str], title: str) -> list[str]:
    """The names that end as an issuer does; a line may hold several with blanks between, or one spaced out."""
    endings = tuple({ending for endings in _knowledge()["issuers"].values() for ending in endings})
    found: list[str] = []
    for line in cover:
        names = re.split(r"[\s、]+", line.strip())
        if not all(len(name) >= 4 and _ends(name, endings) for name in names):
            names = [tight(line)]
        for name in names:
            if 4 <= len(name) <= 40 and name not in title and _ends(name, endings) and name not in found:
                found.append(name)
    return found


def _subject(title: str) -> str:
    """The school or enterprise that a title begins with; "" for a title on all schools of a place."""
    name = re.sub(rf"^{_YEAR}\s*年?度?", "", _about(title)).strip(" （(）)《》")
    ends = any(_ends(name, tuple(_knowledge()["issuers"][level])) for level in ("校", "企业"))
    return name if ends and 4 <= len(name) <= 40 and not re.search(r"[中高]等(?:职业)?学校$", name) else ""


def _about(title: str) -> str:
    """What a title is about: its beginning, without a year at the end of it."""
    return re.sub(rf"{_YEAR}\s*年?\s*$", "", re.split(r"(?:中等|高等)?职业教育|质量|年度|企业参与|参与", title)[0])


def _ends(name: str, endings: tuple[str, ...]) -> bool:
    return re.sub(r"(?<=[会厅局院])[\u4e00-\u9fff]{2,12}[处室]$", "", name).endswith(endings)


def _region(printed: str, title: str, issuer: str) -> str:
    provinces: Mapping[str, str] = _knowledge()["provinces"]
    if printed:
        return provinces.get(printed, printed)
    for text in (title, issuer):
        for short, official in provinces.items():
            if text.startswith((short, official)):
                return official
    return ""


def _level(title: str, issuer: str) -> Level | None:
    """By who issues it and what the title says it is about: a title that begins with a name of that kind decides."""
    about = _about(title)
    if re.search(r"企业(?:年度)?(?:质量)?(?:年度)?报告|企业参与|参与(?:高等|中等)?职业教育", title):
        return "企业"
    for text in (about, issuer):
        best: tuple[int, Level] | None = None
        for level, endings in _knowledge()["issuers"].items():
            for ending in endings:
                fits = any(_ends(name, (ending,)) for name in re.split(r"、", text))
                if fits and (best is None or len(ending) > best[0]):
                    best = (len(ending), level)
        if best:
            return best[1]
        if text and re.search(r"[^自治]区$|[县旗]$", text):
            return "区"
        if text in _knowledge()["provinces"] or text in _knowledge()["provinces"].values():
            return "省"
    return None


def _cover_date(lines: Sequence[str]) -> str:
    return next((date for line in reversed(lines) if len(line) <= 20 and (date := iso_date(line))), "")
