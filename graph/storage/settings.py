"""Settings of a workspace, from ``settings.toml`` and the environment; unknown keys are refused.

::

    [store]
    address = "neo4j://graph.example.org"   # else "embedded"; ZHITU_STORE and --store come first
    user = "zhitu"                          # ZHITU_USER comes first
    password = "…"                          # ZHITU_PASSWORD comes first; keep the file private
    database = "neo4j"

    [embedded]
    heap_mb = 512                           # bound of the embedded database's memory
    idle_minutes = 10                       # it ends itself after so long without a command

    [query]
    timeout = 60                            # seconds a statement may run
    limit = 1000                            # rows `zhitu cypher` prints
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from extractor.errors import ZhituError


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Which graph, and as whom. ``database``: of a Neo4j server; empty means the user's home database."""

    address: str = "embedded"
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """The embedded database's bounds."""

    heap_mb: int = 512
    idle_minutes: float = 10.0


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """Bounds of a statement. ``timeout`` in seconds, ``limit`` in rows."""

    timeout: float = 60.0
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a workspace."""

    store: StoreSettings = StoreSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    query: QuerySettings = QuerySettings()


class SettingsError(ZhituError):
    """A settings file that is no TOML, or has a key or a value that is not known."""


def read_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in ``path`` (none where the file is missing), with the environment's values in their place."""
    data = _parsed(path)
    for name in data.keys() - {section.name for section in fields(Settings)}:
        raise SettingsError(f"{path}: unknown section [{name}]", f"known are {_names(Settings)}")
    store = dict(_table(path, data, "store"))
    for key, variable in (("address", "ZHITU_STORE"), ("user", "ZHITU_USER"), ("password", "ZHITU_PASSWORD")):
        if environ.get(variable):
            store[key] = environ[variable]
    return Settings(
        _section(path, StoreSettings, "store", store),
        _section(path, EmbeddedSettings, "embedded", _table(path, data, "embedded")),
        _section(path, QuerySettings, "query", _table(path, data, "query")),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as TOML ({error})", "mend or remove the file") from error


def _table(path: Path, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: {name} is no section", f"write [{name}] on a line of its own")
    return table


_Section = TypeVar("_Section", StoreSettings, EmbeddedSettings, QuerySettings)


def _section(path: Path, kind: type[_Section], name: str, table: Mapping[str, Any]) -> _Section:
    known = {f.name: f.default for f in fields(kind)}
    for key, value in table.items():
        if key not in known:
            raise SettingsError(f"{path}: unknown key {key} in [{name}]", f"known are {', '.join(known)}")
        wanted = (int, float) if isinstance(known[key], float) else type(known[key])
        if not isinstance(value, wanted) or isinstance(value, bool) or (value != "" and value == 0):
            raise SettingsError(f"{path}: [{name}] {key} = {value!r} does not fit", f"for example {known[key]!r}")
        if isinstance(value, (int, float)) and value < 0:
            raise SettingsError(f"{path}: [{name}] {key} = {value!r} is negative", f"for example {known[key]!r}")
    return kind(**table)


def _names(kind: type[Any]) -> str:
    return ", ".join(f"[{f.name}]" for f in fields(kind))
