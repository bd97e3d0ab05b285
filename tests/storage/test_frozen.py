"""A frozen set is given again as it was, whatever became of its articles; and says what became of them."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, StorageError
from pipeline.facts import Fact, Facts
from pipeline.items import Fate, Flag, Origin, Precision, Stamp
from storage import Corpus
from storage.articles import Articles
from storage.forget import forget
from storage.frozen.freezing import freeze
from storage.frozen.values import Difference
from storage.marks import Marks
from storage.retention import Retention, prune
from storage.search.records import Record
from tests.storage.builders import NOON, SAID, UNWANTED, article, decision, page, stamp, store


def frozen(corpus: Corpus, query: str = "handed") -> list[Record]:
    """Freeze what a query finds under the name x; return what it found."""
    corpus.freeze(query, name="x")
    return list(corpus.export(query))


def drift(corpus: Corpus) -> dict[int, Difference]:
    return {one.id: one for one in corpus.drift("x")}


def revise(corpus: Corpus, number: int, path: str = "a", **changes: object) -> None:
    Articles(corpus).store(article(path, **changes), decision(Fate.REVISION, article_id=number))


def reread(corpus: Corpus, number: int, path: str = "a", **changes: object) -> None:
    Articles(corpus).renew(number, article(path, **changes), is_hidden=False, is_read=True)


def test_a_set_keeps_what_was_asked_and_when(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"))
    since = datetime(2025, 1, 1, tzinfo=UTC)

    made = freeze(corpus, "handed", {"since": since, "source": "gazette", "lang": None}, name="paper 1", at=NOON)

    assert corpus.frozen_sets() == (made,) == (corpus.frozen_set("paper 1"),)
    assert (made.query, made.articles, made.forgotten, made.frozen_at) == ("handed", 2, 0, NOON)
    assert made.filters == {"since": since, "source": "gazette"}
    assert made.version == "0.1.0"
    assert made.as_dict()["filters"] == {"since": "2025-01-01T00:00:00Z", "source": "gazette"}


def test_it_gives_the_same_records_whatever_became_of_their_articles(corpus: Corpus) -> None:
    first, second, third, *_ = store(
        corpus,
        article("a", facts=SAID, authors=("Ana Núñez",), flags=(Flag.PAYWALLED,)),
        article("b", published=stamp(NOON, Precision.DAY)),
        article("c"),
        article("d", published=Stamp()),
    )
    Marks(corpus).set(second, "cartel-extraditions", "relevant", at=NOON, note="yes")
    before = frozen(corpus)

    revise(corpus, first, text="They were set free.", title="Other", authors=("Else",), published=stamp(NOON))
    revise(corpus, first, text="They were caught again.")
    reread(corpus, second, "b", text="Two men were handed over at b, and more.", authors=("Found now",))
    reread(corpus, third, "c", title="Read anew")
    revise(corpus, third, "c", text="And revised.")
    Marks(corpus).clear(second, "cartel-extraditions")

    assert list(corpus.export_frozen("x")) == before
    assert [one.as_dict() for one in corpus.export_frozen("x")] == [one.as_dict() for one in before]


def test_its_fingerprint_can_be_made_from_what_it_gives(corpus: Corpus) -> None:
    store(corpus, article("a", standfirst="Below"), article("b", title="Año"))
    (number,) = store(corpus, article("c"))
    revise(corpus, number, "c", text="Handed over twice.")
    frozen(corpus)

    digest = hashlib.sha256()
    for line in (json.dumps(record.as_dict()) for record in corpus.export_frozen("x")):
        one = json.loads(line)
        words = "\0".join((one["title"], one["standfirst"], one["text"]))
        its_hash = hashlib.sha256(words.encode()).hexdigest()
        digest.update(f"{one['id']} {one['revision']} {its_hash}\n".encode())

    assert corpus.frozen_set("x").fingerprint == digest.hexdigest()


def test_where_nothing_happened_nothing_differs(corpus: Corpus) -> None:
    (number, _) = store(corpus, article("a", facts=SAID), article("b"))
    frozen(corpus)

    Articles(corpus).store(
        article("a", seen_at=NOON + timedelta(days=2)), decision(Fate.UNCHANGED, article_id=number)
    )

    assert drift(corpus) == {}


def test_drift_names_what_came_and_what_changed(corpus: Corpus) -> None:
    first, second, hidden = store(corpus, article("a"), article("b"), article("c", text="Of the sea."))
    frozen(corpus)

    (new,) = store(corpus, article("d"))
    revise(corpus, hidden, "c", text="He was handed over at sea.")
    revise(corpus, first, text="Two men were handed over at a. One was not.")
    reread(corpus, second, "b", title="Read anew")

    found = drift(corpus)
    assert {number: (one.change, one.why) for number, one in found.items()} == {
        first: ("changed", ("text", "revision")),
        second: ("changed", ("title",)),
        hidden: ("added", ("stored_before",)),
        new: ("added", ("new",)),
    }
    assert list(found) == [first, second, hidden, new]
    assert (found[first].revision_then, found[first].revision_now) == (1, 2)
    assert found[second].title == "Read anew"


def test_drift_says_why_an_article_is_found_no_more(corpus: Corpus) -> None:
    numbers = store(corpus, *(article(name) for name in "abcde"))
    by_text, by_copy, by_topic, by_date, forgotten = numbers
    freeze(corpus, "handed", {"until": NOON + timedelta(days=1)}, name="x", at=NOON)

    revise(corpus, by_text, "a", text="They were set free.")
    Marks(corpus).same(by_copy, numbers[0], at=NOON) if hasattr(Marks, "same") else None
    Marks(corpus).set(by_topic, "cartel-extraditions", "not", at=NOON)
    reread(corpus, by_date, "d", published=stamp(NOON + timedelta(days=3)))
    forget(corpus, forgotten)

    found = {number: (one.change, one.why) for number, one in drift(corpus).items()}
    assert found[by_text] == ("gone", ("text", "revision"))
    assert found[by_topic] == ("gone", ("off_topic", "watches", "marks"))
    assert found[by_date] == ("gone", ("published_at",))
    assert found[forgotten] == ("forgotten", ())
