"""What the driver raises → the project's errors, pointing into the statement where that is possible."""

from __future__ import annotations

import re

from extractor.errors import Refused, StoreError, ZhituError


class StatementError(ZhituError):
    """A statement that the server does not understand or cannot carry out; line and column where they are known."""


def is_gone(error: BaseException) -> bool:
    """Whether the server had ended, or the graph it was to read was swapped for a newer one."""
    from neo4j import exceptions

    if isinstance(error, (exceptions.ServiceUnavailable, exceptions.SessionExpired, exceptions.AuthError)):
        return True
    code = getattr(error, "code", "") or ""
    return "DatabaseNotFound" in code or "DatabaseUnavailable" in code or "is not open" in str(error)


def explain(error: BaseException, statement: str, server: str) -> ZhituError:
    """The project's error for what the driver raised."""
    from neo4j import exceptions

    if isinstance(error, ZhituError):
        return error
    if isinstance(error, exceptions.AuthError):
        return StoreError(
            f"{server}: the server does not accept the user or the password",
            "set ZHITU_USER and ZHITU_PASSWORD, or [store] in settings.toml",
        )
    if isinstance(error, (exceptions.ServiceUnavailable, exceptions.SessionExpired, OSError)):
        return StoreError(f"{server}: the server cannot be reached ({_first_line(str(error))})", "is it running?")
    if isinstance(error, exceptions.Neo4jError):
        return _explain_server(error, statement, server)
    if isinstance(error, exceptions.DriverError):
        return StoreError(f"{server}: {_first_line(str(error))}")
    raise error


def _explain_server(error: BaseException, statement: str, server: str) -> ZhituError:
    code = getattr(error, "code", "") or ""
    message = getattr(error, "message", None) or str(error)
    if "TransactionTimedOut" in code or "Terminated" in code or "TimeoutException" in message:
        return Refused("the statement ran longer than its deadline and was ended", "narrow it down, or use --timeout")
    if code.startswith("Neo.ClientError.Security") or "AccessMode" in code or "read access mode" in message:
        return Refused(f"reading only: {_first_line(message)}", "zhitu writes with ingest, import and review only")
    if code.startswith("Neo.ClientError.Statement") or code.startswith("Neo.DatabaseError"):
        return StatementError(point_into(statement, message), "")
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in message:
        return Refused("the statement needs more memory than the server has", "narrow it down")
    return StoreError(f"{server}: {_first_line(message)} ({code})")


_PLACE = re.compile(r"\(?(?:at )?line (\d+)(?:, column |:)(\d+)")
_WHOLE_PLACE = re.compile(r"\s*\(line \d+, column \d+ \(offset: \d+\)\)")
_VARIABLE = re.compile(r"[Vv]ariable [`'](\w+)[`'] not defined|[Uu]nknown function '([\w.]+)'")


def point_into(statement: str, message: str) -> str:
    """``message`` in one line, then the statement's line it means with a caret under the place."""
    said = _PLACE.sub("", _WHOLE_PLACE.sub("", message)).split("\n")[0].strip().rstrip("(").strip()
    place = _place(statement, message)
    if place is None:
        return said
    line, column = place
    text = statement.splitlines()[line - 1]
    return f"line {line}, column {column}: {said}\n  {text}\n  {_caret(text, column)}"


def _place(statement: str, message: str) -> tuple[int, int] | None:
    """Line and column, both from 1; servers that count columns from 0 say so by giving no offset."""
    lines = statement.splitlines()
    if found := _PLACE.search(message):
        line, column = int(found[1]), int(found[2])
        column += 0 if "(offset:" in message else 1
        if line == 1:
            column -= _prefixed(statement, message)
        if 1 <= line <= len(lines):
            return line, min(column, len(lines[line - 1]) + 1)
    if found := _VARIABLE.search(message):
        word = re.compile(rf"(?<![\w.]){re.escape(found[1] or found[2])}(?!\w)")
        for number, text in enumerate(lines, 1):
            if hit := word.search(text):
                return number, hit.start() + 1
    return None


def _prefixed(statement: str, message: str) -> int:
    """By how much the server's first line is longer: Neo4j is asked to EXPLAIN a statement first, and quotes that."""
    quoted = re.search(r'"(\s*EXPLAIN .*)"', message)
    first = statement.split("\n", 1)[0]
    return max(0, len(quoted[1]) - len(first)) if quoted and quoted[1].endswith(first[-20:]) else 0


def _caret(text: str, column: int) -> str:
    # A wide character takes two columns of a terminal: the ideographic space keeps the caret under its place.
    return "".join("\u3000" if ord(char) > 0x2E7F else " " for char in text[: column - 1]) + "^"


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0]
