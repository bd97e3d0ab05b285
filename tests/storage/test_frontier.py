"""What is fetched in a run, what is left for the next, and how every URL ends once."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.items import ChannelKind, Fate, Validators
from storage import Corpus
from storage.frontier import RunFrontier
from storage.runs import RunLog
from tests.storage.builders import FEED, NOON, Clock, article, entry, frontier, poll, stamp, start_run, store


def asked(run: RunFrontier) -> Validators:
    asking = run.asking(FEED)
    assert asking is not None
    return asking.validators


def fates(corpus: Corpus, path: str = "a") -> list[str]:
    return [row.fate.value for row in RunLog(corpus).why(entry(path).url)]


def test_new_entries_are_to_be_fetched_and_come_back_as_announced(corpus: Corpus) -> None:
    given = entry("a", published=stamp(NOON), modified=stamp(NOON), authors=("Ana Núñez",))

    assert frontier(corpus).record(poll(given)) == (given,)
    assert frontier(corpus).pending(["gazette"]) == (given,)
    assert frontier(corpus).pending(["other"]) == ()


def test_a_crash_between_the_answer_and_the_end_leaves_the_entries_pending(corpus: Corpus) -> None:
    first = frontier(corpus)
    first.record(poll(entry("a"), entry("b")))
    first.settle(entry("a"), Fate.NEW)

    second = frontier(corpus)

    assert second.pending(["gazette"]) == (entry("b"),)
    assert second.record(poll(entry("a"), entry("b"))) == ()
    assert fates(corpus, "a") == ["known", "new"]
    assert fates(corpus, "b") == ["pending", "pending"]


def test_a_304_leaves_what_is_pending(corpus: Corpus) -> None:
    frontier(corpus).record(poll(entry("a")))

    second = frontier(corpus)
    answered = second.record(poll(status=304, validators=Validators()))

    assert answered == ()
    assert second.pending(["gazette"]) == (entry("a"),)
    assert asked(second) == Validators(etag='"1"')


def test_validators_are_kept_only_from_an_answer_with_entries(corpus: Corpus) -> None:
    run = frontier(corpus)
    assert asked(run) == Validators()

    run.record(poll(failure=Fate.PARSE_ERROR, validators=Validators(etag='"broken"')))
    assert asked(run) == Validators()
    run.record(poll(entry("a"), validators=Validators(etag='"1"', last_modified="yesterday")))
    assert asked(run) == Validators(etag='"1"', last_modified="yesterday")
    run.record(poll(status=500, failure=Fate.HTTP_ERROR, validators=Validators(etag='"error"')))
    assert asked(run) == Validators(etag='"1"', last_modified="yesterday")
    run.record(poll(entry("b"), validators=Validators()))
    assert asked(run) == Validators()


_KILLED_WHILE_RECORDING = """
import os, signal, sys
import storage.frontier as module
from storage import Corpus
from tests.storage.builders import entry, frontier, poll

write = module.write_addresses
def killed(*args, **kwargs):
    if sys.argv[2] == "after":
        write(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

with Corpus.open(sys.argv[1], write=True) as corpus:
    run = frontier(corpus)
    module.write_addresses = killed
    run.record(poll(entry("a"), entry("b")))
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_while_it_records_keeps_no_validators_without_the_entries(
    corpus_url: str, moment: str
) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED_WHILE_RECORDING, corpus_url, moment], check=False)
    assert killed.returncode == -signal.SIGKILL

    with Corpus.open(corpus_url, write=True) as corpus:
        run = frontier(corpus)
        assert asked(run) == Validators()
        assert run.pending(["gazette"]) == ()
        assert run.record(poll(entry("a"), entry("b"))) == (entry("a"), entry("b"))


def test_an_entry_met_twice_in_a_run_is_fetched_once(corpus: Corpus) -> None:
    run = frontier(corpus)
    tracked = entry("a?utm_source=rss")

    assert run.record(poll(entry("a"), tracked)) == (entry("a"),)
    assert run.record(poll(tracked, channel=replace(FEED, url="https://gazette.example.org/rss2"))) == ()
    assert run.pending(["gazette"]) == ()
    assert len(run.leftover()) == 1


