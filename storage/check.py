"""Looks for what is wrong with a corpus before anyone notices."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import StorageError
from storage.database import Database
from storage.runs import RunLog

__all__ = ["Finding", "Fix", "check", "mend"]

_REINDEX = "`tearsheet doctor --fix` makes it anew from the texts"


class Fix(StrEnum):
    """What can be mended without a person: nothing that was stored is touched by it."""

    REINDEX = "reindex"
    CLOSE_RUNS = "close_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and what to do."""

    what: str
    advice: str
    is_urgent: bool = True
    """False: to know of, but nothing that must be mended now."""
    fix: Fix | None = None


def check(corpus: Database) -> list[Finding]:
    """Look the corpus over: reads all of it, some seconds for 100,000 articles.

    Opened with ``write``, the words of the index are compared with the texts as well: that takes as long as
    indexing them did, and keeps every other writer waiting.
    """
    findings = list(_weaknesses(corpus))
    try:
        findings += _damage(corpus)
        findings += _index(corpus)
    except StorageError as error:
        findings.append(Finding(what=str(error), advice="put back a backup"))
    return findings


def mend(corpus: Database, fixes: Collection[Fix]) -> None:
    """Make these repairs; whoever calls this holds the run lock."""
    if Fix.CLOSE_RUNS in fixes:
        RunLog(corpus).close_dead()
    if Fix.REINDEX in fixes:
        with corpus.write() as connection:
            corpus.dialect.rebuild_index(connection)


def _weaknesses(corpus: Database) -> Iterator[Finding]:
    for what, advice in corpus.dialect.weaknesses():
        yield Finding(what=what, advice=advice, is_urgent=False)


def _damage(corpus: Database) -> Iterator[Finding]:
    with corpus.read() as connection:
        for fault in corpus.dialect.faults(connection):
            yield Finding(what=f"{corpus.path}: {fault}", advice="put back a backup")


def _index(corpus: Database) -> Iterator[Finding]:
    with corpus.read() as connection:
        number = corpus.dialect.unindexed(connection)
    if number:
        what = f"{number} articles are not in the full-text index as they should be"
        yield Finding(what=what, advice=_REINDEX, fix=Fix.REINDEX)
    elif corpus.is_writable:
        with corpus.write() as connection:
            is_true = corpus.dialect.is_index_true(connection)
        if not is_true:
            what = "the full-text index does not hold the words of the texts"
            yield Finding(what=what, advice=_REINDEX, fix=Fix.REINDEX)
