"""Which extractor, ontology and knowledge made a record, and which code made the graph: short digests of their files.

A report is read anew when one of them has changed, so that better rules are not lost on old records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_SKIPPED = {"__pycache__"}
# What turns records into claims and claims into the graph; a change here makes the graph anew.
_GRAPH = {"building", "identity", "knowledge", "model.py"}


@cache
def extraction_versions() -> str:
    """``extractor=… ontology=… knowledge=…``: digests of the code, the ontology, and all other data files."""
    files = sorted(_files(resources.files("extractor")), key=lambda item: item[0])
    code = [item for item in files if item[0].endswith(".py")]
    ontology = [item for item in files if item[0] == "ontology.toml"]
    knowledge = [item for item in files if item not in code and item not in ontology]
    parts = (("extractor", code), ("ontology", ontology), ("knowledge", knowledge))
    return " ".join(f"{name}={_digest(found)}" for name, found in parts)


@cache
def builder_version() -> str:
    """The digest of what makes the graph out of records; the ontology counts too."""
    files = [item for item in _files(resources.files("graph")) if item[0].split("/")[0] in _GRAPH]
    return _digest(
        [
            *sorted(files, key=lambda item: item[0]),
            *_files(resources.files("extractor").joinpath("ontology.toml"), "ontology.toml"),
        ]
    )


def _files(where: Traversable, path: str = "") -> Iterable[tuple[str, Traversable]]:
    if where.is_file():
        yield path, where
    elif where.is_dir():
        for entry in where.iterdir():
            if entry.name not in _SKIPPED:
                yield from _files(entry, f"{path}/{entry.name}" if path else entry.name)


def _digest(files: Iterable[tuple[str, Traversable]]) -> str:
    whole = hashlib.sha256()
    for name, file in files:
        whole.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()[:12]
