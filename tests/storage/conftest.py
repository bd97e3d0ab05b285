"""A corpus in a file for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Corpus


@pytest.fixture
def corpus_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tearsheet.db"


@pytest.fixture
def corpus(corpus_url: str) -> Iterator[Corpus]:
    with Corpus.open(corpus_url, write=True) as opened:
        yield opened
