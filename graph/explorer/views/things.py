"""Home, search, profile, evidence, and the page's picture."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from graph.explorer import charts
from graph.explorer.app import answer, library, t, tongue
from graph.explorer.content import Fact, Filters, Measure, Profile, evidence_of, fact, measures_of, profile
from graph.explorer.language import attribute_name, relation_name
from graph.explorer.layout import layout
from graph.explorer.network import Network
from graph.explorer.places import facts_from, named_in, passage_source, said_of, sources
from graph.explorer.scope import COOKIE, members, saved_scope
from graph.explorer.sections import sections
from graph.explorer.views import page as add_page
from graph.explorer.views.networks import legend
from graph.explorer.wording import said
from graph.questions.asking import questions
from graph.storage.redirects import present_id

if TYPE_CHECKING:
    from flask import Flask

    from graph.storage.store import Store

PAGE_SIZE = 30
MOST_LINES = 200  # of one relation on a profile; its Excel file has all
MOST_SAID = 12
MOST_AROUND = 40  # nodes of the small network on a profile
# Questions a first visit begins with, as far as they are there.
_FIRST = (
    "shared-communities", "partners", "awards", "leaders", "schools-offering", "indicator", "bridges", "programs",
    "policies", "renames",
)  # fmt: skip


_TOLD_OF = ("School", "Enterprise", "Alliance")  # whose most told-of things the home page begins with
MOST_TOLD = 6


def register(app: Flask) -> None:
    """Put these pages on the application."""
    add_page(app, "/", home, "home")
    add_page(app, "/search", search, "search")
    add_page(app, "/thing/<id_>", show_thing, "thing")
    add_page(app, "/fact/<type_>/<id_>", show_fact, "fact")
    add_page(app, "/passage/<id_>", show_passage, "passage")
    app.add_url_rule("/thing/<id_>.<any(xlsx, docx):form>", "thing_file", thing_file)
    app.add_url_rule("/page/<report>/<int:number>.png", "page_image", picture)
    app.add_url_rule("/scope", "set_scope", set_scope, methods=["POST"])


def home() -> Any:
    """What there is, and where to begin."""
    store = library().store()
    reports = store.read(
        "MATCH (r:Report) RETURN r.id AS id, r.name AS name, r.year AS year, r.region AS region "
        "ORDER BY r.year DESC, r.name LIMIT 12"
    ).dicts()
    known = questions()
    asked = [known[name] for name in _FIRST if name in known]
    index = library().index()
    data = {"totals": dict(index.totals), "reports": reports, "scope": saved_scope(store)}
    told = [(label, list(islice((e for e in index.entries if e.label == label), MOST_TOLD))) for label in _TOLD_OF]
    return answer("home.html", data, asked=asked, most_told=[(label, found) for label, found in told if found])


def search() -> Any:
    """Search by any name, alias or part, narrowed by facets; all of the state is in the address."""
    from flask import request

    args = request.args
    store = library().store()
    text = args.get("q", "").strip()
    year = args.get("year", "")
    filters = Filters(
        label=args.get("label", ""),
        kind=args.get("kind", ""),
        district=args.get("district", ""),
        year=int(year) if year.isdecimal() and len(year) == 4 else 0,
        relation=args.get("relation", ""),
        report=args.get("report", ""),
        scope=args.get("source", ""),
    )
    number = max(1, args.get("page", 1, type=int))
    scope = saved_scope(store)
    within = members(store, scope) if scope else None
    found = library().index().search(text[:200], filters, page=number, size=PAGE_SIZE, within=within)
    reports = store.read("MATCH (r:Report) RETURN r.id AS id, r.name AS name, r.year AS year ORDER BY r.year, r.name")
    data = {"q": text[:200], "filters": filters, "page": number, "pages": -(-found.total // PAGE_SIZE), "found": found}
    names = {id_: f"{name} {year or ''}".strip() for id_, name, year in reports.rows}
    return answer("search.html", data, scope=scope, report_names=names)


def show_thing(id_: str) -> Any:
    """A profile: names, figures over the years, facts by type, cases, the network around it."""
    store = library().store()
    if elsewhere := _moved(store, id_):
        return elsewhere
    found = profile(store, id_)
    return answer(
        "thing.html",
        {"profile": found},
        sections=sections(found, tongue()),
        **_around(found),
        drawn=[
            charts.line_chart(points, name, unit, t("纵轴不从 0 起", "axis not from 0"))
            for name, unit, points in series(found.measures)
        ],
        said=said_of(store, found.thing, MOST_SAID),
        scope=saved_scope(store),
        most=MOST_LINES,
    )


def _moved(store: Store, id_: str) -> Any:
    """Where a link with a former id leads now; None for an id that is in use, or that nothing is known of."""
    from flask import redirect, request

    if store.state is None or (now := present_id(store.state, id_)) == id_:
        return None
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    answered = redirect(request.script_root + request.path.replace(id_, now) + query, 301)
    answered.headers["Cache-Control"] = "no-cache"  # a report that is withdrawn may give the id back
    return answered


def _around(found: Profile) -> dict[str, Any]:
    """The network around a profile, of what most passages tell; from its own facts, without another query."""
    own = found.thing
    facts = [f for of_type in found.facts.values() for f in of_type]
    told = sorted(facts, key=lambda f: (-len(f.passages), f.other(own.id).name, f.id))
    nodes = {own.id: own}
    kept = []
    for one in told:
        other = one.other(own.id)
        if other.id in nodes or len(nodes) < MOST_AROUND:
            nodes[other.id] = other
            kept.append(one)
    total = len({f.other(own.id).id for f in told} | {own.id})
    places = layout(nodes, ((f.source.id, f.target.id) for f in kept))
    shown = Network(tuple(nodes.values()), tuple(kept), total, places)
    return {"network": {**shown.elements(), "centres": [own.id]}, **legend(shown), "broad": False}


def thing_file(id_: str, form: str) -> Any:
    """A profile as Excel or as a Word briefing."""
    from flask import Response

    from graph.explorer import dossiers

    store = library().store()
    if elsewhere := _moved(store, id_):
        return elsewhere
    found = profile(store, id_)
    if form == "xlsx":
        body = dossiers.profile_xlsx(store, found, tongue())
    else:
        body = dossiers.profile_docx(store, found, series(found.measures), tongue())
    name = quote(f"{found.thing.name[:60]}.{form}")
    headers = {"Content-Disposition": f"attachment; filename=\"profile.{form}\"; filename*=UTF-8''{name}"}
    return Response(body, mimetype=dossiers.TYPES[form], headers=headers)


def series(measures: tuple[Measure, ...]) -> list[tuple[str, str, dict[int, float | None]]]:
    """Figures of one indicator and group over at least two years: (name, unit, year → value).

    Years between the first and the last without a value are gaps (None).
    """
    grouped: dict[tuple[str, str, str], dict[int, float | None]] = {}
    for measure in measures:
        if measure.year is not None and measure.value is not None:
            points = grouped.setdefault((measure.indicator, measure.group, measure.unit), {})
            points.setdefault(measure.year, float(measure.value))
    made = []
    for (name, group, unit), points in grouped.items():
        if len(points) > 1:
            years = range(min(points), max(points) + 1) if max(points) - min(points) <= 15 else sorted(points)
            whole = {year: points.get(year) for year in years}
            made.append((f"{name}（{group}）" if group else name, unit, whole))
    return made


def show_fact(type_: str, id_: str) -> Any:
    """A fact with every passage that says it, the sentence marked, the page's picture with the place outlined."""
    from flask import request

    store = library().store()
    found = fact(store, type_, id_, request.args.get("of", "")[:100])
    measure = None
    if type_ == "HAS_OBSERVATION":
        measure = next((m for m in measures_of(store, found.source) if m.edge == id_), None)
    told = sources(store, evidence_of(store, found))
    data = {"fact": found, "measure": measure, "sources": told}
    return answer("fact.html", data, sentence=sentence(found, measure))


