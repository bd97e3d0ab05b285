"""One announced entry: fetch it, or how it ends at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.items import ChannelKind, Entry, Fate, Precision, Stamp
from pipeline.meeting import Known, Meeting, by_address, meet, next_look_at, next_try_at

NOW = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)


def at(precision: Precision = Precision.SECOND, **ago: float) -> Stamp:
    return Stamp(at=NOW - timedelta(**ago), precision=precision)


def entry(published: Stamp | None = None, modified: Stamp | None = None) -> Entry:
    return Entry(
        url="https://gazette.example.org/a",
        source="gazette",
        channel=ChannelKind.FEED,
        published=published or Stamp(),
        modified=modified or Stamp(),
    )


def known(fate: Fate | None = Fate.NEW, *, settled: bool = True, **changes: object) -> Known:
    fields = {"tried_at": NOW - timedelta(days=1)} | changes
    return Known(fate=fate, settled=settled, **fields)  # type: ignore[arg-type]


def met(announced: Entry, before: Known | None, **options: bool) -> Meeting:
    return meet(announced, before, now=NOW, max_age_days=14, **options)


def test_an_address_never_met_is_fetched() -> None:
    assert met(entry(), None).is_fetch


@pytest.mark.parametrize(
    ("published", "modified", "is_old"),
    [
        (at(days=15), None, True),
        (at(days=13), None, False),
        (None, at(days=15), True),
        (at(days=13), at(days=15), False),
        (None, None, False),
        (at(Precision.DAY, days=14.5), None, False),
        (at(Precision.DAY, days=15.5), None, True),
        (at(Precision.MONTH, days=40), None, False),
        (at(Precision.MONTH, days=50), None, True),
    ],
)
def test_at_the_first_poll_what_is_certainly_older_is_left_out(
    published: Stamp | None, modified: Stamp | None, is_old: bool
) -> None:
    announced = entry(published, modified)

    assert met(announced, None, is_first_poll=True).fate is (Fate.TOO_OLD if is_old else None)
    assert met(announced, None).is_fetch


def test_a_settled_address_is_known() -> None:
    assert met(entry(at(days=1)), known()).fate is Fate.KNOWN
    assert met(entry(at(days=20)), known(Fate.TOO_OLD), is_first_poll=True).fate is Fate.KNOWN


@pytest.mark.parametrize(
    ("announced", "before", "is_fetch"),
    [
        (at(hours=3), None, True),
        (at(hours=30), None, False),
        (at(hours=3), NOW - timedelta(hours=4), True),
        (at(hours=3), NOW - timedelta(hours=3), False),
        (at(hours=40), NOW - timedelta(hours=50), True),
        (Stamp(), NOW - timedelta(hours=50), False),
    ],
)
def test_a_settled_address_is_fetched_when_its_publisher_names_a_later_change(
    announced: Stamp, before: datetime | None, is_fetch: bool
) -> None:
    assert met(entry(modified=announced), known(modified_at=before)).is_fetch is is_fetch


def test_a_recheck_fetches_the_articles_of_the_last_week() -> None:
    recent, older = (
        known(article_seen_at=NOW - timedelta(days=7)),
        known(article_seen_at=NOW - timedelta(days=8)),
    )

    assert met(entry(), recent, recheck=True).is_fetch
    assert not met(entry(), recent).is_fetch
    assert not met(entry(), older, recheck=True).is_fetch
    assert not met(entry(), known(Fate.NOT_ARTICLE), recheck=True).is_fetch


def test_an_unsettled_address_is_fetched_when_its_time_has_come() -> None:
    assert met(entry(), known(None, settled=False)).is_fetch
    assert met(entry(), known(Fate.TIMEOUT, settled=False, next_try_at=NOW)).is_fetch
    waiting = met(entry(), known(Fate.TIMEOUT, settled=False, next_try_at=NOW + timedelta(minutes=1)))
    assert (waiting.fate, waiting.reason) == (Fate.PENDING, "next try at 2025-08-12T12:01:00Z")


def test_what_was_forgotten_stays_forgotten() -> None:
    forgotten = known(Fate.FORGOTTEN, article_seen_at=NOW)

    assert met(entry(modified=at(hours=1)), forgotten, recheck=True).fate is Fate.FORGOTTEN


def test_each_try_waits_longer_and_the_sixth_failure_is_the_last() -> None:
    tries = [next_try_at(attempts, now=NOW) for attempts in range(1, 8)]

    minutes = [when and (when - NOW) / timedelta(minutes=1) for when in tries]
    assert minutes == [15, 60, 240, 960, 1440, None, None]


def test_the_server_is_not_tried_before_it_asks_for_but_within_a_week_and_not_more_often() -> None:
    def wait(attempts: int, **retry: float) -> timedelta:
        again = next_try_at(attempts, now=NOW, retry_at=NOW + timedelta(**retry))
        assert again is not None
        return again - NOW

    assert wait(1, hours=3) == timedelta(hours=3)
    assert wait(3, hours=3) == timedelta(hours=4)
    assert wait(1, days=400) == timedelta(days=7)
    assert next_try_at(6, now=NOW, retry_at=NOW + timedelta(hours=3)) is None


@pytest.mark.parametrize(
    ("hours", "at_hours"), [(0, 1), (0.9, 1), (1, 6), (2, 6), (7, 24), (30, 72), (100, 168), (168, None)]
)
def test_the_next_look_is_the_next_of_the_five_times(hours: float, at_hours: float | None) -> None:
    look_at = next_look_at(NOW, now=NOW + timedelta(hours=hours))

    assert look_at == (None if at_hours is None else NOW + timedelta(hours=at_hours))


def test_of_several_entries_with_one_address_the_newest_counts() -> None:
    undated, older, newer = entry(), entry(at(days=20)), entry(at(days=2))
    other = replace(undated, url="https://gazette.example.org/b")
    tracked = replace(undated, url=undated.url + "?utm_source=rss")

    assert list(by_address([undated, older, other, newer, older]).values()) == [newer, other]
    assert list(by_address([undated, tracked]).values()) == [undated]
