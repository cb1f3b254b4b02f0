"""kill -9 of the command, a reading worker, the embedded server while it ingests; then resume: the dump must be equal.

    scripts/trust faults --cases 50 --seed 1

Moments are drawn evenly from the part of an undisturbed ingest in which the victim lives. Linux only: victims are
looked for in /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGION = (ROOT / "corpora/region",)
WHOLE = (*REGION, ROOT / "corpora/sample/report.pdf")
VICTIMS = ("command", "worker", "server")
# The part of an ingest in which a victim is alive: workers read first, the server comes last.
ALIVE = {"command": 0.95, "worker": 0.4, "server": 0.9}
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What an ingest gives when nothing disturbs it: its dump, and the seconds it took."""

    dump: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one strike. ``struck``: the victim lived at that moment and was killed."""

    victim: str
    after: float
    struck: bool
    code: int
    resumed: int
    equal: bool
    words: str

    @property
    def survived(self) -> bool:
        """The resumed ingest ended well, with the graph that an undisturbed one gives."""
        return self.resumed == 0 and self.equal


def zhitu(*words: str) -> list[str]:
    """The command line of the working tree's own command."""
    return [sys.executable, "-m", "graph", *words]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHITU_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _ingest(workspace: Path, files: Sequence[Path]) -> subprocess.Popen[str]:
    words = zhitu("ingest", "--workspace", str(workspace), "--workers", "2", *map(str, files))
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=_environment())


def export(workspace: Path) -> str:
    """The dump of a workspace's store."""
    words = zhitu("export", "--workspace", str(workspace))
    done = subprocess.run(words, capture_output=True, text=True, env=_environment(), timeout=_PATIENCE, check=False)
    return done.stdout if done.returncode == 0 else f"export failed: {done.stderr}"


def stop(workspace: Path) -> None:
    """End the embedded server of a workspace."""
    words = zhitu("stop", "--workspace", str(workspace))
    subprocess.run(words, capture_output=True, env=_environment(), timeout=_PATIENCE, check=False)


def undisturbed(folder: Path, files: Sequence[Path] = REGION) -> Undisturbed:
    """Ingest once in peace."""
    start = time.monotonic()
    process = _ingest(folder, files)
    _, said = process.communicate(timeout=_PATIENCE)
    seconds = time.monotonic() - start
    if process.returncode != 0:
        raise RuntimeError(f"the undisturbed ingest failed: {said}")
    try:
        return Undisturbed(export(folder), seconds)
    finally:
        stop(folder)


def strike(folder: Path, victim: str, after: float, wanted: str, files: Sequence[Path] = REGION) -> Outcome:
    """Ingest into ``folder``, kill ``victim`` ``after`` seconds, ingest again, compare with the ``wanted`` dump."""
    process = _ingest(folder, files)
    struck = _kill(process, folder, victim, after)
    _, said = process.communicate(timeout=_PATIENCE)
    try:
        again = _ingest(folder, files)
        _, said_again = again.communicate(timeout=_PATIENCE)
        equal = export(folder) == wanted
        return Outcome(victim, after, struck, process.returncode, again.returncode, equal, said + said_again)
    finally:
        stop(folder)


def _kill(process: subprocess.Popen[str], folder: Path, victim: str, after: float) -> bool:
    """Kill the victim at the moment, or as soon afterwards as there is one; False when the ingest ended before."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    while process.poll() is None:
        pids = _pids(process.pid, folder, victim)
        if pids:
            with suppress(ProcessLookupError):
                os.kill(random.Random(after).choice(pids), signal.SIGKILL)  # noqa: S311 - a draw that can be repeated
                return True
        time.sleep(0.01)
    return False


def _pids(command: int, folder: Path, victim: str) -> list[int]:
    if victim == "command":
        return [command]
    if victim == "server":
        with suppress(OSError, ValueError, KeyError):
            return [int(json.loads((folder / "database/server.json").read_text())["pid"])]
        return []
    return [pid for pid in children(command) if b"multiprocessing.spawn" in _words(pid)]


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that live."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _words(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def main() -> int:
    """Strike every victim ``--cases`` times and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50, help="strikes a victim")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=VICTIMS)
    parser.add_argument("--region-only", action="store_true", help="four short texts, without the sample PDF")
    args = parser.parse_args()
    files, lost = REGION if args.region_only else WHOLE, 0
    with tempfile.TemporaryDirectory(prefix="zhitu-faults-") as name:
        peace = undisturbed(Path(name) / "peace", files)
        print(f"undisturbed: {peace.seconds:.1f} s, {peace.dump.count(chr(10))} lines", flush=True)
        for victim in args.victims:
            draw = random.Random(f"{args.seed} {victim}")  # noqa: S311
            outcomes = []
            for case in range(args.cases):
                folder = Path(name) / f"{victim}{case}"
                outcomes.append(
                    strike(folder, victim, draw.uniform(0, ALIVE[victim] * peace.seconds), peace.dump, files)
                )
                if not outcomes[-1].survived:
                    print(f"LOST {outcomes[-1]}", flush=True)
            survived = sum(outcome.survived for outcome in outcomes)
            lost += len(outcomes) - survived
            struck = sum(outcome.struck for outcome in outcomes)
            print(f"{victim}: tried {len(outcomes)}, struck {struck}, survived {survived}", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
