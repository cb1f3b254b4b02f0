"""A passage as the relation model sees it: its mentions, trigger words, coordinated lists, what stands around each.

A :class:`Scene` is computed once a passage; everything about a pair of names is looked up in it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from extractor.language.mentions import Breaks, Mention, Name, Plain, breaks, by_start, find_all
from extractor.language.phrases import FIRST_SIGN
from extractor.ontology import ontology

_SIGN = {label: number for number, label in enumerate(ontology().labels)}
ACTORS = frozenset(ontology().actors)
# Labels whose names stand in one list with each other.
_KIN = {**dict.fromkeys(ACTORS, "actor"), **dict.fromkeys(("Course", "Textbook", "Achievement", "Project"), "made")}
# What may stand between two neighbours of a list: closing marks, a bracket, a count or a kind, the joint, opening marks
_LINK = re.compile(
    r"[”》）\"]*(?:（[^（）]{0,24}）)?(?:等)?(?:各?[\d一二三四五六七八九十两]{1,4}[个项枚块名次门部本套件种篇座家所])?"
    r"(?:专业群?|课程|教材|赛项|教师|学生|老师|项目|系列|奖)?"
    r"(?P<joint>、|/|和|及|以及|与|暨|，|、以及|及其|并|；)?"
    r"(?:[\d一二三四五六七八九十两]{1,4}[个项枚块名次])?(?:教师|学生|老师|校长|教授|课程|教材|企业)?[“《（\"]*"
)
_COUNTED = re.compile(r"\d")
_LONGEST_LINK = 34
OPENING, CLOSING = frozenset('“《（"'), frozenset('”》）"')


@dataclass(frozen=True, slots=True)
class Triggers:
    """The declared trigger words: keyed for finding, the class of each, the classes at home in each relation type."""

    keyed: Mapping[str, Sequence[str]]
    class_of: Mapping[str, int]
    classes: tuple[str, ...]
    types: Mapping[str, frozenset[int]]


@cache
def triggers() -> Triggers:
    """The trigger words of ``knowledge/relations.toml``."""
    text = resources.files("extractor.language.knowledge").joinpath("relations.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    classes = tuple(data["classes"])
    class_of: dict[str, int] = {}
    for number, name in enumerate(classes):
        for word in data["classes"][name]:
            class_of.setdefault(word, number)
    types = {type_: frozenset(classes.index(c) for c in names) for type_, names in data["types"].items()}
    return Triggers(by_start(class_of), class_of, classes, types)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger word at ``start:end`` of the plain text."""

    start: int
    end: int
    word: str
    kind: int


@dataclass(slots=True)
class Spot:
    """A mention with its surroundings; a member of a list has the surroundings of the whole list.

    ``left``, ``right``: where the list (or the mention, with its quotes) begins and ends. ``sign``: where it stands in
    the skeleton; ``first_sign``, ``last_sign``: the first and last member of its list there.
    """

    mention: Mention
    sentence: int
    clause: int
    left: int
    right: int
    list_number: int
    list_index: int
    list_length: int
    sign: int = 0
    first_sign: int = 0
    last_sign: int = 0
    before: Trigger | None = None
    after: Trigger | None = None
    opens_sentence: bool = False
    opens_clause: bool = False


