"""Second looks at the pages of stored articles: which are to come, and what they show without a new text."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from pipeline.items import ChannelKind, Entry, Fate, Flag
from pipeline.meeting import next_look_at
from storage.search.marked import is_shown
from storage.tables import ADDRESS, ARTICLE

__all__ = ["first_look_at", "note_gone", "note_same"]

_FIRST_SIGHTINGS = frozenset({Fate.NEW, Fate.COPY, Fate.NEAR_COPY})


def first_look_at(
    connection: Connection, entry: Entry, fate: Fate, article_id: int | None, *, at: datetime
) -> datetime | None:
    """Return when to look again at an article stored just now; None for what is not looked at again.

    That is whatever was stored before, was imported, or is off topic.
    """
    if article_id is None or fate not in _FIRST_SIGHTINGS or entry.channel is ChannelKind.IMPORT:
        return None
    if fate is not Fate.NEW:
        # A copy of what no watch wants is as unwanted.
        query = select(ARTICLE.c.id).where(ARTICLE.c.id == article_id, is_shown())
        if connection.execute(query).scalar() is None:
            return None
    return next_look_at(at, now=at)


def note_same(connection: Connection, address_id: int, *, at: datetime) -> None:
    """Write that the page of the article at an address, if there is one, is what it was."""
    _note(connection, address_id, at=at, is_withdrawn=False)


def note_gone(connection: Connection, address_id: int) -> None:
    """Mark the article that an address led to, if there is one, as withdrawn; its text stays."""
    _note(connection, address_id, at=None, is_withdrawn=True)


def _note(connection: Connection, address_id: int, *, at: datetime | None, is_withdrawn: bool) -> None:
    query = (
        select(ARTICLE.c.id, ARTICLE.c.flags, ARTICLE.c.last_seen_at)
        .join(ADDRESS, ADDRESS.c.article_id == ARTICLE.c.id)
        .where(ADDRESS.c.id == address_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return
    flags = set(row.flags) - {Flag.WITHDRAWN.value} | ({Flag.WITHDRAWN.value} if is_withdrawn else set())
    seen_at = row.last_seen_at if at is None else max(row.last_seen_at, at)
    connection.execute(
        update(ARTICLE).where(ARTICLE.c.id == row.id).values(flags=sorted(flags), last_seen_at=seen_at)
    )
