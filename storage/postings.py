"""By what articles are found as neighbours: for each mark, in each block of time, who has it.

One row holds all the articles of a mark and block, as ``12,34,``: a row for each of them took three times as
long to find, and half as much room again. No row grows long, as what too many have is not written any more.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, bindparam, delete, func, literal, text, update
from sqlalchemy.engine import Connection

from pipeline.seen import Found
from storage.numbers import ROWS, Numbers, is_among
from storage.prepared import Prepared
from storage.tables import FINGERPRINT, MENTION

__all__ = ["add_postings", "block_of", "drop_postings_before", "found", "remove_postings", "window"]

# Copies of a news text come within two days, nine in ten within 29 hours; a late paper is given five.
_BACK = timedelta(days=5)
# Articles are not always stored in the order in which they were seen.
_AHEAD = timedelta(days=1)
_BLOCK = timedelta(days=2, hours=12)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
# A mark has so many bits (pipeline.linking.fingerprints); the block stands before them, so that what is
# looked up lies together.
_BITS = 48
_MARK = (1 << _BITS) - 1


def block_of(at: datetime) -> int:
    """Return the number of the two and a half days in which a time lies."""
    return (at - _EPOCH) // _BLOCK


def window(at: datetime) -> range:
    """Return the blocks in which the neighbours of an article first seen at a time are looked for."""
    return range(block_of(at - _BACK), block_of(at + _AHEAD) + 1)


# Built once: they are executed for every article. SQLite and PostgreSQL read these alike.
# A join, because SQLite would first sort what stands in an IN, which took a fifth longer.
_AMONG = {
    (index, dialect): Prepared(
        text(
            f"SELECT {index.name}.key, {index.name}.articles FROM {rows}(:keys) AS value"  # noqa: S608
            f" CROSS JOIN {index.name} WHERE {index.name}.key = value"
        ).bindparams(bindparam("keys", type_=Numbers()))
    )
    for index in (FINGERPRINT, MENTION)
    for dialect, rows in ROWS.items()
}
_ADD = {
    (index, dialect): Prepared(
        text(
            f"INSERT INTO {index.name} (key, articles)"  # noqa: S608
            f" SELECT value, :entry FROM {rows}(:keys) AS value WHERE true"
            f" ON CONFLICT (key) DO UPDATE SET articles = {index.name}.articles || excluded.articles"
        ).bindparams(bindparam("keys", type_=Numbers()))
    )
    for index in (FINGERPRINT, MENTION)
    for dialect, rows in ROWS.items()
}


def add_postings(
    connection: Connection, index: Table, marks: Sequence[int], *, block: int, article_id: int
) -> None:
    """Let an article be found by these marks."""
    if marks:
        values = {"keys": _keys([block], marks), "entry": f"{article_id},"}
        _ADD[index, connection.dialect.name].run(connection, values)


def found(
    connection: Connection, index: Table, marks: Sequence[int], *, blocks: Collection[int], most: int
) -> Found:
    """Return who has each of these marks, each given once, in the blocks; apart those that too many have."""
    if not marks or not blocks:
        return Found(articles={})
    said: dict[int, str] = {}
    among = _AMONG[index, connection.dialect.name]
    for key, articles in among.rows(connection, {"keys": _keys(blocks, marks)}):
        mark = key & _MARK
        said[mark] = said.get(mark, "") + articles
    common = frozenset(mark for mark, articles in said.items() if articles.count(",") > most)
    rare = {mark: _numbers(articles) for mark, articles in said.items() if mark not in common}
    return Found(articles=rare, common=common)


def remove_postings(
    connection: Connection, index: Table, article_id: int, *, block: int, marks: Sequence[int] | None = None
) -> None:
    """Let an article no longer be found by these marks; without them by none, which reads the block."""
    of_block = index.c.key.between(block << _BITS, block << _BITS | _MARK)
    place = of_block if marks is None else is_among(index.c.key, "keys")
    values = {} if marks is None else {"keys": _keys([block], marks)}
    entries = literal(",") + index.c.articles
    entry = f",{article_id},"
    rest = func.substr(func.replace(entries, entry, ","), 2)
    connection.execute(
        update(index).where(place, entries.contains(entry, autoescape=True)).values(articles=rest), values
    )
    connection.execute(delete(index).where(place, index.c.articles == ""), values)


def drop_postings_before(connection: Connection, block: int) -> None:
    """Let the articles of earlier blocks no longer be found."""
    for index in (FINGERPRINT, MENTION):
        connection.execute(delete(index).where(index.c.key < block << _BITS))


def _keys(blocks: Iterable[int], marks: Sequence[int]) -> list[int]:
    return [block << _BITS | mark for block in blocks for mark in marks]


def _numbers(articles: str) -> tuple[int, ...]:
    return tuple(map(int, articles[:-1].split(",")))
