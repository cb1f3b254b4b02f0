"""kill -9 of the command, a worker, the embedded server, Neo4j while it ingests; then resume: the dump must be equal.

    scripts/trust faults --cases 50 --seed 1

Each case ingests a later edition of a few small reports (see _small.py: the real workers, state and store, reports of
JSON) into the workspace of the case before, every tenth into a new one. The victim is struck at a step drawn evenly
from all steps of the ingest, a moment drawn from the length of a report later. A struck Neo4j comes up again at once,
or only after the command has given up. --whole ingests real texts and the sample PDF with the whole command instead,
minutes a case. Linux only: victims are looked for in /proc. Neo4j needs Java and Maven.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from graph.model import dump_lines
from graph.storage.embedded import EmbeddedServer
from graph.storage.settings import EmbeddedSettings, Settings, StoreSettings
from graph.storage.store import open_store
from graph.workspace import Workspace
from scripts.trusts import _small
from scripts.trusts._servers import Neo4j

ROOT = Path(__file__).resolve().parents[2]
WHOLE = (ROOT / "corpora/region", ROOT / "corpora/sample/report.pdf")
VICTIMS = ("command", "worker", "server", "neo4j")
# Lines that _small.py prints: planned, a report begun and done, loaded.
STEPS = 2 + 2 * _small.REPORTS
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one strike. ``struck``: the victim lived at that moment and was killed."""

    victim: str
    case: int
    step: int
    struck: bool
    code: int
    resumed: int
    equal: bool
    words: str

    @property
    def survived(self) -> bool:
        """The resumed ingest ended well, with the graph that an undisturbed one gives, and no message was a trace.

        A worker that starts when its command is killed dies in Python's own code, which prints a trace.
        """
        clean = self.victim == "command" or "Traceback" not in self.words
        return self.resumed == 0 and self.equal and clean


