"""The times in which a channel may have announced what nobody saw."""

from datetime import timedelta
from functools import partial

from pipeline.items import Fate
from storage import Corpus
from storage.gaps import Gap, gaps_between
from storage.sources import Sources
from tests.storage.builders import FEED, NOON, Clock, entry, frontier, poll, stamp

HOUR = timedelta(hours=1)


def polled(corpus: Corpus, hour: int, *paths: str, oldest: int | None = None) -> None:
    """Ask the feed at that hour after noon, when it lists these paths; one of them with a time."""
    at = NOON + hour * HOUR
    published = {} if oldest is None else {"published": stamp(NOON + oldest * HOUR)}
    entries = [entry(path) for path in paths[1:]]
    frontier(corpus, Clock(at)).record(poll(entry(paths[0], **published), *entries, at=at))


def gap(since: int, until: int) -> Gap:
    return Gap(source="gazette", url=FEED.url, since=NOON + since * HOUR, until=NOON + until * HOUR)


def all_of(corpus: Corpus) -> tuple[Gap, ...]:
    with corpus.read() as connection:
        return gaps_between(connection, None, None)


def test_a_list_of_which_all_is_new_is_a_possible_gap_up_to_its_oldest_entry(corpus: Corpus) -> None:
    polled(corpus, 0, *"abcde")
    polled(corpus, 6, *"fghij", oldest=4)

    assert all_of(corpus) == (gap(0, 4),)


def test_a_list_with_something_known_is_no_gap_and_neither_is_a_first_answer(corpus: Corpus) -> None:
    polled(corpus, 0, *"abcde")
    polled(corpus, 6, *"efghi")
    polled(corpus, 12, *"xyz")

    assert all_of(corpus) == ()


def test_gaps_that_touch_are_one(corpus: Corpus) -> None:
    polled(corpus, 0, *"abcde")
    polled(corpus, 6, *"fghij")
    polled(corpus, 12, *"klmno")
    polled(corpus, 18, *"opqrs")
    polled(corpus, 24, *"tuvwx", oldest=20)

    assert all_of(corpus) == (gap(0, 12), gap(18, 20))


def test_what_failed_polls_hid_belongs_to_the_gap(corpus: Corpus) -> None:
    polled(corpus, 0, *"abcde")
    at = NOON + 6 * HOUR
    frontier(corpus, Clock(at)).record(poll(at=at, status=503, failure=Fate.HTTP_ERROR))
    polled(corpus, 12, *"fghij")

    assert all_of(corpus) == (gap(0, 12),)


def test_a_full_window_is_asked_again_sooner(corpus: Corpus) -> None:
    polled(corpus, 0, *"abcde")
    polled(corpus, 6, *"fghij")
    full = _wait(corpus)
    polled(corpus, 12, *"jklmn")

    assert full < 0.75 * _wait(corpus)


def test_gaps_are_asked_for_by_time_and_source(corpus: Corpus) -> None:
    polled(corpus, 0, *"abcde")
    polled(corpus, 6, *"fghij", oldest=4)

    with corpus.read() as connection:
        between = partial(gaps_between, connection)
        assert between(NOON + 3 * HOUR, NOON + 9 * HOUR, sources=["gazette"]) == (gap(0, 4),)
        assert between(NOON + 4 * HOUR, NOON + 9 * HOUR) == ()
        assert between(None, NOON) == ()
        assert between(None, None, sources=["other"]) == ()


def _wait(corpus: Corpus) -> timedelta:
    (channel,) = Sources(corpus).states()["gazette"].channels
    assert channel.next_poll_at is not None
    assert channel.last_polled_at is not None
    return channel.next_poll_at - channel.last_polled_at