def test_the_fates_of_a_run_add_up(corpus: Corpus) -> None:
    old = stamp(NOON - timedelta(days=20))
    frontier(corpus).record(poll(entry("known")))
    before = frontier(corpus)
    before.pending(["gazette"])
    before.settle(entry("known"), Fate.NEW)
    run_id = start_run(corpus)
    run = RunFrontier(corpus, run_id, now=Clock(), max_age_days=14)
    other = replace(FEED, url="https://gazette.example.org/rss2")

    to_fetch = run.record(
        poll(*map(entry, ["known", "a", "b", "c"]), entry("old", published=old), channel=other)
    )
    run.settle(entry("a"), Fate.NEW, article_id=store(corpus, article("a"))[0])
    run.settle(entry("b"), Fate.HTTP_ERROR, reason="503")
    for left in run.leftover():
        run.settle(left, Fate.PENDING, reason="the run was stopped")
    RunLog(corpus).finish(run_id, at=NOON, outcome="done", failed_sources={})

    assert [one.url[-1] for one in to_fetch] == ["a", "b", "c"]
    report = RunLog(corpus).run(run_id)
    assert report is not None
    assert report.fates == {"new": 1, "known": 1, "pending": 1, "too_old": 1, "http_error": 1}
    assert report.discovered == 5


def test_an_old_entry_is_left_out_at_the_first_poll_of_its_channel_only(corpus: Corpus) -> None:
    old = entry("old", published=stamp(NOON - timedelta(days=20)))
    run = frontier(corpus)
    run.record(poll(failure=Fate.TIMEOUT, status=0))

    assert run.record(poll(old)) == ()
    assert frontier(corpus).record(poll(old)) == ()
    assert frontier(corpus).record(poll(replace(old, url=old.url + "-2"))) != ()
    assert fates(corpus, "old") == ["known", "too_old"]


def test_what_failed_in_passing_is_tried_again_ever_later_and_then_no_more(corpus: Corpus) -> None:
    clock = Clock()
    frontier(corpus, clock).record(poll(entry("a")))
    waits = []

    for _ in range(6):
        run = frontier(corpus, clock)
        started = clock.at
        while not run.pending(["gazette"]):
            clock.forward(minutes=15)
        waits.append(clock.at - started)
        run.settle(entry("a"), Fate.TIMEOUT, reason="30 s")

    clock.forward(days=365)
    assert waits == [timedelta(minutes=minutes) for minutes in (0, 15, 60, 240, 960, 1440)]
    assert frontier(corpus, clock).pending(["gazette"]) == ()


def test_an_entry_whose_time_has_not_come_is_pending_and_not_fetched(corpus: Corpus) -> None:
    clock = Clock()
    run = frontier(corpus, clock)
    run.record(poll(entry("a")))
    run.settle(entry("a"), Fate.TIMEOUT)

    second = frontier(corpus, clock)

    assert second.pending(["gazette"]) == ()
    assert second.record(poll(entry("a"))) == ()
    assert second.leftover() == ()
    assert RunLog(corpus).why(entry("a").url)[0].reason == "next try at 2025-08-12T12:15:00Z"
    clock.forward(minutes=15)
    assert frontier(corpus, clock).record(poll(entry("a"))) == (entry("a"),)


def test_being_left_over_is_no_failed_attempt(corpus: Corpus) -> None:
    frontier(corpus).record(poll(entry("a")))

    for _ in range(10):
        run = frontier(corpus)
        assert run.pending(["gazette"]) == (entry("a"),)
        run.settle(entry("a"), Fate.PENDING)


def test_a_page_marked_modified_is_fetched_again_even_after_a_crash(corpus: Corpus) -> None:
    clock = Clock()
    run = frontier(corpus, clock)
    run.record(poll(entry("a", modified=stamp(NOON))))
    run.settle(entry("a"), Fate.NEW)
    clock.forward(hours=5)
    assert frontier(corpus, clock).record(poll(entry("a", modified=stamp(NOON)))) == ()
    modified = entry("a", modified=stamp(NOON + timedelta(hours=4)))

    assert frontier(corpus, clock).record(poll(modified)) == (modified,)

    after_crash = frontier(corpus, clock)
    assert after_crash.pending(["gazette"]) == (modified,)
    after_crash.settle(modified, Fate.REVISION)
    assert frontier(corpus, clock).record(poll(modified)) == ()


