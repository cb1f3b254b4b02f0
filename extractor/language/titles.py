"""Titles in 《》: one name each, those of a list of one kind, which the words around the list or a title's end tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from extractor.language.guard_rules import rules
from extractor.language.network import Found

_TITLE = re.compile(r"《([^《》]{1,80})》")
# 《A》《B》、《C》: titles of one kind; then e.g. 等3部教材
_BETWEEN = re.compile(r"[、和及与，]?(?:以及)?")
_OWNERS_BETWEEN = re.compile(r"[、，；]?[^，。；、《》]{3,24}(?:学校|学院|大学|中专|中心)")  # A校《X》、B校《Y》
_COUNT = re.compile(
    r"(?:等)?(?:\d+所[^，。；]{0,8}?(?:学校|院校)的)?(?:\d+|[一二三四五六七八九十两]+|多|系列)?(?:门|部|本|项|个|篇|首|件|套|种|支)?(?:校本|数字|自编|新形态|省级|市级|国家级|核心|专业|优质|精品|原创|特色|活页式|创业|管理|廉政)*"
)
# A title is a name in any case: the doubt was of its label. How sure it is where the words around, or its end, tell.
_TOLD, _ENDED = 0.85, 0.75
TITLED = ("Course", "Textbook", "Policy", "Achievement", "Project")


def titles(chars: str, names: list[Found]) -> list[Found]:
    """What stands in 《》 is one name; titles in a row are of one kind, which words around or its end tell."""
    if "《" not in chars:
        return names
    groups: list[list[re.Match[str]]] = []
    for match in _TITLE.finditer(chars):
        if groups and any(
            between.fullmatch(chars, groups[-1][-1].end(), match.start()) for between in (_BETWEEN, _OWNERS_BETWEEN)
        ):
            groups[-1].append(match)
        else:
            groups.append([match])
    touching = _touching([match for group in groups for match in group], names)
    made: list[Found] = []
    gone: set[Found] = set()
    for group in groups:
        titled, within = _titled(chars, group, touching)
        made += titled
        gone.update(within if titled else ())
    return [name for name in names if name not in gone] + made


def _touching(matches: Sequence[re.Match[str]], names: Sequence[Found]) -> dict[int, list[Found]]:
    """The names that each title (by where it starts) shares characters with."""
    starts = [match.start() for match in matches]
    touching: dict[int, list[Found]] = defaultdict(list)
    for name in names:
        index = max(bisect_right(starts, name.start) - 1, 0)
        while index < len(matches) and starts[index] < name.end:
            if matches[index].end() > name.start:
                touching[starts[index]].append(name)
            index += 1
    return touching


def _titled(
    chars: str, group: Sequence[re.Match[str]], touching: Mapping[int, list[Found]]
) -> tuple[list[Found], list[Found]]:
    """The names that the titles of one list are, and the names within these titles, which they replace."""
    inside, free = [], []
    for match in group:
        names = touching.get(match.start(), [])
        # A name that holds a title and more (《…》课题组) is a name of its own.
        holding = [n for n in names if n.start < match.start() - 1 or n.end > match.end() + 1]
        inside += [n for n in names if n not in holding]
        if not any(n.start <= match.start() and n.end >= match.end() for n in holding):
            free.append(match)
    votes: dict[str, float] = {}
    for name in inside:
        if name.label in TITLED:
            votes[name.label] = votes.get(name.label, 0) + name.confidence
    voted = max(votes, key=lambda label: votes[label]) if votes else None
    around = _label_around(chars, group)
    sure = max((name.confidence for name in inside), default=0.6)
    made = []
    for match in free:
        own = next((label for word, label in rules().title_endings if match.group(1).endswith(word)), None)
        if match.group(1).startswith("一种"):
            own = "Achievement"
        label = around or own or voted
        if own == "Policy" and around != "Policy" and (voted == "Policy" or around is None):
            label = "Policy"
        if label:
            told = _TOLD if label == around else _ENDED if label == own else 0.0
            made.append(Found(match.start(1), match.end(1), label, max(sure, told)))
    return made, inside


def _label_around(chars: str, group: Sequence[re.Match[str]]) -> str | None:
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
