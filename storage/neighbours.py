"""Answers what linking asks of the stored articles: who shares passages, names, paragraphs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Table, bindparam, delete, func, literal, select, update
from sqlalchemy.engine import Connection

from pipeline.seen import Found, KnownWords, Telling
from storage.database import Database
from storage.numbers import is_among
from storage.postings import block_of, drop_postings_before, found, window
from storage.prepared import Prepared
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


def unpacked(stored: bytes) -> tuple[str, ...]:
    """Return words as they were."""
    return tuple(zstandard.decompress(stored).decode().split(" "))


# Built once: they are executed for every article.
_FURNITURE_AMONG = Prepared(
    select(PARAGRAPH.c.mark).where(
        is_among(PARAGRAPH.c.mark, "marks"), PARAGRAPH.c.articles >= bindparam("least")
    )
)
_CLUSTERS = Prepared(select(ARTICLE.c.id, ARTICLE.c.duplicate_cluster).where(is_among(ARTICLE.c.id, "ids")))
_TELLINGS = Prepared(
    select(SKETCH.c.article_id, SKETCH.c.weight, ARTICLE.c.first_seen_at, TEXT.c.title, ARTICLE.c.language)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
    .where(is_among(SKETCH.c.article_id, "ids"))
)
_WORDS = Prepared(
    select(SKETCH.c.article_id, ARTICLE.c.source, ARTICLE.c.first_seen_at, SKETCH.c.words)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .where(is_among(SKETCH.c.article_id, "ids"), SKETCH.c.words.is_not(None))
)
_MINE, _THEIRS = ARTICLE.alias(), ARTICLE.alias()
_PARTED = Prepared(
    select(PAIRING.c.article_id)
    .join(_MINE, _MINE.c.id == PAIRING.c.article_id)
    .join(_THEIRS, _THEIRS.c.id == PAIRING.c.other_id)
    .where(PAIRING.c.verdict == literal("different"))
    .where(is_among(_MINE.c.duplicate_cluster, "ids"), is_among(_THEIRS.c.duplicate_cluster, "ids"))
    .limit(1)
)
_BLOCKS = Prepared(select(BLOCK.c.block, BLOCK.c.articles))


@dataclass(slots=True)
class _Memory:
    """What is known in one transaction, in which nobody else writes: the same few articles are asked for."""

    connection: Connection | None
    clusters: dict[int, int] = field(default_factory=dict)
    """By the numbers of articles."""
    blocks: dict[int, int] | None = None
    """How many articles were first seen in each block of time; None before it is asked."""


class Neighbours:
    """The look-ups of linking, on the connection of the transaction that is open.

    In one transaction only what this object stores may change clusters: it remembers them.
    """

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus
        self._unpacker = zstandard.ZstdDecompressor()
        self._memory = _Memory(None)

    def furniture(self, paragraphs: Sequence[int]) -> frozenset[int]:
        """Return those of the marked paragraphs that stand in three articles or more of their source."""
        if not paragraphs:
            return frozenset()
        return frozenset(
            row[0] for row in self._rows(_FURNITURE_AMONG, {"marks": paragraphs, "least": _FURNITURE})
        )

    def sharing(self, fingerprints: Sequence[int], *, at: datetime, most: int) -> Found:
        """Return who has these fingerprints, those that more than ``most`` articles have apart."""
        return self._found(FINGERPRINT, fingerprints, at=at, most=most)

    def clusters_of(self, article_ids: Collection[int]) -> Mapping[int, int]:
        """Return the clusters of articles by number."""
        known = self._remembered().clusters
        if unknown := [each for each in article_ids if each not in known]:
            known.update(self._rows(_CLUSTERS, {"ids": unknown}))
        return known

    def words_of(self, most: Mapping[int, int | None]) -> Mapping[int, KnownWords]:
        """Return the words of articles by number: of those with no more than so many, if so many is said.

        One whose words are no longer kept is left out.
        """
        known = {}
        for number, source, seen_at, stored in self._rows(_WORDS, {"ids": tuple(most)}):
            said = self._unpacker.decompress(stored)
            if (longest := most[number]) is None or said.count(b" ") < longest:
                words = tuple(said.decode().split(" "))
                known[number] = KnownWords(article_id=number, source=source, seen_at=seen_at, words=words)
        return known

    def mentioning(self, marks: Sequence[int], *, at: datetime, most: int) -> Found:
        """Return who mentions these, those that more than ``most`` articles mention apart."""
        return self._found(MENTION, marks, at=at, most=most)

    def tellings_of(self, article_ids: Sequence[int]) -> Mapping[int, Telling]:
        """Return the weights, times and headlines of articles by number."""
        rows = self._rows(_TELLINGS, {"ids": article_ids})
        return {row[0]: Telling(*row[1:]) for row in rows}

    def count_around(self, at: datetime) -> int:
        """Return how many articles were first seen around a time."""
        blocks = self._blocks()
        return sum(blocks.get(block, 0) for block in window(at))

    def are_parted(self, one: int, other: int) -> bool:
        """Tell whether a person said of articles of two clusters that they are not the same."""
        return bool(self._rows(_PARTED, {"ids": (one, other)}))

    def _found(self, index: Table, marks: Sequence[int], *, at: datetime, most: int) -> Found:
        known = self._blocks()
        blocks = [block for block in window(at) if block in known]
        with self._corpus.read() as connection:
            return found(connection, index, marks, blocks=blocks, most=most)

    def _remembered(self) -> _Memory:
        """Return what is known in the transaction that is open; nothing outside of any."""
        connection = self._corpus.writing
        if connection is None or connection is not self._memory.connection:
            self._memory = _Memory(connection)
        return self._memory

    def _blocks(self) -> dict[int, int]:
        known = self._remembered()
        if known.blocks is None:
            known.blocks = dict(self._rows(_BLOCKS, {}))
        return known.blocks

    def _note_added(self, at: datetime, *, is_bridge: bool) -> None:
        """Let what is known be true again, now that an article first seen at that time was added."""
        known = self._remembered()
        if known.blocks is not None:
            block = block_of(at)
            known.blocks[block] = known.blocks.get(block, 0) + 1
        if is_bridge:
            known.clusters.clear()

    def _rows(self, query: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        with self._corpus.read() as connection:
            return query.rows(connection, values)
