"""A frozen set is given again as it was, whatever became of its articles; and says what became of them."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from pipeline.errors import ConfigError, StorageError
from pipeline.facts import Fact
from pipeline.items import Fate, Flag, Precision, Stamp
from pipeline.marks import Mark, MarkVerdict
from storage import Corpus
from storage.articles import Articles
from storage.forget import forget
from storage.frozen.freezing import freeze
from storage.frozen.packing import unpacked
from storage.frozen.values import Difference, FrozenSet
from storage.marks import Marks
from storage.retention import Retention, prune
from storage.search.records import Record
from storage.tables import ARTICLE, FROZEN_ARTICLE, FROZEN_SET, FROZEN_TEXT, TEXT
from tests.storage.builders import NOON, SAID, WANTED, article, decision, page, stamp, store

pytestmark = pytest.mark.both_databases


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


def becomes_copy(corpus: Corpus, number: int, *, of: int) -> None:
    """As when an article comes that ties two clusters into one."""
    with corpus.write() as connection:
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == number).values(duplicate_of=of))


def mark(verdict: MarkVerdict) -> Mark:
    return Mark(watch=WANTED.watch, verdict=verdict, marked_at=NOON)


def test_a_set_keeps_what_was_asked_and_when(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"))
    since = datetime(2025, 1, 1, tzinfo=UTC)

    made = freeze(
        corpus, "handed", {"since": since, "source": "gazette", "lang": None}, name="paper 1", at=NOON
    )

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
    Marks(corpus).put(second, mark("relevant"))
    before = frozen(corpus)

    revise(corpus, first, text="They were set free.", title="Other", authors=("Else",), published=stamp(NOON))
    revise(corpus, first, text="They were caught again.")
    reread(corpus, second, "b", text="Two men were handed over at b, and more.", authors=("Found now",))
    reread(corpus, third, "c", title="Read anew")
    revise(corpus, third, "c", text="And revised.")
    Marks(corpus).take_back(second)

    assert list(corpus.export(frozen="x")) == before
    assert [one.as_dict() for one in corpus.export(frozen="x")] == [one.as_dict() for one in before]


def test_its_fingerprint_can_be_made_from_what_it_gives(corpus: Corpus) -> None:
    store(corpus, article("a", standfirst="Below"), article("b", title="Año"))
    (number,) = store(corpus, article("c"))
    revise(corpus, number, "c", text="Handed over twice.")
    frozen(corpus)

    digest = hashlib.sha256()
    for line in (json.dumps(record.as_dict()) for record in corpus.export(frozen="x")):
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
    becomes_copy(corpus, by_copy, of=by_text)
    Marks(corpus).put(by_topic, mark("not"))
    reread(corpus, by_date, "d", published=stamp(NOON + timedelta(days=3)))
    forget(corpus, forgotten)

    found = {number: (one.change, one.why) for number, one in drift(corpus).items()}
    assert found[by_copy] == ("gone", ("copy", "duplicate_of"))
    assert found[by_text] == ("gone", ("text", "revision"))
    assert found[by_topic] == ("gone", ("off_topic", "watches", "marks"))
    assert found[by_date] == ("gone", ("published_at",))
    assert found[forgotten] == ("forgotten", ())


def test_a_withdrawn_article_is_named(corpus: Corpus) -> None:
    (number,) = store(corpus, article("a"))
    frozen(corpus)

    with corpus.write() as connection:
        connection.execute(update(ARTICLE).values(flags=["withdrawn"]))

    assert drift(corpus)[number].why == ("withdrawn",)


def test_a_time_ago_in_the_query_stays_where_it_was(corpus: Corpus) -> None:
    (number,) = store(corpus, article("a"))

    freeze(corpus, "after:7d", {}, name="x", at=NOON + timedelta(days=1))

    assert [record.id for record in corpus.export(frozen="x")] == [number]
    assert drift(corpus) == {}


def test_of_a_forgotten_article_nothing_is_kept_but_its_number(sqlite_corpus: Corpus) -> None:
    name = "Zyxquvblum"
    forgotten, other = store(
        sqlite_corpus,
        article("a", title=name, text=f"{name} was handed over.", authors=(name,)),
        article("b"),
    )
    frozen(sqlite_corpus)
    reread(sqlite_corpus, forgotten, text=f"{name} was handed over again.")

    forget(sqlite_corpus, forgotten)

    files = sorted(Path(sqlite_corpus.path).parent.iterdir())
    assert [file.name for file in files if name.encode() in file.read_bytes()] == []
    with sqlite_corpus.read() as connection:
        row = connection.execute(select(FROZEN_ARTICLE).where(FROZEN_ARTICLE.c.article_id == forgotten)).one()
    assert (row.words_hash, row.record) == (None, None)
    assert (sqlite_corpus.frozen_set("x").articles, sqlite_corpus.frozen_set("x").forgotten) == (2, 1)
    forget(sqlite_corpus, other)
    assert sqlite_corpus.frozen_set("x").forgotten == 2
    assert list(sqlite_corpus.export(frozen="x")) == []


def test_a_note_on_a_forgotten_article_goes_from_its_copies_too(sqlite_corpus: Corpus) -> None:
    (first,) = store(sqlite_corpus, article("a"))
    (copy,) = store(sqlite_corpus, article("b"), fate=Fate.COPY, compared_with=first)
    Marks(sqlite_corpus).put(first, replace(mark("relevant"), note="Zyxquvblum is my cousin"))
    sqlite_corpus.freeze("handed", name="x", include_copies=True)
    before = next(one for one in sqlite_corpus.export(frozen="x") if one.id == copy)
    assert before.marks[0].note == "Zyxquvblum is my cousin"

    forget(sqlite_corpus, first)

    (after,) = sqlite_corpus.export(frozen="x")
    assert after == replace(before, marks=(mark("relevant"),))
    assert not any(b"Zyxquvblum" in file.read_bytes() for file in Path(sqlite_corpus.path).parent.iterdir())


def test_what_is_forgotten_while_a_set_is_frozen_is_not_kept(corpus: Corpus, corpus_url: str) -> None:
    first, second = store(corpus, article("a"), article("b"))

    with Corpus.open(corpus_url, write=True) as other:
        made = freeze_meanwhile(corpus_url, lambda: forget(other, first))

    assert (made.articles, made.forgotten) == (2, 1)
    assert [record.id for record in corpus.export(frozen="x")] == [second]


def test_what_is_read_anew_while_a_set_is_frozen_is_kept_as_it_was_found(
    corpus: Corpus, corpus_url: str
) -> None:
    (number,) = store(corpus, article("a"))
    before = corpus.get(number)

    with Corpus.open(corpus_url, write=True) as other:
        freeze_meanwhile(corpus_url, lambda: reread(other, number, title="Read anew"))

    assert list(corpus.export(frozen="x")) == [before]


def freeze_meanwhile(url: str, act: Callable[[], object]) -> FrozenSet:
    """Freeze, and have another do something between the snapshot and the first batch written."""
    snapshots = 0

    class Interrupted(Corpus):
        @contextmanager
        def write(self) -> Iterator[Connection]:
            nonlocal snapshots
            snapshots += 1
            if snapshots == 2:  # the first began the set
                act()
            with super().write() as connection:
                yield connection

    with Interrupted.open(url, write=True) as opened:
        return opened.freeze("handed", name="x")


def test_a_name_that_is_taken_is_refused_with_advice(corpus: Corpus) -> None:
    store(corpus, article("a"))
    made = corpus.freeze("handed", name="x")

    with pytest.raises(
        ConfigError, match=r"there is a frozen set 'x' already.* tearsheet frozen 'x' --remove"
    ):
        corpus.freeze("men", name="x")

    assert corpus.frozen_sets() == (made,)


@pytest.mark.parametrize("name", ["", "  ", " x", "a\nb", "a\x1b[2J", "x" * 101])
def test_a_name_that_could_not_be_typed_again_is_refused(corpus: Corpus, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name of a set"):
        corpus.freeze("men", name=name)


def test_an_unknown_name_is_answered_with_the_nearest(corpus: Corpus) -> None:
    corpus.freeze("men", name="thesis")

    for ask in (corpus.frozen_set, corpus.remove_frozen, lambda name: list(corpus.drift(name))):
        with pytest.raises(ConfigError, match=r"no frozen set named 'tesis'; did you mean 'thesis'\?"):
            ask("tesis")


def test_a_removed_set_leaves_nothing_and_its_name_is_free(corpus: Corpus) -> None:
    first, second = store(corpus, article("a"), article("b"))
    frozen(corpus)
    corpus.freeze("title:b", name="y")
    reread(corpus, first, text="Handed over, read anew.")
    reread(corpus, second, "b", text="Handed over, read anew too.")

    corpus.remove_frozen("x")

    assert [one.name for one in corpus.frozen_sets()] == ["y"]
    with corpus.read() as connection:
        assert connection.execute(select(FROZEN_TEXT.c.article_id)).scalars().all() == [second]
        assert connection.execute(select(FROZEN_ARTICLE.c.article_id)).scalars().all() == [second]
    corpus.freeze("handed", name="x")


def test_a_freezing_that_fails_leaves_nothing(corpus: Corpus) -> None:
    store(corpus, *(article(str(number)) for number in range(600)))

    with pytest.raises(KeyboardInterrupt):
        freeze(corpus, "handed", {}, name="x", at=NOON, advance=interrupt)

    assert rows_of_sets(corpus) == (0, 0)


def interrupt(count: int) -> None:
    raise KeyboardInterrupt


def test_a_freezing_that_was_killed_is_not_seen_and_is_cleared_away(corpus: Corpus, corpus_url: str) -> None:
    store(corpus, *(article(str(number)) for number in range(600)))
    script = (
        "import os, sys; from datetime import datetime, UTC; from storage import Corpus\n"
        "from storage.frozen.freezing import freeze\n"
        "with Corpus.open(sys.argv[1], write=True) as corpus:\n"
        "    now = datetime(2025, 8, 12, tzinfo=UTC)\n"
        "    freeze(corpus, 'handed', {}, name='x', at=now, advance=lambda _: os._exit(9))"
    )

    assert subprocess.run([sys.executable, "-c", script, corpus_url]).returncode == 9

    assert (corpus.frozen_sets(), rows_of_sets(corpus)) == ((), (1, 500))
    freeze(corpus, "sea", {}, name="x", at=NOON + timedelta(days=2))
    assert rows_of_sets(corpus) == (1, 0)


def rows_of_sets(corpus: Corpus) -> tuple[int, ...]:
    with corpus.read() as connection:
        return tuple(len(connection.execute(select(table)).all()) for table in (FROZEN_SET, FROZEN_ARTICLE))


def test_a_set_is_of_one_moment_though_articles_come_meanwhile(corpus: Corpus, corpus_url: str) -> None:
    store(corpus, *(article(str(number)) for number in range(1201)))

    names = iter("abc")

    with Corpus.open(corpus_url, write=True) as other:
        made = freeze(
            corpus, "handed", {}, name="x", at=NOON, advance=lambda _: store(other, article(next(names)))
        )

    assert (made.articles, corpus.count("handed")) == (1201, 1204)
    assert [one.why for one in corpus.drift("x")] == [("new",)] * 3


def test_of_two_that_freeze_under_one_name_the_first_to_finish_has_it(
    corpus: Corpus, corpus_url: str
) -> None:
    store(corpus, article("a"))

    with Corpus.open(corpus_url, write=True) as other, pytest.raises(ConfigError, match="already"):
        freeze(corpus, "a", {}, name="x", at=NOON, advance=lambda _: other.freeze("handed", name="x"))

    assert [one.query for one in corpus.frozen_sets()] == ["handed"]
    assert rows_of_sets(corpus) == (1, 1)


def test_pruning_takes_nothing_of_a_set(corpus: Corpus) -> None:
    (number,) = store(corpus, article("a"))
    corpus.pages.keep(page("a"))
    before = frozen(corpus)
    revise(corpus, number, text="They were set free.")

    prune(corpus, Retention(article_days=1, off_topic_days=1), now=NOON + timedelta(days=9999))

    assert list(corpus.export(frozen="x")) == before


def test_words_that_were_changed_past_tearsheet_are_noticed(corpus: Corpus) -> None:
    (number,) = store(corpus, article("a"))
    frozen(corpus)

    with corpus.write() as connection:
        connection.execute(update(TEXT).values(text="Forged."))

    with pytest.raises(StorageError, match=f"article {number}: its words are not those that were frozen"):
        list(corpus.export(frozen="x"))


def test_a_corpus_that_is_only_read_freezes_nothing(corpus: Corpus, corpus_url: str) -> None:
    store(corpus, article("a"))

    with Corpus.open(corpus_url) as readable, pytest.raises(StorageError, match="opened for reading only"):
        readable.freeze("handed", name="x")


def test_thousands_are_frozen_in_order(corpus: Corpus) -> None:
    store(corpus, *(article(str(number)) for number in range(1201)))
    batches: list[int] = []

    made = freeze(corpus, "", {}, name="x", at=NOON, advance=batches.append)

    assert (made.articles, batches) == (1201, [500, 500, 201])
    assert [record.id for record in corpus.export(frozen="x")] == list(range(1, 1202))


def test_a_corpus_in_memory_freezes_too() -> None:
    with Corpus.open("sqlite://", write=True) as corpus:
        store(corpus, article("a"))

        assert frozen(corpus) == list(corpus.export(frozen="x"))


def test_a_record_frozen_by_the_first_version_is_read() -> None:
    """A new field of Record needs a default, or the sets of years cannot be read any more."""
    content = zstandard.ZstdCompressor().compress(FIRST_RECORD.encode())

    record = unpacked(content, ("Title", "", "Text"))

    assert (record.id, record.title, record.text) == (7, "Title", "Text")
    assert (record.published_precision, record.facts.count) == (Precision.DAY, Fact(2, "two men", "Two men."))


FIRST_RECORD = """{"id":7,"external_id":"","url":"https://gazette.example.org/a","canonical_url":"",
"source":"gazette","channel":"feed","title":"","standfirst":"","text":"","language":"en","authors":["Ana"],
"published_at":"2025-08-12T00:00:00Z","published_precision":"day","published_from":"meta","modified_at":null,
"first_seen_at":"2025-08-12T12:00:00Z","last_seen_at":"2025-08-12T12:00:00Z","flags":["paywalled"],
"watches":[{"watch":"w","score":0.5,"relevant":true,"reasons":["x"],"version":"1"}],"fate":"new",
"duplicate_of":null,"duplicate_cluster":7,"story":7,"revision":1,
"marks":[{"watch":"w","verdict":"relevant","marked_at":"2025-08-12T12:00:00Z","note":""}],
"facts":{"mechanism":{"value":"transfer","words":"handed over","sentence":"Handed over."},"stage":null,
"from_country":null,"to_country":null,"count":{"value":2,"words":"two men","sentence":"Two men."},"names":[],
"groups":[]}}"""
