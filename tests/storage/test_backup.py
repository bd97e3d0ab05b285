"""A copy of a live corpus opens as a corpus, whatever was going on meanwhile."""

import sqlite3
from contextlib import closing
from os import urandom
from pathlib import Path

import pytest

from pipeline.errors import InputError
from storage import Corpus
from storage.backup import back_up
from storage.check import check
from storage.upkeep import keep_up
from tests.storage.builders import article, page, store


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "a safe place"
    folder.mkdir()
    return folder / "copy.db"


def test_a_copy_opens_with_all_articles_and_pages(sqlite_corpus: Corpus, to: Path) -> None:
    page_id = sqlite_corpus.pages.keep(page(body=b"as printed"))
    store(sqlite_corpus, *(article(str(number)) for number in range(50)))

    done = back_up(sqlite_corpus, to)

    assert (done.articles, done.pages) == (50, to.with_name("copy.pages.db"))
    with Corpus.open(f"sqlite:///{to}", write=True) as copy:
        kept = copy.pages.page(page_id)
        assert kept is not None
        assert kept.body == b"as printed"
        assert copy.count("handed") == 50
        assert [finding for finding in check(copy) if finding.is_urgent] == []


def test_what_another_process_has_not_committed_is_not_in_the_copy(sqlite_corpus: Corpus, to: Path) -> None:
    store(sqlite_corpus, article())
    with closing(sqlite3.connect(sqlite_corpus.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM article_text")

        done = back_up(sqlite_corpus, to)

        other.execute("ROLLBACK")
    with Corpus.open(f"sqlite:///{to}") as copy:
        assert (done.articles, copy.count("handed")) == (1, 1)


def test_a_copy_is_one_file_without_a_log(sqlite_corpus: Corpus, to: Path) -> None:
    store(sqlite_corpus, article())

    back_up(sqlite_corpus, to)

    assert sorted(path.name for path in to.parent.iterdir()) == ["copy.db"]


def test_a_file_that_is_there_is_not_written_over(sqlite_corpus: Corpus, to: Path) -> None:
    to.write_text("mine")

    with pytest.raises(InputError, match="is there already"):
        back_up(sqlite_corpus, to)

    assert to.read_text() == "mine"


def test_a_place_that_cannot_be_written_leaves_nothing_behind(sqlite_corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        back_up(sqlite_corpus, tmp_path / "nowhere" / "copy.db")

    assert not (tmp_path / "nowhere").exists()


def test_upkeep_gives_back_the_room_of_removed_pages(corpus: Corpus) -> None:
    numbers = [corpus.pages.keep(page(str(number), body=urandom(5000))) for number in range(200)]
    corpus.pages.remove([])  # so that all of it is in the file itself
    store(corpus, article())
    before = Path(corpus.pages_path).stat().st_size
    corpus.pages.drop(numbers[:150])

    done = keep_up(corpus)

    assert done.is_log_emptied
    assert done.freed_bytes > 150 * 5000
    assert Path(corpus.pages_path).stat().st_size < before / 2
    assert corpus.count("handed") == 1
