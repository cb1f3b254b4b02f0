"""An explorer served from a workspace of its own, with readers who call its pages: for load and soak."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
REGION = tuple(sorted((ROOT / "corpora/region").glob("*.txt")))
SAMPLE = ROOT / "corpora/sample/report.pdf"
_START = 120.0  # seconds a server may take until it answers
_ANSWER = 60.0  # seconds an answer may take


def reports() -> tuple[Path, ...]:
    """The real report where the shared folder is at hand, else the sample report; and the fictional region's."""
    shared = Path(os.environ.get("ZHITU_SHARED", ROOT.parent / "shared")) / "report/report-word.pdf"
    return (shared if shared.is_file() else SAMPLE, *REGION)


def zhitu(*words: str, timeout: float = 1800) -> subprocess.CompletedProcess[str]:
    """Run the working tree's own command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "graph", *words], env=environment(), capture_output=True, text=True, timeout=timeout,
        check=False,
    )  # fmt: skip


def environment() -> dict[str, str]:
    """The surroundings of the command: nothing of the caller's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHITU_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True, slots=True)
class Site:
    """A served workspace: its port on loopback, the process that serves it, its folder."""

    port: int
    pid: int
    workspace: Path

    def get(self, address: str) -> tuple[int, bytes]:
        """Status and body of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, address: str) -> Any:
        """The answer of a JSON address; raises :class:`OSError` when it is none."""
        status, body = self.get(address)
        if status != 200:
            raise OSError(f"{address}: {status}")
        return json.loads(body)

    def memory(self) -> dict[str, int]:
        """Resident bytes of the server and of the embedded database."""
        pids = {"server": self.pid}
        with suppress(OSError, ValueError, KeyError):
            pids["database"] = int(json.loads((self.workspace / "database/server.json").read_text())["pid"])
        return {name: resident(pid) for name, pid in pids.items()}


def resident(pid: int) -> int:
    """Resident bytes of a process; 0 when there is none."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


@contextmanager
def served(folder: Path, files: Sequence[Path]) -> Iterator[Site]:
    """Ingest ``files`` into a workspace in ``folder`` and serve it; both servers are ended afterwards."""
    workspace = folder / "workspace"
    done = zhitu("ingest", "--workspace", str(workspace), *map(str, files))
    if done.returncode not in (0, 3):
        raise RuntimeError(f"the ingest failed: {done.stderr[-2000:]}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "graph", "serve", "--workspace", str(workspace), "--port", str(port)]
    with (folder / "serve.log").open("w") as told:
        process = subprocess.Popen(words, env=environment(), stdout=told, stderr=told)
    site = Site(port, process.pid, workspace)
    try:
        _wait(site, process)
        yield site
    finally:
        process.terminate()
        process.wait(30)
        zhitu("stop", "--workspace", str(workspace))


def _wait(site: Site, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            if site.get("/")[0] == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the explorer does not answer")


def addresses(site: Site) -> list[str]:
    """Pages and JSON of every kind that a reader comes to, on things that are there."""
    school, other = site.json("/search.json?label=School")["found"]["hits"][:2]
    report = site.json("/reports.json")["reports"][0]
    name = quote(school["name"])
    found = [
        "/", "/search", "/search?q=" + quote("职业"), "/search.json?q=" + quote("学院"), "/reports", "/questions",
        "/questions/partners?name=" + name, "/questions/partners.csv?name=" + name, "/matrix", "/years?name=" + name,
        f"/thing/{school['id']}", f"/thing/{school['id']}.json", f"/network?id={school['id']}",
        f"/path?a={name}&b={quote(other['name'])}", "/review",
    ]  # fmt: skip
    if report.get("id"):
        found.append(f"/reports/{report['id']}")
    return found


@dataclass(slots=True)
class Tally:
    """What readers got: seconds of each answer by status; what went wrong in words."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The seconds within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def __str__(self) -> str:
        times = f"median {statistics.median(self.seconds or [0]):.2f} s, p95 {self.percentile(0.95):.2f} s"
        return f"{len(self.seconds)} answers {dict(self.statuses)}, {times}, longest {max(self.seconds or [0]):.2f} s"


def read(site: Site, *, readers: int, seconds: float, pause: float, seed: int = 1) -> Tally:
    """``readers`` at once call pages for so long, each ``pause`` seconds on average after the last answer."""
    tally, lock, places = Tally(), threading.Lock(), addresses(site)
    end = time.monotonic() + seconds

    def reader(number: int) -> None:
        draw = random.Random(f"{seed} {number}")  # noqa: S311 - a draw that can be repeated
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, draw.uniform(0, 2 * pause)))
            address, start = draw.choice(places), time.monotonic()
            try:
                status, _ = site.get(address)
                wrong = "" if status == 200 else f"{address}: {status}"
            except OSError as error:
                status, wrong = 0, f"{address}: {error!r}"
            with lock:
                tally.seconds.append(time.monotonic() - start)
                tally.statuses[status] += 1
                tally.errors += [wrong] if wrong else []

    threads = [threading.Thread(target=reader, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


@contextmanager
def ingesting(site: Site, folder: Path, pause: float = 0.0) -> Iterator[list[int]]:
    """Ingest new editions of a report, one after the other, until the end; gives their exit codes as they come."""
    codes: list[int] = []
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            number = len(codes) + 1
            edition = folder / f"edition{number}.txt"
            edition.write_text(
                f"{REGION[0].read_text(encoding='utf-8')}\n\n本版为第{number}次修订。\n", encoding="utf-8"
            )
            codes.append(zhitu("ingest", "--workspace", str(site.workspace), str(edition)).returncode)
            over.wait(pause)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield codes
    finally:
        over.set()
        thread.join()
