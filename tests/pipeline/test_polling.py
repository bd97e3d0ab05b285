"""What the answers of a channel are worth: when to ask for all of it, and what went unseen."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.items import ChannelKind, Entry, Precision, Stamp
from pipeline.polling import is_full_answer_due, is_window_full, unseen

NOW = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def entry(published: Stamp | None = None, modified: Stamp | None = None) -> Entry:
    return Entry(
        url="https://gazette.example.org/a",
        source="gazette",
        channel=ChannelKind.FEED,
        published=published or Stamp(),
        modified=modified or Stamp(),
    )


def ago(precision: Precision = Precision.SECOND, **ago: float) -> Stamp:
    return Stamp(at=NOW - timedelta(**ago), precision=precision)


@pytest.mark.parametrize("interval", [HOUR / 12, HOUR, 6 * HOUR, 12 * HOUR])
def test_of_100_polls_of_an_unchanged_channel_at_most_5_ask_for_all_of_it(interval: timedelta) -> None:
    last_full_at, full = NOW, 0
    for poll in range(1, 101):
        now = NOW + poll * interval
        if is_full_answer_due(last_full_at, last_polled_at=now - interval, now=now):
            last_full_at, full = now, full + 1

    assert full <= 5


def test_an_unchanged_channel_is_asked_for_all_of_it_after_three_days() -> None:
    def is_due(days: float) -> bool:
        return is_full_answer_due(NOW - days * DAY, last_polled_at=NOW - HOUR, now=NOW)

    assert not is_due(2.9)
    assert is_due(3)
    assert is_full_answer_due(None, last_polled_at=NOW - HOUR, now=NOW)


@pytest.mark.parametrize(
    ("new", "listed", "is_first", "is_full"),
    [(20, 20, False, True), (19, 20, False, False), (20, 20, True, False), (4, 4, False, False)],
)
def test_a_window_is_full_when_all_of_some_entries_is_new_and_it_is_not_the_first(
    new: int, listed: int, is_first: bool, is_full: bool
) -> None:
    assert is_window_full(new=new, listed=listed, is_first=is_first) is is_full


def test_what_came_before_the_oldest_entry_listed_is_unseen() -> None:
    listed = [entry(ago(hours=1)), entry(ago(hours=3)), entry(), entry(modified=ago(hours=2))]

    assert unseen(listed, since=NOW - 12 * HOUR, at=NOW) == (NOW - 12 * HOUR, NOW - 3 * HOUR)


def test_a_list_without_exact_times_may_hide_all_since_the_answer_before() -> None:
    listed = [entry(), entry(ago(Precision.DAY, days=2))]

    assert unseen(listed, since=NOW - 12 * HOUR, at=NOW) == (NOW - 12 * HOUR, NOW)


def test_a_list_that_reaches_back_to_the_answer_before_hides_nothing() -> None:
    assert unseen([entry(ago(hours=13))], since=NOW - 12 * HOUR, at=NOW) is None
