"""Named questions, answered with evidence: each a ``.cypher`` file with title, parameters and columns in its head.

The head, line by line: the title in Chinese, the title in English, then for each parameter
``// @name KIND = default  中文 / English`` (without a default it must be given), for each column
``// > column  中文 / English``, and ``// ! NAME`` where networks.py computes the rows. KIND is ``text``, ``int``,
``any``, ``actor`` or labels joined by ``|``; for the last three a user gives a name and the statement gets an id. Each
statement also gets ``$scope`` and returns ``evidence``, a list of passage ids (nested lists are flattened).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import Any, NamedTuple

from extractor.errors import ZhituError
from extractor.ontology import ontology
from graph.questions.citing import Witness, witnesses
from graph.questions.networks import COMPUTED
from graph.storage.search import resolve_name
from graph.storage.store import Store

Resolver = Callable[[str, tuple[str, ...]], str]  # (name, labels) → id, "" where it does not know
SCOPES = ("名单", "案例", "正文", "图注", "脚注")


class QuestionError(ZhituError):
    """A question that is not there, or a parameter that does not fit."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question is asked with; it must be given where ``default`` is None."""

    name: str
    kind: str
    default: str | int | None
    zh: str
    en: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels whose names fit; empty for text and numbers, and for ``any``."""
        if self.kind in {"text", "int", "any"}:
            return ()
        return tuple(
            label for kind in self.kind.split("|") for label in (ontology().actors if kind == "actor" else (kind,))
        )

    @property
    def is_name(self) -> bool:
        """Whether a name is given for it."""
        return self.kind not in {"text", "int"}


class Column(NamedTuple):
    """A column's key and its headings."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """A named question as its file declares it."""

    name: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    statement: str
    # What is computed from the statement's rows, see networks.py; empty: the rows are the answer.
    computed: str = ""


class Answer(NamedTuple):
    """Rows in the order of ``question.columns``; ``evidence`` holds the witnesses of each row, the best one first."""

    question: Question
    rows: list[tuple[Any, ...]]
    evidence: list[tuple[Witness, ...]]
    truncated: bool = False

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as one dict each, by column key."""
        names = [column.name for column in self.question.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def ask(
    store: Store,
    name: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    scope: str = "",
    limit: int | None = None,
    timeout: float | None = None,
    resolve: Resolver | None = None,
) -> Answer:
    """Answer the question ``name``. ``resolve``: the id that a name among labels means; else the store is searched.

    Raises :class:`QuestionError` for an unknown question or argument, :class:`~extractor.errors.NameUnknown` for a name
    that nothing or several things have.
    """
    return store.steadily(
        lambda: _ask(store, name, arguments or {}, scope, limit=limit, timeout=timeout, resolve=resolve)
    )


def _ask(
    store: Store,
    name: str,
    arguments: Mapping[str, Any],
    scope: str,
    *,
    limit: int | None,
    timeout: float | None,
    resolve: Resolver | None,
) -> Answer:
    question = questions().get(name)
    if question is None:
        raise QuestionError(f"{name}: there is no such question", "zhitu ask lists them")
    if scope and scope not in SCOPES:
        raise QuestionError(f"{scope}: there is no such scope", f"one of {' '.join(SCOPES)}")
    given = dict(_bound(store, question, arguments, resolve))
    result = store.read(question.statement, {**given, "scope": scope}, limit=limit, timeout=timeout)
    if not result.rows:  # the embedded database tells no columns then
        return Answer(question, [], [])
    columns, found = list(result.columns), result.rows
    if question.computed:
        found = COMPUTED[question.computed](columns, found)
        columns = [*(column.name for column in question.columns), "evidence"]
    places = [columns.index(column.name) for column in question.columns]
    rows = [tuple(row[place] for place in places) for row in found]
    told = columns.index("evidence")
    evidence = witnesses(store, [tuple(_flat(row[told])) for row in found], rows, scope)
    return Answer(question, rows, evidence, result.truncated)


def _bound(
    store: Store,
    question: Question,
    arguments: Mapping[str, Any],
    resolve: Resolver | None,
) -> Iterator[tuple[str, str | int]]:
    known = {parameter.name for parameter in question.parameters}
    for name in arguments.keys() - known:
        raise QuestionError(f"{question.name}: there is no parameter {name}", f"known are {', '.join(sorted(known))}")
    for parameter in question.parameters:
        value = arguments.get(parameter.name)
        if value is None or value == "":
            if parameter.default is None:
                raise QuestionError(f"{question.name}: {parameter.name} is missing", f"{parameter.zh} / {parameter.en}")
            yield parameter.name, parameter.default
        elif parameter.is_name:
            found = resolve(str(value), parameter.labels) if resolve else ""
            yield parameter.name, found or resolve_name(store, str(value), parameter.labels).id
        elif parameter.kind == "int":
            try:
                yield parameter.name, int(value)
            except ValueError as error:
                raise QuestionError(f"{parameter.name}: {value} is no whole number") from error
        else:
            yield parameter.name, str(value)


@cache
def questions() -> Mapping[str, Question]:
    """All named questions, by name."""
    folder = resources.files("graph").joinpath("questions")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".cypher")), key=lambda entry: entry.name
    )
    found = [parse_question(entry.name.removesuffix(".cypher"), entry.read_text(encoding="utf-8")) for entry in files]
    return {question.name: question for question in found}


_PARAMETER = re.compile(r"@(\w+)\s+([\w|]+)(?:\s*=\s*(\"[^\"]*\"|-?\d+))?\s+(.+?) / (.+)")
_COLUMN = re.compile(r">\s*(\w+)\s+(.+?) / (.+)")


def parse_question(name: str, text: str) -> Question:
    """A question from its file's text; ``ValueError`` names the line of the head that is none."""
    lines = text.splitlines()
    head = [line.removeprefix("//").strip() for line in takewhile(lambda line: line.startswith("//"), lines)]
    parameters, columns, computed = [], [], ""
    for line in head[2:]:
        if line.startswith("! "):
            computed = line[2:]
        elif found := _PARAMETER.fullmatch(line):
            default: str | int | None = None
            if found[3]:
                default = found[3][1:-1] if found[3].startswith('"') else int(found[3])
            parameters.append(Parameter(found[1], found[2], default, found[4], found[5]))
        elif found := _COLUMN.fullmatch(line):
            columns.append(Column(found[1], found[2].strip(), found[3].strip()))
        else:
            raise ValueError(f"{name}: {line!r} is neither a parameter nor a column")
    statement = "\n".join(lines[len(head) :])
    return Question(name, head[0], head[1], tuple(parameters), tuple(columns), statement, computed)


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
