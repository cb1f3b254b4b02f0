"""The workspace's durable state: one SQLite file with the manifest and every report's claims, indexed.

Everything but ``editions`` and ``failures`` is derived from the record files, and rebuilt from them when the code that
derives it changes. A change of one report is one transaction: a process that dies leaves the state before or
after it. Each change of the graph bears the number of its transaction (``seq``), so that a store is brought up to date
with what changed since the number it last took.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA_VERSION = "1"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- One row a file: the manifest. The report's winning edition is in force, the others are kept shadowed.
CREATE TABLE IF NOT EXISTS editions (
    digest TEXT PRIMARY KEY, report TEXT NOT NULL, in_force INTEGER NOT NULL, reading TEXT NOT NULL,
    overrides TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS editions_report ON editions (report);
CREATE TABLE IF NOT EXISTS failures (
    file TEXT PRIMARY KEY, code TEXT NOT NULL, what TEXT NOT NULL, remedy TEXT NOT NULL
) WITHOUT ROWID;

-- What the reports in force say.
CREATE TABLE IF NOT EXISTS reports (report TEXT PRIMARY KEY, digest TEXT NOT NULL, year INTEGER);
CREATE TABLE IF NOT EXISTS own_nodes (
    id TEXT NOT NULL, report TEXT NOT NULL, label TEXT NOT NULL, name TEXT NOT NULL, properties TEXT NOT NULL,
    PRIMARY KEY (id, report)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS own_nodes_report ON own_nodes (report);
-- Printed names, reduced to what identity depends on; which reports use them; what may tie them together.
CREATE TABLE IF NOT EXISTS forms (
    fid INTEGER PRIMARY KEY, label TEXT NOT NULL, name TEXT NOT NULL, report TEXT NOT NULL, holder TEXT NOT NULL,
    region TEXT NOT NULL, node TEXT, UNIQUE (label, name, report, holder, region)
);
CREATE INDEX IF NOT EXISTS forms_node ON forms (node);
CREATE TABLE IF NOT EXISTS uses (fid INTEGER NOT NULL, report TEXT NOT NULL, PRIMARY KEY (fid, report)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_report ON uses (report);
CREATE TABLE IF NOT EXISTS form_keys (key TEXT NOT NULL, fid INTEGER NOT NULL, PRIMARY KEY (key, fid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS form_keys_fid ON form_keys (fid);
CREATE TABLE IF NOT EXISTS links (
    report TEXT NOT NULL, one INTEGER NOT NULL, other INTEGER NOT NULL, passage TEXT NOT NULL, kind TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS links_report ON links (report);
CREATE INDEX IF NOT EXISTS links_one ON links (one);
CREATE INDEX IF NOT EXISTS links_other ON links (other);
CREATE TABLE IF NOT EXISTS identities (
    node TEXT PRIMARY KEY, label TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, aliases TEXT NOT NULL,
    merges TEXT NOT NULL
) WITHOUT ROWID;
-- Observations and claims. A reference is 'f:<form>', 'g:<figure>' or the id of a node of the report's own.
CREATE TABLE IF NOT EXISTS figures (
    gid INTEGER PRIMARY KEY, report TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL, properties TEXT NOT NULL,
    node TEXT
);
CREATE INDEX IF NOT EXISTS figures_report ON figures (report);
CREATE INDEX IF NOT EXISTS figures_subject ON figures (subject);
CREATE INDEX IF NOT EXISTS figures_node ON figures (node);
CREATE TABLE IF NOT EXISTS claims (
    cid INTEGER PRIMARY KEY, report TEXT NOT NULL, type TEXT NOT NULL, head TEXT NOT NULL, tail TEXT NOT NULL,
    attributes TEXT NOT NULL, passages TEXT NOT NULL, confidence REAL NOT NULL, source TEXT, target TEXT, key TEXT
);
CREATE INDEX IF NOT EXISTS claims_report ON claims (report);
CREATE INDEX IF NOT EXISTS claims_head ON claims (head) WHERE head LIKE '_:%';
CREATE INDEX IF NOT EXISTS claims_tail ON claims (tail) WHERE tail LIKE '_:%';
CREATE INDEX IF NOT EXISTS claims_edge ON claims (source, type, target, key) WHERE source IS NOT NULL;

-- The graph those claims make: which nodes and edges there are, and the transaction that last touched each.
CREATE TABLE IF NOT EXISTS nodes (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, live INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nodes_seq ON nodes (seq);
CREATE TABLE IF NOT EXISTS edges (
    source TEXT NOT NULL, type TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL,
    live INTEGER NOT NULL, PRIMARY KEY (source, type, target, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edges_seq ON edges (seq);
CREATE INDEX IF NOT EXISTS edges_target ON edges (target) WHERE live;
-- An id that a real thing no longer has, because a later report gave it a fuller name.
CREATE TABLE IF NOT EXISTS redirects (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID;
-- How far each store has taken the graph in.
CREATE TABLE IF NOT EXISTS loads (store TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
"""

_DERIVED = (
    "reports", "own_nodes", "forms", "uses", "form_keys", "links", "identities", "figures", "claims", "nodes", "edges",
)  # fmt: skip


class State:
    """An open state. Use :func:`open_state`; one thread, one writer (see :mod:`graph.lock`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection

    @contextmanager
    def transaction(self) -> Iterator[int]:
        """A change of the state, all or nothing; gives its number, which is kept only if something is written."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            seq = self.seq + 1
            self.set_meta("seq", str(seq))
            yield seq
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    @property
    def seq(self) -> int:
        """The number of the last transaction."""
        return int(self.meta("seq") or 0)

    def meta(self, name: str) -> str:
        """A setting of the state, "" when it has none."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Set a setting of the state."""
        self.db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        (name, value))  # fmt: skip

    def forget_derived(self) -> None:
        """Empty all that is derived from records. A store that took the old graph has to be replaced whole."""
        for table in _DERIVED:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        self.db.execute("DELETE FROM loads")

    def close(self) -> None:
        """Close the file."""
        self.db.close()


@contextmanager
def open_state(path: Path) -> Iterator[State]:
    """The state in the file ``path`` (``:memory:`` works), made when it is not there yet."""
    if str(path) != ":memory:":
        path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.executescript(_SCHEMA)
        state = State(connection)
        if not state.meta("schema"):
            state.set_meta("schema", SCHEMA_VERSION)
        yield state
