"""The two servers behind one store: the embedded database and a user's Neo4j. What differs between them stands here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from extractor.errors import Refused, StoreError
from graph.storage.embedded import EmbeddedServer
from graph.storage.lifting import lifted
from graph.storage.settings import Settings, StoreSettings
from graph.storage.statements import NOT_CODE
from graph.workspace import Workspace

if TYPE_CHECKING:
    from neo4j import Session


class Access(NamedTuple):
    """How the driver connects. ``token`` changes when a new connection is needed."""

    uri: str
    user: str
    password: str
    token: object
    notifications_off: bool = False


class Server(Protocol):
    """What the store asks of a server."""

    name: str
    # Seconds after the deadline until the statement is ended by force, or given up.
    grace: float
    # What then became of it, to follow "it was".
    ended: str
    # Whether a bulk load builds beside the graph and is swapped in.
    swaps: bool
    # How often to try to connect.
    tries: int

    def access(self, *, write: bool) -> Access:
        """Where and as whom to connect now."""

    def token(self) -> object:
        """What :attr:`Access.token` would be now."""

    def database(self) -> str | None:
        """The database's name, None for the user's own."""

    def is_new(self) -> bool:
        """Whether there is no graph yet."""

    def prepare(self) -> bool:
        """Make the database where there is none; whether the store must connect anew."""

    def building(self) -> AbstractContextManager[Callable[[], None]]:
        """While it lasts, ``database`` is a new empty one; calling what it gives makes that the graph."""

    def adapted(self, statement: str) -> str:
        """The statement as this server is given it."""

    def check_reading(self, session: Session, statement: str, parameters: Mapping[str, Any]) -> None:
        """Raise :class:`Refused` for a statement that does more than read, where the user's role does not."""

    def end_runaway(self) -> None:
        """End a statement that did not end by itself."""

    def hampered(self) -> StoreError | None:
        """What keeps the server from working, where that can be seen from here."""

    def touch(self) -> None:
        """Tell the server that it is used."""

    def lock_for_writing(self) -> None:
        """Be the one writer, or raise :class:`Refused`."""

    def unlock(self) -> None:
        """Let others write."""


def open_server(workspace: Workspace, address: str, settings: Settings) -> Server:
    """The server that ``address`` names: ``embedded``, or a URI of the Bolt protocol."""
    if address == "embedded":
        return Embedded(EmbeddedServer(workspace.database, settings.embedded))
    if re.match(r"(bolt|neo4j)(\+s|\+ssc)?://", address):
        return Neo4jServer(address, settings.store)
    raise StoreError(f"{address} is no store", "it is 'embedded' or an address like bolt://localhost:7687")


class Embedded:
    """The workspace's own child process."""

    name = "the embedded database"
    grace = 0.5
    ended = "ended"
    swaps = True
    tries = 4

    def __init__(self, child: EmbeddedServer) -> None:
        self._child = child
        self._building = ""

    def access(self, *, write: bool) -> Access:
        """The child's address, started where it is not; as reader unless something is written."""
        running = self._child.ensure()
        user, password = ("root", running.password) if write else ("reader", running.reader_password)
        return Access(running.uri, user, password, (running.nonce, self._database()), notifications_off=False)

    def token(self) -> object:
        """The child's start and the database's name."""
        running = self._child.find()
        return (running.nonce if running else None, self._database())

    def _database(self) -> str:
        return self._building or self._child.current()

    def database(self) -> str | None:
        """The database that is current, or under construction."""
        name = self._database()
        if not name:
            raise StoreError(f"{self._child.root.parent}: nothing was ingested yet", "begin with: zhitu ingest REPORT")
        return name

    def is_new(self) -> bool:
        """Whether nothing was ever stored."""
        return not self._database()

    def _remove_leftovers(self) -> None:
        """Remove what a killed bulk load left behind."""
        current = self._child.current()
        for name in self._child.databases():
            if name != current:
                self._child.drop_database(name)

    def prepare(self) -> bool:
        """Make the first database."""
        self._remove_leftovers()
        if self._child.current():
            return False
        name = self._child.next_name()
        self._child.create_database(name)
        self._child.set_current(name)
        return True

    @contextmanager
    def building(self) -> Iterator[Callable[[], None]]:
        """A new database beside the current one."""
        self._remove_leftovers()
        old, name = self._child.current(), self._child.next_name()
        self._child.create_database(name)
        self._building = name
        done: list[str] = []

        def commit() -> None:
            self._child.set_current(name)
            done.append(name)

        try:
            yield commit
        finally:
            self._building = ""
            if old or not done:
                self._child.drop_database(old if done else name)

    def adapted(self, statement: str) -> str:
        """With aggregates taken out of conditions, where this database computes them wrongly."""
        return lifted(statement)

    def check_reading(self, session: Session, statement: str, parameters: Mapping[str, Any]) -> None:
        """The reader's role refuses all writing; here what is no reading of the graph at all is refused by name."""
        bare = NOT_CODE.sub(" ", statement)
        if found := _ADMIN.match(bare):
            raise Refused(f"reading only: {found[1].upper()} is no question to the graph", "")
        for name in _CALL.findall(bare):
            if name.lower() not in _PROCEDURES and not name.lower().startswith(_COMPUTING):
                raise Refused(f"reading only: the procedure {name} is not on the list of readers", "")

    def end_runaway(self) -> None:
        """Kill the child: it heeds neither a deadline nor a closed connection. The next command starts it again."""
        self._child.kill()

    def hampered(self) -> StoreError | None:
        """A disk that is full or takes nothing."""
        return self._child.hampered()

    def touch(self) -> None:
        """Keep the child from ending as idle."""
        self._child.touch()

    def lock_for_writing(self) -> None:
        """One writer a workspace."""
        self._child.lock_for_writing()

    def unlock(self) -> None:
        """Let others write."""
        self._child.unlock()


