"""Run reports, and why a URL ended as it did."""

from datetime import timedelta

import pytest

from pipeline.errors import StorageError
from pipeline.items import ChannelKind, Fate
from storage import Corpus
from storage.frontier import RunFrontier
from storage.run_errors import ErrorGroup
from storage.runs import Costs, FateRow, RunLog
from tests.storage.builders import NOON, Clock, entry, frontier, poll, start_run

pytestmark = pytest.mark.both_databases


def test_a_finished_run_reports_who_was_asked_and_what_came_of_it(corpus: Corpus) -> None:
    log = RunLog(corpus)
    run_id = log.start(at=NOON, version="0.1.0", config_hash="abc", sources=["gazette", "diario"])
    run = RunFrontier(corpus, run_id, now=Clock(), max_age_days=14)
    run.record(poll(entry("a"), entry("b")))
    run.settle(entry("a"), Fate.NEW)

    log.finish(
        run_id,
        at=NOON + timedelta(minutes=5),
        outcome="done",
        failed_sources={"diario": "timeout"},
        removed_lines=7,
        costs=Costs(requests=3, received_bytes=700, fetched_bytes=1000, fetch_seconds=1.5, read_seconds=0.5),
    )

    report = log.run(run_id)
    assert report is not None
    assert (report.started_at, report.ended_at) == (NOON, NOON + timedelta(minutes=5))
    assert (report.outcome, report.version, report.sources) == ("done", "0.1.0", ("gazette", "diario"))
    assert (report.fates, report.discovered) == ({"new": 1, "pending": 1}, 2)
    assert (report.failed, report.removed_lines, report.seconds) == ({"diario": "timeout"}, 7, 300)
    assert (report.costs.requests, report.costs.received_bytes, report.costs.fetched_bytes) == (3, 700, 1000)
    assert (report.costs.fetch_seconds, report.costs.read_seconds) == (1.5, 0.5)
    assert (report.config_hash, report.errors, report.failure) == ("abc", (), "")


def test_the_fates_of_a_run_in_progress_are_counted_as_they_stand(corpus: Corpus) -> None:
    run = frontier(corpus)
    run.record(poll(entry("a"), entry("b")))

    (report,) = RunLog(corpus).runs()

    assert (report.outcome, report.ended_at, report.fates) == ("running", None, {"pending": 2})


def test_a_run_whose_process_died_is_interrupted_when_the_next_starts(corpus: Corpus) -> None:
    frontier(corpus).record(poll(entry("a")))

    start_run(corpus, NOON + timedelta(hours=1))

    second, first = RunLog(corpus).runs()
    assert (first.outcome, first.ended_at, first.fates) == ("interrupted", None, {"pending": 1})
    assert second.outcome == "running"


def test_what_a_dead_run_was_about_to_write_is_refused_once_the_next_one_has_begun(corpus: Corpus) -> None:
    run_id = start_run(corpus)
    dead = RunFrontier(corpus, run_id, now=Clock(), max_age_days=14)
    dead.record(poll(entry("a")))
    start_run(corpus, NOON + timedelta(hours=1))
    RunLog(corpus).guard(run_id)

    with pytest.raises(StorageError, match=f"run {run_id} was ended by another one"):
        dead.settle(entry("a"), Fate.NEW)

    assert [row.fate for row in RunLog(corpus).why(entry("a").url)] == [Fate.PENDING]


def test_an_open_run_writes_under_its_guard(corpus: Corpus) -> None:
    run_id = start_run(corpus)
    run = RunFrontier(corpus, run_id, now=Clock(), max_age_days=14)
    RunLog(corpus).guard(run_id)

    run.record(poll(entry("a")))
    run.settle(entry("a"), Fate.NEW)

    assert [row.fate for row in RunLog(corpus).why(entry("a").url)] == [Fate.NEW]


