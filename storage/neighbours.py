"""Answers what linking asks of the stored articles: who shares passages, names, paragraphs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import zstandard
from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from pipeline.seen import Found, KnownWords, Mention, Sharing, Telling
from storage.database import Database
from storage.tables import ARTICLE, BLOCK, FINGERPRINT, MENTION, PAIRING, PARAGRAPH, SKETCH, TEXT

__all__ = ["Neighbours", "block_of", "drop_old_neighbours", "packed"]

# Copies of a news text come within two days, nine in ten within 29 hours; a late paper is given five.
_BACK = timedelta(days=5)
# Articles are not always stored in the order in which they were seen.
_AHEAD = timedelta(days=1)
_BLOCK = timedelta(days=2, hours=12)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FURNITURE = 3
"""Articles of one source in which a paragraph stands before it is furniture."""
_LEVEL = 3
# Ten days, twice as long as is looked back; a month for furniture.
_KEPT_BLOCKS = 4
_FURNITURE_BLOCKS = 12


def block_of(at: datetime) -> int:
    """Return the number of the two and a half days in which a time lies."""
    return (at - _EPOCH) // _BLOCK


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
    for index in (FINGERPRINT, MENTION):
        connection.execute(delete(index).where(index.c.block < newest - _KEPT_BLOCKS))
    old = SKETCH.c.block < newest - _KEPT_BLOCKS
    connection.execute(update(SKETCH).where(old, SKETCH.c.words.is_not(None)).values(words=None))
    connection.execute(delete(PARAGRAPH).where(PARAGRAPH.c.block < newest - _FURNITURE_BLOCKS))


def _unpacked(stored: bytes) -> tuple[str, ...]:
    return tuple(zstandard.decompress(stored).decode().split(" "))


def _in_blocks(index: Any, *columns: Any) -> Select[Any]:
    """Return a look-up by mark in some blocks of time."""
    return select(*columns).where(
        index.c.block.in_(bindparam("blocks", expanding=True)),
        index.c.mark.in_(bindparam("marks", expanding=True)),
    )


def _counted(index: Any) -> Select[Any]:
    return _in_blocks(index, index.c.mark, func.count()).group_by(index.c.mark)


# Built once: they are executed for every article.
_FURNITURE_AMONG = select(PARAGRAPH.c.mark).where(
    PARAGRAPH.c.mark.in_(bindparam("marks", expanding=True)), PARAGRAPH.c.articles >= _FURNITURE
)
_PASSAGES_COUNTED, _MENTIONS_COUNTED = _counted(FINGERPRINT), _counted(MENTION)
_PASSAGES = _in_blocks(FINGERPRINT, FINGERPRINT.c.mark, ARTICLE.c.id, ARTICLE.c.duplicate_cluster).join(
    ARTICLE, ARTICLE.c.id == FINGERPRINT.c.article_id
)
_MENTIONS = _in_blocks(MENTION, MENTION.c.mark, MENTION.c.article_id)
_TELLINGS = (
    select(SKETCH.c.article_id, SKETCH.c.weight, ARTICLE.c.first_seen_at, TEXT.c.title, ARTICLE.c.language)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
    .where(SKETCH.c.article_id.in_(bindparam("ids", expanding=True)))
)
_WORDS = (
    select(SKETCH.c.article_id, SKETCH.c.words, ARTICLE.c.source, ARTICLE.c.first_seen_at)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .where(SKETCH.c.article_id.in_(bindparam("ids", expanding=True)), SKETCH.c.words.is_not(None))
)
_COUNT = select(func.coalesce(func.sum(BLOCK.c.articles), 0)).where(
    BLOCK.c.block.in_(bindparam("blocks", expanding=True))
)


class Neighbours:
    """The look-ups of linking, on the connection of the transaction that is open."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def furniture(self, paragraphs: Sequence[int]) -> frozenset[int]:
        """Return those of the marked paragraphs that stand in three articles or more of their source."""
        if not paragraphs:
            return frozenset()
        return frozenset(row[0] for row in self._rows(_FURNITURE_AMONG, {"marks": paragraphs}))

    def sharing(self, fingerprints: Sequence[int], *, at: datetime, most: int) -> Found[Sharing]:
        """Return who has these fingerprints, those that more than ``most`` articles have apart."""
        rare, common = self._counted(_PASSAGES_COUNTED, fingerprints, at, most)
        rows = self._rows(_PASSAGES, {"marks": rare, "blocks": _blocks(at)}) if rare else []
        return Found(rows=tuple(map(Sharing._make, rows)), common=common)

    def words_of(self, article_ids: Sequence[int]) -> Mapping[int, KnownWords]:
        """Return the words of articles by number; one whose words are no longer kept is left out."""
        return {
            row.article_id: KnownWords(
                article_id=row.article_id,
                source=row.source,
                seen_at=row.first_seen_at,
                words=_unpacked(row.words),
            )
            for row in self._rows(_WORDS, {"ids": article_ids})
        }

    def mentioning(self, marks: Sequence[int], *, at: datetime, most: int) -> Found[Mention]:
        """Return who mentions these, those that more than ``most`` articles mention apart."""
        rare, common = self._counted(_MENTIONS_COUNTED, marks, at, most)
        rows = self._rows(_MENTIONS, {"marks": rare, "blocks": _blocks(at)}) if rare else []
        return Found(rows=tuple(map(Mention._make, rows)), common=common)

    def tellings_of(self, article_ids: Sequence[int]) -> Mapping[int, Telling]:
        """Return the weights, times and headlines of articles by number."""
        rows = self._rows(_TELLINGS, {"ids": article_ids})
        return {row[0]: Telling(*row[1:]) for row in rows}

    def count_around(self, at: datetime) -> int:
        """Return how many articles were first seen around a time."""
        return int(self._rows(_COUNT, {"blocks": _blocks(at)})[0][0])

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

    def _counted(
        self, query: Select[Any], marks: Sequence[int], at: datetime, most: int
    ) -> tuple[list[int], frozenset[int]]:
        """Return the marks that some have, and those that more than ``most`` have."""
        if not marks:
            return [], frozenset()
        counts = dict(tuple(row) for row in self._rows(query, {"marks": marks, "blocks": _blocks(at)}))
        common = frozenset(mark for mark, count in counts.items() if count > most)
        return [mark for mark in counts if mark not in common], common

    def _rows(self, query: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        with self._corpus.read() as connection:
            return connection.execute(query, values).all()


def _blocks(at: datetime) -> list[int]:
    return list(range(block_of(at - _BACK), block_of(at + _AHEAD) + 1))
