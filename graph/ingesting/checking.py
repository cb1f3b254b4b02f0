"""Facts drawn for a human check, with the page each stands on; verdicts; and the precision they bear out.

Every asserted fact (no provenance) is as likely to be drawn as any other, so the share of right ones estimates the
whole graph's precision. Precision is stated with Wilson's score interval, which is sound for small samples and for
shares near 0 or 1 (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927).
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from extractor.errors import Damaged, FileMissing, Refused
from graph.building.desired import part_of
from graph.building.packing import pack, unpack
from graph.building.state import State
from graph.model import Edge, EdgeKey, Evidence, Graph, Value
from graph.tablefiles import harmless
from graph.workspace import Workspace

Verdict = Literal["right", "wrong", ""]
# What a checker may write.
VERDICTS: dict[str, Verdict] = {
    **dict.fromkeys(("对", "是", "正确", "y", "yes", "1", "right", "true", "✓", "√"), "right"),
    **dict.fromkeys(("错", "否", "错误", "n", "no", "0", "wrong", "false", "✗", "×"), "wrong"),
    **dict.fromkeys(("", "?", "？", "不清楚", "unsure"), ""),
}  # fmt: skip
COLUMNS = ("number", "verdict", "type", "from", "to", "properties", "report", "page", "says", "picture")
PROVENANCE = ("MENTIONED_IN", "PART_OF", "IN_REPORT", "OF_INDICATOR")
NORMAL_95 = 1.959964
_BOOKKEEPING = {"years", "confidence"}
_SCALE = 2.0  # pixels a point of a page's picture


@dataclass(frozen=True, slots=True)
class Drawn:
    """One fact to check. ``says``: the passage that bears it; ``picture``: the page's, beside the list, or ""."""

    number: int
    type: str
    head: str
    tail: str
    properties: str
    report: str
    page: int | None
    says: str
    picture: str = ""
    verdict: Verdict = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Precision:
    """Of ``right + wrong`` facts looked at, the share that is right, and its 95 % interval (None: none looked at)."""

    type: str
    right: int
    wrong: int
    open: int

    @property
    def share(self) -> float | None:
        """The share of right ones."""
        looked = self.right + self.wrong
        return self.right / looked if looked else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval."""
        return wilson(self.right, self.right + self.wrong)


def wilson(right: int, looked: int, z: float = NORMAL_95) -> tuple[float, float] | None:
    """Wilson's score interval of a share ``right / looked``; ``z``: the normal quantile. None for nothing looked at."""
    if looked == 0:
        return None
    share, square = right / looked, z * z / looked
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / looked + square / looked / 4) / (1 + square)
    # Rounding must not leave the share itself outside.
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def draw(state: State, number: int, *, seed: str = "", types: Collection[str] = ()) -> list[Drawn]:
    """``number`` facts of the workspace's graph, of ``types`` only where some are given.

    The same seed draws the same facts as long as they stand. A fact's place in the order is a hash of what it says,
    so that the draw needs one pass and no memory of the graph. Raises :class:`Refused` where there is none.
    """
    rows = state.db.execute("SELECT source, type, target, key FROM edges WHERE live")
    keys = (EdgeKey(type_, source, target, tuple(unpack(key))) for source, type_, target, key in rows)
    asserted = (key for key in keys if (key.type in types if types else key.type not in PROVENANCE))
    chosen = heapq.nsmallest(number, asserted, key=lambda key: hashlib.sha256(f"{seed}|{pack(key)}".encode()).digest())
    if not chosen:
        raise Refused("there is no such fact in the workspace's graph", "ingest reports first, or name other types")
    part = part_of(state, chosen)
    return [_drawn(part, part.edges[key], at) for at, key in enumerate(chosen, 1)]


