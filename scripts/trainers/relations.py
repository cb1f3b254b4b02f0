"""The model of relations: the three layers of :mod:`extractor.language.relation_model`.

The seed is fixed, files are read in order: the same corpus gives the same model. Cross-validation is by file, because
a file has one writer and one region; the scores that a layer learns from are always of texts that the layer before it
was not trained on.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from extractor.language.features import match_blanks
from extractor.language.joint import JointTable
from extractor.language.mentions import plain_text
from extractor.language.pairs import TYPES, Pair, PairReader, candidates, columns
from extractor.language.references import find_anaphors
from extractor.language.relation_model import HOPELESS, NOT_ALLOWED, Forest, RelationModel, pack
from extractor.language.relations import prepare
from extractor.language.scene import Scene
from extractor.ontology import ontology
from extractor.records import Entity, Record, Relation, read_records

FOLDS = 4
SEED = 0
FEWEST_PASSAGES_OF_A_WORD = 4
LINEAR_STRENGTH = 0.3
MARKED = re.compile(r"\{([A-Z]):([^{}]*)\}")
CODES = {
    "S": "School", "E": "Enterprise", "O": "Organization", "A": "Alliance", "P": "Program",
    "W": "Award", "C": "Competition", "V": "Event", "B": "Base", "K": "Course",
    "T": "Textbook", "X": "Policy", "R": "Person", "H": "Achievement", "J": "Project",
    "L": "Place",
}  # fmt: skip
SYMMETRIC = frozenset(name for name, type_ in ontology().relations.items() if type_.symmetric)


@dataclass(frozen=True, slots=True)
class Example:
    """A training passage's scene with its pairs; the gold types of each.

    ``found``: its names are those a recogniser found. ``missing``: by type, the gold relations that no pair stands for.
    """

    scene: Scene
    pairs: list[Pair]
    gold: list[frozenset[int]]
    fold: int
    missing: dict[str, int]
    found: bool = False


@dataclass(slots=True)
class Data:
    """All examples as matrices."""

    examples: list[Example]
    rows: np.ndarray
    words: list[list[str]]
    mask: np.ndarray
    gold: np.ndarray
    fold: np.ndarray
    found: np.ndarray


def read_examples(paths: Sequence[Path], marked: Sequence[Path]) -> list[Example]:
    """The passages of the corpus by file, and the marked ones."""
    examples = []
    for number, path in enumerate(paths):
        records = list(read_records(path))
        examples += [make_example(record, prepare(record.text, record.entities), number % FOLDS) for record in records]
        found = path.parent.parent / "found" / path.name
        lines = found.read_text(encoding="utf-8").splitlines() if found.exists() else []
        examples += [
            make_example(record, scene_of(record, line), number % FOLDS, found=True)
            for record, line in zip(records, lines, strict=bool(lines))
        ]
    for path in marked:
        for number, record in enumerate(read_marked(path)):
            examples.append(make_example(record, prepare(record.text, record.entities), number % FOLDS))
    return examples


def scene_of(record: Record, line: str) -> Scene:
    """A passage with the names of a line of corpora/found, as the pipeline would see it."""
    names, doubtful = (
        [
            Entity(match_blanks(record.text[start:end]), label, start, end, confidence=confidence)
            for start, end, label, confidence in part
        ]
        for part in json.loads(line)
    )
    return prepare(record.text, (*names, *doubtful), find_anaphors(record.text, names))


def read_marked(path: Path) -> list[Record]:
    """The paragraphs of a file of corpora/relations: a text with its names marked, then its relations, indented."""
    records: list[Record] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith("  "):
            entities = tuple(Entity(bare(name), CODES[code]) for code, name in MARKED.findall(line))
            records.append(Record(MARKED.sub(r"\2", line), entities=entities))
            continue
        type_, _, ends = line.strip().partition(" ")
        heads, tails = ([bare(name) for name in side.split("|")] for side in ends.split(">"))
        known = {entity.name for entity in records[-1].entities}
        for name in sorted({*heads, *tails} - known):  # the school in the name of its unit is not marked
            if name not in records[-1].text or not name.endswith(("学校", "学院", "大学")):
                raise ValueError(f"{path.name}: no such name: {name} in {line!r}")
            records[-1] = replace(records[-1], entities=(*records[-1].entities, Entity(name, "School")))
        added = tuple(Relation(head, type_, tail) for head in heads for tail in tails)
        records[-1] = replace(records[-1], relations=records[-1].relations + added)
    return records


def bare(name: str) -> str:
    """A name without the marks that enclose it whole."""
    name = name.strip()
    if name[:1] + name[-1:] in {"《》", "“”"} and not set(name[1:-1]) & set("《》“”"):
        return name[1:-1]
    return name


def make_example(record: Record, scene: Scene, fold: int, *, found: bool = False) -> Example:
    """The pairs of a gold passage's scene with their gold types."""
    number_of: dict[str, int] = {}
    for number, name in enumerate(scene.names):
        number_of.setdefault(name.plain, scene.canonical[number])
    wanted: dict[tuple[int, int], set[int]] = {}
    missing: Counter[str] = Counter()
    for relation in record.relations:
        if relation.type not in TYPES:
            continue
        head, tail = number_of.get(plain_text(relation.head)), number_of.get(plain_text(relation.tail))
        if head is None or tail is None:
            missing[relation.type] += 1
            continue
        type_ = TYPES.index(relation.type)
        wanted.setdefault((head, tail), set()).add(type_)
        if relation.type in SYMMETRIC:
            wanted.setdefault((tail, head), set()).add(type_)
    pairs = candidates(scene)
    gold = [frozenset(wanted.get((pair.head, pair.tail), ())) & frozenset(pair.types) for pair in pairs]
    reached = Counter(type_ for types in gold for type_ in types)
    for type_, count in Counter(type_ for types in wanted.values() for type_ in types).items():
        lost = count - reached[type_]
        missing[TYPES[type_]] += lost // 2 if TYPES[type_] in SYMMETRIC else lost
    return Example(scene, pairs, gold, fold, dict(missing), found)


