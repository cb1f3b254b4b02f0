"""Files for other tools: nothing lost on the way, Chinese intact, nothing a spreadsheet would compute."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import networkx as nx
import pytest

import graph as facade
from extractor.ontology import ontology
from graph.exports.admin import write_admin
from graph.exports.dataset import write_dataset
from graph.exports.networks import panel, projection, write_gexf, write_graphml, write_projections
from graph.exports.turtle import write_turtle
from graph.exports.workbook import write_workbook
from graph.model import Graph, Node, dump_lines, load_lines, node_id
from graph.storage.settings import Settings, StoreSettings
from graph.storage.store import Store, open_store
from graph.workspace import Workspace
from tests.conftest import ROOT
from tests.graph.stores import Maker, sample

KEYS = {name: known.key for name, known in ontology().relations.items()}


def hostile() -> Graph:
    """Names that a careless export would break on."""
    made = Maker()
    one = made.node("School", '=cmd|"/c calc"!A1', aliases=("@SUM(1)", "，,;；\"'"), kind="中职")
    two = made.node("Enterprise", "换\n行\x0b公司<b>&amp;</b>", score=1, share=2.5)
    made.node("Enterprise", "另一公司", score=1.5)
    made.edge(
        "COOPERATES_WITH", *sorted((one, two)), made.passage("第一行\n第二行\t=1+1", 1), kinds=["共建"], content=""
    )
    return made.graph()


def test_a_dump_is_read_back_equal() -> None:
    for graph in (sample(), hostile()):
        assert list(dump_lines(load_lines(dump_lines(graph), KEYS))) == list(dump_lines(graph))


def test_graphml_and_gexf_keep_chinese(tmp_path: Path) -> None:
    for graph in (sample(), hostile()):
        write_graphml(graph, tmp_path / "g.graphml")
        write_gexf(graph, tmp_path / "g.gexf")
        for read in (nx.read_graphml(tmp_path / "g.graphml"), nx.read_gexf(tmp_path / "g.gexf")):
            assert len(read) == sum(n.label not in {"Report", "Section", "Passage"} for n in graph.nodes.values())
    assert "临江港口职业技术学院" in (tmp_path / "g.graphml").read_text("utf-8") or "换" in (
        tmp_path / "g.gexf"
    ).read_text("utf-8")


def test_projection_weights_are_shared_things() -> None:
    rows = projection(sample(), "School", ("LEADS", "MEMBER_OF"), ("Alliance",))
    assert [{row[1], row[3]} for row in rows] == [{"临江大学", "临江港口职业技术学院"}, {"临江大学", "临江丝绸学校"}]
    assert [row[4] for row in rows] == [2, 1]


def test_panel_counts_facts_by_organisation_and_year() -> None:
    columns, rows = panel(sample())
    university = next(row for row in rows if row[1] == "临江大学")
    assert university[columns.index("year")] == 2024
    assert university[columns.index("LEADS")] == 3


def test_csv_cells_are_no_formulas(tmp_path: Path) -> None:
    write_projections(hostile(), tmp_path)
    with (tmp_path / "panel.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert '\'=cmd|"/c calc"!A1' in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_workbook_has_a_sheet_a_label_and_no_formula(tmp_path: Path) -> None:
    for graph in (sample(), hostile()):
        write_workbook(graph, tmp_path / "g.xlsx")
        with zipfile.ZipFile(tmp_path / "g.xlsx") as book:
            sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
            names = book.read("xl/workbook.xml").decode()
        assert "说明" in names and "学校" in names and "关系·合作" in names
        assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)


def test_turtle_says_every_fact(tmp_path: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    write_turtle(sample(), tmp_path / "g.ttl")
    triples = rdflib.Graph().parse(tmp_path / "g.ttl")
    assert len(list(triples.triples((None, rdflib.URIRef("urn:zhitu:term:LEADS"), None)))) == 9


def test_a_dataset_tells_what_it_is(tmp_path: Path) -> None:
    write_dataset(sample(), tmp_path, [{"report": "r", "sha256": "0"}], "extractor=a ontology=b")
    told = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    assert told["made_by"] == {"extractor": "a", "ontology": "b"}
    assert told["graph.jsonl"]["nodes"] == len(sample().nodes)
    lines = (tmp_path / "graph.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == list(dump_lines(sample()))


def test_the_python_facade(reader: Store, place: tuple[Workspace, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, settings = place
    for name, value in (("STORE", "address"), ("USER", "user"), ("PASSWORD", "password")):
        monkeypatch.setenv(f"ZHITU_{name}", getattr(settings.store, value))
    with facade.open(workspace.root) as opened:
        rows = opened.ask("shared-communities", school="丝绸学校")
        assert [(row["other"], row["shared"]) for row in rows] == [("临江大学", 1)]
        assert rows.evidence[0][0].page == 8
        assert (
            opened.cypher("MATCH (s:School {kind: $kind}) RETURN s.name AS name", kind="本科")[0]["name"] == "临江大学"
        )
        assert opened.to_networkx().number_of_nodes() > 10
        pandas = pytest.importorskip("pandas")
        frame = rows.to_pandas()
        assert isinstance(frame, pandas.DataFrame) and list(frame["page"]) == [8]


@pytest.mark.neo4j
@pytest.mark.parametrize("graph", [sample(), hostile()], ids=["sample", "hostile"])
def test_neo4j_admin_imports_the_files(graph: Graph, tmp_path: Path) -> None:
    if not os.environ.get("ZHITU_TEST_NEO4J"):
        pytest.skip("needs a real Neo4j: scripts/neo4j python -m pytest -m neo4j")
    arguments = write_admin(graph, tmp_path / "csv")
    run = [sys.executable, str(ROOT / "scripts" / "neo4j")]
    done = subprocess.run(
        [*run, "--import", str(tmp_path / "home"), "--", *arguments], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    dump = [
        *run,
        "--home",
        str(tmp_path / "home"),
        sys.executable,
        "-m",
        "tests.graph.test_exports",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        dump, check=False, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "out").read_text(encoding="utf-8").splitlines() == list(dump_lines(graph))


def test_admin_files_keep_types_apart(tmp_path: Path) -> None:
    write_admin(hostile(), tmp_path)
    heads = sorted(path.read_text("utf-8").splitlines()[0] for path in tmp_path.glob("nodes-Enterprise*.csv"))
    assert ["score:double" in head for head in heads].count(True) == 1
    assert ["score:long" in head for head in heads].count(True) == 1


def test_a_property_of_the_stores_own_is_refused() -> None:
    from graph.storage.rows import node_row

    with pytest.raises(ValueError, match="folded"):
        node_row(Node(node_id("School", "x"), "School", "x", (), {"folded": "y"}))


if __name__ == "__main__":
    settings = StoreSettings(os.environ["ZHITU_TEST_NEO4J"], "neo4j", os.environ["ZHITU_TEST_NEO4J_PASSWORD"])
    with open_store(Workspace(Path(sys.argv[1]).parent), settings=Settings(store=settings)) as opened_store:
        Path(sys.argv[1]).write_text("".join(f"{line}\n" for line in dump_lines(opened_store.dump())), encoding="utf-8")
