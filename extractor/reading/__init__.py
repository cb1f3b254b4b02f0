"""A file → pages of glyphs, rules and pictures; or, for text forms, straight to a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import Damaged, FileMissing, NotAReport

if TYPE_CHECKING:
    from extractor.document import Document

__all__ = ["read_document"]

MAX_TEXT = 64 << 20


# How files begin that are no reports, and what they are.
_PICTURES = (
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"BM", "BMP picture"),
    (b"II*\x00", "TIFF picture"),
    (b"MM\x00*", "TIFF picture"),
)
_OFFICE = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_KNOWN = "zhitu reads PDF, Word (.docx, .doc), HTML and text files"


def read_document(path: Path, *, password: str | None = None) -> Document:
    """Read a report of any kind zhitu knows, told by its content and not by its name.

    Raises :class:`~extractor.errors.InputError` when nothing can be read; pages that were lost stand in
    ``document.unread``. A PDF is read in a process of its own, with bounded time and memory.
    """
    head = _head(path)
    if b"%PDF-" in head[:1024]:
        from extractor.reading.guard import read_guarded

        return read_guarded(path, password)
    for magic, what in _PICTURES:
        if head.startswith(magic) and b"\x00" in head:
            raise NotAReport(path, f"a {what}, whatever its name says", "print it to a PDF; scans are read by OCR")
    if head.startswith(b"PK\x03\x04"):
        from extractor.reading.word import read_docx

        return read_docx(path)
    if head.startswith(_OFFICE):
        from extractor.reading.word import read_doc

        return read_doc(path)
    if _is_html(head):
        from extractor.reading.web import read_html

        return read_html(path, _whole(path))
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAReport(path, "neither a PDF nor text", _KNOWN)
    from extractor.reading.text import read_text

    return read_text(path, _whole(path))


def _is_html(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<") and b"<html" in start)


def _whole(path: Path) -> bytes:
    if path.stat().st_size > MAX_TEXT:
        raise NotAReport(path, f"larger than the {MAX_TEXT >> 20} MB a text may have", "give the report's PDF")
    return path.read_bytes()


def _head(path: Path) -> bytes:
    if not path.exists():
        raise FileMissing(path, "no such file", "check the path")
    if path.is_dir():
        raise NotAReport(path, "a folder, not a report", "name the files in it")
    if not path.is_file():
        raise NotAReport(path, "not a regular file", "copy it to a file first")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise Damaged(path, f"cannot be opened ({error.strerror})", "check the file's permissions") from error
    if not head:
        raise Damaged(path, "the file is empty (0 bytes)", "download or export it again")
    return head
