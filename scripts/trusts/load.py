"""Fifty readers at once call the explorer's pages for two minutes while reports are ingested: no errors, p95 stated.

    scripts/trust load --readers 50 --seconds 120

Pages and JSON of every kind, over loopback, on the real report's graph where the shared folder is at hand (else the
sample's). A reader pauses two seconds on average between an answer and the next call. Meanwhile new editions of a
report are ingested, one after the other. --slowest: seconds above which the 95th percentile counts as lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.trusts._serving import ingesting, read, reports, served


def main() -> int:
    """Put the load on and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between an answer and the next call")
    parser.add_argument("--slowest", type=float, default=10.0)
    args = parser.parse_args()
    files = reports()
    with tempfile.TemporaryDirectory(prefix="zhitu-load-") as name, served(Path(name), files) as site:
        print(f"serving {', '.join(file.name for file in files)}", flush=True)
        with ingesting(site, Path(name)) as codes:
            tally = read(site, readers=args.readers, seconds=args.seconds, pause=args.pause)
    for error in tally.errors[:20]:
        print(f"LOST {error}")
    print(f"{args.readers} readers, {args.seconds:.0f} s: {tally}; {len(tally.errors)} errors")
    print(f"meanwhile {len(codes)} ingests ended with {sorted(set(codes))}")
    return 1 if tally.errors or any(codes) or tally.percentile(0.95) > args.slowest else 0


if __name__ == "__main__":
    sys.exit(main())
