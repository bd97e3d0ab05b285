"""Keeps a corpus quick and small: its index in few pieces, its statistics true, its files without holes."""

from dataclasses import dataclass

from storage.corpus import Corpus
from storage.neighbours import drop_old_neighbours

__all__ = ["Upkept", "keep_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkept:
    """What was done."""

    freed_bytes: int
    """Of the page file, given back to the disk."""
    is_log_emptied: bool
    """False when somebody was reading an older state: the next time will do."""


def keep_up(corpus: Corpus) -> Upkept:
    """Write the index anew, count for the query planner, let go of what finds no copies now, give back room.

    Some seconds for 100,000 articles, in which others can read but not write; whoever calls this holds the
    run lock.
    """
    with corpus.write() as connection:
        drop_old_neighbours(connection)
        corpus.dialect.optimize_index(connection)
        corpus.dialect.refresh_statistics(connection)
    return Upkept(is_log_emptied=corpus.settle(), freed_bytes=corpus.pages.shrink())
