"""A PDF to its document with tables, against pdfplumber's bare text: processor time; memory on 2,000 pages."""

from __future__ import annotations

import argparse
import os
import resource
import sys
from pathlib import Path

from extractor.reading.nursery import spent

SHARED = Path(os.environ.get("ZHITU_SHARED", Path(__file__).resolve().parents[3] / "shared"))
HALF = 0.5
MEMORY_MB = 600


def cpu() -> float:
    """Processor seconds of this process, its finished children and the readers forked for it."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system + spent().seconds


def read(path: Path) -> tuple[float, int, int]:
    """Processor seconds, pages and tables of one reading."""
    from extractor.reading import read_document

    start = cpu()
    document = read_document(path)
    return cpu() - start, len(document.pages), len(document.tables)


def plumb(path: Path) -> float:
    """Processor seconds of pdfplumber's ``extract_text()`` over the same pages."""
    import pdfplumber

    start = cpu()
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()
    return cpu() - start


def main() -> int:
    """Print both figures for each file; exit code 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--long", type=Path, default=SHARED / "report" / "damaged" / "D7_2000_pages.pdf")
    options = parser.parse_args()
    files = options.files or [SHARED / "report" / name for name in ("report-word.pdf", "report-web.pdf")]
    good = True
    for path in filter(Path.exists, files):
        ours, pages, tables = read(path)
        theirs = plumb(path)
        good = good and ours <= HALF * theirs
        print(
            f"{path.name}: {pages} pages, {tables} tables: {ours:.2f} s; pdfplumber's text {theirs:.2f} s; "
            f"ratio {ours / theirs:.2f} (at most {HALF})"
        )
    if options.long.exists():
        seconds, pages, tables = read(options.long)
        usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        peak = max(
            *(size / (1024 if sys.platform != "darwin" else 1 << 20) for size in usage), spent().peak / (1 << 20)
        )
        good = good and peak <= MEMORY_MB
        print(
            f"{options.long.name}: {pages} pages, {tables} tables: {seconds:.1f} s, "
            f"{1000 * seconds / pages:.0f} ms a page; peak memory {peak:.0f} MB (at most {MEMORY_MB})"
        )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
