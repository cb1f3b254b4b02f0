"""Options that every verb on the stored graph has, and the store they name."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from graph.storage.store import Store

_Function = TypeVar("_Function", bound=Callable[..., Any])


def workspace_options(function: _Function) -> _Function:
    """``--workspace`` and ``--store``; they arrive as ``workspace`` (a path or None) and ``store_address``."""
    function = click.option(
        "--store",
        "store_address",
        metavar="ADDRESS",
        help="The graph: embedded (default), bolt://… or neo4j://… (ZHITU_STORE).",
    )(function)
    return click.option(
        "--workspace",
        type=click.Path(file_okay=False, path_type=Path),
        help="The folder that keeps everything (ZHITU_WORKSPACE; default: your data folder).",
    )(function)


def opened(workspace: Path | None, store_address: str | None, *, write: bool = False) -> Store:
    """The store that the options name, opened."""
    load_driver()
    from graph.storage.store import open_store
    from graph.workspace import Workspace, default_workspace

    place = Workspace(workspace) if workspace else default_workspace()
    return open_store(place, store_address, write=write)


def load_driver() -> None:
    """Import the driver without the data-frame libraries that it would load where they are installed (0.4 s).

    For a command only, which does nothing else meanwhile: for the time of the import they cannot be imported.
    """
    hidden = [name for name in ("numpy", "pandas", "pyarrow") if name not in sys.modules]
    try:
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None makes an import fail at once
        importlib.import_module("neo4j")
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
