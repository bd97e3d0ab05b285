"""What people decide of two articles: that they carry the same text, or do not."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, insert, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from pipeline.errors import InputError
from pipeline.marks import Pairing
from storage.clusters import form_clusters, keep_ties
from storage.database import Database
from storage.tables import ARTICLE, PAIRING

__all__ = ["Pairings", "hand_on_pairings"]


class Pairings:
    """The decisions of a corpus on pairs of articles; each is applied at once and for ever."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def put(self, pairing: Pairing) -> None:
        """Decide of a pair, in place of what was said of it before.

        Of two that are different the first leaves the cluster; what is tied only to it goes along. Raises
        InputError where both cannot be the same, as others were said to be different.
        """
        pair = pairing.article_id, pairing.other_id
        with self._corpus.write() as connection:
            keep_ties(connection, pair)
            connection.execute(delete(PAIRING).where(_is_of(*pair)))
            if pairing.verdict == "same" and (against := _against(connection, *pair)) is not None:
                first, second = against
                raise InputError(
                    f"article {pair[0]} cannot be the same as {pair[1]}: {first} is marked as different from"
                    f" {second}; take that back first: tearsheet mark {first} different {second} --undo"
                )
            connection.execute(
                insert(PAIRING),
                {
                    "article_id": pair[0],
                    "other_id": pair[1],
                    "verdict": pairing.verdict,
                    "marked_at": pairing.marked_at,
                    "note": pairing.note,
                },
            )
            form_clusters(connection, pair)

    def take_back(self, article_id: int, other_id: int) -> None:
        """Let the rules decide of a pair again."""
        with self._corpus.write() as connection:
            keep_ties(connection, (article_id, other_id))
            connection.execute(delete(PAIRING).where(_is_of(article_id, other_id)))
            form_clusters(connection, (article_id, other_id))

    def of(self, article_ids: Sequence[int]) -> tuple[Pairing, ...]:
        """Return what was decided of the articles and any others, in the order of the decisions."""
        is_of = or_(PAIRING.c.article_id.in_(article_ids), PAIRING.c.other_id.in_(article_ids))
        query = select(PAIRING).where(is_of).order_by(PAIRING.c.marked_at, PAIRING.c.article_id)
        with self._corpus.read() as connection:
            return tuple(_pairing(row) for row in connection.execute(query))


def hand_on_pairings(connection: Connection, article_id: int, heir: int | None) -> None:
    """Let another article of the cluster have what was decided of a forgotten one, without the notes."""
    is_of = or_(PAIRING.c.article_id == article_id, PAIRING.c.other_id == article_id)
    rows = connection.execute(select(PAIRING).where(is_of)).all()
    connection.execute(delete(PAIRING).where(is_of))
    if heir is None:
        return
    for row in rows:
        one, other = (heir if number == article_id else number for number in (row.article_id, row.other_id))
        is_said = connection.execute(select(PAIRING.c.verdict).where(_is_of(one, other))).first()
        if one != other and is_said is None:
            said = {"verdict": row.verdict, "marked_at": row.marked_at, "note": ""}
            connection.execute(insert(PAIRING), said | {"article_id": one, "other_id": other})


def _is_of(one: int, other: int) -> ColumnElement[bool]:
    first, second = PAIRING.c.article_id, PAIRING.c.other_id
    return or_(and_(first == one, second == other), and_(first == other, second == one))


def _against(connection: Connection, one: int, other: int) -> tuple[int, int] | None:
    """Return two articles of both clusters that a person parted."""
    first, second, mine, theirs = (ARTICLE.alias() for _ in range(4))
    clusters = first.c.duplicate_cluster, second.c.duplicate_cluster
    query = (
        select(PAIRING.c.article_id, PAIRING.c.other_id)
        .join(first, first.c.id == PAIRING.c.article_id)
        .join(second, second.c.id == PAIRING.c.other_id)
        .join(mine, mine.c.id == one)
        .join(theirs, theirs.c.id == other)
        .where(PAIRING.c.verdict == "different")
        .where(
            or_(
                and_(clusters[0] == mine.c.duplicate_cluster, clusters[1] == theirs.c.duplicate_cluster),
                and_(clusters[1] == mine.c.duplicate_cluster, clusters[0] == theirs.c.duplicate_cluster),
            )
        )
    )
    row = connection.execute(query.limit(1)).first()
    return None if row is None else (row.article_id, row.other_id)


def _pairing(row: Row[Any]) -> Pairing:
    return Pairing(
        article_id=row.article_id,
        other_id=row.other_id,
        verdict=row.verdict,
        marked_at=row.marked_at,
        note=row.note,
    )
