"""What a source's answers and its silence mean."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.figures import Day
from pipeline.health import ChannelState, Health, health
from pipeline.items import ChannelKind, Fate

NOW = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)


def channel(path: str = "rss", **changes: Any) -> ChannelState:
    fields: dict[str, Any] = {
        "status": 200,
        "first_polled_at": NOW - timedelta(days=30),
        "last_polled_at": NOW,
        "last_item_at": NOW - timedelta(hours=3),
        "last_new_at": NOW - timedelta(hours=2),
        "new_per_day": 10.0,
    }
    return ChannelState(
        url=f"https://gazette.example.org/{path}", kind=ChannelKind.FEED, **(fields | changes)
    )


def test_a_source_that_announces_as_usual_is_ok() -> None:
    assert health([channel()], now=NOW) == (Health.OK, "")


@pytest.mark.parametrize("channels", [[], [channel(last_polled_at=None)]])
def test_a_source_that_was_never_asked_is_never(channels: list[ChannelState]) -> None:
    word, finding = health(channels, now=NOW)

    assert word is Health.NEVER
    assert "tearsheet collect" in finding


@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (Fate.TIMEOUT, Health.FAILING),
        (Fate.UNREACHABLE, Health.FAILING),
        (Fate.HTTP_ERROR, Health.FAILING),
        (Fate.UNSAFE, Health.FAILING),
        (Fate.BLOCKED, Health.BLOCKED),
        (Fate.ROBOTS, Health.BLOCKED),
        (Fate.GONE, Health.GONE),
        (Fate.NOT_HTML, Health.CHANGED),
        (Fate.PARSE_ERROR, Health.CHANGED),
    ],
)
def test_a_failed_poll_is_named_with_its_reason_and_what_to_do(failure: Fate, word: Health) -> None:
    found, finding = health([channel(failure=failure, reason="said so", failures=3)], now=NOW)

    assert found is word
    assert finding.startswith("https://gazette.example.org/rss: said so, 3 times in a row; ")


def test_the_worst_channel_speaks_for_the_source() -> None:
    channels = [
        channel("a"),
        channel("b", failure=Fate.TIMEOUT, failures=1),
        channel("c", failure=Fate.GONE, failures=1),
    ]

    word, finding = health(channels, now=NOW)

    assert word is Health.GONE
    assert finding.startswith("https://gazette.example.org/c: gone; ")


@pytest.mark.parametrize(
    ("rate", "days", "word"),
    [
        (10.0, 3, Health.OK),
        (10.0, 5, Health.QUIET),
        (0.2, 20, Health.OK),
        (0.2, 30, Health.QUIET),
        (0.0, 101, Health.QUIET),
    ],
)
def test_a_silence_is_quiet_when_it_is_long_for_that_source(rate: float, days: int, word: Health) -> None:
    last = NOW - timedelta(days=days)

    found, finding = health([channel(new_per_day=rate, last_item_at=last, last_new_at=last)], now=NOW)

    assert found is word
    assert (f"nothing new for {days} days" in finding) is (word is Health.QUIET)


@pytest.mark.parametrize(
    ("rates", "word"), [((1.0,), Health.QUIET), ((1.0, 2.0), Health.OK), ((40.0, 30.0), Health.CHANGED)]
)
def test_a_source_outside_its_expected_band_is_reported(rates: tuple[float, ...], word: Health) -> None:
    channels = [channel(str(rate), new_per_day=rate) for rate in rates]

    assert health(channels, now=NOW, expect_per_day=(2, 60))[0] is word


def test_the_band_does_not_count_before_a_week_of_watching() -> None:
    young = channel(new_per_day=1.0, first_polled_at=NOW - timedelta(days=6))

    assert health([young], now=NOW, expect_per_day=(2, 60)) == (Health.OK, "")
    never_answered = channel(new_per_day=1.0, first_polled_at=None)
    assert health([never_answered], now=NOW, expect_per_day=(2, 60)) == (Health.OK, "")


def days(*lengths: int) -> list[Day]:
    """Days of ten articles of these lengths, the last of them today."""
    return [
        Day(day=(NOW - timedelta(days=ago)).date(), pages=10, articles=10, characters=10 * length)
        for ago, length in enumerate(reversed(lengths))
    ]


def test_a_source_whose_pages_are_read_otherwise_than_before_is_changed() -> None:
    assert health([channel()], now=NOW, days=days(2900, 3000, 2800, 2900)) == (Health.OK, "")

    word, finding = health([channel()], now=NOW, days=days(2900, 3000, 2800, 310))

    assert word is Health.CHANGED
    assert finding.startswith("texts are 310 characters long, usually 2,900: its layout may have changed; ")


def test_a_changed_layout_is_told_before_a_failing_channel_and_after_one_that_is_gone() -> None:
    changed = days(2900, 3000, 2800, 310)

    words = [
        health([channel(failure=failure)], now=NOW, days=changed)[0] for failure in (Fate.TIMEOUT, Fate.GONE)
    ]

    assert words == [Health.CHANGED, Health.GONE]
