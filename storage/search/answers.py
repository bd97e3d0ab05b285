"""One page of what a search found: newest first or best first, with an opaque cursor to the next."""

import base64
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from pipeline.errors import ConfigError
from pipeline.syntax import Sought
from storage.dialect import dialect_of
from storage.facts import facts_of
from storage.first_found import Position
from storage.numbers import is_among
from storage.search.best import best
from storage.search.carriage import carriages
from storage.search.conditions import Conditions, positive_texts
from storage.search.judgements import watches_of
from storage.search.labels import Labelled, labelled
from storage.search.marked import marks_of
from storage.search.newest import newest
from storage.search.records import NOTHING_SAID, Answer, Hit, Record, fields_from
from storage.search.rows import rows_of
from storage.search.selection import Selection
from storage.search.snippets import snippet
from storage.tables import ARTICLE, TEXT
from storage.tallies import number_found

__all__ = [
    "Sort",
    "answer",
    "count",
    "cursor_from",
    "hits_of",
    "position_from",
    "records",
    "records_of",
]

Sort = Literal["new", "rank"]

_RECORDS_AT_ONCE = 500
_RECORD = select(ARTICLE, TEXT.c.title, TEXT.c.standfirst, TEXT.c.text).join(
    TEXT, TEXT.c.article_id == ARTICLE.c.id
)
# Built once: to build one takes longer than to execute it.
_RECORDS = _RECORD.where(is_among(ARTICLE.c.id, "ids"))


def answer(
    connection: Connection, asked: Selection, *, sort: Sort = "new", limit: int = 20, cursor: str = ""
) -> Answer:
    """Return one page; a blank question finds nothing."""
    if asked.is_blank:
        return Answer(query=asked.text, count=0, sort=sort, articles=(), cursor="")
    said = labelled(connection, asked)
    total = _count(connection, asked, said)
    texts = positive_texts(asked.tree)
    if total > dialect_of(connection).RANK_LIMIT or not texts:
        sort = "new"
    after = Position(*position_from(cursor, sort)) if cursor else None
    if sort == "new":
        rows = newest(connection, asked, said, after=after, total=total, most=limit + 1)
    else:
        rows = best(connection, asked, said, texts, after=after, most=limit + 1)
    page = rows[:limit]
    return Answer(
        query=asked.text,
        count=total,
        sort=sort,
        articles=hits_of(connection, [row.id for row in page], texts),
        cursor=_cursor(sort, page[-1]) if page and len(rows) > limit else "",
    )


def count(connection: Connection, asked: Selection) -> int:
    """Return how many articles the question finds."""
    return _count(connection, asked, labelled(connection, asked))


def _count(connection: Connection, asked: Selection, said: Labelled) -> int:
    if said.match is None:
        return _counted(connection, said.found)
    number = number_found(connection, said.match)
    if not said.apart:
        return number
    marked = ARTICLE.c.id.in_(said.apart)
    return (
        number
        - number_found(connection, said.match, said.apart)
        + _counted(connection, asked.conditions.narrowed(marked))
    )


def _counted(connection: Connection, found: Conditions) -> int:
    return int(connection.execute(rows_of(connection, found).select(func.count())).scalar_one())


def hits_of(connection: Connection, ids: Sequence[int], texts: Sequence[Sought]) -> tuple[Hit, ...]:
    """Return the articles in the order given, with what a search shows of each."""
    found = _found(connection, ids)
    carried = carriages(connection, {row.duplicate_cluster for row, _ in found})
    return tuple(
        Hit(
            **fields,
            snippet=_snippet(row, texts),
            carriage=carried[row.duplicate_cluster],
        )
        for row, fields in found
    )


def records_of(connection: Connection, ids: Sequence[int]) -> tuple[Record, ...]:
    """Return the articles in the order given; a number without one is passed over."""
    return tuple(Record(**fields) for _, fields in _found(connection, ids))


def records(connection: Connection, asked: Selection) -> Generator[Record, None, None]:
    """Stream what the question finds, in the order of its numbers."""
    query = _RECORD.where(*asked.conditions.all).order_by(ARTICLE.c.id)
    # Closed also when no more is asked for: PostgreSQL keeps the rest for us until then.
    with connection.execute(query.execution_options(yield_per=_RECORDS_AT_ONCE)) as found:
        for rows in found.partitions():
            yield from (Record(**fields) for _, fields in _described(connection, rows))


def _found(connection: Connection, ids: Sequence[int]) -> list[tuple[Row[Any], Mapping[str, Any]]]:
    rows = {row.id: row for row in connection.execute(_RECORDS, {"ids": ids})}
    return list(_described(connection, [rows[number] for number in ids if number in rows]))


def _described(
    connection: Connection, rows: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], Mapping[str, Any]]]:
    """Yield each row with what a Record is made of."""
    ids = [row.id for row in rows]
    marks, facts = marks_of(connection, ids), facts_of(connection, ids)
    watches = watches_of(connection, ids, marks)
    for row in rows:
        yield (
            row,
            fields_from(
                row,
                watches=watches.get(row.id, ()),
                marks=marks.get(row.id, ()),
                facts=facts.get(row.id, NOTHING_SAID),
            ),
        )


def _snippet(row: Row[Any], texts: Sequence[Sought]) -> str:
    return snippet("\n\n".join(filter(None, (row.standfirst, row.text))), texts)


def _cursor(sort: Sort, row: Row[Any]) -> str:
    return cursor_from(sort, row.dated_at if sort == "new" else row.score, row.id)


def cursor_from(kind: str, key: datetime | float, number: int) -> str:
    """Return what asks for the page behind a row: what it is sorted by, and its number."""
    said = key.isoformat() if isinstance(key, datetime) else key
    return base64.urlsafe_b64encode(json.dumps([kind, said, number]).encode()).decode()


def position_from(cursor: str, kind: str) -> tuple[datetime | float, int]:
    """Return the row that a cursor stands behind; raises ConfigError for one that is of no such search."""
    try:
        given, key, number = json.loads(base64.urlsafe_b64decode(cursor))
        # More than the database can hold: refused here.
        int(number).to_bytes(8, signed=True)
        at = float(key) if given == "rank" else datetime.fromisoformat(key).astimezone(UTC)
        position = at, int(number)
    except (ValueError, TypeError, OverflowError) as error:
        raise ConfigError(f"cursor {cursor!r} was not given by a search; leave it out") from error
    if given != kind:
        raise ConfigError(f"the cursor is of a search sorted by {given}, this one is by {kind}; leave it out")
    return position
