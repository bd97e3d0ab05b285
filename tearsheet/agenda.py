"""What the daemon has to do when, by its clock, its configuration and what the corpus keeps of its jobs."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from storage.jobs import Jobs
from tearsheet.jobs import JobDefinition, due_times

__all__ = ["Agenda"]


class Agenda:
    """The jobs that are switched on, each with its time; all of it is in the corpus at every moment."""

    def __init__(self, jobs: Jobs, *, now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._now = now
        self._definitions: Mapping[str, JobDefinition] = {}

    def take_in(self, definitions: Mapping[str, JobDefinition]) -> None:
        """Have these jobs from now on; the corpus forgets the others."""
        self._definitions = definitions
        self._jobs.keep_only(definitions.keys())

    def due(self, *, but: Collection[str] = ()) -> dict[str, datetime]:
        """Return when each job is due, and keep it; not of those named, which are under way."""
        kept = self._jobs.all()
        times = due_times(self._definitions, kept, now=self._now())
        for name, due in times.items():
            row, timetable = kept.get(name), self._definitions[name].timetable
            if name not in but and (row is None or (row.timetable, row.next_at) != (timetable, due)):
                self._jobs.plan(name, timetable=timetable, next_at=due)
        return {name: due for name, due in times.items() if name not in but}

    def begin(self, name: str) -> JobDefinition | None:
        """Note that a job begins: its time is used up. None when it was switched off meanwhile."""
        job = self._definitions.get(name)
        if job is not None:
            at = self._now()
            self._jobs.begin(name, at=at, next_at=job.table.next_after(at))
        return job

    def end(self, name: str, *, exit_code: int, result: str) -> None:
        """Note how a job ended."""
        self._jobs.end(name, at=self._now(), exit_code=exit_code, result=result)
