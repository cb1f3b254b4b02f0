"""What templates call: values as people read them, places of passages, addresses that keep the rest of the state."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from graph.explorer.charts import number
from graph.explorer.reasons import in_chinese
from graph.explorer.shapes import shape_of

if TYPE_CHECKING:
    from flask import Flask

    from graph.explorer.content import Thing
    from graph.model import Evidence
    from graph.questions.citing import Witness

LONGEST_NAME = 80  # characters of a name in a table; the profile shows more
CANVAS = Path(__file__).parent / "static" / "vendor" / "cytoscape.min.js"
# Values of these columns are labels of years or numbers, never quantities to group by thousands.
_UNGROUPED = frozenset({"year", "years", "page", "number"})


def shorten(text: Any, most: int = LONGEST_NAME) -> str:
    """A text of at most ``most`` characters."""
    whole = str(text)
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def thousands(value: Any) -> str:
    """A number with thousands separators; other values as they are."""
    return number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def said(value: Any, name: str = "") -> str:
    """A property or a cell as text: lists joined, numbers grouped, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return shorten("、".join(said(item, name) for item in value), 2000)
    if name in _UNGROUPED or isinstance(value, str):
        return shorten(value, 2000)
    if isinstance(value, int) and 1900 <= value <= 2100:
        return str(value)  # a year among the attributes of a fact
    return thousands(value)


def one_line(text: str) -> str:
    """A text without line breaks and tabs."""
    return " ".join(str(text).split())


def cells(text: str) -> str:
    """A table row's tabs as visible marks between its cells."""
    return str(text).replace("\t", " ｜ ")


def names_in(row: Iterable[Any]) -> list[str]:
    """The names of an answer's row, to mark the sentence that says them; few and short, they go into an address."""
    found: list[str] = []
    for value in row:
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, str) and 1 < len(item) <= 60:
                found.append(item)
    return found[:4]


def spots(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Passages once a page or line; those whose place nobody knows (a table's head) only where they are alone."""
    told = list(evidence)
    placed = [one for one in told if one.page or one.line] or told[:1]
    return list({(one.document, one.page, one.line): one for one in reversed(placed)}.values())[::-1]


def excerpt(text: str, names: Iterable[str], most: int = 220) -> Markup:
    """The part of a text around the first of ``names`` that it has, each of them marked."""
    whole = cells(one_line(cells(text)))
    said = sorted({name for name in names if name and name in whole}, key=lambda name: -len(name))
    at = min((whole.find(name) for name in said), default=0)
    start = max(0, min(at - most // 3, len(whole) - most))
    part = ("…" if start else "") + whole[start : start + most] + ("…" if start + most < len(whole) else "")
    pieces = re.split("(" + "|".join(map(re.escape, said)) + ")", part) if said else [part]
    return Markup().join(Markup("<mark>{}</mark>").format(piece) if piece in said else piece for piece in pieces)


def register(app: Flask) -> None:
    """Put filters and globals on the application's templates."""
    from graph.explorer.app import t

    def place_only(witness: Witness) -> str:
        if witness.page:
            return t(f"第 {witness.page} 页", f"page {witness.page}")
        return t(f"第 {witness.line} 行", f"line {witness.line}") if witness.line else t("原文", "passage")

    def places(witnesses: Iterable[Witness]) -> list[Witness]:
        """The best witness of each page or line; the others there add nothing that a link would show."""
        return list({(w.report, place_only(w)): w for w in reversed(list(witnesses))}.values())[::-1]

    def reason(text: str) -> str:
        return t(in_chinese(text), text)

    def place(witness: Witness) -> str:
        return f"《{shorten(witness.report, 24)}》{place_only(witness)}"

    for made in (
        shorten,
        thousands,
        said,
        one_line,
        cells,
        names_in,
        place_only,
        place,
        places,
        spots,
        excerpt,
        reason,
    ):
        app.jinja_env.filters[made.__name__] = made
    app.jinja_env.globals.update(shape=shape_of, with_args=with_args, with_meant=with_meant)

    @app.context_processor
    def things() -> dict[str, Any]:
        return {
            "today": datetime.date.today().isoformat(),
            "has_canvas": CANVAS.is_file(),
            "gate_open": app.config["GATE"] is None,
            "other_tongue": with_args(lang=t("en", "zh")),
        }


def with_args(**changed: Any) -> str:
    """This address with some of its arguments changed, or left out where None."""
    from flask import request
    from werkzeug.datastructures import MultiDict
    from werkzeug.urls import iri_to_uri

    args: MultiDict[str, str] = MultiDict(request.args)
    for name, value in changed.items():
        args.poplist(name)
        if value is not None:
            args[name] = str(value)
    return iri_to_uri(request.path) + ("?" + _query(args) if args else "")


def with_meant(text: str, one: Thing) -> str:
    """This address with the thing that was meant for ``text``: by its name where no other has it, else by its id."""
    from flask import request

    from graph.explorer.app import library

    name = one.name if len(library().index().by_name.get(one.name, ())) == 1 and len(one.name) <= 200 else one.id
    return with_args(**{key: name for key, value in request.args.items() if value.strip()[:200] == text})


def _query(args: Any) -> str:
    from urllib.parse import urlencode

    return urlencode(list(args.items(multi=True)))
