"""Mutated PDFs by the thousand: each gives a document or one error, within the limits, and touches nothing else.

    scripts/trust hostile --cases 5000 --seed 1
    scripts/trust hostile --only 4711            one case again, by its number
    scripts/trust hostile --first 2000           go on from there

The files mutated are single pages of corpora/sample/report.pdf and, one time in eight, the whole of it. Every mutation
is drawn from the seed and the case's number, so that a case can be had again. Limits are tighter than the command's
own, so that a file that would take its time is seen. OCR, which takes seconds a page, is on in one case of
--ocr-every; elsewhere a page whose text is broken comes unread.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import resource
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from extractor.errors import InputError
from extractor.reading.guard import read_guarded
from extractor.reading.nursery import spent
from extractor.reading.worker import Limits

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpora/sample/report.pdf"
LIMITS = Limits(page_seconds=5.0, ocr_seconds=20.0, joining_seconds=20.0, memory=2 << 30, attempts=3)
PIECES = 6  # single pages mutated
_OBJECT = re.compile(rb"(?<!\d)(\d{1,6}) 0 obj(.*?)endobj", re.DOTALL)
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,6}) 0 R\b")
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_STREAM = re.compile(rb"<<((?:[^<>]|<<[^<>]*>>)*)>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_FONTS = (
    b"\x00\x01\x00\x00",
    b"OTTO",
    b"true",
    b"ttcf",
    b"%!PS",
    b"\x01\x00\x04\x01",
    b"\x01\x00\x04\x02",
    b"\x01\x00\x04\x04",
)
_ODD = (b"0", b"-1", b"2147483647", b"-2147483648", b"99999999999999999999", b"1e999", b"0.0000001", b"4294967296")

Mutation = Callable[[bytes, random.Random], bytes]


@cache
def pieces() -> tuple[bytes, ...]:
    """The files that are mutated: single pages of the sample, as PDFium writes them, uncompressed objects and all."""
    import pypdfium2 as pdfium

    made: list[bytes] = []
    with pdfium.PdfDocument(SAMPLE) as source:
        for page in range(0, len(source), max(1, len(source) // PIECES)):
            alone = pdfium.PdfDocument.new()
            alone.import_pages(source, [page])
            out = BytesIO()
            alone.save(out)
            alone.close()
            made.append(out.getvalue())
    return tuple(made)


def _flips(data: bytes, draw: random.Random) -> bytes:
    """Bits anywhere, in a small part, or in the end, where the table of objects stands (fonts fill most of a file)."""
    out = bytearray(data)
    start = draw.randrange(len(out))
    low, high = draw.choice(((0, len(out)), (start, min(len(out), start + 2000)), (max(0, len(out) - 4000), len(out))))
    for _ in range(draw.choice((1, 10, 100, 1000))):
        out[draw.randrange(low, high)] ^= 1 << draw.randrange(8)
    return bytes(out)


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(16, len(data))]


def _hole(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(8, len(data))
    return data[:start] + data[start + draw.randrange(1, 5000) :]


def _copied(data: bytes, draw: random.Random) -> bytes:
    start, place = draw.randrange(len(data)), draw.randrange(8, len(data))
    return data[:place] + data[start : start + draw.randrange(1, 5000)] + data[place:]


def _swapped(data: bytes, draw: random.Random) -> bytes:
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return _flips(data, draw)
    one, other = sorted(draw.sample(found, 2), key=lambda m: m.start())
    middle = data[one.end(2) : other.start(2)]
    return data[: one.start(2)] + other[2] + middle + one[2] + data[other.end(2) :]


def _looped(data: bytes, draw: random.Random) -> bytes:
    """References point elsewhere: often at their own object, or at the page tree."""
    numbers = [m[1] for m in _OBJECT.finditer(data)] or [b"1"]
    return _some(_REFERENCE, data, draw, lambda _: draw.choice(numbers) + b" 0 R")


def _odd_numbers(data: bytes, draw: random.Random) -> bytes:
    return _some(_NUMBER, data, draw, lambda _: draw.choice(_ODD))


def _some(pattern: re.Pattern[bytes], data: bytes, draw: random.Random, new: Callable[[bytes], bytes]) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return _flips(data, draw)
    for match in sorted(draw.sample(found, min(len(found), draw.choice((1, 3, 20)))), key=lambda m: -m.start()):
        data = data[: match.start()] + new(match[0]) + data[match.end() :]
    return data


def _streams(data: bytes, draw: random.Random, new: Callable[[bytes, bytes], bytes]) -> bytes:
    found = list(_STREAM.finditer(data))
    if not found:
        return _flips(data, draw)
    match = draw.choice(found)
    return data[: match.start()] + new(match[1], match[2]) + data[match.end() :]


@cache
def _packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def _bomb(data: bytes, draw: random.Random) -> bytes:
    """A stream that unpacks to hundreds of megabytes, once or twice packed."""
    packed = _packed(draw.choice((1 << 26, 1 << 28)))
    filters = b"/FlateDecode"
    for _ in range(draw.randrange(2)):
        packed, filters = zlib.compress(packed, 9), filters + b" /FlateDecode"
    made = b"<</Filter [%s] /Length %d>>\nstream\n%s\nendstream" % (filters, len(packed), packed)
    return _streams(data, draw, lambda _, __: made)


def _drawing(data: bytes, draw: random.Random) -> bytes:
    """Drawing orders that never end: nested saves, many letters, forms that draw themselves."""
    order = draw.choice((b"q ", b"(\xe6) Tj ", b"/X0 Do ", b"0 0 1 1 re f ", b"BT ET ", b"[ ", b"<< "))
    packed = zlib.compress(order * draw.choice((1000, 100_000, 1_000_000)))
    made = b"<</Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)
    return _streams(data, draw, lambda _, __: made)


def _broken_stream(data: bytes, draw: random.Random) -> bytes:
    """A stream (fonts are the longest) with broken bytes, its dictionary whole."""
    return _streams(
        data, draw, lambda head, body: b"<<" + head + b">>\nstream\n" + _flips(body or b"x", draw) + b"endstream"
    )


def _picture(data: bytes, draw: random.Random) -> bytes:
    """A picture of absurd size in the place of a stream."""
    side = draw.choice((20_000, 100_000, 2_000_000_000))
    packed = zlib.compress(bytes(1 << 20), 9)
    made = (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (side, side, len(packed), packed)
    )
    return _streams(data, draw, lambda _, __: made)


def _font(data: bytes, draw: random.Random) -> bytes:
    """A font's program, or a map of its letters, broken after it is unpacked, so that its own parser sees it."""
    fonts = []
    for match in _STREAM.finditer(data):
        with contextlib.suppress(zlib.error):
            body = zlib.decompressobj().decompress(match[2], 8 << 20)
            if body[:4] in _FONTS or b"begincmap" in body[:400]:
                fonts.append((match, body))
    if not fonts:
        return _broken_stream(data, draw)
    match, body = draw.choice(fonts)
    if b"begincmap" in body and draw.random() < 0.5:
        wide = b"1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange\n"
        body = body.replace(b"endcmap", wide * draw.choice((1, 100, 5000)) + b"endcmap")
    else:
        body = _some(_NUMBER, body, draw, lambda _: draw.choice(_ODD)) if b"begincmap" in body else _flips(body, draw)
    packed = zlib.compress(body)
    head = re.sub(rb"/Length\s+\d+(\s+0\s+R)?", b"/Length %d" % len(packed), match[1])
    return data[: match.start()] + b"<<%s>>\nstream\n%s\nendstream" % (head, packed) + data[match.end() :]


