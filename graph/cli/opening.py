"""Options that every verb on the stored graph has, and the store they name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from graph.store import Store

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
    from graph.store import open_store
    from graph.workspace import Workspace, default_workspace

    place = Workspace(workspace) if workspace else default_workspace()
    return open_store(place, store_address, write=write)
