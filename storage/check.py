"""Looks for what is wrong with a corpus before anyone notices."""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import StorageError
from storage.database import Database
from storage.runs import RunLog
from storage.sqlite import faults_in_file, has_wal_reset_fault, is_index_true, rebuild_index, unindexed

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
    findings = list(_version())
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
            rebuild_index(connection)


def _version() -> Iterator[Finding]:
    if has_wal_reset_fault(sqlite3.sqlite_version_info):
        yield Finding(
            what=f"SQLite {sqlite3.sqlite_version} can, rarely, damage a corpus read while it is written",
            advice="use a Python built with SQLite 3.51.3 or newer (or 3.50.7, 3.44.6), and keep backups",
            is_urgent=False,
        )


def _damage(corpus: Database) -> Iterator[Finding]:
    with corpus.read() as connection:
        for fault in faults_in_file(connection):
            yield Finding(what=f"{corpus.path}: {fault}", advice="put back a backup")


def _index(corpus: Database) -> Iterator[Finding]:
    with corpus.read() as connection:
        number = unindexed(connection)
    if number:
        what = f"{number} articles are not in the full-text index as they should be"
        yield Finding(what=what, advice=_REINDEX, fix=Fix.REINDEX)
    elif corpus.is_writable:
        with corpus.write() as connection:
            is_true = is_index_true(connection)
        if not is_true:
            what = "the full-text index does not hold the words of the texts"
            yield Finding(what=what, advice=_REINDEX, fix=Fix.REINDEX)
