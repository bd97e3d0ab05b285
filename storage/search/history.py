"""One article and what happened to it."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from pipeline.items import Removed
from pipeline.revisions.notices import new_notice
from pipeline.urls import url_key
from storage.search.records import Revision
from storage.tables import ADDRESS, ARTICLE, RECEIPT, REVISION, TEXT

__all__ = ["cluster_of", "number_of", "receipt_of", "revisions_of", "tellers_of"]


_LARGEST = 2**63 - 1
_WORDS = ("title", "standfirst", "text")


def number_of(connection: Connection, ref: int | str) -> int | None:
    """Return the number of the article with this number or at this URL, or that this URL led to."""
    if isinstance(ref, int) or ref.isdecimal():
        number = int(ref)
        query = select(ARTICLE.c.id).where(ARTICLE.c.id == number)
        return connection.execute(query).scalar() if number <= _LARGEST else None
    key = url_key(ref)
    own = connection.execute(select(ARTICLE.c.id).where(ARTICLE.c.url_key == key)).scalar()
    return own or connection.execute(select(ADDRESS.c.article_id).where(ADDRESS.c.url_key == key)).scalar()


def cluster_of(connection: Connection, article_id: int) -> list[int]:
    """Return the numbers of the other articles with the same text, oldest first."""
    cluster = select(ARTICLE.c.duplicate_cluster).where(ARTICLE.c.id == article_id).scalar_subquery()
    query = select(ARTICLE.c.id).where(ARTICLE.c.duplicate_cluster == cluster, ARTICLE.c.id != article_id)
    return list(connection.execute(query.order_by(ARTICLE.c.id)).scalars())


def tellers_of(connection: Connection, story: int) -> list[int]:
    """Return the numbers of the articles of a story in the order of their times."""
    query = select(ARTICLE.c.id).where(ARTICLE.c.story == story).order_by(ARTICLE.c.dated_at, ARTICLE.c.id)
    return list(connection.execute(query).scalars())


def revisions_of(connection: Connection, article_id: int) -> tuple[Revision, ...]:
    """Return every text the article had, the first first."""
    # The words of the newest are those of the article.
    words = [func.coalesce(REVISION.c[name], TEXT.c[name]).label(name) for name in _WORDS]
    query = (
        select(REVISION.c.number, REVISION.c.seen_at, REVISION.c.modified_at, REVISION.c.page_id, *words)
        .join(TEXT, TEXT.c.article_id == REVISION.c.article_id)
        .where(REVISION.c.article_id == article_id)
        .order_by(REVISION.c.number)
    )
    rows = connection.execute(query).all()
    return tuple(_revision(row, before) for before, row in zip([None, *rows], rows, strict=False))


def receipt_of(connection: Connection, article_id: int, number: int | None) -> tuple[Removed, ...]:
    """Return every line cut from a revision, by default the newest."""
    newest = select(ARTICLE.c.revision).where(ARTICLE.c.id == article_id).scalar_subquery()
    query = select(RECEIPT.c.lines).where(
        RECEIPT.c.article_id == article_id, RECEIPT.c.number == (newest if number is None else number)
    )
    lines = connection.execute(query).scalar() or []
    return tuple(Removed(line=line, rule=rule, text=text) for line, rule, text in lines)


def _revision(row: Row[Any], before: Row[Any] | None) -> Revision:
    changed = [name for name in _WORDS if before is not None and row._mapping[name] != before._mapping[name]]
    return Revision(
        number=row.number,
        seen_at=row.seen_at,
        title=row.title,
        standfirst=row.standfirst,
        text=row.text,
        changed=tuple(changed),
        notice="" if before is None else new_notice(_said(before), _said(row)),
        modified_at=row.modified_at,
        page_id=row.page_id,
    )


def _said(row: Row[Any]) -> str:
    return "\n\n".join(filter(None, (row._mapping[name] for name in _WORDS)))
