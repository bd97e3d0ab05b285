"""Opening a corpus: what is made, what is refused and how it is said."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from sqlmodel import SQLModel

from pipeline.errors import ConfigError, StorageError
from storage import Corpus, sqlite
from storage.articles import Articles
from storage.database import NEWEST, Database
from storage.frontier import RunFrontier
from storage.migrate import configuration, is_ours
from tests.storage.builders import NOON, article, decision, entry, page, poll, stamp, start_run, store

WRITERS = 6


def test_the_tables_and_the_migrations_agree(corpus: Corpus) -> None:
    with corpus.read() as connection:
        options = {"target_metadata": SQLModel.metadata, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, SQLModel.metadata) == []


def test_nothing_hangs_on_what_is_not_there(sqlite_corpus: Corpus) -> None:
    with sqlite_corpus.read() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    assert ScriptDirectory.from_config(configuration(None)).get_current_head() == NEWEST


def test_of_many_that_make_the_same_new_file_none_is_told_that_it_is_locked(tmp_path: Path) -> None:
    def journal(number: int) -> str:
        connection = sqlite.connect(str(tmp_path / f"{number // WRITERS}.db"), write=True, patience=0.05)
        with closing(connection):
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        return str(mode)

    with ThreadPoolExecutor(WRITERS) as writers:
        assert set(writers.map(journal, range(30 * WRITERS))) == {"wal"}


def test_a_corpus_that_is_not_there_is_not_made_by_reading(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(
        StorageError, match=r"tearsheet.db: no corpus here; run `tearsheet collect` first"
    ) as caught:
        Corpus.open(sqlite_url)

    assert caught.value.is_absent
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"there is no folder .*/nowhere; make it first"):
        Corpus.open(f"sqlite:///{tmp_path}/nowhere/tearsheet.db", write=True)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/db", "mysql is not a database that Tearsheet stores this in"),
        ("tearsheet.db", "'tearsheet.db' is no database URL; write e.g. sqlite:///tearsheet.db"),
    ],
)
def test_a_url_that_cannot_be_used_is_a_mistake_of_configuration(url: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Corpus.open(url, write=True)


@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_is_no_database_is_refused(sqlite_url: str, tmp_path: Path, write: bool) -> None:
    (tmp_path / "tearsheet.db").write_text("not a database " * 100)

    with pytest.raises(StorageError, match=r"tearsheet.db: it is not a corpus"):
        Corpus.open(sqlite_url, write=write)


@pytest.mark.parametrize("write", [False, True])
def test_the_database_of_another_program_is_refused_untouched(
    sqlite_url: str, tmp_path: Path, write: bool
) -> None:
    file = tmp_path / "tearsheet.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE moz_places (id)")
    other.close()

    with pytest.raises(StorageError, match="is the database of another program"):
        Corpus.open(sqlite_url, write=write)


def test_a_folder_in_place_of_the_file_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "tearsheet.db").mkdir()

    with pytest.raises(StorageError, match="it cannot be opened; check the path"):
        Corpus.open(sqlite_url, write=True)


@pytest.mark.parametrize("write", [False, True])
def test_a_corpus_of_a_newer_program_is_refused(corpus_url: str, write: bool) -> None:
    _set_version(corpus_url, "9999")

    with pytest.raises(StorageError, match=r"made by a newer Tearsheet \(tables 9999"):
        Corpus.open(corpus_url, write=write)


def test_a_corpus_of_an_older_program_is_not_read_before_it_is_updated(corpus_url: str) -> None:
    _set_version(corpus_url, "0000")

    with pytest.raises(
        StorageError, match="made by an older Tearsheet; run `tearsheet collect` to update it"
    ):
        Corpus.open(corpus_url)


def _set_version(corpus_url: str, version: str) -> None:
    with Corpus.open(corpus_url, write=True) as corpus, corpus.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_corpus_opened_to_be_read_is_not_written(corpus: Corpus, corpus_url: str) -> None:
    with Corpus.open(corpus_url) as reader, pytest.raises(StorageError, match="opened for reading only"):
        store(reader, article())
    with pytest.raises(StorageError, match="in memory is empty"):
        Corpus.open("sqlite://")


def test_what_was_made_half_by_a_killed_process_is_made_anew(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "tearsheet.db").touch()

    with pytest.raises(StorageError, match="no corpus here"):
        Corpus.open(sqlite_url)
    with Corpus.open(sqlite_url, write=True) as corpus:
        assert store(corpus, article()) == [1]


def test_a_full_disk_is_said_and_loses_only_what_was_in_flight(sqlite_corpus: Corpus) -> None:
    store(sqlite_corpus, article("a"))
    with sqlite_corpus.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    with pytest.raises(StorageError, match=r"tearsheet.db: the disk is full"):
        store(sqlite_corpus, *(article(str(number), text=f"{number} " * 2000) for number in range(20)))

    assert sqlite_corpus.count("handed") == 1


def test_a_corpus_that_another_keeps_locked_is_said_to_be_locked(
    corpus: Corpus, corpus_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite._BUSY_SECONDS", 0.05)
    second = Corpus.open(corpus_url, write=True)

    with second, corpus.write(), pytest.raises(StorageError, match="another program keeps it locked"):
        store(second, article())


# Writes again at once, whenever it has written: so long that to ask now and then would not do.
_GREEDY = """
import sys, time
from datetime import UTC, datetime
from sqlalchemy import text
from storage import Corpus, sqlite

