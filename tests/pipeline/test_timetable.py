"""When jobs are due: crontab lines as cron means them, on ordinary days and when the clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.errors import ConfigError
from pipeline.timetable import Timetable, due_at, read_timetable

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


def fires(table: Timetable, start: datetime, count: int) -> list[str]:
    """The first times from the start on, the start included."""
    times, at = [], start - MINUTE
    for _ in range(count):
        at = table.next_after(at)
        times.append(f"{at:%Y-%m-%dT%H:%MZ}")
    return times


@pytest.mark.parametrize("case_id", ["sched-fallback-twice", "sched-subhour-fallback", "sched-dow-range"])
def test_crontab_lines_run_when_cron_would_run_them(cases: dict[str, dict[str, Any]], case_id: str) -> None:
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]
    table = read_timetable(given["cron"], timezone=given["tz"])

    found = fires(table, datetime.fromisoformat(given["start"]), given["n"])

    assert found == expect["fires"]


def test_a_daily_job_runs_once_across_the_hour_that_is_missing_in_spring() -> None:
    table = read_timetable("30 2 * * *", timezone="America/New_York")

    found = fires(table, datetime(2026, 3, 7, 6, 0, tzinfo=UTC), 3)

    assert found == ["2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z"]


@pytest.mark.parametrize("sunday", ["0", "7", "sun"])
def test_sunday_is_0_and_7(sunday: str) -> None:
    table = read_timetable(f"0 6 * * {sunday}")

    assert fires(table, NOON, 2) == ["2026-03-08T06:00Z", "2026-03-15T06:00Z"]


def test_a_day_of_the_month_or_a_weekday_will_do_when_both_are_given() -> None:
    table = read_timetable("0 6 13 * 1")

    assert fires(table, NOON, 3) == ["2026-03-09T06:00Z", "2026-03-13T06:00Z", "2026-03-16T06:00Z"]


def test_an_interval_counts_from_the_last_run() -> None:
    assert read_timetable("every 10  minutes").next_after(NOON) == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("* * * *", "wrong number of fields"),
        ("61 * * * *", "bad minute"),
        ("0 0 30 2 *", "bad day-of-month"),
        ("every now and then", "is no interval"),
        ("every 0 minutes", "is no interval"),
        ("@daily", "wrong number of fields"),
    ],
)
def test_a_line_that_says_no_time_is_refused_in_one_line(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        read_timetable(line)

    assert "\n" not in str(refused.value)


def test_a_time_that_passed_while_nobody_ran_it_is_still_due() -> None:
    table = read_timetable("every 6 hours")
    late = NOON - timedelta(hours=20)

    assert due_at(table, now=NOON, kept_at=late, last_started_at=late - timedelta(hours=6)) == late


def test_a_job_never_planned_is_due_at_the_next_time_of_its_table() -> None:
    assert due_at(read_timetable("0 13 * * *"), now=NOON, kept_at=None, last_started_at=None) == NOON.replace(
        hour=13
    )


def test_a_time_reckoned_by_a_clock_that_ran_years_ahead_is_not_waited_for() -> None:
    table = read_timetable("every 10 minutes")
    ahead = NOON.replace(year=2036)

    due = due_at(table, now=NOON, kept_at=ahead + timedelta(minutes=10), last_started_at=ahead)
    a_little_later = due_at(table, now=NOON + MINUTE, kept_at=due, last_started_at=ahead)

    assert due == NOON + timedelta(minutes=10)
    assert a_little_later == due


def test_a_clock_put_back_by_minutes_runs_nothing_twice() -> None:
    table = read_timetable("0 12 * * *")

    due = due_at(table, now=NOON - 5 * MINUTE, kept_at=NOON + timedelta(days=1), last_started_at=NOON)

    assert due == NOON + timedelta(days=1)
