"""Every named question, on both servers, against the same answers: equal answers is what the file stands for.

``ZHITU_GOLDEN=write`` writes ``answers.json`` anew; look at the difference before it is kept.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from extractor.ontology import ontology
from graph.questions.asking import QuestionError, ask, parse_question, questions
from graph.questions.citing import cut_short
from graph.storage.store import Store

GOLDEN = Path(__file__).with_name("answers.json")
ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "alliance": [{"alliance": "智慧港口"}],
    "awards": [{"name": "临江丝绸学校"}, {"name": "临江大学", "level": "国家"}],
    "cases": [{}, {"school": "港口学院"}, {"district": "东港"}, {"district": "西港"}],
    "connection": [{"one": "丝绸学校", "other": "远帆起重"}, {"one": "临江大学", "other": "云锦纺织集团"}],
    "coverage": [{"report": "临江"}],
    "in-lists": [{"one": "优质中职", "two": "优质专业"}, {"one": "优质中职", "two": "优质专业", "three": "没有"}],
    "indicator": [{"name": "就业率"}, {"name": "就业率", "subject": "临江大学"}],
    "indicators": [{"subject": "丝绸学校"}, {"subject": "丝绸学校", "year": 2024}],
    "leaders": [{}, {"label": "Enterprise"}],
    "lists": [{}, {"name": "专业"}],
    "one-witness": [{}, {"type": "LEADS"}],
    "partners": [{"name": "远帆起重"}, {"name": "临江丝绸学校", "kind": "订单班"}],
    "policies": [{}, {"number": "〔2024〕", "issuer": "教育局", "since": "2024"}, {"since": "2025"}],
    "profile": [{"name": "临江丝绸学校"}, {"name": "云锦纺织集团"}, {"name": "智慧港口"}],
    "programs": [{"school": "丝绸学校"}],
    "schools-offering": [{"program": "染织技术"}],
    "shared-communities": [{}, {"school": "临江丝绸学校"}, {"kind": "市域联合体"}],
    "shared-enterprises": [{}, {"enterprise": "云锦"}],
    "winners": [{}, {"contest": "技能大赛", "award": "金奖", "level": "国家", "year": 2023}],
}


@pytest.mark.parametrize("name", sorted(questions()))
def test_answers_are_the_same_on_both_servers(reader: Store, name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    found = []
    for arguments in ARGUMENTS.get(name, [{}]):
        for scope in ("", "名单"):
            answer = ask(reader, name, arguments, scope=scope)
            sources = [[[w.page, w.sentence] for w in seen] for seen in answer.evidence]
            found.append(
                {"with": {**arguments, "scope": scope}, "rows": [list(r) for r in answer.rows], "said": sources}
            )
    if os.environ.get("ZHITU_GOLDEN") == "write":
        text = json.dumps({**golden, name: found}, ensure_ascii=False, indent=1, sort_keys=True)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    else:
        assert json.loads(json.dumps(found)) == golden[name]


def test_every_question_answers_something_in_the_sample() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert golden.keys() == questions().keys()
    assert [name for name, answers in golden.items() if not answers[0]["rows"]] == []


@pytest.mark.parametrize("name", sorted(questions()))
def test_heads_are_whole(name: str) -> None:
    question = questions()[name]
    assert question.zh and question.en and question.columns
    for parameter in question.parameters:
        assert f"${parameter.name}" in question.statement
        assert set(parameter.labels) <= ontology().labels.keys()
    for column in question.columns:
        assert question.computed or f"{column.name}" in question.statement


def test_a_line_of_the_head_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="what is this"):
        parse_question("q", "// 题\n// title\n// what is this\nRETURN 1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({}, "name is missing"), ({"name": "x", "nope": 1}, "no parameter nope")],
)
def test_wrong_arguments_are_named(reader: Store, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        ask(reader, "partners", arguments)
    with pytest.raises(QuestionError, match="no such question"):
        ask(reader, "no-such", {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("与甲集团、乙公司等15家企业合作", (2, 15)),
        ("建成甲基地、乙基地和丙基地等 15 个基地", (3, 15)),
        ("甲、乙等2家企业", None),
        ("2024年等15个基地", None),
        ("甲、乙、丙三家企业", None),
    ],
)
def test_lists_cut_short(text: str, told: tuple[int, int] | None) -> None:
    assert cut_short(text) == told
