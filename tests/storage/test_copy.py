"""A corpus is the same in the other database: in both directions, with everything in it, or not at all."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, event, func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from pipeline.errors import InputError, StorageError
from pipeline.items import Fate
from pipeline.linking.place import place
from pipeline.marks import Mark
from storage import Corpus
from storage.articles import Articles
from storage.check import check
from storage.columns import Instant
from storage.copy import copy_corpus
from storage.forget import forget
from storage.marks import Marks
from storage.runs import RunLog
from storage.tables import LINK, TEXT
from tests.postgres import PostgresServer
from tests.storage.builders import (
    NOON,
    SAID,
    article,
    decision,
    entry,
    frontier,
    page,
    poll,
    start_run,
    store,
)

TEXT_OF_COPY = " ".join(f"word{number} was handed over by the court" for number in range(40))
# What a row is filled with whose column no test is about.
FILLINGS: list[tuple[type, object]] = [
    (Instant, NOON),
    (Date, date(2025, 8, 12)),
    (JSON, {"ñ": [1, "«x»"]}),
    (Boolean, True),
    (Integer, 1),
    (Float, 0.1),
    (LargeBinary, b"\x00\xff"),
]

Place = Callable[[str, str], Corpus]


@pytest.fixture
def place_in(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[Place]:
    """Opens an empty corpus of a name in either database, its pages in a file of that name."""
    opened, made = [], []

    def place(database: str, name: str) -> Corpus:
        url = f"sqlite:///{tmp_path}/{name}.db"
        if database == "postgres":
            made.append(url := postgres_server.corpus_url())
        corpus = Corpus.open(url, pages_url=f"sqlite:///{tmp_path}/{name}.pages.db", write=True)
        opened.append(corpus)
        return corpus

    yield place
    for corpus in opened:
        corpus.close()
    for url in made:
        postgres_server.drop(url)


def fill(corpus: Corpus) -> None:
    """Store something of everything: pages, revisions, copies, marks, runs; a row where there is none."""
    run = frontier(corpus)
    run.record(poll(entry("a"), entry("b")))
    page_id = corpus.pages.keep(page(body=b"as printed"))
    keeper = Articles(corpus)
    keeper.store(article("a", title="Ñandú «x» 東京", facts=SAID), decision(), page_id=page_id)
    store(corpus, article("a", text="Three men."), fate=Fate.REVISION, article_id=1)
    for number, source in enumerate(("gazette", "diario", "observer")):
        met = article(
            f"copy{number}", text=TEXT_OF_COPY, source=source, seen_at=NOON + timedelta(minutes=number)
        )
        keeper.store(met, place(met, seen=keeper, keep_all=True))
    run.settle(entry("a"), Fate.NEW, article_id=1)
    RunLog(corpus).finish(1, at=NOON, outcome="done", failed_sources={"diario": "timeout"})
    Marks(corpus).put(2, Mark(watch="cartel-extraditions", verdict="not", marked_at=NOON, note="no"))
    store(corpus, article("gone", text="It is forgotten."))
    forget(corpus, 5)
    with corpus.write() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if not connection.execute(select(func.count()).select_from(table)).scalar():
                columns = [column for column in table.columns if column.computed is None]
                connection.execute(insert(table), {each.name: filling(each.type) for each in columns})


def filling(kind: TypeEngine) -> object:
    return next((value for of, value in FILLINGS if isinstance(kind, of)), "x")


def contents(corpus: Corpus) -> dict[str, list[str]]:
    with corpus.read() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in SQLModel.metadata.sorted_tables
        }


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
@pytest.mark.parametrize("from_", ["sqlite", "postgres"])
def test_everything_is_the_same_in_the_copy(place_in: Place, from_: str, to: str) -> None:
    source, target = place_in(from_, "one"), place_in(to, "other")
    fill(source)

    done = copy_corpus(source, target)

    assert all(done.rows.values())
    assert contents(target) == contents(source)
    assert list(target.export(include_copies=True)) == list(source.export(include_copies=True))
    assert target.search('="Three men"').count == 1
    assert (
        target.search('court NEAR "handed over"').articles
        == source.search('court NEAR "handed over"').articles
    )
    assert target.revisions(1) == source.revisions(1)
    kept = target.pages.page(1)
    assert kept is not None
    assert kept.body == b"as printed"
    assert [finding for finding in check(target) if finding.is_urgent] == []


@pytest.mark.parametrize(("from_", "to"), [("sqlite", "postgres"), ("postgres", "sqlite")])
def test_the_copy_goes_on_where_the_corpus_was(place_in: Place, from_: str, to: str) -> None:
    source, target = place_in(from_, "one"), place_in(to, "other")
    fill(source)
    copy_corpus(source, target)

    late = article("late", text=TEXT_OF_COPY, source="herald", seen_at=NOON + timedelta(hours=1))
    placed = place(late, seen=Articles(target), keep_all=True)
    number = Articles(target).store(late, placed)

    # Linked with what was copied; and the number of what was forgotten is not given again.
    assert (placed.fate, number) == (Fate.COPY, 6)
    with target.read() as connection:
        assert connection.execute(select(func.max(LINK.c.id))).scalar_one() > 1
    assert start_run(target) == 2


def test_copied_there_and_back_it_is_what_it_was(place_in: Place) -> None:
    first, between, last = place_in("sqlite", "one"), place_in("postgres", "two"), place_in("sqlite", "three")
    fill(first)

    copy_corpus(first, between)
    copy_corpus(between, last)

    assert contents(last) == contents(first)


@pytest.mark.parametrize(("from_", "to"), [("sqlite", "postgres"), ("postgres", "sqlite")])
def test_a_corpus_with_something_in_it_is_not_written_over(place_in: Place, from_: str, to: str) -> None:
    source, target = place_in(from_, "one"), place_in(to, "other")
    fill(source)
    store(target, article("mine"))
    before = contents(target)

    with pytest.raises(InputError, match="is not empty: 1 rows in article; give another place"):
        copy_corpus(source, target)

    assert contents(target) == before


def test_pages_that_are_there_are_not_written_over(place_in: Place) -> None:
    source, target = place_in("sqlite", "one"), place_in("sqlite", "other")
    fill(source)
    target.pages.keep(page(body=b"others"))

    with pytest.raises(InputError, match=r"other\.pages\.db is there already; give another place"):
        copy_corpus(source, target)

    assert target.count() == 0


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_a_copy_that_is_not_the_same_is_not_made(place_in: Place, to: str) -> None:
    source, target = place_in("sqlite", "one"), place_in(to, "other")
    fill(source)

    def spoil(connection: Connection, *statement: object) -> None:
        if str(statement[1]).startswith("INSERT INTO judgement"):
            connection.execute(text("UPDATE article_text SET title = 'x' WHERE article_id = 2"))

    event.listen(target._engine, "after_cursor_execute", lambda *given: spoil(*given[:3]))
    with pytest.raises(StorageError, match="article_text is not the same in the copy; nothing was copied"):
        copy_corpus(source, target)

    with target.read() as connection:
        assert connection.execute(select(func.count()).select_from(TEXT)).scalar() == 0
    assert not Path(target.pages_path).exists()


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_what_is_written_meanwhile_is_not_in_the_copy(place_in: Place, tmp_path: Path, to: str) -> None:
    source, target = place_in("sqlite", "one"), place_in(to, "other")
    fill(source)
    before = contents(source)
    with Corpus.open(f"sqlite:///{source.path}", write=True) as second:

        def write(*given: object) -> None:
            if str(given[2]).startswith("INSERT INTO article ") and second.count("meanwhile") == 0:
                store(second, article("late", text="It came meanwhile."))

        event.listen(target._engine, "after_cursor_execute", write)
        copy_corpus(source, target)

    assert source.count("meanwhile") == 1
    assert contents(target) == before
