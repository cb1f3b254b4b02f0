"""Two years of one thing side by side: what is new, what goes on, what is not seen again, and what cannot be told.

A fact is 未再出现 only where a report of the same series (region, level, issuer) exists for the later year; where that
report is missing, nothing can be told, and a gap is not read as an end. Differences are derived, and marked so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from graph.explorer.content import Fact, Measure, Thing, facts_of, measures_of
from graph.store import Store

State = Literal["new", "kept", "unseen", "unknown"]
ORDER: tuple[State, ...] = ("new", "kept", "unseen", "unknown")


class Series(NamedTuple):
    """Reports that follow each other year by year."""

    region: str
    level: str
    issuer: str
    title: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The ingested reports: series → year → report id, and the series of each report."""

    by_series: Mapping[Series, Mapping[int, str]]
    series_of: Mapping[str, Series]

    @property
    def years(self) -> list[int]:
        """All years that some report is of."""
        return sorted({year for reports in self.by_series.values() for year in reports})


@dataclass(frozen=True, slots=True)
class Change:
    """One fact in two years. ``missing``: the series whose report of the other year is not there."""

    fact: Fact
    state: State
    missing: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator in two years; several values of one year contradict each other."""

    indicator: str
    group: str
    unit: str
    before: tuple[Measure, ...]
    after: tuple[Measure, ...]

    @property
    def conflict(self) -> bool:
        """Whether one year has several values."""
        return any(len({m.value for m in side}) > 1 for side in (self.before, self.after))

    @property
    def difference(self) -> float | None:
        """After less before, derived by us; None unless both years have exactly one value."""
        if self.conflict or not self.before or not self.after:
            return None
        one, other = self.before[0].value, self.after[0].value
        return None if one is None or other is None else round(other - one, 4)

    @property
    def percent(self) -> float | None:
        """The difference in per cent of the first value, derived by us."""
        base = self.before[0].value if self.before else None
        return round(self.difference / base * 100, 1) if base and self.difference is not None else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two years; ``missing``: series without the year's report, by year."""

    changes: Mapping[State, Sequence[Change]]
    figures: Sequence[Figure]
    missing: Mapping[int, Sequence[Series]]


def shelf(store: Store) -> Shelf:
    """Which reports of which years there are."""
    statement = (
        "MATCH (r:Report) RETURN r.id AS id, r.name AS name, r.region AS region, r.level AS level, "
        "r.issuer AS issuer, r.year AS year ORDER BY region, level, issuer, year"
    )
    by_series: dict[Series, dict[int, str]] = {}
    keys: dict[tuple[str, str, str], Series] = {}
    series_of: dict[str, Series] = {}
    for id_, name, region, level, issuer, year in store.read(statement).rows:
        key = (region or "", level or "", issuer or "")
        series = keys.setdefault(key, Series(*key, name))
        series_of[id_] = series
        if year:
            by_series.setdefault(series, {})[year] = id_
    return Shelf(by_series, series_of)


def side_by_side(store: Store, subject: Thing, reports: Shelf, before: int, after: int) -> Comparison:
    """``subject`` in the reports of two years."""
    facts = [f for f in facts_of(store, subject) if before in f.years or after in f.years]
    measures = [m for m in measures_of(store, subject) if m.year in (before, after)]
    told = _reports_of(store, [p for f in facts for p in f.passages])
    changes: dict[State, list[Change]] = {state: [] for state in ORDER}
    lacking: dict[int, set[Series]] = {before: set(), after: set()}
    for fact in facts:
        change = _change(fact, before, after, reports, told)
        changes[change.state].append(change)
        for series in change.missing:
            lacking[after if before in fact.years else before].add(series)
    grouped: dict[tuple[str, str, str], list[Measure]] = {}
    for measure in measures:
        grouped.setdefault((measure.indicator, measure.group, measure.unit), []).append(measure)
    figures = [
        Figure(*key, tuple(m for m in found if m.year == before), tuple(m for m in found if m.year == after))
        for key, found in grouped.items()
    ]
    return Comparison(changes, figures, {year: sorted(found) for year, found in lacking.items() if found})


def _change(fact: Fact, before: int, after: int, reports: Shelf, told: Mapping[str, str]) -> Change:
    if before in fact.years and after in fact.years:
        return Change(fact, "kept")
    here, there = (before, after) if before in fact.years else (after, before)
    series = {reports.series_of[told[p]] for p in fact.passages if told.get(p) in reports.series_of}
    of_year = {s for s in series if here in reports.by_series.get(s, {})}
    missing = tuple(sorted(s for s in of_year if there not in reports.by_series[s]))
    if of_year and len(missing) == len(of_year):
        return Change(fact, "unknown", missing)
    return Change(fact, "unseen" if here == before else "new", missing)


def _reports_of(store: Store, passages: Iterable[str]) -> dict[str, str]:
    ids = sorted(set(passages))
    statement = "UNWIND $ids AS id MATCH (p:Passage {id: id}) RETURN p.id AS id, p.report AS report"
    return dict(store.read(statement, {"ids": ids}).rows) if ids else {}
