"""A corpus made by an earlier version is brought up to date and keeps everything."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from pipeline.errors import StorageError
from pipeline.items import Fate
from storage import Corpus
from storage.check import check
from storage.migrate import configuration
from storage.runs import RunLog
from storage.sources import Sources
from storage.sqlite import begin, engine_for
from tests.storage.builders import NOON, article, entry, frontier, poll, store


def made_by(version: str, file: Path) -> None:
    """Make an empty corpus with the tables of a migration."""
    engine = engine_for(str(file), write=True)
    with engine.begin() as connection:
        begin(connection, write=True)
        command.upgrade(configuration(connection), version)
    engine.dispose()


def copy_rows(source: Path, target: Path) -> None:
    """Copy into every table of the target what the source has for its columns."""
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("ATTACH ? AS source", (str(source),))
        tables = connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'article_fts%' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        ).fetchall()
        for (table,) in tables:
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")
        connection.commit()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[tuple[Corpus, Path]]:
    """A corpus of today with something of everything, and the same as the first version had it."""
    with Corpus.open(f"sqlite:///{tmp_path}/today.db", write=True) as today:
        run = frontier(today)
        run.record(poll(entry("a"), entry("b")))
        store(today, article("a"), article("b"))
        store(
            today,
            article("a", text="Two men were handed over, and a third."),
            fate=Fate.REVISION,
            article_id=1,
        )
        run.settle(entry("a"), Fate.NEW, article_id=1)
        RunLog(today).finish(1, at=NOON, outcome="done", failed_sources={"diario": "timeout"})
        made_by("0001", tmp_path / "old.db")
        copy_rows(tmp_path / "today.db", tmp_path / "old.db")
        yield today, tmp_path / "old.db"


def test_a_corpus_of_the_first_version_keeps_everything(old: tuple[Corpus, Path]) -> None:
    today, file = old

    with Corpus.open(f"sqlite:///{file}", write=True) as corpus:
        assert list(corpus.export(include_copies=True)) == list(today.export(include_copies=True))
        assert corpus.search("third").count == 1
        assert corpus.revisions(1) == today.revisions(1)
        assert RunLog(corpus).runs() == RunLog(today).runs()
        assert RunLog(corpus).why("https://gazette.example.org/a") == RunLog(today).why(
            "https://gazette.example.org/a"
        )
        assert Sources(corpus).states() == Sources(today).states()
        assert [finding for finding in check(corpus) if finding.is_urgent] == []


def test_it_is_brought_up_to_date_by_a_writer_only(old: tuple[Corpus, Path]) -> None:
    _, file = old

    with pytest.raises(StorageError, match="made by an older Tearsheet; run `tearsheet collect`"):
        Corpus.open(f"sqlite:///{file}")
    Corpus.open(f"sqlite:///{file}", write=True).close()
    Corpus.open(f"sqlite:///{file}").close()


def test_runs_before_and_after_it_tell_whose_layout_changed(old: tuple[Corpus, Path]) -> None:
    _, file = old

    with Corpus.open(f"sqlite:///{file}", write=True) as corpus:
        log = RunLog(corpus)
        run = log.start(at=NOON, version="0.1.0", config_hash="abc", sources=["gazette"])
        log.finish(
            run, at=NOON, outcome="done", failed_sources={}, changed_sources={"gazette": "texts are short"}
        )

        assert [report.changed for report in log.runs()] == [{"gazette": "texts are short"}, {}]


def test_signs_younger_than_the_index_no_longer_hide_the_words_beside_them(tmp_path: Path) -> None:
    made_by("0005", tmp_path / "old.db")
    with Corpus.open(f"sqlite:///{tmp_path}/today.db", write=True) as today:
        store(today, article(text="El capo\N{SPOOL OF THREAD}jefe cobra 100\N{RUBLE SIGN}"))
    copy_rows(tmp_path / "today.db", tmp_path / "old.db")

    with Corpus.open(f"sqlite:///{tmp_path}/old.db", write=True) as mended:
        assert mended.count('"capo jefe" 100') == 1
        assert [finding for finding in check(mended) if finding.is_urgent] == []
