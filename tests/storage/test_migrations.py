"""A corpus made by an earlier version, whichever, is brought up to date once and keeps everything."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, Table
from sqlmodel import SQLModel

from pipeline.errors import LockedError, StorageError
from pipeline.items import Fate
from pipeline.linking.place import place
from storage import Corpus
from storage.articles import Articles
from storage.check import check
from storage.database import NEWEST
from storage.inventory import Inventory
from storage.migrate import configuration
from storage.runs import RunLog
from storage.sources import Sources
from storage.sqlite import begin, engine_for
from tests.storage.builders import NOON, article, entry, frontier, poll, store

VERSIONS = sorted(
    script.revision for script in ScriptDirectory.from_config(configuration(None)).walk_revisions()
)
OLD = VERSIONS[:-1]
# What is in them is kept in other columns now; a test of its own tells that it is kept.
RESHAPED = ("fingerprint", "mention")


def made_by(version: str, file: Path) -> None:
    """Make an empty corpus with the tables of a migration."""
    engine = engine_for(str(file), write=True)
    with engine.begin() as connection:
        begin(connection, write=True)
        command.upgrade(configuration(connection), version)
    engine.dispose()


def own_tables(file: Path) -> dict[str, list[str]]:
    """The tables of a corpus but for Alembic's and those that triggers fill, with their columns."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'article_fts%' "
            "AND name NOT LIKE 'article_facet%' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version' ORDER BY name"
        ).fetchall()
        return {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for (name,) in tables
        }


def kept_tables(file: Path) -> dict[str, list[str]]:
    return {name: columns for name, columns in own_tables(file).items() if name not in RESHAPED}


def contents(file: Path, tables: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(file)) as connection:
        return {
            name: sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {name}"), key=repr)
            for name, columns in tables.items()
        }


def copy_rows(source: Path, target: Path, tables: dict[str, list[str]] | None = None) -> None:
    """Copy into these tables of the target, all if not given, what the source has for their columns."""
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("ATTACH ? AS source", (str(source),))
        for table, columns in (tables or kept_tables(target)).items():
            names = ", ".join(columns)
            connection.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM source.{table}")
        connection.commit()


# What a row is filled with whose column no test is about.
FILLINGS: list[tuple[type, object]] = [
    (DateTime, "2025-08-12 12:00:00.000000"),
    (Date, "2025-08-12"),
    (JSON, "{}"),
    (Boolean, 0),
    (Integer, 1),
    (Float, 0.5),
    (LargeBinary, b"x"),
]


def filling(kind: object) -> object:
    kind = getattr(kind, "impl", kind)
    return next((value for of, value in FILLINGS if isinstance(kind, of)), "x")


def fill(file: Path) -> None:
    """Put a row into every table that has none, so that whatever comes into the corpus is looked at here."""
    with closing(sqlite3.connect(file)) as connection:
        for table in SQLModel.metadata.sorted_tables:
            if connection.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (0,):
                insert_row(connection, table)
        connection.commit()


def insert_row(connection: sqlite3.Connection, table: Table) -> None:
    columns = [column for column in table.columns if column.computed is None]
    marks = ", ".join("?" for _ in columns)
    names = ", ".join(column.name for column in columns)
    connection.execute(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})", [filling(column.type) for column in columns]
    )


