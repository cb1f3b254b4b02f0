"""A PDF whose end or cross-reference table is lost → the bytes of one that opens, with what is still there.

PDFium rebuilds a lost table by itself where the catalog is still in the file; it gives up where the catalog, the page
tree or packed objects would be needed. Here the objects are found by their ``N G obj`` marks, those packed in object
streams are unpacked, and a new catalog, page tree and table are written after them. Nothing is made up: an object that
is lost stays lost, and :func:`salvage` says which pages' text needed one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Beyond these a file is no report that was cut short but a bomb.
MAX_BYTES = 400_000_000
MAX_OBJECTS = 500_000
MAX_UNPACKED = 64_000_000

_OBJ = re.compile(rb"(?<![0-9])(\d{1,8})[ \t\r\n]+(\d{1,5})[ \t\r\n]+obj\b")
_REF = re.compile(rb"(?<![0-9])(\d{1,8})[ \t\r\n]+\d{1,5}[ \t\r\n]+R\b")
_PAGE = re.compile(rb"/Type[ \t\r\n]*/Page(?![A-Za-z])")
_PAGES = re.compile(rb"/Type[ \t\r\n]*/Pages\b")
_KIDS = re.compile(rb"/Kids[ \t\r\n]*\[([^\]]*)\]")
_CONTENTS = re.compile(rb"/Contents[ \t\r\n]*(\[[^\]]*\]|\d+[ \t\r\n]+\d+[ \t\r\n]+R)")
_USED_FONT = re.compile(rb"/([^\s/<>\[\]()]+)\s+[-\d.]+\s+Tf\b")
_NAMED = re.compile(rb"/([^\s/<>\[\]()]+)[ \t\r\n]+(\d{1,8})[ \t\r\n]+\d{1,5}[ \t\r\n]+R\b")
_NEEDED = re.compile(
    rb"/(?:ToUnicode|DescendantFonts|Encoding|CharProcs)[ \t\r\n]*(?:\[[^\]]*\]|\d+[ \t\r\n]+\d+[ \t\r\n]+R)"
)
_PARENT = re.compile(rb"/Parent[ \t\r\n]+\d+[ \t\r\n]+\d+[ \t\r\n]+R")


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A file made whole: its bytes, and the pages (from 1) that need objects which were lost."""

    data: bytes
    pages: int
    lost: frozenset[int]


def salvage(data: bytes) -> Salvaged | None:
    """What can be saved of a broken PDF; None when not even one page's description is left, or it is encrypted."""
    if len(data) > MAX_BYTES or b"/Encrypt" in data:
        return None
    offsets, objects = _objects(data)
    packed = _packed(data, objects)
    for number, body in packed.items():
        objects.setdefault(number, body)
    pages = _pages_in_order(objects)
    if not pages:
        return None
    lost = frozenset(at for at, number in enumerate(pages, start=1) if _text_is_lost(number, data, offsets, objects))
    return Salvaged(_rewritten(data, offsets, packed, objects, pages), len(pages), lost)


def _objects(data: bytes) -> tuple[dict[int, int], dict[int, bytes]]:
    """Offsets and bodies (a stream's dictionary only) of the whole objects; of two with one number the later counts."""
    marks = []
    for match in _OBJ.finditer(data):
        marks.append((match.start(), match.end(), int(match.group(1))))
        if len(marks) > MAX_OBJECTS:
            break
    offsets: dict[int, int] = {}
    bodies: dict[int, bytes] = {}
    for at, (start, begin, number) in enumerate(marks):
        limit = marks[at + 1][0] if at + 1 < len(marks) else len(data)
        end = data.find(b"endobj", begin, limit)
        if end < 0:
            continue  # cut off within this object
        stream = data.find(b"stream", begin, end)
        offsets[number] = start
        bodies[number] = data[begin : stream if stream >= 0 else end]
    return offsets, bodies


def _packed(data: bytes, objects: Mapping[int, bytes]) -> dict[int, bytes]:
    """Objects inside object streams, those of a stream that is itself cut short included."""
    found: dict[int, bytes] = {}
    budget = MAX_UNPACKED
    for match in re.finditer(rb"/Type[ \t\r\n]*/ObjStm\b", data):
        start = data.rfind(b"obj", 0, match.start())
        begin = data.find(b"stream", match.end())
        if start < 0 or begin < 0 or budget <= 0:
            continue
        head = data[start:begin]
        count, first = _number(head, b"/N"), _number(head, b"/First")
        begin += len(b"stream") + (2 if data[begin + 6 : begin + 8] == b"\r\n" else 1)
        if count is None or first is None or b"/FlateDecode" not in head:
            continue
        unpacked = _inflate(data[begin:], budget)
        budget -= len(unpacked)
        words = unpacked[:first].split()[: 2 * count]
        numbers = [int(word) for word in words if word.isdigit() and len(word) < 10]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
        ends = [*(offset for _, offset in pairs[1:]), len(unpacked) - first]
        for (number, offset), end in zip(pairs, ends, strict=False):  # an empty stream has an end and no pair
            body = unpacked[first + offset : first + end].strip()
            if body and number not in objects:
                found[number] = body
    return found


def _number(head: bytes, key: bytes) -> int | None:
    match = re.search(key + rb"[ \t\r\n]+(\d{1,9})", head)
    return int(match.group(1)) if match else None