def _form(data: bytes, draw: random.Random) -> bytes:
    """A form that draws itself, or two of itself, in the place of an object."""
    found = list(_OBJECT.finditer(data))
    if not found:
        return _flips(data, draw)
    match = draw.choice(found)
    order = b"/X0 Do " * draw.choice((1, 2, 50))
    made = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X0 %s 0 R>>>>/Length %d>>\n"
        b"stream\n%s\nendstream\n" % (match[1], len(order), order)
    )
    return data[: match.start(2)] + b"\n" + made + data[match.end(2) :]


def _giant_tree(data: bytes, draw: random.Random) -> bytes:
    """A page tree of very many pages, or of very many levels."""
    kids = re.search(rb"/Kids\s*\[\s*(\d+) 0 R", data)
    if kids is None:
        return _tree(data, draw)
    if draw.random() < 0.5:
        times = draw.choice((100, 20_000, 200_000))
        many = b"/Kids[" + (kids[1] + b" 0 R ") * times + b"]"
        data = re.sub(rb"/Kids\s*\[[^\]]*\]", lambda _: many, data, count=1)
        return re.sub(rb"/Count \d+", b"/Count %d" % times, data, count=1)
    levels, first = draw.choice((100, 3000, 30_000)), 900_000
    chain = b"".join(
        b"%d 0 obj\n<</Type/Pages/Count 1/Kids[%d 0 R]>>\nendobj\n" % (first + at, first + at + 1)
        for at in range(levels)
    ) + b"%d 0 obj\n<</Type/Pages/Count 1/Kids[%s 0 R]>>\nendobj\n" % (first + levels, kids[1])  # fmt: skip
    # The table of objects no longer fits, so that the file is read as a broken one: object by object.
    head, cross, rest = data.partition(b"\nxref")
    new = re.sub(rb"/Kids\s*\[[^\]]*\]", b"/Kids[%d 0 R]" % first, head, count=1)
    return new + b"\n" + chain + cross + rest


