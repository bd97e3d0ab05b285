"""The frozen sets of a corpus: listed, given again as they were, removed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection, Row

from pipeline.errors import ConfigError
from pipeline.keys import unknown_name
from storage.frozen.packing import unpacked
from storage.frozen.texts import frozen_words
from storage.frozen.values import FrozenSet
from storage.search.records import Record
from storage.search.selection import Filters
from storage.tables import FROZEN_ARTICLE, FROZEN_SET, FROZEN_TEXT

__all__ = [
    "articles_in_batches",
    "filters_from",
    "frozen_records",
    "frozen_sets",
    "records_then",
    "remove",
    "set_row",
    "told",
]

_AT_ONCE = 500


def frozen_sets(connection: Connection) -> tuple[FrozenSet, ...]:
    """Return all sets, the oldest first."""
    rows = connection.execute(
        select(FROZEN_SET).where(FROZEN_SET.c.name.is_not(None)).order_by(FROZEN_SET.c.id)
    )
    return tuple(map(told, rows))


def set_row(connection: Connection, name: str) -> Row[Any]:
    """Return the row of a set; raises ConfigError when there is none of this name."""
    row = connection.execute(select(FROZEN_SET).where(FROZEN_SET.c.name == name)).first()
    if row is None:
        names = connection.execute(select(FROZEN_SET.c.name).where(FROZEN_SET.c.name.is_not(None))).scalars()
        raise unknown_name(
            "frozen set", name, names, otherwise="`tearsheet frozen` lists them", error=ConfigError
        )
    return row


def told(row: Row[Any]) -> FrozenSet:
    """Return what is said of a row of ``frozen_set``."""
    return FrozenSet(
        name=row.name,
        query=row.query,
        filters=filters_from(row.filters),
        frozen_at=row.frozen_at,
        version=row.version,
        watches=row.watches,
        articles=row.articles,
        forgotten=row.forgotten,
        fingerprint=row.fingerprint,
    )


def filters_from(kept: dict[str, Any]) -> Filters:
    """Return the filters as they were given."""
    filters: Filters = {}
    for key, value in kept.items():
        filters[key] = datetime.fromisoformat(value) if key in {"since", "until"} else value  # type: ignore[literal-required]
    return filters


def frozen_records(connection: Connection, set_id: int) -> Iterator[Record]:
    """Stream the articles of a set as they were, by their numbers; forgotten ones are left out."""
    for rows in articles_in_batches(connection, set_id):
        yield from records_then(connection, rows)


def records_then(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Record]:
    """Yield the articles of rows of ``frozen_article`` as they were; forgotten ones are left out."""
    words = frozen_words(connection, rows)
    for row in rows:
        if row.record is not None:
            yield unpacked(row.record, words[row.article_id])


def articles_in_batches(connection: Connection, set_id: int) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of a set in the order of the articles' numbers, some hundred at once."""
    last = 0
    query = (
        select(FROZEN_ARTICLE).where(FROZEN_ARTICLE.c.set_id == set_id).order_by(FROZEN_ARTICLE.c.article_id)
    )
    while rows := connection.execute(query.where(FROZEN_ARTICLE.c.article_id > last).limit(_AT_ONCE)).all():
        yield rows
        last = rows[-1].article_id


def remove(connection: Connection, set_id: int) -> None:
    """Remove a set, and the words that were kept for it alone."""
    connection.execute(delete(FROZEN_ARTICLE).where(FROZEN_ARTICLE.c.set_id == set_id))
    connection.execute(delete(FROZEN_SET).where(FROZEN_SET.c.id == set_id))
    in_some_set = (
        select(FROZEN_ARTICLE.c.article_id)
        .where(
            FROZEN_ARTICLE.c.article_id == FROZEN_TEXT.c.article_id,
            FROZEN_ARTICLE.c.words_hash == FROZEN_TEXT.c.words_hash,
        )
        .correlate(FROZEN_TEXT)
        .exists()
    )
    connection.execute(delete(FROZEN_TEXT).where(~in_some_set))
