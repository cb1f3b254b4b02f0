"""A statement is answered at its deadline, and what no server could end there is not begun."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import Refused
from graph.storage.deadline import Overdue, within
from graph.storage.settings import Settings
from graph.storage.statements import MOST, check_statement
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from tests.graph.stores import sample

LONG = [
    "RETURN reduce(t = 0, x IN range(1, 2000000000) | t + x)",
    "RETURN size([x IN range(1, 2000000000) WHERE x % 7 = 8 | x])",
    "RETURN any(x IN range(1, 2000000000) WHERE x = -1)",
    "RETURN ALL (x IN RANGE (1, 2000000000) WHERE x > 0)",
    "RETURN none(x IN range(2000000000, 1, -1) WHERE x = -1)",
    "RETURN single(x IN range(1, 0x77359400) WHERE x = -1)",
    "RETURN range(1, 2000000000)",
    "RETURN -1 IN range(-1000000000, 1000000000)",
    "RETURN [x IN range(1, 30000) | range(1, 30000)]",
    "RETURN [x IN range(1, 30000) | [y IN range(1, x) | y]]",
    "RETURN [x IN range(1, 3000) WHERE any(y IN range(1, 3000) WHERE all(z IN range(1, 3000) WHERE z > y)) | x]",
    "WITH range(1, 2000000000) AS r RETURN all(x IN r WHERE x > 0)",
    "WITH 1000000000 AS n RETURN all(x IN range(1, n * 2 + 1) WHERE x > 0)",
    "WITH range(1, 10000) AS r RETURN [x IN r | [y IN r | x + y]]",
    "CALL { RETURN range(1, 100000) AS r } RETURN [x IN r | size([y IN r WHERE y = x])]",
    "UNWIND range(1, 100000) AS x WITH collect(x) AS xs RETURN [x IN xs WHERE all(y IN xs WHERE y <> x)]",
    "UNWIND [x IN range(1, 2000000000) | x] AS y RETURN y",
    "RETURN reduce(s = 'x', i IN range(1, 40) | s + s)",
    "RETURN size(reduce(l = [1, 2], i IN range(1, 25) | l + l))",
    "RETURN range(1, toInteger('2000000000'))",
    "RETURN range(1, 10 ^ 9)",
    "RETURN range(1, 4000000000 / 2)",
    "MATCH (n) WITH count(n) * 100000000 AS big RETURN range(1, big)",
    "MATCH (n) RETURN range(1, n.year * 0 + 2000000000)",
    "RETURN `range`(1, 2000000000)",
    "RETURN r\\u0061nge(1, 2000000000)",
    "RETURN range/* ) */(1, 2000000000)",
    "RETURN ']' + \"'\" + [x IN range(1, 2000000000) | ''][0]",
    "RETURN range(1, $big)",
    "RETURN all(x IN $many WHERE all(y IN $many WHERE x = y))",
    "MATCH (n) WHERE n.x IN range(1, 2000000000) RETURN n",
    "MATCH (n) RETURN n { .name, all: [x IN range(1, 2000000000) | x] }",
    "RETURN EXISTS { UNWIND [1] AS a WITH a WHERE a IN range(1, 2000000000) RETURN a }",
]
SHORT = [
    "UNWIND range(1, 2000000000) AS x RETURN count(x)",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)",
    "MATCH p = (a)-[*1..3]-(b) RETURN [i IN range(0, size(nodes(p)) - 2) | nodes(p)[i].name]",
    "UNWIND range(1, 1000) AS x WITH collect(x) AS xs UNWIND xs AS y RETURN collect(y) AS z",
    "RETURN '[x IN range(1, 2000000000) | x]' // range(1, 2000000000)",
    "MATCH (n) WHERE n.year IN range(1990, 2030) RETURN [x IN range(1, 100) | [y IN range(1, 100) | x * y]]",
    "RETURN range(1, 2000000000, 1000)",
    "RETURN range(10, 1)",
    "RETURN range(1, 2000000000 % 7)",
    "MATCH (n) RETURN range(n.year - 10, n.year), range(size(n.aliases) - 1, 0, -1)",
    "MATCH (n) WHERE n.value > 2000000000 AND n.year IN range(2019, n.year) RETURN n.value * 2000000000",
    "MATCH (n) WITH count(n) AS big RETURN range(1, big)",
    "MATCH (s:School)-[:OFFERS {status: '立项'}]->(p) RETURN s.name, collect(p.name)[..5]",
    "RETURN [a IN [1, 2, 3] WHERE a > 1 | a] + [[4]]",
    "RETURN ((([{",
    "RETURN range()",
    "",
]
PARAMETERS = {"big": 2_000_000_000, "many": list(range(3000))}


@pytest.mark.parametrize("statement", LONG)
def test_what_could_not_be_ended_is_not_begun(statement: str) -> None:
    with pytest.raises(Refused, match="no server could end it") as told:
        check_statement(statement, PARAMETERS)
    assert "UNWIND" in told.value.remedy


@pytest.mark.parametrize("statement", SHORT)
def test_what_ends_or_can_be_ended_is_let_through(statement: str) -> None:
    check_statement(statement, PARAMETERS)


@given(st.text(alphabet="()[]{}|,$'\"`xX =+-*/^.123\\u0n\n", max_size=60), st.sampled_from(LONG), st.integers(0, 60))
def test_any_text_is_looked_at_without_error(text: str, statement: str, at: int) -> None:
    for mixed in (text, statement[:at] + text + statement[at:]):
        try:
            check_statement(mixed, PARAMETERS)
        except Refused:
            continue


@given(st.integers(-10, 10), st.integers(1, 2_000_000_000), st.integers(1, 1000))
def test_a_range_is_counted_as_the_server_counts_it(first: int, width: int, step: int) -> None:
    last = first + width
    statement = f"RETURN [x IN range({first}, {last}, {step}) | x]"
    if len(range(first, last + 1, step)) > MOST:
        with pytest.raises(Refused):
            check_statement(statement, {})
    else:
        check_statement(statement, {})


# --- the caller -------------------------------------------------------------------------------------------------


def test_the_answer_of_a_quick_work_is_handed_on() -> None:
    assert within(60, lambda given_up: 42, pytest.fail) == 42


def test_an_error_of_the_work_is_handed_on() -> None:
    def work(given_up: threading.Event) -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        within(60, work, pytest.fail)


def test_a_work_that_does_not_end_is_given_up() -> None:
    released, seen = threading.Event(), threading.Event()

    def work(given_up: threading.Event) -> None:
        released.wait(120)
        if given_up.is_set():
            seen.set()

    with pytest.raises(Overdue):
        within(0.05, work, released.set)
    assert seen.wait(60)


@pytest.mark.slow
@pytest.mark.parametrize("place", [pytest.param("neo4j", marks=pytest.mark.neo4j)], indirect=True)
def test_the_caller_is_answered_while_the_server_still_works(place: tuple[Workspace, Settings], reader: Store) -> None:
    """One expression whose length only the data tell: Neo4j computes it to its end, and nobody has to wait for that."""
    workspace, settings = place
    statement = (
        "MATCH (n) WITH count(n) AS c WITH c * c * c * c * c * c AS big "
        "RETURN reduce(t = 0, x IN range(1, big, 3) | t + x)"
    )
    with pytest.raises(Refused, match=r"longer than 1 s and was (given up|ended)") as told:
        reader.read(statement, timeout=1)
    assert told.value.remedy
    shown = "SHOW TRANSACTIONS YIELD currentQuery, status RETURN status, currentQuery"
    with open_store(workspace, settings=settings) as other:
        still = [status for status, query in other.read(shown).rows if "AS big" in query]
    assert all("Terminated" in status for status in still), "the server knows that nobody waits for it"
    assert reader.read("MATCH (n) RETURN count(n)").rows == [(len(sample().nodes),)]
