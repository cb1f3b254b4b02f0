"""Named questions as forms; their answers as a table and chart, and as CSV, Excel and Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from extractor.errors import NameUnknown
from graph.explorer import charts
from graph.explorer.app import answer, library, tongue
from graph.explorer.scope import names_within, narrowed, saved_scope
from graph.explorer.views import page as add_page
from graph.questions.asking import SCOPES, Answer, Question, QuestionError, ask, questions

if TYPE_CHECKING:
    from flask import Flask

MOST_ROWS = 2000  # shown on a page; files hold all rows
MOST_FILE_ROWS = 200_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def register(app: Flask) -> None:
    """Put these pages on the application."""
    add_page(app, "/questions", index, "questions")
    add_page(app, "/questions/<name>", question, "question")
    app.add_url_rule("/questions/<name>.<any(csv, xlsx, docx):form>", "question_file", question_file)


def index() -> Any:
    """All questions with their titles and parameters."""
    data = {"questions": [{"name": q.name, "zh": q.zh, "en": q.en} for q in questions().values()]}
    return answer("questions.html", data)


def question(name: str) -> Any:
    """One question: its form, and its answer once it is asked (``?ask=1`` or any parameter)."""
    from flask import request

    one = _question(name)
    given = _given(one)
    found: Answer | None = None
    problem = ""
    ready = all(given.get(p.name) or p.default is not None for p in one.parameters)
    if ready and (request.args.get("ask") or any(given.values()) or not one.parameters):
        try:
            found = _answer(one, given, MOST_ROWS)
        except NameUnknown as error:
            problem = str(error)
    data = {"question": one.name, "given": given, "rows": found.dicts() if found else [], "problem": problem}
    return answer(
        "question.html",
        data,
        one=one,
        found=found,
        numeric=_numeric(found),
        chart=_chart(found),
        scopes=SCOPES,
        query=request.query_string.decode(),
    )


def question_file(name: str, form: str) -> Any:
    """The whole answer as a file, with evidence columns."""
    from flask import Response

    from graph.explorer import briefing, sheets

    one = _question(name)
    found = _answer(one, _given(one), MOST_FILE_ROWS)
    asked = [(p.zh if tongue() == "zh" else p.en, _given(one).get(p.name, "")) for p in one.parameters]
    if form == "csv":
        body = sheets.answer_csv(found, tongue())
    elif form == "xlsx":
        body = sheets.answer_xlsx(found, asked, tongue())
    else:
        body = briefing.answer_docx(found, asked, tongue(), ranked(found) if found.rows else None)
    file_name = quote(f"{one.zh}.{form}")
    headers = {"Content-Disposition": f"attachment; filename=\"{name}.{form}\"; filename*=UTF-8''{file_name}"}
    return Response(body, mimetype=_TYPES[form], headers=headers)


def _answer(one: Question, given: dict[str, str], limit: int) -> Answer:
    """The answer, kept to what the saved scope holds where the question asks for no body by name."""
    from flask import request

    store = library().store()
    found = ask(store, one.name, given, scope=request.args.get("scope", ""), limit=limit)
    asks_for_a_body = any(p.is_name and given.get(p.name) for p in one.parameters)
    scope = None if asks_for_a_body else saved_scope(store)
    return narrowed(found, names_within(store, scope)) if scope else found


def _question(name: str) -> Question:
    found = questions().get(name)
    if found is None:
        raise NameUnknown(f"{name[:100]}: there is no such question")
    return found


def _given(one: Question) -> dict[str, str]:
    """What the address gives for each parameter; a body's name is the saved scope's where nothing is given."""
    from flask import request

    given = {p.name: request.args.get(p.name, "").strip()[:200] for p in one.parameters}
    for p in one.parameters:
        scope = saved_scope(library().store()) if p.is_name and p.default is None and not given[p.name] else None
        if scope is not None and (p.kind == "any" or scope.label in p.labels):
            given[p.name] = scope.name
        if p.kind == "int" and given[p.name] and not given[p.name].lstrip("-").isdigit():
            raise QuestionError(f"{given[p.name]}: {p.zh} / {p.en}")
    return given


def _numeric(found: Answer | None) -> list[str]:
    """The columns that hold numbers to compare: not years, not pages."""
    if found is None or not found.rows:
        return []
    return [
        column.name
        for i, column in enumerate(found.question.columns)
        if column.name not in {"year", "page", "years"}
        and any(row[i] is not None for row in found.rows)
        and all(
            row[i] is None or (isinstance(row[i], (int, float)) and not isinstance(row[i], bool)) for row in found.rows
        )
    ]


def ranked(found: Answer) -> tuple[str, list[tuple[str, float]]] | None:
    """Heading and (name, number) of each row, where an answer has both; for the chart."""
    numeric = _numeric(found)
    names = [i for i, c in enumerate(found.question.columns) if all(isinstance(row[i], str) for row in found.rows)]
    if len(found.rows) < 2 or not numeric or not names:
        return None
    place = next(i for i, c in enumerate(found.question.columns) if c.name == numeric[0])
    column = found.question.columns[place]
    label = [i for i in names if found.question.columns[i].name != "label"][:2]
    several = len({row[label[0]] for row in found.rows}) < len(found.rows) if label else False
    rows = [
        (" · ".join(str(row[i]) for i in (label if several else label[:1])), float(row[place]))
        for row in found.rows
        if row[place] is not None and label
    ]
    return (column.zh if tongue() == "zh" else column.en), rows


def _chart(found: Answer | None) -> str:
    """Ranked bars where the answer has a name and a number a row, and the numbers differ."""
    told = ranked(found) if found is not None and found.rows else None
    if told is None or len({value for _, value in told[1]}) < 2:
        return ""
    return charts.bar_chart(told[1], told[0])
