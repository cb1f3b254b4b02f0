"""The language stage's CPU time over jieba.posseg's on the same text, after start-up. Bound: 4 times."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from time import process_time
from typing import Any

BOUND = 4.0
FILES = 4  # of corpora/training: some 60,000 characters
WARM = "苏州河间职业技术学院与江苏远山机电有限公司签约，获一等奖2项。"


def measure(root: Path) -> dict[str, Any]:
    """Characters read, CPU seconds of each component, and the ratio."""
    import jieba
    import jieba.posseg

    from extractor.language import annotate
    from extractor.language.pipeline import load
    from extractor.records import Record, read_records

    paths = sorted((root / "corpora" / "training").glob("*.jsonl"))[:FILES]
    texts = [record.text for path in paths for record in read_records(path)]
    jieba.setLogLevel(logging.WARNING)
    jieba.posseg.lcut(WARM)
    annotate([Record(WARM)])
    started = process_time()
    for text in texts:
        jieba.posseg.lcut(text)
    tagging = process_time() - started
    started = process_time()
    annotate([Record(text) for text in texts])
    whole = process_time() - started
    parts = _parts(load(), [Record(text) for text in texts])
    return {
        "characters": sum(map(len, texts)),
        "posseg": round(tagging, 2),
        "language": round(whole, 2),
        **{name: round(spent, 2) for name, spent in parts.items()},
        "ratio": round(whole / tagging, 2),
        "bound": BOUND,
        "holds": whole <= BOUND * tagging,
    }


def _parts(nlp: Any, records: list[Any]) -> dict[str, float]:
    """CPU seconds of each component, run one after the other over the whole report."""
    started = process_time()
    docs = [nlp.make_doc(record.text) for record in records]
    for position, (doc, record) in enumerate(zip(docs, records, strict=True)):
        doc._.record, doc._.report, doc._.position, doc._.rows = record, docs, position, []
    spent = {"words": process_time() - started}
    for name, component in nlp.pipeline:
        started = process_time()
        pipe = getattr(component, "pipe", None)
        docs = list(pipe(iter(docs))) if pipe else [component(doc) for doc in docs]
        spent[name] = process_time() - started
    return spent


if __name__ == "__main__":
    result = measure(Path(__file__).resolve().parents[2])
    print(json.dumps(result))
    sys.exit(0 if result["holds"] else 1)
