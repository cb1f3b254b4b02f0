"""Extraction on a real Dask cluster of two worker processes on this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from extractor.extract import Extraction
from graph.cli import zhitu
from graph.ingesting.batch import Result, Settings, in_process, plan, run_batch
from graph.ingesting.cluster import ClusterError, Errand, cluster, run_errand
from graph.ingesting.ingest import workspace_graph, writing
from graph.ingesting.reading import Failure
from graph.ingesting.sources import find_sources
from graph.ingesting.versions import extraction_versions
from graph.ingesting.workers import Limits
from graph.model import dump_lines
from graph.workspace import Workspace
from scripts.synthetic.setting import to_text
from scripts.synthetic.world import make_world
from scripts.synthetic.writing import reports_of
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for number, report in enumerate(reports_of(make_world(1, 1), 2020)):
        (folder / f"{number}.txt").write_bytes(to_text(report))
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7\n")
    return folder


@pytest.fixture(scope="module")
def local_cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'zhitu[cluster]'")
    dask = pytest.importorskip("dask")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    patient = {"distributed.comm.timeouts.connect": "300s", "distributed.comm.timeouts.tcp": "300s"}
    with (
        dask.config.set(patient),  # others may have the machine
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as made,
    ):
        yield made
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


def dump(workspace: Path) -> list[str]:
    return list(dump_lines(workspace_graph(Workspace(workspace))))


def results_of(steps: Iterator[Any]) -> dict[str, Result]:
    return {step.path.name: step.result for step in steps if step.result is not None}


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(folder: Path, local_cluster: Any, tmp_path: Path) -> None:
    from distributed import Client

    with writing(Workspace(tmp_path / "here")) as ingestion:
        todo = plan(ingestion, find_sources([str(folder)]))
        here = results_of(run_batch(ingestion, todo, Settings(), lambda: None, in_process()))
    with Client(local_cluster.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=300)
        processes = client.run(os.getpid)
    with (
        writing(Workspace(tmp_path / "there")) as ingestion,
        cluster(local_cluster.scheduler_address, Limits(1800)) as remote,
    ):
        assert remote.slots == 2
        todo = plan(ingestion, find_sources([str(folder)]))
        steps = run_batch(ingestion, todo, Settings(), lambda: None, remote.run)
        done = {}
        for step in steps:
            if step.result is not None:
                done[step.path.name] = step.result
                if len(done) == 3:  # two more are out
                    os.kill(next(iter(processes.values())), signal.SIGKILL)
    assert {name: result.status for name, result in done.items()} == {n: r.status for n, r in here.items()}
    assert done["bad.pdf"].failure == here["bad.pdf"].failure
    assert dump(tmp_path / "there") == dump(tmp_path / "here")


@pytest.mark.slow
def test_a_stopped_run_goes_on_and_reads_nothing_twice(folder: Path, local_cluster: Any, tmp_path: Path) -> None:
    address = local_cluster.scheduler_address
    with writing(Workspace(tmp_path / "w")) as ingestion, cluster(address, Limits(1800)) as remote:
        steps = run_batch(ingestion, plan(ingestion, find_sources([str(folder)])), Settings(), lambda: None, remote.run)
        first = [step.path for step in steps if step.result is not None and step.result.failure is None][:1]
        for step in steps:
            if step.result is not None and step.result.failure is None:
                first.append(step.path)
            if len(first) >= 2:
                break
        steps.close()
        left = plan(ingestion, find_sources([str(folder)]))
        assert not {source.path for source, _ in left.read} & set(first)
    run = CliRunner().invoke(
        zhitu, ["ingest", "--no-load", "--workspace", str(tmp_path / "w"), "--scheduler", address, str(folder)]
    )
    assert run.exit_code == 3  # bad.pdf
    assert "跳过" in run.stderr


@pytest.mark.slow
def test_a_report_over_its_time_is_given_up_and_its_worker_goes_on(
    folder: Path, local_cluster: Any, tmp_path: Path
) -> None:
    with writing(Workspace(tmp_path / "w")) as ingestion:
        todo = plan(ingestion, find_sources([str(folder / "1.txt"), str(folder / "2.txt")]))
        with cluster(local_cluster.scheduler_address, Limits(0.01)) as remote:
            late = results_of(run_batch(ingestion, todo, Settings(limits=Limits(0.01)), lambda: None, remote.run))
        codes = {result.failure.code for result in late.values() if result.failure}
        assert codes <= {"TimeLimit"}
        with cluster(local_cluster.scheduler_address, Limits(1800)) as remote:
            todo = plan(ingestion, find_sources([str(folder / "1.txt"), str(folder / "2.txt")]))
            done = results_of(run_batch(ingestion, todo, Settings(), lambda: None, remote.run))
        assert {result.failure for result in done.values()} <= {None}


def test_what_a_worker_does_needs_no_workspace_and_refuses_another_version(folder: Path, tmp_path: Path) -> None:
    data = (folder / "1.txt").read_bytes()
    answer = run_errand(Errand("1.txt", data, "", extraction_versions()))
    assert isinstance(answer, Extraction)
    assert answer.records
    other = run_errand(Errand("1.txt", data, "", "extractor=older"))
    assert isinstance(other, Failure)
    assert other.code == "OtherVersion"
    assert isinstance(run_errand(Errand("x.pdf", b"\x00", "", extraction_versions())), Failure)


def test_a_cluster_that_is_not_there_is_said(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs Dask: pip install 'zhitu[cluster]'")
    with (
        pytest.raises(ClusterError, match="no Dask scheduler answers"),
        cluster("tcp://127.0.0.1:9", Limits(), timeout=1),
    ):
        pass
