"""What is looked at in a statement before any server sees it: how deep it nests, how far its expressions iterate.

A server heeds a deadline between rows and not inside one expression: ``reduce(t = 0, x IN range(1, 2000000000) | t)``
is one row's expression and runs to its end, whoever has given it up (measured on Neo4j 5.26 for ``reduce``, list
comprehensions, ``all``, ``any``, ``none`` and ``single``; ``UNWIND`` and subqueries do stop). So an expression that
would iterate more than :data:`MOST` times is refused, as far as literals and parameters tell. What only data tell (a
list collected from the graph) is not bounded here: see docs/neo4j.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from extractor.errors import Refused

# How deep brackets may nest.
_DEPTH = 100
# How many steps one expression may take: a few seconds of a server's time.
MOST = 5_000_000
# Comments, texts and quoted names: what stands in them is no code.
NOT_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`", re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<number>0[xX][0-9a-fA-F]+|0[oO][0-7]+|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)"
    r"|(?P<name>[^\W\d]\w*|`(?:[^`]|``)*`)"
    r"|(?P<parameter>\$(?:\w+|`(?:[^`]|``)*`))"
    r"|(?P<sign>\.\.|.)",
    re.DOTALL,
)
_OPEN, _CLOSED = {"(": ")", "[": "]", "{": "}"}, frozenset(")]}")
_QUANTIFIERS = frozenset({"all", "any", "none", "single"})
# Words after which a projection begins, so that nothing before them belongs to what `AS` names.
_BEFORE = frozenset({"with", "return", "unwind", "distinct", "yield"})


def check_statement(statement: str, parameters: Mapping[str, Any]) -> None:
    """Refuse what no server can be trusted to end at its deadline: brackets without end, and the steps said above.

    The statement is looked at as it stands and with its ``\\uXXXX`` read, since servers differ in when they read them.
    """
    for text in {statement, _ESCAPE.sub(lambda found: chr(int(found[1], 16)), statement)}:
        _check_nesting(text)
        steps = _Walk(parameters).block(_tree(text), {})
        if steps > MOST:
            raise Refused(
                f"one expression of the statement takes {_rounded(steps)} steps or more (at most {MOST:,} can be "
                "given): no server could end it at its deadline",
                "go through the rows with UNWIND range(…) AS x, which can be ended, or over a shorter range",
            )


def _check_nesting(statement: str) -> None:
    """A planner may take minutes over brackets nested deeper than anybody writes, heeding no deadline."""
    depth = 0
    for char in NOT_CODE.sub(" ", statement):
        depth += (char in "([{") - (char in ")]}")
        if depth > _DEPTH:
            raise Refused(f"the statement nests more than {_DEPTH} brackets", "write it in parts, with WITH")


def _rounded(steps: float) -> str:
    return f"{int(steps):,}" if steps < 1e15 else f"{steps:.0e}"


# --- tokens and brackets ----------------------------------------------------------------------------------------


class Token(NamedTuple):
    """A piece of code; ``inside`` what a bracket holds."""

    kind: str
    text: str
    inside: tuple[Token, ...] = ()

    def says(self, *words: str) -> bool:
        """Whether it is one of the (lower-case) words or signs."""
        return self.kind in {"name", "sign"} and self.text.lower() in words


def _tree(statement: str) -> tuple[Token, ...]:
    """The statement's tokens, brackets holding theirs; brackets that do not match are the server's to complain of."""
    open_: list[tuple[str, list[Token]]] = [("", [])]
    for found in TOKEN.finditer(statement):
        kind, text = str(found.lastgroup), found[0]
        if kind == "skip":
            continue
        if text in _OPEN:
            open_.append((text, []))
        elif text in _CLOSED and len(open_) > 1:
            bracket, inside = open_.pop()
            open_[-1][1].append(Token("bracket", bracket, tuple(inside)))
        else:
            open_[-1][1].append(Token(kind, text.strip("`") if kind == "name" else text))
    while len(open_) > 1:
        bracket, inside = open_.pop()
        open_[-1][1].append(Token("bracket", bracket, tuple(inside)))
    return tuple(open_[0][1])


# --- how much of what ---------------------------------------------------------------------------------------------


class Value(NamedTuple):
    """What is known of a value: the numbers that it (or a list's items) lies between, how many items it has."""

    low: float | None = None
    high: float | None = None
    items: float = 0.0


class Iteration(NamedTuple):
    """``variable IN source``, and what is done for each; ``start`` what a reduce begins with."""

    variable: str
    source: Sequence[Token]
    body: Sequence[Token]
    start: Sequence[Token] = ()


UNKNOWN = Value()
_Names = dict[str, Value]
_CLAUSES = frozenset({"match", "with", "unwind", "call", "return", "union"})
_AGGREGATES = frozenset({"collect", "count", "sum", "min", "max", "avg"})
# Functions whose answer is a number no greater than their argument, near enough.
_ROUNDING = frozenset({"tointeger", "tofloat", "abs", "round", "floor", "ceil"})
_HUGE = 1e300


@dataclass
class _Walk:
    """Goes through a statement once; ``rows``: how many rows its literals and parameters make so far."""

    parameters: Mapping[str, Any]
    rows: float = 1.0
    _aggregated: bool = False

    def block(self, tokens: Sequence[Token], names: _Names) -> float:
        """The steps of the greediest expression of a (sub)query; takes up into ``names`` what ``AS`` names."""
        worst, start = 0.0, 0
        for at, token in enumerate(tokens):
            if token.kind == "name" and token.text.lower() in _CLAUSES and self._aggregated:
                self.rows, self._aggregated = 1.0, False
            if not token.says("as") or at + 1 == len(tokens):
                continue
            begin = _begin(tokens, at)
            expression, unwound = tokens[begin:at], begin > 0 and tokens[begin - 1].says("unwind")
            worst = max(worst, self.steps(tokens[start:begin], names), self._source_steps(expression, names, unwound))
            value = self.value(expression, names)
            names[tokens[at + 1].text] = value._replace(items=0.0) if unwound else value
            if unwound:
                self.rows *= max(1.0, value.items)
            self._aggregated |= any(part.says(*_AGGREGATES) for part in expression)
            start = at + 1
        return max(worst, self.steps(tokens[start:], names))

    def steps(self, tokens: Sequence[Token], names: _Names) -> float:
        """How many steps evaluating these tokens takes, as far as is known."""
        total = 0.0
        for at, token in enumerate(tokens):
            before = tokens[at - 1] if at else None
            if token.kind != "bracket":
                continue
            if token.text == "{":
                total += self.block(token.inside, names)
            elif found := _iteration(token, before):
                source = self.value(found.source, names)
                inner = {**names, found.variable: source._replace(items=0.0)}
                total += self.steps(found.start, names) + self._source_steps(found.source, names, True)
                total += source.items * (1.0 + self.steps(found.body, inner))
                if before is not None and before.says("reduce"):
                    total += self._reduced(found, token, names).items
            else:
                total += self.steps(token.inside, names)
                if before is not None and before.says("range"):
                    total += self._range(token.inside, names).items
        return total

    def _source_steps(self, tokens: Sequence[Token], names: _Names, streamed: bool) -> float:
        """A range that is only gone through is never made as a list."""
        if streamed and len(tokens) == 2 and tokens[0].says("range") and tokens[1].text == "(":
            return self.steps(tokens[1].inside, names)
        return self.steps(tokens, names)

    # --- values -----------------------------------------------------------------------------------------------

    def value(self, tokens: Sequence[Token], names: _Names) -> Value:
        """What is known of an expression's value: numbers computed, items of lists and characters of texts."""
        total, sign, factors, computed = UNKNOWN, 1, list[Value](), True
        items, terms, operator, at = 0.0, 0, "*", 0
        while at < len(tokens):
            token = tokens[at]
            if token.kind != "sign":
                value, at = self._primary(tokens, at, names)
                items, terms = items + value.items, terms + 1
                _multiply(factors, operator, value)
                operator = "*"
                continue
            if token.text in {"+", "-"}:
                if factors:
                    total, sign, factors = _plus(total, reduce(_times, factors), sign), 1, []
                sign = -sign if token.text == "-" else sign
            elif token.text in {"*", "/", "^", "%"}:
                operator = token.text
            else:
                computed = False  # a comparison, say: no number
            at += 1
        if factors:
            total = _plus(total, reduce(_times, factors), sign)
        if not computed or (items and terms > 1):
            return Value(items=items)
        return total._replace(items=items)

    def _primary(self, tokens: Sequence[Token], at: int, names: _Names) -> tuple[Value, int]:
        """The value that begins at a token, and where it ends: a name may be a function, brackets may follow."""
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind == "name" and after is not None and after.kind == "bracket" and after.text == "(":
            value, at = self._called(token, after, names), at + 2
        else:
            value, at = self._single(token, names), at + 1
        while at < len(tokens):
            if tokens[at].kind == "bracket":
                value, at = Value(items=value.items), at + 1
            elif tokens[at].says("."):
                value, at = UNKNOWN, at + 2  # a property
            else:
                break
        return value, at

    def _single(self, token: Token, names: _Names) -> Value:
        if token.kind == "number":
            based = token.text[:2].lower() in {"0x", "0o"}
            number = float(int(token.text, 0)) if based else float(token.text)
            return Value(number, number)
        if token.kind == "text":
            return Value(items=float(len(token.text)))
        if token.kind == "name":
            return names.get(token.text, UNKNOWN)
        if token.kind == "parameter":
            return _given(self.parameters.get(token.text[1:].strip("`")))
        if token.text == "(":
            return self.value(token.inside, names)
        if token.text == "[":
            if found := _iteration(token, None):
                return Value(items=self.value(found.source, names).items)
            return Value(items=float(len(_split(token.inside, ","))))
        return UNKNOWN

    def _called(self, name: Token, bracket: Token, names: _Names) -> Value:
        if name.says("range"):
            return self._range(bracket.inside, names)
        if found := _iteration(bracket, name):
            return self._reduced(found, bracket, names) if name.says("reduce") else UNKNOWN
        if name.says("collect"):
            return Value(items=self.rows if self.rows > 1 else 0.0)
        parts = [self.value(part, names) for part in _split(bracket.inside, ",")]
        if name.text.lower() in _ROUNDING:
            return _parsed(bracket.inside[0].text) if _is_text(bracket.inside) else parts[0]
        items = max(part.items for part in parts)
        if name.says("size", "length"):
            return Value(0.0, items) if items else UNKNOWN
        return Value(items=items)

    def _range(self, arguments: Sequence[Token], names: _Names) -> Value:
        ends = [self.value(part, names) for part in _split(arguments, ",")]
        if len(ends) not in {2, 3}:
            return UNKNOWN
        (first, last), step = ends[:2], ends[2] if len(ends) == 3 else Value(1.0, 1.0)
        if step.high is not None and step.high < 0:
            first, last = last, first
        if last.high is None and first.low is None:
            return UNKNOWN
        low, high = first.low or 0.0, last.high or 0.0
        known = step.low is not None and step.high is not None and not step.low <= 0.0 <= step.high
        width = min(abs(step.low or 1.0), abs(step.high or 1.0)) if known else 1.0
        return Value(low, high, max(0.0, (high - low) // width + 1))

    def _reduced(self, found: Iteration, bracket: Token, names: _Names) -> Value:
        """What a reduce makes grows with each use of what it accumulates: doubled forty times, it is a terabyte."""
        named = bracket.inside[0]
        uses = sum(token.kind == "name" and token.text == named.text for token in _leaves(found.body))
        times = self.value(found.source, names).items
        first = max(1.0, self.value(found.start, names).items)
        if uses >= 2 and times > 0:
            return Value(items=first * float(uses) ** times if times < 300 else _HUGE)
        return Value(items=self.value(found.start, names).items + self.value(found.body, names).items * times)


def _iteration(bracket: Token, before: Token | None) -> Iteration | None:
    """The iteration that a bracket writes: a list comprehension, a quantifier, a reduce; None when it is none."""
    inside: tuple[Token, ...] = bracket.inside
    start: tuple[Token, ...] = ()
    if bracket.text == "(":
        if before is None or not before.says("reduce", *_QUANTIFIERS):
            return None
        if before.says("reduce"):
            begin, _, rest = _cut(inside, ",")
            start, inside = _cut(begin, "=")[2], rest
    elif bracket.text != "[":
        return None
    if len(inside) < 3 or inside[0].kind != "name" or not inside[1].says("in"):
        return None
    source, _, body = _cut(inside[2:], "|", "where")
    return Iteration(inside[0].text, source, body, start)


def _cut(tokens: Sequence[Token], *words: str) -> tuple[tuple[Token, ...], Token | None, tuple[Token, ...]]:
    for at, token in enumerate(tokens):
        if token.says(*words):
            return tuple(tokens[:at]), token, tuple(tokens[at + 1 :])
    return tuple(tokens), None, ()


def _split(tokens: Sequence[Token], sign: str) -> list[Sequence[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.says(sign):
            parts.append([])
        else:
            parts[-1].append(token)
    return [*parts]


def _leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from _leaves(token.inside) if token.kind == "bracket" else (token,)


def _begin(tokens: Sequence[Token], at: int) -> int:
    """Where the expression begins that the ``AS`` at ``at`` names."""
    while at > 0 and not tokens[at - 1].says(",", *_BEFORE):
        at -= 1
    return at


def _is_text(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind == "text"


def _parsed(text: str) -> Value:
    try:
        return _given(float(text[1:-1]))
    except ValueError:
        return UNKNOWN


def _given(value: Any) -> Value:
    if isinstance(value, (int, float)):
        return Value(float(value), float(value))
    if isinstance(value, (str, list, tuple)):
        return Value(items=float(len(value)))
    return UNKNOWN


# Of an unknown number nothing is counted: it is 0 in a sum and 1 in a product.


def _plus(one: Value, other: Value, sign: int) -> Value:
    if one.low is None and other.low is None:
        return UNKNOWN
    low, high = (other.low, other.high) if sign > 0 else (other.high, other.low)
    return Value((one.low or 0.0) + sign * (low or 0.0), (one.high or 0.0) + sign * (high or 0.0))


def _times(one: Value, other: Value) -> Value:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return other if one.low is None else one
    products = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return Value(min(products), max(products))


def _multiply(factors: list[Value], operator: str, value: Value) -> None:
    """Add a factor to a product, or let the operator before it change the last one."""
    low, high = value.low, value.high
    if operator == "%" and factors:
        factors[-1] = UNKNOWN if high is None else Value(0.0, abs(high))
    elif operator == "^" and factors:
        base = factors[-1].high
        fits = base is not None and high is not None and 0 <= base <= 1e9 and 0 <= high <= 30
        factors[-1] = Value(base**high, base**high) if fits and base is not None and high is not None else UNKNOWN
    elif operator == "/":
        known = low is not None and high is not None and not low <= 0.0 <= high
        factors.append(Value(1.0 / high, 1.0 / low) if known and low is not None and high is not None else UNKNOWN)
    else:
        factors.append(value)
