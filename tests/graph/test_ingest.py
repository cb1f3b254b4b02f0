"""Ingest, replace, withdraw, resume: the workspace and its store after any of it."""

import csv
import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import NameUnknown, Refused
from extractor.extract import Extraction
from extractor.reading import scan
from extractor.reading.legible import INSTALL
from graph.building.claims import ReportInfo
from graph.identity.decisions import Decision, add_decision
from graph.ingesting import batch
from graph.ingesting.batch import Result, Settings, Step, in_process, loader, plan, run_batch, write_failures
from graph.ingesting.editions import Overrides, all_editions
from graph.ingesting.ingest import Ingestion, find_report, workspace_graph, writing
from graph.ingesting.reading import Failure, Job, extracted
from graph.ingesting.roster import check_roster
from graph.ingesting.sources import Source, find_sources, read_manifest, said_of
from graph.model import Graph, dump_lines
from graph.workspace import Workspace
from tests.graph.making import MemoryStore, extract, write_report

A, B, C = "岚川机电工程学校", "岚川第一商贸学校", "岚川智能制造学校"
CAR, CLOTH = "北桥汽车制造有限公司", "云汐纺织集团有限公司"
WORKS = "COOPERATES_WITH"


@contextmanager
def opened(workspace: Workspace) -> Iterator[Ingestion]:
    with writing(workspace) as ingestion:
        ingestion.refresh()
        yield ingestion


def ingest(
    workspace: Workspace, *files: Path, store: MemoryStore | None = None, overrides: Overrides | None = None
) -> list[Result]:
    store = store or MemoryStore()
    with opened(workspace) as ingestion:
        todo = plan(ingestion, find_sources([str(f) for f in files], None, overrides))
        load = loader(ingestion, store, "test", store.reports())
        steps = list(run_batch(ingestion, todo, Settings(), load, in_process(extract)))
    return [step.result for step in steps if step.result is not None]


def withdraw(workspace: Workspace, text: str, store: MemoryStore | None = None) -> None:
    with opened(workspace) as ingestion:
        ingestion.withdraw(find_report(ingestion.state, text))
        if store is not None:
            ingestion.load(store, "test")


def dump(graph: Graph) -> str:
    return "\n".join(dump_lines(graph))


def partners(graph: Graph) -> set[tuple[str, str]]:
    ends = [(graph.nodes[k.source], graph.nodes[k.target]) for k in graph.edges if k.type == WORKS]
    return {tuple(n.name for n in sorted(pair, key=lambda n: n.label, reverse=True)) for pair in ends}  # type: ignore[misc]


def test_the_same_file_again_is_skipped_and_changes_nothing(tmp_path: Path) -> None:
    workspace, store = Workspace(tmp_path / "w"), MemoryStore()
    report = write_report(tmp_path / "r.txt", (A, WORKS, CAR))
    assert [r.status for r in ingest(workspace, report, store=store)] == ["成功"]
    before = dump(store.graph)
    assert [r.status for r in ingest(workspace, report, store=store)] == ["跳过"]
    assert dump(store.graph) == before == dump(workspace_graph(workspace))
    assert (store.replaced, len(store.applied)) == (1, 0)


def test_a_corrected_edition_replaces_whichever_comes_first_and_the_other_is_kept_shadowed(tmp_path: Path) -> None:
    first = write_report(tmp_path / "1.txt", (A, WORKS, CAR), published="2024-01-15")
    corrected = write_report(tmp_path / "2.txt", (A, WORKS, CLOTH), published="2024-03-20")
    dumps = set()
    for number, order in enumerate([(first, corrected), (corrected, first)]):
        workspace, store = Workspace(tmp_path / f"w{number}"), MemoryStore()
        for file in order:
            ingest(workspace, file, store=store)
        assert partners(store.graph) == {(A, CLOTH)}
        with opened(workspace) as ingestion:
            assert [e.in_force for e in all_editions(ingestion.state)] == [False, True]
        dumps.add(dump(store.graph))
    assert len(dumps) == 1


def test_a_named_edition_outranks_the_printed_date(tmp_path: Path) -> None:
    workspace, store = Workspace(tmp_path / "w"), MemoryStore()
    early = write_report(tmp_path / "1.txt", (A, WORKS, CAR), published="2024-01-15")
    late = write_report(tmp_path / "2.txt", (A, WORKS, CLOTH), published="2024-03-20")
    ingest(workspace, early, late, store=store)
    assert partners(store.graph) == {(A, CLOTH)}
    (result,) = ingest(workspace, early, store=store, overrides=Overrides(edition="第2版"))
    assert result.status == "成功"
    assert partners(store.graph) == {(A, CAR)}


