from extractor.language.knowledge import gazetteer


def test_a_known_name_at_the_end_of_a_text_ends_with_the_text() -> None:
    text = "学生来自上海"
    assert [(start, end) for start, end, _ in gazetteer().spans(text)][-1] == (4, len(text))
