"""What two extractions of the same passages do not agree on: before better rules are released, what they change.

Passages are paired by kind and folded text, equal ones in order; within a pair names, relations (with their attributes)
and figures are compared as sets. How sure extraction was is no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from extractor.errors import Damaged, FileMissing
from extractor.folding import fold
from extractor.records import Record, read_records

Kind = Literal["passages", "names", "relations", "figures"]
KINDS: tuple[Kind, ...] = ("passages", "names", "relations", "figures")
Change = Literal["added", "removed"]


class Difference(NamedTuple):
    """One thing that only the older (removed) or only the newer (added) extraction has.

    ``type`` is a passage's kind, a name's label, a relation's type, "" of a figure; ``item`` says the thing in a line.
    """

    kind: Kind
    change: Change
    type: str
    item: str
    record: Record


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are of one kind and type, before and after, and how many came and went."""

    old: int = 0
    new: int = 0
    added: int = 0
    removed: int = 0


def differences(old: Iterable[Record], new: Iterable[Record]) -> list[Difference]:
    """The differences in reading order of the newer extraction; passages that only the older one has come last."""
    waiting: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in old:
        waiting[record.kind, fold(record.text)].append(record)
    found: list[Difference] = []
    for record in new:
        paired = waiting[record.kind, fold(record.text)]
        if paired:
            found += _between(paired.pop(0), record)
        else:
            found += _alone(record, "added")
    for left in waiting.values():
        for record in left:
            found += _alone(record, "removed")
    return found


def totals(old: Sequence[Record], new: Sequence[Record], found: Iterable[Difference]) -> dict[tuple[Kind, str], Total]:
    """Totals by kind and type, of a kind as a whole under the type ""; in the order of kinds, then by type."""
    before, after = _counted(old), _counted(new)
    changes: Counter[tuple[Kind, str, Change]] = Counter()
    for one in found:
        changes.update({(one.kind, type_, one.change) for type_ in {"", one.type}})
    keys = sorted({*before, *after}, key=lambda key: (KINDS.index(key[0]), key[1]))
    return {key: Total(before[key], after[key], changes[(*key, "added")], changes[(*key, "removed")]) for key in keys}


def add_totals(
    one: Mapping[tuple[Kind, str], Total], other: Mapping[tuple[Kind, str], Total]
) -> dict[tuple[Kind, str], Total]:
    """The totals of two files together."""
    nothing = Total()
    added = {}
    for key in sorted({*one, *other}, key=lambda key: (KINDS.index(key[0]), key[1])):
        a, b = one.get(key, nothing), other.get(key, nothing)
        added[key] = Total(a.old + b.old, a.new + b.new, a.added + b.added, a.removed + b.removed)
    return added


def paired_files(old: Path, new: Path) -> list[tuple[str, Path | None, Path | None]]:
    """The record files to compare: two files, or two folders' ``*.jsonl`` by name; None where one has it not.

    Raises :class:`FileMissing` for a path that is not there, :class:`Damaged` for a file against a folder.
    """
    for path in (old, new):
        if not path.exists():
            raise FileMissing(path, "no such file or folder", "check the path")
    if old.is_dir() != new.is_dir():
        raise Damaged(old, f"one is a folder and {new} is not", "compare two files, or two folders of them")
    if not old.is_dir():
        return [(new.name, old, new)]
    before, after = ({path.name: path for path in folder.glob("*.jsonl")} for folder in (old, new))
    for folder, files in ((old, before), (new, after)):
        if not files:
            raise FileMissing(folder, "holds no record file (*.jsonl)", "write them with zhitu extract")
    return [(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]


def records_in(path: Path | None) -> list[Record]:
    """The records of a file; none where there is no file."""
    return list(read_records(path)) if path is not None else []


def _things(record: Record) -> dict[Kind, set[tuple[str, str]]]:
    """What a passage holds, as (type, what is said)."""
    names = {(e.label, e.name if e.refers_to is None else f"{e.name} → {e.refers_to}") for e in record.entities}
    relations = {
        (r.type, f"{r.head} → {r.tail}{_attributes(r.attributes)}{' (across)' if r.across else ''}")
        for r in record.relations
    }
    figures = {
        (
            "",
            " ".join(
                str(part) for part in (f.subject, f.metric, f.qualifier, f.value, f.unit, f.year, f.group) if part
            ),
        )
        for f in record.facts
    }
    return {"names": names, "relations": relations, "figures": figures}


def _attributes(attributes: Mapping[str, object]) -> str:
    said = ", ".join(f"{name} {value}" for name, value in sorted(attributes.items()) if value not in (None, ""))
    return f" ({said})" if said else ""


def _between(old: Record, new: Record) -> list[Difference]:
    before, after = _things(old), _things(new)
    found: list[Difference] = []
    for kind in KINDS[1:]:
        found += [Difference(kind, "removed", type_, item, old) for type_, item in sorted(before[kind] - after[kind])]
        found += [Difference(kind, "added", type_, item, new) for type_, item in sorted(after[kind] - before[kind])]
    return found


def _alone(record: Record, change: Change) -> list[Difference]:
    things = _things(record)
    found = [Difference("passages", change, record.kind, record.text, record)]
    return found + [Difference(kind, change, *thing, record) for kind in KINDS[1:] for thing in sorted(things[kind])]


def _counted(records: Iterable[Record]) -> Counter[tuple[Kind, str]]:
    counts: Counter[tuple[Kind, str]] = Counter()
    for record in records:
        things: dict[Kind, set[tuple[str, str]]] = {"passages": {(record.kind, "")}, **_things(record)}
        for kind, held in things.items():
            for type_, _ in held:
                counts.update({(kind, name) for name in {"", type_}})
    return counts
