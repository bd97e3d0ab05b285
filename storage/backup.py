"""Copies a live corpus: SQLite's online backup, from a fresh connection, checked before it gets its name."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError, StorageError
from storage.database import Database
from storage.pages import page_file_beside
from storage.sqlite import connect, wrapped

__all__ = ["BackedUp", "back_up", "copy_file"]

# So many pages of the file at a time: between them others may write.
_STEP_PAGES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A copy that was made and checked."""

    corpus: Path
    pages: Path | None
    """The raw pages beside it; None where there are none."""
    articles: int
    size: int
    """Of both files, in bytes."""


def back_up(corpus: Database, to: Path) -> BackedUp:
    """Copy the corpus to this file and its raw pages beside it; others may read and write meanwhile.

    The copy opens as a corpus. Raises InputError when there is a file already or no folder, and for a corpus
    on a server; StorageError when it cannot be written or is not sound.
    """
    if corpus.file is None:
        raise InputError(
            f"{corpus.path} is on a server: back it up with pg_dump, and copy {corpus.pages_path} beside it"
        )
    if not to.absolute().parent.is_dir():
        raise InputError(f"{to}: there is no folder {to.parent}; make it first")
    pages_to = Path(page_file_beside(str(to)))
    for path in (to, pages_to):
        if path.exists():
            raise InputError(f"{path} is there already; give another name")
    # The corpus first: then every page that it names is in the copy of the pages.
    articles = copy_file(corpus.path, to)
    has_pages = Path(corpus.pages_path).exists()
    if has_pages:
        copy_file(corpus.pages_path, pages_to)
    size = to.stat().st_size + (pages_to.stat().st_size if has_pages else 0)
    return BackedUp(corpus=to, pages=pages_to if has_pages else None, articles=articles, size=size)


def copy_file(path: str, to: Path) -> int:
    """Copy one file by way of another name, and check it; return how many articles are in it."""
    partial = to.with_name(f"{to.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with (
            wrapped(path),
            closing(connect(path, write=False)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            source.backup(copy, pages=_STEP_PAGES, sleep=0.01)
            # One file: the copy of a corpus must not need its log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            articles = _checked(copy, to)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(to)
    except OSError as error:
        raise StorageError(f"{to} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return articles


def _checked(copy: sqlite3.Connection, to: Path) -> int:
    fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise StorageError(f"{to}: the copy is not sound ({fault}); run `tearsheet doctor`")
    has_articles = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'article'").fetchone()[0]
    return int(copy.execute("SELECT count(*) FROM article").fetchone()[0]) if has_articles else 0
