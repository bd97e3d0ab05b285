"""What the index says of an article beside its words stays true, and answers as the articles themselves would."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pipeline.items import Article, Fate
from pipeline.marks import Mark
from storage import Corpus
from storage.articles import Articles
from storage.check import check
from storage.marks import Marks
from storage.search.labels import labelled
from storage.search.selection import selection
from storage.tables import ARTICLE
from tests.storage.builders import NOON, UNWANTED, article, decision, stamp, store

MANY = 2_600
"""More than are sorted at once."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Corpus, list[Article]]]:
    """Articles of four years in no order, some of one moment, some without a date."""
    rng = random.Random(7)  # noqa: S311
    articles = [_old(number, rng) for number in range(MANY)]
    path = tmp_path_factory.mktemp("archive") / "corpus.db"
    with Corpus.open(f"sqlite:///{path}", write=True) as corpus:
        store(corpus, *articles)
        yield corpus, articles


def _old(number: int, rng: random.Random) -> Article:
    at = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(0, 1500 * 24, 6))
    published = {} if rng.random() < 0.1 else {"published": stamp(at)}
    return article(
        f"old-{number}",
        text=f"El capo {number} fue visto" + (" en Guaymas" if rng.random() < 0.02 else ""),
        source=rng.choice(("diario", "gazette", "Ñandú Hoy")),
        language=rng.choice(("es", "en", "")),
        seen_at=at,
        **published,
    )


def _dated(one: Article) -> datetime:
    return one.published.at or one.seen_at


def test_the_newest_of_many_are_those_that_sorting_all_would_give(
    archive: tuple[Corpus, list[Article]],
) -> None:
    corpus, articles = archive
    ordered = sorted(enumerate(articles, start=1), key=lambda pair: (_dated(pair[1]), pair[0]), reverse=True)

    found, cursor = [], ""
    for _ in range(6):
        page = corpus.search("capo", limit=50, cursor=cursor)
        found += [hit.id for hit in page.articles]
        cursor = page.cursor

    assert page.count == MANY
    assert found == [number for number, _ in ordered[:300]]


def test_the_newest_of_what_was_written_only_long_ago_are_found_too(corpus: Corpus) -> None:
    long_ago = datetime(1999, 5, 1, tzinfo=UTC)
    old = [
        article(f"o{number}", published=stamp(long_ago + timedelta(minutes=number)))
        for number in range(2_100)
    ]
    store(corpus, *old, article("new", text="Otra cosa"))

    page = corpus.search("handed", limit=3)

    assert [hit.url[-5:] for hit in page.articles] == ["o2099", "o2098", "o2097"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("capo source:diario", lambda one: one.source == "diario"),
        ('capo source:"nandu hoy"', lambda one: one.source == "Ñandú Hoy"),
        (
            "capo lang:es after:2022-03 before:2022-05",
            lambda one: one.language == "es" and _month(one) in (3, 4),
        ),
        (
            "capo after:2022-03-05 before:2022-03-09",
            lambda one: _month(one) == 3 and 5 <= _dated(one).day < 9,
        ),
        ("guaymas after:2022-03-01", lambda one: "Guaymas" in one.text and _dated(one) >= _at(2022, 3)),
        ("capo source:nobody", lambda one: False),
    ],
)
def test_counts_and_facets_by_the_index_are_those_of_the_articles(
    archive: tuple[Corpus, list[Article]], query: str, wanted: object
) -> None:
    corpus, articles = archive
    assert callable(wanted)
    expected = [one for one in articles if wanted(one)]

    assert corpus.count(query) == len(expected)
    facets = corpus.facets(query, by=("source", "language"))
    assert facets["source"] == Counter(one.source for one in expected)
    assert facets["language"] == Counter(one.language for one in expected)
    days = Counter(_dated(one).date().isoformat() for one in expected)
    assert {day: number for day, number in corpus.timeline(query).items() if number} == days


def _at(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def _month(one: Article) -> int | None:
    at = _dated(one)
    return at.month if at.year == 2022 else None


def test_the_index_knows_of_copies_that_change_places_and_of_texts_that_come_to_light(corpus: Corpus) -> None:
    keeper = Articles(corpus)
    first, second, hidden = (
        *store(corpus, article("a"), article("b")),
        *store(corpus, article("c", judgements=(UNWANTED,)), fate=Fate.OFF_TOPIC),
    )
    with corpus.write() as connection:
        connection.execute(ARTICLE.update().where(ARTICLE.c.id == first).values(duplicate_of=second))
    assert corpus.count("handed") == 1

    with corpus.write() as connection:
        connection.execute(ARTICLE.update().where(ARTICLE.c.id == first).values(duplicate_of=None))
        connection.execute(ARTICLE.update().where(ARTICLE.c.id == second).values(duplicate_of=first))
    revised = article("c", text="They were handed over again", published=stamp(NOON + timedelta(days=40)))
    with corpus.write():
        keeper.store(revised, decision(Fate.REVISION, article_id=hidden))

    assert corpus.count("handed") == 2
    assert {hit.id for hit in corpus.search("handed").articles} == {first, hidden}
    assert [finding for finding in check(corpus) if finding.is_urgent] == []


def test_what_people_marked_counts_though_the_index_does_not_know_of_it(corpus: Corpus) -> None:
    wanted, other = store(corpus, article("a"), article("b"))
    (hidden,) = store(corpus, article("c", judgements=(UNWANTED,)), fate=Fate.OFF_TOPIC)
    marks = Marks(corpus)
    marks.put(wanted, Mark(watch="cartel-extraditions", verdict="not", marked_at=NOON, note=""))
    marks.put(hidden, Mark(watch="cartel-extraditions", verdict="relevant", marked_at=NOON, note=""))

    assert corpus.count("handed") == 2
    assert {hit.id for hit in corpus.search("handed").articles} == {other, hidden}
    assert sum(corpus.facets("handed")["source"].values()) == 2
    assert sum(corpus.timeline("handed").values()) == 2


def test_a_text_cannot_pass_for_a_label(corpus: Corpus) -> None:
    store(corpus, article("a", text="handed \ue000c \ue000h \ue000d19990101"))

    assert corpus.count("handed") == 1
    assert corpus.count("handed before:2000") == 0


def test_the_index_answers_alone_where_it_can(archive: tuple[Corpus, list[Article]]) -> None:
    corpus, _ = archive
    with corpus.read() as connection:
        alone = {
            query: labelled(connection, selection(query, {})).match is not None
            for query in ("capo", "capo source:diario after:2022-03 before:2022-05", "capo url:x", '="Capo"')
        }
        everything = connection.execute(select(func.count()).select_from(ARTICLE)).scalar_one()

    assert list(alone.values()) == [True, True, False, False]
    assert everything == MANY