def to_data(examples: list[Example]) -> Data:
    """The matrices of all pairs."""
    rows, words, masks, gold, fold, found = [], [], [], [], [], []
    for example in examples:
        reader = PairReader(example.scene, example.pairs)
        for pair, types in zip(example.pairs, example.gold, strict=True):
            rows.append(reader.row(pair))
            words.append([word for word in set(reader.words(pair)) if "\n" not in word])
            masks.append([type_ in pair.types for type_ in range(len(TYPES))])
            gold.append([type_ in types for type_ in range(len(TYPES))])
            fold.append(example.fold)
            found.append(example.found)
    matrices = np.array(masks), np.array(gold), np.array(fold), np.array(found)
    return Data(examples, np.array(rows, np.float32), words, *matrices)


def vocabulary_of(data: Data) -> dict[str, int]:
    """The words that stand in enough passages."""
    passages: Counter[str] = Counter()
    start = 0
    for example in data.examples:
        end = start + len(example.pairs)
        passages.update({word for words in data.words[start:end] for word in words})
        start = end
    kept = sorted(word for word, count in passages.items() if count >= FEWEST_PASSAGES_OF_A_WORD)
    return {word: number for number, word in enumerate(kept)}


def to_sparse(words: list[list[str]], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """The pairs' words as a matrix of ones."""
    indices: list[int] = []
    ends = [0]
    for own in words:
        indices += sorted(vocabulary[word] for word in own if word in vocabulary)
        ends.append(len(indices))
    return sparse.csr_matrix((np.ones(len(indices), np.float32), indices, ends), (len(words), len(vocabulary)))


def train_linear(matrix: sparse.csr_matrix, gold: np.ndarray) -> LogisticRegression:
    """The linear part of one type."""
    model = LogisticRegression(C=LINEAR_STRENGTH, solver="liblinear", random_state=SEED)
    return model.fit(matrix, gold)


def train_trees(rows: np.ndarray, gold: np.ndarray, second: bool) -> LGBMClassifier:
    """The trees of one type; fewer and smaller where there are few examples."""
    many = gold.sum() >= 450
    return LGBMClassifier(
        n_estimators=(90 if second else 120) if many else 60,
        num_leaves=(10 if second else 14) if many else 7,
        min_child_samples=10,
        learning_rate=0.06,
        reg_lambda=2.0,
        colsample_bytree=0.3,
        subsample=0.8,
        subsample_freq=1,
        random_state=SEED,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    ).fit(rows, gold)


def to_forest(model: LGBMClassifier) -> Forest:
    """The trees as arrays."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        number = len(value)
        leaf = "leaf_value" in node
        feature.append(0 if leaf else node["split_feature"])
        threshold.append(0.0 if leaf else node["threshold"])
        value.append(node["leaf_value"] if leaf else 0.0)
        left.append(number)
        right.append(number)
        if not leaf:
            left[number] = add(node["left_child"], depth + 1)
            right[number] = add(node["right_child"], depth + 1)
        return number

    roots = [add(tree["tree_structure"], 0) for tree in model.booster_.dump_model()["tree_info"]]
    return Forest(
        np.array(feature, np.int32),
        np.array(threshold, np.float32),
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(value, np.float32),
        np.array(roots, np.int32),
        deepest,
        0.0,
    )


def split(data: Data, fold: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The rows to train on and those to score; all and none without a fold."""
    if fold is None:
        return np.arange(len(data.fold)), np.zeros(0, np.int64)
    return np.flatnonzero(data.fold != fold), np.flatnonzero(data.fold == fold)


class Trainer:
    """Trains the three layers, by folds or for good."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.vocabulary = vocabulary_of(data)
        self.matrix = to_sparse(data.words, self.vocabulary)
        self.open = data.mask  # the pairs and types that the linear part leaves to the trees

    def linear(self, fold: int | None) -> tuple[list[Any], np.ndarray, np.ndarray]:
        """The linear models of all types, and the scores of the fold's rows."""
        data = self.data
        train, test = split(data, fold)
        models, scores = [], np.full((len(test), len(TYPES)), NOT_ALLOWED, np.float32)
        for type_ in range(len(TYPES)):
            chosen, own = train[data.mask[train, type_]], data.mask[test, type_]
            model = train_linear(self.matrix[chosen], data.gold[chosen, type_])
            models.append(model)
            if own.any():
                scores[own, type_] = model.decision_function(self.matrix[test[own]])
        return models, test, scores

    def trees(self, fold: int | None, inputs: Any, second: bool) -> tuple[list[Any], np.ndarray, np.ndarray]:
        """The trees of all types; ``inputs(rows, type)`` gives their numbers."""
        data = self.data
        train, test = split(data, fold)
        models, scores = [], np.zeros((len(test), len(TYPES)), np.float32)
        for type_ in range(len(TYPES)):
            chosen, own = train[self.open[train, type_]], self.open[test, type_]
            model = train_trees(inputs(chosen, type_), data.gold[chosen, type_], second)
            models.append(model)
            if own.any():
                scores[own, type_] = model.predict_proba(inputs(test[own], type_))[:, 1]
        return models, test, scores

    def out_of_fold(self, layer: Any, fill: float) -> np.ndarray:
        """The scores of each row by the layer trained on the other folds."""
        scores = np.full(self.data.mask.shape, fill, np.float32)
        for fold in range(FOLDS):
            _, test, own = layer(fold)
            scores[test] = own
        return scores


def joint_of(data: Data, first: np.ndarray, open_: np.ndarray) -> list[dict[int, list[float]]]:
    """The second look's numbers of all pairs, by open type."""
    found: list[dict[int, list[float]]] = []
    start = 0
    for example in data.examples:
        end = start + len(example.pairs)
        table = JointTable(example.scene, example.pairs, first[start:end].tolist())
        for number in range(len(example.pairs)):
            found.append({type_: table.row(number, type_) for type_ in np.flatnonzero(open_[start + number]).tolist()})
        start = end
    return found


def sureness(data: Data) -> np.ndarray:
    """How sure the names of each pair are, (pairs, 1): what extractor.language.relations discounts a score by."""
    ends = [columns().index("head_confidence"), columns().index("tail_confidence")]
    return np.sqrt(np.prod(data.rows[:, ends], axis=1, keepdims=True))


GRID = np.arange(0.1, 0.8, 0.01)
FEW = 300  # a type of so many relations has a threshold half its own, half that of all types


def best_thresholds(data: Data, scores: np.ndarray, found: bool) -> tuple[np.ndarray, dict[str, Any]]:
    """For each type the threshold with the best F1, drawn towards the best one of all types; and the scores with them.

    ``found``: of the passages with a recogniser's names, instead of those with the gold's.
    """
    missing: Counter[str] = Counter()
    for example in data.examples:
        if example.found == found:
            missing.update(example.missing)
    counts = np.zeros((len(TYPES), len(GRID), 3))  # right, given, all that there are
    for type_, name in enumerate(TYPES):
        own = data.mask[:, type_] & (data.found == found)
        score, gold, ways = scores[own, type_], data.gold[own, type_], 2 if name in SYMMETRIC else 1
        everything = gold.sum() / ways + missing[name]
        counts[type_] = [((gold & (score >= t)).sum() / ways, (score >= t).sum() / ways, everything) for t in GRID]
    common = GRID[best_of(counts.sum(axis=0))]
    shares = counts[:, 0, 2] / (counts[:, 0, 2] + FEW)
    thresholds = np.array([s * GRID[best_of(own)] + (1 - s) * common for own, s in zip(counts, shares, strict=True)])
    chosen = np.stack([own[np.abs(GRID - t).argmin()] for own, t in zip(counts, thresholds, strict=True)])
    report: dict[str, Any] = {
        name: {**told(own), "threshold": round(float(threshold), 2)}
        for name, own, threshold in zip(TYPES, chosen, thresholds, strict=True)
    }
    report["all"] = told(chosen.sum(axis=0))
    return thresholds.astype(np.float32), report


def best_of(counts: np.ndarray) -> int:
    """The place in the grid with the best F1: the mean of all within 0.002 of it."""
    f1 = 2 * counts[:, 0] / np.maximum(counts[:, 1] + counts[:, 2], 1)
    return int(np.flatnonzero(f1 >= f1.max() - 0.002).mean().round())


def told(counts: np.ndarray) -> dict[str, float]:
    """Precision, recall and F1 of right, given and all."""
    right, given, everything = (float(count) for count in counts)
    return {
        "precision": round(right / max(given, 1), 3),
        "recall": round(right / max(everything, 1), 3),
        "f1": round(2 * right / max(given + everything, 1), 3),
        "relations": round(everything),
    }


def train_model(data: Data) -> tuple[RelationModel, dict[str, Any]]:
    """The model and its cross-validated scores."""
    trainer = Trainer(data)
    linear_scores = trainer.out_of_fold(trainer.linear, NOT_ALLOWED)
    trainer.open = linear_scores >= HOPELESS
    log(f"linear leaves {trainer.open.sum()} of {data.mask.sum()}")

    def first_inputs(rows: np.ndarray, type_: int) -> np.ndarray:
        return np.hstack([data.rows[rows], linear_scores[rows, type_ : type_ + 1]])

    first_scores = trainer.out_of_fold(lambda fold: trainer.trees(fold, first_inputs, second=False), 0.0)
    log("first trees")
    joint = joint_of(data, first_scores, trainer.open)

    def second_inputs(rows: np.ndarray, type_: int) -> np.ndarray:
        extra = [joint[row][type_] for row in rows]
        return np.hstack([data.rows[rows], linear_scores[rows], np.array(extra, np.float32)])

    second_scores = trainer.out_of_fold(lambda fold: trainer.trees(fold, second_inputs, second=True), 0.0)
    log("second trees")
    thresholds, report = best_thresholds(data, second_scores, found=False)
    _, report["first look only"] = best_thresholds(data, first_scores, found=False)
    found_thresholds, report["with found names"] = best_thresholds(data, second_scores * sureness(data), found=True)
    thresholds = np.stack([thresholds, found_thresholds])
    linear_models, _, _ = trainer.linear(None)
    first_models, _, _ = trainer.trees(None, first_inputs, second=False)
    second_models, _, _ = trainer.trees(None, second_inputs, second=True)
    weights = np.stack([model.coef_[0] for model in linear_models], axis=1).astype(np.float32)
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= 0.02)
    words = list(trainer.vocabulary)
    model = RelationModel(
        {words[row]: number for number, row in enumerate(kept)}, weights[kept],
        np.array([model.intercept_[0] for model in linear_models], np.float32),
        tuple(map(to_forest, first_models)), tuple(map(to_forest, second_models)), thresholds,
    )  # fmt: skip
    return model, report


def log(message: str) -> None:
    """Progress, to stderr."""
    print(f"{time.process_time():7.1f} s  {message}", file=sys.stderr, flush=True)


def train(root: Path) -> None:
    """Cross-validate over files, train on all, write the model with its scores beside it."""
    files = sorted((root / "corpora" / "training").glob("*.jsonl"))
    marked = sorted((root / "corpora" / "relations").glob("*.txt"))
    data = to_data(read_examples(files, marked))
    log(f"{len(data.examples)} passages, {len(data.rows)} pairs")
    model, report = train_model(data)
    target = root / "extractor" / "language" / "models" / "relations.npz"
    np.savez_compressed(target, **pack(model))
    target.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    log(f"F1 {report['all']['f1']} by cross-validation; {target.relative_to(root)}: {target.stat().st_size // 1024} kB")
