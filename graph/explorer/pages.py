"""A page of an ingested report as a picture, with places outlined; rendered from the file that the workspace keeps.

The file is somebody else's: it is opened in a process of its own, whose end costs one picture and not the server.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast

from extractor.errors import Damaged, InputError, ZhituError
from extractor.reading.guard import run_guarded
from extractor.reading.worker import Job, Limits, Tell
from graph.building.state import open_state
from graph.ingesting.editions import all_editions
from graph.workspace import Workspace

SCALE = 1.6  # pixels a point: an A4 page is some 950 pixels wide
_MOST_PIXELS = 12_000_000  # a page of absurd size is rendered smaller
_OUTLINE = (200, 40, 20)

_LIMITS = Limits(page_seconds=20.0, memory=2 << 30, attempts=1)
# A page that takes its time may hold up one other, not all of the server's threads.
_drawing = threading.Semaphore(2)

Box = tuple[float, float, float, float]


class PageMissing(ZhituError):
    """The page's file is not kept, is no PDF, or has no such page."""


def page_image(workspace: Workspace, report: str, page: int, boxes: Sequence[Box] = ()) -> bytes:
    """A PNG of page ``page`` (from 1) of the edition of ``report`` that is in force, with ``boxes`` (points) outlined.

    Raises :class:`PageMissing` where it cannot be shown.
    """
    return _render(str(kept_file(workspace, report)), page, tuple(boxes))


def kept_file(workspace: Workspace, report: str) -> Path:
    """The kept file of a report's edition in force, found by its digest in the manifest, never by a name sent."""
    if workspace.state.exists():
        with open_state(workspace.state) as state:
            for edition in all_editions(state, report):
                if edition.in_force:
                    for path in sorted(workspace.files.glob(f"{edition.reading.digest}.*")):
                        return path
                    raise PageMissing(f"the file of {edition.info.title} is not kept", "ingest it again")
    raise PageMissing(f"{report}: there is no such report")


@lru_cache(maxsize=64)
def _render(file: str, page: int, boxes: tuple[Box, ...]) -> bytes:
    if not file.lower().endswith(".pdf"):
        raise PageMissing("this report was read from text, which has no pages to show")
    job = Job(Path(file), limits=_LIMITS, reader="graph.explorer.pages:draw", detail=(page, boxes))
    with _drawing:
        try:
            image = run_guarded(job)
        except InputError as error:
            raise PageMissing("this page cannot be drawn", "open the file itself") from error
    if not isinstance(image, bytes):
        raise PageMissing(str(image))
    return image


def draw(job: Job, tell: Tell) -> bytes | str:
    """In a process of its own: the PNG of the page that ``job.detail`` names (with boxes), or why there is none."""
    import pypdfium2
    from PIL import ImageDraw

    page, boxes = cast("tuple[int, tuple[Box, ...]]", job.detail)
    tell(page, job.limits.page_seconds)
    try:
        document = pypdfium2.PdfDocument(job.path)
        try:
            if not 1 <= page <= len(document):
                return f"there is no page {page}; the file has {len(document)}"
            sheet = document[page - 1]
            width, height = sheet.get_size()
            scale = min(SCALE, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
            image = sheet.render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()
    except (pypdfium2.PdfiumError, OSError, ValueError) as error:
        raise Damaged(job.path, "the kept file cannot be opened", "ingest it again") from error
    pen = ImageDraw.Draw(image)
    for x0, top, x1, bottom in boxes:
        corners = (x0 * scale - 4, top * scale - 3, x1 * scale + 4, bottom * scale + 6)
        if corners[2] > corners[0] and corners[3] > corners[1]:
            pen.rectangle(corners, outline=_OUTLINE, width=3)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=False, compress_level=3)
    return buffer.getvalue()
