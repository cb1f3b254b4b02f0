"""The model of figures: logistic regression over :func:`extractor.language.figures.features`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from extractor.evaluate import figure, read_gold
from extractor.language.figure_candidates import candidates
from extractor.language.figures import features, with_names
from extractor.language.pipeline import given_names
from extractor.records import Record, read_records

REGULARISATION = 0.3  # inverse strength; chosen with the threshold by cross-validation over files
THRESHOLD = 0.4
DIGITS = 3

# A passage as (candidate's features, its (value, unit), whether the gold has it), and the gold's figures.
Example = tuple[list[tuple[list[str], tuple[str, ...]]], set[tuple[str, ...]]]


def train(root: Path) -> None:
    """Cross-validate over files, train on all, write the model, print the scores."""
    files = sorted((root / "corpora" / "training").glob("*.jsonl"))
    data = [examples(list(read_records(file))) for file in files]
    for fold in range(4):
        model = fit([e for i, part in enumerate(data) if i % 4 != fold for e in part])
        print(f"fold {fold}: {report(model, [e for i, part in enumerate(data) if i % 4 == fold for e in part])}")
    weights, intercept = fit([example for part in data for example in part])
    kept = {name: round(weight, DIGITS) for name, weight in sorted(weights.items()) if round(weight, DIGITS)}
    target = root / "extractor" / "language" / "models" / "figures.json"
    model_file = {"intercept": round(intercept, DIGITS), "threshold": THRESHOLD, "weights": kept}
    target.write_text(json.dumps(model_file, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{target.relative_to(root)}: {len(kept)} weights, {target.stat().st_size // 1024} kB")
    shared = Path(os.environ.get("ZHITU_SHARED", root.parent / "shared"))
    if gold := next(iter(sorted(shared.glob("gold/*.jsonl"))), None):
        for part in ("looked", "held"):
            passages = examples([passage.record for passage in read_gold(gold, part)])
            print(f"gold, {part}, names given: {report((kept, intercept), passages)}")


def examples(records: Sequence[Record]) -> list[Example]:
    """Each record's candidates with features and key, and its gold figures."""
    found = []
    for record in records:
        keyed = [
            (sorted(set(features(record.text, c, near))), figure(c.value, c.unit))
            for c, near in with_names(candidates(record.text), given_names(record))
        ]
        found.append((keyed, {figure(f.value, f.unit) for f in record.facts}))
    return found


def fit(data: Sequence[Example]) -> tuple[dict[str, float], float]:
    """Weights by feature, and the intercept."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [dict.fromkeys(names, 1.0) for keyed, _ in data for names, _ in keyed]
    target = [key in gold for keyed, gold in data for _, key in keyed]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=REGULARISATION, max_iter=500, solver="liblinear", random_state=0)
    model.fit(matrix, target)
    weights = dict(zip(vectorizer.get_feature_names_out(), map(float, model.coef_[0]), strict=True))
    return weights, float(model.intercept_[0])


def report(model: tuple[dict[str, float], float], data: Sequence[Example]) -> str:
    """Precision, recall and F1 of the figures as (value, unit) per passage."""
    from extractor.language.linear import Linear

    linear = Linear(model[0], model[1], THRESHOLD)
    right = extra = missed = 0
    for keyed, gold in data:
        got = {key for names, key in keyed if linear.probability(names) >= THRESHOLD}
        right, extra, missed = right + len(got & gold), extra + len(got - gold), missed + len(gold - got)
    precision, recall = right / max(1, right + extra), right / max(1, right + missed)
    return f"P {precision:.3f}  R {recall:.3f}  F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}"
