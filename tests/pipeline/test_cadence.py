"""When a channel is asked again."""

from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest

from pipeline.cadence import fixed_interval, next_poll_at
from pipeline.errors import SourceError
from pipeline.pace import Pace, root_rate

NOW = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "https://gazette.example.org/rss"


def interval(rate: float = 10, hours: tuple[float, ...] = (), **changes: Any) -> timedelta:
    """Return the interval where the mean of all channels is one of 10 entries a day."""
    fields: dict[str, Any] = {
        "now": NOW,
        "channel": FEED,
        "mean_root_rate": 10**0.5,
        "polls_per_day": 24.0,
        **changes,
    }
    now: datetime = fields["now"]
    return next_poll_at(Pace(new_per_day=rate, hours=hours), **fields) - now


@pytest.mark.parametrize(
    ("rate", "minutes"), [(10, 60), (40, 30), (2.5, 120), (1_000_000, 2), (0.001, 720), (0, 720)]
)
def test_the_interval_follows_the_square_root_of_the_rate_within_bounds(rate: float, minutes: float) -> None:
    found = interval(rate)

    assert found / MINUTE == pytest.approx(minutes, rel=0.12)
    assert timedelta(minutes=2) <= found <= timedelta(hours=12)


@pytest.mark.parametrize(("polls", "minutes"), [(24, 60), (96, 15), (6, 240)])
def test_the_budget_sets_how_many_polls_there_are(polls: float, minutes: float) -> None:
    assert (interval(polls_per_day=polls) + MINUTE) / MINUTE == pytest.approx(minutes, rel=0.1)


def test_the_channels_of_a_corpus_spend_the_budget_and_no_more() -> None:
    by_day = tuple(10.0 if 8 <= hour < 20 else 0.0 for hour in range(24))
    paces = [Pace(new_per_day=rate, hours=by_day) for rate in (2, 5, 10, 40, 100)]
    mean = fmean(root_rate(pace, now=NOW) for pace in paces)

    polls = 0
    for pace in paces:
        at = NOW
        while at < NOW + 7 * DAY:
            # A run starts every other minute.
            at = next_poll_at(pace, now=at, channel=FEED, mean_root_rate=mean, polls_per_day=24) + MINUTE
            polls += 1

    assert polls / 7 / len(paces) == pytest.approx(24, rel=0.03)


def test_polls_come_closer_at_the_hours_in_which_a_channel_announces() -> None:
    office = tuple(20.0 if 8 <= hour < 16 else 0.0 for hour in range(24))

    noon = interval(hours=office)
    night = interval(hours=office, now=NOW - 12 * HOUR)

    assert noon < 50 * MINUTE
    assert 3 * HOUR < night < 8.5 * HOUR


def test_a_full_list_halves_the_interval() -> None:
    assert interval(is_full=True) / (interval() + MINUTE) == pytest.approx(0.5, abs=0.02)


def test_a_channel_that_brought_what_a_watch_wants_is_asked_sooner_and_then_less_so() -> None:
    ages = (timedelta(0), 6 * HOUR, 7 * DAY, 60 * DAY)

    shares = [(interval(last_hit_at=NOW - age) + MINUTE) / (interval() + MINUTE) for age in ages]

    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(5**-0.5, rel=0.01)
    assert shares[-1] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("every", "expected"),
    [("30 minutes", HOUR / 2), ("1 minute", HOUR / 60), ("2 hours", 2 * HOUR), ("1 day", 24 * HOUR)],
)
def test_a_fixed_cadence_is_kept_whatever_the_rate(every: str, expected: timedelta) -> None:
    assert interval(500, every=every, is_full=True, last_hit_at=NOW) == expected


@pytest.mark.parametrize(
    "every", ["30", "0 minutes", "-1 hours", "2 weeks", "1.5 hours", "hourly", " 1 day", "٣ days"]
)
def test_a_cadence_that_is_none_is_refused_with_its_text(every: str) -> None:
    with pytest.raises(SourceError, match=r"every = .*is no interval"):
        fixed_interval(every)


def test_failures_space_the_polls_out_up_to_a_day_and_never_end_them() -> None:
    usual = interval()

    assert [interval(failures=failures) / usual for failures in (1, 2)] == pytest.approx([2, 3])
    assert interval(failures=5_000) == DAY
    assert interval(failures=3, every="2 hours") == 8 * HOUR


def test_failures_never_bring_a_slow_cadence_forward() -> None:
    assert interval(failures=3, every="2 days") == 48 * HOUR


@pytest.mark.parametrize("every", ["", "5 minutes"])
def test_the_wishes_of_the_server_are_kept(every: str) -> None:
    assert interval(retry_at=NOW + 3 * HOUR, every=every) == 3 * HOUR
    assert interval(crawl_delay=2 * HOUR, every=every) == 2 * HOUR
    assert interval(retry_at=NOW - HOUR, every=every) == interval(every=every)


def test_a_server_that_asks_for_years_is_asked_again_after_a_week() -> None:
    assert interval(retry_at=NOW + 4_000 * DAY) == 7 * DAY


def test_channels_of_one_pace_part_by_a_tenth_that_is_always_the_same() -> None:
    found = [interval(channel=f"{FEED}/{number}") for number in range(200)]

    assert found == [interval(channel=f"{FEED}/{number}") for number in range(200)]
    assert len(set(found)) == 200
    assert 53 * MINUTE <= min(found) < 55 * MINUTE
    assert 63 * MINUTE < max(found) <= 65 * MINUTE
