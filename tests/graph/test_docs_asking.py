"""Every named question, export and setting stands in the documentation."""

from __future__ import annotations

from dataclasses import fields

from graph.cli.sharing import _KINDS
from graph.questions.asking import questions
from graph.storage import settings
from tests.conftest import ROOT

ASKING = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")


def test_every_question_is_documented() -> None:
    assert [name for name in questions() if f"`{name}" not in ASKING] == []


def test_every_export_is_documented() -> None:
    assert [kind for kind in _KINDS if kind not in ASKING] == []


def test_every_setting_is_documented() -> None:
    told = settings.__doc__ or ""
    for section in fields(settings.Settings):
        assert f"[{section.name}]" in told
        kind = getattr(settings, f"{section.name.capitalize()}Settings")
        assert [f.name for f in fields(kind) if f.name not in told] == []
