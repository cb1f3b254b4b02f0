"""Why two names may be one thing, in Chinese: what :mod:`graph.identity` says in English, phrase by phrase.

A phrase that has no translation stays as it is, so that nothing is lost where a reason was added.
"""

from __future__ import annotations

import re

_PHRASES: tuple[tuple[str, str], ...] = (
    # comparison: likely pairs
    (r"all but the place is equal: (.+?) / (.+)", r"除地名（\1／\2）外都相同"),
    (r"all but the parent is equal", "除上级单位外都相同"),
    (r"all but the kind is equal \((.+?) / (.+?)\): a likely rename", r"除类别（\1／\2）外都相同，可能是更名"),
    (r"all parts that both have are equal", "两者都有的部分都相同"),
    (
        r"one character differs[:,] (.+?) / (.+?): a misprint, or another body",
        r"差一个字（\1／\2）：误印，或另一单位",
    ),
    (r"one character differs[:,] (.+?) / (.+)", r"差一个字（\1／\2）"),
    (
        r"([^\s;]+) stands once more in ([^\s;]+): a misprint, or another body",
        r"“\1”在“\2”中多出一次：误印，或另一单位",
    ),
    (r"([^\s;]+) may be short for ([^\s;]+)", r"“\1”可能是“\2”的简称"),
    (r"([^\s;]+) may be the place in both", r"“\1”可能是两者的地名"),
    (r"campus: (.+?) / (.+?); one school, or a part of it", r"校区（\1／\2）：同一所学校，或是它的一部分"),
    (r"equal names of regions that lie one in the other", "名称相同，所在地区一个包含另一个"),
    # what was said, and what forbids it
    (r"the text says so \([^)]*\)", "原文说是同一个"),
    (r"the only name of the report that fits", "这份报告里只有这个名称相符"),
    (r"the brackets (?:of one name )?give (?:it|the other) as (?:the|its) second name", "括号里是它的另一名称"),
    (r"one was renamed to the other: two dated names", "报告写到更名：是前后两个名称"),
    (r"; but ", "；但 "),
    (r"parent and kind both differ", "上级单位和类别都不同"),
    (r"place and kind both differ, and no brand is shared", "地名和类别都不同，也没有共同的字号"),
    (r"\bnumber: ", "序号："),
    (r"\bbranch: ", "分支："),
    (r"\bsite: ", "校区："),
    (r"\bparent: ", "上级单位："),
    (r"\btrade: ", "行业："),
    (r"\bbrand: ", "字号："),
    (r"\border of the parts: ", "各部分的次序："),
    (r"\bplace: ", "地名："),
    (r"\bkind: ", "类别："),
)


def in_chinese(reason: str) -> str:
    """A reason with its English phrases in Chinese."""
    for phrase, chinese in _PHRASES:
        reason = re.sub(phrase, chinese, reason)
    return reason