def test_withdrawing_leaves_no_trace_and_what_others_say_stays(tmp_path: Path) -> None:
    workspace, store, alone = Workspace(tmp_path / "w"), MemoryStore(), MemoryStore()
    last = write_report(tmp_path / "2022.txt", (A, WORKS, CAR), (B, WORKS, CLOTH), year=2022)
    this = write_report(tmp_path / "2023.txt", (A, WORKS, CAR), (C, WORKS, CAR), year=2023)
    ingest(Workspace(tmp_path / "alone"), last, store=alone)
    ingest(workspace, last, this, store=store)
    withdraw(workspace, "2023", store)
    assert dump(store.graph) == dump(alone.graph)
    assert partners(store.graph) == {(A, CAR), (B, CLOTH)}
    assert len(list(workspace.records.iterdir())) == 2


def test_withdrawing_the_edition_in_force_takes_the_whole_report_out(tmp_path: Path) -> None:
    workspace, store = Workspace(tmp_path / "w"), MemoryStore()
    first = write_report(tmp_path / "1.txt", (A, WORKS, CAR), published="2024-01-15")
    second = write_report(tmp_path / "2.txt", (A, WORKS, CLOTH), published="2024-03-20")
    ingest(workspace, first, second, store=store)
    withdraw(workspace, "1.txt", store)
    assert not store.graph.nodes
    assert not list(workspace.records.iterdir())


def test_a_name_that_fits_several_reports_lists_them(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    ingest(workspace, *(write_report(tmp_path / f"{y}.txt", (A, WORKS, CAR), year=y) for y in (2022, 2023)))
    with pytest.raises(NameUnknown, match=r"several reports fit.*2022.*2023"):
        withdraw(workspace, "岚川")
    with pytest.raises(NameUnknown, match="no such report"):
        withdraw(workspace, "2021")
    withdraw(workspace, "岚川2023")  # region and year without a blank, as files are called


def test_failures_are_told_the_rest_goes_on_and_the_failures_file_holds_file_page_code_remedy(tmp_path: Path) -> None:
    good = write_report(tmp_path / "good.txt", (A, WORKS, CAR))
    partly = write_report(tmp_path / "partly.txt", (B, WORKS, CAR), year=2022, unread=[4, 5])
    bad = tmp_path / "bad.txt"
    bad.write_text("{", encoding="utf-8")
    results = ingest(Workspace(tmp_path / "w"), tmp_path / "gone.pdf", bad, good, partly)
    assert {r.path.name: r.status for r in results} == {
        "gone.pdf": "失败", "bad.txt": "失败", "good.txt": "成功", "partly.txt": "部分",
    }  # fmt: skip
    assert write_failures(tmp_path / "failures.csv", results) == 4
    with (tmp_path / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {
            (row["file"].rsplit("/", 1)[-1], row["page"], row["code"], row["remedy"]) for row in csv.DictReader(file)
        }
    assert rows == {
        ("gone.pdf", "", "FileMissing", "check the path"), ("bad.txt", "", "Damaged", "get it again"),
        ("partly.txt", "4", "PageUnread", "print it anew"), ("partly.txt", "5", "PageUnread", "print it anew"),
    }  # fmt: skip


def test_a_report_of_which_nothing_could_be_read_fails_and_is_tried_again(tmp_path: Path) -> None:
    picture = write_report(tmp_path / "scan.txt", unread=[1, 2])
    for _ in range(2):
        (result,) = ingest(Workspace(tmp_path / "w"), picture)
        assert (result.status, result.edition) == ("失败", None)
        assert result.failure is not None
        assert result.failure.code == "PagesUnread"
        assert result.failure.remedy == "print it anew"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "MemoryLimit"),
        (RuntimeError("can't start new thread"), "MemoryLimit"),
        (ImportError("a.so: failed to map segment from shared object"), "MemoryLimit"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "MemoryLimit"),
        (OSError(errno.ENOSPC, "No space left on device"), "Defect"),
        (ZeroDivisionError(), "Defect"),
    ],
)
def test_want_of_memory_is_told_apart_from_a_defect(tmp_path: Path, error: Exception, code: str) -> None:
    def fails(path: Path, *, password: str | None = None) -> Extraction:
        raise error

    found = extracted(Job(tmp_path / "r.txt", "0", Workspace(tmp_path), "v"), fails)
    assert isinstance(found, Failure)
    assert found.code == code


