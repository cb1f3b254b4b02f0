"""A file → pages of glyphs, rules and pictures; or, for text forms, straight to a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import Damaged, FileMissing, NotAReport

if TYPE_CHECKING:
    from extractor.document import Document

__all__ = ["read_document"]


def read_document(path: Path, *, password: str | None = None) -> Document:
    """Read a report of any kind zhitu knows, told by its content and not by its name.

    Raises :class:`~extractor.errors.InputError` when nothing can be read; pages that were lost stand in
    ``document.unread``.
    """
    data = _head(path)
    if b"%PDF-" in data[:1024]:
        from extractor.layout import build_document
        from extractor.reading.pdf import read_pages

        return build_document(read_pages(path, password), _digest(path))
    from extractor.reading.text import read_text

    return read_text(path, path.read_bytes())


def _head(path: Path) -> bytes:
    if not path.exists():
        raise FileMissing(path, "no such file", "check the path")
    if path.is_dir():
        raise NotAReport(path, "a folder, not a report", "name the files in it")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise Damaged(path, f"cannot be opened ({error.strerror})", "check the file's permissions") from error
    if not head:
        raise Damaged(path, "the file is empty (0 bytes)", "download or export it again")
    return head


def _digest(path: Path) -> str:
    """The SHA-256 of the file's bytes."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
