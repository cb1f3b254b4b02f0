"""What each column of a table holds: told by its cells first, its header words second, its caption last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from extractor.columns.captions import Caption
from extractor.columns.cells import actor_label, bare, family, is_person, split_persons, strip_brackets, strip_number
from extractor.columns.knowledge import ACTORS, HeaderWord, knowledge

# Kinds whose cells tell by themselves that they are of this kind; a header that says otherwise is wrong.
_TELLING = frozenset({"actor", "Alliance", "number", "rank", "level", "batch", "year", "docno"})
# Kinds a header can claim and the cells can hardly confirm; but a column of numbers is none of them.
_WEAK = frozenset({"Program", "Base", "Course", "Textbook", "Achievement", "Project", "team", "status", "mode"})
_LOOSE = frozenset({"unknown", "rank", "metric", "level", "year", "Person", "event", "value"})
_MAX_PERMUTED = 5


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: see ``kind`` in ``columns.toml``; ``label`` and ``tie`` as there; ``header`` as printed.

    ``role`` is the known header word, which names a body's part (牵头学校).
    """

    kind: str
    label: str = ""
    tie: str = ""
    header: str = ""
    role: str = ""


def header_word(header: str) -> HeaderWord | None:
    """The known word a header ends in, looking through brackets, coordination and one misprinted character."""
    flat = bare(header)
    if not flat:
        return None
    headers = knowledge().headers
    for candidate in (flat, strip_brackets(flat), re.split(r"[、/及和与]", strip_brackets(flat))[0]):
        if candidate in headers:
            return headers[candidate]
    for candidate in (re.split(r"[、/及和与]", strip_brackets(flat))[0], strip_brackets(flat)):
        stem = re.sub(r"(?:全称|名称|名单|名)$", "", candidate)
        found = [word for word in headers if len(word) >= 2 and word in stem]
        if found:
            best = max(found, key=lambda word: (stem.rindex(word) + len(word), len(word)))
            # The head of the phrase stands at its end: 专业 in 专业建设经费 says nothing of the column.
            if stem.endswith(best):
                return headers[best]
    close = [word for word in headers if len(word) == len(flat) >= 3 and _one_off(word, flat)]
    return headers[close[0]] if len(close) == 1 else None


def _one_off(one: str, other: str) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def shape_share(kind: str, cells: Sequence[str]) -> float:
    """The share of the filled cells that look like ``kind`` (0 to 1)."""
    filled = [cell for cell in cells if bare(cell)]
    return sum(_looks(kind, cell) for cell in filled) / len(filled) if filled else 0.0


def _looks(kind: str, cell: str) -> bool:
    content = cell[strip_number(cell) :]
    flat = bare(content)
    if kind in knowledge().patterns:
        return knowledge().patterns[kind].fullmatch(flat or bare(cell)) is not None
    if kind == "actor":
        return actor_label(re.split(r"[\n、；]", content)[0]) != "" or actor_label(content) != ""
    if kind == "Person":
        return bool(split_persons(cell)) or is_person(flat)
    if kind == "team":
        return "团队" in flat
    if kind == "Place" and flat.startswith(knowledge().caption["provinces"]) and len(flat) <= 10:
        return True
    ending = knowledge().by_family.get(kind)
    return ending is not None and (kind in family(content) or strip_brackets(flat).endswith(ending))


def is_numbering(cells: Sequence[str], header: str) -> bool:
    """Whether a column only numbers its rows: each cell repeats the last, goes on by one, or begins again at one."""
    word = header_word(header)
    if word is not None and word.kind == "number":
        return True
    values = [_ordinal(bare(cell)) for cell in cells if bare(cell)]
    if not values or any(value is None for value in values):
        return False
    # A table without a header has its first number where a header would stand.
    last = first = _ordinal(bare(header)) or 0
    for value in values:
        if value not in (last, last + 1, 1):
            return False
        last = value or 0
    return values[0] in (1, first + 1) and (len(set(values)) > 1 or not bare(header) or word is not None)


def _ordinal(text: str) -> int | None:
    match = knowledge().patterns["number"].fullmatch(text)
    if match is None:
        return None
    core = text.strip("()（）.、．")
    if core.isdecimal():
        return int(core)
    if "①" <= core <= "⑳":
        return ord(core) - ord("①") + 1
    digits = {char: at for at, char in enumerate("一二三四五六七八九", 1)}
    tens, ten, ones = core.rpartition("十")
    if not ten:
        return digits.get(core)
    return 10 * (digits.get(tens, 1) if tens else 1) + digits.get(ones, 0)


