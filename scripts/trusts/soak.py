"""Twenty minutes of reading and ingesting: the memory of the server and of its database may not keep growing.

    scripts/trust soak --seconds 1200

A few readers call pages of every kind over loopback, and now and then a new edition of a report is ingested. Resident
memory is taken every few seconds; what counts is the slope of the straight line through the part after the first
third, in which caches fill and the Java runtime takes the heap it may have. --slope: megabytes a minute above which it
is lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.trusts._serving import Site, ingesting, read, reports, served

WARM = 1 / 3  # the part of the time that is not counted


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """The rise a unit of time of the straight line that fits (time, value) best; 0 for fewer than two."""
    if len(samples) < 2:
        return 0.0
    middle = sum(at for at, _ in samples) / len(samples)
    mean = sum(value for _, value in samples) / len(samples)
    spread = sum((at - middle) ** 2 for at, _ in samples)
    return sum((at - middle) * (value - mean) for at, value in samples) / spread if spread else 0.0


def sampled(site: Site, over: threading.Event, every: float) -> dict[str, list[tuple[float, float]]]:
    """(minutes, megabytes) of each process, until it is over."""
    found: dict[str, list[tuple[float, float]]] = {}
    start = time.monotonic()
    while not over.wait(every):
        for name, size in site.memory().items():
            found.setdefault(name, []).append(((time.monotonic() - start) / 60, size / 1e6))
    return found


def main() -> int:
    """Soak and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1200.0)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between an answer and the next call")
    parser.add_argument("--ingest-pause", type=float, default=60.0, help="seconds between two ingests")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two samples of memory")
    parser.add_argument("--slope", type=float, default=2.0)
    args = parser.parse_args()
    files, over, lost = reports(), threading.Event(), 0
    with tempfile.TemporaryDirectory(prefix="zhitu-soak-") as name, served(Path(name), files) as site:
        samples: dict[str, list[tuple[float, float]]] = {}
        watcher = threading.Thread(target=lambda: samples.update(sampled(site, over, args.every)))
        watcher.start()
        with ingesting(site, Path(name), args.ingest_pause) as codes:
            tally = read(site, readers=args.readers, seconds=args.seconds, pause=args.pause)
        over.set()
        watcher.join()
    for process, taken in samples.items():
        counted = [sample for sample in taken if sample[0] * 60 >= args.seconds * WARM]
        rise = slope(counted)
        lost += rise > args.slope
        sizes = [size for _, size in taken]
        told = f"{process}: {sizes[0]:.0f} MB at first, {max(sizes):.0f} at most, {sizes[-1]:.0f} at last"
        print(f"{told}; slope {rise:+.2f} MB a minute {'LOST' if rise > args.slope else ''}")
    for error in tally.errors[:20]:
        print(f"LOST {error}")
    print(f"{args.seconds:.0f} s: {tally}; {len(tally.errors)} errors")
    print(f"meanwhile {len(codes)} ingests ended with {sorted(set(codes))}")
    return 1 if lost or tally.errors or any(codes) or "database" not in samples else 0


if __name__ == "__main__":
    sys.exit(main())
