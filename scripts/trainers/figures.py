"""The three models of figures: which numbers are figures, whose each is, and which words say what it counts.

Logistic regressions over the features of :mod:`extractor.language.figures`, :mod:`~extractor.language.figure_subjects`
and :mod:`~extractor.language.figure_metrics`. The last two learn from the numbers that the training texts call figures.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractor.evaluate import figure, read_gold
from extractor.language import figure_metrics, figure_subjects
from extractor.language.figure_candidates import Candidate, candidates
from extractor.language.figure_metrics import Surroundings, surroundings
from extractor.language.figure_subjects import REGION, Holders, Owner, holders_of, owner_of
from extractor.language.figures import features, with_names
from extractor.language.linear import Linear
from extractor.language.pipeline import given_names, load
from extractor.language.references import find_anaphors
from extractor.records import Fact, Record, read_records

# Inverse strengths of regularisation; these and the threshold were chosen by cross-validation over files.
REGULARISATION = {"figures": 0.3, "figure_subjects": 0.3, "figure_metrics": 1.0}
THRESHOLD = 0.4
DIGITS = 3
SMALLEST = 0.02  # weights nearer to nought are left out

Row = tuple[Sequence[str], bool]


@dataclass(frozen=True, slots=True)
class Owned:
    """A figure of the training texts: its number, who could own it, who does (as the texts say), and what it counts."""

    text: str
    candidate: Candidate
    holders: Holders
    holder: str
    around: Surroundings
    metric: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage's candidates (features, (value, unit), whether it is a figure), its figures, those owned."""

    candidates: list[tuple[list[str], tuple[str, ...], bool]]
    figures: frozenset[tuple[str, ...]]
    owned: list[Owned]


