"""One cell: its number, its names with their places, its second names, its former and later names.

Places are offsets into the cell's printed text, so that a row can place each name in its own text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.columns.knowledge import ACTORS, knowledge, longest_first

_LEADING_NUMBER = re.compile(r"\s*[(（]?\d{1,3}(?:[)）]\s*|[.、．]\s*(?!\d)|\s+)(?=\S)")
_BRACKET = re.compile(r"[（(]([^（）()]*(?:[（(][^（）()]*[)）][^（）()]*)*)[)）]")
_TITLE = re.compile(r"^[《“\"「『](.+?)[》”\"」』]$", re.DOTALL)
_CJK_GAP = re.compile(r"(?<=[\u3000-\u303f\u4e00-\u9fff（）“”])\s+(?=[\u3000-\u303f\u4e00-\u9fff（）“”])")


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name and where it stands in its cell (``start:end``)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Naming:
    """A name with what its brackets tell: other names of it, and what it became or was."""

    name: Name
    aliases: tuple[Name, ...] = ()
    became: tuple[Name, ...] = ()
    was: tuple[Name, ...] = ()


def tidy(text: str) -> str:
    """``text`` without outer blanks and without those that typesetting put between Chinese characters."""
    return _CJK_GAP.sub("", text.strip())


def bare(text: str) -> str:
    """``text`` without any blanks: the form in which cells are matched."""
    return "".join(text.split())


def span(cell: str, start: int, end: int) -> Name:
    """The name at ``cell[start:end]``, outer blanks left out."""
    while start < end and cell[start].isspace():
        start += 1
    while end > start and cell[end - 1].isspace():
        end -= 1
    return Name(tidy(cell[start:end]), start, end)


def strip_number(cell: str) -> int:
    """Where the cell's content begins after a row number of its own ("1 江南造船…", "（2）…"); 0 where it has none."""
    match = _LEADING_NUMBER.match(cell)
    return match.end() if match else 0


def strip_brackets(text: str) -> str:
    """``text`` without its bracketed parts, for looking at how a name ends."""
    return _BRACKET.sub("", text).strip()


def family(text: str) -> tuple[str, ...]:
    """The families a name's ending belongs to ("School", "Base" …); brackets at its end are looked through."""
    flat = bare(text)
    return knowledge().endings.families(flat) or knowledge().endings.families(strip_brackets(flat))


def actor_label(text: str) -> str:
    """The label of a body by its own ending; empty where that does not tell."""
    return next((found for found in family(text) if found in ACTORS), "")


def split_names(cell: str, *, bodies: bool) -> list[Name]:
    """The names of a cell. A cell of ``bodies`` is cut only where both sides are bodies by their endings."""
    start = strip_number(cell)
    pieces = _pieces(cell, start)
    if bodies and len(pieces) > 1 and not all(actor_label(piece.text) for piece in pieces):
        whole = span(cell, start, len(cell))
        return [whole] if whole.text else []
    return [piece for piece in pieces if piece.text]


def _pieces(cell: str, start: int) -> list[Name]:
    """The parts of a cell between separators that stand outside brackets and quotation marks."""
    separators, depth, pieces = knowledge().separators, 0, []
    begin = start
    for at in range(start, len(cell)):
        char = cell[at]
        if char in "（(《“「『":
            depth += 1
        elif char in "）)》”」』":
            depth = max(0, depth - 1)
        elif depth == 0 and char in separators:
            pieces.append(span(cell, begin, at))
            begin = at + 1
    pieces.append(span(cell, begin, len(cell)))
    return [piece for piece in pieces if piece.text]


def read_naming(cell: str, name: Name) -> Naming:
    """What the brackets of ``name`` tell. A bracket is a second name only when it is a body of the same kind."""
    told: dict[str, list[Name]] = {"renamed": [], "formerly": [], "alias": []}
    end = name.end
    label = actor_label(strip_brackets(cell[name.start : name.end]))
    for match in _BRACKET.finditer(cell, name.start, name.end):
        inner = match.group(1)
        found = _told(inner, cell, match.start(1))
        if found is None and label and actor_label(inner) == label and len(bare(inner)) >= 5:
            found = "alias", span(cell, match.start(1), match.end(1))
        if found is not None:
            told[found[0]].append(found[1])
            end = min(end, match.start())
    return Naming(span(cell, name.start, end), tuple(told["alias"]), tuple(told["renamed"]), tuple(told["formerly"]))


def _told(inner: str, cell: str, offset: int) -> tuple[str, Name] | None:
    """What a bracket beginning with 现为, 原 or 简称 tells ("renamed", "formerly", "alias") and the name it tells."""
    for key in ("renamed", "formerly", "alias"):
        pattern = rf"\s*(?:{longest_first(knowledge().names[key])})\s*[:：为]?\s*[“\"]?"
        match = re.match(pattern, inner)
        if match and len(bare(inner)) > match.end() + 1:
            end = len(inner.rstrip().rstrip('”"'))
            name = span(cell, offset + match.end(), offset + end)
            if key == "alias" or actor_label(name.text):
                return key, name
    return None


def titled(cell: str, name: Name) -> Name:
    """A work's name: what stands in 《》 or quotation marks when the rest only says what it is (“物理”课程、团队)."""
    text = cell[name.start : name.end]
    whole = _TITLE.match(text)
    if whole and not re.search(r"[》”\"」』]", whole.group(1)):
        return span(cell, name.start + 1, name.end - 1)
    match = re.match(
        r"[《“「『]([^》”」』]+)[》”」』](?:（[^）]*）)?(?:系列)?(?:在线|精品|示范)*(?:课程|教材|团队|资源库|[、和及与])+$",
        text,
    )
    if match:
        return span(cell, name.start + match.start(1), name.start + match.end(1))
    return name


def is_person(text: str) -> bool:
    """Whether ``text`` looks like one Chinese person's name: a common surname and one to three characters more."""
    flat = bare(text)
    return 2 <= len(flat) <= 4 and flat[0] in knowledge().surnames and all("\u4e00" <= c <= "\u9fff" for c in flat)


def split_persons(cell: str) -> list[Name]:
    """The persons of a cell, parted by marks or blanks ("王 芳" is one: a blank after a single character)."""
    names: list[Name] = []
    for piece in _pieces(cell, strip_number(cell)):
        found = re.finditer(r"(?<!\S)\S\s+\S(?!\S)|\S+", cell[piece.start : piece.end])
        parts = [span(cell, piece.start + match.start(), piece.start + match.end()) for match in found]
        if len(parts) > 1 and all(is_person(part.text) for part in parts):
            names.extend(parts)
        elif is_person(piece.text):
            names.append(piece)
    return names
