"""How much a channel announces, learned from its answers."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.items import Precision, Stamp
from pipeline.pace import USUAL_PER_DAY, Pace, is_possible_gap, learned, root_rate

NOW = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNKNOWN = Stamp()


def stamps(times: Iterable[datetime], precision: Precision = Precision.SECOND) -> list[Stamp]:
    return [Stamp(at=at, precision=precision) for at in times]


def after(
    pace: Pace, published: Iterable[Stamp], *, elapsed: timedelta | None = HOUR, is_full: bool = False
) -> Pace:
    """Return the pace of a channel known for a month, after an answer."""
    since = None if elapsed is None else NOW - elapsed
    known = NOW - 30 * DAY
    return learned(pace, published=[*published], since=since, at=NOW, watched_since=known, is_full=is_full)


def polled(new: int, *, days: int, times: bool) -> Pace:
    """Return the pace after hourly answers of so many new entries from 12 to 18 o'clock, and none else."""
    pace, at = Pace(), NOW
    for _ in range(24 * days):
        at += HOUR
        came = new if 12 < at.hour <= 18 else 0
        given = stamps(at - HOUR / 2 for _ in range(came)) if times else [UNKNOWN] * came
        pace = learned(pace, published=given, since=at - HOUR, at=at, watched_since=NOW, is_full=False)
    return pace


@pytest.mark.parametrize("times", [True, False])
def test_rate_and_hours_come_to_what_is_announced(times: bool) -> None:
    pace = polled(4, days=28, times=times)

    rates = pace.by_hour()
    assert pace.new_per_day == pytest.approx(24, rel=0.15)
    assert sum(rates) / 24 == pytest.approx(pace.new_per_day)
    assert min(rates[13:17]) > 3 * pace.new_per_day
    assert max(rates[20:] + rates[:10]) < 0.1 * pace.new_per_day


def test_what_is_expected_of_an_unknown_channel_is_soon_outweighed() -> None:
    assert polled(0, days=3, times=False).new_per_day < USUAL_PER_DAY / 3


def test_the_rate_does_not_depend_on_how_often_we_ask() -> None:
    hourly, at = Pace(), NOW - DAY
    for _ in range(24):
        hourly = learned(
            hourly,
            published=[UNKNOWN],
            since=at,
            at=at + HOUR,
            watched_since=NOW - 30 * DAY,
            is_full=False,
        )
        at += HOUR

    assert hourly.new_per_day == pytest.approx(
        after(Pace(), [UNKNOWN] * 24, elapsed=DAY).new_per_day, rel=0.01
    )


def test_two_answers_in_one_second_do_not_upset_the_rate() -> None:
    pace = after(Pace(), [UNKNOWN] * 5, elapsed=timedelta(0))

    assert pace.new_per_day < 12
    assert sum(pace.hours) == pytest.approx(5)


def test_after_an_outage_the_rate_is_read_from_the_times_of_the_list() -> None:
    every_hour = stamps(NOW - number * HOUR for number in range(30))

    full = after(Pace(new_per_day=24), every_hour, elapsed=20 * DAY, is_full=True)
    unsure = after(Pace(new_per_day=24), every_hour, elapsed=None)

    assert full.new_per_day == pytest.approx(24, rel=0.01)
    assert unsure == full


def test_a_list_of_a_single_entry_is_counted_by_the_time_since_the_answer_before() -> None:
    pace = Pace()
    for hour in range(24 * 14):
        at = NOW + hour * HOUR
        pace = learned(
            pace,
            published=stamps([at - HOUR / 2]),
            since=at - HOUR,
            at=at,
            watched_since=NOW - HOUR,
            is_full=True,
        )

    assert pace.new_per_day == pytest.approx(24, rel=0.15)


def test_a_list_without_times_says_nothing_when_it_is_not_known_how_long_it_gathered() -> None:
    assert after(Pace(new_per_day=3), [UNKNOWN] * 30, elapsed=None) == Pace(new_per_day=3)


def test_the_first_answer_is_believed_by_its_times() -> None:
    two_a_day = stamps(NOW - number * DAY / 2 for number in range(14))

    pace = learned(Pace(), published=two_a_day, since=None, at=NOW, watched_since=None, is_full=False)

    assert pace.new_per_day == pytest.approx(2, rel=0.05)


def test_an_archive_that_is_listed_anew_is_no_news() -> None:
    archive = stamps((NOW - timedelta(days=100 + number) for number in range(500)), Precision.DAY)

    assert after(Pace(), archive, elapsed=HOUR).new_per_day < USUAL_PER_DAY


def test_times_ahead_are_not_taken_for_when_an_entry_came() -> None:
    pace = after(Pace(), stamps([NOW + 6 * HOUR]), elapsed=HOUR)

    assert pace.hours[NOW.hour] == 1


def test_a_known_channel_whose_list_is_all_new_may_have_lost_some() -> None:
    assert is_possible_gap(new=20, listed=20, is_first=False)
    assert not is_possible_gap(new=19, listed=20, is_first=False)
    assert not is_possible_gap(new=20, listed=20, is_first=True)
    assert not is_possible_gap(new=0, listed=0, is_first=False)


def test_a_silence_does_not_hide_what_was_usual_before() -> None:
    pace = Pace(new_per_day=24)
    for day in range(5):
        at = NOW + day * DAY
        pace = learned(pace, published=(), since=at, at=at + DAY, watched_since=NOW - 30 * DAY, is_full=False)

    assert pace.new_per_day < 12
    assert pace.before_silence(5 * DAY, watched=30 * DAY).new_per_day == pytest.approx(24, abs=0.3)


def test_what_nobody_has_seen_is_not_missed() -> None:
    pace = Pace()
    for day in range(10):
        at = NOW + day * DAY
        pace = learned(pace, published=(), since=at, at=at + DAY, watched_since=NOW, is_full=False)

    assert pace.before_silence(10 * DAY, watched=timedelta(0)).new_per_day == 0


def test_a_hit_raises_the_share_in_the_budget_for_a_week() -> None:
    usual = root_rate(Pace(), now=NOW)

    assert usual == pytest.approx(10**0.5)
    assert root_rate(Pace(), now=NOW, last_hit_at=NOW) == pytest.approx(usual * 5**0.5)
    assert root_rate(Pace(), now=NOW, last_hit_at=NOW - 70 * DAY) == pytest.approx(usual, rel=0.01)
