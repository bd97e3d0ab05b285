"""The corpus of the configuration, opened for a command."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import InputError
from storage import Corpus
from storage.database import require_corpus
from storage.search.records import Record
from tearsheet.config import load_config

__all__ = ["article", "opened_corpus"]


@contextmanager
def opened_corpus(config_path: str | None, *, write: bool = False) -> Iterator[Corpus]:
    """Open the corpus, read-only unless asked otherwise; one that is not there is not made by that."""
    corpus = load_config(config_path).corpus
    if write:
        require_corpus(corpus.url)
    with Corpus.open(corpus.url, pages_url=corpus.pages_url, write=write) as opened:
        yield opened


def article(corpus: Corpus, ref: str) -> Record:
    """Return the article with this number or URL; raises InputError when there is none."""
    found = corpus.get(ref)
    if found is None:
        hint = (
            "`tearsheet why URL` tells what became of a URL"
            if "/" in ref
            else "`tearsheet search` gives numbers"
        )
        raise InputError(f"no article {ref} in {corpus.path}; {hint}")
    return found
