"""The explorer over the fictional region and the sample report, ingested once into an embedded store."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph.storage.embedded import EmbeddedServer, available
from graph.workspace import Workspace

ROOT = Path(__file__).parents[3]

flask = pytest.importorskip("flask", reason="needs the explorer's packages: pip install 'zhitu[explorer]'")


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with the fictional region's reports and the sample report (a PDF)."""
    if reason := available():
        pytest.skip(reason)
    workspace = Workspace(tmp_path_factory.mktemp("region"))
    files = [*sorted((ROOT / "corpora/region").glob("*.txt")), ROOT / "corpora/sample/report.pdf"]
    ingest(workspace, *files)
    yield workspace
    EmbeddedServer(workspace.database).stop()


def ingest(workspace: Workspace, *files: Path) -> None:
    """Run ``zhitu ingest`` as a user does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("ZHITU_STORE", None)
    command = [sys.executable, "-m", "graph", "ingest", *map(str, files), "--workspace", str(workspace.root)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@dataclass(frozen=True)
class Site:
    """A served explorer: its address, its library."""

    address: str
    library: Any


@pytest.fixture(scope="session")
def library(region: Workspace) -> Iterator[Any]:
    """The region's library, opened."""
    from graph.explorer.app import Library
    from graph.storage.store import open_store

    shelf = Library(region, lambda: open_store(region, "embedded"))
    yield shelf
    shelf.lost()


@pytest.fixture
def client(library: Any) -> Any:
    """A client of the application without logins."""
    from graph.explorer.app import create_app

    return create_app(library).test_client()


@pytest.fixture(scope="session")
def site(library: Any) -> Iterator[Site]:
    """The explorer served by waitress on a free port of loopback."""
    yield from served(library)


def served(library: Any, **more: Any) -> Iterator[Site]:
    """Serve ``library`` until the generator is closed."""
    import waitress

    from graph.explorer.app import create_app
    from graph.explorer.server import OPTIONS

    server: Any = waitress.create_server(create_app(library, **more), host="127.0.0.1", port=0, **OPTIONS)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", library)
    server.close()
    thread.join(30)


def id_of(client: Any, name: str) -> str:
    """The id of the thing with this name."""
    hits = client.get("/search.json", query_string={"q": name}).get_json()["found"]["hits"]
    return next(hit["id"] for hit in hits if hit["name"] == name)


def token(page: str) -> str:
    """The CSRF token of a page's first form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]
