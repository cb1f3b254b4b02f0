"""Names as a recogniser finds them in texts it has not seen; the relation model is trained on them besides gold names.

One network a fold of the training files (the folds of :mod:`trainers.relations`), each trained on the other files;
what it finds in its own fold's files, goes to corpora/found/<file>.jsonl with offsets and
confidence: two records a passage, the second with the doubtful names.
Some five minutes of CPU a fold; needs torch (extra `train`). ZHITU_FOLD=2 does one fold only.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import torch

from extractor.language import features, names, network
from extractor.records import Entity, read_records
from trainers.names import COMMON, LABELS, SEED, Net, fit, lexical_weights, read_corpora, weights_of
from trainers.relations import FOLDS


def reader_without(root: Path, without: list[str]) -> network.Network:
    """A network trained on all files but these."""
    torch.manual_seed(SEED)
    samples, _ = read_corpora(root, without)
    given, known = lexical_weights()
    used = {char for sample in samples for char in sample.chars}
    kept = [char for char, _ in sorted(known.items(), key=lambda item: item[1]) if len(char) == 1]
    kept = [char for char in kept if known[char] < COMMON or char in used]
    given["chars"] = given["chars"][[known["OOV"], *(known[char] for char in kept)]]
    net = Net(given, list(features.sizes().values()))
    fit(net, samples, {char: number for number, char in enumerate(kept, 1)})
    wide = {name: value.astype(np.float32) for name, value in weights_of(net).items()}
    return network.Network(wide, "".join(kept), LABELS)


def train(root: Path) -> None:
    """Write what each fold's network finds."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    files = sorted((root / "corpora" / "training").glob("*.jsonl"))
    only = os.environ.get("ZHITU_FOLD", "")
    for fold in [int(only)] if only else range(FOLDS):
        own = files[fold::FOLDS]
        reader = reader_without(root, [path.stem for path in own])
        names.network = lambda reader=reader: reader  # type: ignore[assignment,misc]
        for path in own:
            records = list(read_records(path))
            found = names.all_names_of([record.text for record in records])
            target = root / "corpora" / "found" / path.name
            target.parent.mkdir(exist_ok=True)
            lines = [
                json.dumps([[as_list(name) for name in part] for part in pair], ensure_ascii=False) for pair in found
            ]
            target.write_text("\n".join(lines) + "\n", encoding="utf-8")
            print(f"{target.relative_to(root)}: {sum(len(part) for pair in found for part in pair)} names", flush=True)


def as_list(name: Entity) -> list[int | str | float | None]:
    """A name as corpora/found holds it."""
    return [name.start, name.end, name.label, round(name.confidence, 2)]
