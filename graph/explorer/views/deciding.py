"""Marks of errors, and the proposed merges that a reviewer accepts or rejects, as in ``zhitu review``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.explorer.app import answer, library
from graph.explorer.content import fact
from graph.explorer.marks import Mark, add_mark, read_marks
from graph.explorer.session import reviewer_only
from graph.explorer.views import page as add_page
from graph.identity.decisions import Decision, add_decision

if TYPE_CHECKING:
    from flask import Flask

_PER_PAGE = 25


def register(app: Flask) -> None:
    """Put these pages on the application."""
    add_page(app, "/review", review, "review")
    app.add_url_rule("/review", "decide", decide, methods=["POST"])
    app.add_url_rule("/fact/<type_>/<id_>/mark", "mark", mark, methods=["POST"])


def review() -> Any:
    """Open proposals with both names, reasons and passages; and what readers marked."""
    from flask import request

    items = library().review()
    number = max(1, request.args.get("page", 1, type=int))
    shown = items[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    data = {"items": shown, "total": len(items), "page": number, "pages": -(-len(items) // _PER_PAGE)}
    return answer("review.html", {**data, "marks": read_marks(library().workspace)})


@reviewer_only
def decide() -> Any:
    """Write one decision; it holds from the next ingest or ``zhitu review`` on."""
    from flask import abort, g, redirect, request, url_for

    form = request.form
    verdict = form.get("verdict", "")
    open_pairs = {(i.proposal.label, i.proposal.one, i.proposal.other) for i in library().review()}
    pair = (form.get("label", ""), form.get("one", ""), form.get("other", ""))
    if verdict not in {"same", "different"} or pair not in open_pairs:
        abort(400, "this pair is not open; load the page again")
    note = form.get("note", "")[:200] or (g.user.name if g.user else "")
    add_decision(
        library().workspace.decisions, Decision("same" if verdict == "same" else "different", *pair, note=note)
    )
    return redirect(url_for("review", decided=1))


def mark(type_: str, id_: str) -> Any:
    """Put a fact on the list of what readers hold to be wrong."""
    from flask import g, redirect, request, url_for

    found = fact(library().store(), type_, id_)
    user = g.user.name if g.user else ""
    add_mark(
        library().workspace,
        Mark(found.id, found.type, found.source.name, found.target.name, user, request.form.get("note", "")),
    )
    return redirect(url_for("fact", type_=type_, id_=id_, marked=1))
