"""When a job of the daemon is due: a crontab line as cron means it, or ``every 10 minutes``."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from pipeline.cadence import fixed_interval
from pipeline.errors import ConfigError, SourceError

__all__ = ["Timetable", "due_at", "read_timetable"]

_EVERY = "every "


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The times of one job, without end."""

    line: str
    """``30 4 * * 1-5`` (Sunday is 0 and 7; of day and weekday either will do), or ``every 2 hours``."""
    timezone: str = "UTC"
    """IANA name: whose clock a crontab line means."""

    def next_after(self, at: datetime) -> datetime:
        """Return the first time after this one, in UTC.

        As Debian's cron does it: a daily job runs once in the hour that is repeated in autumn, and once
        across the one that is missing in spring.
        """
        if self.line.startswith(_EVERY):
            return at + fixed_interval(self.line.removeprefix(_EVERY))
        local = at.astimezone(ZoneInfo(self.timezone))
        return next(CronSim(self.line, local)).astimezone(UTC)


def read_timetable(line: str, *, timezone: str = "UTC") -> Timetable:
    """Read a timetable; raises ConfigError with what is wrong in the line and what would be right.

    >>> read_timetable("every 10 minutes").line
    'every 10 minutes'
    """
    folded = " ".join(line.split())
    table = Timetable(line=folded, timezone=timezone)
    try:
        table.next_after(datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        found = str(error).lower()
        raise ConfigError(
            f'{line!r}: {found}; write a crontab line such as "*/10 * * * *", or "every 10 minutes"'
        ) from error
    except SourceError:
        raise ConfigError(
            f'{line!r} is no interval; write e.g. "every 10 minutes" or "every 2 hours"'
        ) from None
    except StopIteration:
        raise ConfigError(f"{line!r}: there is no such day") from None
    return table


def due_at(
    table: Timetable, *, now: datetime, kept_at: datetime | None, last_started_at: datetime | None
) -> datetime:
    """Return when the job is due next, by the time that was kept of it while its timetable was the same one.

    A time that has passed meanwhile stays: the run is made up, once. A time that was reckoned by a clock
    that ran ahead is not waited for, where it ran ahead by more than the time from run to run; by less, that
    would repeat a run.
    """
    if kept_at is None:
        return table.next_after(now)
    if last_started_at is not None:
        step = table.next_after(last_started_at) - last_started_at
        if last_started_at - now <= step:
            return kept_at
    return min(kept_at, table.next_after(now))
