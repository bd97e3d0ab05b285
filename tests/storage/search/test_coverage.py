"""What an answer can stand on: who was asked, and on which days nobody answered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from pipeline.items import Channel, ChannelKind, Fate
from pipeline.query import parse
from storage import Corpus
from storage.runs import RunLog
from storage.search.coverage import Coverage, coverage_of
from storage.search.selection import selection
from tests.storage.builders import FEED, NOON, Clock, article, entry, frontier, poll, start_run, store

DIARIO = Channel(url="https://diario.example.org/rss", kind=ChannelKind.FEED, source="diario")
TODAY = date(2025, 8, 20)


def read_on(corpus: Corpus, channel: Channel, days: Iterable[int], failure: Fate | None = None) -> None:
    for day in days:
        at = datetime.combine(date(2025, 8, day), NOON.timetz())
        answer = poll(entry(f"{channel.source}-{day}"), at=at, failure=failure)
        frontier(corpus, Clock(at)).record(replace(answer, channel=channel, entries=()))


def coverage(corpus: Corpus, query: str = "", day: int = 20, hour: int = 18) -> Coverage:
    now = datetime(2025, 8, day, hour, tzinfo=NOON.tzinfo)
    with corpus.read() as connection:
        return coverage_of(connection, selection(parse(query, now=now), {}), now=now)


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(date(2025, 8, number) for number in numbers)


def test_a_corpus_that_never_asked_anybody_knows_of_no_day(corpus: Corpus) -> None:
    store(corpus, article("x", source="archive"))

    assert coverage(corpus).as_dict() == {
        "sources": ["archive"],
        "since": None,
        "runs": 0,
        "failed_sources": [],
        "from": None,
        "to": None,
        "read_every_day": [],
        "not_read": [],
        "may_have_missed": [],
    }


def test_coverage_says_who_was_asked_since_when_and_who_failed(corpus: Corpus) -> None:
    frontier(corpus).record(poll(entry("a")))
    RunLog(corpus).finish(1, at=NOON, outcome="done", failed_sources={"gazette": "timeout"})
    start_run(corpus, NOON + timedelta(days=1))

    said = coverage(corpus)

    assert (said.sources, said.since, said.runs, said.failed_sources) == (("gazette",), NOON, 2, ("gazette",))


def test_days_on_which_nobody_answered_are_told_from_days_on_which_nothing_was_found(corpus: Corpus) -> None:
    read_on(corpus, FEED, range(10, 21))
    read_on(corpus, DIARIO, (10, 11, 14, 17, 18, 19, 20))
    read_on(corpus, DIARIO, (12, 13), failure=Fate.TIMEOUT)

    said = coverage(corpus)

    assert (said.first_day, said.last_day) == days(10, 20)
    assert said.not_read == {"diario": days(12, 13, 15, 16)}
    assert said.as_dict()["read_every_day"] == ["gazette"]
    assert said.as_dict()["not_read"] == [
        {
            "source": "diario",
            "days": 4,
            "spans": [["2025-08-12", "2025-08-13"], ["2025-08-15", "2025-08-16"]],
        }
    ]


def test_one_answer_on_a_day_makes_it_a_day_that_was_read(corpus: Corpus) -> None:
    read_on(corpus, FEED, (19, 20))
    read_on(corpus, FEED, (19, 20), failure=Fate.HTTP_ERROR)

    assert coverage(corpus).not_read == {}


def test_a_source_was_not_read_before_it_was_first_asked_nor_after_it_was_taken_off(corpus: Corpus) -> None:
    read_on(corpus, FEED, range(1, 21))
    read_on(corpus, DIARIO, (5, 6, 7))

    said = coverage(corpus)

    assert said.not_read == {}
    assert said.read == ("diario", "gazette")


def test_when_nothing_runs_any_more_the_days_since_then_are_missing(corpus: Corpus) -> None:
    read_on(corpus, FEED, (10, 11))

    said = coverage(corpus)

    assert said.not_read == {"gazette": days(12, 13, 14, 15, 16, 17, 18, 19)}
    assert said.last_day == TODAY - timedelta(days=1)


def test_today_is_not_missing_before_it_is_over(corpus: Corpus) -> None:
    read_on(corpus, FEED, (18, 19, 20))
    read_on(corpus, DIARIO, (18, 19))

    assert coverage(corpus).not_read == {}


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("capo source:diario", {"diario": (12,)}),
        ("capo -source:diario", {"gazette": (15,)}),
        ("source:gazette OR source:diario", {"diario": (12,), "gazette": (15,)}),
        ("capo after:2025-08-13", {"gazette": (15,)}),
        ("capo before:2025-08-15", {"diario": (12,)}),
        ("capo after:2025-08-13 before:2025-08-15", {}),
        ("capo before:2025-08-10", {}),
    ],
)
def test_coverage_is_of_the_sources_and_the_days_that_are_asked_for(
    corpus: Corpus, query: str, missing: dict[str, tuple[int, ...]]
) -> None:
    read_on(corpus, FEED, (10, 11, 12, 13, 14, 16, 17, 18, 19, 20))
    read_on(corpus, DIARIO, (10, 11, 13, 14, 15, 16, 17, 18, 19, 20))

    assert coverage(corpus, query).not_read == {name: days(*those) for name, those in missing.items()}


def test_no_day_is_known_before_the_first_run(corpus: Corpus) -> None:
    read_on(corpus, FEED, (10, 11))

    said = coverage(corpus, "after:2024 before:2025")

    assert (said.first_day, said.last_day, said.read) == (None, None, ())
