"""Records in, a graph one can ask. Knows nothing of PDFs."""

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
