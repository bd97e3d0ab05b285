"""What the corpus keeps of the daemon's jobs."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import Corpus
from storage.jobs import Job, Jobs

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def jobs(corpus: Corpus) -> Jobs:
    return Jobs(corpus)


def test_a_job_planned_twice_is_one_job_at_its_last_time(jobs: Jobs) -> None:
    jobs.plan("collect", timetable="every 1 hour (UTC)", next_at=NOW)
    jobs.plan("collect", timetable="every 1 hour (UTC)", next_at=LATER)

    assert jobs.all() == {"collect": Job(name="collect", timetable="every 1 hour (UTC)", next_at=LATER)}


def test_a_run_that_began_has_used_up_its_time_before_it_ends(jobs: Jobs) -> None:
    jobs.plan("collect", timetable="every 1 hour (UTC)", next_at=NOW)

    jobs.begin("collect", at=NOW, next_at=LATER)

    job = jobs.all()["collect"]
    assert (job.is_running, job.next_at, job.ended_at) == (True, LATER, None)


def test_the_last_run_is_kept_when_the_job_is_planned_anew(jobs: Jobs) -> None:
    jobs.plan("prune", timetable="15 3 * * * (UTC)", next_at=NOW)
    jobs.begin("prune", at=NOW, next_at=LATER)
    jobs.end("prune", at=NOW + timedelta(seconds=3), exit_code=0, result="done")

    jobs.plan("prune", timetable="20 3 * * * (UTC)", next_at=LATER)

    job = jobs.all()["prune"]
    assert (job.started_at, job.exit_code, job.result, job.is_running) == (NOW, 0, "done", False)


def test_a_job_that_is_not_configured_any_more_is_forgotten(jobs: Jobs) -> None:
    for name in ("collect", "prune"):
        jobs.plan(name, timetable="every 1 hour (UTC)", next_at=NOW)

    jobs.keep_only(["collect"])

    assert list(jobs.all()) == ["collect"]