_ADMIN = re.compile(r"\s*(TERMINATE|KILL|ALTER|GRANT|DENY|REVOKE|STOP|START|DROP)\b", re.IGNORECASE)
_CALL = re.compile(r"\bCALL\s+([A-Za-z_][\w.]*)", re.IGNORECASE)
# Families of the embedded database's procedures that compute on the graph and change nothing.
_COMPUTING = ("algo.", "path.", "meta.")
# Procedures that only read the graph or its schema.
_PROCEDURES = frozenset(
    {
        "db.labels", "db.relationshiptypes", "db.propertykeys", "db.schema.visualization",
        "db.schema.nodetypeproperties", "db.schema.reltypeproperties", "db.index.fulltext.querynodes",
        "db.index.fulltext.queryrelationships", "db.ping", "db.info", "dbms.components",
    }
)  # fmt: skip


class Neo4jServer:
    """A server the user brings. Community has no roles: what a statement does is asked of the planner first."""

    # Neo4j looks for passed deadlines every two seconds.
    grace = 2.5
    ended = "given up; the server was told to end it"
    swaps = False
    tries = 1

    def __init__(self, address: str, settings: StoreSettings) -> None:
        self.name = address
        self._settings = settings

    def access(self, *, write: bool) -> Access:
        """The user's address and credentials."""
        settings = self._settings
        return Access(self.name, settings.user, settings.password, self.token(), notifications_off=True)

    def token(self) -> object:
        """Nothing that changes."""
        return self.name

    def database(self) -> str | None:
        """The one named in the settings, else the user's home database."""
        return self._settings.database or None

    def is_new(self) -> bool:
        """A server always has its database."""
        return False

    def prepare(self) -> bool:
        """Nothing to do."""
        return False

    def building(self) -> AbstractContextManager[Callable[[], None]]:
        """Not on this server: Community has one database."""
        raise NotImplementedError

    def adapted(self, statement: str) -> str:
        """As it is."""
        return statement

    def check_reading(self, session: Session, statement: str, parameters: Mapping[str, Any]) -> None:
        """Ask the planner, without running anything, what the statement would do."""
        text = re.sub(r"^\s*(?:EXPLAIN|PROFILE)\b", "", statement, flags=re.IGNORECASE)
        with session.begin_transaction(timeout=30) as transaction:
            summary = transaction.run(f"EXPLAIN {text}", dict(parameters)).consume()
        if summary.query_type != "r":
            raise Refused("reading only: the statement would write", "zhitu writes with ingest, import and review only")
        for operator, details in _operators(summary.plan):
            if operator.startswith("LoadCSV"):
                raise Refused("reading only: LOAD CSV reads files and addresses", "")
            if "ProcedureCall" in operator:
                name = details.split("(")[0].strip().lower()
                if name not in _PROCEDURES:
                    raise Refused(f"reading only: the procedure {name} is not on the list of readers", "")

    def end_runaway(self) -> None:
        """Nothing more to do: the server ends a transaction at its deadline, and when its connection is cut."""

    def hampered(self) -> StoreError | None:
        """Nothing can be seen from here."""
        return None

    def touch(self) -> None:
        """Nothing to do."""

    def lock_for_writing(self) -> None:
        """The server's own transactions keep writers apart."""

    def unlock(self) -> None:
        """Nothing was locked."""


def cut(session: Session) -> None:
    """Cut the one connection of a session from another thread: the server then ends its transaction.

    The driver has no public way to this that would leave the store's other connections alone; where its inside
    changes, the connection stays until the server answers.
    """
    connection = getattr(session, "_connection", None)
    if connection is not None and hasattr(connection, "kill"):
        with suppress(Exception):
            connection.kill()


def _operators(plan: Any) -> Iterator[tuple[str, str]]:
    if plan:
        yield str(plan.get("operatorType", "")), str((plan.get("args") or {}).get("Details", ""))
        for child in plan.get("children", ()):
            yield from _operators(child)