def show_passage(id_: str) -> Any:
    """A passage where it stands, with what it names and bears; ``?said=``: names whose sentence is marked."""
    from flask import request

    store = library().store()
    names = [name[:100] for name in request.args.getlist("said")[:8]]
    one = passage_source(store, id_, names)
    named = named_in(store, id_)
    return answer("passage.html", {"one": one, "named": named, "facts": facts_from(store, id_, named)})


def sentence(found: Fact, measure: Measure | None = None) -> str:
    """The fact as a sentence to copy."""
    if measure is not None:
        year = f"{measure.year}年" if measure.year else ""
        group = f"（{measure.group}）" if measure.group else ""
        return f"{found.source.name}{year}{measure.indicator}{group}为{measure.qualifier}{measure.text}"
    told = "，".join(f"{attribute_name(name, tongue())}：{said(value)}" for name, value in found.attributes.items())
    return f"{found.source.name}{relation_name(found.type, tongue())}{found.target.name}" + (
        f"（{told}）" if told else ""
    )


def picture(report: str, number: int) -> Any:
    """The page as a picture, ``?box=x0,top,x1,bottom`` (points) outlined."""
    import math

    from flask import Response, abort, request

    from graph.explorer.pages import page_image

    boxes = []
    for text in request.args.getlist("box")[:20]:
        if not text:
            continue
        try:
            x0, top, x1, bottom = (float(part) for part in text.split(","))
        except ValueError:
            abort(400, t("框的写法是 x0,top,x1,bottom", "a box is x0,top,x1,bottom"))
        if not all(math.isfinite(side) and abs(side) < 1e5 for side in (x0, top, x1, bottom)):
            abort(400, t("框的写法是 x0,top,x1,bottom", "a box is x0,top,x1,bottom"))
        boxes.append((x0, top, x1, bottom))
    image = page_image(library().workspace, report, number, boxes)
    return Response(image, mimetype="image/png", headers={"Cache-Control": "private, max-age=3600"})


def set_scope() -> Any:
    """Save or clear the scope that narrows all views."""
    from flask import redirect, request, url_for

    from graph.explorer.content import thing

    id_ = request.form.get("id", "")
    response = redirect(url_for("thing", id_=id_) if id_ else url_for("home"))
    if id_:
        thing(library().store(), id_)  # unknown ids are said, not kept
        response.set_cookie(COOKIE, id_, samesite="Strict", httponly=True, max_age=31_536_000)
    else:
        response.delete_cookie(COOKIE)
    return response
