"""Marks: what readers hold to be wrong, a line a mark, for whoever mends or decides; a mark changes nothing."""

from __future__ import annotations

import threading
from typing import NamedTuple

from graph.workspace import Workspace

_HEADER = ("fact", "type", "from", "to", "user", "note")
_lock = threading.Lock()


class Mark(NamedTuple):
    """One fact that a reader holds to be wrong."""

    fact: str
    type: str
    source: str
    target: str
    user: str
    note: str


def read_marks(workspace: Workspace) -> list[Mark]:
    """All marks in the order they were made."""
    path = workspace.root / "marks.tsv"
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [Mark(*(*line.split("\t"), *[""] * 6)[:6]) for line in lines if line.strip()]


def add_mark(workspace: Workspace, mark: Mark) -> None:
    """Append one mark."""
    path = workspace.root / "marks.tsv"
    with _lock:
        begun = path.is_file()
        with path.open("a", encoding="utf-8", newline="\n") as file:
            if not begun:
                file.write("\t".join(_HEADER) + "\n")
            file.write("\t".join(" ".join(cell.split())[:500] for cell in mark) + "\n")
