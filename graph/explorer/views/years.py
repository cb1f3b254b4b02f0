"""Two years side by side, and which reports of which years there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.explorer.app import answer, library
from graph.explorer.content import thing
from graph.explorer.scope import saved_scope
from graph.explorer.views import page as add_page
from graph.explorer.yearly import ORDER, shelf, side_by_side

if TYPE_CHECKING:
    from flask import Flask

MOST_LINES = 200


def register(app: Flask) -> None:
    """Put these pages on the application."""
    add_page(app, "/years", years, "years")


def years() -> Any:
    """``?name=`` (or ``?id=``, or the saved scope) in the years ``?a=`` and ``?b=``, the two latest by default."""
    from flask import request

    store, args = library().store(), request.args
    reports = shelf(store)
    known = reports.years
    after = args.get("b", 0, type=int) or (known[-1] if known else 0)
    before = args.get("a", 0, type=int) or max((y for y in known if y < after), default=after - 1)
    before, after = min(before, after), max(before, after)
    name, id_ = args.get("name", "").strip()[:200], args.get("id", "")
    subject = None
    if id_:
        subject = thing(store, library().now(id_))[0]
    elif name:
        subject = library().index().named(name)
    else:
        subject = saved_scope(store)
    found = side_by_side(store, subject, reports, before, after) if subject and before != after else None
    table = [(series, [by_year.get(year) for year in known]) for series, by_year in reports.by_series.items()]
    data: dict[str, Any] = {
        "subject": subject,
        "before": before,
        "after": after,
        "known": known,
        "found": found,
        "reports": table,
    }
    if request.path.endswith(".json") and found is not None:
        data["found"] = {"changes": found.changes, "figures": found.figures, "missing": found.missing}
    return answer("years.html", data, order=ORDER, most=MOST_LINES, scope=saved_scope(store))
