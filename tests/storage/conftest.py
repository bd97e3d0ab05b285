"""A corpus for each test: in SQLite, and in PostgreSQL as well where a test says that the database matters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Corpus


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked with ``both_databases`` in each; the same in all others would cost minutes."""
    if "database" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", ["sqlite", "postgres"])


@pytest.fixture
def database() -> str:
    """Which database the corpus is in."""
    return "sqlite"


@pytest.fixture
def corpus_url(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """An empty corpus in the database; its raw pages are in the folder of the test."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path}/tearsheet.db"
    monkeypatch.chdir(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where there is no corpus yet, in SQLite: for what only that can do."""
    return f"sqlite:///{tmp_path}/tearsheet.db"


@pytest.fixture
def corpus(corpus_url: str) -> Iterator[Corpus]:
    with Corpus.open(corpus_url, write=True) as opened:
        yield opened


@pytest.fixture
def sqlite_corpus(sqlite_url: str) -> Iterator[Corpus]:
    with Corpus.open(sqlite_url, write=True) as opened:
        yield opened