def version(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.fixture
def today(tmp_path: Path) -> Iterator[Corpus]:
    """A corpus of today with something of everything."""
    with Corpus.open(f"sqlite:///{tmp_path}/today.db", write=True) as corpus:
        run = frontier(corpus)
        run.record(poll(entry("a"), entry("b")))
        store(corpus, article("a"), article("b"))
        store(
            corpus,
            article("a", text="Two men were handed over, and a third."),
            fate=Fate.REVISION,
            article_id=1,
        )
        run.settle(entry("a"), Fate.NEW, article_id=1)
        RunLog(corpus).finish(1, at=NOON, outcome="done", failed_sources={"diario": "timeout"})
        fill(tmp_path / "today.db")
        yield corpus


@pytest.fixture(params=OLD)
def old(today: Corpus, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The same as an earlier version had it."""
    file = tmp_path / "old.db"
    made_by(request.param, file)
    copy_rows(tmp_path / "today.db", file)
    return file


@pytest.fixture
def first(today: Corpus, tmp_path: Path) -> Path:
    """The same as the first version had it."""
    file = tmp_path / "old.db"
    made_by("0001", file)
    copy_rows(tmp_path / "today.db", file)
    return file


def test_migrations_are_one_chain_that_ends_at_the_newest() -> None:
    scripts = ScriptDirectory.from_config(configuration(None))

    assert VERSIONS[-1] == scripts.get_current_head() == NEWEST
    assert [script.revision for script in scripts.walk_revisions()] == VERSIONS[::-1]


def test_a_corpus_of_every_version_keeps_everything(today: Corpus, old: Path, tmp_path: Path) -> None:
    tables = kept_tables(old)
    before = contents(old, tables)
    # A corpus of today that knows no more than the old one could.
    made_by(NEWEST, tmp_path / "same.db")
    copy_rows(Path(today.path), tmp_path / "same.db", tables)

    with (
        Corpus.open(f"sqlite:///{old}", write=True) as corpus,
        Corpus.open(f"sqlite:///{tmp_path}/same.db") as same,
    ):
        assert list(corpus.export(include_copies=True)) == list(same.export(include_copies=True))
        assert corpus.search("third").count == 1
        assert corpus.revisions(1) == same.revisions(1)
        assert RunLog(corpus).runs() == RunLog(same).runs()
        url = "https://gazette.example.org/a"
        assert RunLog(corpus).why(url) == RunLog(same).why(url)
        assert Sources(corpus).states() == Sources(same).states()
        assert [finding for finding in check(corpus) if finding.is_urgent] == []

    assert all(before.values())
    assert contents(old, tables) == before
    assert version(old) == NEWEST
    # What is new in the tables since is there, whether the corpus was made or migrated.
    assert own_tables(old) == own_tables(Path(today.path))


def test_what_is_written_after_it_is_found(old: Path) -> None:
    with Corpus.open(f"sqlite:///{old}", write=True) as corpus:
        store(corpus, article("late", text="A fourth man was flown to Houston."))

        assert corpus.search("Houston").count == 1
        assert [finding for finding in check(corpus) if finding.is_urgent] == []


def test_it_is_brought_up_to_date_by_a_writer_only(first: Path) -> None:
    with pytest.raises(StorageError, match="made by an older Tearsheet; run `tearsheet collect`"):
        Corpus.open(f"sqlite:///{first}")
    Corpus.open(f"sqlite:///{first}", write=True).close()
    Corpus.open(f"sqlite:///{first}").close()


def test_runs_before_and_after_it_tell_whose_layout_changed(first: Path) -> None:
    with Corpus.open(f"sqlite:///{first}", write=True) as corpus:
        log = RunLog(corpus)
        run = log.start(at=NOON, version="0.1.0", config_hash="abc", sources=["gazette"])
        log.finish(
            run, at=NOON, outcome="done", failed_sources={}, changed_sources={"gazette": "texts are short"}
        )

        assert [report.changed for report in log.runs()] == [{"gazette": "texts are short"}, {}]


def test_signs_younger_than_the_index_no_longer_hide_the_words_beside_them(tmp_path: Path) -> None:
    made_by("0006", tmp_path / "old.db")
    with Corpus.open(f"sqlite:///{tmp_path}/today.db", write=True) as today:
        store(today, article(text="El capo\N{SPOOL OF THREAD}jefe cobra 100\N{RUBLE SIGN}"))
    copy_rows(tmp_path / "today.db", tmp_path / "old.db")

    with Corpus.open(f"sqlite:///{tmp_path}/old.db", write=True) as mended:
        assert mended.count('"capo jefe" 100') == 1
        assert [finding for finding in check(mended) if finding.is_urgent] == []


# What would be lost


def execute(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("DELETE FROM search_mark", "1 rows of search_mark would be lost"),
        ("DELETE FROM article_fts_docsize WHERE id = 1", "1 articles would not be found any more"),
        ("UPDATE revision SET article_id = 99 WHERE article_id = 2", "rows would point nowhere"),
    ],
)
def test_a_migration_that_loses_something_changes_nothing(first: Path, harm: str, said: str) -> None:
    """The harm is done in the middle of it, by a trigger on Alembic's own table."""
    execute(first, f"CREATE TRIGGER harm AFTER UPDATE ON alembic_version BEGIN {harm}; END")
    tables = own_tables(first)
    before = contents(first, tables)

    with pytest.raises(StorageError, match=said) as refused:
        Corpus.open(f"sqlite:///{first}", write=True)

    assert "nothing was changed" in str(refused.value)
    assert (version(first), own_tables(first), contents(first, tables)) == ("0001", tables, before)
    execute(first, "DROP TRIGGER harm")
    Corpus.open(f"sqlite:///{first}", write=True).close()


def test_a_table_made_anew_without_its_triggers_is_noticed(today: Corpus) -> None:
    with today.write() as connection:
        before = Inventory.of(connection)
        connection.exec_driver_sql("DROP TRIGGER article_text_updated")
        after = Inventory.of(connection)

    assert before.lost_in(before) == []
    assert before.lost_in(after) == ["the trigger article_text_updated would be lost"]


@pytest.mark.parametrize(
    ("found", "said"),
    [("9999", r"made by a newer Tearsheet \(tables 9999, known: .*update yours"), ("0000", "are unknown")],
)
@pytest.mark.parametrize("write", [True, False])
def test_a_corpus_of_an_unknown_version_is_refused_and_left_alone(
    first: Path, found: str, said: str, *, write: bool
) -> None:
    execute(first, f"UPDATE alembic_version SET version_num = '{found}'")
    tables = own_tables(first)

    with pytest.raises(StorageError, match=said if write or found == "9999" else "older Tearsheet"):
        Corpus.open(f"sqlite:///{first}", write=write)

    assert (version(first), own_tables(first)) == (found, tables)


def test_rows_that_pointed_nowhere_before_it_do_not_keep_it_from_being_done(first: Path) -> None:
    execute(first, "UPDATE revision SET article_id = 99 WHERE article_id = 2")

    Corpus.open(f"sqlite:///{first}", write=True).close()

    assert version(first) == NEWEST


# Several processes

# Opens the corpus when told to, and says how that went.
OPENER = """
import sys
from pipeline.errors import TearsheetError
from pipeline.linking.place import place
from storage import Corpus
from storage.articles import Articles
import storage.migrate
print("ready", flush=True)
sys.stdin.readline()
try:
    with Corpus.open(sys.argv[1], write=True) as corpus:
        print("opened", corpus.count(include_copies=True))
except TearsheetError as error:
    print(error)
"""
# Holds the run lock of a corpus until its stdin ends.
RUNNER = """
import sys
from storage.lock import held
with held(sys.argv[1] + ".lock", otherwise=""):
    print("ready", flush=True)
    sys.stdin.read()
"""


def started(program: str, *arguments: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("is_new", [False, True])
def test_of_several_processes_that_open_it_at_once_one_migrates(first: Path, *, is_new: bool) -> None:
    file = first.with_name("new.db") if is_new else first
    openers = [started(OPENER, f"sqlite:///{file}") for _ in range(4)]

    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()

    said = [opener.communicate(timeout=60)[0] for opener in openers]
    assert said == [f"opened {0 if is_new else 2}\n"] * 4
    assert version(file) == NEWEST


def test_while_a_run_of_an_older_version_is_under_way_nothing_is_changed(first: Path) -> None:
    runner = started(RUNNER, str(first))
    try:
        with pytest.raises(LockedError, match="another run holds"):
            Corpus.open(f"sqlite:///{first}", write=True)
        assert version(first) == "0001"
    finally:
        runner.communicate()

    Corpus.open(f"sqlite:///{first}", write=True).close()
    assert version(first) == NEWEST


def test_copies_are_found_by_what_an_earlier_version_kept(tmp_path: Path) -> None:
    words = (
        "Twenty-six prisoners were flown to Houston on Tuesday night, and a judge ordered all of them held."
    )
    with Corpus.open(f"sqlite:///{tmp_path}/today.db", write=True) as today:
        stored = replace(article("a", text=words), seen_at=NOON)
        Articles(today).store(stored, place(stored, seen=Articles(today), keep_all=True))
    made_by("0009", tmp_path / "old.db")
    copy_rows(tmp_path / "today.db", tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("ATTACH ? AS today", (str(tmp_path / "today.db"),))
        for table in RESHAPED:
            connection.execute(
                f"INSERT INTO main.{table} SELECT key >> 48, key & 281474976710655, 1 FROM today.{table}"
            )
        connection.commit()

    with Corpus.open(f"sqlite:///{tmp_path}/old.db", write=True) as corpus:
        copy = replace(article("b", text=f"{words} He spoke."), seen_at=NOON, source="diario")
        decision = place(copy, seen=Articles(corpus), keep_all=True)

    assert (decision.fate, decision.compared_with) == (Fate.NEAR_COPY, 1)
    tables = {name: ["key", "articles"] for name in RESHAPED}
    assert contents(tmp_path / "old.db", tables) == contents(tmp_path / "today.db", tables)
