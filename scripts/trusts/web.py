"""Thousands of requests at every address of the explorer, JSON and pages: no failure, no stack, nothing reflected raw.

    scripts/trust web --cases 5000

Addresses come from the application's own map, so that a new one is tried as well; the parameters each of them asks for
are learnt by watching it. Values are drawn by hypothesis: any text and bytes, texts meant to break out of HTML,
Cypher, paths and headers, numbers out of range, and ids and names that are there. Every answer has to have a status
under 500, the guards' headers, no inner detail; JSON where the address says so, and no markup that was sent.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from scripts.trusts._serving import REGION, SAMPLE, zhitu

MARK = "<zq onload=x>"
NASTY = (
    MARK, f"'{MARK}", f'"{MARK}', f"</script>{MARK}", "javascript:alert(1)", "{{7*7}}", "${7*7}", "%0d%0aX-Zq: 1",
    "\r\nX-Zq: 1",
    "' OR 1=1 //", "x'}) DETACH DELETE n //", "`]->() DELETE r //", "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd",
    "file:///etc/passwd", "\x00", "\ud7ff\ue000", "\u202e\u0000", "a" * 3000, "%", "%zz", "[", "(.*)+$", "-1",
    "0", "1e999", "NaN",
    "99999999999999999999", "null", "true", "[]", "..", ".", "//evil.example", "，", "职业", "学院", " ",
)  # fmt: skip
# Parameters no view may fail over, whether it asks for them or not.
COMMON = ("lang", "scope", "csrf_token")
ALLOWED = frozenset({200, 302, 308, 400, 401, 403, 404, 405, 413, 414})


class Lost(AssertionError):
    """An answer that should not be; says to what request."""


class Explorer:
    """The application with a client, its addresses, and the parameters that each of them was seen to ask for."""

    def __init__(self, library: Any) -> None:
        from werkzeug.datastructures import ImmutableMultiDict

        from graph.explorer.app import create_app

        self.asked: dict[str, set[str]] = defaultdict(set)
        watched = self

        class Watched(ImmutableMultiDict):  # type: ignore[type-arg]
            def __getitem__(self, name: Any) -> Any:
                watched.note(name)
                return super().__getitem__(name)

            def get(self, name: Any, *args: Any, **more: Any) -> Any:
                watched.note(name)
                return super().get(name, *args, **more)

            def getlist(self, name: Any, *args: Any, **more: Any) -> Any:
                watched.note(name)
                return super().getlist(name, *args, **more)

            def __contains__(self, name: object) -> bool:
                watched.note(name)
                return super().__contains__(name)

        self.app = create_app(library)
        self.app.request_class = type("Watching", (self.app.request_class,), {"parameter_storage_class": Watched})
        self.client = self.app.test_client()
        self.rules = [rule for rule in self.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        self.secrets = (str(library.workspace.root), str(Path(__file__).resolve().parents[2]))
        self.there = self._there()

    def note(self, name: object) -> None:
        """A view asked for a parameter."""
        from flask import request

        self.asked[request.endpoint or ""].add(str(name))

    def _there(self) -> tuple[str, ...]:
        """Ids and names of things, reports and questions that are in the graph."""
        hits = self.client.get("/search.json").get_json()["found"]["hits"][:8]
        reports = self.client.get("/reports.json").get_json()["reports"][:3]
        there = [hit[key] for hit in hits for key in ("id", "name")] + [report["id"] for report in reports]
        return (*there, "partners", "leaders", "COOPERATES_WITH", "School", "2023", "1")

    def addresses(self) -> tuple[str, ...]:
        """Every address that can be read, JSON or not."""
        return tuple(rule.rule for rule in self.rules)

    def check(self, number: int, parts: list[bytes], query: list[bytes]) -> int:
        """Ask address ``number`` with these values for its parts and parameters; its status, or :class:`Lost`."""
        rule = self.rules[number % len(self.rules)]
        values = iter(parts)
        address = "".join(
            text if is_text else quote_from_bytes(next(values, b"1"), safe="") for is_text, text in _pieces(rule.rule)
        )
        names = sorted(self.asked[rule.endpoint] | set(COMMON))
        pairs = [f"{names[at % len(names)]}={quote_from_bytes(value, safe='')}" for at, value in enumerate(query)]
        address += "?" + "&".join(pairs) if pairs else ""
        # As a byte string on the wire would come: nothing is normalised.
        answer = self.client.get(address)
        body = answer.get_data()
        if answer.status_code not in ALLOWED:
            raise Lost(f"{answer.status_code} for {address}")
        text = body.decode("utf-8", "replace") if not answer.mimetype.startswith("image/") else ""
        if "X-Zq" in answer.headers or "Content-Security-Policy" not in answer.headers:
            raise Lost(f"headers {dict(answer.headers)} for {address}")
        if "Traceback (most recent" in text or any(secret in text for secret in self.secrets):
            raise Lost(f"inner detail in the answer for {address}")
        if address.partition("?")[0].endswith(".json") and answer.status_code not in (302, 308):
            if answer.mimetype != "application/json":
                raise Lost(f"{answer.mimetype} for {address}")
            json.loads(body)
        elif answer.mimetype == "text/html" and MARK in text:
            raise Lost(f"markup reflected for {address}")
        return answer.status_code


def _pieces(rule: str) -> Iterator[tuple[bool, str]]:
    """A rule's fixed texts (True) and the places of its parts (False)."""
    import re

    for at, piece in enumerate(re.split(r"<[^>]+>", rule)):
        if at:
            yield False, ""
        yield True, piece


def tried(explorer: Explorer, cases: int) -> Counter[int]:
    """So many requests, at each address in turn and by chance; raises :class:`Lost`, with the smallest such request."""
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st

    text = st.one_of(
        st.sampled_from(explorer.there).map(str.encode),
        st.sampled_from(NASTY).map(lambda word: word.encode("utf-8", "surrogatepass")),
        st.text(max_size=30).map(lambda word: word.encode("utf-8", "surrogatepass")),
        st.binary(max_size=12),
        st.integers().map(lambda number: str(number).encode()),
    )
    statuses: Counter[int] = Counter()
    for number in range(len(explorer.rules)):  # learn what each asks for
        for value in (explorer.there[0], "School", "1", "partners"):
            statuses[explorer.check(number, [value.encode()] * 3, [])] += 1

    @seed(9)
    @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(explorer.rules) - 1), st.lists(text, min_size=3, max_size=3), st.lists(text, max_size=6))
    def strike(number: int, parts: list[bytes], query: list[bytes]) -> None:
        statuses[explorer.check(number, parts, query)] += 1

    strike()
    return statuses


@contextmanager
def opened(folder: Path) -> Iterator[Any]:
    """A library over the sample report and the fictional region."""
    from graph.explorer.app import Library
    from graph.storage.store import open_store
    from graph.workspace import Workspace

    done = zhitu("ingest", "--workspace", str(folder), str(SAMPLE), *map(str, REGION))
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    workspace = Workspace(folder)
    library = Library(workspace, lambda: open_store(workspace, "embedded"))
    try:
        yield library
    finally:
        library.lost()
        zhitu("stop", "--workspace", str(folder))


def main() -> int:
    """Try and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhitu-web-") as name, opened(Path(name)) as library:
        explorer = Explorer(library)
        try:
            statuses = tried(explorer, args.cases)
        except Lost as lost:
            print(f"LOST {lost}")
            return 1
    print(f"tried {statuses.total()} requests at {len(explorer.rules)} addresses: {dict(statuses.most_common())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