def test_pages_left_for_want_of_ocr_are_read_once_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = False
    monkeypatch.setattr(scan, "available", lambda: there)
    partly = write_report(tmp_path / "partly.txt", (A, WORKS, CAR), unread=[4], why=f"a picture; {INSTALL}")
    other = write_report(tmp_path / "other.txt", (B, WORKS, CAR), year=2022, unread=[4])
    workspace = Workspace(tmp_path / "w")
    assert [r.status for r in ingest(workspace, partly, other)] == ["部分", "部分"]
    assert [r.status for r in ingest(workspace, partly, other)] == ["跳过", "跳过"]
    there = True
    assert {r.path.name: r.status for r in ingest(workspace, partly, other)} == {
        "partly.txt": "部分", "other.txt": "跳过",
    }  # fmt: skip


def test_better_rules_read_an_unchanged_file_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path / "w")
    report = write_report(tmp_path / "r.txt", (A, WORKS, CAR))
    ingest(workspace, report)
    monkeypatch.setattr(batch, "extraction_versions", lambda: "extractor=newer")
    assert [r.status for r in ingest(workspace, report)] == ["成功"]
    assert [r.status for r in ingest(workspace, report)] == ["跳过"]


def test_a_run_stopped_after_reading_takes_the_kept_records_in_without_reading_again(tmp_path: Path) -> None:
    workspace, store = Workspace(tmp_path / "w"), MemoryStore()
    reports = [write_report(tmp_path / f"{y}.txt", (A, WORKS, CAR), year=y) for y in (2021, 2022, 2023)]
    with opened(workspace) as ingestion:
        steps = run_batch(
            ingestion, plan(ingestion, [Source(p) for p in reports]), Settings(), lambda: None, in_process(extract)
        )
        done: list[Step] = []
        while not done or done[-1].result is None:
            done.append(next(steps))
        steps.close()  # type: ignore[attr-defined]
        # The second report was read but not taken in when the process died.
        job_plan = plan(ingestion, [Source(reports[1])])
        batch.read(batch.Job(reports[1], job_plan.read[0][1], workspace, batch.extraction_versions()), extract)
        again = plan(ingestion, [Source(p) for p in reports])
        assert [len(part) for part in (again.done, again.take, again.read)] == [1, 1, 1]
    ingest(workspace, *reports, store=store)
    whole = MemoryStore()
    ingest(Workspace(tmp_path / "w2"), *reports, store=whole)
    assert dump(store.graph) == dump(whole.graph)


