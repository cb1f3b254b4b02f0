"""PDF files drawn by hand for tests: text in a Type 3 font whose glyphs are squares, rules and fills. Needs no font.

Positions are points from the top left; ``y`` of a text is its baseline. Chinese characters are one em wide, ASCII half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

SLOTS = 200


@dataclass
class Paper:
    """Pages under way; the last one is drawn on. ``rotate`` is the page's /Rotate, drawn so that it looks upright."""

    width: float = 595.0
    height: float = 842.0
    rotate: int = 0
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    chars: list[str] = field(default_factory=list)

    def page(self) -> Paper:
        """Begin a page."""
        self.pages.append([])
        return self

    def text(self, x: float, y: float, text: str, size: float = 10.5) -> Paper:
        """Set a line of text at a baseline."""
        ops, at, run, font = self.pages[-1], x, "", -1
        begin = x
        for char in text:
            if char not in self.chars:
                self.chars.append(char)
            slot, code = divmod(self.chars.index(char), SLOTS)
            if slot != font and run:
                ops.append(self._show(font, run, begin, y, size))
                run, begin = "", at
            font = slot
            run += f"{code + 1:02x}"
            at += size * (0.5 if char.isascii() else 1.0)
        if run:
            ops.append(self._show(font, run, begin, y, size))
        return self

    def centred(self, y: float, text: str, size: float = 10.5, middle: float | None = None) -> Paper:
        """Set a line in the middle of the page, or of ``middle``."""
        width = sum(size * (0.5 if char.isascii() else 1.0) for char in text)
        return self.text((self.width / 2 if middle is None else middle) - width / 2, y, text, size)

    def line(self, x0: float, y0: float, x1: float, y1: float, thick: float = 0.5) -> Paper:
        """Draw a rule."""
        self.pages[-1].append(f"{thick} w {x0} {self.height - y0} m {x1} {self.height - y1} l S")
        return self

    def fill(self, x0: float, top: float, x1: float, bottom: float, grey: float = 0.9) -> Paper:
        """Fill a rectangle."""
        self.pages[-1].append(f"{grey} g {x0} {self.height - bottom} {x1 - x0} {bottom - top} re f 0 g")
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Paper:
        """Draw all rules of a table."""
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        return self

    def paragraph(self, y: float, text: str, left: float = 85.0, per_line: int = 40, size: float = 10.5) -> float:
        """Set a paragraph with its first line indented by two ems; returns the baseline after it."""
        first, rest = text[: per_line - 2], text[per_line - 2 :]
        self.text(left + 2 * size, y, first, size)
        while rest:
            y += 1.7 * size
            self.text(left, y, rest[:per_line], size)
            rest = rest[per_line:]
        return y + 1.7 * size

    def save(self, path: Path) -> Path:
        """Write the file."""
        objects: list[bytes] = []

        def add(body: str | bytes) -> int:
            objects.append(body if isinstance(body, bytes) else body.encode())
            return len(objects)

        def stream(content: str) -> int:
            data = content.encode()
            return add(b"<< /Length %d >>\nstream\n" % len(data) + data + b"\nendstream")

        catalog, tree = add(""), add("")
        wide = stream("1000 0 0 0 1000 880 d1 100 0 800 800 re f")
        half = stream("500 0 0 0 500 880 d1 50 0 400 700 re f")
        fonts = []
        for slot in range(0, len(self.chars), SLOTS):
            chars = self.chars[slot : slot + SLOTS]
            names = " ".join(f"/g{code}" for code in range(1, len(chars) + 1))
            procs = " ".join(f"/g{n} {half if c.isascii() else wide} 0 R" for n, c in enumerate(chars, 1))
            maps = "\n".join(f"<{n:02x}> <{c.encode('utf-16-be').hex()}>" for n, c in enumerate(chars, 1))
            unicode_map = stream(
                "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /m def /CMapType 2 def "
                f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(chars)} beginbfchar\n{maps}\nendbfchar "
                "endcmap end end"
            )
            fonts.append(
                add(
                    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 880] /FontMatrix [0.001 0 0 0.001 0 0] "
                    f"/FirstChar 1 /LastChar {len(chars)} "
                    f"/Widths [{' '.join('500' if c.isascii() else '1000' for c in chars)}] "
                    f"/Encoding << /Type /Encoding /Differences [1 {names}] >> /CharProcs << {procs} >> "
                    f"/ToUnicode {unicode_map} 0 R /Resources << >> >>"
                )
            )
        resources = " ".join(f"/F{at} {number} 0 R" for at, number in enumerate(fonts))
        kids = []
        width, height = (self.height, self.width) if self.rotate in (90, 270) else (self.width, self.height)
        turn = {0: "", 90: f"0 1 -1 0 {width} 0 cm ", 270: f"0 -1 1 0 0 {height} cm "}[self.rotate]
        for ops in self.pages:
            content = stream(turn + "\n".join(ops))
            kids.append(
                add(
                    f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width} {height}] /Rotate {self.rotate} "
                    f"/Contents {content} 0 R /Resources << /Font << {resources} >> >> >>"
                )
            )
        objects[catalog - 1] = f"<< /Type /Catalog /Pages {tree} 0 R >>".encode()
        objects[tree - 1] = (
            f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
        )
        path.write_bytes(_file(objects))
        return path

    def _show(self, font: int, run: str, x: float, y: float, size: float) -> str:
        return f"BT /F{font} {size} Tf 1 0 0 1 {x} {self.height - y} Tm <{run}> Tj ET"


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
