"""To be forgotten is stronger than to be frozen: what leaves the sets with an article."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from storage.frozen.packing import packed, unpacked
from storage.tables import ARTICLE_MARK, FROZEN_ARTICLE, FROZEN_SET, FROZEN_TEXT

__all__ = ["forget_frozen"]

_NO_WORDS = ("", "", "")


def forget_frozen(connection: Connection, article_id: int, *, copies: Sequence[int]) -> None:
    """Leave of an article in all sets that it was there: its numbers.

    ``copies`` are the others with its text. Their records tell of its marks too, whose notes go: they may
    speak of what is forgotten. To be called before the marks are changed.
    """
    frozen = select(FROZEN_ARTICLE.c.set_id).where(
        FROZEN_ARTICLE.c.article_id == article_id, FROZEN_ARTICLE.c.record.is_not(None)
    )
    of_sets = update(FROZEN_SET).where(FROZEN_SET.c.id.in_(frozen))
    connection.execute(of_sets.values(forgotten=FROZEN_SET.c.forgotten + 1))
    connection.execute(delete(FROZEN_TEXT).where(FROZEN_TEXT.c.article_id == article_id))
    connection.execute(
        update(FROZEN_ARTICLE)
        .where(FROZEN_ARTICLE.c.article_id == article_id)
        .values(words_hash=None, record=None)
    )
    notes = select(ARTICLE_MARK.c.note).where(
        ARTICLE_MARK.c.article_id == article_id, ARTICLE_MARK.c.note != ""
    )
    if found := set(connection.execute(notes).scalars()):
        _clear_notes(connection, found, copies)


def _clear_notes(connection: Connection, notes: set[str], copies: Sequence[int]) -> None:
    key = FROZEN_ARTICLE.c.set_id, FROZEN_ARTICLE.c.article_id
    of_copies = FROZEN_ARTICLE.c.article_id.in_(copies), FROZEN_ARTICLE.c.record.is_not(None)
    for row in connection.execute(select(*key, FROZEN_ARTICLE.c.record).where(*of_copies)).all():
        record = unpacked(row.record, _NO_WORDS)
        marks = tuple(replace(mark, note="") if mark.note in notes else mark for mark in record.marks)
        if marks != record.marks:
            is_it = key[0] == row.set_id, key[1] == row.article_id
            content = packed(replace(record, marks=marks))
            connection.execute(update(FROZEN_ARTICLE).where(*is_it).values(record=content))
