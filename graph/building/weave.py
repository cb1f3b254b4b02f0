"""One report's contribution into the state, or out of it: only what it touches is resolved and made anew.

The result is that of :func:`graph.building.build.assemble` over all contributions (a test holds it to that):
components of identity are independent of each other (:mod:`graph.identity.resolution`), and an edge depends only on
the claims that make it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.building.build import allowed_key, figure_id, identity_id
from graph.building.claims import Claim, Contribution, Figure, Reference
from graph.building.packing import pack, unpack
from graph.building.state import State
from graph.identity.resolution import (
    NOTHING,
    RENAME,
    Identity,
    Knowledge,
    Link,
    Mention,
    linking_keys,
    reduced,
    resolve,
)

EdgeRow = tuple[str, str, str, str]  # source, type, target, key as JSON


@dataclass(slots=True)
class _Touched:
    """What a change touches, gathered first and made anew at the end."""

    forms: set[int] = field(default_factory=set)
    claims: set[int] = field(default_factory=set)
    edges: set[EdgeRow] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)


def put(state: State, made: Contribution, digest: str, seq: int, knowledge: Knowledge = NOTHING) -> None:
    """Put a report's contribution in place of what it contributed before. Runs inside a transaction ``seq``."""
    touched = _Touched()
    _take_out(state, made.report.id, touched)
    _put_in(state, made, digest, touched, knowledge)
    _settle(state, touched, seq, knowledge)


def remove(state: State, report: str, seq: int, knowledge: Knowledge = NOTHING) -> None:
    """Take a report's contribution out, as if it had never been there. Runs inside a transaction ``seq``."""
    touched = _Touched()
    _take_out(state, report, touched)
    _settle(state, touched, seq, knowledge)


def resettle(state: State, seq: int, knowledge: Knowledge) -> None:
    """Resolve every name anew, for knowledge (registry, decisions) that has changed."""
    touched = _Touched(forms={fid for (fid,) in state.db.execute("SELECT fid FROM forms")})
    state.db.execute("DELETE FROM form_keys")
    for fid, *mention in state.db.execute("SELECT fid, label, name, report, holder, region FROM forms").fetchall():
        _add_keys(state, fid, Mention(*mention), knowledge)
    _settle(state, touched, seq, knowledge)


def _take_out(state: State, report: str, touched: _Touched) -> None:
    """Delete what a report contributed and note what it touched; forms nobody uses go once all is settled."""
    db = state.db
    touched.edges.update(
        db.execute(
            "SELECT DISTINCT source, type, target, key FROM claims WHERE report = ? AND source IS NOT NULL", (report,)
        )
    )
    touched.nodes.update(id_ for (id_,) in db.execute("SELECT id FROM own_nodes WHERE report = ?", (report,)))
    touched.nodes.update(id_ for (id_,) in db.execute("SELECT node FROM figures WHERE report = ?", (report,)))
    for one, other in db.execute("SELECT one, other FROM links WHERE report = ?", (report,)):
        touched.forms.update((one, other))
    used = [fid for (fid,) in db.execute("SELECT fid FROM uses WHERE report = ?", (report,))]
    for table in ("claims", "own_nodes", "figures", "links", "uses", "reports"):
        db.execute(f"DELETE FROM {table} WHERE report = ?", (report,))  # noqa: S608 - names of our own
    touched.forms.update(fid for fid in used if not _is_used(state, fid))


def _is_used(state: State, fid: int) -> bool:
    return state.db.execute("SELECT 1 FROM uses WHERE fid = ? LIMIT 1", (fid,)).fetchone() is not None


