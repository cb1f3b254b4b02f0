"""A reviewer's decisions: a TSV file, a line a decision, fit for version control; replayed on every ingest.

Columns: ``same`` or ``different``, the label, the two names, and a note. A decision speaks of names, not of nodes or
reports, so that it holds for whatever report prints them; the last of several on one pair counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, cast

from extractor.errors import Damaged
from extractor.ontology import ontology
from graph.identity.keys import name_key
from graph.identity.names import group_of

HEADER = ("verdict", "label", "one", "other", "note")


class Decision(NamedTuple):
    """Two names of a label are one thing, or two."""

    verdict: Literal["same", "different"]
    label: str
    one: str
    other: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions by (group, pair of normal forms)."""

    by_pair: Mapping[tuple[str, frozenset[str]], Decision]
    by_name: Mapping[tuple[str, str], tuple[str, ...]]

    def official(self, group: str, name: str) -> str:
        """Decisions know of no official names."""
        return ""

    def keys(self, group: str, name: str) -> Sequence[str]:
        """One tie a decision, so that both names of it are always resolved together."""
        return self.by_name.get((group, _normal(group, name)), ())

    def same(self, group: str, one: str, other: str) -> str:
        """Someone decided that they are one."""
        return self._decided(group, one, other, "same")

    def different(self, group: str, one: str, other: str) -> str:
        """Someone decided that they are two."""
        return self._decided(group, one, other, "different")

    def _decided(self, group: str, one: str, other: str, verdict: str) -> str:
        decision = self.by_pair.get((group, frozenset((_normal(group, one), _normal(group, other)))))
        if decision is None or decision.verdict != verdict:
            return ""
        return f"decided by review{f' ({decision.note})' if decision.note else ''}"


def build_decisions(decisions: Iterable[Decision]) -> Decisions:
    """Decisions made ready for look-up."""
    by_pair: dict[tuple[str, frozenset[str]], Decision] = {}
    for decision in decisions:
        group = group_of(decision.label)
        pair = frozenset((_normal(group, decision.one), _normal(group, decision.other)))
        by_pair[group, pair] = decision
    by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group, pair in by_pair:
        for normal in pair:
            by_name[group, normal].append("decision:" + "=".join(sorted(pair)))
    return Decisions(by_pair, {name: tuple(sorted(keys)) for name, keys in by_name.items()})


def read_decisions(path: Path) -> list[Decision]:
    """The decisions of a file in its order, none where there is no file; ``Damaged`` names a line that is none."""
    if not path.is_file():
        return []
    decisions = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or tuple(cells[:2]) == HEADER[:2]:
            continue
        verdict, label, one, other, note = (*cells, *[""] * (len(HEADER) - len(cells)))[: len(HEADER)]
        if verdict not in {"same", "different"} or label not in ontology().labels or not one or not other:
            raise Damaged(
                path,
                f"line {number} is no decision",
                "write: same or different, a label, two names, a note; tabs between",
            )
        decisions.append(Decision(cast('Literal["same", "different"]', verdict), label, one, other, note))
    return decisions


def add_decision(path: Path, decision: Decision) -> None:
    """Append one decision; the file is begun with its header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.is_file() and path.stat().st_size > 0
    ends = not begun or path.read_text(encoding="utf-8").endswith("\n")
    with path.open("a", encoding="utf-8", newline="\n") as file:
        if not begun:
            file.write("\t".join(HEADER) + "\n")
        if not ends:
            file.write("\n")
        cells = (" ".join(cell.split()) for cell in decision)
        file.write("\t".join(cells).rstrip("\t") + "\n")


def _normal(group: str, name: str) -> str:
    return name_key("School" if group == "Actor" else group, name).normal
