"""What a figure counts, of whom, in which year: read off the clause and sentence around its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.language.figure_candidates import Candidate, clause, knowledge, left_end
from extractor.records import Entity

_SENTENCE_END = "。；！？!?;\n"
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)\s*(?:[—–－~至-]\s*(?:20)?\d\d)?\s*(?:学年|年|届|级)")
_SHARES = frozenset({"%", "％", "‰", "个百分点", "百分点", "元", "倍", "人次", ""})
# Whom a figure may be of, best first: bodies that act, then what they have.
_SUBJECTS = (("School",), ("Enterprise", "Organization", "Alliance"), ("Competition", "Event", "Base", "Project"))


def year_of(text: str, candidate: Candidate) -> int | None:
    """The last year named before the figure in its sentence, else the first after it in its clause.

    "2004年以来" and "自2019年" say since when, not when, and are passed over.
    """
    start = left_end(text, candidate.start, _SENTENCE_END)
    years = list(_YEAR.finditer(text[start : candidate.start]))
    dated = [m for m in years if not re.match(r"\s*(?:以来|起|至今)", text[start + m.end() :])]
    if dated:
        return int(dated[-1][1])
    after = None if years else _YEAR.search(clause(text, candidate)[1])
    return int(after[1]) if after else None


def metric_of(text: str, candidate: Candidate) -> str:
    """What is counted: the words after a count (12个专业), else the words before the number (毕业率达96.3%)."""
    before, after = clause(text, candidate)
    after = re.split(r"[（(《]|以上|左右", after.strip(), maxsplit=1)[0]
    before = _strip_lead(re.sub(r"\s", "", re.split(r"[）)》]", before)[-1]))
    noun = re.match(r"[\u4e00-\u9fffA-Za-z“”·]{2,14}", re.split(r"获|入选|入围|被|由|成为|参与", after)[0])
    if candidate.unit not in _SHARES and noun and not re.match(r"(?:于|及|和|与|在|从|参)", noun[0]):
        verb = before if 2 <= len(before) <= 4 and re.fullmatch(r"[\u4e00-\u9fff]+", before) else ""
        return verb + noun[0]
    return before[-20:] or (noun[0] if noun else "")


def subject_of(text: str, candidate: Candidate, names: Sequence[Entity], default: str = "") -> str:
    """Whom the figure is of: a region-wide group in its clause, else the last body before it, a school first.

    Names and anaphors of the same sentence come before those of earlier sentences.
    """
    start = left_end(text, candidate.start, _SENTENCE_END)
    groups = list(knowledge().groups.finditer(text[start : candidate.start]))
    earlier = [n for n in names if n.start is not None and n.start < candidate.start]
    sentence = [n for n in earlier if n.start is not None and n.start >= start]
    for pool in (sentence, earlier):
        for labels in _SUBJECTS:
            bodies = [n for n in pool if n.label in labels]
            if pool is sentence and groups and not any(_starts_after(n, start + groups[-1].start()) for n in bodies):
                return groups[-1][0]
            if bodies:
                return bodies[-1].refers_to or bodies[-1].name
    return default


def _starts_after(name: Entity, position: int) -> bool:
    return name.start is not None and name.start > position


def _strip_lead(before: str) -> str:
    """``before`` without the verbs and particles that lead up to its number, and without what opens the clause."""
    known = knowledge()
    changed = True
    while changed and before:
        changed = False
        for word in (*known.before, *known.leads):
            if before.endswith(word) and len(before) > len(word):
                before, changed = before[: -len(word)], True
    before = re.sub(r".*\d{4}(?:学年|年|届|级)(?:以来)?", "", before)
    return known.openings.sub("", before)
