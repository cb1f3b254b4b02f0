"""The language stage: a spaCy pipeline over the passages of one report, in reading order.

    names → references → relations → figures

Each component is a function on one :class:`spacy.tokens.Doc` (or has a ``pipe`` over the stream of them) and hands over
by these extension attributes, all in the types of :mod:`extractor.records`; ``start``/``end`` count characters of
``doc.text``, which is the record's text unchanged:

=====================  ===========================================================================================
``doc._.record``       the :class:`~extractor.records.Record` that came in (kind, section, case, table)
``doc._.report``       all Docs of the report in reading order; ``doc._.position`` is this one's place among them.
                       When a component sees a Doc, *names* has seen the whole report, and the component itself
                       every earlier Doc.
``doc._.names``        tuple of Entity, by ``start``: every mention of a name (component *names*); none overlap
``doc._.issuer``       Entity of the school or enterprise whose own report it is, or None
``doc._.doubtful``     tuple of Entity: names too unsure to stand alone; *relations* moves those it needs to ``names``
``doc._.anaphors``     tuple of Entity with ``refers_to`` (component *references*)
``doc._.relations``    tuple of Relation (component *relations*)
``doc._.facts``        tuple of Fact (component *figures*)
=====================  ===========================================================================================

Tokens are jieba's words. Names are given by character offsets because their ends need not fall on words' ends.
Records of tables' rows pass through unchanged (``doc._.rows``); their names serve as context. A passage that comes with
names keeps them (``doc._.names`` starts as these, found in the text where they come without offsets), so that later
components can be measured on a gold standard's names.

A component *x* is the module ``extractor.language.x`` with a function ``component()`` that gives the callable, and is
put into :data:`COMPONENTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from extractor.records import Entity, Record

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

ATTRIBUTES = ("names", "doubtful", "anaphors", "relations", "facts")
COMPONENTS: tuple[str, ...] = ("names", "references", "relations", "figures")


class Component(Protocol):
    """What the pipeline is made of: a callable on one Doc, which may also take the whole stream."""

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with what the component found."""
        ...


class ReportWise:
    """A component made of a function on all Docs of a report: it waits for the last before it gives the first."""

    def __init__(self, function: Callable[[list[Doc]], None]) -> None:
        self.function = function

    def __call__(self, doc: Doc) -> Doc:
        """One Doc, as a report of its own."""
        self.function([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:
        """All Docs; ``batch_size`` is spaCy's and of no use here."""
        docs = list(stream)
        self.function(docs)
        yield from docs


def annotate(records: Sequence[Record], issuer: Entity | None = None) -> list[Record]:
    """The records of one report, in reading order, with what their text says added to the bare passages.

    ``issuer``: the school or enterprise whose own report it is. Rows of tables come back as they were.
    """
    prose = [index for index, record in enumerate(records) if record.kind != "table_row"]
    rows = [record for record in records if record.kind == "table_row"]
    annotated = list(records)
    if not prose:
        return annotated
    nlp = load()
    docs = [nlp.make_doc(records[index].text) for index in prose]
    for position, (doc, index) in enumerate(zip(docs, prose, strict=True)):
        doc._.record, doc._.report, doc._.position, doc._.rows = records[index], docs, position, rows
        doc._.issuer = issuer
        doc._.names = given_names(records[index])
    for index, doc in zip(prose, nlp.pipe(docs), strict=True):
        annotated[index] = replace(
            records[index],
            entities=tuple(sorted((*doc._.names, *doc._.anaphors), key=_start)),
            relations=doc._.relations,
            facts=doc._.facts,
        )
    return annotated


def given_names(record: Record) -> tuple[Entity, ...]:
    """The names a record comes with, at each place in the text that no longer name covers."""
    taken: list[tuple[int, int]] = []
    found: list[Entity] = []
    for entity in sorted(record.entities, key=lambda entity: -len(entity.name)):
        if entity.refers_to is not None:
            continue
        if entity.start is not None and entity.end is not None:
            places = [(entity.start, entity.end)]
        else:
            places = _places(entity.name, record.text)
            free = [place for place in places if not any(place[0] < end and start < place[1] for start, end in taken)]
            places = free or places[:1]
        taken += places
        found += [replace(entity, start=start, end=end) for start, end in places]
    return tuple(sorted(found, key=_start))


@cache
def load() -> Language:
    """The pipeline, loaded once; this takes about a second."""
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc

    from extractor.language.segmentation import WordTokenizer

    for attribute in ATTRIBUTES:
        Doc.set_extension(attribute, default=(), force=True)
    for attribute in ("record", "report", "position", "rows", "issuer"):
        Doc.set_extension(attribute, default=None, force=True)
    nlp = spacy.blank("zh")
    nlp.tokenizer = WordTokenizer(nlp.vocab)
    nlp.max_length = 100_000_000  # nothing here grows faster than the text
    for name in COMPONENTS:
        Language.factory(f"zhitu_{name}", func=_maker(name))
        nlp.add_pipe(f"zhitu_{name}", name=name)
    return nlp


def _places(name: str, text: str) -> list[tuple[int, int]]:
    """Where ``name`` stands in ``text``, blanks between its characters allowed."""
    pattern = r"\s*".join(re.escape(char) for char in name if not char.isspace())
    return [match.span() for match in re.finditer(pattern, text)] if pattern else []


def _start(entity: Entity) -> int:
    return -1 if entity.start is None else entity.start


def _maker(name: str) -> Callable[[Language, str], Component]:
    """The factory of a component: ``component`` of the module of its name, imported when the pipeline is built."""

    def make(nlp: Language, name: str) -> Component:
        from importlib import import_module

        made: Component = import_module(f"extractor.language.{name}").component()
        return made

    return make