def _put_in(state: State, made: Contribution, digest: str, touched: _Touched, knowledge: Knowledge) -> None:
    db, report = state.db, made.report.id
    db.execute("INSERT INTO reports VALUES (?, ?, ?)", (report, digest, made.report.year))
    db.executemany(
        "INSERT INTO own_nodes VALUES (?, ?, ?, ?, ?)",
        [(node.id, report, node.label, node.name, pack(dict(node.properties))) for node in made.nodes],
    )
    touched.nodes.update(node.id for node in made.nodes)
    tied = {end for link in made.links if link.kind != RENAME for end in (link.one, link.other)}
    forms: dict[Mention, int] = {}
    for mention in sorted(made.mentions):
        forms[mention] = _form(state, reduced(mention, mention in tied), touched, knowledge)
    db.executemany("INSERT OR IGNORE INTO uses VALUES (?, ?)", [(fid, report) for fid in sorted(set(forms.values()))])
    for link in made.links:
        one, other = forms[link.one], forms[link.other]
        db.execute("INSERT INTO links VALUES (?, ?, ?, ?, ?)", (report, one, other, link.passage, link.kind))
        touched.forms.update((one, other))
    figures: dict[Figure, int] = {}
    for figure, properties in made.figures.items():
        row = (report, _reference(figure.subject, forms, {}), pack(figure.key), pack(dict(properties)))
        done = db.execute("INSERT INTO figures (report, subject, key, properties) VALUES (?, ?, ?, ?)", row)
        figures[figure] = done.lastrowid or 0
    last = db.execute("SELECT coalesce(max(cid), 0) FROM claims").fetchone()[0]
    rows = [(report, *_claim_row(claim, forms, figures)) for claim in made.claims]
    db.executemany(
        "INSERT INTO claims (report, type, head, tail, attributes, passages, confidence) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    touched.claims.update(cid for (cid,) in db.execute("SELECT cid FROM claims WHERE cid > ?", (last,)))


def _claim_row(claim: Claim, forms: dict[Mention, int], figures: dict[Figure, int]) -> tuple[str | float, ...]:
    head, tail = _reference(claim.head, forms, figures), _reference(claim.tail, forms, figures)
    return (claim.type, head, tail, pack(claim.attributes), pack(claim.passages), claim.confidence)


def _reference(reference: Reference, forms: dict[Mention, int], figures: dict[Figure, int]) -> str:
    if isinstance(reference, str):
        return reference
    return f"g:{figures[reference]}" if isinstance(reference, Figure) else f"f:{forms[reference]}"


def _form(state: State, mention: Mention, touched: _Touched, knowledge: Knowledge) -> int:
    """The form of a reduced mention; a new one, or one that nobody used, has to be settled."""
    row = state.db.execute(
        "SELECT fid FROM forms WHERE label = ? AND name = ? AND report = ? AND holder = ? AND region = ?", mention
    ).fetchone()
    if row:
        return int(row[0])
    done = state.db.execute("INSERT INTO forms (label, name, report, holder, region) VALUES (?, ?, ?, ?, ?)", mention)
    fid = done.lastrowid or 0
    _add_keys(state, fid, mention, knowledge)
    touched.forms.add(fid)
    return fid


def _add_keys(state: State, fid: int, mention: Mention, knowledge: Knowledge) -> None:
    keys = set(linking_keys(mention, knowledge))
    state.db.executemany("INSERT INTO form_keys VALUES (?, ?)", [(key, fid) for key in sorted(keys)])


def _settle(state: State, touched: _Touched, seq: int, knowledge: Knowledge) -> None:
    """Resolve the touched components, then make the touched claims, edges and nodes anew."""
    reached = _reach(state, touched.forms)
    unused = sorted(fid for fid in touched.forms if not _is_used(state, fid))
    for fid in unused:
        nodes = [node for (node,) in state.db.execute("SELECT node FROM forms WHERE fid = ?", (fid,)) if node]
        touched.nodes.update(nodes)
        state.db.execute("DELETE FROM forms WHERE fid = ?", (fid,))
        state.db.execute("DELETE FROM form_keys WHERE fid = ?", (fid,))
        for node in nodes:
            _forget_identity(state, node)
    _resolve(state, reached - set(unused), touched, knowledge)
    _place_claims(state, touched)
    _mark_edges(state, touched, seq)
    _mark_nodes(state, touched, seq)


def _reach(state: State, forms: Iterable[int]) -> set[int]:
    """The forms of all components that ``forms`` belong to."""
    reached, keys = set(forms), set[str]()
    ahead = sorted(reached)
    while ahead:
        found: set[int] = set()
        for fid in ahead:
            for (key,) in state.db.execute("SELECT key FROM form_keys WHERE fid = ?", (fid,)).fetchall():
                if key not in keys:
                    keys.add(key)
                    found.update(f for (f,) in state.db.execute("SELECT fid FROM form_keys WHERE key = ?", (key,)))
            found.update(f for (f,) in state.db.execute("SELECT other FROM links WHERE one = ?", (fid,)))
            found.update(f for (f,) in state.db.execute("SELECT one FROM links WHERE other = ?", (fid,)))
        ahead = sorted(found - reached)
        reached |= found
    return reached


def _resolve(state: State, fids: set[int], touched: _Touched, knowledge: Knowledge) -> None:
    """Resolve the forms ``fids`` (whole components) and note every claim and node that this moves."""
    db = state.db
    forms: dict[int, Mention] = {}
    before: dict[int, str | None] = {}
    links: set[Link] = set()
    for fid in sorted(fids):
        row = db.execute("SELECT label, name, report, holder, region, node FROM forms WHERE fid = ?", (fid,)).fetchone()
        forms[fid], before[fid] = Mention(*row[:5]), row[5]
    for fid in sorted(fids):
        for other, passage, kind in db.execute("SELECT other, passage, kind FROM links WHERE one = ?", (fid,)):
            links.add(Link(forms[fid], forms[other], passage, kind))
    identities = resolve(forms.values(), sorted(links), knowledge).identities
    after: dict[str, Identity] = {}
    for fid, mention in forms.items():
        identity = identities[mention]
        node = identity_id(identity)
        after[node] = identity
        if node != before[fid]:
            db.execute("UPDATE forms SET node = ? WHERE fid = ?", (node, fid))
            if before[fid]:
                db.execute("UPDATE redirects SET new = ? WHERE new = ?", (node, before[fid]))
                db.execute("INSERT OR REPLACE INTO redirects VALUES (?, ?)", (before[fid], node))
            _moved(state, f"f:{fid}", touched)
    for gone in {node for node in before.values() if node} - after.keys():
        touched.nodes.add(gone)
        _forget_identity(state, gone)
    for node, identity in after.items():
        db.execute("DELETE FROM redirects WHERE old = ?", (node,))
        aliases, merges = pack(sorted(set(identity.aliases) - {identity.name})), pack(identity.merges)
        new = (node, identity.label, identity.key, identity.name, aliases, merges)
        if db.execute("SELECT * FROM identities WHERE node = ?", (node,)).fetchone() != new:
            db.execute("INSERT OR REPLACE INTO identities VALUES (?, ?, ?, ?, ?, ?)", new)
            touched.nodes.add(node)


def _forget_identity(state: State, node: str) -> None:
    if not state.db.execute("SELECT 1 FROM forms WHERE node = ? LIMIT 1", (node,)).fetchone():
        state.db.execute("DELETE FROM identities WHERE node = ?", (node,))


def _moved(state: State, reference: str, touched: _Touched) -> None:
    """Note the claims of a name, and of the figures of that name, that now mean another node."""
    db = state.db
    touched.claims.update(
        cid
        for (cid,) in db.execute(
            "SELECT cid FROM claims WHERE head = ?1 AND head LIKE '_:%' UNION ALL "
            "SELECT cid FROM claims WHERE tail = ?1 AND tail LIKE '_:%'",
            (reference,),
        )
    )
    if reference.startswith("f:"):
        for gid, node in db.execute("SELECT gid, node FROM figures WHERE subject = ?", (reference,)).fetchall():
            if node:
                touched.nodes.add(node)
            db.execute("UPDATE figures SET node = NULL WHERE gid = ?", (gid,))
            _moved(state, f"g:{gid}", touched)


def _place_claims(state: State, touched: _Touched) -> None:
    """Say of each touched claim which edge it is now."""
    db = state.db
    ids: dict[str, str] = {}
    for cid in sorted(touched.claims):
        type_, head, tail, attributes, *before = db.execute(
            "SELECT type, head, tail, attributes, source, target, key FROM claims WHERE cid = ?", (cid,)
        ).fetchone()
        if before[0] is not None:
            touched.edges.add((before[0], type_, before[1], before[2]))
        found = allowed_key(type_, _node(state, head, ids), _node(state, tail, ids), dict(unpack(attributes)))
        now = (found.source, found.target, pack(found.key)) if found else (None, None, None)
        db.execute("UPDATE claims SET source = ?, target = ?, key = ? WHERE cid = ?", (*now, cid))
        if found:
            touched.edges.add((found.source, type_, found.target, pack(found.key)))
    for gid, subject, key in db.execute("SELECT gid, subject, key FROM figures WHERE node IS NULL").fetchall():
        node = figure_id(_node(state, subject, ids), unpack(key))
        db.execute("UPDATE figures SET node = ? WHERE gid = ?", (node, gid))
        touched.nodes.add(node)


def _node(state: State, reference: str, ids: dict[str, str]) -> str:
    """The node id that a reference means now."""
    if reference[1] != ":":
        return reference
    if reference not in ids:
        number = int(reference[2:])
        if reference[0] == "f":
            ids[reference] = state.db.execute("SELECT node FROM forms WHERE fid = ?", (number,)).fetchone()[0]
        else:
            row = state.db.execute("SELECT subject, key FROM figures WHERE gid = ?", (number,)).fetchone()
            ids[reference] = figure_id(_node(state, row[0], ids), unpack(row[1]))
    return ids[reference]


def _mark_edges(state: State, touched: _Touched, seq: int) -> None:
    for edge in sorted(touched.edges):
        source, type_, target, key = edge
        live = state.db.execute(
            "SELECT 1 FROM claims WHERE source IS NOT NULL "
            "AND source = ? AND type = ? AND target = ? AND key = ? LIMIT 1",
            edge,
        ).fetchone()
        state.db.execute(
            "INSERT INTO edges VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source, type, target, key) "
            "DO UPDATE SET seq = excluded.seq, live = excluded.live",
            (source, type_, target, key, seq, 1 if live else 0),
        )
        touched.ends.update((source, target))


def _mark_nodes(state: State, touched: _Touched, seq: int) -> None:
    """A node is there as long as an edge is; a report as long as it is in force."""
    for node in sorted(touched.nodes | touched.ends):
        live = state.db.execute(
            "SELECT 1 FROM edges WHERE source = ?1 AND live UNION ALL SELECT 1 FROM edges WHERE target = ?1 AND live "
            "UNION ALL SELECT 1 FROM reports WHERE report = ?1 LIMIT 1",
            (node,),
        ).fetchone()
        was = state.db.execute("SELECT live FROM nodes WHERE id = ?", (node,)).fetchone()
        if node not in touched.nodes and was is not None and was[0] == (1 if live else 0):
            continue
        state.db.execute(
            "INSERT INTO nodes VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, live = excluded.live",
            (node, seq, 1 if live else 0),
        )
