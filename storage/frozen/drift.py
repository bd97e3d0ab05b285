"""What a frozen set would be, were the same question asked today."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row

from pipeline.items import Flag
from storage.frozen.sets import articles_in_batches, filters_from, records_then
from storage.frozen.values import Difference
from storage.search.answers import records_of
from storage.search.marked import is_shown
from storage.search.records import Record
from storage.search.selection import Selection, selection
from storage.tables import ARTICLE, FROZEN_ARTICLE

__all__ = ["differences"]

_AT_ONCE = 500
# Moves with every look at the page that changes nothing.
_COMPARED = tuple(field.name for field in fields(Record) if field.name != "last_seen_at")


def differences(connection: Connection, frozen: Row[Any]) -> Iterator[Difference]:
    """Yield all that would be another today: of the set in the order of its numbers, then what is added.

    Times such as ``7d`` in the query count from when it was frozen.
    """
    asked = selection(frozen.query, filters_from(frozen.filters), now=frozen.frozen_at)
    found = array("q", connection.execute(_numbers(asked)).scalars())
    found_ids = set(found)
    for rows in articles_in_batches(connection, frozen.id):
        yield from _of_set(connection, rows, asked, found_ids)
    in_set = select(FROZEN_ARTICLE.c.article_id).where(FROZEN_ARTICLE.c.set_id == frozen.id)
    then = set(connection.execute(in_set).scalars())
    added = [number for number in found if number not in then]
    for start in range(0, len(added), _AT_ONCE):
        for record in records_of(connection, added[start : start + _AT_ONCE]):
            yield _added(record, is_new=record.id > frozen.newest_id)


def _numbers(asked: Selection) -> Any:
    return select(ARTICLE.c.id).where(*asked.conditions.all).order_by(ARTICLE.c.id)


def _of_set(
    connection: Connection, rows: Sequence[Row[Any]], asked: Selection, found: set[int]
) -> Iterator[Difference]:
    ids = [row.article_id for row in rows]
    then = {record.id: record for record in records_then(connection, rows)}
    now = {record.id: record for record in records_of(connection, ids)}
    query = select(ARTICLE.c.id).where(ARTICLE.c.id.in_([number for number in ids if number not in found]))
    shown = set(connection.execute(query.where(is_shown())).scalars())
    for row in rows:
        if row.record is None:
            yield _forgotten(row)
            continue
        before, after = then[row.article_id], now[row.article_id]
        is_found = before.id in found
        why = (
            *([] if is_found else _hiding(after, asked, is_shown=after.id in shown)),
            *_changed(before, after),
        )
        if why or not is_found:
            yield _different(before, after, why, is_found=is_found)


def _changed(before: Record, after: Record) -> Iterator[str]:
    for name in _COMPARED:
        if getattr(before, name) != getattr(after, name):
            is_withdrawn = name == "flags" and Flag.WITHDRAWN in set(after.flags) - set(before.flags)
            yield Flag.WITHDRAWN.value if is_withdrawn else name


def _hiding(after: Record, asked: Selection, *, is_shown: bool) -> Iterator[str]:
    if after.duplicate_of is not None and not asked.include_copies:
        yield "copy"
    if not is_shown and not asked.include_off_topic:
        yield "off_topic"


def _different(before: Record, after: Record, why: tuple[str, ...], *, is_found: bool) -> Difference:
    return Difference(
        change="changed" if is_found else "gone",
        id=after.id,
        url=after.url,
        title=after.title,
        why=why,
        revision_then=before.revision,
        revision_now=after.revision,
        duplicate_of=after.duplicate_of,
    )


def _forgotten(row: Row[Any]) -> Difference:
    return Difference(
        change="forgotten",
        id=row.article_id,
        url="",
        title="",
        why=(),
        revision_then=row.revision,
        revision_now=None,
    )


def _added(record: Record, *, is_new: bool) -> Difference:
    return Difference(
        change="added",
        id=record.id,
        url=record.url,
        title=record.title,
        why=("new" if is_new else "stored_before",),
        revision_then=None,
        revision_now=record.revision,
        duplicate_of=record.duplicate_of,
    )
