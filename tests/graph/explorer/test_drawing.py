"""A page of somebody else's file is drawn in a process of its own: a file that breaks the drawer costs one picture."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.reading.worker import Job, Limits, Tell
from graph.explorer import pages
from tests.conftest import ROOT

PNG = b"\x89PNG"


def crashing(job: Job, tell: Tell) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def stuck(job: Job, tell: Tell) -> bytes:
    tell(1, job.limits.page_seconds)
    while True:
        pass


def elsewhere(job: Job, tell: Tell) -> str:
    return f"drawn by {os.getpid()}"


@pytest.fixture
def drawn_by(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def use(reader: Callable[..., object], seconds: float = 20.0) -> None:
        limits = Limits(page_seconds=seconds, attempts=1, patience=60.0)
        monkeypatch.setattr(pages, "_LIMITS", limits)

        def job(path: Path, **more: object) -> Job:
            return Job(path, limits=limits, reader=f"{__name__}:{reader.__name__}")

        monkeypatch.setattr(pages, "Job", job)

    pages._render.cache_clear()
    return use


def test_a_page_is_drawn_and_kept() -> None:
    file = str(ROOT / "corpora/sample/report.pdf")
    picture = pages._render(file, 1, ((10.0, 10.0, 90.0, 40.0),))
    assert picture.startswith(PNG)
    assert pages._render(file, 1, ()) != picture
    with pytest.raises(pages.PageMissing, match="there is no page 999"):
        pages._render(file, 999, ())


def test_a_broken_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 and nothing more")
    with pytest.raises(pages.PageMissing, match="cannot be drawn"):
        pages._render(str(path), 1, ())


def test_it_is_drawn_in_another_process(drawn_by: Callable[..., None]) -> None:
    drawn_by(elsewhere)
    with pytest.raises(pages.PageMissing, match="drawn by") as told:
        pages._render("a.pdf", 1, ())
    assert str(os.getpid()) not in str(told.value)


@pytest.mark.skipif(os.name == "nt", reason="limits are POSIX's")
def test_a_page_that_crashes_or_holds_up_the_drawer_costs_one_picture(drawn_by: Callable[..., None]) -> None:
    for reader in (crashing, stuck):
        drawn_by(reader, 0.5)
        with pytest.raises(pages.PageMissing, match="cannot be drawn"):
            pages._render("a.pdf", 1, ())
