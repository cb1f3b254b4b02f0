"""The manifest: which files of which reports there are, and which file of a report is in force.

The winning edition is decided by content alone, never by the order of arrival: ``--edition`` outranks the printed
publication date, that outranks the file's digest; the greater one wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from graph.building.claims import ReportInfo
from graph.building.packing import pack, unpack
from graph.building.state import State


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the user says of a file, over what its cover says; None and "" leave the cover's word."""

    year: int | None = None
    region: str = ""
    level: str = ""
    issuer: str = ""
    title: str = ""
    edition: str = ""

    def over(self, other: Overrides) -> Overrides:
        """These, completed by ``other``."""
        return replace(other, **{name: value for name, value in asdict(self).items() if value})


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reading of a file went, kept beside its records.

    ``unread``: (page, why) of pages that were lost. ``listed``: (kind, number, title) of the tables and cases that the
    report's own contents pages list.
    """

    digest: str
    file: str
    versions: str
    meta: Mapping[str, Any]
    pages: int = 0
    unread: tuple[tuple[int, str], ...] = ()
    passages: int = 0
    relations: int = 0
    listed: tuple[tuple[str, int | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One file of a report."""

    reading: Reading
    overrides: Overrides = field(default_factory=Overrides)
    in_force: bool = False

    @property
    def info(self) -> ReportInfo:
        """What report it is a file of."""
        meta, said = self.reading.meta, self.overrides
        return ReportInfo(
            title=said.title or meta.get("title") or self.reading.file.rsplit(".", 1)[0],
            year=said.year or meta.get("year"),
            region=said.region or meta.get("region") or "",
            level=said.level or meta.get("level") or "",
            issuer=said.issuer or meta.get("issuer") or "",
            edition=said.edition or self.published or self.reading.digest[:12],
        )

    @property
    def published(self) -> str:
        """The printed publication date, "" when none is printed."""
        return str(self.reading.meta.get("published") or "")

    @property
    def rank(self) -> tuple[tuple[tuple[int, str], ...], str, str]:
        """What decides which edition is in force: the greatest is."""
        return _natural(self.overrides.edition), self.published, self.reading.digest


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A label's parts in the order people read them: 第2版 before 第10版."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", text))


def winner(editions: Iterable[Edition]) -> Edition | None:
    """The edition in force."""
    return max(editions, key=lambda edition: edition.rank, default=None)


def all_editions(state: State, report: str = "") -> list[Edition]:
    """The editions of one report, else of all, in the order of report and rank."""
    where, values = ("WHERE report = ?", (report,)) if report else ("", ())
    query = f"SELECT reading, overrides, in_force FROM editions {where}"  # noqa: S608 - no text of the user's
    found = [_edition(row) for row in state.db.execute(query, values)]
    return sorted(found, key=lambda e: (e.info.year or 0, e.info.region, e.info.level, e.info.id, e.rank))


def edition_of(state: State, digest: str) -> Edition | None:
    """The edition whose file has this digest."""
    row = state.db.execute("SELECT reading, overrides, in_force FROM editions WHERE digest = ?", (digest,)).fetchone()
    return _edition(row) if row else None


def keep_edition(state: State, edition: Edition) -> None:
    """Write an edition into the manifest."""
    reading = edition.reading
    state.db.execute(
        "INSERT OR REPLACE INTO editions VALUES (?, ?, ?, ?, ?)",
        (
            reading.digest,
            edition.info.id,
            int(edition.in_force),
            pack(asdict(reading)),
            pack(asdict(edition.overrides)),
        ),
    )


def drop_edition(state: State, digest: str) -> None:
    """Take an edition out of the manifest."""
    state.db.execute("DELETE FROM editions WHERE digest = ?", (digest,))


def _edition(row: tuple[str, str, int]) -> Edition:
    return Edition(reading_from(unpack(row[0])), Overrides(**unpack(row[1])), bool(row[2]))


def reading_from(data: Mapping[str, Any]) -> Reading:
    """A reading from its JSON object."""
    unread = tuple((int(page), str(why)) for page, why in data.get("unread", ()))
    listed = tuple((str(kind), number, str(title)) for kind, number, title in data.get("listed", ()))
    return Reading(**{**data, "unread": unread, "listed": listed})
