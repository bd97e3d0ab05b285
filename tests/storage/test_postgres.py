"""What only PostgreSQL has: a server that is shared, refuses, or goes away."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from alembic import command
from sqlalchemy import MetaData, String, Table, create_engine, func, insert, make_url, text, update
from sqlalchemy.engine import Connection

from pipeline.errors import ConfigError, InputError, LockedError, StorageError
from storage import Corpus
from storage.backup import back_up
from storage.check import Fix, check, mend
from storage.database import require_corpus
from storage.forget import forget
from storage.inventory import Inventory
from storage.migrate import configuration
from storage.postgres import engine_for
from storage.schema import version_of
from storage.search.labels import labelled
from storage.search.rows import rows_of
from storage.search.selection import selection
from storage.tables import ARTICLE
from tests.postgres import PostgresServer, wheel_programs
from tests.storage.builders import NOON, article, store


@pytest.fixture
def empty_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a database without tables."""
    url = postgres_server.empty_url()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def corpus(postgres_url: str, tmp_path: Path) -> Iterator[Corpus]:
    pages_url = f"sqlite:///{tmp_path}/pages.db"
    with Corpus.open(postgres_url, pages_url=pages_url, write=True) as opened:
        yield opened


def test_an_empty_database_is_no_corpus_until_it_is_written(empty_url: str) -> None:
    for look in (Corpus.open, require_corpus):
        with pytest.raises(StorageError, match=r"no corpus here; run `tearsheet collect` first") as caught:
            look(empty_url)
        assert caught.value.is_absent

    Corpus.open(empty_url, write=True).close()

    require_corpus(empty_url)
    with Corpus.open(empty_url) as corpus:
        assert corpus.count() == 0


def test_two_that_open_a_new_database_at_once_make_one_corpus(empty_url: str) -> None:
    code = "import sys; from storage import Corpus; Corpus.open(sys.argv[1], write=True).close()"
    command = [sys.executable, "-c", code, empty_url]

    with subprocess.Popen(command) as one, subprocess.Popen(command) as two:
        assert (one.wait(), two.wait()) == (0, 0)

    Corpus.open(empty_url).close()


def test_the_database_of_another_program_is_refused_untouched(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    engine.dispose()

    with pytest.raises(StorageError, match="is the database of another program"):
        Corpus.open(empty_url, write=True)


def test_a_schema_of_its_own_holds_a_corpus_beside_other_tables(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
        connection.execute(text("CREATE SCHEMA news"))
    engine.dispose()
    url = make_url(empty_url).update_query_dict({"options": "-csearch_path=news"})

    with Corpus.open(url.render_as_string(hide_password=False), write=True) as corpus:
        store(corpus, article())
        assert corpus.count("handed source:gazette") == 1


def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty_url(encoding="LATIN1")
    try:
        with pytest.raises(StorageError, match="its encoding is LATIN1; make a database in UTF8"):
            Corpus.open(url, write=True)
    finally:
        postgres_server.drop(url)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"database": "nowhere"}, "nowhere: there is no such database; make it with createdb, in UTF8"),
        ({"username": "stranger"}, "the server refuses the user; check the name and the password"),
        ({"host": "127.0.0.1", "port": 9, "query": {}}, "the server cannot be reached"),
    ],
)
def test_a_server_that_does_not_answer_is_named_with_what_to_do(
    postgres_url: str, change: dict, message: str
) -> None:
    url = make_url(postgres_url).set(password="secret", **change)  # noqa: S106

    with pytest.raises(StorageError, match=message) as caught:
        Corpus.open(url.render_as_string(hide_password=False), write=True)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("password", ["s3c@ret", "s3@cr/et"])
def test_a_password_that_is_not_written_as_in_a_url_is_not_shown_as_a_host(password: str) -> None:
    with pytest.raises(ConfigError, match="an @ too many; write one in a password as %40") as caught:
        Corpus.open(f"postgresql://desk:{password}@127.0.0.1:9/news")

    assert "s3" not in str(caught.value)
    assert "et@" not in str(caught.value)


def test_a_url_as_other_programs_write_it_is_understood(postgres_url: str) -> None:
    with Corpus.open(postgres_url.replace("postgresql+psycopg:", "postgres:")) as corpus:
        assert corpus.count() == 0