def train(root: Path) -> None:
    """Cross-validate over files, train on all, write the models, print the scores."""
    files = sorted((root / "corpora" / "training").glob("*.jsonl"))
    data = [[passage(record) for record in read_records(file)] for file in files]
    for fold in range(4):
        models = fit_all([p for i, part in enumerate(data) if i % 4 != fold for p in part])
        print(f"fold {fold}: {report(models, [p for i, part in enumerate(data) if i % 4 == fold for p in part])}")
    models = fit_all([p for part in data for p in part])
    for name, model in models.items():
        target = root / "extractor" / "language" / "models" / f"{name}.json"
        file = {
            "intercept": model.intercept,
            "threshold": model.threshold,
            "weights": dict(sorted(model.weights.items())),
        }
        target.write_text(json.dumps(file, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        print(f"{target.relative_to(root)}: {len(model.weights)} weights, {target.stat().st_size // 1024} kB")
    shared = Path(os.environ.get("ZHITU_SHARED", root.parent / "shared"))
    if gold := next(iter(sorted(shared.glob("gold/*.jsonl"))), None):
        for part in ("looked", "held"):
            print(f"gold, {part}, names given: {report(models, [passage(p.record) for p in read_gold(gold, part)])}")


def passage(record: Record) -> Passage:
    """What a record's text and annotation teach."""
    anaphors = find_anaphors(record.text, record.entities)
    names = given_names(record)
    holders = holders_of(record.text, (*names, *anaphors))
    bounds = frozenset(b for token in load().make_doc(record.text) for b in (token.idx, token.idx + len(token)))
    gold = frozenset(figure(fact.value, fact.unit) for fact in record.facts)
    open_facts: dict[tuple[str, ...], list[Fact]] = {}
    for fact in record.facts:
        open_facts.setdefault(figure(fact.value, fact.unit), []).append(fact)
    keyed, owned = [], []
    for candidate, near in with_names(candidates(record.text), names):
        key = figure(candidate.value, candidate.unit)
        keyed.append((sorted(set(features(record.text, candidate, near))), key, key in gold))
        if open_facts.get(key):
            fact = open_facts[key].pop(0)
            known = {bare(place.holder): place.holder for place in holders.places}
            around = surroundings(record.text, candidate, bounds)
            holder = known.get(bare(fact.subject), REGION)
            owned.append(Owned(record.text, candidate, holders, holder, around, bare(fact.metric)))
    return Passage(keyed, gold, owned)


def bare(text: str) -> str:
    """``text`` without blanks and quotes, by which annotations and texts differ."""
    return "".join(char for char in text if not char.isspace() and char not in '“”"')


def fit_all(data: Sequence[Passage]) -> dict[str, Linear]:
    """The three models. Subjects are learned twice, then with the owners that the first model finds."""
    owned = [p.owned for p in data]
    first = fit("figure_subjects", subject_rows(owned, None))
    return {
        "figures": fit("figures", ((names, is_one) for p in data for names, _, is_one in p.candidates)),
        "figure_subjects": fit("figure_subjects", subject_rows(owned, first)),
        "figure_metrics": fit(
            "figure_metrics", (row for figures in owned for one in figures for row in metric_rows(one))
        ),
    }


def fit(name: str, rows: Iterable[Row]) -> Linear:
    """A logistic regression over the rows' features."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    given = [(set(names), target) for names, target in rows]
    seen = Counter(feature for names, _ in given for feature in names)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{f: 1.0 for f in names if seen[f] > 1} for names, _ in given])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=REGULARISATION[name], max_iter=500, solver="liblinear", random_state=0)
    model.fit(matrix, [target for _, target in given])
    weights = zip(vectorizer.get_feature_names_out(), map(float, model.coef_[0]), strict=True)
    kept = {feature: round(weight, DIGITS) for feature, weight in weights if abs(weight) >= SMALLEST}
    return Linear(kept, round(float(model.intercept_[0]), DIGITS), THRESHOLD)


def subject_rows(passages: Iterable[Sequence[Owned]], model: Linear | None) -> Iterator[Row]:
    """Each holder that a figure could be of; the figure before is whose the texts say, or whose ``model`` says."""
    for figures in passages:
        previous: str | None = None
        for one in figures:
            found = list(figure_subjects.features(one.text, one.candidate, one.holders, previous))
            yield from ((names, holder == one.holder) for holder, names in found)
            previous = max((model.probability(names), holder) for holder, names in found)[1] if model else one.holder


def metric_rows(one: Owned) -> Iterator[Row]:
    """Side, end and start of the words for what a figure counts; none where the annotation has other words."""
    around, metric = one.around, one.metric
    left, right = bare(around.left.text), bare(around.right.text)
    if left != around.left.text or right != around.right.text or not metric:
        return
    if right.startswith(metric):
        yield figure_metrics.side_features(around), True
        yield from ((figure_metrics.right_features(around, end), end == len(metric)) for end in around.right.bounds)
        return
    start = left.rfind(metric)
    end = start + len(metric)
    ends = figure_metrics.left_ends(left)
    if start < 0 or end not in ends:
        return
    yield figure_metrics.side_features(around), False
    yield from ((figure_metrics.end_features(around, choice), choice == end) for choice in ends)
    for choice in sorted({*around.left.bounds, start}):
        if 0 < end - choice <= figure_metrics.LONGEST:
            yield figure_metrics.start_features(around, choice, end), choice == start


def report(models: dict[str, Linear], data: Sequence[Passage]) -> str:
    """F1 of the figures as (value, unit) per passage; the shares of them with the right subject and metric."""
    right = extra = missed = 0
    for one in data:
        got = {key for names, key, _ in one.candidates if models["figures"].probability(names) >= THRESHOLD}
        right, extra, missed = (
            right + len(got & one.figures),
            extra + len(got - one.figures),
            missed + len(one.figures - got),
        )
    precision, recall = right / max(1, right + extra), right / max(1, right + missed)
    subjects = metrics = total = 0
    for one in data:
        owner: Owner | None = None
        for owned in one.owned:
            owner = owner_of(owned.text, owned.candidate, owned.holders, owner, models["figure_subjects"])
            labels = {place.holder: place.label for place in owned.holders.places}
            whose = {REGION if labels.get(name) == "Place" else name for name in (owner.holder, owned.holder)}
            subjects += len(whose) == 1
            metrics += bare(figure_metrics.metric_of(owned.around, models["figure_metrics"])) == owned.metric
            total += 1
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return (
        f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}; subject {subjects / total:.3f}, metric {metrics / total:.3f}"
    )
