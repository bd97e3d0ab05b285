"""Raw pages are kept as they came."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.items import Fate
from storage import Corpus
from storage.articles import Articles
from storage.pages import PageFile
from tests.storage.builders import NOON, article, decision, page, store


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[PageFile]:
    with PageFile(str(tmp_path / "pages.db"), write=True) as opened:
        yield opened


@pytest.mark.parametrize("body", [b"", b"<p>El a\xf1o</p>", bytes(range(256)) * 100])
def test_a_page_comes_back_byte_for_byte(pages: PageFile, body: bytes) -> None:
    number = pages.keep(page(body=body))

    kept = pages.page(number)

    assert kept is not None
    assert (kept.body, kept.url, kept.fetched_at) == (body, "https://gazette.example.org/a", NOON)
    assert kept.content_type == "text/html; charset=utf-8"


def test_the_same_bytes_at_the_same_address_are_kept_once(pages: PageFile) -> None:
    first = pages.keep(page(body=b"one"))

    assert pages.keep(page(body=b"one", at=NOON + timedelta(days=1))) == first
    assert pages.keep(page("b", body=b"one")) != first
    assert pages.keep(page(body=b"two")) != first


def test_the_latest_page_is_the_one_fetched_last_even_when_it_went_back(pages: PageFile) -> None:
    first = pages.keep(page(body=b"one"))
    pages.keep(page(body=b"two", at=NOON + timedelta(hours=1)))
    pages.keep(page(body=b"one", at=NOON + timedelta(hours=2)))

    latest = pages.latest("https://gazette.example.org/a")

    assert latest is not None
    assert latest.id == first
    assert pages.latest("https://gazette.example.org/none") is None
    assert pages.page(99) is None


def test_pages_are_compressed(tmp_path: Path) -> None:
    with PageFile(str(tmp_path / "pages.db"), write=True) as pages:
        pages.keep(page(body=b"<p>the same line again</p>\n" * 50_000))

    assert (tmp_path / "pages.db").stat().st_size < 30_000


def test_an_article_leads_to_the_page_of_its_newest_text(corpus: Corpus, corpus_url: str) -> None:
    articles = Articles(corpus)
    number = articles.store(article(text="one"), decision(), page_id=corpus.pages.keep(page(body=b"one")))
    later = corpus.pages.keep(page(body=b"two"))
    articles.store(article(text="two"), decision(Fate.REVISION, article_id=number), page_id=later)

    with Corpus.open(corpus_url) as reader:
        kept = reader.page(number)

    assert kept is not None
    assert kept.body == b"two"


def test_an_article_without_a_kept_page_has_none(corpus: Corpus, corpus_url: str) -> None:
    (number,) = store(corpus, article())

    with Corpus.open(corpus_url) as reader:
        assert reader.page(number) is None
        assert reader.page(99) is None
    store(corpus, article(text="other"), fate=Fate.REVISION, article_id=number)
    Articles(corpus).store(article("b"), decision(), page_id=7)
    with Corpus.open(corpus_url) as reader:
        assert reader.page(2) is None


def test_a_corpus_in_memory_keeps_its_pages_there() -> None:
    with Corpus.open("sqlite://", write=True) as corpus:
        number = Articles(corpus).store(article(), decision(), page_id=corpus.pages.keep(page(body=b"one")))

        kept = corpus.page(number)

    assert kept is not None
    assert kept.body == b"one"


def test_a_damaged_page_file_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "pages.db"
    file.write_text("no database " * 100)

    with pytest.raises(StorageError, match=r"pages.db: it is not a corpus"):
        PageFile(str(file), write=True)


def test_a_page_is_on_the_disk_before_its_number_is_given(tmp_path: Path) -> None:
    with PageFile(str(tmp_path / "pages.db"), write=True) as pages:
        pages.keep(page())
        other = sqlite3.connect(tmp_path / "pages.db")

        assert other.execute("SELECT count(*) FROM page").fetchone() == (1,)
        assert pages._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        other.close()
