"""One store over the Bolt driver, for the embedded database and for a user's Neo4j.

:func:`open_store` gives a :class:`Store`; reading is read-only on the server's side, writing is one writer's. What
differs between the two servers stands in :mod:`graph.storage.servers`, how a graph is kept in
:mod:`graph.storage.rows`.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from extractor.errors import Refused, StoreError, ZhituError
from extractor.ontology import ontology
from graph.model import Delta, Edge, EdgeKey, Graph, Node
from graph.storage.deadline import Overdue, within
from graph.storage.failures import explain, is_gone
from graph.storage.rows import (
    Held,
    edge_id,
    edge_row,
    held_passage,
    label_of,
    node_row,
    passages_of,
    row_edge,
    row_node,
)
from graph.storage.servers import Server, cut, open_server
from graph.storage.settings import Settings, read_settings
from graph.storage.statements import check_statement
from graph.storage.steady import Changes
from graph.storage.values import plain
from graph.storage.writing import (
    batches,
    by_ends,
    by_label,
    create_edges,
    create_nodes,
    schema,
    stored_types,
    upsert_edges,
    upsert_nodes,
)
from graph.workspace import Workspace

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

# As many nodes and edges a Neo4j puts in place in one transaction, in the memory that it has by default.
_AT_ONCE = 50_000
_T = TypeVar("_T")


_Run = Callable[[str, Sequence[Any]], object]


class Result(NamedTuple):
    """Rows of an answer. ``truncated``: the limit cut it, more rows exist. Values are plain Python (see values.py)."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool = False

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as one dict each."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def open_store(
    workspace: Workspace, address: str | None = None, *, write: bool = False, settings: Settings | None = None
) -> Store:
    """The store of ``workspace``. ``address``: ``embedded``, ``bolt://…`` or ``neo4j://…``; None takes the settings'.

    Raises :class:`StoreError` when the server cannot be started or reached, :class:`Refused` when another command
    is writing and ``write`` is asked for.
    """
    settings = settings or read_settings(workspace.settings)
    server = open_server(workspace, address or settings.store.address, settings)
    return Store(server, write=write, settings=settings, changes=Changes(workspace.changes), state=workspace.state)


