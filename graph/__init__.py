"""Records in, a graph one can ask. Knows nothing of PDFs.

A report's way through the rooms:

    ingesting/    files → records → the workspace's state; editions, batches, withdrawal, two years compared
    identity/     printed names → identities, with reasons, decisions, proposals
    building/     records → claims → the graph of all claims under a resolution
    storage/      the graph in the embedded database or a user's Neo4j, behind one store
    questions/    named questions, answered with their witnesses
    exports/      files for other tools
    explorer/     the web page
    cli/          the ``zhitu`` command

``model.py`` holds the graph's own types, which all rooms hand over; ``facade.py`` is what Python users import.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.facade import OpenGraph

__all__ = ["open"]


def open(workspace: Path | str | None = None, store: str | None = None) -> OpenGraph:
    """The graph of ``workspace`` (default: the command's), for reading. ``store``: as the command's ``--store``."""
    from graph.facade import OpenGraph

    return OpenGraph(workspace, store)
