"""What is found wrong with a corpus."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import StorageError
from storage import Corpus, sqlite
from storage.check import Finding, Fix, check, mend
from storage.sqlite import has_wal_reset_fault
from tests.storage.builders import article, store

pytestmark = pytest.mark.both_databases


def findings(corpus: Corpus) -> list[Finding]:
    """What is wrong beside the SQLite of the machine."""
    return [finding for finding in check(corpus) if not finding.what.startswith("SQLite")]


def test_a_sound_corpus_gives_no_findings(corpus: Corpus, corpus_url: str) -> None:
    store(corpus, article("a"), article("b"))

    assert findings(corpus) == []
    with Corpus.open(corpus_url) as reader:
        assert findings(reader) == []


def test_a_text_without_its_index_entry_is_counted(sqlite_corpus: Corpus) -> None:
    corpus = sqlite_corpus
    with corpus.write() as connection:
        connection.execute(text("DROP TRIGGER article_text_inserted"))
    store(corpus, article("a"), article("b"))

    (finding,) = findings(corpus)

    assert finding.what.startswith("2 articles are not in the full-text index")
    assert finding.fix is Fix.REINDEX


def test_a_stale_index_is_found_and_mended(corpus: Corpus) -> None:
    with corpus.write() as connection:
        if corpus.dialect is sqlite:
            connection.execute(text("DROP TRIGGER article_text_updated"))
    store(corpus, article("a"))
    with corpus.write() as connection:
        connection.execute(text("UPDATE article_text SET text = 'other words'"))

    (finding,) = findings(corpus)

    assert finding.fix is not None
    mend(corpus, {finding.fix})
    assert findings(corpus) == []


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM article_facet WHERE article_id = 2",
        "UPDATE article_facet SET day = day + 1 WHERE article_id = 1",
        "UPDATE article_facet_value SET value = 'other' WHERE value = 'gazette'",
    ],
)
def test_what_facets_are_counted_by_is_checked_and_mended(sqlite_corpus: Corpus, harm: str) -> None:
    corpus = sqlite_corpus
    store(corpus, article("a", source="gazette"), article("b", source="diario", language=""))
    before = corpus.facets("handed")
    with corpus.write() as connection:
        connection.execute(text(harm))

    (finding,) = findings(corpus)

    assert finding.fix is Fix.REINDEX
    mend(corpus, {finding.fix})
    assert findings(corpus) == []
    assert corpus.facets("handed") == before


def test_a_damaged_page_is_found(sqlite_url: str, tmp_path: Path) -> None:
    corpus_url = sqlite_url
    with Corpus.open(corpus_url, write=True) as corpus:
        store(corpus, *(article(str(number), text="word " * 500) for number in range(50)))
    file = tmp_path / "tearsheet.db"
    with sqlite3.connect(file) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(file.read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    file.write_bytes(content)

    with Corpus.open(corpus_url) as reader:
        assert "put back a backup" in [finding.advice for finding in findings(reader)]
        with pytest.raises(StorageError, match=r"tearsheet.db: it is damaged; put back a backup"):
            list(reader.export())


@pytest.mark.parametrize(
    ("version", "is_faulty"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_the_versions_that_can_damage_a_corpus_are_known(version: tuple[int, ...], is_faulty: bool) -> None:
    assert has_wal_reset_fault(version) is is_faulty
