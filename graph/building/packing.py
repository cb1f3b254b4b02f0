"""Values as JSON text, the same text for equal values: what the state keeps in its columns and sorts by."""

from __future__ import annotations

import json
from typing import Any


def pack(value: Any) -> str:
    """A value as compact JSON; tuples are written as lists."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpack(text: str) -> Any:
    """The value of :func:`pack`; lists come back as lists."""
    return json.loads(text)
