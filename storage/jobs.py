"""The jobs of the daemon: when each is due, and how its last run went. One row each; nothing is pickled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.database import Database
from storage.tables import JOB

__all__ = ["Job", "Jobs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as the corpus knows it; all times in UTC."""

    name: str
    timetable: str
    """The line and the zone that ``next_at`` was reckoned by."""
    next_at: datetime
    started_at: datetime | None = None
    """Its last run."""
    ended_at: datetime | None = None
    """None while it runs, and when the daemon died before its end."""
    exit_code: int | None = None
    """Of the last run; negative is the number of the signal that ended it."""
    result: str = ""
    """The last run in a few words."""

    @property
    def is_running(self) -> bool:
        """Its last run was begun and has not been seen to end."""
        return self.started_at is not None and self.ended_at is None


class Jobs:
    """The jobs of a corpus."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def all(self) -> dict[str, Job]:
        """Return every job by its name."""
        with self._corpus.read() as connection:
            rows = connection.execute(select(JOB).order_by(JOB.c.name)).all()
        return {row.name: Job(**row._mapping) for row in rows}

    def plan(self, name: str, *, timetable: str, next_at: datetime) -> None:
        """Write when a job is due, and by which timetable; what is known of its last run stays."""
        self._write(name, {"timetable": timetable, "next_at": next_at})

    def begin(self, name: str, *, at: datetime, next_at: datetime) -> None:
        """Note that a run has begun: its time is used up from now on, whatever becomes of it."""
        begun = {"started_at": at, "ended_at": None, "exit_code": None, "result": "running"}
        self._write(name, begun | {"next_at": next_at})

    def end(self, name: str, *, at: datetime, exit_code: int, result: str) -> None:
        """Note how the run ended."""
        self._write(name, {"ended_at": at, "exit_code": exit_code, "result": result})

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the jobs that are not configured any more."""
        with self._corpus.write() as connection:
            connection.execute(delete(JOB).where(JOB.c.name.not_in(names)))

    def _write(self, name: str, values: dict[str, Any]) -> None:
        with self._corpus.write() as connection:
            done = connection.execute(update(JOB).where(JOB.c.name == name).values(**values))
            if done.rowcount == 0:
                connection.execute(insert(JOB).values(name=name, **values))
