"""What the daemon runs: the same command in child processes, each job by its own timetable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import ConfigError
from pipeline.timetable import Timetable, due_at, read_timetable
from storage.jobs import Job
from tearsheet.config import Config

__all__ = ["JOBS", "JobDefinition", "definitions", "due_times"]

# Name in [schedule] -> the arguments of the command that it runs.
JOBS: Mapping[str, tuple[str, ...]] = {
    "collect": ("collect", "--due", "--quiet"),
    "recheck": ("collect", "--recheck", "--quiet"),
    "report": ("doctor", "--quiet"),
    "prune": ("prune",),
    "upkeep": ("corpus", "upkeep"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDefinition:
    """One job that is switched on."""

    name: str
    arguments: tuple[str, ...]
    table: Timetable

    @property
    def timetable(self) -> str:
        """The timetable in one line: what a changed schedule is known by."""
        return f"{self.table.line} ({self.table.timezone})"


def definitions(config: Config) -> dict[str, JobDefinition]:
    """Return the jobs that [schedule] switches on; raises ConfigError for a line that says no time."""
    schedule = config.schedule
    found = {}
    for name, arguments in JOBS.items():
        line = getattr(schedule, name)
        if not line:
            continue
        try:
            table = read_timetable(line, timezone=schedule.timezone)
        except ConfigError as error:
            raise ConfigError(f"{config.origin}: [schedule] {name}: {error}") from error
        found[name] = JobDefinition(name=name, arguments=arguments, table=table)
    if not found:
        raise ConfigError(f"{config.origin}: [schedule] switches every job off; give collect a time")
    return found


def due_times(
    jobs: Mapping[str, JobDefinition], kept: Mapping[str, Job], *, now: datetime
) -> dict[str, datetime]:
    """Return when each job is due, by what the corpus has kept of it.

    A changed timetable counts from now; an unchanged one keeps its time, so that a restart neither loses nor
    repeats a run.
    """
    due = {}
    for name, job in jobs.items():
        row = kept.get(name)
        is_same = row is not None and row.timetable == job.timetable
        due[name] = due_at(
            job.table,
            now=now,
            kept_at=row.next_at if row is not None and is_same else None,
            last_started_at=row.started_at if row else None,
        )
    return due
