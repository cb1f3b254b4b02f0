"""A name's normal form: what makes two printed names of one label the same name."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from extractor.folding import fold
from extractor.ontology import ontology

ACTOR = "Actor"


class NameKey(NamedTuple):
    """A name as identity sees it.

    ``group``: the label, or "Actor" for the three labels of bodies that act (one body, whatever a passage calls it).
    ``normal``: the normal form. ``regional``: without a place of its own, so that the report's region completes it
    (实验中学, 市教育局). ``short``: a short form, which a passage or a fit ties to a full name within its report.
    """

    group: str
    normal: str
    regional: bool = False
    short: bool = False


def group_of(label: str) -> str:
    """The namespace a label's names live in: all actors share one."""
    return ACTOR if label in ontology().actors else label


@lru_cache(maxsize=1 << 18)
def name_key(label: str, name: str) -> NameKey:
    """The key of ``name`` as a name of ``label``; of an actor the same whichever of the three labels it bears."""
    return NameKey(group_of(label), fold(name))
