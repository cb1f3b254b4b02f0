"""Word files: .docx by its own XML (standard library), .doc and .rtf through LibreOffice where it is installed.

A document's blocks become the lines of the text form, merged cells written as the text form writes them; what Word's
styles say of headings is kept by their numbers and texts. No entity is expanded and nothing larger than
:data:`MAX_UNPACKED` is unpacked.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from extractor.document import Document
from extractor.errors import Damaged, Encrypted, NotAReport
from extractor.reading.text import document_of, text_lines

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

log = logging.getLogger(__name__)

MAX_UNPACKED = 200 << 20
MAX_RATIO = 200
CONVERT_SECONDS = 120
# Boxes within boxes.
MAX_DEPTH = 16
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_docx(path: Path) -> Document:
    """The Document of a .docx file; raises :class:`NotAReport` for another kind of zip."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    body = _xml(path, _BODY)
    notes = _notes(path)
    root = body.find(f"{_W}body")
    styles = _heading_styles(path)
    lines = list(_lines(root if root is not None else body, notes))
    levels = {at: styles[line.style] for at, line in enumerate(lines, 1) if line.style in styles}
    merged = {at: line.merged for at, line in enumerate(lines, 1) if line.merged}
    found = text_lines("\n".join(line.text for line in lines), levels, merged)
    if not found:
        raise Damaged(path, "the document is empty", "export the report again")
    return document_of(found, sha256)


def read_doc(path: Path) -> Document:
    """The Document of a .doc, .wps or .rtf file, converted by LibreOffice; the digest is the file's own."""
    from dataclasses import replace

    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        remedy = "save it as .docx or PDF, or install LibreOffice (soffice)"
        raise NotAReport(path, "an old Word file, which LibreOffice must convert", remedy)
    with tempfile.TemporaryDirectory(prefix="zhitu-") as folder:
        # A copy under a plain name: the path given may begin with a dash, and its ending may lie.
        source = Path(folder) / "report.doc"
        shutil.copyfile(path, source)
        command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
        command += ["--convert-to", "docx", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, timeout=CONVERT_SECONDS, capture_output=True, check=True)  # noqa: S603 - no shell
        except (subprocess.SubprocessError, OSError) as error:
            log.info("LibreOffice: %s", error)
            raise Damaged(path, "LibreOffice cannot convert it", "save it as .docx or PDF") from error
        converted = source.with_suffix(".docx")
        if not converted.exists():
            raise Damaged(path, "LibreOffice cannot convert it", "save it as .docx or PDF")
        document = read_docx(converted)
    with path.open("rb") as file:
        return replace(document, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def _xml(path: Path, name: str) -> Element:
    """One part of the package as XML; entity definitions are refused (they are never needed, and can explode)."""
    from xml.etree import ElementTree

    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if "EncryptedPackage" in names:
                raise Encrypted(path, "is encrypted", "save it without a password")
            if name not in names:
                raise NotAReport(path, "a zip file that is no Word document", "give the report's PDF or .docx")
            info = package.getinfo(name)
            if info.file_size > MAX_UNPACKED or info.file_size > MAX_RATIO * max(info.compress_size, 10_000):
                raise Damaged(path, "its text unpacks to far more than a report holds", "save it anew from Word")
            with package.open(info) as part:
                data = part.read(MAX_UNPACKED + 1)
        if len(data) > MAX_UNPACKED:
            raise Damaged(path, "its text unpacks to far more than a report holds", "save it anew from Word")
        plain = data.replace(b"\x00", b"")  # UTF-16 is XML too
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Damaged(path, "its XML defines entities, which no Word document does", "save it anew from Word")
        return ElementTree.fromstring(data)  # noqa: S314 - no entities are left in it, see above
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ElementTree.ParseError, RuntimeError, OSError, EOFError) as error:
        raise Damaged(path, "a damaged Word document", "save it anew from Word, or give the report's PDF") from error
    except (NotImplementedError, ValueError, KeyError) as error:
        raise Damaged(path, "a Word document packed in a way zhitu does not read", "save it anew from Word") from error


def _notes(path: Path) -> dict[str, str]:
    """Footnotes by their ids; none where the document has none."""
    try:
        root = _xml(path, "word/footnotes.xml")
    except (NotAReport, Damaged):
        return {}
    found = {}
    for note in root.iter(f"{_W}footnote"):
        text = "".join(_text(paragraph, {}) for paragraph in note.iter(f"{_W}p")).strip()
        if text and note.get(f"{_W}type") is None:
            found[note.get(f"{_W}id", "")] = text
    return found