def _drawn(part: Graph, edge: Edge, number: int) -> Drawn:
    head, tail = part.nodes[edge.key.source], part.nodes[edge.key.target]
    said: dict[str, Value] = {
        name: value for name, value in edge.properties.items() if name not in _BOOKKEEPING and value is not None
    }
    if tail.label == "Observation":
        said.update({name: tail.properties[name] for name in ("year", "group") if tail.properties.get(name)})
        measured = next((key.target for key in part.edges if key[:2] == ("OF_INDICATOR", tail.id)), None)
        said["indicator"] = part.nodes[measured].name if measured else ""
    witness = max(edge.evidence, key=lambda e: (head.name in e.text) + (tail.name in e.text), default=None)
    report = part.nodes.get(witness.document) if witness else None
    return Drawn(
        number, edge.key.type, head.name, tail.name,
        "; ".join(f"{name}={_plain(value)}" for name, value in sorted(said.items())),
        report.name if report else "", witness.page if witness else None,
        witness.text if witness else "", evidence=witness,
    )  # fmt: skip


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def add_pictures(drawn: Sequence[Drawn], state: State, workspace: Workspace, folder: Path) -> list[Drawn]:
    """Draw the page of each fact into ``folder``, the passage framed; a report that has no pages has no picture."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for one in drawn:
        picture = ""
        if one.evidence is not None and one.page is not None:
            row = state.db.execute("SELECT digest FROM reports WHERE report = ?", (one.evidence.document,)).fetchone()
            file = next(workspace.files.glob(f"{row[0]}.*"), None) if row else None
            if file is not None and _is_pdf(file):
                path = folder / f"{one.number:03d}.png"
                _draw_page(file, one.evidence, path)
                picture = f"{folder.name}/{path.name}"
        made.append(replace(one, picture=picture))
    return made


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _draw_page(file: Path, evidence: Evidence, target: Path) -> None:
    from PIL import ImageDraw

    from extractor.reading.pdf import open_pdf

    document = open_pdf(file, None)
    try:
        page = document[(evidence.page or 1) - 1]
        picture = page.render(scale=_SCALE).to_pil().convert("RGB")
        page.close()
    finally:
        document.close()
    if evidence.bbox:
        x0, top, x1, bottom = (value * _SCALE for value in evidence.bbox)
        box = (min(x0, x1) - 4, min(top, bottom) - 4, max(x0, x1) + 4, max(top, bottom) + 4)
        ImageDraw.Draw(picture).rectangle(box, outline=(210, 40, 40), width=3)
    picture.save(target)


def write_list(drawn: Iterable[Drawn], path: Path) -> None:
    """The list a checker fills in: tabs between columns, fit for Excel; ``verdict`` 对 or 错 (empty: not looked at)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words: dict[Verdict, str] = {"right": "对", "wrong": "错", "": ""}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, dialect="excel-tab")
        writer.writerow(COLUMNS)
        for one in drawn:
            cells = (one.type, one.head, one.tail, one.properties, one.report, one.page or "", one.says, one.picture)
            writer.writerow((one.number, words[one.verdict], *map(_cell, cells)))


def _cell(value: object) -> str:
    """A cell that a spreadsheet takes for text: a report's words never become a formula."""
    text = " ".join(str(value).split())
    return harmless(text)


def read_list(path: Path) -> list[Drawn]:
    """A list with verdicts; only ``verdict`` and ``type`` are needed. Raises :class:`Damaged`, naming the row."""
    if not path.is_file():
        raise FileMissing(path, "no such list", "draw one with: zhitu sample -o FOLDER")
    text = path.read_text(encoding="utf-8-sig")
    dialect = "excel-tab" if "\t" in text.partition("\n")[0] else "excel"
    reader = csv.DictReader(text.splitlines(), dialect=dialect)
    if not {"verdict", "type"} <= set(reader.fieldnames or ()):
        raise Damaged(path, "has no columns 'verdict' and 'type'", "fill in the list that zhitu sample wrote")
    return [_listed(path, number, row) for number, row in enumerate(reader, 2)]


def _listed(path: Path, number: int, row: dict[str, str | None]) -> Drawn:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    word = cell("verdict").lower()
    if word not in VERDICTS:
        raise Damaged(path, f"row {number}: {word} is no verdict", "write 对 or 错, or leave it empty")
    page = cell("page")
    at = cell("number")
    return Drawn(
        int(at) if at.isdigit() else number - 1, cell("type"), cell("from"), cell("to"), cell("properties"),
        cell("report"), int(page) if page.isdigit() else None, cell("says"), cell("picture"), VERDICTS[word],
    )  # fmt: skip


def precisions(checked: Iterable[Drawn]) -> Iterator[Precision]:
    """Precision over all facts (type ``all``), then of each type, by name."""
    counts: Counter[tuple[str, Verdict]] = Counter()
    for one in checked:
        counts.update({(type_, one.verdict) for type_ in ("all", one.type)})
    types = sorted({type_ for type_, _ in counts} - {"all"})
    for type_ in ("all", *types):
        yield Precision(type_, counts[type_, "right"], counts[type_, "wrong"], counts[type_, ""])
