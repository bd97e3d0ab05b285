"""A corpus for each test, in both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Corpus


@pytest.fixture(params=["sqlite", "postgres"])
def corpus_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty corpus in either database; its raw pages are in the folder of the test."""
    if request.param == "sqlite":
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
