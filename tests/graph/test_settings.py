"""Settings: unknown keys are refused, the environment comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import StoreError
from graph.storage.settings import Settings, SettingsError, read_settings
from graph.storage.store import open_store
from graph.workspace import Workspace


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml", {}) == Settings()


def test_the_environment_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[store]\naddress = "bolt://one:7687"\nuser = "a"\n[query]\ntimeout = 5\n', encoding="utf-8")
    read = read_settings(path, {"ZHITU_STORE": "neo4j://two", "ZHITU_PASSWORD": "secret"})
    assert (read.store.address, read.store.user, read.store.password, read.query.timeout) == (
        "neo4j://two",
        "a",
        "secret",
        5,
    )
    assert "secret" not in repr(read)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[stoer]\n", r"unknown section \[stoer\]"),
        ('[store]\nadress = "x"\n', r"unknown key adress in \[store\].*address"),
        ('[query]\ntimeout = "long"\n', "does not fit"),
        ("[query]\nlimit = -1\n", "negative"),
        ("[query\n", "cannot be read as TOML"),
        ("store = 1\n", "is no section"),
    ],
)
def test_what_is_not_known_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        read_settings(path, {})


@pytest.mark.parametrize("address", ["http://localhost", "bolt:localhost", "embeded"])
def test_an_address_that_is_none(tmp_path: Path, address: str) -> None:
    with pytest.raises(StoreError, match="is no store"):
        open_store(Workspace(tmp_path), address)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(Workspace(tmp_path), "bolt://127.0.0.1:9")
