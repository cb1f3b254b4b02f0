"""Bad input: one line that names the file and the remedy, or a partial reading; never a hang or a crash."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from extractor.document import Document
from extractor.errors import Damaged, Encrypted, FileMissing, InputError, NotAReport
from extractor.reading import nursery, read_document, scan
from extractor.reading.guard import read_guarded
from extractor.reading.salvage import salvage
from extractor.reading.worker import Limits

SHARED = Path(os.environ.get("ZHITU_SHARED") or Path(__file__).parents[4] / "shared")
DAMAGED = SHARED / "report" / "damaged"
needs_shared = pytest.mark.skipif(not DAMAGED.is_dir(), reason="the shared damaged files are not here")
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
QUICK = Limits(page_seconds=1.0, memory=1 << 30, patience=60.0)  # the clock tells nothing on a busy machine


@pytest.fixture(params=["forked", "started"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways a worker comes to be."""
    if request.param == "forked" and not nursery.possible():
        pytest.skip("readers are forked on Linux only")
    monkeypatch.setattr(nursery, "possible", lambda: request.param == "forked")
    return str(request.param)


both = pytest.mark.usefixtures("way")


def guarded(reader: str, limits: Limits = QUICK) -> Document:
    return read_guarded(Path("报告.pdf"), limits=limits, reader=f"tests.extractor.reading.hostile:{reader}")


def texts(document: Document) -> list[str]:
    return [passage.text for passage in document.passages]


def one_line(error: InputError, name: str) -> None:
    assert "\n" not in str(error)
    assert name in str(error)
    assert error.remedy
    assert error.exit_code == 1


@both
def test_what_libraries_print_does_not_disturb_the_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert texts(guarded("well")) == ["第1页。", "第2页。", "第3页。", "第4页。"]
    assert capfd.readouterr().out == ""


@posix
@both
def test_a_stuck_page_is_given_up_and_reported() -> None:
    document = guarded("stuck")
    assert texts(document) == ["第1页。", "第3页。", "第4页。"]
    assert [page.number for page in document.unread] == [2]
    # On a machine that gives it no processor the clock on the wall comes first.
    assert any(words in document.unread[0].why for words in ("more than 1 second", "stuck"))


@posix
@both
def test_a_page_that_takes_all_memory_is_given_up() -> None:
    document = guarded("greedy", Limits(page_seconds=20.0, memory=1 << 30))
    assert [page.number for page in document.unread] == [3]
    assert "memory" in document.unread[0].why


@posix
@both
def test_crashes_cost_their_pages_only() -> None:
    document = guarded("crashing")
    assert texts(document) == ["第1页。", "第3页。"]
    assert [page.number for page in document.unread] == [2, 4]


@posix
@both
def test_after_too_many_bad_pages_the_rest_is_not_tried() -> None:
    document = guarded("hopeless", Limits(page_seconds=1.0, attempts=3))
    assert len(document.unread) == 4
    with pytest.raises(Damaged, match="opening it failed"):
        guarded("unopened")


def test_errors_travel_between_processes() -> None:
    error = Encrypted(Path("a.pdf"), "is encrypted", "give its password with --password")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


