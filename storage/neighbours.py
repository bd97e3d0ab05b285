"""Answers what linking asks of the stored articles: who shares passages, names, paragraphs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from pipeline.seen import Found, KnownWords, Telling
from storage.database import Database
from storage.numbers import is_among
from storage.postings import drop_postings_before, found, window
from storage.tables import ARTICLE, BLOCK, FINGERPRINT, MENTION, PAIRING, PARAGRAPH, SKETCH, TEXT

__all__ = ["Neighbours", "drop_old_neighbours", "packed", "unpacked"]

_FURNITURE = 3
"""Articles of one source in which a paragraph stands before it is furniture."""
_LEVEL = 3
# Ten days, twice as long as is looked back; a month for furniture.
_KEPT_BLOCKS = 4
_FURNITURE_BLOCKS = 12


def packed(said: Sequence[str]) -> bytes:
    """Return words as they are stored."""
    return zstandard.compress(" ".join(said).encode(), _LEVEL)


def drop_old_neighbours(connection: Connection) -> None:
    """Remove by what articles are found as neighbours, where their time for near copies is over.

    Counted from the newest article, not from today: an archive that is imported later is linked as well.
    """
    newest = connection.execute(select(func.max(BLOCK.c.block))).scalar()
    if newest is None:
        return
    drop_postings_before(connection, newest - _KEPT_BLOCKS)
    old = SKETCH.c.block < newest - _KEPT_BLOCKS
    connection.execute(update(SKETCH).where(old, SKETCH.c.words.is_not(None)).values(words=None))
    connection.execute(delete(PARAGRAPH).where(PARAGRAPH.c.block < newest - _FURNITURE_BLOCKS))


def unpacked(stored: bytes, unpacker: zstandard.ZstdDecompressor | None = None) -> tuple[str, ...]:
    """Return words as they were; ``unpacker`` serves one thread, and spares making one."""
    unpacker = unpacker or zstandard.ZstdDecompressor()
    return tuple(unpacker.decompress(stored).decode().split(" "))


# Built once: they are executed for every article.
_FURNITURE_AMONG = select(PARAGRAPH.c.mark).where(
    is_among(PARAGRAPH.c.mark, "marks"), PARAGRAPH.c.articles >= _FURNITURE
)
_CLUSTERS = select(ARTICLE.c.id, ARTICLE.c.duplicate_cluster).where(is_among(ARTICLE.c.id, "ids"))
_TELLINGS = (
    select(SKETCH.c.article_id, SKETCH.c.weight, ARTICLE.c.first_seen_at, TEXT.c.title, ARTICLE.c.language)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
    .where(is_among(SKETCH.c.article_id, "ids"))
)
_WORDS = (
    select(SKETCH.c.article_id, SKETCH.c.words, ARTICLE.c.source, ARTICLE.c.first_seen_at)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .where(is_among(SKETCH.c.article_id, "ids"), SKETCH.c.words.is_not(None))
)
_COUNT = select(func.coalesce(func.sum(BLOCK.c.articles), 0)).where(
    BLOCK.c.block.between(bindparam("first"), bindparam("last"))
)


class Neighbours:
    """The look-ups of linking, on the connection of the transaction that is open."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus
        self._unpacker = zstandard.ZstdDecompressor()

    def furniture(self, paragraphs: Sequence[int]) -> frozenset[int]:
        """Return those of the marked paragraphs that stand in three articles or more of their source."""
        if not paragraphs:
            return frozenset()
        return frozenset(row[0] for row in self._rows(_FURNITURE_AMONG, {"marks": paragraphs}))

    def sharing(self, fingerprints: Sequence[int], *, at: datetime, most: int) -> Found:
        """Return who has these fingerprints, those that more than ``most`` articles have apart."""
        with self._corpus.read() as connection:
            return found(connection, FINGERPRINT, fingerprints, at=at, most=most)

    def clusters_of(self, article_ids: Collection[int]) -> Mapping[int, int]:
        """Return the clusters of articles by number."""
        if not article_ids:
            return {}
        return dict(self._rows(_CLUSTERS, {"ids": article_ids}))

    def words_of(self, article_ids: Sequence[int]) -> Mapping[int, KnownWords]:
        """Return the words of articles by number; one whose words are no longer kept is left out."""
        return {
            row.article_id: KnownWords(
                article_id=row.article_id,
                source=row.source,
                seen_at=row.first_seen_at,
                words=unpacked(row.words, self._unpacker),
            )
            for row in self._rows(_WORDS, {"ids": article_ids})
        }

    def mentioning(self, marks: Sequence[int], *, at: datetime, most: int) -> Found:
        """Return who mentions these, those that more than ``most`` articles mention apart."""
        with self._corpus.read() as connection:
            return found(connection, MENTION, marks, at=at, most=most)

    def tellings_of(self, article_ids: Sequence[int]) -> Mapping[int, Telling]:
        """Return the weights, times and headlines of articles by number."""
        rows = self._rows(_TELLINGS, {"ids": article_ids})
        return {row[0]: Telling(*row[1:]) for row in rows}

    def count_around(self, at: datetime) -> int:
        """Return how many articles were first seen around a time."""
        blocks = window(at)
        return int(self._rows(_COUNT, {"first": blocks[0], "last": blocks[-1]})[0][0])

    def are_parted(self, one: int, other: int) -> bool:
        """Tell whether a person said of articles of two clusters that they are not the same."""
        mine, theirs = ARTICLE.alias(), ARTICLE.alias()
        clusters = (mine.c.duplicate_cluster, theirs.c.duplicate_cluster)
        query = (
            select(PAIRING.c.article_id)
            .join(mine, mine.c.id == PAIRING.c.article_id)
            .join(theirs, theirs.c.id == PAIRING.c.other_id)
            .where(PAIRING.c.verdict == "different")
            .where(clusters[0].in_((one, other)), clusters[1].in_((one, other)))
            .limit(1)
        )
        return bool(self._rows(query, {}))

    def _rows(self, query: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        with self._corpus.read() as connection:
            return connection.execute(query, values).all()
