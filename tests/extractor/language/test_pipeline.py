from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.language import annotate
from extractor.language.pipeline import ReportWise, given_names, load
from extractor.records import Entity, Record


def test_no_records_give_no_records_and_rows_come_back_as_they_were() -> None:
    row = Record("河间学校\t一等奖", kind="table_row", entities=(Entity("河间学校", "School", 0, 4),))
    assert annotate([]) == []
    assert annotate([row]) == [row]


def test_names_that_come_with_a_passage_stay_and_are_found_at_each_place() -> None:
    names = (Entity("河间学校", "School"), Entity("河间学校附属小学", "School"))
    record = Record("河间 学校附属小学。河间学校，河间学校。", entities=names)
    assert [(name.start, name.end) for name in given_names(record)] == [(0, 9), (10, 14), (15, 19)]
    assert {entity.name for entity in annotate([record])[0].entities} == {"河间学校", "河间学校附属小学"}


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_the_doc_is_the_text(text: str) -> None:
    assert load().make_doc(text).text == text


def test_a_report_wise_component_sees_all_before_it_gives_the_first() -> None:
    seen: list[int] = []
    stage = ReportWise(lambda docs: seen.append(len(docs)))
    assert [doc.text for doc in stage.pipe(load().make_doc(text) for text in "甲乙丙")] == ["甲", "乙", "丙"]
    assert seen == [3]
