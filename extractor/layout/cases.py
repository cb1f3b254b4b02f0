"""Where a case box ends when nothing is drawn around it (the text form, shading that was lost)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.document import Passage, Table

# A body paragraph often opens with a short sentence that names its topic (教师队伍结构持续优化。2024 年，…).
_TOPIC = re.compile(r"^[^。！？：]{2,24}(?:：[^。！？：]{2,16})?。(?=.)")
# A paragraph that opens with a name (something before the ending) is about its bearer, not about a topic.
_ACTOR = re.compile(r"^.{4,}(?:学校|学院|大学|中学|公司|集团|教育局|区政府|中心|联盟|酒店)")
_MANY, _FEW = 0.6, 0.2


def assign_cases(blocks: Sequence[Passage | Table]) -> list[Passage | Table]:
    """Give each case's passages its number, from the title on to the box's end.

    A box ends at the next heading, at the next case, at a numbered table, and at a paragraph written as the body
    is: when the report's body paragraphs (those right under a heading) open with a topic sentence and its case
    paragraphs (those right under a case's title) do not, the first paragraph that does ends the box.
    """
    told = _topics_tell(blocks)
    result: list[Passage | Table] = []
    case: int | None = None
    for block in blocks:
        if isinstance(block, Table):
            case = None if block.number is not None else case
            result.append(replace(block, case=case))
        elif block.kind == "heading":
            case = block.case
            result.append(block)
        else:
            if block.kind == "paragraph" and told and opens_with_topic(block.text):
                case = None
            kind = "case" if case is not None and block.kind == "paragraph" else block.kind
            result.append(replace(block, kind=kind, case=case))
    return result


def opens_with_topic(text: str) -> bool:
    """Whether a paragraph opens with a short sentence that names a topic and no school or company."""
    match = _TOPIC.match(text)
    return bool(match) and not _ACTOR.search(match.group() if match else "")


def _topics_tell(blocks: Sequence[Passage | Table]) -> bool:
    body: list[bool] = []
    cases: list[bool] = []
    for before, block in pairwise(block for block in blocks if isinstance(block, Passage)):
        if before.kind == "heading" and block.kind == "paragraph":
            (body if before.case is None else cases).append(opens_with_topic(block.text))
    if not body or not cases:
        return False
    return sum(body) >= _MANY * len(body) and sum(cases) <= _FEW * len(cases)
