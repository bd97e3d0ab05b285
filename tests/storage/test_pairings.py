"""What a person says of two articles stands above what the rules find, at once and for all that comes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.errors import InputError
from pipeline.items import Article, Fate
from pipeline.marks import Mark, MarkVerdict, Pairing, PairVerdict
from storage import Corpus
from storage.articles import Articles
from storage.forget import forget
from storage.marks import Marks
from storage.pairings import Pairings
from storage.retention import Retention, prune
from storage.tables import ARTICLE, LINK
from tests.storage.builders import NOON, UNWANTED, WANTED
from tests.storage.test_linking import HANDOVER, ONE, OTHER, QUAKE, RELEASE, column, met, put, truncated

CUT = truncated(HANDOVER)
APART = [HANDOVER, QUAKE.format(dead=1, hurt=2), RELEASE.format(**ONE)]


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    with Corpus.open("sqlite://", write=True) as opened:
        yield opened


def stored(corpus: Corpus, *texts: str) -> None:
    """Store the texts as articles 1, 2, 3 ..., an hour apart, each of a source of its own."""
    put(corpus, *(met(f"p{number}", words, hours=number) for number, words in enumerate(texts, start=1)))


def say(corpus: Corpus, one: int, verdict: PairVerdict, other: int, minutes: int = 0) -> None:
    at = NOON + timedelta(minutes=minutes)
    Pairings(corpus).put(Pairing(article_id=one, other_id=other, verdict=verdict, marked_at=at))


def clusters(corpus: Corpus) -> list[int]:
    return column(corpus, "duplicate_cluster")


def state(corpus: Corpus) -> list[tuple[object, ...]]:
    columns = (ARTICLE.c.duplicate_cluster, ARTICLE.c.duplicate_of, ARTICLE.c.story, ARTICLE.c.hidden)
    with corpus.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(ARTICLE.c.id))]


def test_two_texts_that_are_the_same_become_one_cluster_with_one_head_and_one_story(corpus: Corpus) -> None:
    stored(corpus, *APART)
    before = state(corpus)

    say(corpus, 1, "same", 3)

    assert clusters(corpus) == [1, 2, 1]
    # The one that credits no agency stands for both.
    assert column(corpus, "duplicate_of") == [3, None, None]
    assert column(corpus, "story") == [1, 2, 1]
    Pairings(corpus).take_back(1, 3)
    assert state(corpus) == before


def test_an_article_that_is_different_leaves_its_cluster_and_comes_back_when_that_is_taken_back(
    corpus: Corpus,
) -> None:
    stored(corpus, HANDOVER, CUT, HANDOVER.replace("26", "27"))
    before = state(corpus)
    assert clusters(corpus) == [1, 1, 1]

    say(corpus, 2, "different", 1)

    assert clusters(corpus) == [1, 2, 1]
    assert column(corpus, "duplicate_of") == [None, None, 1]
    assert {hit.id for hit in corpus.search("after:1990").articles} == {1, 2}
    Pairings(corpus).take_back(2, 1)
    assert state(corpus) == before


def test_the_article_that_stood_for_a_cluster_leaves_it_and_another_stands_for_the_rest(
    corpus: Corpus,
) -> None:
    plain = HANDOVER.replace("(Agencia Norte) ", "")
    stored(corpus, plain, CUT.replace("(Agencia Norte) ", ""), plain + "\n\nOtro párrafo de este diario.")

    say(corpus, 1, "different", 2)

    assert len({clusters(corpus)[0], clusters(corpus)[1]}) == 2
    heads = [number for number, head in enumerate(column(corpus, "duplicate_of"), start=1) if head is None]
    assert len(heads) == len(set(clusters(corpus))) == 2


def test_word_for_word_copies_leave_with_an_article(corpus: Corpus) -> None:
    stored(corpus, HANDOVER, CUT, CUT)

    say(corpus, 3, "different", 1)

    assert clusters(corpus) == [1, 2, 2]


def test_of_three_that_are_the_same_one_is_parted_and_each_decision_can_be_taken_back(corpus: Corpus) -> None:
    stored(corpus, *APART)
    say(corpus, 1, "same", 2, minutes=1)
    say(corpus, 2, "same", 3, minutes=2)
    assert clusters(corpus) == [1, 1, 1]

    say(corpus, 3, "different", 1, minutes=3)
    assert clusters(corpus) == [1, 1, 3]

    Pairings(corpus).take_back(3, 1)
    assert clusters(corpus) == [1, 1, 1]
    Pairings(corpus).take_back(2, 1)
    assert clusters(corpus) == [1, 2, 2]
    Pairings(corpus).take_back(3, 2)
    assert state(corpus) == [(number, None, number, False) for number in (1, 2, 3)]


def test_of_a_pair_the_last_decision_counts_whichever_is_named_first(corpus: Corpus) -> None:
    stored(corpus, *APART)

    say(corpus, 1, "same", 2)
    say(corpus, 2, "different", 1, minutes=1)

    assert clusters(corpus) == [1, 2, 3]
    (said,) = Pairings(corpus).of([1])
    assert (said.article_id, said.verdict, said.beside(1)) == (2, "different", 2)


def test_what_would_join_two_that_were_parted_is_refused_and_changes_nothing(corpus: Corpus) -> None:
    stored(corpus, HANDOVER, CUT, QUAKE.format(dead=1, hurt=2))
    say(corpus, 3, "different", 1)
    before = state(corpus)

    with pytest.raises(InputError, match="3 is marked as different from 1; take that back first"):
        say(corpus, 2, "same", 3)

    assert state(corpus) == before
    assert len(Pairings(corpus).of([1, 2, 3])) == 1


def test_no_later_copy_brings_together_what_was_parted(corpus: Corpus) -> None:
    first, second = HANDOVER, truncated(HANDOVER)
    stored(corpus, first, second)
    say(corpus, 2, "different", 1)

    later = put(
        corpus,
        met("p3", first.replace("26", "28"), hours=3),
        met("p4", second + "\n\nY no hubo más noticias esa mañana en ninguno de los penales.", hours=4),
        met("p5", first, hours=5),
        met("p6", second, hours=6),
    )

    assert all(each.fate in (Fate.COPY, Fate.NEAR_COPY) for each in later)
    assert clusters(corpus)[:2] == [1, 2]
    assert set(clusters(corpus)) == {1, 2}
    assert clusters(corpus)[4:] == [1, 2]


def test_a_decision_outlives_revisions_new_readings_and_pruning(corpus: Corpus) -> None:
    stored(corpus, HANDOVER, CUT, *APART[1:])
    say(corpus, 2, "different", 1)
    say(corpus, 4, "same", 3)
    decided = clusters(corpus)
    keeper = Articles(corpus)

    put(corpus, met("p2", HANDOVER, hours=9), met("p4", QUAKE.format(dead=8, hurt=9), hours=9))
    keeper.renew(2, met("p2", HANDOVER), is_hidden=False, is_read=True)
    prune(corpus, Retention(article_days=1, off_topic_days=1), now=NOON + timedelta(days=100))

    assert clusters(corpus) == decided == [1, 2, 3, 3]


def test_an_off_topic_article_is_shown_with_its_twin_and_hidden_without_it(corpus: Corpus) -> None:
    def off_topic(path: str, words: str, hours: int) -> Article:
        return replace(met(path, words, hours=hours), judgements=(UNWANTED,))

    put(corpus, met("p1", HANDOVER, hours=1))
    put(corpus, off_topic("p2", CUT, 2), off_topic("p3", APART[1], 3))
    assert column(corpus, "hidden") == [False, False, True]

    say(corpus, 3, "same", 1)
    say(corpus, 2, "different", 1)
    assert column(corpus, "hidden") == [False, True, False]

    Pairings(corpus).take_back(3, 1)
    Pairings(corpus).take_back(2, 1)
    assert column(corpus, "hidden") == [False, False, True]


def test_a_story_that_an_article_told_before_is_told_by_it_again(corpus: Corpus) -> None:
    english = """Mexico sent 26 alleged cartel members to the United States on Tuesday, among them Abigael González \