with Corpus.open(sys.argv[1], write=True) as corpus:
    print("begins", flush=True)
    while True:
        with corpus.write() as connection:
            connection.execute(text("UPDATE search_mark SET article_id = article_id + 1"))
            time.sleep(0.02)
"""


def test_a_writer_that_never_pauses_lets_the_others_have_their_turns(corpus: Corpus, corpus_url: str) -> None:
    with corpus.write() as connection:
        connection.execute(text("INSERT INTO search_mark VALUES ('rounds', 0, '2025-08-12 12:00:00')"))

    def rounds() -> int:
        with corpus.read() as connection:
            return int(connection.execute(text("SELECT article_id FROM search_mark")).scalar_one())

    greedy = subprocess.Popen([sys.executable, "-c", _GREEDY, corpus_url], stdout=subprocess.PIPE)
    waited = []
    try:
        assert greedy.stdout is not None
        greedy.stdout.readline()
        for _ in range(20):
            begun = before = rounds()
            while begun == before:
                begun = rounds()
            with corpus.write():
                waited.append(rounds() - begun)
    finally:
        greedy.kill()
        greedy.communicate()

    # Each waited for the one that had it, and at most for one more.
    assert all(number <= 2 for number in waited), waited


def test_a_reader_sees_one_snapshot_while_another_writes(corpus: Corpus, corpus_url: str) -> None:
    store(corpus, article("a"), article("b"))

    with Corpus.open(corpus_url) as reader:
        records = reader.export()
        first = next(records)
        store(corpus, article("c"))

        assert [first.id, *(record.id for record in records)] == [1, 2]
        assert reader.count() == 3


_WRITER = """
import sys
from storage import Corpus, sqlite
from tests.storage.builders import article, store

with Corpus.open(sys.argv[1], write=True) as corpus:
    for batch in range(30):
        store(corpus, *(article(f"{sys.argv[2]}-{batch}-{number}") for number in range(10)))
        print(batch, flush=True)
