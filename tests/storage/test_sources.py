"""What is kept of sources between polls, and which are due."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.health import ChannelState, Health, health
from pipeline.items import Channel, ChannelKind, Fate, Source
from storage import Corpus
from storage.sources import Sources
from tests.storage.builders import FEED, GAZETTE, NOON, Clock, article, entry, frontier, poll, stamp, store

pytestmark = pytest.mark.both_databases

NEW = Source(name="new", feeds=("https://new.example.org/rss",))


def only_channel(corpus: Corpus) -> ChannelState:
    (channel,) = Sources(corpus).states()["gazette"].channels
    return channel


def test_an_answer_is_kept_with_the_newest_time_that_is_not_ahead(corpus: Corpus) -> None:
    hour = timedelta(hours=1)
    entries = [entry(str(hours), published=stamp(NOON + hours * hour)) for hours in (-3, -1, 5)]

    frontier(corpus).record(poll(*entries, entry("undated")))

    kept = only_channel(corpus)
    assert kept.next_poll_at is not None
    assert timedelta(minutes=30) < kept.next_poll_at - NOON < timedelta(minutes=90)
    assert kept == ChannelState(
        url=FEED.url,
        kind=ChannelKind.FEED,
        status=200,
        first_polled_at=NOON,
        last_polled_at=NOON,
        last_item_at=NOON - hour,
        last_new_at=NOON,
        next_poll_at=kept.next_poll_at,
        new_per_day=kept.new_per_day,
        hours=kept.hours,
    )


def test_failures_are_counted_until_an_answer_comes(corpus: Corpus) -> None:
    run = frontier(corpus)
    for hours in range(3):
        at = NOON + timedelta(hours=hours)
        run.record(poll(at=at, status=503, failure=Fate.HTTP_ERROR, reason="503"))

    failing = only_channel(corpus)
    assert (failing.failures, failing.failure, failing.reason) == (3, Fate.HTTP_ERROR, "503")
    assert failing.first_polled_at is None
    assert failing.next_poll_at is not None
    assert timedelta(hours=3) < failing.next_poll_at - NOON - timedelta(hours=2) < timedelta(hours=5)
    assert health([failing], now=NOON)[0] is Health.FAILING

    run.record(poll(entry("a"), at=NOON + timedelta(hours=6)))
    mended = only_channel(corpus)
    assert (mended.failures, mended.failure, mended.reason) == (0, None, "")
    assert mended.first_polled_at == NOON + timedelta(hours=6)


def test_a_channel_that_announces_much_is_asked_sooner_than_the_others_within_their_budget(
    corpus: Corpus,
) -> None:
    bulletin = replace(FEED, url="https://gazette.example.org/bulletin.rss")
    clock = Clock()
    for hour in range(72):
        run = frontier(corpus, clock, polls_per_day=48.0)
        known = [entry(f"known-{number}") for number in range(9)]
        run.record(poll(*known, *(entry(f"{hour}-{number}") for number in range(5)), at=clock()))
        run.record(poll(status=304, channel=bulletin, at=clock()))
        last = clock()
        clock.forward(hours=1)

    channels = Sources(corpus).states()["gazette"].channels
    waits = {channel.url: channel.next_poll_at - last for channel in channels if channel.next_poll_at}

    assert waits[FEED.url] < timedelta(minutes=30) < timedelta(hours=1) < waits[bulletin.url]
    polls_per_day = [timedelta(days=1) / wait for wait in waits.values()]
    assert 35 < sum(polls_per_day) / 2 < 75


def test_the_clock_of_an_outage_does_not_make_a_channel_look_busy(corpus: Corpus) -> None:
    clock = Clock()
    frontier(corpus, clock).record(poll(entry("a"), at=clock()))
    for _ in range(24):
        clock.forward(hours=1)
        frontier(corpus, clock).record(poll(at=clock(), status=503, failure=Fate.HTTP_ERROR))
    clock.forward(minutes=1)

    frontier(corpus, clock).record(poll(entry("a"), *(entry(str(n)) for n in range(10)), at=clock()))

    assert only_channel(corpus).new_per_day < 15


def test_what_the_server_asks_for_is_waited_for(corpus: Corpus) -> None:
    retry_at = NOON + timedelta(hours=20)

    frontier(corpus).record(poll(status=503, failure=Fate.HTTP_ERROR, retry_at=retry_at))

    assert only_channel(corpus).next_poll_at == retry_at


def test_a_fixed_cadence_of_the_source_decides(corpus: Corpus) -> None:
    frontier(corpus, every={"gazette": "2 hours"}).record(poll(entry("a")))

    assert only_channel(corpus).next_poll_at == NOON + timedelta(hours=2)


def test_a_source_is_due_when_it_was_never_asked_or_its_time_has_come(corpus: Corpus) -> None:
    frontier(corpus).record(poll(entry("a")))
    sources = Sources(corpus)

    assert sources.due([NEW, GAZETTE], NOON) == (NEW,)
    assert sources.due([NEW, GAZETTE], NOON + timedelta(hours=2)) == (NEW, GAZETTE)


def test_a_source_is_due_when_another_try_or_a_second_look_is(corpus: Corpus) -> None:
    clock = Clock()
    run = frontier(corpus, clock, every={"gazette": "1 day"})
    run.record(poll(entry("failed"), entry("stored"), entry("left")))
    run.settle(entry("failed"), Fate.TIMEOUT)
    (number,) = store(corpus, article("stored"))
    run.settle(entry("stored"), Fate.NEW, article_id=number)
    sources = Sources(corpus)

    assert sources.due([GAZETTE], NOON + timedelta(minutes=14)) == ()
    assert sources.due([GAZETTE], NOON + timedelta(minutes=15)) == (GAZETTE,)
    clock.forward(minutes=20)
    second = frontier(corpus, clock)
    second.pending(["gazette"])
    second.settle(entry("failed"), Fate.NOT_ARTICLE)
    assert sources.due([GAZETTE], NOON + timedelta(minutes=59)) == ()
    assert sources.due([GAZETTE], NOON + timedelta(minutes=60)) == (GAZETTE,)


def test_a_source_whose_site_is_to_be_left_alone_is_not_due(corpus: Corpus) -> None:
    other = replace(FEED, url="https://other.example.org/rss")
    run = frontier(corpus)
    run.record(poll(entry("a")))
    run.record(poll(entry("b"), channel=other))
    later = NOON + timedelta(hours=5)
    sources = Sources(corpus)

    assert sources.due([NEW, GAZETTE], later, is_held=lambda url: True) == ()
    assert sources.due([NEW, GAZETTE], later, is_held=lambda url: url != other.url) == (GAZETTE,)
    assert sources.due([NEW, GAZETTE], later, is_held=lambda url: url in (FEED.url, other.url)) == (NEW,)
    run.settle(entry("a"), Fate.TIMEOUT)
    assert sources.due([GAZETTE], later, is_held=lambda url: True) == (GAZETTE,)


def test_a_channel_that_moved_is_held_with_the_site_it_moved_to(corpus: Corpus) -> None:
    frontier(corpus).record(poll(entry("a"), moved_to="https://elsewhere.example.org/rss"))
    later = NOON + timedelta(hours=5)

    due = [
        Sources(corpus).due([GAZETTE], later, is_held=lambda url, site=site: site in url)
        for site in ("gazette.example", "elsewhere.example")
    ]

    assert due == [(GAZETTE,), ()]


def test_the_first_of_its_channels_makes_a_source_due(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("a")))
    run.record(poll(channel=replace(FEED, url=FEED.url + "2"), status=500, failure=Fate.HTTP_ERROR))

    assert Sources(corpus).due([GAZETTE], NOON + timedelta(minutes=75)) == (GAZETTE,)


def test_a_channel_taken_out_of_the_configuration_does_not_keep_its_source_due(corpus: Corpus) -> None:
    clock = Clock()
    frontier(corpus, clock).record(poll(channel=replace(FEED, url="https://gazette.example.org/old")))
    clock.forward(hours=5)
    frontier(corpus, clock).record(poll(entry("a"), at=clock()))

    assert Sources(corpus).due([GAZETTE], clock()) == ()
    assert only_channel(corpus).url == FEED.url


def test_every_source_that_was_asked_or_has_articles_has_a_state(corpus: Corpus) -> None:
    sitemap = Channel(url="https://diario.example.org/s.xml", kind=ChannelKind.SITEMAP, source="diario")
    frontier(corpus).record(poll(channel=sitemap))
    store(
        corpus, article("a"), article("b", seen_at=NOON + timedelta(days=1)), article("c", source="archive")
    )

    states = Sources(corpus).states()

    assert list(states) == ["archive", "diario", "gazette"]
    assert (states["gazette"].articles, states["gazette"].last_new_at) == (2, NOON + timedelta(days=1))
    assert (states["diario"].articles, states["diario"].last_new_at) == (0, None)
    assert states["archive"].channels == ()
