"""Raw pages have their days; articles stay."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from pipeline.items import Fate
from storage import Corpus
from storage.articles import Articles
from storage.retention import Pruned, Retention, prune
from storage.runs import RunLog
from storage.tables import RUN
from tests.storage.builders import NOON, Clock, article, decision, entry, frontier, page, poll

pytestmark = pytest.mark.both_databases

RETENTION = Retention(article_days=100, off_topic_days=10)


def days_ago(days: float) -> timedelta:
    return timedelta(days=days)


@pytest.fixture
def stored(corpus: Corpus) -> Corpus:
    """Pages of articles and of nothing, young and old."""
    for path, age, is_article in (("a", 99, True), ("b", 101, True), ("c", 9, False), ("d", 11, False)):
        page_id = corpus.pages.keep(page(path, body=path.encode(), at=NOON - days_ago(age)))
        if is_article:
            Articles(corpus).store(article(path), decision(), page_id=page_id)
    return corpus


def kept(corpus: Corpus) -> list[bool]:
    return [corpus.pages.latest(entry(path).url) is not None for path in "abcd"]


def test_pages_of_articles_and_all_others_have_days_of_their_own(stored: Corpus) -> None:
    done = prune(stored, RETENTION, now=NOON)

    assert (done.article_pages, done.other_pages) == (1, 1)
    assert done.page_bytes > 0
    assert kept(stored) == [True, False, True, False]
    assert stored.count("handed") == 2


def test_a_dry_run_says_the_same_and_removes_nothing(stored: Corpus) -> None:
    said = prune(stored, RETENTION, now=NOON, dry_run=True)

    assert kept(stored) == [True] * 4
    assert prune(stored, RETENTION, now=NOON) == said


def test_no_days_is_for_ever(stored: Corpus) -> None:
    done = prune(stored, Retention(article_days=0, off_topic_days=0), now=NOON + days_ago(10_000))

    assert done == Pruned(article_pages=0, other_pages=0, page_bytes=0, known_fates=0)


def test_a_page_that_is_fetched_again_is_young_again(stored: Corpus) -> None:
    stored.pages.keep(page("b", body=b"b", at=NOON))

    assert prune(stored, RETENTION, now=NOON).article_pages == 0


def test_the_page_of_a_hidden_article_has_the_days_of_off_topic_ones(corpus: Corpus) -> None:
    page_id = corpus.pages.keep(page(at=NOON - days_ago(11)))
    Articles(corpus).store(article(), decision(Fate.OFF_TOPIC), page_id=page_id)

    assert prune(corpus, RETENTION, now=NOON).other_pages == 1


def test_notes_of_known_addresses_go_after_a_month_and_the_counts_of_their_runs_stay(corpus: Corpus) -> None:
    clock = Clock(NOON - days_ago(40))
    for _ in range(2):
        run = frontier(corpus, clock)
        run.record(poll(entry("a"), entry("b"), at=clock()))
        for one in run.leftover():
            run.settle(one, Fate.TOO_SHORT)
        run_id = RunLog(corpus).runs(1)[0].id
        RunLog(corpus).finish(run_id, at=clock(), outcome="done", failed_sources={})
    _backdate_runs(corpus)

    done = prune(corpus, RETENTION, now=NOON)

    assert done.known_fates == 2
    assert [fate.fate for fate in RunLog(corpus).why(entry().url)] == [Fate.TOO_SHORT]
    assert [run.fates for run in RunLog(corpus).runs()] == [{"known": 2}, {"too_short": 2}]


def _backdate_runs(corpus: Corpus) -> None:
    with corpus.write() as connection:
        connection.execute(update(RUN).values(started_at=NOON - days_ago(40)))


def test_a_corpus_without_raw_pages_has_none_to_remove(corpus_url: str, corpus: Corpus) -> None:
    with Corpus.open(corpus_url) as reader:
        assert prune(reader, RETENTION, now=NOON, dry_run=True).page_bytes == 0
