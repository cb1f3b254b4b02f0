from hypothesis import given
from hypothesis import strategies as st

from extractor.folding import fold


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_width_blanks_and_quotation_marks_do_not_matter() -> None:
    assert fold("“上飞”订单班 （２０２４）") == fold('"上飞"订单班(2024)')