class Store:
    """A graph on a server. Use as a context manager, or call :meth:`close`."""

    def __init__(
        self, server: Server, *, write: bool, settings: Settings, changes: Changes, state: Path | None = None
    ) -> None:
        """``state``: the workspace's, which knows what former ids are now."""
        self.settings = settings
        self.state = state
        self._changes = changes
        self._server = server
        self._driver: Driver | None = None
        self._token: object = None
        self._write = write
        self._prepared = False
        if write:
            server.lock_for_writing()
        try:
            self._connect()
        except BaseException:
            self.close()
            raise

    # --- reading ----------------------------------------------------------------------------------------------

    def read(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Result:
        """The rows of a reading statement; at most ``limit``, within ``timeout`` seconds.

        Raises :class:`~graph.storage.failures.StatementError` pointing into the statement, :class:`Refused` for a write
        or a passed deadline, :class:`StoreError` when the server went away.
        """
        values = dict(parameters or {})
        check_statement(statement, values)
        seconds = self.settings.query.timeout if timeout is None else timeout
        return self.steadily(
            lambda: self._retried(lambda: self._read_once(statement, values, limit, seconds), statement)
        )

    def steadily(self, work: Callable[[], _T]) -> _T:
        """What ``work`` gives, all its reads being of one state of the graph: a change has it done again."""
        return self._changes.steadily(work)

    def _read_once(self, statement: str, parameters: dict[str, Any], limit: int | None, seconds: float) -> Result:
        given = self._server.adapted(statement)
        session = self._session()

        def work(given_up: threading.Event) -> Result:
            with session:
                self._server.check_reading(session, statement, parameters)
                with session.begin_transaction(timeout=seconds) as transaction:
                    answer = transaction.run(given, parameters)
                    columns = tuple(answer.keys())
                    rows: list[tuple[Any, ...]] = []
                    for record in answer:
                        if given_up.is_set() or (limit is not None and len(rows) == limit):
                            return Result(columns, rows, truncated=True)
                        rows.append(tuple(plain(value) for value in record.values()))
                    return Result(columns, rows)

        def give_up() -> None:
            cut(session)
            self._server.end_runaway()

        try:
            return within(seconds + self._server.grace, work, give_up)
        except Overdue as error:
            raise Refused(
                f"the statement ran longer than {seconds:g} s and was {self._server.ended}",
                "narrow it down, or give it more time with --timeout",
            ) from error

    # --- the whole graph --------------------------------------------------------------------------------------

    def dump(self) -> Graph:
        """All that is stored, as the value that was stored."""
        return self.steadily(self._dump)

    def _dump(self) -> Graph:
        nodes: dict[str, Node] = {}
        for label in ontology().labels:
            for row in self._all(f"MATCH (n:{label}) RETURN properties(n) AS p"):
                node = row_node(label, row["p"])
                nodes[node.id] = node
        passages = passages_of(nodes.values())
        edges: dict[EdgeKey, Edge] = {}
        for type_ in stored_types():
            statement = f"MATCH (a)-[r:{type_}]->(b) RETURN a.id AS a, b.id AS b, properties(r) AS p"
            for row in self._all(statement):
                edge = row_edge(type_, row["a"], row["b"], row["p"], passages)
                edges[edge.key] = edge
        return Graph(nodes, edges)

    def _all(self, statement: str) -> list[dict[str, Any]]:
        def run() -> list[dict[str, Any]]:
            with self._session() as session:
                return [record.data() for record in session.run(statement)]

        return [] if self._server.is_new() else self._retried(run, statement)

    # --- writing ----------------------------------------------------------------------------------------------

    def apply(self, delta: Delta) -> None:
        """Put the delta's nodes and edges in place and remove what it removes, in one transaction."""
        self._must_write()
        self._prepare()
        labels = self._labels_of(delta)
        passages = self._passages(delta)

        def work(transaction: ManagedTransaction) -> None:
            self._remove(transaction, delta, labels)
            for label, nodes in by_label(delta.nodes).items():
                for batch in batches([node_row(node) for node in nodes]):
                    transaction.run(upsert_nodes(label), rows=batch).consume()
                    self._server.touch()
            for (type_, source, target), edges in by_ends(delta.edges, labels).items():
                rows = [{"a": e.key.source, "b": e.key.target, "p": edge_row(e, passages)} for e in edges]
                for batch in batches(rows):
                    transaction.run(upsert_edges(type_, source, target), rows=batch).consume()
                    self._server.touch()

        self._transact(work)

    def replace(self, graph: Graph) -> None:
        """Make ``graph`` the whole content. Readers see the old graph until the new one is complete.

        On the embedded database a new one is built and swapped in. On Neo4j it is one transaction; more than
        50,000 nodes and edges are put in place in batches, each idempotent, and then the rest is removed, so that an
        interrupted call is mended by calling again, but readers see what is there by then.
        """
        self._must_write()
        if self._server.swaps:
            self._build_and_swap(graph)
            return
        self._prepare()
        fresh = self.is_empty()
        surplus = [] if fresh else list(self._surplus(graph))

        def put(run: _Run) -> None:
            self._load(graph, run, fresh=fresh)
            for statement, rows in surplus:
                run(statement, rows)

        if len(graph.nodes) + len(graph.edges) > _AT_ONCE:
            put(self._run_batch)
        else:
            self._transact(lambda transaction: put(lambda statement, rows: _run_in(transaction, statement, rows)))

    def _build_and_swap(self, graph: Graph) -> None:
        with self._server.building() as commit:
            self._connect()
            try:
                self._prepare_schema()
                self._load(graph, self._run_batch, fresh=True)
                with self._changes.changing() as about_to_commit:
                    about_to_commit()
                    commit()
            finally:
                self._connect()

    def _load(self, graph: Graph, run: _Run, *, fresh: bool) -> None:
        """Write ``graph`` in batches; ``fresh``: nothing of it is there yet."""
        labels = {node.id: node.label for node in graph.nodes.values()}
        passages = passages_of(graph.nodes.values())
        for label, nodes in by_label(graph.nodes.values()).items():
            statement = create_nodes(label) if fresh else upsert_nodes(label)
            for batch in batches([node_row(node) for node in nodes]):
                run(statement, batch)
        for (type_, source, target), edges in by_ends(graph.edges.values(), labels).items():
            statement = (create_edges if fresh else upsert_edges)(type_, source, target)
            rows = [{"a": e.key.source, "b": e.key.target, "p": edge_row(e, passages)} for e in edges]
            for batch in batches(rows):
                run(statement, batch)

    def _run_batch(self, statement: str, rows: Sequence[Any]) -> None:
        """One transaction a batch; nobody reads a database that is being built."""
        self._server.touch()
        self._transact(lambda transaction: _run_in(transaction, statement, rows), seen=not self._server.swaps)

    def is_empty(self) -> bool:
        """Whether no node is stored."""
        return not self._all("MATCH (n) RETURN n.id AS id LIMIT 1")

    def _surplus(self, graph: Graph) -> Iterator[tuple[str, list[str]]]:
        """What removes all that is stored and not in ``graph``: statements and their rows."""
        kept = {edge_id(key) for key in graph.edges}
        for type_ in stored_types():
            held = (row["id"] for row in self._all(f"MATCH ()-[r:{type_}]->() RETURN r.id AS id"))
            for batch in batches([id_ for id_ in held if id_ not in kept]):
                yield f"UNWIND $rows AS id MATCH ()-[r:{type_} {{id: id}}]->() DELETE r", batch
        for label in ontology().labels:
            held = (row["id"] for row in self._all(f"MATCH (n:{label}) RETURN n.id AS id"))
            for batch in batches([id_ for id_ in held if id_ not in graph.nodes]):
                yield f"UNWIND $rows AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n", batch

    def _remove(self, transaction: ManagedTransaction, delta: Delta, labels: Mapping[str, str]) -> None:
        grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for key in delta.removed_edges:
            grouped[key.type, labels[key.source]].append({"a": key.source, "id": edge_id(key)})
        for (type_, source), rows in grouped.items():
            for batch in batches(rows):
                transaction.run(
                    f"UNWIND $rows AS row MATCH (:{source} {{id: row.a}})-[r:{type_}]->() WHERE r.id = row.id DELETE r",
                    rows=batch,
                ).consume()
        for label in sorted({labels[id_] for id_ in delta.removed_nodes}):
            for ids in batches([id_ for id_ in delta.removed_nodes if labels[id_] == label]):
                statement = f"UNWIND $rows AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n"
                transaction.run(statement, rows=ids).consume()

    def _labels_of(self, delta: Delta) -> dict[str, str]:
        """The label of every node that the delta touches, by its id."""
        labels = {node.id: node.label for node in delta.nodes}
        keys = [edge.key for edge in delta.edges] + list(delta.removed_edges)
        for id_ in (*delta.removed_nodes, *(end for key in keys for end in (key.source, key.target))):
            if id_ not in labels:
                labels[id_] = label_of(id_)
        return labels

    def _passages(self, delta: Delta) -> dict[str, Held]:
        """What the Passage nodes give back that the delta's evidence speaks of: its own ones and stored ones."""
        passages = passages_of(delta.nodes)
        wanted = {item.passage for edge in delta.edges for item in edge.evidence if item.passage} - passages.keys()
        for batch in batches(sorted(wanted)):
            rows = self.read("UNWIND $ids AS id MATCH (p:Passage {id: id}) RETURN properties(p)", {"ids": batch}).rows
            passages.update({row["id"]: held_passage(row) for (row,) in rows})
        return passages

    # --- connections ------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Give the connection and the writer's lock back; the embedded database stays for the next command."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None
        if self._write:
            self._server.unlock()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self) -> None:
        """Connect anew; more than once where a server that just died may still seem to live."""
        for last in (*[False] * (self._server.tries - 1), True):
            try:
                self._connect_once()
                return
            except StoreError:
                if last:
                    raise
                time.sleep(0.3)

    def _connect_once(self) -> None:
        import logging

        import neo4j

        # The driver warns of each retry; with no logging configured that would reach the user's terminal.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        if self._driver is not None:
            self._driver.close()
        access = self._server.access(write=self._write)
        self._token = access.token
        self._driver = neo4j.GraphDatabase.driver(
            access.uri,
            auth=(access.user, access.password),
            user_agent="zhitu",
            connection_timeout=15,
            max_transaction_retry_time=30,
            notifications_min_severity="OFF" if access.notifications_off else None,
        )
        try:
            self._driver.verify_connectivity()
        except Exception as error:
            raise explain(error, "", self._server.name) from error

    def _session(self) -> Session:
        """A session on the graph as it stands now, with a new connection where the server or the graph changed."""
        self._server.touch()
        if self._driver is None or self._server.token() != self._token:
            self._connect()
        assert self._driver is not None  # noqa: S101 - for the type checker
        return self._driver.session(
            database=self._server.database(), default_access_mode="WRITE" if self._write else "READ", fetch_size=1000
        )

    def _retried(self, work: Callable[[], _T], statement: str) -> _T:
        """Do ``work``; once more, on a new connection, when the server had ended or the graph was swapped."""
        try:
            return work()
        except Exception as error:
            if isinstance(error, (Refused, StoreError)) or not is_gone(error):
                raise self._told(error, statement) from error
        try:
            self._connect()
            return work()
        except Exception as error:
            raise self._told(error, statement) from error

    def _told(self, error: Exception, statement: str) -> ZhituError:
        """What happened, in the project's words; a writer may be told of the disk instead."""
        hampered = None if isinstance(error, Refused) or not self._write else self._server.hampered()
        return hampered or explain(error, statement, self._server.name)

    def _transact(self, work: Callable[[ManagedTransaction], Any], *, seen: bool = True) -> None:
        with self._changes.changing() as about_to_commit:

            def whole(transaction: ManagedTransaction) -> None:
                work(transaction)
                if seen:
                    about_to_commit()

            def run() -> None:
                with self._session() as session:
                    session.execute_write(whole)

            self._retried(run, "")

    def _must_write(self) -> None:
        if not self._write:
            raise Refused("this store was opened for reading", "open it with write=True")

    # --- schema -----------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make what a graph needs before the first write: the database, constraints and indexes."""
        if not self._prepared:
            if self._server.prepare():
                self._connect()
            self._prepare_schema()
            self._prepared = True

    def _prepare_schema(self) -> None:
        held = {row[0] for row in self._retried(lambda: self._plain_run("SHOW CONSTRAINTS YIELD name RETURN name"), "")}
        for statement in schema(held):
            self._retried(lambda s=statement: self._plain_run(s), statement)  # type: ignore[misc]

    def _plain_run(self, statement: str) -> list[tuple[Any, ...]]:
        with self._session() as session:
            return [tuple(record.values()) for record in session.run(statement)]


def _run_in(transaction: ManagedTransaction, statement: str, rows: Sequence[Any]) -> None:
    transaction.run(statement, rows=rows).consume()