def _heading_styles(path: Path) -> dict[str, int]:
    """The ids of paragraph styles that are headings, with their levels from 1."""
    try:
        root = _xml(path, "word/styles.xml")
    except (NotAReport, Damaged):
        return {}
    found = {}
    for style in root.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        match = (
            re.fullmatch(r"(?:heading|标题)\s*([1-9])", name.get(f"{_W}val", "").lower()) if name is not None else None
        )
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        number = outline.get(f"{_W}val", "9") if outline is not None else "9"
        if match:
            found[style.get(f"{_W}styleId", "")] = int(match.group(1))
        elif number in {"0", "1", "2", "3", "4", "5", "6", "7", "8"}:
            found[style.get(f"{_W}styleId", "")] = int(number) + 1
    return found


class _Line(NamedTuple):
    """One line of the text form: a paragraph with its style's id, or a table's row with how its cells are merged."""

    text: str
    style: str = ""
    merged: str = ""


def _lines(body: Element, notes: dict[str, str]) -> Iterator[_Line]:
    """The body's paragraphs and table rows as lines of the text form.

    Footnotes stand after the paragraph that cites them. A table of one column is a box: its cells' paragraphs, and the
    tables in them, are lines of their own.
    """
    cited: dict[str, int] = {}
    stack = [iter(body)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == f"{_W}p":
            before = len(cited)
            text = _text(element, cited)
            if next(element.iter(f"{_W}drawing"), None) is not None:
                yield from [_Line("")] * 3
            style = element.find(f"{_W}pPr/{_W}pStyle")
            yield _Line(text, style.get(f"{_W}val", "") if style is not None else "")
            yield _Line("")
            for note, number in list(cited.items())[before:]:
                if note in notes:
                    yield _Line(f"{str(number).translate(_SUPERSCRIPT)} {notes[note]}")
                    yield _Line("")
        elif element.tag == f"{_W}tbl":
            rows = element.findall(f"{_W}tr")
            if len(stack) < MAX_DEPTH and all(len(row.findall(f"{_W}tc")) <= 1 for row in rows):
                stack.append(iter([child for row in rows for cell in row.findall(f"{_W}tc") for child in cell]))
                continue
            yield from _rows(rows)
            yield _Line("")
        elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"}:
            stack.append(iter(element))


def _rows(rows: Sequence[Element]) -> Iterator[_Line]:
    """A table's rows: cells divided by tabs, a cell over several columns or rows written once and then left empty."""
    for row in rows:
        cells: list[str] = []
        marks = ""
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        cells += [""] * _count(before, 0)
        marks += " " * _count(before, 0)
        for cell in row.findall(f"{_W}tc"):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and merged.get(f"{_W}val") != "restart"
            text = " ".join(part for part in (_text(p, {}).strip() for p in cell.iter(f"{_W}p")) if part)
            wide = _count(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            cells.append("" if goes_on else text.replace("\t", " "))
            cells += [""] * (wide - 1)
            marks += ("^" if goes_on else " ") + "<" * (wide - 1)
        yield _Line("\t".join(cells), merged=marks)


def _count(element: Element | None, otherwise: int) -> int:
    """The number an element's ``val`` says, at most 100."""
    value = element.get(f"{_W}val", "") if element is not None else ""
    return min(int(value), 100) if value.isdecimal() and int(value) > 0 else otherwise


def _text(paragraph: Element, cited: dict[str, int]) -> str:
    """A paragraph's text; deleted text is left out, raised digits and footnote references become superscripts."""
    parts: list[str] = []
    for run in paragraph.iter(f"{_W}r"):
        raised = run.find(f"{_W}rPr/{_W}vertAlign")
        is_raised = raised is not None and raised.get(f"{_W}val") == "superscript"
        for piece in run:
            if piece.tag == f"{_W}t":
                text = piece.text or ""
                parts.append(text.translate(_SUPERSCRIPT) if is_raised and text.strip().isdecimal() else text)
            elif piece.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
                parts.append(" ")
            elif piece.tag == f"{_W}footnoteReference":
                number = cited.setdefault(piece.get(f"{_W}id", ""), len(cited) + 1)
                parts.append(str(number).translate(_SUPERSCRIPT))
    return "".join(parts).replace("\n", " ")
