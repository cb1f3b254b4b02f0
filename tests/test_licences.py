"""What zhitu depends on is listed, and nothing of it is under a licence that binds whoever runs it as a service."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    pytest.importorskip("packaging")
    loader = SourceFileLoader("licences", str(ROOT / "scripts/licences"))
    spec = spec_from_loader("licences", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_no_dependency_is_under_a_forbidden_licence(licences: ModuleType) -> None:
    found, _ = licences.closure()
    assert {"click", "neo4j", "spacy"} <= found.keys()
    assert [told for name, (extras, _) in found.items() if (told := licences.forbidden(name, extras))] == []


@pytest.mark.parametrize(
    ("text", "extras", "allowed"),
    [
        ("GNU Affero General Public License v3", {"dev"}, False),
        ("AGPL-3.0-only", {""}, False),
        ("GPL-3.0-or-later", {""}, False),
        ("GPL-3.0-or-later", {"dev"}, True),
        ("GPL-2.0 WITH Classpath-exception-2.0", {""}, True),
        ("GNU Lesser General Public License v3 (LGPLv3)", {""}, True),
        ("GPL-2.0-or-later OR MIT", {""}, True),
        ("MIT", {""}, True),
    ],
)
def test_what_is_forbidden(
    licences: ModuleType, monkeypatch: pytest.MonkeyPatch, text: str, extras: set[str], allowed: bool
) -> None:
    monkeypatch.setattr(licences, "licence", lambda name: text)
    assert (licences.forbidden("x", extras) == "") == allowed


def test_every_declared_dependency_is_listed_and_locked(licences: ModuleType) -> None:
    listed = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for extra, lines in licences.declared().items():
        for line in lines:
            name = re.split(r"[<>=;!~ \[]", line)[0].lower()
            assert f"| {name} |" in listed or f"{name} (" in listed, name
            if extra not in licences.ASIDE and f"| {name} |" in listed:
                assert re.search(rf"^{re.escape(name)}==[\w.]+ ", locked, re.MULTILINE), name


def test_every_locked_version_has_digests_and_no_address_is_named() -> None:
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.sub(r"\s*\\\n\s*", " ", re.sub(r"^#.*\n", "", locked, flags=re.MULTILINE)).splitlines()
    assert len(entries) > 60
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[\w.]+( ;[^#\\]*?)?( --hash=sha256:[0-9a-f]{64})+$", entry), entry[:100]
    assert "://" not in locked
