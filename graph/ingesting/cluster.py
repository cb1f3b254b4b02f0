"""Extraction on a Dask cluster that the user already has: files go out as bytes, records come back.

Cluster workers need this package in the same version and nothing else: no shared folder, no workspace. What comes back
is kept and taken in here, one by one, exactly as from local workers, so results and resuming are the same.

Dask hands a report whose worker was lost to another one. A report over its time limit is given up and its worker
started anew; memory is bounded by the cluster's own worker limit, which takes that one report down.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import ZhituError
from extractor.extract import Extraction
from graph.ingesting.reading import Failure, Job, extracted, keep
from graph.ingesting.versions import extraction_versions
from graph.ingesting.workers import Began, Died, Done, Limits
from graph.workspace import Workspace

if TYPE_CHECKING:
    from distributed import Client

POLL = 0.5  # seconds between two looks at what has passed its time
_one_at_a_time = threading.Lock()


class ClusterError(ZhituError):
    """The Dask cluster cannot be reached, has no workers, or was lost."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a cluster worker is given: the file's name and bytes, and the versions its answer must be of."""

    name: str
    data: bytes
    digest: str
    versions: str
    password: str | None = None


def run_errand(errand: Errand) -> Extraction | Failure:
    """On the cluster: extract one file. One report at a time a process, whatever number of threads it has."""
    if errand.versions.partition(" persons=")[0] != extraction_versions():  # leaving persons out is done at home
        return Failure(
            "OtherVersion", "a cluster worker has another version of zhitu or its knowledge",
            "install the same version on all workers",
        )  # fmt: skip
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="zhitu-") as folder:
        path = Path(folder) / errand.name
        path.write_bytes(errand.data)
        return extracted(Job(path, errand.digest, Workspace(Path(folder)), errand.versions, errand.password))


@dataclass(slots=True)
class _Sent:
    """A report that is out: its job, the number of the slot it takes, and since when."""

    job: Job
    slot: int
    since: float


class Cluster:
    """A cluster ready to read reports; use :func:`cluster`. ``slots``: how many it is given at a time."""

    def __init__(self, client: Client, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self.slots = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

    def run(self, jobs: Iterable[Job]) -> Iterator[Began | Done]:
        """Read all jobs, telling what begins and what is done, in the order it is ready.

        Raises :class:`ClusterError` when the cluster is lost; what was told before is safe.
        """
        ahead = iter(jobs)
        out: dict[Any, _Sent] = {}
        free = list(range(self.slots - 1, -1, -1))
        try:
            while True:
                while free and (job := next(ahead, None)) is not None:
                    slot = free.pop()
                    sent = self._send(job)
                    yield Began(slot, job)
                    if isinstance(sent, Failure):
                        free.append(slot)
                        yield Done(slot, job, sent, 0.0)
                    else:
                        out[sent] = _Sent(job, slot, time.monotonic())
                if not out:
                    return
                for future, answer in self._answers(out):
                    sent_job = out.pop(future)
                    free.append(sent_job.slot)
                    yield Done(sent_job.slot, sent_job.job, answer, time.monotonic() - sent_job.since)
        finally:
            if out:
                with contextlib.suppress(Exception):
                    self._client.cancel(list(out), force=True)

    def _send(self, job: Job) -> Any:
        """The future of a job, or why its file cannot be sent."""
        try:
            errand = Errand(job.path.name, job.path.read_bytes(), job.digest, job.versions, job.password)
        except OSError as error:
            return Failure("Damaged", f"cannot be opened ({error.strerror})", "check its permissions")
        return self._client.submit(run_errand, errand, pure=False)

    def _answers(self, out: dict[Any, _Sent]) -> list[tuple[Any, Any]]:
        """What is ready, after waiting a moment; and what has passed its time."""
        from distributed import wait

        with contextlib.suppress(TimeoutError):
            wait(list(out), timeout=POLL, return_when="FIRST_COMPLETED")
        if self._client.status not in {"running", "connecting"}:
            raise _lost(self._client.status)
        answers = [(future, self._answer(future, out[future].job)) for future in list(out) if future.done()]
        ready = {future for future, _ in answers}
        seconds = self._limits.seconds
        if seconds is not None:
            late = [f for f, sent in out.items() if f not in ready and time.monotonic() - sent.since > seconds]
            answers += [(future, self._give_up(future)) for future in late]
        return answers

    def _answer(self, future: Any, job: Job) -> Any:
        from distributed import KilledWorker

        try:
            found = future.result(timeout=60)
        except KilledWorker:
            return Died(False, None)
        except Exception as error:
            if future.status in {"cancelled", "lost"} or self._client.status != "running":
                raise _lost(str(error)) from error
            what = f"could not be read on the cluster: {type(error).__name__}: {error}".replace("\n", " ")[:300]
            return Failure("Defect", what, "look into the worker's log")
        return found if isinstance(found, Failure) else keep(job, found)

    def _give_up(self, future: Any) -> Died:
        """Cancel a report that takes too long, and start its worker anew: a thread cannot be ended from outside."""
        busy = [worker for worker, keys in self._client.processing().items() if future.key in keys]
        future.cancel()
        if busy:
            with contextlib.suppress(Exception):  # a worker without a nanny cannot be restarted: it stays stuck
                self._client.restart_workers(busy, timeout=30, raise_for_error=False)
        return Died(True, None)


@contextmanager
def cluster(address: str, limits: Limits, *, timeout: float = 30.0) -> Iterator[Cluster]:
    """The cluster whose scheduler is at ``address``. Raises :class:`ClusterError` saying what is missing."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("reading on a cluster needs Dask", "pip install 'zhitu[cluster]'") from error
    try:
        client = Client(address, timeout=timeout)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers", "start one with: dask scheduler") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=timeout)
        except (OSError, TimeoutError) as error:
            raise ClusterError(
                f"{address}: the cluster has no workers", f"start some: dask worker {address}"
            ) from error
        yield Cluster(client, limits)


def _lost(why: str) -> ClusterError:
    return ClusterError(f"the Dask cluster was lost ({why})", "what was read is kept; give the same command again")