def test_a_reader_cannot_write_whatever_it_tries(postgres_url: str) -> None:
    with (
        Corpus.open(postgres_url) as reader,
        pytest.raises(StorageError, match="it may not be written"),
        reader.read() as connection,
    ):
        connection.execute(text("DELETE FROM article"))


def test_pages_lie_in_a_file_only(postgres_url: str) -> None:
    with pytest.raises(ConfigError, match="postgresql is not a database that Tearsheet stores this in"):
        Corpus.open(postgres_url, pages_url=postgres_url, write=True)


def test_a_backup_is_the_work_of_pg_dump(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is on a server: back it up with pg_dump, and copy .*pages.db"):
        back_up(corpus, tmp_path / "copy.db")


def test_a_lock_has_one_holder_in_the_whole_world_and_may_be_asked_for_again(
    corpus: Corpus, postgres_url: str
) -> None:
    code = (
        "import sys\nfrom storage import Corpus\n"
        "with Corpus.open(sys.argv[1]) as corpus, corpus.lock('run', otherwise='held'):\n"
        "    print('mine', flush=True)\n    sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, postgres_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        assert corpus.lock_holder("run") == other.pid
        with pytest.raises(LockedError, match="held"), corpus.lock("run", otherwise="held"):
            pass
        with corpus.lock("daemon", otherwise="another"):
            assert corpus.lock_holder("daemon") is not None
        other.kill()

    wait_until(lambda: corpus.lock_holder("run") is None)
    with Corpus.open(postgres_url) as second:
        with corpus.lock("run", otherwise="held"), second.lock("run", otherwise="held"):
            assert second.lock_holder("run") is not None
        assert second.lock_holder("run") is None


def wait_until(is_so: Callable[[], bool]) -> None:
    """The server notices that a session is gone in its own time."""
    deadline = monotonic() + 30
    while not is_so():
        assert monotonic() < deadline


def test_no_text_is_too_long_for_its_words_to_be_found(corpus: Corpus) -> None:
    words = [f"w{number}" for number in range(40_000)]
    words[20_000:20_000] = "alpha beta".split()
    common = "the cat " * 400
    store(
        corpus,
        article("long", text=" ".join(words)),
        article("common", text=f"{common} the dog sat there"),
        article("short", text="alpha and beta"),
    )

    def found(query: str) -> list[str]:
        return [hit.url.rpartition("/")[2] for hit in corpus.search(query).articles]

    assert found('"alpha beta"') == ["long"]
    assert found("alpha beta") == ["short", "long"]
    assert found('"w39998 w39999" "w1 w2"') == ["long"]
    assert found('alpha -"alpha beta"') == ["short"]
    assert found('"w19999 alpha" -"w3 w5"') == ["long"]
    assert found('"the dog sat"') == ["common"]
    assert found('"cat the dog"') == ["common"]
    assert found("w3999*") == ["long"]
    assert found('title:long "beta w20000"') == ["long"]
    assert corpus.search('"alpha beta" OR sat', sort="rank").sort == "rank"
    phrase = " ".join(words[15_000:15_180])
    assert found(f'"{phrase}"') == ["long"]
    assert corpus.count(f'"{phrase} w3"') == 0


@pytest.mark.parametrize(
    ("query", "is_enough"),
    [
        ("capo", True),
        ("capo -jefe after:2025-08 source:gazette lang:es", True),
        ('"el capo" (jefe OR after:2025)', True),
        ("capo url:example", False),
        ('="capo"', False),
    ],
)
def test_what_the_rows_of_the_index_tell_is_asked_of_no_article(
    corpus: Corpus, query: str, is_enough: bool
) -> None:
    with corpus.read() as connection:
        said = labelled(connection, selection(query, {}))
        statement = str(rows_of(connection, said.found).select(func.count()).compile(connection))

    assert ("JOIN article ON" not in statement) == is_enough


def test_the_rows_of_the_index_follow_their_articles(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"), article("c"))
    changed = {"source": "herald", "language": "fr", "published_at": NOON.replace(year=2001)}

    with corpus.write() as connection:
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == 1).values(**changed))
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == 2).values(hidden=True))
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == 3).values(duplicate_of=1))

    assert corpus.count("handed") == 1
    assert corpus.count("handed source:herald lang:fr before:2002") == 1
    assert corpus.count("handed", include_off_topic=True) == 2
    assert corpus.count("handed", include_copies=True) == 2
    assert check(corpus) == []


