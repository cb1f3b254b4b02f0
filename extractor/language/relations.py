"""Relations between the names of a passage, each with its attributes and its confidence.

Pairs of names are judged by the trained model (:mod:`extractor.language.relation_model`). What a relation demands
beyond one pair is settled here: the threshold of its type, one relation for two directions, and what the words around
say of role, year, count and contest (:mod:`extractor.language.attributes`).

Confidence is the model's probability times the mean sureness of the two names; what is under its type's threshold
(docs/relations.md) is left out. 1.0: said by
a pattern.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING

from extractor.language.aliases import find_aliases
from extractor.language.attributes import attributes_of, modes_of
from extractor.language.mentions import Mention, Name, locate, names_of, plain_text, to_plain
from extractor.language.names import SUPPORTED
from extractor.language.pairs import TYPES, Pair, candidates
from extractor.language.references import find_anaphors
from extractor.language.relation_model import load_model
from extractor.language.renames import renamed
from extractor.language.scene import Scene, build_scene
from extractor.records import Entity, Relation

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from extractor.language.pipeline import ReportWise

# What is asked more of a relation with a name that the recogniser doubts: it brings the name in as well. Chosen on the
# looked-at gold, where names and relations are flat from 0.1 to 0.2.
DOUBTED = 0.15

_COOPERATES = TYPES.index("COOPERATES_WITH")
_AFFILIATED = TYPES.index("AFFILIATED_TO")
_RENAMED = TYPES.index("RENAMED_TO")
_BY_NAME = 0.97  # of a unit whose name begins with its school's: all but one of 45 in the training passages


def prepare(text: str, entities: Sequence[Entity], anaphors: Sequence[Entity] | None = None) -> Scene:
    """The scene of a passage from its names and anaphors; without ``anaphors`` they are found from the names alone."""
    if anaphors is None:
        anaphors = find_anaphors(text, entities)
    plain = to_plain(text)
    names = names_of(entities)
    numbers = {name.plain: number for number, name in enumerate(names)}
    mentions = locate(plain.text, names)
    for anaphor in anaphors:
        if anaphor.refers_to is None or anaphor.start is None or anaphor.end is None or anaphor.label == "Policy":
            continue  # of documents only the numbers are known by another word, which says nothing of relations
        word = plain_text(anaphor.refers_to)
        if word not in numbers:
            numbers[word] = len(names)
            names.append(Name(anaphor.refers_to, word, anaphor.label))
        start, end = plain.position(anaphor.start), plain.position(anaphor.end)
        mentions.append(Mention(start, end, numbers[word], anaphor=True))
    canonical = list(range(len(names)))
    for short, full in find_aliases(plain.text, names, mentions):
        canonical[short] = full
    return build_scene(plain, names, mentions, canonical)


def relations(text: str, entities: Sequence[Entity], anaphors: Sequence[Entity] | None = None) -> list[Relation]:
    """The relations of one passage among the given names."""
    return relations_of([prepare(text, entities, anaphors)])[0]


def relations_of(scenes: Sequence[Scene]) -> list[list[Relation]]:
    """The relations of several passages, which is faster than one by one."""
    model = load_model()
    pairs = [candidates(scene) for scene in scenes]
    scores = model.score(scenes, pairs)
    given, found = model.thresholds.tolist()
    return [
        [*_aliases(scene), *_chosen(scene, own, table.tolist(), found if _is_found(scene) else given)]
        for scene, own, table in zip(scenes, pairs, scores, strict=True)
    ]


def _aliases(scene: Scene) -> list[Relation]:
    return [
        _relation(scene, short, "ALIAS_OF", full, attributes={}, score=1.0)
        for short, full in enumerate(scene.canonical)
        if short != full
    ]


def _chosen(
    scene: Scene, pairs: Sequence[Pair], scores: Sequence[Sequence[float]], thresholds: Sequence[float]
) -> list[Relation]:
    """The relations whose score reaches the threshold of their type."""
    found = []
    sure = [name.confidence for name in scene.names]
    back = {(pair.head, pair.tail): row[_COOPERATES] for pair, row in zip(pairs, scores, strict=True)}
    for pair, row in zip(pairs, scores, strict=True):
        for type_ in pair.types:
            score, name = row[type_], TYPES[type_]
            if type_ == _COOPERATES and (pair.tail, pair.head) in back:
                if scene.of_name[pair.head][0] > scene.of_name[pair.tail][0]:
                    continue  # told of the one who is named first
                score = (score + back[pair.tail, pair.head]) / 2
            score *= sqrt(sure[pair.head] * sure[pair.tail])
            if type_ == _AFFILIATED and _said_by_name(scene.names[pair.head], scene.names[pair.tail]):
                score = max(score, _BY_NAME)
            if type_ == _RENAMED and renamed(scene, pair.head, pair.tail):
                score = max(score, _BY_NAME)
            doubted = min(sure[pair.head], sure[pair.tail]) < SUPPORTED
            if score < thresholds[type_] + (DOUBTED if doubted else 0.0):
                continue
            found.append(
                _relation(scene, pair.head, name, pair.tail, attributes=attributes_of(scene, pair, name), score=score)
            )
            mode = modes_of(scene, pair) if type_ == _COOPERATES else None
            if mode and scene.names[pair.head].label == scene.names[pair.tail].label == "School":
                found.append(
                    _relation(scene, pair.head, "ARTICULATES_WITH", pair.tail, attributes={"mode": mode}, score=score)
                )
    return found


def _is_found(scene: Scene) -> bool:
    """Whether a recogniser found the names, which a table or a gold standard gives else."""
    return any(name.confidence < 1.0 for name in scene.names)


def _said_by_name(head: Name, tail: Name) -> bool:
    """Whether a name says whose it is: 某校护理系, 某大学附属某学校."""
    rest = head.plain.removeprefix(tail.plain)
    if tail.label != "School" or len(rest) in (0, len(head.plain)):
        return False
    return head.label == "Organization" or (head.label == "School" and rest.startswith("附属"))


def _relation(
    scene: Scene, head: int, type_: str, tail: int, *, attributes: Mapping[str, object], score: float
) -> Relation:
    across = head in scene.borrowed or tail in scene.borrowed
    printed = scene.names[head].printed, scene.names[tail].printed
    return Relation(printed[0], type_, printed[1], attributes, across, round(score, 3))


def component() -> ReportWise:
    """The component ``relations`` of :mod:`extractor.language.pipeline`; it takes all passages of a report at once."""
    from extractor.language.pipeline import ReportWise

    return ReportWise(_annotate)


def _annotate(docs: list[Doc]) -> None:
    scenes = [prepare(doc.text, (*doc._.names, *doc._.doubtful), doc._.anaphors) for doc in docs]
    for doc, found in zip(docs, relations_of(scenes), strict=True):
        doc._.relations = tuple(found)
        used = {name for relation in found for name in (relation.head, relation.tail)}
        kept = [name for name in doc._.doubtful if name.name in used]
        if kept:
            doc._.names = tuple(sorted((*doc._.names, *kept), key=lambda name: name.start or 0))