def type_columns(header: Sequence[str], rows: Sequence[Sequence[str]], caption: Caption) -> list[Column]:
    """The columns of a table whose ``rows`` are as wide as its ``header``."""
    columns: list[Column | None] = []
    cells = [[row[at] for row in rows] for at in range(len(header))]
    claims: list[HeaderWord | None] = []
    for at, word in enumerate(header):
        numbering = is_numbering(cells[at], "" if _repeats(header, at) else word)
        columns.append(Column("number", header=word) if numbering else None)
        claims.append(None if numbering else header_word(word))
    claims = _reassign(claims, cells, columns)
    for at, claim in enumerate(claims):
        if columns[at] is None:
            columns[at] = _column(header[at], claim, cells[at])
    whole = [column or Column("unknown") for column in columns]
    return _by_caption(_figures(whole, cells), cells, caption)


def _figures(columns: list[Column], cells: list[list[str]]) -> list[Column]:
    """Indicator tables: columns of numbers are values, the column of words beside a unit or value is the metric.

    A prize's column of numbers counts that prize (一等奖 | 二等奖 | 三等奖).
    """
    columns = [_numbers(column, cells[at]) for at, column in enumerate(columns)]
    columns = [_second_header(column, cells[at]) for at, column in enumerate(columns)]
    kinds = {column.kind for column in columns}
    for at, column in enumerate(columns):
        units = shape_share("unit", cells[at])
        if (column.header.strip() == "单位" and units >= 0.6) or (column.kind == "unknown" and units >= 0.8):
            columns[at] = Column("unit", header=column.header)
        elif "value" in kinds and column.kind == "Project" and not {"actor", "rank", "Alliance"} & kinds:
            columns[at] = Column("metric", header=column.header)
    kinds = {column.kind for column in columns}
    for at, column in enumerate(columns):
        starts = "unit" in kinds and not any(c.kind == "metric" for c in columns)
        goes_on = at > 0 and columns[at - 1].kind == "metric" and column.header in ("", columns[at - 1].header)
        if "value" in kinds and column.kind in {"unknown", "event"} and (starts or goes_on):
            columns[at] = Column("metric", header=column.header)
    return columns


def _second_header(column: Column, cells: Sequence[str]) -> Column:
    """A value column whose first cell is a word of the header (2024年 over 中职 and 高职): it joins the header."""
    first = cells[0].strip() if cells else ""
    if column.kind != "value" or len(cells) < 3 or not re.search(r"[^\W\d_]", first) or _looks("value", first):
        return column
    return replace(column, header=f"{column.header}{first}")


def _numbers(column: Column, cells: Sequence[str]) -> Column:
    """A column of numbers as values or counts; one whose header claims words is no such column."""
    free = column.kind in _WEAK or column.kind in {
        "unknown",
        "rank",
        "metric",
        "level",
        "year",
        "Person",
        "event",
        "value",
    }
    numbers = [cell for cell in cells if bare(cell) and bare(cell) not in {"-", "—", "——", "/", "无"}]
    if not free or shape_share("value", numbers) < 0.6 or (column.kind == "year" and shape_share("year", numbers)):
        return column
    ranked = knowledge().patterns["rank"].fullmatch(bare(strip_brackets(column.header)))
    return Column("count" if ranked else "value", header=column.header)


def _repeats(header: Sequence[str], at: int) -> bool:
    """Whether a header cell is printed once over this column and a neighbour (a number column under a name)."""
    return bool(bare(header[at])) and (
        (at + 1 < len(header) and header[at + 1] == header[at]) or (at > 0 and header[at - 1] == header[at])
    )


def _fit(claim: HeaderWord | None, cells: Sequence[str]) -> float:
    """How well a header's claim agrees with the cells: below 0 when the cells refute it."""
    if claim is None:
        return 0.0
    if claim.kind == "actor":
        bodies, own = shape_share("actor", cells), _label_share(claim.label, cells)
        return -0.2 if bodies >= 0.7 and own < 0.3 else bodies + 0.5 * own - 0.5
    if claim.kind in _TELLING:
        return shape_share(claim.kind, cells) - 0.5
    return -_refuted(claim.kind, cells) + 0.1


