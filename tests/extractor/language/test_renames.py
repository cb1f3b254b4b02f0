"""A rename said outright is one, whatever the model thinks; a plan is none."""

from __future__ import annotations

import pytest

from extractor.language.relations import relations
from extractor.records import Entity

OLD, NEW = "岚川职业技术学院", "岚川职业技术大学"


def renames(text: str) -> list[tuple[str, str]]:
    names = [Entity(name, "School", text.find(name), text.find(name) + len(name)) for name in (OLD, NEW)]
    return [(r.head, r.tail) for r in relations(text, names) if r.type == "RENAMED_TO"]


@pytest.mark.parametrize(
    "text",
    [
        f"2024年，{OLD}升格为{NEW}。",
        f"{OLD}（岚川市属高校）于2024年5月正式更名为“{NEW}”。",
        f"经批准，{OLD}转设为{NEW}，学校办学层次提升。",
        f"{OLD}并入{NEW}。",
    ],
)
def test_a_rename_said_outright_is_found(text: str) -> None:
    assert renames(text) == [(OLD, NEW)]


@pytest.mark.parametrize("text", [f"{OLD}与{NEW}共建专业。", f"{OLD}学生到{NEW}交流，{NEW}开设课程。"])
def test_two_schools_in_one_sentence_are_no_rename(text: str) -> None:
    assert renames(text) == []


def test_a_plan_is_not_taken_as_said_outright() -> None:
    from extractor.language.relations import prepare
    from extractor.language.renames import renamed

    text = f"岚川市拟将{OLD}升格为{NEW}。"
    names = [Entity(name, "School", text.find(name), text.find(name) + len(name)) for name in (OLD, NEW)]
    assert not renamed(prepare(text, names), 0, 1)
