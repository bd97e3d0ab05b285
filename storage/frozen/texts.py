"""Frozen words: found again in the revisions, or kept apart before reading anew writes over them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.engine import Connection, Row

from pipeline.errors import StorageError
from storage.frozen.packing import Words, words_hash
from storage.tables import FROZEN_ARTICLE, FROZEN_TEXT, REVISION, TEXT

__all__ = ["frozen_words", "hold_words", "keep_frozen_words"]

_WORDS = ("title", "standfirst", "text")


def frozen_words(connection: Connection, frozen: Sequence[Row[Any]]) -> dict[int, Words]:
    """Return the words of rows of ``frozen_article``, all of one set, by the numbers of their articles.

    One that is forgotten is left out. Raises StorageError where words are gone that should not be.
    """
    wanted = {row.article_id: row.words_hash for row in frozen if row.words_hash is not None}
    found = dict(_matching(_in_revisions(connection, frozen), wanted))
    if missing := wanted.keys() - found.keys():
        found |= dict(_matching(_set_aside(connection, missing), wanted))
    for article_id in wanted.keys() - found.keys():
        raise StorageError(
            f"article {article_id}: its words are not those that were frozen, and those are nowhere; "
            "put back a backup, or remove the set"
        )
    return found


def keep_frozen_words(connection: Connection, article_id: int, new: Words) -> None:
    """Set the newest words of an article aside, if some set has them, before ``new`` replace them."""
    query = (
        select(FROZEN_ARTICLE.c.words_hash)
        .where(FROZEN_ARTICLE.c.article_id == article_id, FROZEN_ARTICLE.c.words_hash.is_not(None))
        .distinct()
    )
    hashes = set(connection.execute(query).scalars())
    if not hashes:
        return
    words = connection.execute(
        select(TEXT.c.title, TEXT.c.standfirst, TEXT.c.text).where(TEXT.c.article_id == article_id)
    ).one()
    old = (words.title, words.standfirst, words.text)
    if old != new and words_hash(old) in hashes:
        hold_words(connection, article_id, old)


def hold_words(connection: Connection, article_id: int, words: Words) -> None:
    """Keep words apart from the revisions, once."""
    key = {"article_id": article_id, "words_hash": words_hash(words)}
    is_it = and_(*(FROZEN_TEXT.c[name] == value for name, value in key.items()))
    if connection.execute(select(FROZEN_TEXT.c.article_id).where(is_it)).first() is None:
        connection.execute(insert(FROZEN_TEXT), key | dict(zip(_WORDS, words, strict=True)))


def _matching(found: Iterable[tuple[int, Words]], wanted: dict[int, str]) -> Iterator[tuple[int, Words]]:
    for article_id, words in found:
        if words_hash(words) == wanted.get(article_id):
            yield article_id, words


def _in_revisions(connection: Connection, frozen: Sequence[Row[Any]]) -> Iterator[tuple[int, Words]]:
    numbers = {row.article_id: row.revision for row in frozen}
    # The words of the newest revision are those of the article.
    words = [func.coalesce(REVISION.c[name], TEXT.c[name]).label(name) for name in _WORDS]
    query = (
        select(REVISION.c.article_id, REVISION.c.number, *words)
        .join(TEXT, TEXT.c.article_id == REVISION.c.article_id)
        .where(REVISION.c.article_id.in_(list(numbers)))
    )
    for row in connection.execute(query):
        if row.number == numbers[row.article_id]:
            yield row.article_id, (row.title, row.standfirst, row.text)


def _set_aside(connection: Connection, ids: Iterable[int]) -> Iterator[tuple[int, Words]]:
    query = select(FROZEN_TEXT).where(FROZEN_TEXT.c.article_id.in_(list(ids)))
    for row in connection.execute(query):
        yield row.article_id, (row.title, row.standfirst, row.text)
