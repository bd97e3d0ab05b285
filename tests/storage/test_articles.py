"""Storing articles: new, copied, revised, seen again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.errors import RecordError
from pipeline.facts import Fact, Facts
from pipeline.items import ChannelKind, Fate, Flag, Removed, Stamp
from storage import Corpus
from storage.articles import Articles
from tests.storage.builders import NOON, SAID, UNWANTED, WANTED, article, decision, stamp, store

pytestmark = pytest.mark.both_databases


def test_a_stored_article_comes_back_with_everything_it_had(corpus: Corpus) -> None:
    given = article(
        canonical_url="https://gazette.example.org/canon",
        external_id="x-1",
        standfirst="Under the headline",
        authors=("Ana Núñez", "O. Diaz"),
        modified=stamp(NOON + timedelta(hours=1)),
        flags=(Flag.PAYWALLED,),
        judgements=(replace(WANTED, version="1"),),
        facts=SAID,
    )

    (number,) = store(corpus, given)

    record = corpus.get(number)
    assert record is not None
    assert record.as_dict() == {
        "id": number,
        "external_id": "x-1",
        "url": "https://gazette.example.org/a",
        "canonical_url": "https://gazette.example.org/canon",
        "source": "gazette",
        "channel": "feed",
        "title": "Title a",
        "standfirst": "Under the headline",
        "text": "Two men were handed over at a.",
        "language": "en",
        "authors": ["Ana Núñez", "O. Diaz"],
        "published_at": "2025-08-12T12:00:00Z",
        "published_precision": "second",
        "published_from": "feed",
        "modified_at": "2025-08-12T13:00:00Z",
        "first_seen_at": "2025-08-12T12:00:00Z",
        "last_seen_at": "2025-08-12T12:00:00Z",
        "flags": ["paywalled"],
        "watches": [
            {"name": "cartel-extraditions", "score": 0.9, "reasons": ["handed over"], "version": "1"}
        ],
        "fate": "new",
        "duplicate_of": None,
        "duplicate_cluster": number,
        "story": number,
        "revision": 1,
        "marks": [],
        "facts": SAID.as_dict(),
    }
    assert record.facts == SAID
    assert corpus.judgements(number) == given.judgements


def test_the_linking_finds_what_is_stored_by_address_and_by_text(corpus: Corpus) -> None:
    given = article()
    (number,) = store(corpus, given)
    articles = Articles(corpus)

    at_address, with_text = articles.at_address(given.url_key), articles.with_text(given.text_hash)

    assert at_address is not None
    assert at_address == with_text
    assert (at_address.article_id, at_address.title) == (number, "Title a")
    assert articles.at_address("https://gazette.example.org/other") is None
    assert articles.with_text("no such hash") is None


def test_a_text_in_an_open_transaction_is_seen_by_the_next_decision(corpus: Corpus) -> None:
    articles = Articles(corpus)

    with corpus.write():
        number = articles.store(article(), decision())
        seen = articles.with_text(article().text_hash)

    assert seen is not None
    assert seen.article_id == number


def test_a_revision_keeps_both_texts(corpus: Corpus) -> None:
    (number,) = store(
        corpus, article(text="Six were handed over.", removed=(Removed(line=3, rule="ad", text="970x125"),))
    )
    later = article(
        text="Seven were handed over.",
        title="Title b",
        seen_at=NOON + timedelta(hours=2),
        modified=stamp(NOON + timedelta(hours=1)),
        judgements=(UNWANTED,),
    )

    again = Articles(corpus).store(later, decision(Fate.REVISION, article_id=number))

    assert again == number
    record = corpus.get(number)
    assert record is not None
    assert (record.title, record.text, record.revision) == ("Title b", "Seven were handed over.", 2)
    assert (record.fate, record.last_seen_at) == (Fate.NEW, NOON + timedelta(hours=2))
    first, second = corpus.revisions(number)
    assert (first.number, first.title, first.text, first.changed) == (
        1,
        "Title a",
        "Six were handed over.",
        (),
    )
    assert (second.number, second.text, second.changed) == (2, "Seven were handed over.", ("title", "text"))
    assert (first.modified_at, second.modified_at) == (None, NOON + timedelta(hours=1))
    assert corpus.receipt(number) == ()
    assert corpus.receipt(number, 1) == (Removed(line=3, rule="ad", text="970x125"),)
    assert corpus.judgements(number) == (UNWANTED,)


def test_what_an_article_says_can_be_asked_for_whatever_its_case_and_accents(corpus: Corpus) -> None:
    store(corpus, article("a", facts=SAID), article("b", facts=Facts()), article("c"))

    with corpus.read() as connection:
        rows = connection.execute(
            text("SELECT article_id FROM article_fact WHERE name = 'person' AND folded = 'ana nunez'")
        ).all()

    assert [tuple(row) for row in rows] == [(1,)]
    assert [record.facts for record in corpus.export()] == [SAID, Facts(), Facts()]


@pytest.mark.parametrize("later", [Facts(count=Fact(3, "three men", "Three men were handed over.")), None])
def test_only_what_the_newest_text_says_is_kept(corpus: Corpus, later: Facts | None) -> None:
    (number,) = store(corpus, article(facts=SAID))

    store(
        corpus,
        article(text="Three men were handed over.", facts=later),
        fate=Fate.REVISION,
        article_id=number,
    )
    store(corpus, article(text="Three men were handed over."), fate=Fate.UNCHANGED, article_id=number)

    record = corpus.get(number)
    assert record is not None
    assert record.facts == (later or Facts())


def test_a_third_text_leaves_the_second_in_the_history(corpus: Corpus) -> None:
    (number,) = store(corpus, article(text="one"))
    for text_now in ("two", "three"):
        store(corpus, article(text=text_now), fate=Fate.REVISION, article_id=number)

    assert [revision.text for revision in corpus.revisions(number)] == ["one", "two", "three"]


def test_a_revision_is_announced_when_its_text_says_so(corpus: Corpus) -> None:
    (number,) = store(corpus, article(text="Six left."))
    texts = (
        "Seven left.",
        "Seven left.\n\nCorrection: They were seven.",
        "Eight left.\n\nCorrection: They were seven.",
    )
    for words in texts:
        Articles(corpus).store(article(text=words), decision(Fate.REVISION, article_id=number))

    revisions = corpus.revisions(number)

    assert [each.announced for each in revisions] == [False, False, True, False]
    assert revisions[2].as_dict()["notice"] == "Correction: They were seven."


def test_a_revision_does_not_move_the_published_time(corpus: Corpus) -> None:
    (number,) = store(corpus, article())
    later = article(text="other", published=stamp(NOON + timedelta(days=2)))

    store(corpus, later, fate=Fate.REVISION, article_id=number)

    record = corpus.get(number)
    assert record is not None
    assert record.published_at == NOON


def test_a_revision_gives_the_published_time_that_was_unknown(corpus: Corpus) -> None:
    (number,) = store(corpus, article(published=Stamp()))

    store(corpus, article(text="other"), fate=Fate.REVISION, article_id=number)

    record = corpus.get(number)
    assert record is not None
    assert record.as_dict()["published_at"] == "2025-08-12T12:00:00Z"


def test_an_unchanged_page_only_moves_the_last_sighting(corpus: Corpus) -> None:
    (number,) = store(corpus, article(flags=(Flag.WITHDRAWN,)))
    articles = Articles(corpus)

    articles.store(article(seen_at=NOON + timedelta(days=1)), decision(Fate.UNCHANGED, article_id=number))
    articles.store(article(seen_at=NOON - timedelta(days=1)), decision(Fate.UNCHANGED, article_id=number))

    record = corpus.get(number)
    assert record is not None
    assert (record.first_seen_at, record.last_seen_at) == (NOON, NOON + timedelta(days=1))
    assert record.flags == ()
    assert len(corpus.revisions(number)) == 1


def test_copies_are_linked_and_never_deleted(corpus: Corpus) -> None:
    (first,) = store(corpus, article("a", text="same"))
    (second,) = store(corpus, article("b", text="same"), fate=Fate.COPY, compared_with=first)
    (third,) = store(corpus, article("c", text="same"), fate=Fate.COPY, compared_with=second)

    records = [corpus.get(number) for number in (first, second, third)]

    assert [record and record.duplicate_of for record in records] == [None, first, first]
    assert {record and record.duplicate_cluster for record in records} == {first}
    assert {record and record.story for record in records} == {first}
    assert [record.id for record in corpus.copies(first)] == [second, third]
    assert [record.id for record in corpus.copies(third)] == [first, second]
    assert corpus.count("same") == 1
    assert corpus.count("same", include_copies=True) == 3
    assert corpus.search("same").articles[0].copies == 2


def test_an_off_topic_article_is_hidden_unless_asked_for(corpus: Corpus) -> None:
    store(corpus, article("a", judgements=(UNWANTED,)), fate=Fate.OFF_TOPIC)

    assert corpus.count("handed") == 0
    assert corpus.count("handed", include_off_topic=True) == 1


def test_an_imported_article_is_never_hidden(corpus: Corpus) -> None:
    imported = article("a", judgements=(UNWANTED,), channel=ChannelKind.IMPORT)

    store(corpus, imported, fate=Fate.OFF_TOPIC)

    assert corpus.count("handed") == 1


def test_a_copy_of_a_hidden_article_is_hidden_until_a_watch_wants_it(corpus: Corpus) -> None:
    (first,) = store(corpus, article("a", text="same", judgements=()), fate=Fate.OFF_TOPIC)
    store(corpus, article("b", text="same", judgements=()), fate=Fate.COPY, compared_with=first)
    store(corpus, article("c", text="same", judgements=(WANTED,)), fate=Fate.COPY, compared_with=first)

    shown = corpus.search("same", include_copies=True)

    assert [hit.url for hit in shown.articles] == ["https://gazette.example.org/c"]


def test_a_revision_that_a_watch_wants_comes_to_light(corpus: Corpus) -> None:
    (number,) = store(corpus, article(judgements=()), fate=Fate.OFF_TOPIC)

    store(corpus, article(text="now wanted"), fate=Fate.REVISION, article_id=number)

    assert corpus.count("wanted") == 1


def test_a_record_that_cannot_be_stored_does_not_take_the_batch_with_it(corpus: Corpus) -> None:
    articles = Articles(corpus)
    naive = article("b", seen_at=NOON.replace(tzinfo=None))

    with corpus.write():
        articles.store(article("a"), decision())
        with pytest.raises(RecordError, match=r"gazette.example.org/b: cannot be stored"):
            articles.store(naive, decision())
        with pytest.raises(RecordError, match=r"gazette.example.org/a: cannot be stored"):
            articles.store(article("a"), decision())
        articles.store(article("c"), decision())

    assert [record.url[-1] for record in corpus.export()] == ["a", "c"]


def test_control_characters_and_halves_of_surrogate_pairs_are_made_storable(
    corpus: Corpus, cases: dict[str, dict]
) -> None:
    nul, half = cases["store-nul"], cases["store-surrogate"]
    texts = [nul["input"]["text"], json.loads(half["input"]["json_text"])]

    numbers = store(
        corpus,
        *(
            article(str(index), text=text, title=text, authors=(text,), source=text, standfirst=text)
            for index, text in enumerate(texts)
        ),
        article("2"),
    )

    stored = [corpus.get(number) for number in numbers]
    assert [record and record.text for record in stored[:2]] == [
        nul["expect"]["text"],
        half["expect"]["text"],
    ]
    assert len(list(corpus.export())) == 3
    with corpus.read() as connection:
        length = connection.execute(
            text("SELECT length(text) FROM article_text WHERE article_id = 1")
        ).scalar()
    assert length == nul["expect"]["sql_length"]


def test_a_failed_transaction_leaves_nothing(corpus: Corpus) -> None:
    def batch() -> None:
        with corpus.write():
            Articles(corpus).store(article(), decision())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        batch()

    assert corpus.count("handed") == 0
    store(corpus, article())
    assert corpus.count("handed") == 1


def test_the_index_follows_every_change_of_the_text(corpus: Corpus) -> None:
    (number,) = store(corpus, article(text="extraditado", title="before"))
    assert corpus.count("extraditado") == corpus.count("title:before") == 1

    store(corpus, article(text="expulsado", title="after"), fate=Fate.REVISION, article_id=number)

    assert corpus.count("extraditado") == corpus.count("title:before") == 0
    assert corpus.count("expulsado") == corpus.count("title:after") == 1
    with corpus.write() as connection:
        for table in ("judgement", "revision", "article_text", "article"):
            connection.execute(text(f"DELETE FROM {table}"))
    assert corpus.count("expulsado") == 0


def test_the_index_follows_a_text_that_is_changed_by_hand(sqlite_corpus: Corpus) -> None:
    store(sqlite_corpus, article())

    with sqlite_corpus.write() as connection:
        connection.execute(text("UPDATE article_text SET standfirst = 'capturado'"))

    assert sqlite_corpus.count("capturado") == 1


def test_a_number_is_not_given_twice(corpus: Corpus) -> None:
    (first,) = store(corpus, article())
    with corpus.write() as connection:
        for table in ("judgement", "revision", "article_text", "article"):
            connection.execute(text(f"DELETE FROM {table}"))

    (second,) = store(corpus, article("b"))

    assert second > first
