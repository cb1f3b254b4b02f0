"""Guards around the network: bounds, titles, lists and labels mended by rules that knowledge files declare.

Each guard is a function on the names of one line (normalised characters) and gives names of the same line; whatever it
does, a name stays a span of the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from extractor.language.knowledge import gazetteer
from extractor.language.network import Found

_PAIRS = {"“": "”", "（": "）", "《": "》"}
_TITLE = re.compile(r"《([^《》]{1,80})》")
# 《A》《B》、《C》: titles of one kind; then e.g. 等3部教材
_BETWEEN = re.compile(r"[、和及与，]?(?:以及)?")
_COUNT = re.compile(
    r"(?:等)?(?:\d+|[一二三四五六七八九十两]+|多|系列)?(?:门|部|本|项|个|篇|首|件|套|种|支)?(?:校本|数字|自编|新形态|省级|市级|国家级|核心|专业|优质|精品|原创|特色|活页式|创业|管理|廉政)*"
)
_LISTED = re.compile(r"[、和及与]")
_NESTED_SCHOOL = re.compile(r"(.{2,12}?(?:大学|学院))附属.")
_TITLED = ("Course", "Textbook", "Policy", "Achievement", "Project")


@dataclass(frozen=True, slots=True)
class Rules:
    """``guards.toml``, ready for use."""

    leading: tuple[str, ...]
    leading_kept: tuple[str, ...]
    cut: re.Pattern[str]
    generic: frozenset[str]
    endings: tuple[tuple[str, str], ...]
    title_endings: tuple[tuple[str, str], ...]
    title_before: tuple[tuple[str, str], ...]
    title_after: tuple[tuple[str, str], ...]


@cache
def rules() -> Rules:
    """The rules of the package."""
    text = resources.files("extractor.language.knowledge").joinpath("guards.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)

    def by_word(table: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(
            sorted(((word, label) for label, words in table.items() for word in words), key=lambda p: -len(p[0]))
        )

    return Rules(
        leading=tuple(sorted(data["leading"], key=len, reverse=True)),
        leading_kept=tuple(data["leading_kept"]),
        cut=re.compile("|".join(map(re.escape, sorted(data["cut"], key=len, reverse=True)))),
        generic=frozenset(data["generic"]),
        endings=by_word(data["endings"]),
        title_endings=by_word(data["titles"]["endings"]),
        title_before=by_word(data["titles"]["before"]),
        title_after=by_word(data["titles"]["after"]),
    )


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
            if end < len(chars) and chars[end] == close_mark and chars[start] != open_mark:
                end += 1
            elif chars[start] == open_mark:
                start += 1
            else:
                end = chars.find(open_mark, start, end)
    return [name._replace(start=start, end=end)] if end - start > 0 else []


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
        while end > start and chars[end - 1] in "、，。；：！？的":
            end -= 1
        while start < end and chars[start] in "、，。；：！？":
            start += 1
        if end > start:
            trimmed.append(name._replace(start=start, end=end))
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


def titles(chars: str, names: list[Found]) -> list[Found]:
    """What stands in 《》 is one name; titles in a row are of one kind, which words around or its end tell."""
    if "《" not in chars:
        return names
    groups: list[list[re.Match[str]]] = []
    for match in _TITLE.finditer(chars):
        if groups and _BETWEEN.fullmatch(chars, groups[-1][-1].end(), match.start()):
            groups[-1].append(match)
        else:
            groups.append([match])
    found = list(names)
    for group in groups:
        found = _titled(chars, group, found)
    return found


def _titled(chars: str, group: list[re.Match[str]], names: list[Found]) -> list[Found]:
    touching = [(n, m) for n in names for m in group if m.start() < n.end and n.start < m.end()]
    # A name that holds a title and more (《…》课题组) is a name of its own.
    holding = [n for n, m in touching if n.start < m.start() - 1 or n.end > m.end() + 1]
    inside = [n for n, _ in touching if n not in holding]
    votes: dict[str, float] = {}
    for name in inside:
        if name.label in _TITLED:
            votes[name.label] = votes.get(name.label, 0) + name.confidence
    voted = max(votes, key=lambda label: votes[label]) if votes else None
    around = _label_around(chars, group)
    made = []
    for match in group:
        if any(n.start <= match.start() and n.end >= match.end() for n in holding):
            continue
        own = next((label for word, label in rules().title_endings if match.group(1).endswith(word)), None)
        if match.group(1).startswith("一种"):
            own = "Achievement"
        label = around or own or voted
        if own == "Policy" and around != "Policy" and (voted == "Policy" or around is None):
            label = "Policy"
        if label:
            sure = max((n.confidence for n in inside), default=0.6)
            made.append(Found(match.start(1), match.end(1), label, sure))
    rest = [n for n in names if n not in inside]
    return rest + made if made else names


def _label_around(chars: str, group: list[re.Match[str]]) -> str | None:
    behind = group[-1].end()
    count = _COUNT.match(chars, behind)
    behind = count.end() if count else behind
    for word, label in rules().title_after:
        if chars.startswith(word, behind):
            return label
    before = chars[max(0, group[0].start() - 8) : group[0].start()]
    for word, label in rules().title_before:
        if before.endswith(word):
            return label
    return None


def relabel(chars: str, names: list[Found]) -> list[Found]:
    """The label that a name's last characters settle."""
    mended = []
    for name in names:
        inner = chars[name.start : name.end]
        settled = next((kind for word, kind in rules().endings if inner.endswith(word)), name.label)
        # A title that ends in 学校 or 企业 may well be an honour; one that ends in 基地 is the base itself.
        if name.label in _TITLED or (name.label == "Award" and settled != "Base"):
            settled = name.label
        mended.append(name._replace(label=settled))
    return mended


def drop_generic(chars: str, names: list[Found]) -> list[Found]:
    """Words that name nobody, single characters that are no medal, numbers."""
    generic = rules().generic
    kept = []
    for name in names:
        inner = chars[name.start : name.end]
        place = next(gazetteer().spans(inner), (1, 0, 0))
        if (
            (not place[0] and inner[place[1] :] in generic)
            or inner in generic
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
    split_known,
    relabel,
    drop_generic,
)


def nested_schools(chars: str, names: Iterable[Found]) -> list[Found]:
    """The university in the name of its affiliated school: 'A大学附属B学校' names A too."""
    nested = []
    for name in names:
        match = _NESTED_SCHOOL.match(chars, name.start, name.end) if name.label in ("School", "Organization") else None
        if match:
            nested.append(Found(match.start(1), match.end(1), "School", name.confidence))
    return nested
