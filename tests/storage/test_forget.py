"""What is forgotten is gone from the files, not only from what is found."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from pipeline.facts import Fact, Facts
from pipeline.items import Fate, Removed
from storage import Corpus
from storage.articles import Articles
from storage.forget import forget
from storage.runs import RunLog
from tests.storage.builders import article, decision, entry, frontier, page, poll, store

pytestmark = pytest.mark.both_databases

NAME = "Zyxquvblum"


@pytest.fixture
def article_id(corpus: Corpus) -> int:
    """An article with a name that must go: in two texts, in what its feed said, in a receipt, in what it says, in its page."""
    run = frontier(corpus)
    announced = entry(title=f"{NAME} in court")
    run.record(poll(announced, entry("b")))
    page_id = corpus.pages.keep(page(body=f"<p>{NAME} was handed over</p>".encode()))
    first = article(
        title=f"{NAME} in court",
        text=f"{NAME} was handed over.",
        removed=(Removed(line=0, rule="prompt", text=f"More on {NAME}"),),
        facts=Facts(names=(Fact(NAME, NAME, f"{NAME} was handed over."),)),
    )
    keeper = Articles(corpus)
    number = keeper.store(first, decision(), page_id=page_id)
    run.settle(announced, Fate.NEW, article_id=number, reason=f"asked for: {NAME}")
    keeper.store(
        article(title=f"{NAME} in court", text=f"{NAME} was not handed over.", facts=first.facts),
        decision(Fate.REVISION, article_id=number),
    )
    store(corpus, article("b", text="Somebody else was handed over."))
    return number


def where_it_stands(corpus: Corpus) -> list[str]:
    """The files, or the tables of a server, in which the name stands, as text or in the terms of an index."""
    return in_files(corpus) if corpus.file else [*in_tables(corpus), *in_files(corpus)]


def in_tables(corpus: Corpus) -> list[str]:
    with corpus.read() as connection:
        return [
            table
            for table in inspect(connection).get_table_names()
            if connection.execute(
                text(f"SELECT 1 FROM {table} AS each WHERE each::text ILIKE '%{NAME}%' LIMIT 1")
            ).first()
        ]


def in_files(corpus: Corpus) -> list[str]:
    folder = Path(corpus.pages_path).absolute().parent
    words = (NAME.encode(), NAME.lower().encode())
    return [
        path.name for path in sorted(folder.iterdir()) if any(word in path.read_bytes() for word in words)
    ]


def test_no_byte_of_it_stays_in_any_file(corpus: Corpus, article_id: int) -> None:
    assert {"tearsheet.db-wal", "article_words"} & set(where_it_stands(corpus))

    gone = forget(corpus, article_id)

    assert gone is not None
    assert (gone.article_id, gone.title, gone.revisions, gone.pages) == (
        article_id,
        f"{NAME} in court",
        2,
        1,
    )
    assert where_it_stands(corpus) == []
    with corpus.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM article_fact")).scalar() == 0
    assert corpus.get(article_id) is None
    assert corpus.count(NAME) == 0
    assert corpus.count("somebody") == 1


def test_its_address_ends_as_forgotten_and_is_not_fetched_again(corpus: Corpus, article_id: int) -> None:
    forget(corpus, article_id)

    run = frontier(corpus)
    to_fetch = run.record(poll(entry(), entry("c")))

    assert [one.url for one in to_fetch] == [entry("c").url]
    assert run.direct([entry().url], "gazette") == ()
    fates = RunLog(corpus).why(entry().url)
    assert [(fate.fate, fate.reason) for fate in fates] == [(Fate.FORGOTTEN, ""), (Fate.NEW, "")]


def test_of_its_copies_the_oldest_stands_for_the_others(corpus: Corpus) -> None:
    (original,) = store(corpus, article())
    copies = store(
        corpus,
        article("copy"),
        article("other-copy"),
        fate=Fate.COPY,
        compared_with=original,
    )

    gone = forget(corpus, original)

    assert gone is not None
    assert gone.copies == 2
    first, second = (corpus.get(number) for number in copies)
    assert first is not None
    assert second is not None
    assert (first.duplicate_of, second.duplicate_of) == (None, copies[0])


def test_an_article_that_is_not_there_is_not_forgotten(corpus: Corpus) -> None:
    assert forget(corpus, 99) is None