def _tree(data: bytes, draw: random.Random) -> bytes:
    """A page tree that names its pages over and over, or tells a false number of them."""
    times = draw.choice((2, 10, 40))
    data = re.sub(rb"/Kids\s*\[([^\]]*)\]", lambda m: b"/Kids[" + (m[1] + b" ") * times + b"]", data, count=1)
    return re.sub(rb"/Count \d+", b"/Count %d" % draw.choice((0, times, 2_000_000_000)), data, count=1)


def _page_size(data: bytes, draw: random.Random) -> bytes:
    box = b"[" + b" ".join(draw.choice((*_ODD, b"595", b"842", b"14400")) for _ in range(4)) + b"]"
    return re.sub(rb"/MediaBox\s*\[[^\]]*\]", b"/MediaBox" + box, data)


MUTATIONS: tuple[Mutation, ...] = (
    _flips, _cut, _hole, _copied, _swapped, _looped, _odd_numbers, _bomb, _drawing, _broken_stream, _picture, _tree,
    _page_size, _font, _form, _giant_tree,
)  # fmt: skip


def mutated(seed: int, case: int, alone: bool = False) -> tuple[str, bytes]:
    """What was done, and the file; every case's first mutation in turn, then up to two more.

    ``alone``: a file of one page, and nothing done to its page tree.
    """
    draw = random.Random(f"{seed} {case}")  # noqa: S311 - a draw that can be repeated
    data = SAMPLE.read_bytes() if not alone and draw.randrange(8) == 0 else draw.choice(pieces())
    kinds = [one for one in MUTATIONS if not alone or one not in (_tree, _giant_tree)]
    done = [kinds[case % len(kinds)], *draw.choices(kinds, k=draw.randrange(3))]
    for mutation in done:
        data = mutation(data, draw)
    return "+".join(mutation.__name__.strip("_") for mutation in done), data


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: ``read``, ``partly``, the class of the one error, or ``LOST`` and why; processor seconds."""

    case: int
    done: str
    result: str
    seconds: float
    why: str = ""


def attempt(folder: Path, seed: int, case: int, ocr: bool = False) -> Outcome:
    """Read one mutated file under the guard; a file for OCR has one page, as each may take many seconds."""
    done, data = mutated(seed, case, alone=ocr)
    os.environ["ZHITU_OCR"] = "on" if ocr else "off"
    path = folder / "hostile.pdf"
    path.write_bytes(data)
    start, wall = _used(), time.monotonic()
    pages, why = 1, ""
    try:
        document = read_guarded(path, limits=LIMITS)
        pages = max(1, len(document.pages))
        result = "partly" if document.unread else "read"
    except InputError as error:
        result = type(error).__name__
        if "\n" in str(error) or not error.remedy:
            result, why = "LOST", f"the message is not one line with a remedy: {error!r}"
        elif "inside zhitu" in str(error):
            result, why = "LOST", str(error)
    except Exception as error:
        result, why = "LOST", f"{type(error).__name__}: {error}"
    seconds = _used() - start
    allowed = LIMITS.attempts * (pages * LIMITS.page_seconds + LIMITS.joining_seconds + LIMITS.ocr_seconds)
    if seconds > allowed or time.monotonic() - wall > allowed * LIMITS.patience:
        result, why = "LOST", f"took {seconds:.1f} s, allowed are {allowed:.0f}"
    return Outcome(case, done, result, seconds, why)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime + spent().seconds


def peak() -> int:
    """Bytes of memory of the largest reader so far."""
    return max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10, spent().peak)


def watched(folder: Path) -> list[tuple[str, int]]:
    """What is in a folder that nobody should write into."""
    return sorted((str(p.relative_to(folder)), p.stat().st_size) for p in folder.rglob("*"))


def attempts(cases: Sequence[int], seed: int, ocr_every: int = 0) -> Iterator[Outcome]:
    """Read many; what a reader writes into its home, its temporary folder or where it stands counts as lost.

    Scans and broken fonts go to OCR where the case's number is divided by ``ocr_every``; 0: nowhere.
    """
    with tempfile.TemporaryDirectory(prefix="zhitu-hostile-") as name:
        own, home = Path(name) / "own", Path(name) / "home"
        own.mkdir()
        home.mkdir()
        before = watched(home)
        old, here = dict(os.environ), Path.cwd()
        os.environ.update(dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(home)))
        os.chdir(home)
        try:
            for case in cases:
                outcome = attempt(own, seed, case, ocr=bool(ocr_every) and case % ocr_every == 0)
                if (after := watched(home)) != before:
                    outcome = Outcome(case, outcome.done, "LOST", outcome.seconds, f"it wrote {after}")
                    before = after
                yield outcome
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(old)


def main() -> int:
    """Read mutated files and tell what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000, help="how many; numbers go from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one case")
    parser.add_argument("--ocr-every", type=int, default=10, help="OCR is on in one case of so many; 0: in none")
    args = parser.parse_args()
    cases = [args.only] if args.only is not None else range(args.first, args.first + args.cases)
    results: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {mutation.__name__.strip("_"): Counter() for mutation in MUTATIONS}
    slowest = 0.0
    for outcome in attempts(cases, args.seed, args.ocr_every):
        results[outcome.result] += 1
        for kind in set(outcome.done.split("+")):
            kinds[kind][outcome.result] += 1
        slowest = max(slowest, outcome.seconds)
        if outcome.result == "LOST":
            print(f"LOST case {outcome.case} ({outcome.done}): {outcome.why}", flush=True)
        if (outcome.case + 1) % 100 == 0:
            print(f"{outcome.case + 1}: {dict(results)}", flush=True)
    for kind, counts in kinds.items():
        print(f"{kind:14} {dict(counts.most_common())}")
    print(f"tried {results.total()}: {dict(results.most_common())}; slowest {slowest:.1f} s, peak {peak() >> 20} MB")
    # The limit is on address space, which is more than what is resident.
    return 1 if results["LOST"] or peak() > LIMITS.memory else 0


if __name__ == "__main__":
    sys.exit(main())
