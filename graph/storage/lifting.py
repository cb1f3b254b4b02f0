"""Aggregates inside conditions, for the embedded database: ``RETURN k, max(x) IS NULL`` becomes two clauses.

ArcadeDB 26.10 groups by every row where an aggregate stands under ``IS``, ``IN``, ``NOT``, ``AND``, ``OR``, ``XOR``,
``STARTS WITH``, ``ENDS WITH``, ``CONTAINS`` or ``=~``, or has a property read from its result; it answers without an
error. :func:`lifted` computes the aggregates in a ``WITH`` before, which means the same on any server. Everything else
is left as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from graph.storage.failures import StatementError
from graph.storage.statements import TOKEN

_AGGREGATES = frozenset(
    {"collect", "count", "sum", "min", "max", "avg", "stdev", "stdevp", "percentilecont", "percentiledisc"}
)
_CONDITIONS = frozenset({"is", "in", "not", "and", "or", "xor", "starts", "ends", "contains"})
_ITERATIONS = frozenset({"any", "all", "none", "single", "reduce"})
_QUERIES = frozenset({"exists", "count", "collect", "call"})
_CLAUSES = frozenset(
    {"order", "skip", "limit", "offset", "where", "match", "optional", "unwind", "call", "with", "return", "union"}
)
_WORDS = _CONDITIONS | {
    "case", "when", "then", "else", "end", "true", "false", "null", "with", "distinct", "typed", "as", "where",
}  # fmt: skip
_OPEN, _CLOSED = "([{", ")]}"


class _Token(NamedTuple):
    """A piece of code with its place and its depth of brackets."""

    kind: str
    text: str
    start: int
    end: int
    depth: int

    @property
    def word(self) -> str:
        """The name in lower case, "" for what is none."""
        return self.text.lower() if self.kind == "name" else ""


class _Item(NamedTuple):
    """One item of a projection: its expression, what it is called (as written), the aggregates in it."""

    tokens: Sequence[_Token]
    name: str
    calls: Sequence[tuple[int, int]]


def lifted(statement: str) -> str:
    """``statement`` with each aggregate of a condition computed in a ``WITH`` of its own; itself where there is none.

    Raises :class:`StatementError` where such an aggregate stands beside something that it is not grouped by.
    """
    lower = statement.lower()
    if not any(f"{name}" in lower for name in _AGGREGATES):
        return statement
    tokens = list(_tokens(statement))
    made, done = [], 0
    for begin, end, after in _projections(tokens):
        start = tokens[begin].start
        if start < done:
            continue
        stop = tokens[after - 1].end
        if text := _lift(statement, tokens, begin, end, after):
            made += [statement[done:start], text]
            done = stop
    return "".join([*made, statement[done:]])


def _tokens(statement: str) -> Iterator[_Token]:
    depth = 0
    for found in TOKEN.finditer(statement):
        kind, text = str(found.lastgroup), found[0]
        if kind == "skip":
            continue
        depth -= text in _CLOSED
        yield _Token(kind, text, found.start(), found.end(), depth)
        depth += text in _OPEN


def _projections(tokens: Sequence[_Token]) -> Iterator[tuple[int, int, int]]:
    """(its RETURN or WITH, the end of its items, the end of its ORDER BY) of each projection, as they come."""
    for at, token in enumerate(tokens):
        if token.word not in {"return", "with"} or (at and tokens[at - 1].text in {".", ":"}):
            continue
        if at and tokens[at - 1].word in {"starts", "ends"}:
            continue
        end = _clause_end(tokens, at + 1, token.depth)
        ordered = end < len(tokens) and tokens[end].word == "order" and tokens[end].depth == token.depth
        yield at, end, _clause_end(tokens, end + 1, token.depth) if ordered else end


def _clause_end(tokens: Sequence[_Token], at: int, depth: int) -> int:
    while at < len(tokens):
        token = tokens[at]
        if token.depth < depth or (token.depth == depth and token.text == ";"):
            break
        named = token.depth == depth and token.word in _CLAUSES and tokens[at - 1].text not in {".", ":"}
        if named and tokens[at - 1].word not in {"starts", "ends", "as"}:
            break
        at += 1
    return at


def _lift(statement: str, tokens: Sequence[_Token], begin: int, end: int, after: int) -> str:
    """The projection as two clauses; "" where it can stay."""
    keyword, first = tokens[begin], begin + 1
    distinct = first < end and tokens[first].word == "distinct"
    items = [_item(statement, part) for part in _split(tokens[first + distinct : end], keyword.depth) if part]
    if not any(item.calls and _is_condition(item) for item in items):
        return ""
    # ArcadeDB takes a quoted name with a point in it for a property: within, groups are called by number.
    groups = [item for item in items if not item.calls]
    inner = [f"`group {n}`" if item.name.startswith("`") else item.name for n, item in enumerate(groups, 1)]
    names = [(item.tokens, name) for item, name in zip(groups, inner, strict=True)]
    before = [f"{_text(statement, item.tokens)} AS {name}" for item, name in zip(groups, inner, strict=True)]
    shown, number, called = [], 0, iter(inner)
    for item in items:
        if not item.calls:
            name = next(called)
            shown.append(name if name == item.name else f"{name} AS {item.name}")
            continue
        calls = list(names)
        for call in item.calls:
            number += 1
            told = item.tokens[call[0] : call[1]]
            before.append(f"{_text(statement, told)} AS `aggregate {number}`")
            calls.append((told, f"`aggregate {number}`"))
        shown.append(f"{_replaced(statement, item.tokens, calls)} AS {item.name}")
    order = ""
    if after > end:
        order = " " + _replaced(statement, tokens[end:after], names, strict=False)
    return f"WITH {', '.join(before)} {keyword.text} {'DISTINCT ' * distinct}{', '.join(shown)}{order}"


def _split(tokens: Sequence[_Token], depth: int) -> list[list[_Token]]:
    parts: list[list[_Token]] = [[]]
    for token in tokens:
        if token.text == "," and token.depth == depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _item(statement: str, tokens: Sequence[_Token]) -> _Item:
    depth = tokens[0].depth
    named = [at for at, token in enumerate(tokens) if token.word == "as" and token.depth == depth]
    expression = tokens[: named[-1]] if named else tokens
    text = _text(statement, expression)
    plain = len(expression) == 1 and expression[0].kind == "name"
    name = tokens[named[-1] + 1].text if named else text if plain else f"`{text.replace('`', '``')}`"
    return _Item(expression, name, tuple(_calls(expression)))


def _calls(tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """Where each call of an aggregate begins and ends; those of a subquery in braces are its own."""
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.word in _QUERIES and after == "{":
            at = _closing(tokens, at + 1)
        elif token.word in _AGGREGATES and after == "(" and (not at or tokens[at - 1].text != "."):
            end = _closing(tokens, at + 1)
            yield at, end
            at = end
        else:
            at += 1


def _closing(tokens: Sequence[_Token], at: int) -> int:
    """Behind the bracket that closes the one at ``at``."""
    depth = tokens[at].depth
    for end in range(at + 1, len(tokens)):
        if tokens[end].depth == depth and tokens[end].text in _CLOSED:
            return end + 1
    return len(tokens)


def _is_condition(item: _Item) -> bool:
    """Whether a condition, or a property of a result, stands beside an aggregate, outside calls and iterations."""
    tokens, at, calls = item.tokens, 0, dict(item.calls)
    while at < len(tokens):
        token = tokens[at]
        if at in calls:
            at = calls[at]
            continue
        before = tokens[at - 1] if at else None
        iterates = token.text == "[" and at + 2 < len(tokens) and tokens[at + 2].word == "in"
        if iterates or (token.text == "(" and before is not None and before.word in _ITERATIONS):
            at = _closing(tokens, at)
            continue
        if (token.word in _CONDITIONS and not (before and before.text == ".")) or token.text == "~":
            return True
        if token.text == "." and before is not None and before.text in {")", "]"}:
            return True
        at += 1
    return False


def _replaced(
    statement: str, tokens: Sequence[_Token], names: Sequence[tuple[Sequence[_Token], str]], strict: bool = True
) -> str:
    """The tokens' text with each expression of ``names`` by its name. ``strict``: nothing else may be named in it."""
    known = {name for _, name in names}
    local = {token.text for token, after in pairwise(tokens) if after.word == "in"}
    made, at, place = [], 0, tokens[0].start
    while at < len(tokens):
        made.append(statement[place : tokens[at].start])
        found = max((pair for pair in names if _matches(tokens, at, pair[0])), key=lambda p: len(p[0]), default=None)
        size = len(found[0]) if found else 1
        if strict and not found and _is_variable(tokens, at) and not {tokens[at].text} & (known | local):
            raise StatementError(
                f"{tokens[at].text} stands beside an aggregate and is not grouped by",
                "compute the aggregate in a WITH before, and the condition after it",
            )
        made.append(found[1] if found else tokens[at].text)
        at += size
        place = tokens[at - 1].end
    return "".join(made)


def _matches(tokens: Sequence[_Token], at: int, wanted: Sequence[_Token]) -> bool:
    part = tokens[at : at + len(wanted)]
    follows = at and tokens[at - 1].text == "."
    return not follows and [token.text for token in part] == [token.text for token in wanted]


def _is_variable(tokens: Sequence[_Token], at: int) -> bool:
    token, before = tokens[at], tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if token.kind != "name" or token.word in _WORDS or before in {".", ":"} or after in {"(", ":"}:
        return False
    return token.word not in _QUERIES or after != "{"


def _text(statement: str, tokens: Sequence[_Token]) -> str:
    return statement[tokens[0].start : tokens[-1].end]
