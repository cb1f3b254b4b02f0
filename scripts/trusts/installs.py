"""Fresh installs, without extras and with every one of them by the lock file's digests: does the main job go through?

    scripts/trust installs                        both, and the question for known vulnerabilities
    scripts/trust installs --only minimal

Each environment is made anew in a temporary folder; zhitu is installed as a user installs it.
Then, away from the tree: the help of every command, an ingest of the sample report and of the fictional region, a
question, an export; without extras, every command that needs one has to name it. Needs a package index.
"""

from __future__ import annotations

import argparse
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from scripts.trusts._serving import REGION, SAMPLE, environment

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
_PATIENCE = 1200.0


class Lost(Exception):
    """Something did not go through; says what."""


class Install:
    """An environment with zhitu in it, and a folder of its own in which its commands run.

    ``path``: instead of a new environment, this one's Python with so much on its path.
    """

    def __init__(self, folder: Path, path: str = "") -> None:
        self.folder, self.path = folder, path
        self.interpreter = sys.executable
        if not path:
            subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, timeout=_PATIENCE)
            self.interpreter = str(folder / "venv/bin/python")

    def pip(self, *words: str) -> None:
        """Install; raises :class:`Lost` with pip's last words."""
        done = self._run([self.interpreter, "-m", "pip", "install", "-q", *words])
        if done.returncode:
            raise Lost(f"pip install {' '.join(words)}: {done.stderr[-800:]}")

    def python(self, code: str) -> str:
        """What Python code prints."""
        return self._told([self.interpreter, "-c", code], (0,))

    def zhitu(self, *words: str, codes: Sequence[int] = (0,)) -> str:
        """What the command says on both its streams; raises :class:`Lost` when it ends otherwise than it should."""
        return self._told([self.interpreter, "-m", "graph", *words], codes)

    def _told(self, words: list[str], codes: Sequence[int]) -> str:
        done = self._run(words)
        told = done.stdout + done.stderr
        if done.returncode not in codes or "Traceback" in told:
            raise Lost(f"{' '.join(words[1:])[:200]} ended with {done.returncode}: {told[-800:]}")
        return told

    def _run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        surroundings = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
        surroundings |= {"ZHITU_WORKSPACE": str(self.folder / "workspace"), "PYTHONPATH": self.path}
        return subprocess.run(
            words, cwd=self.folder, env=surroundings, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )


def minimal(folder: Path) -> None:
    """No extras: the main job goes through, and what needs an extra names it."""
    install = Install(folder)
    install.pip("--no-compile", str(ROOT))
    without_extras(install)


def without_extras(install: Install) -> None:
    """The main job, and what each thing says that needs an extra."""
    main_job(install)
    try:
        _names_extras(install)
    finally:
        install.zhitu("stop")


def _names_extras(install: Install) -> None:
    unread = install.folder / "unread.txt"
    unread.write_text(REGION[0].read_text(encoding="utf-8") + "\n\n又记。\n", encoding="utf-8")
    for extra, deed in {
        "explorer": lambda: install.zhitu("serve", codes=(1,)),
        "rdf": lambda: install.zhitu("export", "--format", "turtle", "-o", "graph.ttl", codes=(1,)),
        "cluster": lambda: install.zhitu("ingest", "--scheduler", "tcp://127.0.0.1:1", str(unread), codes=(1,)),
        "pandas": lambda: install.python(
            "import graph\nfrom extractor.errors import ZhituError\n"
            "with graph.open() as g:\n    try:\n        g.ask('leaders').to_pandas()\n"
            "    except ZhituError as error:\n        print(error)"
        ),
        "ocr": lambda: install.python("from extractor.reading.legible import INSTALL; print(INSTALL)"),
    }.items():
        told = deed()
        if f"zhitu[{extra}]" not in told:
            raise Lost(f"what needs the extra {extra} does not name it: {told[-300:]}")


def every(folder: Path) -> None:
    """Every extra, by the lock file: installing with digests works, and so does what each extra is for."""
    install = Install(folder)
    install.pip("--no-compile", "--require-hashes", "-r", str(LOCK))
    install.pip("--no-compile", "--no-deps", str(ROOT))
    install._told([install.interpreter, "-m", "pip", "check"], (0,))
    main_job(install)
    install.zhitu("export", "--format", "turtle", "-o", "graph.ttl")
    shape = install.python("import graph\nwith graph.open() as g:\n    print(g.ask('leaders').to_pandas().shape)")
    if not re.search(r"\([1-9]\d*, \d+\)", shape):
        raise Lost(f"the data frame is empty: {shape}")
    install.python("import distributed")
    install.python("from extractor.reading import scan\nassert scan.available()")
    _serves(install)


def main_job(install: Install) -> None:
    """Help, ingest, ask, export, backup."""
    commands = re.findall(r"^  ([a-z][a-z-]*)  ", install.zhitu("--help").partition("Commands:")[2], re.MULTILINE)
    if len(commands) < 20:
        raise Lost(f"zhitu --help lists only {commands}")
    for command in commands:
        if not install.zhitu(command, "--help").startswith("Usage:"):
            raise Lost(f"zhitu {command} --help teaches nothing")
    try:
        install.zhitu("ingest", str(SAMPLE), *map(str, REGION))
        if len(install.zhitu("ask", "leaders", "--format", "csv").splitlines()) < 2:
            raise Lost("zhitu ask leaders answers nothing")
        install.zhitu("export", "-o", "graph.jsonl")
        install.zhitu("backup", "all.zip")
    finally:
        install.zhitu("stop")


def _serves(install: Install) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [install.interpreter, "-m", "graph", "serve", "--port", str(port), "--workspace"]
    process = subprocess.Popen(
        [*words, str(install.folder / "workspace")], cwd=install.folder, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end and process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.2)
        raise Lost("zhitu serve does not answer")
    finally:
        process.terminate()
        process.wait(30)
        install.zhitu("stop")


def vulnerabilities(folder: Path) -> None:
    """Ask for known vulnerabilities of what is locked; says so where nobody answers."""
    install = Install(folder)
    install.pip("pip-audit")
    for service in ("pypi", "osv"):
        done = install._run(
            [install.interpreter, "-m", "pip_audit", "-s", service, "-r", str(LOCK), "--require-hashes",
             "--disable-pip", "--progress-spinner", "off"]
        )  # fmt: skip
        if done.returncode and "Found" in done.stderr:
            raise Lost(f"known vulnerabilities: {done.stdout}")
        if done.returncode == 0 and "could not be audited" not in done.stdout:
            return
    print("NOT ASKED: no data base of known vulnerabilities answers here")


TRIALS: dict[str, Callable[[Path], None]] = {"minimal": minimal, "every": every, "vulnerabilities": vulnerabilities}


def main() -> int:
    """Try each install and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=TRIALS)
    args = parser.parse_args()
    lost = 0
    for name in [args.only] if args.only else TRIALS:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="zhitu-install-") as folder:
            try:
                TRIALS[name](Path(folder))
                told = "went through"
            except (Lost, subprocess.SubprocessError) as error:
                told, lost = f"LOST: {error}", lost + 1
        print(f"{name}: {told} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
