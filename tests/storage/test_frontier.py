"""What is fetched in a run, what is left for the next, and how every URL ends once."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from pipeline.items import Channel, ChannelKind, Entry, Fate, Flag, Source, Validators
from spiders.documents import Unreadable
from spiders.feeds import entries_from_feed
from storage import Corpus
from storage.frontier import RunFrontier
from storage.runs import RunLog
from storage.sources import Sources
from tests.storage.builders import (
    FEED,
    GAZETTE,
    NOON,
    Clock,
    article,
    entry,
    frontier,
    poll,
    stamp,
    start_run,
    store,
)


def asked(run: RunFrontier) -> Validators:
    asking = run.asking(FEED)
    assert asking is not None
    return asking.validators


def stored(
    corpus: Corpus, clock: Clock, path: str = "a", *, fate: Fate = Fate.NEW, etag: str = "", **changes: Any
) -> int:
    """Let a run store the article that the feed announces."""
    run = frontier(corpus, clock)
    run.record(poll(entry(path), at=clock()))
    (number,) = store(corpus, article(path, seen_at=clock(), **changes))
    run.settle(entry(path), fate, article_id=number, validators=Validators(etag=etag))
    return number


def looks(corpus: Corpus, clock: Clock, fate: Fate = Fate.UNCHANGED, *, hours: int = 24 * 9) -> list[float]:
    """Return after how many hours an article is looked at, where a run comes each half hour."""
    found = []
    started = clock()
    for _ in range(2 * hours):
        clock.forward(minutes=30)
        run = frontier(corpus, clock)
        for one in run.pending(["gazette"]):
            found.append((clock() - started) / timedelta(hours=1))
            run.settle(one, fate)
    return found


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


def test_a_stored_article_is_looked_at_after_an_hour_six_a_day_three_and_a_week(corpus: Corpus) -> None:
    clock = Clock()
    stored(corpus, clock, etag='"page"')

    clock.forward(minutes=59)
    assert frontier(corpus, clock).pending(["gazette"]) == ()
    clock.forward(minutes=1)
    run = frontier(corpus, clock)
    look = entry("a", channel=ChannelKind.DIRECT, validators=Validators(etag='"page"'))
    assert run.pending(["other"]) == ()
    assert run.pending(["gazette"]) == (look,)
    assert RunLog(corpus).why(look.url)[0].rule == "second look"
    run.settle(look, Fate.UNCHANGED, reason="304")

    assert looks(corpus, clock) == [5.0, 23.0, 71.0, 167.0]


def test_a_look_that_comes_late_is_made_once(corpus: Corpus) -> None:
    clock = Clock()
    stored(corpus, clock)
    clock.forward(hours=25)

    assert looks(corpus, clock) == [0.5, 47.0, 143.0]


def test_copies_are_looked_at_but_neither_off_topic_pages_nor_imports_nor_what_was_not_stored(
    corpus: Corpus,
) -> None:
    clock = Clock()
    original = stored(corpus, clock, "a")
    run = frontier(corpus, clock)
    run.record(poll(*map(entry, ["copy", "off-topic", "rejected"])))
    (copy,) = store(corpus, article("copy"), fate=Fate.COPY, compared_with=original)
    run.settle(entry("copy"), Fate.COPY, article_id=copy)
    hidden, imported = (
        store(corpus, article("off-topic", judgements=()), fate=Fate.OFF_TOPIC)[0],
        store(corpus, article("imported", channel=ChannelKind.IMPORT))[0],
    )
    run.settle(entry("off-topic"), Fate.OFF_TOPIC, article_id=hidden)
    run.record(poll(entry("off-topic-copy")))
    (hidden_copy,) = store(
        corpus, article("off-topic-copy", judgements=()), fate=Fate.COPY, compared_with=hidden
    )
    run.settle(entry("off-topic-copy"), Fate.COPY, article_id=hidden_copy)
    run.settle(entry("rejected"), Fate.TOO_SHORT)
    run.settle(entry("imported", channel=ChannelKind.IMPORT), Fate.NEW, article_id=imported)
    clock.forward(hours=1)

    looked_at = frontier(corpus, clock).pending(["gazette"])

    assert [one.url for one in looked_at] == [entry("a").url, entry("copy").url]


def test_the_servers_word_that_nothing_changed_is_a_sighting_of_the_article(corpus: Corpus) -> None:
    clock = Clock()
    number = stored(corpus, clock, etag='"page"')
    run = frontier(corpus, clock)
    run.direct([entry("a").url], "gazette")
    run.settle(entry("a"), Fate.GONE)
    clock.forward(hours=1)
    run = frontier(corpus, clock)
    (look,) = run.pending(["gazette"])

    run.settle(look, Fate.UNCHANGED)

    record = corpus.get(number)
    assert record is not None
    assert record.flags == ()
    assert record.last_seen_at == NOON + timedelta(hours=1)
    assert RunLog(corpus).why(look.url)[0].rule == "not modified"


@pytest.mark.parametrize("fate", [Fate.HTTP_ERROR, Fate.BLOCKED, Fate.ROBOTS])
def test_a_look_that_fails_is_tried_as_often_as_any_page_and_changes_nothing_of_the_article(
    corpus: Corpus, fate: Fate
) -> None:
    clock = Clock()
    number = stored(corpus, clock, etag='"page"')
    before = corpus.get(number)

    tried = looks(corpus, clock, fate)

    # The first look with its five tries more, 45.5 hours in all; then those after three days and a week.
    assert tried[:7] == [1.0, 1.5, 2.5, 6.5, 22.5, 46.5, 72.0]
    assert corpus.get(number) == before
    (left,) = frontier(corpus, clock).direct([entry("a").url], "gazette")
    assert left.validators == Validators()
    clock.forward(days=300)
    assert looks(corpus, clock, fate, hours=48) != []


def test_a_page_that_is_gone_marks_the_article_withdrawn_also_at_the_old_side_of_a_redirect(
    corpus: Corpus,
) -> None:
    clock = Clock()
    run = frontier(corpus, clock)
    run.record(poll(entry("short")))
    (number,) = store(corpus, article("long"))
    run.settle(entry("short"), Fate.NEW, article_id=number, landed_url=entry("long").url)
    run = frontier(corpus, clock)
    (old,) = run.direct([entry("short").url], "gazette")

    run.settle(old, Fate.GONE, reason="410")

    record = corpus.get(number)
    assert record is not None
    assert record.flags == (Flag.WITHDRAWN,)
    assert record.last_seen_at == NOON


def test_after_a_redirect_only_the_address_of_the_article_is_looked_at(corpus: Corpus) -> None:
    clock = Clock()
    run = frontier(corpus, clock)
    run.record(poll(entry("short")))
    (number,) = store(corpus, article("long"))
    run.settle(entry("short"), Fate.NEW, article_id=number, landed_url=entry("long").url)
    clock.forward(hours=1)

    looked_at = frontier(corpus, clock).pending(["gazette"])

    assert [one.url for one in looked_at] == [entry("long").url]


def test_an_article_that_moves_is_looked_at_where_it_went(corpus: Corpus) -> None:
    clock = Clock()
    original = stored(corpus, clock, "old")
    clock.forward(hours=1)
    run = frontier(corpus, clock)
    (look,) = run.pending(["gazette"])
    (copy,) = store(corpus, article("new"), fate=Fate.COPY, compared_with=original)
    run.settle(look, Fate.COPY, article_id=copy, landed_url=entry("new").url)
    clock.forward(hours=6)

    looked_at = frontier(corpus, clock).pending(["gazette"])

    assert [one.url for one in looked_at] == [entry("new").url]


def test_a_look_cut_short_by_a_crash_is_made_by_the_next_run(corpus: Corpus) -> None:
    clock = Clock()
    stored(corpus, clock)
    clock.forward(hours=1)
    frontier(corpus, clock).pending(["gazette"])

    run = frontier(corpus, clock)
    (left,) = run.pending(["gazette"])
    run.settle(left, Fate.UNCHANGED)

    assert looks(corpus, clock, hours=12) == [5.0]


def test_pages_of_stored_articles_are_asked_conditionally_unless_asked_for_by_address(corpus: Corpus) -> None:
    clock = Clock()
    stored(corpus, clock, etag='"page"')
    kept = Validators(etag='"page"')
    later = stamp(NOON + timedelta(minutes=10))

    (again,) = frontier(corpus, clock, recheck=True).recheck(["gazette"])
    assert again.validators == kept
    frontier(corpus, clock).settle(again, Fate.UNCHANGED)
    (modified,) = frontier(corpus, clock).record(poll(entry("a", modified=later)))
    assert modified.validators == kept
    (asked_for,) = frontier(corpus, clock).direct([entry("a").url], "gazette")
    assert asked_for.validators == Validators()


def test_validators_are_kept_only_with_the_article_that_their_page_gave(corpus: Corpus) -> None:
    clock = Clock()
    number = stored(corpus, clock, etag='"one"')

    def validators_after(fate: Fate, **end: Any) -> Validators:
        run = frontier(corpus, clock, recheck=True)
        (again,) = run.recheck(["gazette"])
        run.settle(again, fate, **end)
        (next_time,) = frontier(corpus, clock, recheck=True).recheck(["gazette"])
        return next_time.validators

    wall = validators_after(Fate.CONSENT_WALL, validators=Validators(etag='"wall"'))
    revised = validators_after(Fate.REVISION, article_id=number, validators=Validators(last_modified="today"))
    without = validators_after(Fate.UNCHANGED, article_id=number)

    assert wall == Validators(etag='"one"')
    assert revised == Validators(last_modified="today")
    assert without == Validators()


def test_a_page_is_not_tried_before_its_server_says(corpus: Corpus) -> None:
    clock = Clock()
    run = frontier(corpus, clock)
    run.record(poll(entry("a"), entry("held")))
    run.settle(entry("a"), Fate.HTTP_ERROR, retry_at=NOON + timedelta(hours=2))
    run.settle(entry("held"), Fate.PENDING, retry_at=NOON + timedelta(hours=1))

    clock.forward(minutes=59)
    assert frontier(corpus, clock).pending(["gazette"]) == ()
    clock.forward(minutes=1)
    assert frontier(corpus, clock).pending(["gazette"]) == (entry("held"),)
    clock.forward(hours=1)
    assert entry("a") in frontier(corpus, clock).pending(["gazette"])


def test_a_page_asked_for_by_address_is_tried_again_by_any_run_if_no_source_is_to(corpus: Corpus) -> None:
    clock = Clock()
    frontier(corpus, clock).record(poll(entry("known")))
    run = frontier(corpus, clock)
    (apart,) = run.direct(["https://else.example.org/x"], "else.example.org")
    (ours,) = run.direct([entry("direct").url], "gazette")
    for one in (apart, ours, entry("known")):
        run.settle(one, Fate.TIMEOUT)
    clock.forward(minutes=15)

    assert frontier(corpus, clock).pending(["other"]) == (apart,)
    assert set(frontier(corpus, clock).pending(["gazette"])) == {apart, ours, entry("known")}


def test_what_came_in_this_run_by_whatever_redirects_is_done(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("n"), entry("short"), entry("failed")))
    assert not run.is_done(entry("n").url)

    run.settle(entry("n"), Fate.OFF_TOPIC, landed_url=entry("n").url)
    run.settle(entry("short"), Fate.NEW, landed_url=entry("long").url)
    run.settle(entry("failed"), Fate.HTTP_ERROR, landed_url=entry("failed").url)

    assert run.is_done(entry("n").url)
    assert run.is_done(entry("long").url)
    assert not run.is_done(entry("failed").url)
    assert not frontier(corpus).is_done(entry("n").url)


def test_a_run_of_what_is_due_leaves_out_the_channels_whose_time_has_not_come(corpus: Corpus) -> None:
    clock = Clock()
    slow = replace(FEED, url="https://gazette.example.org/slow.rss")
    new = replace(FEED, url="https://gazette.example.org/new.rss")
    every = frontier(corpus, clock)
    every.record(poll(entry("a")))
    every.record(poll(status=503, failure=Fate.HTTP_ERROR, channel=slow))
    clock.forward(minutes=80)

    run = frontier(corpus, clock, due_only=True)
    asked_now = [channel.url for channel in (FEED, slow, new) if run.asking(channel) is not None]
    run.record(poll(entry("a"), at=clock()))

    assert asked_now == [FEED.url, new.url]
    assert frontier(corpus, clock).asking(slow) is not None
    # It still counts as one of the source's channels, and makes it due in its turn.
    assert {channel.url for channel in Sources(corpus).states()["gazette"].channels} == {FEED.url, slow.url}


def test_where_a_sitemap_is_due_all_of_its_source_is_asked_since_an_index_may_lead_to_it(
    corpus: Corpus,
) -> None:
    clock = Clock()
    index, child = (
        Channel(url=f"https://gazette.example.org/{name}.xml", kind=ChannelKind.SITEMAP, source="gazette")
        for name in ("index", "child")
    )
    first = frontier(corpus, clock, every={"gazette": "2 hours"})
    first.record(poll(entry("a"), channel=child))
    clock.forward(hours=1)
    first.record(poll(channel=index, at=clock()))

    nothing_due = frontier(corpus, clock, due_only=True)
    assert nothing_due.asking(index) is None
    assert Sources(corpus).due([GAZETTE], clock()) == ()
    clock.forward(hours=1)
    assert Sources(corpus).due([GAZETTE], clock()) == (GAZETTE,)
    child_due = frontier(corpus, clock, due_only=True)
    assert child_due.asking(index) is not None
    child_due.record(poll(channel=child, at=clock()))
    assert child_due.asking(index) is not None


def test_a_channel_that_moved_for_good_is_asked_there_until_it_fails(corpus: Corpus) -> None:
    def url() -> str:
        asking = run.asking(FEED)
        assert asking is not None
        return asking.url

    run = frontier(corpus)
    moved_to = "https://news.gazette.example.org/rss"

    run.record(poll(entry("a"), moved_to=moved_to))
    assert url() == moved_to
    run.record(poll(status=304))
    assert url() == moved_to
    run.record(poll(status=404, failure=Fate.GONE))
    assert url() == FEED.url
    run.record(poll(entry("a"), moved_to=moved_to))
    run.record(poll(entry("a"), moved_to=FEED.url))
    assert url() == FEED.url


def test_an_unchanged_channel_is_asked_in_full_once_in_some_days(corpus: Corpus) -> None:
    clock = Clock()
    frontier(corpus, clock).record(poll(entry("a")))
    unconditional = []
    for hour in range(1, 24 * 7):
        clock.forward(hours=1)
        run = frontier(corpus, clock)
        if asked(run) == Validators():
            unconditional.append(hour)
            run.record(poll(entry("a"), at=clock()))
        else:
            run.record(poll(status=304, at=clock()))

    assert unconditional == [72, 144]


def test_a_poll_that_failed_stores_nothing_but_its_failure(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("a")))

    failed = run.record(
        poll(entry("b"), status=304, failure=Fate.HTTP_ERROR, validators=Validators(etag='"x"'))
    )

    assert failed == ()
    assert asked(run) == Validators(etag='"1"')
    assert RunLog(corpus).why(entry("b").url) == ()


def test_a_wanted_article_brings_its_channel_to_be_asked_sooner(corpus: Corpus) -> None:
    def next_poll(kind: ChannelKind) -> timedelta:
        (channel,) = (c for c in Sources(corpus).states()["gazette"].channels if c.kind is kind)
        assert channel.next_poll_at is not None
        return channel.next_poll_at - NOON

    sitemap = replace(FEED, url="https://gazette.example.org/s.xml", kind=ChannelKind.SITEMAP)
    run = frontier(corpus)
    run.record(poll(status=304, channel=sitemap))
    run.record(poll(entry("off-topic"), entry("wanted"), entry("looked")))
    feed, other = next_poll(ChannelKind.FEED), next_poll(ChannelKind.SITEMAP)

    run.settle(entry("off-topic"), Fate.OFF_TOPIC)
    run.settle(entry("looked", channel=ChannelKind.DIRECT), Fate.REVISION)
    assert next_poll(ChannelKind.FEED) == feed
    run.settle(entry("wanted"), Fate.NEW)

    assert next_poll(ChannelKind.FEED) < 0.7 * feed
    assert next_poll(ChannelKind.SITEMAP) == other


@pytest.mark.parametrize(("case_id", "stored_count"), [("feed-no-guid", 2), ("feed-same-link-many", 1)])
def test_a_feed_without_ids_brings_nothing_new_at_its_second_poll(
    corpus: Corpus, cases: dict[str, dict[str, Any]], case_id: str, stored_count: int
) -> None:
    case = cases[case_id]
    url = case["input"]["url"]
    channel = Channel(url=url, kind=ChannelKind.FEED, source="news")
    found: list[tuple[Entry, ...]] = []
    for body in case["input"]["polls"]:
        run = frontier(corpus, max_age_days=60)
        entries = entries_from_feed(body.encode(), url=url, source=Source(name="news"), fetched_at=NOON)
        assert not isinstance(entries, Unreadable)
        found.append(run.record(poll(*entries, channel=channel)))
        for one in found[-1]:
            run.settle(one, Fate.NEW)

    assert len(found[0]) == stored_count == case["expect"].get("stored", stored_count)
    assert len(found[1]) == case["expect"]["new_on_second_poll"]


def test_the_pages_due_are_found_by_an_index_however_many_addresses_there_are(
    sqlite_corpus: Corpus,
) -> None:
    corpus = sqlite_corpus
    statements: list[str] = []
    with corpus.write() as connection:
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(_filled(*args)))
        frontier(corpus).pending(["gazette"])
        Sources(corpus).due([GAZETTE], NOON)
        queries = [one for one in statements if one.startswith("SELECT") and "FROM address" in one]
        plans = [
            " / ".join(row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
            for query in queries
        ]

    assert len(plans) == 4
    assert [plan for plan in plans if "SCAN address" in plan] == []
    assert sum("ix_address_next_look_at" in plan for plan in plans) == 2


def _filled(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> str:
    for value in values:
        statement = statement.replace("?", f"'{value}'", 1)
    return statement
