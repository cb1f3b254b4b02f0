"""The network: around things, between two things, and schools × alliances as a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.ontology import ontology
from graph.explorer.app import answer, library, t, tongue
from graph.explorer.content import FACT_TYPES, Thing
from graph.explorer.language import label_name, relation_name
from graph.explorer.network import FIRST_NODES, MOST_NODES, Network, around, path
from graph.explorer.scope import members, saved_scope
from graph.explorer.shapes import OTHER, SHAPES
from graph.explorer.views import page as add_page

if TYPE_CHECKING:
    from flask import Flask

    from graph.storage.store import Store

MOST_COLUMNS = 40


def register(app: Flask) -> None:
    """Put these pages on the application."""
    add_page(app, "/network", network, "network")
    add_page(app, "/path", show_path, "path")
    add_page(app, "/matrix", matrix, "matrix")


def network() -> Any:
    """The network around the things of ``?id=`` (several), a name ``?name=``, or the saved scope."""
    from flask import request

    store, args = library().store(), request.args
    centres = [library().now(id_) for id_ in args.getlist("id")[:50] if id_]
    if name := args.get("name", "").strip():
        centres.append(library().index().named(name[:200]).id)
    if not centres and (scope := saved_scope(store)):
        centres.append(scope.id)
    types = [type_ for type_ in args.getlist("type") if type_ in FACT_TYPES]
    steps = min(3, max(1, args.get("steps", 1, type=int)))
    year = args.get("year", 0, type=int)
    most = min(MOST_NODES, max(1, args.get("most", FIRST_NODES, type=int)))
    found = around(store, centres, steps=steps, types=types, year=year, most=most)
    chosen = {"centres": centres, "steps": steps, "types": types, "year": year, "most": most}
    names = {node.id: node.name for node in found.nodes}
    return answer(
        "network.html",
        {**chosen, "network": {**found.elements(), "centres": centres}},
        facts=found.facts,
        named=[names[id_] for id_ in centres if id_ in names],
        all_years=sorted(library().index().everything.get("year", {})),
        all_types=FACT_TYPES,
        **legend(found),
    )


def show_path() -> Any:
    """A shortest chain of facts between the names ``?a=`` and ``?b=``."""
    from flask import request

    store = library().store()
    names = [request.args.get(key, "").strip()[:200] for key in ("a", "b")]
    found: Network | None = None
    if all(names):
        found = path(store, *(library().index().named(name) for name in names))
    ends = [found.nodes[0].id, found.nodes[-1].id] if found else []
    data = {"a": names[0], "b": names[1], "network": {**found.elements(), "centres": ends} if found else None}
    more = legend(found) if found else {}
    return answer("path.html", data, facts=found.facts if found else (), asked=all(names), **more)


def legend(found: Network) -> dict[str, Any]:
    """The kinds that are shown, and the words and shapes that the canvas uses."""
    labels = [label for label in ontology().labels if any(node.label == label for node in found.nodes)]
    return {
        "broad": True,
        "labels_shown": labels,
        "words": {
            "labels": {label: label_name(label, tongue()) for label in ontology().labels},
            "relations": {type_: relation_name(type_, tongue()) for type_ in FACT_TYPES},
            "shapes": {"": OTHER[::2], **{label: shape[::2] for label, shape in SHAPES.items()}},
            "symmetric": [type_ for type_ in FACT_TYPES if ontology().relations[type_].symmetric],
            "facts": t("条关系", "facts"),
            "source": t("出处", "source"),
            "shown": t("显示 {n} / 共 {N}", "showing {n} of {N}"),
            "left": t("还有 {n} 个未显示", "{n} more are not shown"),
            "full": t("画布已满 2,000 个节点；请缩小范围", "the canvas is full at 2,000 nodes; narrow it down"),
            "loading": t("正在取……", "loading …"),
            "choose": t("先选一个节点", "select a node first"),
            "away": t("暂时取不到，请稍后再试", "not to be had now; try again in a moment"),
        },
    }


def matrix() -> Any:
    """Schools × alliances: who leads (牵) and who is a member (成); the alliances with most schools first."""
    kept, store = library().index().kept, library().store()
    if "matrix" not in kept:
        kept["matrix"] = _matrix(store)
    scope = saved_scope(store)
    data = _narrowed(kept["matrix"], members(store, scope)) if scope else kept["matrix"]
    return answer("matrix.html", data, scope=scope)


def _narrowed(data: dict[str, Any], within: set[str]) -> dict[str, Any]:
    """The matrix with only those cells whose school or alliance is within a scope, and what these leave."""
    cells = [
        [
            cell if school.id in within or alliance.id in within else None
            for cell, alliance in zip(row, data["alliances"], strict=True)
        ]
        for row, school in zip(data["cells"], data["schools"], strict=True)
    ]
    columns = [i for i, _ in enumerate(data["alliances"]) if any(row[i] for row in cells)]
    rows = [i for i, row in enumerate(cells) if any(row)]
    return {
        "schools": [data["schools"][i] for i in rows],
        "alliances": [data["alliances"][i] for i in columns],
        "cells": [[cells[i][j] for j in columns] for i in rows],
        "total": data["total"],
    }


def _matrix(store: Store) -> dict[str, Any]:
    ranked_ids = store.read(
        "MATCH (s:School)-[:LEADS|MEMBER_OF]->(a:Alliance) RETURN a.id AS id, a.name AS name, "
        "count(DISTINCT s.id) AS n ORDER BY n DESC, name"
    ).rows
    rows = store.read(
        "UNWIND $ids AS id MATCH (a:Alliance {id: id})<-[r:LEADS|MEMBER_OF]-(s:School) "
        "RETURN s.id AS sid, s.name AS s, a.id AS aid, a.name AS a, type(r) AS type, r.id AS id",
        {"ids": [row[0] for row in ranked_ids[:MOST_COLUMNS]]},
    ).rows
    alliances: dict[Thing, set[Thing]] = {}
    cells: dict[tuple[str, str], tuple[str, str]] = {}
    for sid, school, aid, alliance, type_, id_ in rows:
        alliances.setdefault(Thing(aid, "Alliance", alliance), set()).add(Thing(sid, "School", school))
        if type_ == "LEADS" or (sid, aid) not in cells:
            cells[sid, aid] = (type_, id_)
    columns = sorted(alliances, key=lambda a: (-len(alliances[a]), a.name))
    schools = {school for alliance in columns for school in alliances[alliance]}
    ranked = sorted(schools, key=lambda s: (-sum(s in alliances[a] for a in columns), s.name))
    return {
        "schools": ranked,
        "alliances": columns,
        "cells": [[cells.get((school.id, alliance.id)) for alliance in columns] for school in ranked],
        "total": len(ranked_ids),
    }
