"""Looks for what is wrong with a corpus before anyone notices."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import StorageError
from storage.database import Database
from storage.sqlite import faults_in_file, has_wal_reset_fault, is_index_true, unindexed

__all__ = ["Finding", "check"]

_REBUILD = "make it anew: sqlite3 {path} \"INSERT INTO article_fts (article_fts) VALUES ('rebuild')\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and what to do."""

    what: str
    advice: str
    is_urgent: bool = True
    """False: to know of, but nothing that must be mended now."""


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
    advice = _REBUILD.format(path=corpus.path)
    with corpus.read() as connection:
        number = unindexed(connection)
    if number:
        what = f"{number} articles are not in the full-text index as they should be"
        yield Finding(what=what, advice=advice)
    elif corpus.is_writable:
        with corpus.write() as connection:
            is_true = is_index_true(connection)
        if not is_true:
            what = "the full-text index does not hold the words of the texts"
            yield Finding(what=what, advice=advice)
