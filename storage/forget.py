"""Removes an article and every trace of it; of its addresses remains that they are not to be fetched."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.items import Fate
from storage.clusters import hand_on_ties
from storage.corpus import Corpus
from storage.frozen.forgetting import forget_frozen
from storage.linking import choose_head, unlink
from storage.pairings import hand_on_pairings
from storage.search.history import cluster_of, number_of
from storage.tables import ADDRESS, ARTICLE, ARTICLE_MARK, FACT, FATE, JUDGEMENT, RECEIPT, REVISION, TEXT

__all__ = ["Forgotten", "forget"]

# The text goes last: its trigger takes the words out of the index.
_HANG_ON_ARTICLE = (ARTICLE_MARK, FACT, JUDGEMENT, RECEIPT, REVISION, TEXT)
_NOTHING: dict[str, Any] = {"title": "", "authors": [], "published": None, "modified": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed."""

    article_id: int
    url: str
    title: str
    revisions: int
    pages: int
    addresses: int
    """How many led to it; none of them is fetched again."""
    copies: int
    """Other articles with its text, which stay."""


def forget(corpus: Corpus, ref: int | str) -> Forgotten | None:
    """Remove the article with this number or at this URL; None when there is none.

    Its words are gone from the files, not only from what is found: the index is written anew, which takes
    minutes for a million articles. Whoever calls this holds the run lock.
    """
    with corpus.write() as connection:
        article_id = number_of(connection, ref)
        if article_id is None:
            return None
        corpus.dialect.overwrite_deleted(connection)
        row = connection.execute(
            select(ARTICLE, TEXT.c.title).join(TEXT).where(ARTICLE.c.id == article_id)
        ).one()
        forget_frozen(connection, article_id, copies=cluster_of(connection, article_id))
        copies = _hand_on(connection, row)
        keys = _close_addresses(connection, row)
        unlink(connection, article_id)
        for table in _HANG_ON_ARTICLE:
            connection.execute(delete(table).where(table.c.article_id == article_id))
        connection.execute(delete(ARTICLE).where(ARTICLE.c.id == article_id))
        choose_head(connection, row.duplicate_cluster)
        corpus.dialect.optimize_index(connection)
    pages = corpus.pages.remove(keys)
    corpus.settle()
    return Forgotten(
        article_id=article_id,
        url=row.url,
        title=row.title,
        revisions=row.revision,
        pages=pages,
        addresses=len(keys),
        copies=copies,
    )


def _hand_on(connection: Connection, row: Row[Any]) -> int:
    """Let the oldest copy stand for the others meanwhile; return how many articles have the same text."""
    is_other = ARTICLE.c.id != row.id
    of_cluster = select(ARTICLE.c.id).where(ARTICLE.c.duplicate_cluster == row.duplicate_cluster, is_other)
    others = list(connection.execute(of_cluster.order_by(ARTICLE.c.id)).scalars())
    if others and row.duplicate_of is None:
        heir, rest = others[0], others[1:]
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == heir).values(duplicate_of=None))
        connection.execute(update(ARTICLE).where(ARTICLE.c.id.in_(rest)).values(duplicate_of=heir))
    if others:
        # The decision is of the text, which stays; its note may speak of what is forgotten.
        marks = update(ARTICLE_MARK).where(ARTICLE_MARK.c.article_id == row.id)
        has_own = select(ARTICLE_MARK.c.watch).where(ARTICLE_MARK.c.article_id == others[0])
        is_new = ARTICLE_MARK.c.watch.not_in(has_own)
        connection.execute(marks.where(is_new).values(article_id=others[0], note=""))
        hand_on_ties(connection, row.id, others[0])
    hand_on_pairings(connection, row.id, others[0] if others else None)
    return len(others)


def _close_addresses(connection: Connection, row: Row[Any]) -> list[str]:
    """Settle every address that led to the article as forgotten; return their keys."""
    is_its = or_(ADDRESS.c.article_id == row.id, ADDRESS.c.url_key == row.url_key)
    addresses = connection.execute(select(ADDRESS.c.id, ADDRESS.c.url_key).where(is_its)).all()
    ids = [address.id for address in addresses]
    connection.execute(
        update(ADDRESS)
        .where(ADDRESS.c.id.in_(ids))
        .values(
            fate=Fate.FORGOTTEN.value,
            settled=True,
            next_try_at=None,
            next_look_at=None,
            announced=_NOTHING,
            etag="",
            page_last_modified="",
            article_id=None,
        )
    )
    # A run that met it tells of it without its words.
    connection.execute(update(FATE).where(FATE.c.address_id.in_(ids)).values(reason=""))
    return sorted({row.url_key, *(address.url_key for address in addresses)})