def test_missing_folder_empty_and_other_kinds(tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as missing:
        read_document(tmp_path / "nichts.pdf")
    one_line(missing.value, "nichts.pdf")
    with pytest.raises(NotAReport, match="folder"):
        read_document(tmp_path)
    path = tmp_path / "a.pdf"
    for content, kind in [(b"", Damaged), (b"\x89PNG\r\n\x1a\n" + bytes(90), NotAReport), (bytes(90), NotAReport)]:
        path.write_bytes(content)
        with pytest.raises(kind) as caught:
            read_document(path)
        one_line(caught.value, "a.pdf")


def pdf(objects: list[bytes], *, xref: bool = True) -> bytes:
    """A small PDF of objects 1, 2, …; the first is its catalog."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    if xref:
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def two_pages(box: bytes = b"[0 0 595 842]") -> list[bytes]:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    stream = b"BT /F1 12 Tf 72 700 Td (Report of the year two thousand) Tj ET"
    contents = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 2 /Kids [4 0 R 5 0 R] >>",
        font,
        page % (b"[0 0 595 842]", 6),
        page % (box, 7),
        contents,
        contents,
    ]


def test_a_page_of_absurd_size_is_lost_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(two_pages(b"[0 0 9000000 9000000]")))
    document = read_document(path)
    assert any("Report" in text for text in texts(document))
    assert [page.number for page in document.unread] == [2]


def test_a_file_cut_short_is_salvaged_and_says_which_pages_are_lost(tmp_path: Path) -> None:
    whole = pdf(two_pages(), xref=False)
    cut = whole[: whole.rindex(b"7 0 obj") + 20]
    # The catalog is gone too, so that PDFium alone gives up.
    cut = cut.replace(b"/Type /Catalog", b"/Type /Unknown")
    saved = salvage(cut)
    assert saved is not None
    assert (saved.pages, saved.lost) == (2, frozenset({2}))
    path = tmp_path / "a.pdf"
    path.write_bytes(cut)
    document = read_document(path)
    assert any("Report" in text for text in texts(document))
    assert [page.number for page in document.unread] == [2]
    assert "lost part" in document.unread[0].why


@pytest.mark.parametrize("numbers", [b"", b"x y", b"9" * 5000 + b" 0", b"7 0 8"])
def test_broken_object_streams_are_passed_over(numbers: bytes) -> None:
    packed = zlib.compress(numbers + b" <</Type/Page>>")
    stream = b"1 0 obj\n<</Type /ObjStm /N 2 /First %d /Filter /FlateDecode>>\nstream\n%s\nendstream"
    assert salvage(b"%PDF-1.5\n" + stream % (len(numbers) + 1, packed)) is None or numbers == b"7 0 8"


@pytest.mark.parametrize("keep", range(10, 900, 89))
def test_any_cut_gives_a_document_or_one_error(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(two_pages())[:keep])
    try:
        document = read_document(path)
    except InputError as error:
        one_line(error, "a.pdf")
    else:
        assert document.pages


def test_deep_objects_do_not_bring_it_down(tmp_path: Path) -> None:
    objects = two_pages()
    objects[5] = b"<< /Length 0 /X " + b"[" * 100_000 + b"]" * 100_000 + b" >>\nstream\n\nendstream"
    objects[1] = b"<< /Type /Pages /Count 2 /Kids [4 0 R 5 0 R 2 0 R] >>"  # a page tree that holds itself
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(objects))
    try:
        assert read_document(path).pages
    except InputError as error:
        one_line(error, "a.pdf")


@pytest.mark.parametrize(
    "tree", [b"/Count 900000 /Kids [4 0 R 5 0 R]", b"/Count 6000 /Kids [" + b"4 0 R " * 6000 + b"]"]
)
def test_a_giant_page_tree_is_refused(tmp_path: Path, tree: bytes) -> None:
    objects = two_pages()
    objects[1] = b"<< /Type /Pages %s >>" % tree
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(objects))
    with pytest.raises(NotAReport, match="at most 5000") as caught:
        read_document(path)
    one_line(caught.value, "a.pdf")


@needs_shared
def test_encrypted_files() -> None:
    with pytest.raises(Encrypted, match="--password") as caught:
        read_document(DAMAGED / "D1_encrypted.pdf")
    one_line(caught.value, "D1_encrypted.pdf")
    with pytest.raises(Encrypted, match="does not open"):
        read_document(DAMAGED / "D1_encrypted.pdf", password="falsch")  # noqa: S106
    for name, password in [("D1_encrypted.pdf", "user-2024"), ("D1b_owner_only.pdf", None)]:
        document = read_document(DAMAGED / name, password=password)
        assert len(document.pages) == 6
        assert document.passages


@needs_shared
@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("D2_truncated.pdf", Damaged, "cut short"),
        ("D3_zero.pdf", Damaged, "0 bytes"),
        ("D4_png_named.pdf", NotAReport, "PNG"),
        ("D5_empty_pages.pdf", Damaged, "3 pages are empty"),
    ],
)
def test_files_that_cannot_be_read(name: str, kind: type[InputError], says: str) -> None:
    with pytest.raises(kind, match=says) as caught:
        read_document(DAMAGED / name)
    one_line(caught.value, name)


@needs_shared
@pytest.mark.parametrize("name", ["damaged/D6_no_tounicode.pdf", "report-scan.pdf"])
def test_without_ocr_such_pages_are_unread_by_number(name: str) -> None:
    from extractor.reading.pages import read_report
    from extractor.reading.worker import Job

    patch = pytest.MonkeyPatch()
    patch.setattr(scan, "available", lambda: False)
    try:
        document = read_report(Job(SHARED / "report" / name), lambda page, seconds: None)
    finally:
        patch.undo()
    assert [page.number for page in document.unread] == [page.number for page in document.pages]
    assert all(re.search(r"pip install .*ocr", page.why) for page in document.unread)
    assert not document.passages


@needs_shared
@pytest.mark.slow
def test_two_thousand_pages_stay_under_600_megabytes() -> None:
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from extractor.reading import read_document\n"
        "from extractor.reading.nursery import spent\n"
        "document = read_document(Path(sys.argv[1]))\n"
        "peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
        "print(len(document.pages), max(peak >> 10, spent().peak >> 20))\n"
    )
    root = Path(__file__).parents[3]
    out = subprocess.run(
        [sys.executable, "-c", code, str(DAMAGED / "D7_2000_pages.pdf")],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    pages, megabytes = map(int, out.split())
    assert pages == 2000
    assert 50 < megabytes < 600