def test_rows_of_the_index_that_tell_something_else_are_found_and_made_anew(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"))
    with corpus.write() as connection:
        connection.execute(text("UPDATE article_words SET source = 'herald' WHERE article_id = 2"))

    (finding,) = check(corpus)
    assert finding.fix is Fix.REINDEX
    mend(corpus, [Fix.REINDEX])

    assert check(corpus) == []
    assert corpus.count("handed source:herald") == 0


def test_words_indexed_by_an_older_version_are_found_by_source_and_day(empty_url: str) -> None:
    engine = engine_for(make_url(empty_url), write=True)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0013")
        put_article(connection)
        connection.exec_driver_sql("INSERT INTO article_words VALUES (1, 0, $$'handed':1 'over':2$$)")
    engine.dispose()

    with Corpus.open(empty_url, write=True) as corpus:
        assert corpus.count('"handed over" source:web') == 1
        assert corpus.count(f"handed after:{NOON:%Y-%m-%d}") == 1
        assert corpus.count("handed", lang="es") == 0
        assert forget(corpus, 1) is not None
        with corpus.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM article_words")).scalar() == 0


@pytest.mark.parametrize("version", ["0001", "0009"])
def test_a_corpus_of_an_older_version_is_brought_up_to_date_and_loses_nothing(
    empty_url: str, version: str
) -> None:
    engine = engine_for(make_url(empty_url), write=True)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), version)
        put_article(connection)
    with engine.connect() as connection:
        before = Inventory.of(connection)
    with pytest.raises(
        StorageError, match="made by an older Tearsheet; run `tearsheet collect` to update it"
    ):
        Corpus.open(empty_url)

    with Corpus.open(empty_url, write=True) as corpus:
        with corpus.write() as connection:
            corpus.dialect.rebuild_index(connection)
        store(corpus, article("b"))

        assert before.rows["article"] == 1
        assert corpus.count("handed") == 2
        assert [record.id for record in corpus.export()] == [1, 2]
    with engine.connect() as connection:
        assert before.lost_in(Inventory.of(connection)) == []
    engine.dispose()


def put_article(connection: Connection) -> None:
    """Put an article into whatever columns its table has."""
    known = Table("article", MetaData(), autoload_with=connection)
    given = {"published_at": NOON, "first_seen_at": NOON, "last_seen_at": NOON, "revision": 1}
    given |= {"duplicate_cluster": 1, "story": 1, "hidden": False, "authors": [], "flags": []}
    texts = {column.name: "web" for column in known.columns if isinstance(column.type, String)}
    named = {"published_precision": "second", "published_from": "feed", "channel": "feed", "fate": "new"}
    connection.execute(insert(known), texts | named | given)
    connection.exec_driver_sql("INSERT INTO article_text VALUES (1, 'A title', '', 'Two were handed over.')")


def test_while_a_run_of_an_older_version_is_under_way_the_tables_stay_as_they_are(empty_url: str) -> None:
    engine = engine_for(make_url(empty_url), write=True)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    code = """
import sys
from sqlalchemy import make_url
from storage.lock import run_lock
from storage.postgres import engine_for
with run_lock(engine_for(make_url(sys.argv[1]), write=True), "news"):
    print("ready", flush=True)
    sys.stdin.read()
"""
    arguments = [sys.executable, "-c", code, empty_url]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        with pytest.raises(LockedError, match="another run holds"):
            Corpus.open(empty_url, write=True)
        run.communicate()

    with engine.connect() as connection:
        assert version_of(connection) == "0001"
    engine.dispose()


# Runs a server as the tests do, and says where.
TESTS = """
import sys
from tests.postgres import running, wheel_programs
with running(wheel_programs()) as url:
    print(url.query["host"], flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(wheel_programs() is None, reason="the server is another's")
def test_the_server_of_a_test_run_that_is_killed_is_stopped_and_leaves_nothing() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TESTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().decode().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        run.kill()

    wait_until(lambda: not folder.exists())
    # It may still be in the table of processes, where nobody asked how it ended.
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(server)], capture_output=True, text=True, check=False
    )
    assert state.stdout.strip()[:1] in {"", "Z"}
