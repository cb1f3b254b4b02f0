"""A rename said outright: 某学院升格为某大学. What the trained model may weigh otherwise is certain here."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from extractor.language.scene import Scene

_AROUND = 12  # characters before the first name in which a plan is looked for


def renamed(scene: Scene, head: int, tail: int) -> bool:
    """Whether the passage says, between two neighbouring schools' names, that the first became the second."""
    if scene.names[head].label != "School" or scene.names[tail].label != "School":
        return False
    said, planned = _knowledge()
    for one in (scene.spots[at].mention for at in scene.of_name[head]):
        for other in (scene.spots[at].mention for at in scene.of_name[tail]):
            if one.end < other.start and said.fullmatch(scene.text, one.end, other.start):
                return not planned.search(scene.text, max(0, one.start - _AROUND), one.start)
    return False


@cache
def _knowledge() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands between the two names of a rename, and what before them makes it a plan."""
    text = resources.files("extractor.language.knowledge").joinpath("relations.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)["renames"]
    words, before, plans = ("|".join(map(re.escape, declared[name])) for name in ("words", "before", "plans"))
    aside = r"(?:（[^（）。]{0,30}）)?"
    when = r"(?:[于在]?(?:(?:19|20)?\d{2,4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?)"
    between = rf"[”》]?{aside}[，,]?{when}(?:经[^，。；]{{2,16}}(?:批准|同意)[，,]?)?(?:{before})*(?:{words})[“《]?"
    return re.compile(between), re.compile(rf"(?:{plans})(?:将|把|由)?[“《]?$")
