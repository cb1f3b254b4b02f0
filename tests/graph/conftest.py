"""Stores for tests: one parametrised fixture runs every test on both servers."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from graph.storage.embedded import EmbeddedServer, available
from graph.storage.settings import EmbeddedSettings, Settings, StoreSettings
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from tests.graph.stores import sample

BOTH = [pytest.param("embedded", marks=pytest.mark.store), pytest.param("neo4j", marks=pytest.mark.neo4j)]


@pytest.fixture(scope="session", params=BOTH)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Settings]]:
    """A workspace and settings that name one of the two servers, ended when the tests are over."""
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    embedded = EmbeddedSettings(heap_mb=256, idle_minutes=2)
    if request.param == "neo4j":
        if not os.environ.get("ZHITU_TEST_NEO4J"):
            pytest.skip("needs a real Neo4j: scripts/neo4j python -m pytest -m neo4j")
        store = StoreSettings(os.environ["ZHITU_TEST_NEO4J"], "neo4j", os.environ["ZHITU_TEST_NEO4J_PASSWORD"])
        yield workspace, Settings(store=store, embedded=embedded)
        return
    if reason := available():
        pytest.skip(reason)
    yield workspace, Settings(embedded=embedded)
    EmbeddedServer(workspace.database).stop()


@pytest.fixture
def writer(place: tuple[Workspace, Settings]) -> Iterator[Store]:
    """A store for writing that holds the sample graph and nothing else."""
    workspace, settings = place
    with open_store(workspace, write=True, settings=settings) as store:
        store.replace(sample())
        yield store


@pytest.fixture(scope="module")
def reader(place: tuple[Workspace, Settings]) -> Iterator[Store]:
    """A store for reading that holds the sample graph; a module's tests share it."""
    workspace, settings = place
    with open_store(workspace, write=True, settings=settings) as store:
        store.replace(sample())
    with open_store(workspace, settings=settings) as store:
        yield store
