"""The registry of known institutions: which names are one body. Its values are shown as 登记, never dumped as facts.

The project's own is ``corpora/registry.tsv`` (in an installed package ``graph/knowledge/registry.tsv``); a workspace's
``registry.tsv`` adds to it, and wins where both name the same institution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from extractor.errors import Damaged
from graph.identity.names import ACTOR, parse

COLUMNS = ("name", "aliases", "former", "kind", "district")


@dataclass(frozen=True, slots=True)
class Entry:
    """One institution. ``former``: (name, year it ended), of renames one to one."""

    name: str
    aliases: tuple[str, ...] = ()
    former: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """Entries by the normal form of every name they have; a name of two entries names neither."""

    by_name: Mapping[str, Entry]

    def entry(self, name: str) -> Entry | None:
        """The institution of a printed name."""
        return self.by_name.get(parse(name).normal)

    def official(self, group: str, name: str) -> str:
        """The entry's own name for any of its names of today; a former name has none, it may be a node of its own."""
        entry = self.entry(name) if group == ACTOR else None
        if entry is None or parse(name).normal in {parse(former).normal for former, _ in entry.former}:
            return ""
        return entry.name

    def keys(self, group: str, name: str) -> Sequence[str]:
        """The entry's own name is what ties its names together."""
        entry = self.entry(name) if group == ACTOR else None
        return [f"registry:{entry.name}"] if entry else []

    def same(self, group: str, one: str, other: str) -> str:
        """Both are names of one entry."""
        left, right = (self.entry(one), self.entry(other)) if group == ACTOR else (None, None)
        if left is None or left is not right:
            return ""
        for former, year in left.former:
            mine = [parse(name).normal == parse(former).normal for name in (one, other)]
            if any(mine) and not all(mine):
                return f"registry: {former} bears the name {left.name} since {year}"
        return f"registry: both are names of {left.name}"

    def different(self, group: str, one: str, other: str) -> str:
        """They are names of two entries."""
        left, right = (self.entry(one), self.entry(other)) if group == ACTOR else (None, None)
        if left is None or right is None or left is right:
            return ""
        return f"registry: {left.name} and {right.name} are two institutions"


def read_registry(lines: Iterable[str], source: Path | str) -> list[Entry]:
    """The entries of a registry file; :class:`~extractor.errors.Damaged` names a line that is none."""
    entries = []
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\r\n").lstrip("\ufeff").split("\t")
        if line.startswith("#") or not line.strip() or tuple(cells[:2]) == COLUMNS[:2]:
            continue
        if len(cells) > len(COLUMNS) or not cells[0].strip():
            raise Damaged(source, f"line {number} is no registry entry", f"its columns are {', '.join(COLUMNS)}")
        name, aliases, former, kind, district = (*cells, *[""] * (len(COLUMNS) - len(cells)))
        dated = [item.partition("@") for item in former.split(";") if item.strip()]
        entries.append(
            Entry(
                name.strip(),
                tuple(alias.strip() for alias in aliases.split(";") if alias.strip()),
                tuple((old.strip(), year.strip()) for old, _, year in dated),
                kind.strip(),
                district.strip(),
            )
        )
    return entries


def build_registry(entries: Iterable[Entry]) -> Registry:
    """A registry; a later entry of the same name replaces an earlier one."""
    latest = {parse(entry.name).normal: entry for entry in entries}
    by_name: dict[str, Entry] = {}
    shared: set[str] = set()
    for entry in latest.values():
        for name in (*entry.aliases, *(old for old, _ in entry.former)):
            normal = parse(name).normal
            if by_name.setdefault(normal, entry) is not entry:
                shared.add(normal)
    return Registry({normal: entry for normal, entry in by_name.items() if normal not in shared} | latest)


@cache
def own_entries() -> tuple[Entry, ...]:
    """The entries of the project's own registry."""
    packaged = resources.files("graph").joinpath("knowledge/registry.tsv")
    if packaged.is_file():
        return tuple(read_registry(packaged.read_text(encoding="utf-8").splitlines(), "registry.tsv"))
    source = Path(__file__).parents[2] / "corpora" / "registry.tsv"
    return tuple(read_registry(source.read_text(encoding="utf-8").splitlines(), source))


def registry(extra: Path | None = None) -> Registry:
    """The project's registry, with the entries of the file ``extra`` where there is one."""
    if extra is None or not extra.is_file():
        return _own()
    more = read_registry(extra.read_text(encoding="utf-8").splitlines(), extra)
    return build_registry([*own_entries(), *more])


@cache
def _own() -> Registry:
    return build_registry(own_entries())
