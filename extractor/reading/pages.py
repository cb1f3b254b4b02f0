"""A PDF's pages one by one, each by its own text or, where that fails, by OCR; what is lost is said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from extractor.document import Document
from extractor.errors import Damaged, NotAReport
from extractor.reading import legible
from extractor.reading.page import Page
from extractor.reading.worker import Job, Tell

# A few bytes can say that there are a million pages, or name one page a hundred thousand times.
MAX_PAGES = 5_000
CUT_SHORT = "its text or a font that its text needs was in the lost part of the file; get the file anew"
BARRED = "not tried, as too many pages before it had to be given up; get the file anew, or print it to a new PDF"
NO_MEMORY = "it needs more memory than a page may; get the file anew, or print it to a new PDF"


def read_report(job: Job, tell: Tell) -> Document:
    """The document of the job's PDF; the reader that a worker runs unless told otherwise."""
    from extractor.layout import build_document

    document = build_document(read_pages(job, tell), sha256=digest(job.path))
    if not any(page.status in {"read", "ocr", "unread"} for page in document.pages):
        what = f"all {len(document.pages)} pages are empty" if document.pages else "no pages"
        raise Damaged(job.path, what, "export the report again")
    return document


def read_pages(job: Job, tell: Tell) -> Iterator[Page]:
    """The pages in order, each read when asked for; the job's lost and barred pages come unread."""
    pdf, lost = open_report(job)
    try:
        for number in range(1, len(pdf) + 1):
            why = job.lost.get(number) or lost.get(number)
            if why is None and job.barred is not None and number >= job.barred:
                why = BARRED
            if why is not None:
                yield Page(number, 0.0, 0.0, status="unread", why=why)
                continue
            tell(number, job.limits.page_seconds)
            yield _read(pdf, number, job, tell)
        tell(0, job.limits.joining_seconds)
    finally:
        pdf.close()


def open_report(job: Job) -> tuple[Any, dict[int, str]]:
    """The open PDF and the pages that are lost with why; a broken file is salvaged where it can be."""
    from extractor.reading.pdf import open_pdf
    from extractor.reading.salvage import MAX_BYTES, salvage

    try:
        return _of_sane_length(open_pdf(job.path, job.password), job), {}
    except Damaged:
        if job.path.stat().st_size > MAX_BYTES:
            raise
        saved = salvage(job.path.read_bytes())
        if saved is None:
            raise
        if len(saved.lost) == saved.pages:
            what = f"cut short or broken; all its {saved.pages} pages need what is lost"
            raise Damaged(job.path, what, "get the file anew from its source") from None
    import pypdfium2

    try:
        return _of_sane_length(pypdfium2.PdfDocument(saved.data), job), dict.fromkeys(saved.lost, CUT_SHORT)
    except pypdfium2.PdfiumError as error:
        raise Damaged(job.path, "cut short or broken", "get the file anew from its source") from error


def _of_sane_length(pdf: Any, job: Job) -> Any:
    count = len(pdf)
    if count <= MAX_PAGES:
        return pdf
    pdf.close()
    what = f"says it has {count} pages, and a report has at most {MAX_PAGES}"
    raise NotAReport(job.path, what, "split it, or print it to a new PDF")


def _read(pdf: Any, number: int, job: Job, tell: Tell) -> Page:
    from extractor.reading.pdf import read_page

    try:
        page = read_page(pdf, number)
        if page.status == "unread":
            return page
        why = legible.why_illegible(page)
        if why is None:
            return page
        if why == legible.EMPTY:
            return replace(page, status="empty")
        from extractor.reading import scan

        if not scan.available():
            return legible.without_ocr(page, why)
        tell(number, job.limits.ocr_seconds)
        return scan.read_page(pdf, page)
    except MemoryError:
        return Page(number, 0.0, 0.0, status="unread", why=NO_MEMORY)


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
