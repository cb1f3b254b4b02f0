"""What the user names (files, folders, lists, patterns) → the files to ingest, with what a manifest says of each."""

from __future__ import annotations

import csv
import glob
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from extractor.errors import Damaged, FileMissing
from graph.ingesting.editions import Overrides

SUFFIXES = (".pdf", ".docx", ".doc", ".html", ".htm", ".txt")
# A manifest's columns, as they may be headed.
_COLUMNS = {
    "file": ("file", "path", "文件", "文件名", "路径"),
    "year": ("year", "年份", "年度"),
    "region": ("region", "地区", "区域"),
    "level": ("level", "级别", "层级"),
    "issuer": ("issuer", "发布单位", "单位", "编制单位"),
    "title": ("title", "标题", "报告名称"),
    "edition": ("edition", "版本", "版次"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to ingest and what the user says of it."""

    path: Path
    overrides: Overrides = field(default_factory=Overrides)


def find_sources(
    named: Iterable[str], manifest: Mapping[str, Overrides] | None = None, overrides: Overrides | None = None
) -> list[Source]:
    """The files that ``named`` stand for, each once, in the order given; folders and patterns sorted.

    ``overrides`` hold for all, a manifest's row (by path, the end of a path, or file name) wins over them. A path that
    is not there is kept as it is, for the reader to say so; :class:`FileMissing` is raised for a pattern or list that
    names nothing.
    """
    manifest, said = manifest or {}, overrides or Overrides()
    paths = dict.fromkeys(path for name in named for path in _expand(name))
    return [Source(path, said_of(path, manifest)[1].over(said)) for path in paths]


def said_of(path: Path, manifest: Mapping[str, Overrides]) -> tuple[str, Overrides]:
    """The manifest's row on a file (what it calls the file, what it says): the one that tells most of its path."""
    parts = path.parts
    for first in range(len(parts)):
        name = str(Path(*parts[first:]))
        if name in manifest:
            return name, manifest[name]
    return "", Overrides()


def _expand(name: str) -> Iterator[Path]:
    path = Path(name.removeprefix("@"))
    if path.is_dir():
        yield from sorted(
            p
            for p in path.rglob("*")
            if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$")) and p.is_file()
        )
    elif name.startswith("@") or _is_list(path):
        for line in _lines(path):
            entry = _beside(path, line)
            yield from _expand(str(entry)) if entry.is_dir() else (entry,)
    elif not path.exists() and glob.has_magic(name):
        found = sorted(Path(p) for p in glob.glob(name, recursive=True))  # noqa: PTH207 - absolute patterns too
        if not found:
            raise FileMissing(
                name, "no file fits this pattern", "check it; quote it, so that the shell leaves it alone"
            )
        yield from (p for p in found if p.is_file())
    else:
        yield path


def _is_list(path: Path) -> bool:
    """Whether a text file is a list of reports: every line names a file that is there."""
    if path.suffix.lower() not in {".txt", ".lst", ".list"} or not path.is_file() or path.stat().st_size > 1 << 22:
        return False
    try:
        lines = _lines(path)
    except (UnicodeDecodeError, Damaged):
        return False
    return bool(lines) and all(len(line) < 1000 and _exists(_beside(path, line)) for line in lines)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _beside(path: Path, line: str) -> Path:
    """A list's paths count from where the list is."""
    return path.parent / Path(line)


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise FileMissing(path, "no such list", "check the path")
    text = path.read_text(encoding="utf-8-sig")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def read_manifest(path: Path) -> dict[str, Overrides]:
    """A manifest CSV (columns file, year, region, level, issuer, title, edition, or their Chinese names) by file.

    Raises :class:`Damaged` that names the row where something is wrong.
    """
    if not path.is_file():
        raise FileMissing(path, "no such manifest", "check the path")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = {name: known_column(name) for name in reader.fieldnames or ()}
        if "file" not in columns.values():
            raise Damaged(path, "has no column 'file' (文件)", "name the columns in the first row")
        found: dict[str, Overrides] = {}
        for number, row in enumerate(reader, 2):
            values = {known: (row[name] or "").strip() for name, known in columns.items() if known}
            said = {f.name: values[f.name] for f in fields(Overrides) if values.get(f.name)}
            year = said.pop("year", "")
            if year and not (year.isdigit() and len(year) == 4):
                raise Damaged(path, f"row {number}: {year} is no year", "write it as four digits")
            found[str(Path(values["file"]))] = Overrides(year=int(year) if year else None, **said)
    return found


def known_column(name: str) -> str:
    """What a column headed ``name`` holds, "" when it is none of ours."""
    cleaned = name.strip().lower()
    return next((known for known, names in _COLUMNS.items() if cleaned in names), "")