Valencia and Servando Gómez Martínez, its second mass transfer this year. Omar García Harfuch, the security \
secretary, said none of them will face the death penalty. They were flown to Texas and to New York."""
    stored(corpus, APART[1], HANDOVER, APART[2], english)
    before = column(corpus, "story")
    assert before == [1, 2, 3, 2]

    say(corpus, 4, "same", 1)
    assert column(corpus, "story") == [1, 2, 3, 1]
    Pairings(corpus).take_back(4, 1)

    assert column(corpus, "story") == before


def test_copies_that_an_older_version_tied_by_nothing_come_back_too(corpus: Corpus) -> None:
    stored(corpus, HANDOVER, CUT, HANDOVER)
    with corpus.write() as connection:
        connection.execute(LINK.delete())
    before = state(corpus)

    say(corpus, 2, "different", 1)
    assert clusters(corpus) == [1, 2, 1]
    Pairings(corpus).take_back(2, 1)

    assert state(corpus) == before


def test_the_decision_of_a_forgotten_article_stays_with_what_carries_its_text(corpus: Corpus) -> None:
    stored(corpus, HANDOVER, CUT, HANDOVER)
    say(corpus, 2, "different", 1)

    forget(corpus, 1)

    (said,) = Pairings(corpus).of([2])
    assert (said.article_id, said.other_id, said.note) == (2, 3, "")
    Pairings(corpus).take_back(2, 3)
    assert len(set(clusters(corpus))) == 1
    forget(corpus, 2)
    assert Pairings(corpus).of([2, 3]) == ()


def test_two_forms_that_a_person_calls_the_same_stay_so(corpus: Corpus) -> None:
    stored(corpus, RELEASE.format(**ONE), RELEASE.format(**OTHER))
    assert clusters(corpus) == [1, 2]

    say(corpus, 1, "same", 2)
    put(corpus, met("p3", RELEASE.format(**OTHER), hours=3))

    assert clusters(corpus) == [1, 1, 1]
    assert column(corpus, "duplicate_of") == [None, 1, 1]


def test_of_two_texts_made_one_the_last_mark_for_a_watch_counts_until_they_are_parted(corpus: Corpus) -> None:
    stored(corpus, *APART[:2])
    verdicts: tuple[MarkVerdict, ...] = ("relevant", "not")
    for number, verdict in enumerate(verdicts, start=1):
        at = NOON + timedelta(minutes=number)
        Marks(corpus).put(number, Mark(watch=WANTED.watch, verdict=verdict, marked_at=at))

    say(corpus, 1, "same", 2)
    first = corpus.get(1)
    assert first is not None
    assert [mark.verdict for mark in first.marks] == ["not"]
    assert corpus.search("after:1990").articles == ()

    Pairings(corpus).take_back(1, 2)
    assert [hit.id for hit in corpus.search("after:1990").articles] == [1]
