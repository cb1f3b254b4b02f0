"""The workspace: the one folder that keeps records, manifest, decisions, ingested files, database and settings."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where each thing of a workspace lives. Creating the object touches nothing on disk."""

    root: Path

    @property
    def records(self) -> Path:
        """One extraction record file a report edition."""
        return self.root / "records"

    @property
    def files(self) -> Path:
        """The ingested files, named by their digest."""
        return self.root / "files"

    @property
    def state(self) -> Path:
        """The manifest (what was ingested, from which file, by which versions) and all claims, indexed: SQLite."""
        return self.root / "state.sqlite"

    @property
    def writer_lock(self) -> Path:
        """Held by the one command that changes the workspace."""
        return self.root / "writer.lock"

    @property
    def failures(self) -> Path:
        """What went wrong in the last ingest, a row a file or page."""
        return self.root / "failures.csv"

    @property
    def decisions(self) -> Path:
        """A reviewer's decisions, a line each, fit for version control."""
        return self.root / "decisions.tsv"

    @property
    def registry(self) -> Path:
        """The user's own registry of institutions, read after the project's."""
        return self.root / "registry.tsv"

    @property
    def forgotten(self) -> Path:
        """Digests of the persons' names that are left out of this workspace for good."""
        return self.root / "forgotten.json"

    @property
    def settings(self) -> Path:
        """Settings, TOML."""
        return self.root / "settings.toml"

    @property
    def changes(self) -> Path:
        """How often the graph's store was changed; locked while it is."""
        return self.root / "changes"

    @property
    def database(self) -> Path:
        """The embedded database and its server's private state."""
        return self.root / "database"


def default_workspace() -> Workspace:
    """``ZHITU_WORKSPACE``, else ``zhitu`` in the user's data folder."""
    if chosen := os.environ.get("ZHITU_WORKSPACE"):
        return Workspace(Path(chosen))
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return Workspace(base / "zhitu")
