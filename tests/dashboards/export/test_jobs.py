"""Files made beside the page: made, failed in words, cancelled, and never in each other's way."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.jobs import Job
from dashboards.export.scope import Scope


@dataclass(frozen=True, kw_only=True)
class Slow(FileExport):
    """A file that is made once it may be, or fails with what its fault says."""

    may_go: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None
    suffix = ".txt"  # type: ignore[assignment]
    stem = "esimerkki"  # type: ignore[assignment]

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Wait, tell, write."""
        assert self.may_go.wait(10)
        tell(1, 2)
        if self.fault:
            raise self.fault
        path.write_bytes(b"Esimerkki")


@pytest.fixture(scope="module")
def scope(store) -> Scope:
    return Scope(store=store)


def test_a_job_gives_the_file_and_its_name(scope):
    export = Slow(scope=scope)
    job = Job(export)
    assert not job.has_ended
    export.may_go.set()
    job.wait(10)
    assert (job.state, job.body, job.name) == ("done", b"Esimerkki", "esimerkki.txt")
    assert (job.done, job.total) == (1, 2)


def test_a_cancelled_job_ends_without_a_file(scope):
    export = Slow(scope=scope)
    job = Job(export)
    job.cancel()
    export.may_go.set()
    job.wait(10)
    assert (job.state, job.body, job.fault) == ("cancelled", None, None)


def test_a_job_that_fails_says_where_and_quotes_nothing(scope, caplog):
    export = Slow(scope=scope, fault=ValueError("Esimerkki Henkilö"))
    export.may_go.set()
    with caplog.at_level(logging.ERROR):
        job = Job(export)
        job.wait(10)
    assert job.state == "failed"
    assert "ValueError" in job.fault.said("fi")
    assert "Henkilö" not in job.fault.said("fi") + caplog.text


def test_more_jobs_than_may_run_at_once_wait_and_are_made(scope):
    exports = [Slow(scope=scope) for _ in range(4)]
    jobs = [Job(export) for export in exports]
    assert sum(job.state == "waiting" for job in jobs) >= 2
    for export in exports:
        export.may_go.set()
    for job in jobs:
        job.wait(10)
    assert [job.state for job in jobs] == ["done"] * 4