"""


def test_two_writers_and_a_reader_work_at_once(corpus: Corpus, corpus_url: str) -> None:
    command = [sys.executable, "-c", _WRITER, corpus_url]
    with (
        subprocess.Popen([*command, "one"], stdout=subprocess.PIPE) as one,
        subprocess.Popen([*command, "two"], stdout=subprocess.PIPE) as two,
        Corpus.open(corpus_url) as reader,
    ):
        counts = []
        while one.poll() is None or two.poll() is None:
            counts.append(reader.count("handed"))

    assert (one.returncode, two.returncode) == (0, 0)
    assert counts == sorted(counts)
    assert all(count % 10 == 0 for count in counts)
    assert reader_count(corpus_url) == 600


def reader_count(corpus_url: str) -> int:
    with Corpus.open(corpus_url) as reader:
        return reader.count("handed")


def test_a_corpus_whose_writer_was_killed_is_read_without_repair(corpus_url: str) -> None:
    killed = _WRITER + "    import os\n    os.kill(os.getpid(), 9)\n"
    subprocess.run([sys.executable, "-c", killed, corpus_url, "a"], check=False, capture_output=True)

    assert reader_count(corpus_url) == 300


def test_reading_a_corpus_loads_no_migration_code(corpus: Corpus, corpus_url: str) -> None:
    code = (
        "import sys\nfrom storage import Corpus\nCorpus.open(sys.argv[1]).search('capo')\n"
        "print([name for name in ('alembic', 'scrapy', 'trafilatura', 'apscheduler') if name in sys.modules])"
    )

    run = subprocess.run([sys.executable, "-c", code, corpus_url], check=True, capture_output=True, text=True)

    assert run.stdout.strip() == "[]"


def test_a_transaction_inside_another_is_part_of_it(corpus: Corpus) -> None:
    articles = Articles(corpus)

    def outer() -> None:
        with corpus.write():
            articles.store(article("a"), decision())
            with corpus.write():
                articles.store(article("b"), decision())
            assert corpus.count("handed") == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outer()
    assert corpus.count("handed") == 0


def test_the_pages_lie_beside_the_corpus_or_where_they_are_put(tmp_path: Path) -> None:
    with Corpus.open(f"sqlite:///{tmp_path}/one.db", write=True) as corpus:
        corpus.pages.keep(page())
    elsewhere = f"sqlite:///{tmp_path}/raw.db"
    with Corpus.open(f"sqlite:///{tmp_path}/two.db", pages_url=elsewhere, write=True) as corpus:
        corpus.pages.keep(page())

    assert (tmp_path / "one.pages.db").exists()
    assert (tmp_path / "raw.db").exists()
    assert not (tmp_path / "two.pages.db").exists()


def test_what_the_database_refuses_otherwise_is_said_in_its_own_words(corpus: Corpus) -> None:
    frontier = RunFrontier(corpus, 99, now=lambda: NOON, max_age_days=14)

    with pytest.raises(StorageError, match=r"tearsheet.*: the database says: .*(?i:foreign key)"):
        frontier.record(poll(entry("a")))


def test_no_time_without_a_zone_is_stored(corpus: Corpus) -> None:
    with pytest.raises(StatementError, match="has no zone"):
        start_run(corpus, NOON.replace(tzinfo=None))


def test_a_time_of_another_zone_is_stored_and_ordered_in_utc(corpus: Corpus) -> None:
    mexico = timezone(timedelta(hours=-6))
    late = datetime(2025, 8, 12, 23, 0, tzinfo=mexico)
    store(
        corpus,
        article("late", published=stamp(late)),
        article("early", published=stamp(datetime(2025, 8, 13, 4, 59, tzinfo=UTC))),
    )

    hits = corpus.search("handed").articles

    assert [hit.url[-5:] for hit in hits] == ["/late", "early"]
    assert hits[0].as_dict()["published_at"] == "2025-08-13T05:00:00Z"


@pytest.mark.parametrize("write", [False, True])
def test_a_corpus_in_a_folder_that_may_not_be_entered_is_a_storage_error(
    tmp_path: Path, *, write: bool
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    was_root = os.geteuid() == 0
    if was_root:  # root may enter everything: look as nobody does
        os.seteuid(65534)
    try:
        with pytest.raises(StorageError, match=r"tearsheet\.db|no folder"):
            Database.open(f"sqlite:///{closed}/tearsheet.db", write=write)
    finally:
        if was_root:
            os.seteuid(0)
        closed.chmod(0o700)