def test_a_store_that_lost_what_was_loaded_is_loaded_whole(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    report = write_report(tmp_path / "r.txt", (A, WORKS, CAR))
    ingest(workspace, report, store=MemoryStore())
    empty = MemoryStore()
    ingest(workspace, report, store=empty)
    assert dump(empty.graph) == dump(workspace_graph(workspace))


def test_a_second_writer_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    told = pytest.raises(Refused, match="zhitu ingest, process 7")
    with writing(workspace, note="zhitu ingest, process 7"), told, writing(workspace):
        pass
    with writing(workspace):
        pass


def test_changed_builder_code_makes_the_graph_anew_from_the_kept_records(tmp_path: Path) -> None:
    workspace, store = Workspace(tmp_path / "w"), MemoryStore()
    ingest(workspace, write_report(tmp_path / "r.txt", (A, WORKS, CAR)), store=store)
    with writing(workspace) as ingestion:
        ingestion.state.set_meta("builder", "older")
        ingestion.state.db.execute("DELETE FROM edges")
        assert ingestion.refresh()
        assert not ingestion.refresh()
    assert dump(workspace_graph(workspace)) == dump(store.graph)


def test_sources_are_folders_patterns_lists_and_a_manifest_says_what_files_are(tmp_path: Path) -> None:
    for name in ("a/1.pdf", "a/b/2.txt", "a/skip.xlsx", "3.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    listed = tmp_path / "list.txt"
    listed.write_text("a/1.pdf\n3.pdf\n", encoding="utf-8")
    manifest = tmp_path / "m.csv"
    manifest.write_text("文件,年份,地区\n1.pdf,2022,岚川市\n", encoding="utf-8-sig")

    def names(*named: str) -> list[str]:
        return [str(s.path.relative_to(tmp_path)) for s in find_sources(named)]

    assert names(str(tmp_path / "a")) == ["a/1.pdf", "a/b/2.txt"]
    assert names(str(tmp_path / "**/*.pdf")) == ["3.pdf", "a/1.pdf"]
    assert names(str(listed)) == names(f"@{listed}") == ["a/1.pdf", "3.pdf"]
    (source,) = find_sources([str(tmp_path / "a/1.pdf")], read_manifest(manifest), Overrides(year=2020, level="区"))
    assert source.overrides == Overrides(year=2022, region="岚川市", level="区")


def test_a_manifest_may_name_a_file_by_the_end_of_its_path(tmp_path: Path) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text("file,year\n2022/r.pdf,2022\n./2023/r.pdf,2023\nr.pdf,1999\n", encoding="utf-8")
    said = read_manifest(manifest)
    files = [tmp_path / "in" / name for name in ("2022/r.pdf", "2023/r.pdf", "2024/r.pdf", "2024/s.pdf")]
    assert [said_of(path, said)[1].year for path in files] == [2022, 2023, 1999, None]


def test_a_roster_knows_a_report_without_region_by_its_issuer() -> None:
    received = [
        ReportInfo("年报", 2023, "", "企业", "北桥汽车制造有限公司", ""),
        ReportInfo("年报", 2023, "岚川市", "校", "岚川机电工程学校、岚川第一商贸学校", ""),
    ]
    due = [
        ("2023", "岚川市", "企业", "北桥汽车制造有限公司"),
        ("2023", "岚川市", "企业", "北桥汽车制造股份有限公司"),  # a legal form tells nothing
        ("2023", "岚川市", "企业", "云汐纺织集团有限公司"),
        ("2023", "岚川市", "企业", ""),
        ("2023", "岚川", "校", "岚川第一商贸学校"),
        ("2023", "岚川", "校", "岚川第二商贸学校"),
        ("2022", "", "校", ""),
    ]
    assert [line[-1] for line in check_roster(due, received)] == ["已收", "已收", "缺", "缺", "已收", "缺", "缺"]


FILES = [
    (year, published, said)
    for year in (2022, 2023)
    for published, said in (
        ("2024-01-01", [(A, WORKS, CAR), (A, "RENAMED_TO", C)]),
        ("2024-02-01", [(A, WORKS, CLOTH), (B, "ALIAS_OF", C)]),
        ("", [(C, WORKS, CAR), (A, "LEADS", "岚川联盟")]),
    )
]


@given(
    st.lists(st.tuples(st.sampled_from(["ingest", "ingest", "withdraw"]), st.integers(0, len(FILES) - 1)), max_size=7)
)
@settings(max_examples=12, deadline=None)
def test_any_interleaving_of_ingests_and_withdrawals_equals_ingesting_what_is_left(
    steps: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        files = [
            write_report(where / f"{n}.txt", *said, year=year, published=published)
            for n, (year, published, said) in enumerate(FILES)
        ]
        workspace, store = Workspace(where / "w"), MemoryStore()
        left: set[int] = set()
        for verb, number in steps:
            if verb == "ingest":
                ingest(workspace, files[number], store=store)
                left.add(number)
            elif number in left:
                withdraw(workspace, f"{number}.txt", store)
                left = {n for n in left if FILES[n][0] != FILES[number][0]}
        fresh = MemoryStore()
        ingest(Workspace(where / "fresh"), *(files[n] for n in sorted(left)), store=fresh)
        assert dump(store.graph) == dump(fresh.graph) == dump(workspace_graph(workspace))


def test_a_decision_is_replayed_on_what_is_in_and_on_what_comes(tmp_path: Path) -> None:
    workspace, store = Workspace(tmp_path / "w"), MemoryStore()
    first = write_report(tmp_path / "1.txt", (A, WORKS, CAR), year=2022)
    ingest(workspace, first, store=store)
    add_decision(workspace.decisions, Decision("same", "School", A, B))
    ingest(workspace, first, write_report(tmp_path / "2.txt", (B, WORKS, CAR), year=2023), store=store)
    assert len(partners(store.graph)) == 1
    add_decision(workspace.decisions, Decision("different", "School", A, B))
    with opened(workspace) as ingestion:
        ingestion.load(store, "test")
    assert partners(store.graph) == {(A, CAR), (B, CAR)}