def environment(**more: str) -> dict[str, str]:
    """This process's, without the user's own settings of zhitu."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHITU_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


class Trial:
    """The cases of one victim in ``folder``, one after the other."""

    def __init__(self, folder: Path, victim: str, seed: int) -> None:
        self.victim, self.folder = victim, folder
        self._seed = seed
        self._server = Neo4j(folder / "neo4j") if victim == "neo4j" else None
        self._undisturbed, self._lap = folder / "undisturbed0", 0
        self._settings = Settings(embedded=EmbeddedSettings(heap_mb=256))
        if self._server:
            store = StoreSettings(self._server.address, "neo4j", self._server.password)
            self._settings = Settings(store=store)
            self._server.start()

    @property
    def _workspace(self) -> Workspace:
        return Workspace(self.folder / f"struck{self._lap}")

    def strike(self, case: int) -> Outcome:
        """Ingest edition ``case``, kill the victim on the way, ingest again, compare with an undisturbed ingest."""
        draw = random.Random(f"{self._seed} {self.victim} {case}")  # noqa: S311 - a draw that can be repeated
        if case % 10 == 0:
            self._anew(case)
        reports = self.folder / "reports"
        _small.write_reports(reports, case)
        step, after = draw.randrange(STEPS - 1), draw.uniform(0, _small.PAUSE)
        with tempfile.TemporaryFile("w+") as said:
            process = self._ingest(reports, said)
            struck = self._kill(process, step, after, draw)
            at_once = draw.random() < 0.8
            if self._server and struck and at_once:
                self._server.start()
            process.communicate(timeout=_PATIENCE)
            if self._server and struck and not at_once:
                self._server.start()
            again = self._ingest(reports, said)
            again.communicate(timeout=_PATIENCE)
            resumed = again.returncode
            said.seek(0)
            words = said.read()
        wanted = _small.wanted(Workspace(self._undisturbed), reports)
        return Outcome(self.victim, case, step, struck, process.returncode, resumed, self._dump() == wanted, words)

    def _anew(self, lap: int) -> None:
        EmbeddedServer(self._workspace.database).stop()
        self._lap, self._undisturbed = lap, self.folder / f"undisturbed{lap}"

    def _ingest(self, reports: Path, said: object) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "scripts.trusts._small", str(self._workspace.root), str(reports)]
        more = {}
        if self._server:
            words.append(self._server.address)
            more = {"ZHITU_USER": "neo4j", "ZHITU_PASSWORD": self._server.password}
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said, text=True, env=environment(**more))  # type: ignore[call-overload, no-any-return]

    def _kill(self, process: subprocess.Popen[str], step: int, after: float, draw: random.Random) -> bool:
        """Kill the victim some time after a step, or as soon afterwards as there is one."""
        for _ in range(step):
            cast(IO[str], process.stdout).readline()
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
        while process.poll() is None:
            if self._server:
                self._server.kill()
                return True
            pids = self._pids(process.pid)
            if pids:
                with suppress(ProcessLookupError):
                    os.kill(draw.choice(pids), signal.SIGKILL)
                    return True
            time.sleep(0.005)
        return False

    def _pids(self, command: int) -> list[int]:
        if self.victim == "command":
            return [command]
        if self.victim == "worker":
            return [pid for pid in children(command) if b"multiprocessing.spawn" in _words(pid)]
        with suppress(OSError, ValueError, KeyError):
            return [int(json.loads((self._workspace.database / "server.json").read_text())["pid"])]
        return []

    def _dump(self) -> list[str]:
        address = self._server.address if self._server else "embedded"
        with open_store(self._workspace, address, settings=self._settings) as store:
            return list(dump_lines(store.dump()))

    def end(self) -> None:
        """End what was started."""
        if self._server:
            self._server.stop()
        EmbeddedServer(self._workspace.database).stop()


@contextmanager
def trial(folder: Path, victim: str, seed: int) -> Iterator[Trial]:
    """The cases of one victim; Unavailable of scripts/neo4j where there is no Neo4j to be had."""
    begun = Trial(folder, victim, seed)
    try:
        yield begun
    finally:
        begun.end()


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that live."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _words(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def whole(folder: Path, cases: int, seed: int) -> Iterator[bool]:
    """Kill the real command while it ingests real texts and the sample PDF; whether the resumed dump was equal."""

    def run(place: Path, *words: str) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "graph", *words, "--workspace", str(place)]
        return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment())

    def ingest(place: Path) -> subprocess.Popen[str]:
        return run(place, "ingest", "--workers", "2", *map(str, WHOLE))

    def dump(place: Path) -> str:
        told = run(place, "export").communicate(timeout=_PATIENCE)[0]
        run(place, "stop").wait(_PATIENCE)
        return told

    start = time.monotonic()
    ingest(folder / "peace").communicate(timeout=_PATIENCE)
    seconds, peace = time.monotonic() - start, dump(folder / "peace")
    draw = random.Random(f"{seed} whole")  # noqa: S311 - a draw that can be repeated
    for case in range(cases):
        process = ingest(folder / str(case))
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=draw.uniform(0, 0.95 * seconds))
        process.kill()
        process.communicate()
        ingest(folder / str(case)).communicate(timeout=_PATIENCE)
        yield bool(peace) and dump(folder / str(case)) == peace


def _tell(victim: str, outcomes: Sequence[Outcome]) -> int:
    """Print the counts so far; gives how many were lost."""
    survived = sum(outcome.survived for outcome in outcomes)
    struck = sum(outcome.struck for outcome in outcomes)
    went_on = sum(outcome.code == 0 for outcome in outcomes)
    print(
        f"{victim}: tried {len(outcomes)}, struck {struck}, survived {survived} (in {went_on} the first ingest came to "
        "its end by itself)",
        flush=True,
    )
    return len(outcomes) - survived


def main(arguments: Sequence[str] | None = None) -> int:
    """Strike every victim ``--cases`` times and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50, help="strikes a victim")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=VICTIMS)
    parser.add_argument("--whole", action="store_true", help="the whole command, real texts and the sample PDF")
    args = parser.parse_args(arguments)
    lost = 0
    with tempfile.TemporaryDirectory(prefix="zhitu-faults-") as name:
        if args.whole:
            equal = list(whole(Path(name), args.cases, args.seed))
            print(f"whole command: tried {len(equal)}, survived {sum(equal)}")
            return 0 if all(equal) else 1
        for victim in args.victims:
            outcomes: list[Outcome] = []
            try:
                with trial(Path(name) / victim, victim, args.seed) as begun:
                    for case in range(args.cases):
                        outcomes.append(begun.strike(case))
                        if not outcomes[-1].survived:
                            print(f"LOST {outcomes[-1]}", flush=True)
                        if case % 10 == 9:
                            _tell(victim, outcomes)
            except Exception as error:
                if type(error).__name__ != "Unavailable":
                    raise
                print(f"{victim}: NOT TRIED: {error}", flush=True)
                continue
            lost += _tell(victim, outcomes)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
