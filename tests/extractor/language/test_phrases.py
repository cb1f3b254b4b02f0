"""Declared turns of phrase fit what they say and nothing else."""

from __future__ import annotations

import pytest

from extractor.language.pairs import TYPES
from extractor.language.phrases import compile_phrase, phrases

NAME = chr(0xE000)


def test_a_phrase_fits_over_other_names_within_a_sentence() -> None:
    phrase = compile_phrase("H~(帮扶|支援)~T")
    assert phrase.head_first
    assert phrase.fits("", f"与{NAME}对口帮扶", "。")
    assert not phrase.fits("", "建校。帮扶", "。")


def test_what_stands_behind_the_second_name_counts() -> None:
    phrase = compile_phrase("T由H~主办")
    assert not phrase.head_first
    assert phrase.fits("", "由", "联合主办")
    assert not phrase.fits("", "由", "参加")


@pytest.mark.parametrize("pattern", ["H获奖", "T", "", "H与H", "H~T~T"])
def test_a_phrase_has_one_head_and_one_tail(pattern: str) -> None:
    with pytest.raises(ValueError, match="one H and one T"):
        compile_phrase(pattern)


def test_every_type_the_model_judges_has_phrases() -> None:
    assert set(phrases()) == set(TYPES)
