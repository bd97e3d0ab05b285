"""Run reports, and why a URL ended as it did."""

from datetime import timedelta

from pipeline.items import ChannelKind, Fate
from storage import Corpus
from storage.frontier import RunFrontier
from storage.runs import FateRow, RunLog
from tests.storage.builders import NOON, Clock, entry, frontier, poll, start_run


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
        fetched_bytes=1000,
    )

    report = log.run(run_id)
    assert report is not None
    assert (report.started_at, report.ended_at) == (NOON, NOON + timedelta(minutes=5))
    assert (report.outcome, report.version, report.sources) == ("done", "0.1.0", ("gazette", "diario"))
    assert (report.fates, report.discovered) == ({"new": 1, "pending": 1}, 2)
    assert (report.failed, report.removed_lines, report.fetched_bytes) == ({"diario": "timeout"}, 7, 1000)


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
