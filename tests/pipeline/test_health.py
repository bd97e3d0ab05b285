"""What a source's answers and its silence mean."""

import math
from dataclasses import replace
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


def silent(per_day: float, silence: timedelta, **changes: Any) -> ChannelState:
    """A channel known for a month that announced so much, and then nothing: its rate has faded since."""
    last = NOW - silence
    faded = (per_day + 1 / 7) * math.exp(-(silence / timedelta(days=7)))
    return channel(
        **{
            "new_per_day": faded,
            "first_polled_at": last - timedelta(days=30),
            "last_item_at": last,
            "last_new_at": last,
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("per_day", "silence", "word"),
    [
        (20, timedelta(hours=16), Health.OK),
        (20, timedelta(days=1), Health.QUIET),
        (300, timedelta(hours=16), Health.OK),
        (300, timedelta(hours=19), Health.QUIET),
        (5, timedelta(days=1), Health.OK),
        (5, timedelta(days=5), Health.QUIET),
        (1 / 7, timedelta(days=1), Health.OK),
        (1 / 7, timedelta(days=21), Health.OK),
        (1 / 7, timedelta(days=120), Health.QUIET),
        (0, timedelta(days=90), Health.OK),
    ],
)
def test_a_silence_is_quiet_when_it_is_long_for_that_source(
    per_day: float, silence: timedelta, word: Health
) -> None:
    found, finding = health([silent(per_day, silence)], now=NOW)

    assert found is word
    assert ("nothing new for" in finding) is (word is Health.QUIET)


def test_a_silence_is_told_in_hours_and_then_in_days() -> None:
    said = [health([silent(30, timedelta(hours=hours))], now=NOW)[1] for hours in (30, 120)]

    assert ["nothing new for 30 hours; " in said[0], "nothing new for 5 days; " in said[1]] == [True, True]


SUNDAY_NIGHT = datetime(2025, 8, 10, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(("weekend_pages", "word"), [(0, Health.OK), (20, Health.QUIET)])
def test_a_weekend_of_silence_is_one_of_a_source_that_prints_at_weekends(
    weekend_pages: int, word: Health
) -> None:
    friday = SUNDAY_NIGHT - timedelta(days=2, hours=5)
    printed = [SUNDAY_NIGHT.date() - timedelta(days=ago) for ago in range(2, 30)]
    pages = [Day(day=day, pages=weekend_pages if day.weekday() >= 5 else 20) for day in printed]
    state = silent(20, SUNDAY_NIGHT - friday, last_item_at=friday, last_new_at=friday)

    asked = replace(state, last_polled_at=SUNDAY_NIGHT)

    assert health([asked], now=SUNDAY_NIGHT, days=pages)[0] is word


def test_a_silence_of_our_own_is_not_the_sources() -> None:
    last = NOW - timedelta(days=5)

    asked_then = channel(last_polled_at=last, last_item_at=last, last_new_at=last)

    assert health([asked_then], now=NOW) == (Health.OK, "")


def test_a_channel_without_times_is_not_silent_while_another_announces_the_same_first() -> None:
    section = silent(20, timedelta(days=3), last_item_at=None)

    assert health([section], now=NOW)[0] is Health.QUIET
    assert health([section, channel()], now=NOW) == (Health.OK, "")
    assert health([silent(20, timedelta(days=3)), channel()], now=NOW)[0] is Health.QUIET


def test_an_answer_that_lists_nothing_is_a_finding() -> None:
    word, finding = health([channel(reason="the channel lists nothing")], now=NOW)

    assert word is Health.QUIET
    assert finding.startswith("https://gazette.example.org/rss: the channel lists nothing; ")


def test_a_news_sitemap_may_be_empty_for_a_while_but_not_from_the_first() -> None:
    empty = replace(channel(reason="the channel lists nothing"), kind=ChannelKind.SITEMAP)

    assert health([empty], now=NOW) == (Health.OK, "")
    never = replace(empty, last_item_at=None, last_new_at=None)
    assert health([never], now=NOW)[0] is Health.QUIET


def test_a_source_that_answers_and_announces_nothing_is_a_finding() -> None:
    index = channel(last_item_at=None, last_new_at=None)

    word, finding = health([index], now=NOW)

    assert word is Health.QUIET
    assert "announced nothing so far" in finding
    assert health([index, channel("news")], now=NOW) == (Health.OK, "")


def test_a_channel_that_moved_is_told_with_what_to_write() -> None:
    moved = channel(moved_to="https://gazette.example.org/news.xml")

    assert health([channel(), moved], now=NOW) == (
        Health.CHANGED,
        "https://gazette.example.org/rss: moved to https://gazette.example.org/news.xml for good; "
        "write that into tearsheet.toml",
    )


def test_what_needs_more_than_a_new_address_is_told_before_a_move() -> None:
    moved = channel(moved_to="https://gazette.example.org/news.xml")

    assert health([moved, channel("b", failure=Fate.TIMEOUT)], now=NOW)[0] is Health.FAILING
    assert health([moved, silent(20, timedelta(days=3))], now=NOW)[0] is Health.QUIET
    failed = replace(moved, failure=Fate.PARSE_ERROR, reason="an HTML page")
    assert (
        "an HTML page (it has moved to https://gazette.example.org/news.xml); "
        in health([failed], now=NOW)[1]
    )


@pytest.mark.parametrize(("walls", "word"), [(2, Health.OK), (4, Health.OK), (6, Health.BLOCKED)])
def test_pages_that_are_consent_walls_are_told_as_blocked(walls: int, word: Health) -> None:
    today = Day(day=NOW.date(), pages=10, articles=10 - walls, rejected={"consent_wall": walls})

    found, finding = health([channel()], now=NOW, days=[today])

    assert found is word
    assert ("6 of 10 pages are a consent wall; " in finding) is (word is Health.BLOCKED)


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (Fate.GONE, "look for its new address"),
        (Fate.BLOCKED, "set collect.contact"),
        (Fate.ROBOTS, "ask the publisher"),
        (Fate.CONSENT_WALL, "a reader's consent"),
        (Fate.PARSE_ERROR, "open it in a browser"),
        (Fate.HTTP_ERROR, "it is asked again by itself"),
        (Fate.TOO_LARGE, "list a smaller channel"),
    ],
)
def test_each_class_of_failure_has_its_own_advice(failure: Fate, advice: str) -> None:
    assert advice in health([channel(failure=failure)], now=NOW)[1]


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


def test_a_look_from_outside_takes_the_rate_of_the_list_as_it_is() -> None:
    looked_at = channel(first_polled_at=None, last_new_at=None, last_item_at=NOW - timedelta(days=3))

    assert health([looked_at], now=NOW)[0] is Health.QUIET
    assert health([replace(looked_at, new_per_day=1.0)], now=NOW) == (Health.OK, "")


def test_pages_of_weekends_only_do_not_make_a_working_day_of_none() -> None:
    sunday = Day(day=SUNDAY_NIGHT.date(), pages=9, articles=9)

    assert health([channel()], now=NOW, days=[sunday]) == (Health.OK, "")
