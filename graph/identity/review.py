"""What a workspace leaves for a person to decide: likely pairs, with reasons and the passages that print the names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graph.building.packing import unpack
from graph.building.state import State, open_state
from graph.identity.authority import authority
from graph.identity.names import group_of
from graph.identity.proposals import propose
from graph.identity.registry import registry
from graph.identity.resolution import RENAME, Identity, Link, Mention, Proposal, resolve
from graph.workspace import Workspace


class Quoted(NamedTuple):
    """A passage that prints a name: its report's title, its page (None where there is none) and its text."""

    report: str
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal to decide. ``registered``: what the registry says of either name, never a fact of the graph."""

    proposal: Proposal
    one: tuple[Quoted, ...] = ()
    other: tuple[Quoted, ...] = ()
    registered: tuple[str, ...] = ()


def review_items(workspace: Workspace, quotes: int = 2) -> list[Item]:
    """The open proposals of a workspace, sorted; with at most ``quotes`` passages a name."""
    if not workspace.state.exists():
        return []
    known, _ = authority(workspace)
    entries = registry(workspace.registry)
    with open_state(workspace.state) as state:
        forms, links = _read(state)
        resolution = resolve(forms.values(), links, known)
        apart = {frozenset((link.one.name, link.other.name)) for link in links if link.kind == RENAME}
        alike = propose(resolution.identities, known, apart)
        refused = [p for p in resolution.proposals if not known.different(group_of(p.label), p.one, p.other)]
        # A pair that a passage names and evidence forbids is told with that reason.
        told: dict[tuple[str, str, str], Proposal] = {}
        for proposal in (*alike, *refused):
            told[proposal.label, proposal.one, proposal.other] = proposal
        where = _where(forms, resolution.identities)
        titles = _titles(state)
        return [
            Item(
                proposal,
                _quotes(state, where[proposal.one], titles, quotes),
                _quotes(state, where[proposal.other], titles, quotes),
                tuple(
                    f"{name}: {entry.kind} {entry.district}".strip()
                    for name in (proposal.one, proposal.other)
                    if (entry := entries.entry(name))
                ),
            )
            for _, proposal in sorted(told.items())
        ]


def _read(state: State) -> tuple[dict[int, Mention], list[Link]]:
    rows = state.db.execute(
        "SELECT fid, label, name, report, holder, region FROM forms WHERE fid IN (SELECT fid FROM uses)"
    )
    forms = {fid: Mention(*mention) for fid, *mention in rows}
    links = [
        Link(forms[one], forms[other], passage, kind)
        for one, other, passage, kind in state.db.execute("SELECT one, other, passage, kind FROM links")
        if one in forms and other in forms
    ]
    return forms, sorted(links)


def _where(forms: Mapping[int, Mention], identities: Mapping[Mention, Identity]) -> dict[str, list[int]]:
    """Printed name, and name of an identity → the forms that print it."""
    where: dict[str, list[int]] = defaultdict(list)
    for fid, mention in sorted(forms.items()):
        for name in {mention.name, identities[mention].name}:
            where[name].append(fid)
    return where


def _titles(state: State) -> dict[str, str]:
    rows = state.db.execute("SELECT id, name FROM own_nodes WHERE label = 'Report'")
    return dict(rows.fetchall())


def _quotes(state: State, fids: list[int], titles: Mapping[str, str], most: int) -> tuple[Quoted, ...]:
    found: dict[str, Quoted] = {}
    for fid in fids:
        rows = state.db.execute(
            "SELECT n.id, c.report, n.properties FROM claims c JOIN own_nodes n ON n.id = c.tail "
            "WHERE c.head = ? AND c.head LIKE '_:%' AND c.type = 'MENTIONED_IN' ORDER BY c.report, n.id LIMIT ?",
            (f"f:{fid}", most),
        )
        for id_, report, properties in rows.fetchall():
            said: dict[str, Any] = unpack(properties)
            found.setdefault(id_, Quoted(titles.get(report, report), said.get("page"), str(said.get("text", ""))))
        if len(found) >= most:
            break
    return tuple(list(found.values())[:most])
