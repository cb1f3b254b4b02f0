"""What one report claims, before anything is known of other reports: the graph's raw material.

A :class:`Contribution` depends on one report's records alone. Its claims speak of *references*: printed names
(:class:`~graph.identity.resolution.Mention`), figures of a subject (:class:`Figure`), or ids that are this report's own
(passages, sections, cases). Which node a printed name is gets decided later, over all reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from extractor.folding import fold
from graph.identity.resolution import Link, Mention
from graph.model import Evidence, Node, Value, node_id


class Figure(NamedTuple):
    """An observation: its node's id depends on the subject's, so it is known only once that is.

    ``key``: indicator id, period, group, report, and what tells two values of one report apart.
    """

    subject: Mention | str
    key: tuple[str, ...]


# As Value, but hashable: a list stands as a tuple.
Attribute: TypeAlias = "str | int | float | bool | tuple[str, ...]"
Reference: TypeAlias = "Mention | Figure | str"


class Claim(NamedTuple):
    """One edge as one record says it. ``passages``: ids, the bearing one first, then a row's caption and header."""

    type: str
    head: Reference
    tail: Reference
    passages: tuple[str, ...]
    attributes: tuple[tuple[str, Attribute], ...] = ()
    confidence: float = 1.0


def claim_mentions(claim: Claim) -> Iterator[Mention]:
    """The printed names a claim speaks of."""
    for end in (claim.head, claim.tail):
        name = end.subject if isinstance(end, Figure) else end
        if isinstance(name, Mention):
            yield name


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """What a report is. ``id`` is built from region, level, issuer and year, so every file of it shares it."""

    title: str
    year: int | None
    region: str
    level: str
    issuer: str
    edition: str = ""

    @property
    def id(self) -> str:
        """The report's id. A report that tells none of these is known by its title; so is one of a school or an
        enterprise that does not tell which, or all of a region would be taken for editions of one.
        """
        issuer = self.issuer
        if not issuer and self.level in {"校", "企业"}:
            issuer = self.title
        parts = (place_key(self.region), self.level, fold(issuer), str(self.year or ""))
        key = "|".join(parts)
        return node_id("Report", key if any(parts) else f"title|{fold(self.title)}")

    @property
    def node(self) -> Node:
        """The report's node."""
        return Node(
            self.id, "Report", self.title or " ".join(str(p) for p in (self.region, self.issuer, self.year) if p), (),
            {"title": self.title, "year": self.year, "region": self.region, "level": self.level,
             "issuer": self.issuer, "edition": self.edition},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contribution:
    """All that one report adds. ``nodes`` have ids of their own; ``figures`` are the observations' content."""

    report: ReportInfo
    nodes: tuple[Node, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    mentions: frozenset[Mention] = frozenset()
    links: tuple[Link, ...] = ()
    claims: tuple[Claim, ...] = ()
    figures: Mapping[Figure, Mapping[str, Value]] = field(default_factory=dict)


_PLACE_ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")


def place_key(region: str) -> str:
    """A region's name without the ending that is printed or left out at will (上海市, 上海)."""
    folded = fold(region)
    for ending in _PLACE_ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 2:
            return folded.removesuffix(ending)
    return folded