def _inflate(data: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, limit)
    except zlib.error:
        return b""


def _refs(body: bytes) -> list[int]:
    return [int(match.group(1)) for match in _REF.finditer(body)]


def _pages_in_order(objects: Mapping[int, bytes]) -> list[int]:
    """Page objects in the order of the page tree; where the tree is lost, by number. A lost page keeps its place."""
    pages = [number for number, body in sorted(objects.items()) if _PAGE.search(body)]
    trees = [number for number, body in objects.items() if _PAGES.search(body)]
    children = {kid for tree in trees for kid in _kids(objects[tree])}
    ordered: list[int] = []
    for root in sorted(number for number in trees if number not in children):
        ordered += [number for number in _leaves(root, objects) if number not in ordered]
    known = set(ordered)
    return ordered + [number for number in pages if number not in known]


def _kids(body: bytes) -> list[int]:
    match = _KIDS.search(body)
    return _refs(match.group(1)) if match else []


def _leaves(root: int, objects: Mapping[int, bytes]) -> Iterator[int]:
    stack, seen = [root], {root}
    while stack:
        number = stack.pop()
        body = objects.get(number, b"")
        if number not in objects or not _PAGES.search(body):
            yield number
            continue
        fresh = [kid for kid in _kids(body) if kid not in seen]
        seen.update(fresh)
        stack += reversed(fresh)


def _text_is_lost(page: int, data: bytes, offsets: Mapping[int, int], objects: Mapping[int, bytes]) -> bool:
    """Whether a page's text cannot be read in full: itself, its contents, or what a font it uses needs is lost.

    Lost pictures and font outlines cost no text; a page without any text needs all it refers to.
    """
    if page not in objects:
        return True
    body = objects[page]
    match = _CONTENTS.search(body)
    streams = _refs(match.group(1)) if match else []
    if any(number not in objects for number in streams):
        return True
    drawn = b"\n".join(_stream(data, offsets[number], objects[number]) for number in streams if number in offsets)
    used = set(_USED_FONT.findall(drawn))
    if not used:
        return any(number not in objects for number in _refs(_PARENT.sub(b"", body)))
    fonts = _fonts(page, objects)
    return any(_font_is_lost(fonts[name], objects) if name in fonts else bool(fonts) for name in used)


def _font_is_lost(font: int, objects: Mapping[int, bytes]) -> bool:
    if font not in objects:
        return True
    body = objects[font]
    return any(ref not in objects for key in _NEEDED.finditer(body) for ref in _refs(key.group()))


def _fonts(page: int, objects: Mapping[int, bytes]) -> dict[bytes, int]:
    """The page's fonts by their names in its contents; its resources may stand in a parent or in an object."""
    number, seen = page, set()
    while number in objects and number not in seen:
        seen.add(number)
        body = objects[number]
        if b"/Resources" in body:
            match = re.search(rb"/Resources[ \t\r\n]+(\d+)[ \t\r\n]+\d+[ \t\r\n]+R", body)
            held = objects.get(int(match.group(1)), b"") if match else body
            match = re.search(rb"/Font[ \t\r\n]+(\d+)[ \t\r\n]+\d+[ \t\r\n]+R", held)
            held = objects.get(int(match.group(1)), b"") if match else held
            return {name: int(ref) for name, ref in _NAMED.findall(held)}
        parent = _PARENT.search(body)
        number = _refs(parent.group())[0] if parent else -1
    return {}


def _stream(data: bytes, offset: int, head: bytes) -> bytes:
    """The unpacked bytes of a Flate stream (as they are when it is not packed)."""
    begin = data.find(b"stream", offset)
    end = data.find(b"endstream", begin)
    if begin < 0 or end < 0:
        return b""
    begin += len(b"stream") + (2 if data[begin + 6 : begin + 8] == b"\r\n" else 1)
    return _inflate(data[begin:end], MAX_UNPACKED) if b"/FlateDecode" in head else data[begin:end]


def _rewritten(
    data: bytes,
    offsets: Mapping[int, int],
    packed: Mapping[int, bytes],
    objects: Mapping[int, bytes],
    pages: list[int],
) -> bytes:
    """The bytes with unpacked objects, a flat page tree, a catalog and a classic table after them."""
    out = bytearray(data)
    table = dict(offsets)

    def add(number: int, body: bytes) -> None:
        table[number] = len(out) + 1
        out.extend(b"\n%d 0 obj\n%s\nendobj\n" % (number, body))

    free = max([*objects, *pages], default=0) + 1
    for number, body in packed.items():
        add(number, body)
    tree, catalog, blank = free, free + 1, free + 2
    kept = [number if number in objects else blank for number in pages]
    add(blank, b"<< /Type /Page /MediaBox [0 0 595 842] /Parent %d 0 R >>" % tree)
    add(tree, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(kept), b" ".join(b"%d 0 R" % n for n in kept)))
    add(catalog, b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    start = len(out)
    size = catalog + 2
    out.extend(b"xref\n0 1\n0000000000 65535 f \n")
    for number in sorted(table):
        out.extend(b"%d 1\n%010d 00000 n \n" % (number, table[number]))
    out.extend(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, catalog, start))
    return bytes(out)