def _label_share(label: str, cells: Sequence[str]) -> float:
    """The share of cells that are bodies of ``label``; for the wide 单位 any body will do."""
    filled = [cell for cell in cells if bare(cell)]
    if not filled:
        return 0.0
    labels = [actor_label(cell[strip_number(cell) :]) for cell in filled]
    if label == "Organization":
        return sum(found != "" for found in labels) / len(labels)
    return sum(found == label for found in labels) / len(labels)


def _refuted(kind: str, cells: Sequence[str]) -> float:
    """1 where most cells tell of another, telling kind: a project's column does not hold schools only."""
    if kind in {"metric", "value", "unit", "ignore", "mode", "status", "honour", "Base", "park", "Policy", "contest"}:
        return 0.0
    filled = [cell for cell in cells if bare(cell)]
    others = sum(any(_looks(other, cell) for other in ("rank", "year", "docno") if other != kind) for cell in filled)
    bodies = sum(actor_label(cell) in {"School", "Enterprise"} for cell in filled) if kind != "actor" else 0
    return 1.0 if filled and max(bodies, others) / len(filled) >= 0.7 else 0.0


def _reassign(
    claims: list[HeaderWord | None], cells: list[list[str]], typed: list[Column | None]
) -> list[HeaderWord | None]:
    """Claims moved among the columns whose cells doubt theirs, where that makes them fit (swapped header words).

    A claim that cells merely do not confirm (firms printed as brands) stays where no exchange is better.
    """
    wrong = [at for at, claim in enumerate(claims) if typed[at] is None and claim and _fit(claim, cells[at]) < 0]
    free = [at for at, claim in enumerate(claims) if typed[at] is None and claim is None]
    places = wrong + free if wrong else []
    moved = list(claims)
    if len(places) <= _MAX_PERMUTED:
        best = max(
            permutations([claims[at] for at in places]),
            key=lambda order: sum(_fit(word, cells[at]) for word, at in zip(order, places, strict=True)),
        )
        for at, word in zip(places, best, strict=True):
            moved[at] = word
    return [
        None if at in places and word is not None and _refuted(word.kind, cells[at]) else word
        for at, word in enumerate(moved)
    ]


def _column(header: str, claim: HeaderWord | None, cells: Sequence[str]) -> Column:
    """One column by its claim, made finer by its cells; without a claim by its cells alone."""
    if claim is None:
        return Column(_by_cells(cells), header=header)
    kind, label, tie = claim.kind, claim.label, claim.tie
    if kind == "Place" and "国" not in header and shape_share("Place", cells) < 0.4:
        return Column("unknown", header=header)
    if kind == "Project" and shape_share("event", cells) >= 0.6:
        kind = "event"
    elif kind == "rank" and shape_share("rank", cells) < 0.4:
        kind = (
            "level" if shape_share("level", cells) >= 0.6 else "honour" if shape_share("honour", cells) >= 0.4 else kind
        )
    elif kind == "honour" and shape_share("rank", cells) >= 0.6:
        kind = "rank"
    elif kind in {"level", "status"}:
        kind = next((k for k in ("rank", "level", "batch") if shape_share(k, cells) >= 0.6), kind)
    elif kind == "actor" and not tie and shape_share("Alliance", cells) >= 0.6:
        kind = "Alliance"
    return Column(kind, label, tie, header, claim.word)


def _by_cells(cells: Sequence[str]) -> str:
    """The kind most cells show, when no header word helps; "unknown" when none does."""
    for kind in (
        "year",
        "rank",
        "level",
        "batch",
        "docno",
        "Alliance",
        "actor",
        "event",
        "value",
        "Base",
        "Course",
        "Program",
    ):
        if shape_share(kind, cells) >= (0.7 if kind not in {"Base", "Program"} else 0.8):
            return kind
    return "unknown"


def _by_caption(columns: list[Column], cells: list[list[str]], caption: Caption) -> list[Column]:
    """A column nothing else explains holds what the caption says the list is of, when it is the only such one."""
    noun = caption.target or caption.noun
    kinds = {column.kind for column in columns}
    unknown = [
        at for at, column in enumerate(columns) if column.kind == "unknown" and shape_share("value", cells[at]) < 0.5
    ]
    if len(unknown) != 1 or not noun or noun in kinds or not kinds & {"actor", "Alliance"}:
        return columns
    at = unknown[0]
    columns = list(columns)
    if noun == "holder" or noun in ACTORS or not re.fullmatch(r"\d*|名称|.{0,4}名称", bare(columns[at].header)):
        return columns
    columns[at] = Column(noun, header=columns[at].header)
    return columns
