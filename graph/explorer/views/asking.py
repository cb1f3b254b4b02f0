"""Named questions as forms; their answers as a table and chart, and as CSV, Excel and Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from extractor.errors import NameUnknown
from extractor.ontology import ontology
from graph.explorer import charts
from graph.explorer.app import answer, library, t, tongue
from graph.explorer.content import FACT_TYPES, NAMED_LABELS
from graph.explorer.faults import Missing, Unclear
from graph.explorer.language import label_name, relation_name
from graph.explorer.pictures import numeric, pictures
from graph.explorer.scope import names_within, narrowed, saved_scope
from graph.explorer.views import page as add_page
from graph.questions.asking import SCOPES, Answer, Parameter, Question, QuestionError, ask, questions

if TYPE_CHECKING:
    from flask import Flask

MOST_ROWS = 2000  # shown on a page; files hold all rows
MOST_FILE_ROWS = 200_000
# The questions by what they are about, in the order of the page; one that stands in none comes last.
THEMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("校企合作与联盟", "Cooperation and alliances",
     ("shared-communities", "partners", "alliance", "leaders", "shared-enterprises", "bridges", "groups", "connection",
      "articulation")),
    ("学校、专业与荣誉", "Schools, programs, honours",
     ("programs", "schools-offering", "awards", "winners", "lists", "in-lists", "renames", "profile", "cases")),
    ("指标与政策", "Figures and policies", ("indicator", "indicators", "policies")),
    ("核对", "Checking", ("one-witness", "coverage")),
)  # fmt: skip
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
    """All questions with their titles and parameters, by theme."""
    known = questions()
    data = {"questions": [{"name": q.name, "zh": q.zh, "en": q.en} for q in known.values()]}
    rest = tuple(name for name in known if not any(name in names for *_, names in THEMES))
    themes = [
        (t(zh, en), [known[name] for name in names if name in known])
        for zh, en, names in (*THEMES, ("其他", "Others", rest))
    ]
    return answer("questions.html", data, themes=[(title, asked) for title, asked in themes if asked])


def question(name: str) -> Any:
    """One question: its form, and its answer once it is asked (``?ask=1`` or any parameter)."""
    from flask import request

    one = _question(name)
    given = _given(one)
    found: Answer | None = None
    problem: NameUnknown | None = None
    ready = all(given.get(p.name) or p.default is not None for p in one.parameters)
    if ready and (request.args.get("ask") or any(given.values()) or not one.parameters):
        try:
            found = _answer(one, given, MOST_ROWS)
        except NameUnknown as error:
            problem = error
    told = problem.zh if isinstance(problem, Missing) and tongue() == "zh" else str(problem or "")
    unclear = problem if isinstance(problem, Unclear) else None
    if unclear is not None:
        told = t(unclear.zh, unclear.en)
    data: dict[str, Any] = {"question": one.name, "given": given, "rows": found.dicts() if found else []}
    data |= {"problem": told, "candidates": unclear.candidates if unclear else ()}
    return answer(
        "question.html",
        data,
        one=one,
        found=found,
        unclear=unclear,
        numeric=numeric(found),
        drawn=_charts(found),
        scopes=SCOPES,
        choices={p.name: made for p in one.parameters if (made := _choices(one, p))},
        things=library().index().by_name if found else {},
        query=request.query_string.decode(),
    )


def _choices(one: Question, parameter: Parameter) -> list[tuple[str, str]]:
    """What there is to choose from, as (value, text), where a parameter takes one of few."""
    if parameter.labels == ("Report",):
        rows = library().store().read("MATCH (r:Report) RETURN r.id AS id, r.name AS name, r.year AS year").rows
        return sorted(((id_, f"{name} {year or ''}".strip()) for id_, name, year in rows), key=lambda row: row[1])
    if parameter.name == "label":
        return [(label, label_name(label, tongue())) for label in ontology().labels if label in ontology().actors]
    if parameter.name == "type":
        return [(type_, relation_name(type_, tongue())) for type_ in FACT_TYPES]
    if parameter.name == "kind" and one.name != "partners":
        kept, entries = library().index().kept, library().index().entries
        if "kinds of alliances" not in kept:
            kept["kinds of alliances"] = sorted({e.kind for e in entries if e.label == "Alliance" and e.kind})
        return [(kind, kind) for kind in kept["kinds of alliances"]]
    return []


def _resolve(text: str, labels: tuple[str, ...]) -> str:
    """The id that a text means, found in memory; "" for what the index does not hold (reports by name)."""
    if labels == ("Report",) and text.startswith("report-"):
        return text
    return "" if set(labels) - set(NAMED_LABELS) else library().index().named(library().now(text), labels).id


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
        body = briefing.answer_docx(found, asked, tongue())
    file_name = quote(f"{one.zh}.{form}")
    headers = {"Content-Disposition": f"attachment; filename=\"{name}.{form}\"; filename*=UTF-8''{file_name}"}
    return Response(body, mimetype=_TYPES[form], headers=headers)


def _answer(one: Question, given: dict[str, str], limit: int) -> Answer:
    """The answer, kept to what the saved scope holds where the question asks for no body by name."""
    from flask import request

    store = library().store()
    found = ask(store, one.name, given, scope=request.args.get("scope", ""), limit=limit, resolve=_resolve)
    asks_for_a_body = any(p.is_name and given.get(p.name) for p in one.parameters)
    scope = None if asks_for_a_body else saved_scope(store)
    return narrowed(found, names_within(store, scope)) if scope else found


def _question(name: str) -> Question:
    found = questions().get(name)
    if found is None:
        raise Missing("没有这个问题；见“全部问题”。", f"{name[:100]}: there is no such question")
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
            raise QuestionError(t(f"“{given[p.name]}”不是整数：{p.zh}", f"{given[p.name]} is no whole number: {p.en}"))
    return given


def _charts(found: Answer | None) -> list[str]:
    """The answer's pictures as SVG."""
    cut = t("纵轴不从 0 起", "axis not from 0")
    return [
        charts.line_chart({int(year): value for year, value in one.points}, one.title, one.unit, cut)
        if one.lines
        else charts.bar_chart([(name, value or 0.0) for name, value in one.points], one.title, one.unit)
        for one in pictures(found, tongue())
    ]
