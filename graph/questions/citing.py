"""Passage ids → what a reader can look up: report, page, sentence; and whether a list there is cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from graph.storage.store import Store

# Scopes whose passages bear a fact themselves; captions and headings only add to it.
_CONTEXT = {"图注", "脚注"}


class Witness(NamedTuple):
    """One passage that says it. ``named`` of ``of``: the passage names so many and says they are so many in all."""

    report: str
    page: int | None
    sentence: str
    scope: str
    text: str
    passage: str
    line: int | None = None
    named: int | None = None
    of: int | None = None


_PASSAGES = """
UNWIND $ids AS id
MATCH (p:Passage {id: id})
OPTIONAL MATCH (r:Report {id: p.report})
RETURN p.id AS id, p.text AS text, p.page AS page, p.line AS line, p.scope AS scope, r.name AS report
"""
_BATCH = 5000


def witnesses(
    store: Store, ids: Sequence[Iterable[str]], rows: Sequence[Sequence[Any]], scope: str = ""
) -> list[tuple[Witness, ...]]:
    """The witnesses of each row, those first that say most of what the row says. ``scope`` leaves out other sources."""
    wanted = sorted({id_ for row in ids for id_ in row})
    found: dict[str, tuple[Any, ...]] = {}
    for start in range(0, len(wanted), _BATCH):
        for entry in store.read(_PASSAGES, {"ids": wanted[start : start + _BATCH]}).rows:
            found[entry[0]] = entry
    return [_of_row([found[id_] for id_ in sorted(set(row)) if id_ in found], _names(values), scope)
            for row, values in zip(ids, rows, strict=True)]  # fmt: skip


def _of_row(passages: Iterable[tuple[Any, ...]], names: Sequence[str], scope: str) -> tuple[Witness, ...]:
    made = []
    for id_, said_text, page, line, kind, report in passages:
        if scope and kind != scope:
            continue
        text = said_text or ""
        sentence = _sentence(text, names, row=kind == "名单")
        named, of = cut_short(sentence) or (None, None)
        witness = Witness(report or "", page, sentence, kind or "", text, id_, line, named, of)
        said = sum(name in text for name in names)
        made.append(((kind in _CONTEXT, -said, report or "", page or 0, line or 0, id_), witness))
    return tuple(witness for _, witness in sorted(made, key=lambda item: item[0]))


def _names(values: Iterable[Any]) -> list[str]:
    names: list[str] = []
    for value in values:
        if isinstance(value, str) and len(value) > 1:
            names.append(value)
        elif isinstance(value, (list, tuple)):
            names += _names(value)
    return names


_END = re.compile(r"(?<=[。！？；])")


def _sentence(text: str, names: Sequence[str], *, row: bool) -> str:
    """The sentence of a passage that says most of the names; a table's row is one sentence."""
    if row:
        return " ".join(text.split("\t"))
    sentences = [sentence.strip() for sentence in _END.split(text) if sentence.strip()] or [text]
    return max(sentences, key=lambda sentence: sum(name in sentence for name in names))


# 、-joined names, then 等 and a number with its measure word: the list names fewer than there are.
_CUT = re.compile(
    r"([^，。；：,;:]*、[^，。；：,;:]*?)等\s*(\d+)\s*(?:余|多)?\s*(?:个|家|所|项|门|名|人|种|类|套|本|部|次|场|地|省|市|区)"
)


def cut_short(sentence: str) -> tuple[int, int] | None:
    """How many a list names and how many it says there are (``A、B等15个基地`` → 2, 15); None where it is whole."""
    for found in _CUT.finditer(sentence):
        # What joins the last two ("A、B和C等") counts as one more mark.
        named = found[1].count("、") + 1 + bool(re.search(r"和|以及|及|与", found[1].rsplit("、", 1)[1]))
        if int(found[2]) > named:
            return named, int(found[2])
    return None
