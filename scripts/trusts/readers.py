"""Readers beside an ingest that replaces reports: each answer has a report's old edition or its new one, unmixed.

    scripts/trust readers --editions 30 --readers 4

Small reports are ingested in one edition after another (see _small.py) by a process of its own, while readers ask for
all facts with their passages, or dump everything. Every fact tells its edition; an answer that has two editions of one
report, or a part of one, is a mixture. On the embedded database and, where Java and Maven are there, on a Neo4j.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from graph.storage.embedded import EmbeddedServer
from graph.storage.settings import EmbeddedSettings, Settings, StoreSettings
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from scripts.trusts import _small
from scripts.trusts._servers import Neo4j
from scripts.trusts.hardships import NotHere, ingest, neo4j

_FACTS = """
MATCH (a:School)-[r:COOPERATES_WITH]-(b:Enterprise)
UNWIND r.evidence AS passage
WITH b, passage
MATCH (p:Passage) WHERE p.id = passage
RETURN p.report, p.text, b.name
"""
_EDITION = re.compile(r"第(\d+)版")


class Trial:
    """Editions ingested into one workspace while readers look on; ``seen`` counts what they saw."""

    def __init__(self, folder: Path, server: Neo4j | None = None) -> None:
        self.seen: Counter[str] = Counter()
        self._reports, self._workspace, self._server = folder / "reports", Workspace(folder / "w"), server
        self._address = server.address if server else "embedded"
        self._settings = Settings(embedded=EmbeddedSettings(heap_mb=256))
        if server:
            self._settings = Settings(store=StoreSettings(server.address, "neo4j", server.password))
        # What an edition of a report says, all in all: (year, edition) → texts.
        self._whole: dict[tuple[int, int], set[str]] = {}
        self._over = threading.Event()

    def run(self, editions: int, readers: int) -> Counter[str]:
        """Ingest ``editions`` while ``readers`` read."""
        self._take(1)
        threads = [threading.Thread(target=self._read, args=(number % 3 == 2,)) for number in range(readers)]
        try:
            for thread in threads:
                thread.start()
            for edition in range(2, editions + 1):
                self._take(edition)
        finally:
            self._over.set()
            for thread in threads:
                thread.join(120)
            EmbeddedServer(self._workspace.database).stop()
        return self.seen

    def _take(self, edition: int) -> None:
        _small.write_reports(self._reports, edition)
        for path in self._reports.iterdir():
            told = json.loads(path.read_text(encoding="utf-8"))
            texts = {f"{school}与{firm}合作。" for school, firm in told["said"]}
            self._whole[told["meta"]["year"], edition] = texts
        password = self._server.password if self._server else ""
        code, words = ingest(self._workspace, self._reports, self._server.address if self._server else "", password)
        if code:
            self.seen[f"ingest ended with {code}: {words}"] += 1

    def _read(self, dumping: bool) -> None:
        with open_store(self._workspace, self._address, settings=self._settings) as store:
            while not self._over.is_set():
                try:
                    self.seen[self._told(store, dumping)] += 1
                except Exception as error:  # any error is a finding
                    self.seen[f"{type(error).__name__}: {error}"] += 1

    def _told(self, store: Store, dumping: bool) -> str:
        if not dumping:
            return self._judged(store.steadily(lambda: (_years(store), store.read(_FACTS).rows)))
        graph = store.dump()
        years = {node.id: int(str(node.properties["year"])) for node in graph.nodes.values() if node.label == "Report"}
        rows = [
            (item.document, item.text, graph.nodes[edge.key.source].name + graph.nodes[edge.key.target].name)
            for edge in graph.edges.values() if edge.key.type == "COOPERATES_WITH"
            for item in edge.evidence
        ]  # fmt: skip
        return self._judged((years, rows))

    def _judged(self, answer: tuple[dict[str, int], Iterable[tuple[str, str, str]]]) -> str:
        years, rows = answer
        texts: dict[str, set[str]] = defaultdict(set)
        editions: dict[str, set[int]] = defaultdict(set)
        for report, text, firm in rows:
            texts[report].add(text)
            editions[report] |= {int(number) for said in (text, firm) for number in _EDITION.findall(said)}
        for report, year in years.items():
            found = editions[report]
            if len(found) != 1:
                return f"MIXTURE: editions {sorted(found)} of one report"
            if texts[report] != self._whole[year, min(found)]:
                return "MIXTURE: a part of an edition"
        return "one edition" if years else "MIXTURE: no report"


def _years(store: Store) -> dict[str, int]:
    return dict(store.read("MATCH (r:Report) RETURN r.id, r.year").rows)


def main() -> int:
    """Read beside ingests and tell what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--editions", type=int, default=30)
    parser.add_argument("--readers", type=int, default=4)
    args = parser.parse_args()
    lost = 0
    with tempfile.TemporaryDirectory(prefix="zhitu-readers-") as name:
        results = {"embedded": Trial(Path(name) / "embedded").run(args.editions, args.readers)}
        try:
            with neo4j(Path(name) / "server") as server:
                results["Neo4j"] = Trial(Path(name) / "neo4j", server).run(args.editions, args.readers)
        except NotHere as reason:
            print(f"Neo4j: NOT TRIED: {reason}")
        for store, seen in results.items():
            print(f"{store}: {args.editions} editions, {seen.total()} answers: {dict(seen.most_common(8))}", flush=True)
            lost += seen.total() - seen["one edition"]
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
