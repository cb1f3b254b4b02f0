"""A coverage-guided fuzzer (atheris) on the pure parsers, for a bounded time each: only one-line errors may come out.

    pip install atheris
    scripts/trust fuzz --seconds 60              every parser
    scripts/trust fuzz --only text --seconds 600

A parser that raises anything but an InputError, or takes more than five seconds or 2 GB for one input, is lost; the
fuzzer writes the input that did it into --corpus.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from extractor.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
_PATH = Path("fuzzed")


def _text(data: bytes) -> object:
    from extractor.reading.text import read_text

    return read_text(_PATH, data)


def _html(data: bytes) -> object:
    from extractor.reading.web import read_html

    return read_html(_PATH, data)


def _salvage(data: bytes) -> object:
    from extractor.reading.salvage import salvage

    return salvage(data)


def _names(data: bytes) -> object:
    from graph.identity.keys import name_key

    return [name_key(label, data.decode("utf-8", "replace")) for label in ("School", "Enterprise", "Policy", "Person")]


def _blanking(data: bytes) -> object:
    from graph.building.persons import Plain, blanked

    text = data.decode("utf-8", "replace")
    out = blanked(text, Plain(frozenset({text[:2], text[-3:]} - {""})))
    if len(out) != len(text):
        raise AssertionError("the text's length changed")
    return out


PARSERS: dict[str, tuple[Callable[[bytes], object], tuple[str, ...]]] = {
    "text": (_text, ("corpora/region/lanchuan-2022.txt", "corpora/region/lanchuan-2024.txt")),
    "html": (_html, ()),
    "salvage": (_salvage, ()),
    "names": (_names, ()),
    "blanking": (_blanking, ()),
}
_BEGINNINGS = {
    "html": "<html><h1>一、规模</h1><table><tr><td rowspan=2 colspan=99>甲</td></tr></table></html>".encode(),
    "salvage": b"%PDF-1.4\n1 0 obj\n<</Type/Page/Contents 2 0 R>>\nendobj\n2 0 obj\n<<>>\nstream\nendstream",
    "names": "上海市第一职业技术学校（闵行校区）".encode(),
    "blanking": "卓云岚老师".encode(),
}


def _fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz one parser in this process, which ends with it."""
    import atheris

    parser, examples = PARSERS[name]
    with atheris.instrument_imports(include=["extractor", "graph"]):
        _quietly(parser, _BEGINNINGS.get(name, b"x"))
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    for example in examples:
        (folder / Path(example).name).write_bytes((ROOT / example).read_bytes())
    if name in _BEGINNINGS:
        (folder / "beginning").write_bytes(_BEGINNINGS[name])
    options = [f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048", "-max_len=8192",
               f"-artifact_prefix={folder}/lost-", "-verbosity=0", "-print_final_stats=1"]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(folder)], lambda data: _quietly(parser, data))
    atheris.Fuzz()


def _quietly(parser: Callable[[bytes], object], data: bytes) -> None:
    try:
        parser(data)
    except InputError as error:
        if "\n" in str(error):
            raise AssertionError(f"the message is not one line: {error!r}") from error


def main() -> int:
    """Fuzz each parser in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="a parser")
    parser.add_argument("--only", choices=PARSERS)
    parser.add_argument("--corpus", type=Path, help="where inputs are kept (default: a temporary folder)")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("NOT TRIED: atheris is not installed (pip install atheris)", file=sys.stderr)
        return 0
    if args.here:
        _fuzz(args.only, args.seconds, args.corpus)
        return 0
    lost = 0
    with tempfile.TemporaryDirectory(prefix="zhitu-fuzz-") as folder:
        corpus = (args.corpus or Path(folder)).resolve()
        for name in [args.only] if args.only else PARSERS:
            words = ["--here", "--only", name, "--seconds", str(args.seconds), "--corpus", str(corpus)]
            done = subprocess.run(
                [sys.executable, "-m", "scripts.trusts.fuzz", *words], capture_output=True, text=True, check=False
            )
            told = done.stdout + done.stderr
            runs = [line for line in told.splitlines() if "number_of_executed_units" in line]
            print(f"{name}: {'survived' if done.returncode == 0 else 'LOST'}; {' '.join(runs)}", flush=True)
            if done.returncode:
                lost += 1
                print(told[-3000:], flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
