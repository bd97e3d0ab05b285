"""What is wrong with a corpus and what feeds it, each with what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.errors import LockedError, TearsheetError
from pipeline.health import Health, health
from storage.check import Finding, Fix, check, mend
from storage.corpus import Corpus
from storage.jobs import Job, Jobs
from storage.runs import RunLog, RunReport
from storage.sources import Sources
from tearsheet.config import Config
from tearsheet.jobs import definitions
from tearsheet.lock import is_daemon_running, lock_holder, run_lock

__all__ = ["findings", "mended"]

_LEAST_FREE_BYTES = 500_000_000
_CLOCK_TOLERANCE = timedelta(minutes=10)
# A job that is so late is not just waiting for another one to end.
_LATE = timedelta(hours=1)
_LONG_RUN = timedelta(hours=3)
# Longer than a quiet night: nobody collects any more.
_IDLE = timedelta(days=1)


def findings(config: Config, *, tell: Callable[[str], None]) -> Iterator[Finding]:
    """Yield what is wrong, the gravest first; ``tell`` is given what could not be looked at."""
    try:
        with _opened(config) as corpus:
            now = datetime.now(UTC)
            # Of a corpus on a server, the raw pages are here.
            yield from _of_disk(corpus.file or Path(corpus.pages_path))
            runs, jobs = RunLog(corpus).runs(1), Jobs(corpus).all()
            yield from _of_clock(runs, now)
            yield from _of_runs(corpus, runs, now)
            yield from _of_schedule(config, corpus, jobs, runs, now)
            yield from _of_sources(config, Sources(corpus), now)
        yield from _of_corpus(config, tell)
    except TearsheetError as error:
        yield Finding(what=str(error), advice="mend this first; the other checks need the corpus")


def mended(config: Config, found: list[Finding]) -> list[Finding]:
    """Mend what can be mended safely and return it; raises LockedError while a run is under way."""
    fixable = [finding for finding in found if finding.fix is not None]
    if fixable:
        with _opened(config, write=True) as corpus, run_lock(corpus):
            mend(corpus, {finding.fix for finding in fixable if finding.fix is not None})
    return fixable


def _opened(config: Config, *, write: bool = False) -> Corpus:
    return Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=write)


def _of_corpus(config: Config, tell: Callable[[str], None]) -> Iterator[Finding]:
    """Check everything when no run is under way; else what can be checked beside one."""
    with _opened(config) as corpus:
        try:
            with run_lock(corpus), _opened(config, write=True) as writable:
                yield from check(writable)
        except LockedError:
            tell("A run is under way; the words of the index are not compared with the texts now.")
            yield from check(corpus)


def _of_disk(corpus: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(corpus.resolve().parent).free
    if free < _LEAST_FREE_BYTES:
        what = f"{free // 1_000_000} MB left on the disk of {corpus}"
        yield Finding(what=what, advice="make room; `tearsheet prune` removes old raw pages")


def _of_clock(runs: tuple[RunReport, ...], now: datetime) -> Iterator[Finding]:
    for run in runs:
        if run.started_at > now + _CLOCK_TOLERANCE:
            what = (
                f"run {run.id} began at {_told(run.started_at)}, and this machine's clock says {_told(now)}"
            )
            yield Finding(what=what, advice="set the clock; `timedatectl` shows whether it is kept right")


def _of_runs(corpus: Corpus, runs: tuple[RunReport, ...], now: datetime) -> Iterator[Finding]:
    """A run that hangs, and one that died; beside that, who holds the lock."""
    open_run = next((run for run in runs if run.outcome == "running"), None)
    holder = lock_holder(corpus)
    if open_run is None:
        return
    if holder is None:
        what = f"run {open_run.id}, begun at {_told(open_run.started_at)}, was killed"
        advice = (
            "nothing is lost: the next run goes on with what was left, or `tearsheet doctor --fix` closes it"
        )
        yield Finding(what=what, advice=advice, is_urgent=False, fix=Fix.CLOSE_RUNS)
        return
    who = f"process {holder}" if holder else "another process"
    if now - open_run.started_at > _LONG_RUN:
        what = f"run {open_run.id} ({who}) has been under way since {_told(open_run.started_at)}"
        advice = (
            f"look what it does; `kill {holder}` ends it in good order" if holder else "look what it does"
        )
        yield Finding(what=what, advice=advice)


def _of_schedule(
    config: Config, corpus: Corpus, jobs: dict[str, Job], runs: tuple[RunReport, ...], now: datetime
) -> Iterator[Finding]:
    defined = definitions(config)
    for job in jobs.values():
        if job.name not in defined:
            continue
        if job.ended_at is not None and job.exit_code not in {0, 4, 75}:
            what = f"the job {job.name} of {_told(job.started_at)} ended so: {job.result}"
            yield Finding(
                what=what, advice=f"run `tearsheet {' '.join(defined[job.name].arguments)}` and look"
            )
        elif now - job.next_at > _LATE and not is_daemon_running(corpus):
            what = f"the job {job.name} was due at {_told(job.next_at)}, and no daemon is running"
            yield Finding(what=what, advice="start `tearsheet schedule`, and have the machine start it")
    if runs and now - runs[0].started_at > _IDLE:
        what = f"nothing was collected since {_told(runs[0].started_at)}"
        yield Finding(
            what=what, advice="see that cron or `tearsheet schedule` runs `tearsheet collect --due`"
        )


def _of_sources(config: Config, sources: Sources, now: datetime) -> Iterator[Finding]:
    states = sources.states()
    for source in config.sources:
        if not source.enabled or source.name not in states:
            continue
        state = states[source.name]
        word, finding = health(state.channels, now=now, expect_per_day=source.expect_per_day, days=state.days)
        if word is not Health.OK and word is not Health.NEVER:
            what, _, advice = finding.rpartition("; ")
            yield Finding(what=f"{source.name} is {word}: {what}", advice=advice)


def _told(at: datetime | None) -> str:
    return "an unknown time" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