def test_the_errors_of_a_run_are_grouped_by_their_reason(corpus: Corpus) -> None:
    run_id = start_run(corpus)
    run = RunFrontier(corpus, run_id, now=Clock(), max_age_days=14)
    elsewhere = entry("d", url="https://diario.example.com/d", source="diario")
    run.record(poll(entry("a"), entry("b"), entry("c"), elsewhere, entry("e")))
    for each in (entry("a"), entry("c"), elsewhere):
        run.settle(each, Fate.TIMEOUT, reason="no answer in time")
    run.settle(entry("b"), Fate.HTTP_ERROR, reason="the server answered 500")
    run.settle(entry("e"), Fate.GONE, reason="the server answered 404")

    RunLog(corpus).finish(run_id, at=NOON, outcome="done", failed_sources={})

    report = RunLog(corpus).run(run_id)
    assert report is not None
    assert report.errors == (
        ErrorGroup(
            of="page",
            fate="timeout",
            reason="no answer in time",
            count=3,
            sources={"gazette": 2, "diario": 1},
            example="https://diario.example.com/d",
        ),
        ErrorGroup(
            of="page",
            fate="http_error",
            reason="the server answered 500",
            count=1,
            sources={"gazette": 1},
            example="https://gazette.example.org/b",
        ),
    )


def test_the_error_of_a_channel_stays_in_the_record_when_the_channel_is_well_again(corpus: Corpus) -> None:
    first = start_run(corpus)
    failed = poll(status=503, failure=Fate.HTTP_ERROR, reason="the server answered 503")
    RunFrontier(corpus, first, now=Clock(), max_age_days=14).record(failed)
    RunLog(corpus).finish(first, at=NOON, outcome="done", failed_sources={})

    second = start_run(corpus)
    RunFrontier(corpus, second, now=Clock(), max_age_days=14).record(poll(entry("a")))
    RunLog(corpus).finish(second, at=NOON, outcome="done", failed_sources={})

    after, before = RunLog(corpus).runs()
    (error,) = before.errors
    assert (error.of, error.fate, error.example) == ("channel", "http_error", failed.channel.url)
    assert after.errors == ()


def test_many_reasons_are_told_up_to_a_bound_the_frequent_ones_first(corpus: Corpus) -> None:
    run_id = start_run(corpus)
    run = RunFrontier(corpus, run_id, now=Clock(), max_age_days=14)
    entries = [entry(f"a{number}") for number in range(30)]
    run.record(poll(*entries))
    for number, each in enumerate(entries):
        run.settle(each, Fate.UNSAFE, reason=f"redirected to place {max(number, 3)}")

    (report,) = RunLog(corpus).runs()

    assert len(report.errors) == 20
    assert report.errors[0].reason == "redirected to place 3"
    assert report.errors[0].count == 4


def test_runs_come_newest_first_and_as_many_as_asked(corpus: Corpus) -> None:
    numbers = [start_run(corpus) for _ in range(4)]

    assert [report.id for report in RunLog(corpus).runs(limit=2)] == numbers[:1:-1]
    assert RunLog(corpus).run(99) is None


def test_the_fates_of_a_url_are_given_with_their_reasons_newest_first(corpus: Corpus) -> None:
    clock = Clock()
    first = frontier(corpus, clock)
    first.record(poll(entry("a")))
    first.settle(entry("a"), Fate.TIMEOUT, reason="no answer in 30 s")
    clock.forward(hours=1)
    second = frontier(corpus, clock)
    second.pending(["gazette"])
    second.settle(entry("a"), Fate.COPY, rule="same words", score=1.0, compared_with=7)

    why = RunLog(corpus).why("http://www.gazette.example.org/a/?utm_source=x")

    assert why == (
        FateRow(
            run=2,
            at=NOON + timedelta(hours=1),
            channel=ChannelKind.FEED,
            fate=Fate.COPY,
            reason="",
            rule="same words",
            score=1.0,
            compared_with=7,
        ),
        FateRow(
            run=1,
            at=NOON,
            channel=ChannelKind.FEED,
            fate=Fate.TIMEOUT,
            reason="no answer in 30 s",
            rule="",
            score=None,
            compared_with=None,
        ),
    )
    assert RunLog(corpus).why("https://never.example.org/met") == ()
