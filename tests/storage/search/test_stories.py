"""What was found, one row a story; and one story from its beginning."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from pipeline.errors import ConfigError
from pipeline.items import Article, Fate, Precision
from storage import Corpus
from storage.articles import Articles
from storage.tables import ARTICLE
from tests.storage.builders import NOON, UNWANTED, article, decision, stamp, store


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    with Corpus.open("sqlite://", write=True) as opened:
        yield opened


def at(path: str, hours: float, **more: object) -> Article:
    return article(path, published=stamp(NOON + timedelta(hours=hours), Precision.MINUTE), **more)


def in_story(corpus: Corpus, story: int, *ids: int) -> None:

    with corpus.write() as connection:
        connection.execute(update(ARTICLE).where(ARTICLE.c.id.in_(ids)).values(story=story))


def copy_of(corpus: Corpus, original: int, path: str, hours: float, **more: object) -> int:
    return Articles(corpus).store(at(path, hours, **more), decision(Fate.COPY, compared_with=original))


@pytest.fixture
def told(corpus: Corpus) -> Corpus:
    """Story 1: articles 1, its copy 4, and 2 in Spanish; story 3: article 3, the newest; 5 is off topic."""
    store(corpus, at("a", 0), at("b", 5, language="es", source="diario"), at("c", 9))
    copy_of(corpus, 1, "d", 7, source="courier")
    store(corpus, at("e", 2, judgements=(UNWANTED,)), fate=Fate.OFF_TOPIC)
    in_story(corpus, 1, 1, 2, 4, 5)
    return corpus


def test_a_story_counts_all_of_it_copies_too_and_not_what_is_off_topic(told: Corpus) -> None:
    found = told.stories("after:1990")

    assert (found.count, [each.story.story for each in found.stories], found.cursor) == (2, [3, 1], "")
    story = found.stories[1].story
    assert (story.articles, story.texts, story.sources, story.languages) == (3, 2, 3, ("en", "es"))
    assert (story.first_at, story.last_at) == (NOON, NOON + timedelta(hours=7))
    assert told.stories("after:1990", include_off_topic=True).stories[1].story.articles == 4


def test_the_head_is_what_was_found_and_most_carry(told: Corpus) -> None:
    assert [each.head.id for each in told.stories("after:1990").stories] == [3, 1]
    (spanish,) = told.stories("lang:es").stories
    assert (spanish.head.id, spanish.story.articles) == (2, 3)


def test_the_pages_of_stories_join_without_gap_or_repeat(corpus: Corpus) -> None:
    store(corpus, *(at(f"p{number}", number % 4) for number in range(11)))
    in_story(corpus, 1, 1, 5)
    found, cursor = [], ""
    for _ in range(20):
        page = corpus.stories("after:1990", limit=3, cursor=cursor)
        assert page.count == 10
        found += [each.story.story for each in page.stories]
        if not (cursor := page.cursor):
            break

    assert len(found) == len(set(found)) == 10
    assert found == [each.story.story for each in corpus.stories("after:1990", limit=50).stories]


def test_a_cursor_of_another_search_is_refused_and_a_blank_one_finds_nothing(told: Corpus) -> None:
    cursor = told.search("after:1990", limit=1).cursor

    with pytest.raises(ConfigError, match="sorted by new, this one is by stories"):
        told.stories("after:1990", cursor=cursor)
    assert told.stories("").count == 0


def test_a_story_is_told_text_by_text_in_the_order_of_the_times(told: Corpus) -> None:
    reports = told.reports(1)
    assert reports is not None
    story, timeline = reports

    assert story.articles == 3
    assert [(each.article_id, each.language, each.carriage.articles) for each in timeline] == [
        (1, "en", 2),
        (2, "es", 1),
    ]
    assert told.reports(99) is None