def test_where_a_redirect_led_to_is_known_too(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("short")))
    (number,) = store(corpus, article("long"))
    run.settle(entry("short"), Fate.NEW, article_id=number, landed_url=entry("long").url)

    second = frontier(corpus)

    assert second.record(poll(entry("long"), entry("short"))) == ()
    assert fates(corpus, "long") == ["known"]
    record = corpus.get(entry("short").url)
    assert record is not None
    assert record.id == number


def test_a_forgotten_address_is_not_fetched_again(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("a"), entry("b")))
    run.settle(entry("a"), Fate.FORGOTTEN)
    run.settle(entry("b"), Fate.NEW, landed_url=entry("a").url)

    second, third = frontier(corpus), frontier(corpus, recheck=True)

    assert second.record(poll(entry("a", modified=stamp(NOON + timedelta(days=9))))) == ()
    assert third.direct([entry("a").url], "gazette") == ()
    assert fates(corpus) == ["forgotten", "forgotten", "forgotten"]


def test_an_address_asked_for_is_fetched_whatever_is_known_of_it(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("a", title="Known title")))
    run.settle(entry("a"), Fate.NOT_ARTICLE)

    known, new = frontier(corpus).direct([entry("a").url, "https://else.example.org/x"], "asked")

    assert (known.title, known.source, known.channel) == ("Known title", "gazette", ChannelKind.DIRECT)
    assert (new.url, new.source, new.channel) == ("https://else.example.org/x", "asked", ChannelKind.DIRECT)


def test_a_recheck_takes_the_articles_of_the_last_week(corpus: Corpus) -> None:
    clock = Clock()
    run = frontier(corpus, clock)
    run.record(poll(entry("a"), entry("b"), entry("c")))
    for path, days in (("a", 1), ("b", 9)):
        (number,) = store(corpus, article(path, seen_at=NOON - timedelta(days=days)))
        run.settle(entry(path), Fate.NEW, article_id=number)
    run.settle(entry("c"), Fate.OFF_TOPIC)

    rechecking = frontier(corpus, clock, recheck=True)

    assert rechecking.recheck(["gazette"]) == (entry("a", channel=ChannelKind.DIRECT),)
    assert rechecking.record(poll(entry("a"), entry("b"), entry("c"))) == ()
    through_the_feed = frontier(corpus, clock, recheck=True).record(poll(entry("a"), entry("b")))
    assert through_the_feed == (entry("a"),)


def test_an_entry_that_nothing_announced_is_settled_all_the_same(corpus: Corpus) -> None:
    imported = entry("a", channel=ChannelKind.IMPORT)
    run = frontier(corpus)

    run.settle(imported, Fate.NEW, rule="imported")
    run.settle(imported, Fate.UNCHANGED, rule="same address and words")

    (row,) = RunLog(corpus).why(imported.url)
    assert (row.fate, row.rule, row.channel) == (Fate.UNCHANGED, "same address and words", ChannelKind.IMPORT)


def test_an_address_that_cannot_be_encoded_is_settled_like_any_other(corpus: Corpus) -> None:
    odd = entry("a\ud83d", title="half \ud83d")
    run = frontier(corpus)

    (met,) = run.record(poll(odd, odd))
    run.settle(met, Fate.NOT_ARTICLE, reason="half \ud83d")

    assert run.leftover() == ()
    assert RunLog(corpus).why(odd.url)[0].reason == "half \ufffd"


def test_a_sitemap_of_thousands_is_one_answer(corpus: Corpus) -> None:
    many = tuple(entry(str(number)) for number in range(2500))

    assert frontier(corpus).record(poll(*many)) == many
    second = frontier(corpus)
    assert second.record(poll(*many)) == many
    with corpus.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM fate")).scalar() == 5000
