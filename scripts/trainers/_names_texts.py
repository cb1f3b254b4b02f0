"""The texts that the recogniser of names learns from, and how they are varied while it does."""

from __future__ import annotations

import bisect
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from extractor.language import features
from extractor.ontology import ontology
from extractor.records import Record, read_records

SWAPPED, MOVED, SHANGHAI = 0.3, 0.35, 0.5  # shares of names swapped, passages moved, of those moved to Shanghai
BARED = 0.2  # share of passages in which names lose the quotes they stand in
REPEATS = 2  # how often corpora/names is read an epoch: it is small, and holds what the records lack

LABELS = [label.name for label in ontology().labels.values() if label.gold]
CODES = {
    "S": "School", "E": "Enterprise", "O": "Organization", "A": "Alliance", "P": "Program",
    "W": "Award", "C": "Competition", "V": "Event", "B": "Base", "K": "Course",
    "T": "Textbook", "X": "Policy", "R": "Person", "H": "Achievement", "J": "Project",
    "L": "Place",
}  # fmt: skip
PROVINCES = [
    "北京", "天津", "河北", "山西", "辽宁", "吉林", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏",
    "新疆",
]  # fmt: skip
_PROVINCE = re.compile("|".join(PROVINCES))
_DIGITS = frozenset("0123456789一二三四五六七八九十两")
# A swapped name of these labels keeps its last characters four times in five: its context speaks of what it is.
_KEEP_END = frozenset({"Award", "Base", "Achievement", "Project", "Event", "Organization", "Policy"})


class Sample(NamedTuple):
    """Normalised characters and the names in them: (start, end, label)."""

    chars: str
    names: list[tuple[int, int, str]]


def from_record(record: Record) -> Sample:
    """Every mention of a record's names, longest first where they overlap."""
    chars = features.normalise(record.text).chars
    labels: dict[str, str] = {}
    for entity in record.entities:
        if entity.label in LABELS and entity.refers_to is None:
            labels.setdefault(features.normalise(entity.name).chars, entity.label)
    taken, names = [False] * len(chars), []
    for name in sorted(labels, key=lambda name: (-len(name), name)):
        for match in re.finditer(re.escape(name), chars) if name else ():
            start, end = match.span()
            around = chars[max(start - 1, 0) : start] + chars[end : end + 1]
            # 金 is a medal beside a number only, not in 资金.
            if any(taken[start:end]) or (len(name) == 1 and not _DIGITS & set(around)):
                continue
            taken[start:end] = [True] * (end - start)
            names.append((start, end, labels[name]))
    return Sample(chars, list(as_one(chars, sorted(names))))


def as_one(chars: str, names: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Side by side a school and its unit are one name, and a prize and its rank are: some of the records part them."""
    last: tuple[int, int, str] | None = None
    for name in names:
        if last and last[1] == name[0]:
            unit = last[2] == "School" and name[2] == "Organization"
            rank = last[2] == name[2] == "Award" and chars[last[1] - 1] == "奖" and chars[name[1] - 1] == "奖"
            if unit or rank:
                last = (last[0], name[1], name[2])
                continue
        if last:
            yield last
        last = name
    if last:
        yield last


def from_marked(line: str) -> Sample:
    """A paragraph in which names stand as ``{S:…}``."""
    text, names, at = "", [], 0
    for match in re.finditer(r"\{([A-Z]):([^{}]*)\}", line):
        text += line[at : match.start()]
        names.append((len(text), len(text) + len(match.group(2)), CODES[match.group(1)]))
        text += match.group(2)
        at = match.end()
    text += line[at:]
    if "{" in text or "}" in text:
        raise ValueError(f"braces do not match: {text}")
    normal = features.normalise(text)
    place = [bisect.bisect_left(normal.offsets, offset) for offset in range(len(text) + 1)]
    return Sample(normal.chars, [(place[start], place[end], label) for start, end, label in names])


def read_corpora(root: Path, without: Sequence[str]) -> tuple[list[Sample], list[Record]]:
    """The samples to train on and the records left out."""
    samples, left_out = [], []
    for path in sorted((root / "corpora" / "training").glob("*.jsonl")):
        records = list(read_records(path))
        if path.stem in without:
            left_out += records
        else:
            samples += [from_record(record) for record in records]
    marked = [
        from_marked(line)
        for path in sorted((root / "corpora" / "names").glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return samples + marked * REPEATS, left_out


class Augmenter:
    """New passages of old: names swapped for others of their label, the passage moved to another province."""

    def __init__(self, samples: Sequence[Sample], rng: random.Random) -> None:
        self.rng = rng
        by_label: dict[str, set[str]] = defaultdict(set)
        for chars, names in samples:
            for start, end, label in names:
                by_label[label].add(chars[start:end])
        self.pool = {label: sorted(found) for label, found in by_label.items()}
        self.ends: dict[tuple[str, str], list[str]] = defaultdict(list)
        for label, found in self.pool.items():
            for name in found:
                self.ends[label, name[-2:]].append(name)

    def __call__(self, sample: Sample) -> Sample:
        """The sample, changed at random."""
        return self._moved(self._bared(self._swapped(sample)))

    def _swapped(self, sample: Sample) -> Sample:
        chosen: dict[tuple[str, str], str] = {}
        out, names, at = "", [], 0
        for start, end, label in sample.names:
            out += sample.chars[at:start]
            name = sample.chars[start:end]
            # 一等奖 stands where a rank belongs: short awards stay.
            if (label != "Award" or len(name) > 4) and self.rng.random() < SWAPPED:
                if (label, name) not in chosen:
                    keep = label in _KEEP_END and self.rng.random() < 0.8
                    chosen[label, name] = self.rng.choice(self.ends[label, name[-2:]] if keep else self.pool[label])
                name = chosen[label, name]
            names.append((len(out), len(out) + len(name), label))
            out += name
            at = end
        return Sample(out + sample.chars[at:], names)

    def _bared(self, sample: Sample) -> Sample:
        """Names without the marks they stand in, in some passages: not every report quotes its brands and courses."""
        if self.rng.random() >= BARED:
            return sample
        gone: set[int] = set()
        for start, end, _ in sample.names:
            if (
                sample.chars[start - 1 : start] + sample.chars[end : end + 1] in ("“”", "《》")
                and self.rng.random() < 0.7
            ):
                gone |= {start - 1, end}
        # Names in a row that stood side by side are parted by a mark.
        marks = {
            at: "、" for at in gone if at + 1 in gone and sample.chars[at] in "”》" and sample.chars[at + 1] in "“《"
        }
        kept, places = "", []
        for at, char in enumerate(sample.chars):
            places.append(len(kept))
            kept += marks.get(at, "") if at in gone else char
        places.append(len(kept))
        return Sample(kept, [(places[start], places[end - 1] + 1, label) for start, end, label in sample.names])

    def _moved(self, sample: Sample) -> Sample:
        chars, names = sample
        found = _PROVINCE.findall(chars)
        if not found or self.rng.random() >= MOVED:
            return sample
        home = Counter(found).most_common(1)[0][0]
        to = "上海" if self.rng.random() < SHANGHAI else self.rng.choice(PROVINCES)
        moved = chars.replace(f"{home}省", f"{to}市").replace(home, to) if to == "上海" else chars.replace(home, to)
        # By the guide the bare 上海 of a report about Shanghai is no place.
        bare = [(start, end) for start, end, label in names if to == "上海" and chars[start:end] == home]
        return Sample(moved, [name for name in names if name[:2] not in bare or name[2] != "Place"])
