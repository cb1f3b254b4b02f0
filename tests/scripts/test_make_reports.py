"""The generator of synthetic reports: same seed, same bytes; what is set is what is true; every form can be read."""

from __future__ import annotations

import csv
import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from extractor.folding import fold
from extractor.reading import read_document
from extractor.records import read_records
from graph.model import Edge, EdgeKey, Graph, Node
from scripts.synthetic.setting import STYLES
from scripts.synthetic.truth import identity, read_truth, score, truth_of
from scripts.synthetic.world import FIRST_YEAR, make_world
from scripts.synthetic.writing import Grid, reports_of
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    loader = SourceFileLoader("make_reports", str(ROOT / "scripts/make-reports"))
    spec = importlib.util.spec_from_loader("make_reports", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_same_seed_gives_the_same_bytes_and_a_smaller_number_a_beginning(maker: ModuleType, tmp_path: Path) -> None:
    light = ("text", "html", "docx")
    first = maker.make_reports(tmp_path / "a", 5, cities=1, styles=light)
    again = maker.make_reports(tmp_path / "b", 3, cities=1, styles=light)
    other = maker.make_reports(tmp_path / "c", 3, seed=2, cities=1, styles=light)
    assert [path.read_bytes() for path in first[:3]] == [path.read_bytes() for path in again]
    assert [path.read_bytes() for path in again] != [path.read_bytes() for path in other]
    with (tmp_path / "a/manifest.csv").open(encoding="utf-8") as file:
        assert [row["file"] for row in csv.DictReader(file)] == [path.name for path in first]
    assert len({path.name for path in first}) == 5


def test_pdfs_are_the_same_bytes_too(maker: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("reportlab", reason="needs reportlab: pip install 'zhitu[sample]'")
    made = [maker.make_reports(tmp_path / name, 2, styles=("ruled", "plain")) for name in "ab"]
    assert [path.read_bytes() for path in made[0]] == [path.read_bytes() for path in made[1]]
    assert made[0][0].read_bytes().startswith(b"%PDF-")


def test_names_stand_where_the_truth_says_and_ends_of_relations_are_names_or_the_reports_own() -> None:
    world = make_world(1, 2)
    for year in (FIRST_YEAR, FIRST_YEAR + 3):
        for report in reports_of(world, year):
            for record in report.records:
                names = {entity.name for entity in record.entities} | {report.issuer}
                assert all(record.text[e.start : e.end] == e.name for e in record.entities)
                assert all({r.head, r.tail} <= names for r in record.relations)


@pytest.mark.parametrize("style", ["text", "html", "docx", "ruled", pytest.param("hairline", marks=pytest.mark.slow),
                                   pytest.param("threeline", marks=pytest.mark.slow)])  # fmt: skip
def test_what_is_set_is_read(style: str, tmp_path: Path) -> None:
    if STYLES[style][0] == ".pdf":
        pytest.importorskip("reportlab", reason="needs reportlab: pip install 'zhitu[sample]'")
    report = next(reports_of(make_world(1, 1), FIRST_YEAR))
    suffix, write = STYLES[style]
    path = tmp_path / f"report{suffix}"
    path.write_bytes(write(report))
    document = read_document(path)
    meta = document.meta
    assert (meta.title, meta.year, meta.region, meta.issuer) == (
        report.title,
        report.year,
        report.region,
        report.issuer,
    )
    read = {fold(passage.text) for passage in document.passages}
    missing = [r.text for r in report.records if r.kind == "paragraph" and fold(r.text) not in read]
    assert not missing
    tables = [block for block in report.blocks if isinstance(block, Grid)]
    assert [row.texts for table in document.tables[-len(tables) :] for row in table.rows] == [
        row for table in tables for row in table.rows
    ]


def test_a_graph_is_held_against_the_truth(maker: ModuleType, tmp_path: Path) -> None:
    maker.make_reports(tmp_path, 4, cities=1, styles=("text",))
    truth = read_truth(tmp_path / "truth.jsonl")
    world = make_world(1, 1)
    assert truth == truth_of(world, list(reports_of(world, FIRST_YEAR))[:4])
    assert sum(1 for _ in (tmp_path / f"records/{FIRST_YEAR}").iterdir()) == 4
    assert all(list(read_records(path)) for path in (tmp_path / "records").rglob("*.jsonl"))

    def thing(label: str, name: str) -> str:
        nodes.setdefault(f"{label} {name}", Node(f"{label} {name}", label, name, (), {}))
        return f"{label} {name}"

    nodes: dict[str, Node] = {}
    keys = [EdgeKey(type_, thing(*head), thing(*tail), ()) for type_, head, tail in truth.facts]
    perfect = Graph(nodes, {key: Edge(key, {}, ()) for key in keys})
    assert (score(perfect, truth)[""].missed, score(perfect, truth)[""].extra) == (0, 0)
    assert (identity(perfect, truth).split, identity(perfect, truth).fused) == (0, 0)
    wrong = EdgeKey(keys[0].type, keys[0].target, keys[0].source, ())
    told = score(Graph(nodes, {key: Edge(key, {}, ()) for key in (wrong, *keys[1:])}), truth)[""]
    assert (told.missed, told.extra) == (1, 1)