@dataclass(slots=True)
class Scene:
    """A passage's plain text with all that the pairs of its names are judged by."""

    plain: Plain
    names: Sequence[Name]
    parts: Breaks
    spots: list[Spot]
    of_name: list[list[int]]
    triggers: list[Trigger]
    trigger_starts: list[int]
    canonical: list[int]
    skeleton: str
    borrowed: frozenset[int] = frozenset()
    inner: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The plain text."""
        return self.plain.text

    def triggers_between(self, start: int, end: int) -> list[Trigger]:
        """The trigger words that lie within ``start:end``."""
        first = bisect_left(self.trigger_starts, start)
        last = bisect_right(self.trigger_starts, end - 1)
        return [t for t in self.triggers[first:last] if t.end <= end]


def build_scene(plain: Plain, names: Sequence[Name], mentions: Sequence[Mention], canonical: Sequence[int]) -> Scene:
    """The scene of a passage with these mentions, anaphors among them.

    ``canonical[i]``: the name that ``names[i]`` is another form of (itself, if none). A name without a mention of its
    own is known from the context only.
    """
    parts = breaks(plain.text)
    mentions = sorted(mentions, key=lambda mention: (mention.start, mention.end))
    printed = [mention for mention in mentions if not mention.anaphor]
    borrowed = frozenset(range(len(names))) - {mention.name for mention in printed}
    found = _find_triggers(plain.text, printed)
    spots = _spots(plain.text, names, mentions, parts)
    skeleton = _skeleton(plain.text, names, spots)
    scene = Scene(
        plain, names, parts, spots, [[] for _ in names], found, [t.start for t in found],
        list(canonical), skeleton, borrowed, _inner(names, spots, canonical),
    )  # fmt: skip
    for number, spot in enumerate(spots):
        scene.of_name[canonical[spot.mention.name]].append(number)
        _surround(scene, spot)
    return scene


def _find_triggers(text: str, mentions: Sequence[Mention]) -> list[Trigger]:
    """The trigger words outside of names."""
    knowledge = triggers()
    found = []
    covered = bytearray(len(text) + 1)
    for mention in mentions:
        if not mention.nested:
            covered[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    for start, end, word in find_all(text, knowledge.keyed):
        if not covered[start] and not covered[end - 1]:
            found.append(Trigger(start, end, word, knowledge.class_of[word]))
    return found


def _spots(text: str, names: Sequence[Name], mentions: Sequence[Mention], parts: Breaks) -> list[Spot]:
    """The mentions with the lists they stand in."""
    spots: list[Spot] = []
    run: list[Spot] = []
    lists = 0

    def close() -> None:
        nonlocal lists
        if len(run) > 1:
            lists += 1
            for index, spot in enumerate(run):
                spot.list_number, spot.list_index, spot.list_length = lists, index, len(run)
                spot.left, spot.right = run[0].left, run[-1].right
        run.clear()

    for mention in mentions:
        left, right = _with_marks(text, mention.start, mention.end)
        spot = Spot(mention, parts.sentence(mention.start), parts.clause(mention.start), left, right, 0, 0, 1)
        spots.append(spot)
        if mention.nested:
            continue
        if run and not _linked(text, names, run[-1].mention, mention):
            close()
        run.append(spot)
    close()
    return spots


def _inner(names: Sequence[Name], spots: Sequence[Spot], canonical: Sequence[int]) -> frozenset[int]:
    """The actors that stand only inside the names of schools and bases, of which nothing else is said."""
    alone = {canonical[spot.mention.name] for spot in spots if not spot.mention.nested}
    inner = {}
    for spot in spots:
        number = canonical[spot.mention.name]
        if spot.mention.nested and number not in alone and names[number].label in ACTORS:
            inner[number] = spot.mention
    outer = [spot.mention for spot in spots if names[spot.mention.name].label in ("School", "Base")]
    return frozenset(
        number
        for number, mention in inner.items()
        if any(m.start <= mention.start and mention.end <= m.end and m.name != number for m in outer)
    )


_DROPPED = str.maketrans(dict.fromkeys('“”"《》', ""))


def _skeleton(text: str, names: Sequence[Name], spots: Sequence[Spot]) -> str:
    """The text with each name as one private-use sign of its label and without quotation marks."""
    parts: list[str] = []
    length = at = 0
    first: dict[int, int] = {}
    for spot in spots:
        mention = spot.mention
        if mention.start < at:  # inside the name before, or a second name that the same word stands for
            spot.sign = max(length - 1, 0)
        else:
            between = text[at : mention.start].translate(_DROPPED)
            sign = chr(FIRST_SIGN + _SIGN.get(names[mention.name].label, 99))
            parts += (between, sign)
            spot.sign = length + len(between)
            length += len(between) + 1
            at = mention.end
        if spot.list_number:
            first.setdefault(spot.list_number, spot.sign)
    last: dict[int, int] = {}
    for spot in reversed(spots):
        if spot.list_number:
            last.setdefault(spot.list_number, spot.sign)
    for spot in spots:
        spot.first_sign = first.get(spot.list_number, spot.sign)
        spot.last_sign = last.get(spot.list_number, spot.sign)
    parts.append(text[at:].translate(_DROPPED))
    return "".join(parts)


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    while start and text[start - 1] in '“《"' and end < len(text) and text[end] in '”》"':
        start, end = start - 1, end + 1
    return start, end


def _linked(text: str, names: Sequence[Name], first: Mention, second: Mention) -> bool:
    """Whether two neighbours stand in one list."""
    a, b = names[first.name].label, names[second.name].label
    if second.start < first.end or (a != b and _KIN.get(a, a) != _KIN.get(b, b)):
        return False
    gap = second.start - first.end
    if gap > _LONGEST_LINK or gap == 0:
        return False
    match = _LINK.fullmatch(text, first.end, second.start)
    if match is None:
        return False
    joint = match.group("joint")
    if joint in {"与", "并"}:
        return a not in ACTORS
    if joint in {"，", "；"}:
        if a == "Award":
            return _COUNTED.search(text, first.end, second.start) is not None
        return a not in ACTORS
    return True


def _surround(scene: Scene, spot: Spot) -> None:
    """The triggers next to the spot's list, and whether it opens a clause or a sentence."""
    start = scene.parts.clause_start(spot.left)
    spot.opens_clause = spot.left - start <= 2
    sentence = scene.parts.sentence(spot.left)
    sentence_start = scene.parts.sentences[sentence - 1] + 1 if sentence else 0
    spot.opens_sentence = (
        spot.left - sentence_start <= 12 and scene.parts.clause(spot.left) - scene.parts.clause(sentence_start) <= 1
    )
    number = bisect_left(scene.trigger_starts, spot.left) - 1
    if number >= 0 and scene.triggers[number].end <= spot.left and scene.triggers[number].start >= start:
        spot.before = scene.triggers[number]
    number = bisect_left(scene.trigger_starts, spot.right)
    if number < len(scene.triggers):
        trigger = scene.triggers[number]
        if scene.parts.clause(trigger.start) == scene.parts.clause(max(spot.right - 1, 0)):
            spot.after = trigger
