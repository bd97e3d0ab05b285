"""When a channel is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.cadence import USUAL_PER_DAY, fixed_interval, new_per_day, next_poll
from pipeline.errors import SourceError

NOW = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def interval(rate: float, failures: int = 0, every: str = "") -> timedelta:
    return next_poll(new_per_day=rate, failures=failures, every=every, now=NOW) - NOW


@pytest.mark.parametrize(
    ("rate", "minutes"), [(10, 60), (40, 30), (2.5, 120), (100_000, 10), (0.001, 720), (0, 720)]
)
def test_the_interval_follows_the_square_root_of_the_rate_within_bounds(rate: float, minutes: float) -> None:
    assert interval(rate) / timedelta(minutes=1) == pytest.approx(minutes)


@pytest.mark.parametrize(
    ("every", "expected"),
    [("30 minutes", HOUR / 2), ("1 minute", HOUR / 60), ("2 hours", 2 * HOUR), ("1 day", 24 * HOUR)],
)
def test_a_fixed_cadence_is_kept_whatever_the_rate(every: str, expected: timedelta) -> None:
    assert interval(500, every=every) == expected


@pytest.mark.parametrize(
    "every", ["30", "0 minutes", "-1 hours", "2 weeks", "1.5 hours", "hourly", " 1 day", "٣ days"]
)
def test_a_cadence_that_is_none_is_refused_with_its_text(every: str) -> None:
    with pytest.raises(SourceError, match=r"every = .*is no interval"):
        fixed_interval(every)


def test_failures_space_the_polls_out_up_to_a_day() -> None:
    assert [interval(10, failures) / HOUR for failures in (1, 2, 50)] == [2, 3, 24]
    assert interval(10, 3, every="2 hours") == 8 * HOUR


def test_failures_never_bring_a_slow_cadence_forward() -> None:
    assert interval(10, 3, every="2 days") == 48 * HOUR


def test_the_rate_comes_to_what_is_announced_and_forgets_within_weeks() -> None:
    rate = USUAL_PER_DAY
    for _ in range(24 * 30):
        rate = new_per_day(rate, new=2, elapsed=HOUR)

    assert rate == pytest.approx(48, rel=0.02)


def test_the_rate_does_not_depend_on_how_often_we_ask() -> None:
    hourly = USUAL_PER_DAY
    for _ in range(24):
        hourly = new_per_day(hourly, new=1, elapsed=HOUR)

    assert hourly == pytest.approx(new_per_day(USUAL_PER_DAY, new=24, elapsed=24 * HOUR), rel=0.01)


def test_two_answers_in_one_second_do_not_upset_the_rate() -> None:
    assert new_per_day(10, new=5, elapsed=timedelta(0)) < 12
