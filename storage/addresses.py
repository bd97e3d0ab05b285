"""The addresses ever met, as rows: what a channel announced of them, and what is known since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.items import ChannelKind, Entry, Fate, Origin, Precision, Stamp, Validators
from pipeline.meeting import Known, Meeting, next_look_at
from storage.tables import ADDRESS, ARTICLE

__all__ = [
    "Met",
    "addresses",
    "addresses_with",
    "entry_from",
    "known_from",
    "validators_of",
    "write_addresses",
]

_KEYS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """One address in one run: what announced it, what is known of it, and what is to be done."""

    key: str
    entry: Entry
    row: Row[Any] | None
    """Its row before this meeting; None when it was never met."""
    meeting: Meeting

    def next_look_at(self, at: datetime) -> datetime | None:
        """Return when its article is looked at after this fetch; None when it is not, or no more."""
        if self.row is None or self.row.next_look_at is None or self.row.article_seen_at is None:
            return None
        return next_look_at(self.row.article_seen_at, now=at)


def addresses() -> Select[Any]:
    """Return the query for addresses, with the time (``article_seen_at``) of the article each led to."""
    return select(ADDRESS, ARTICLE.c.first_seen_at.label("article_seen_at")).outerjoin(
        ARTICLE, ARTICLE.c.id == ADDRESS.c.article_id
    )


def addresses_with(connection: Connection, keys: Sequence[str]) -> dict[str, Row[Any]]:
    """Return the rows of those URL keys that were ever met."""
    return {
        row.url_key: row
        for chunk in _chunks(keys)
        for row in connection.execute(addresses().where(ADDRESS.c.url_key.in_(chunk)))
    }


def known_from(row: Row[Any] | None) -> Known | None:
    """Return what the meeting must know of an address."""
    if row is None:
        return None
    return Known(
        fate=Fate(row.fate) if row.fate else None,
        settled=row.settled,
        tried_at=row.tried_at or row.first_seen_at,
        modified_at=row.modified_at,
        next_try_at=row.next_try_at,
        article_seen_at=row.article_seen_at,
    )


def validators_of(row: Row[Any]) -> Validators:
    """Return what to ask with whether its page is still that of the stored article."""
    return Validators(etag=row.etag, last_modified=row.page_last_modified)


def entry_from(row: Row[Any], channel: ChannelKind | None = None) -> Entry:
    """Return the entry as announced, through its channel or the one given, to be asked conditionally."""
    return Entry(
        url=row.url,
        source=row.source,
        channel=channel or ChannelKind(row.channel),
        title=row.announced["title"],
        authors=tuple(row.announced["authors"]),
        published=_stamp(row.announced["published"]),
        modified=_stamp(row.announced["modified"]),
        validators=validators_of(row),
    )


def write_addresses(connection: Connection, met: Sequence[Met], *, at: datetime) -> dict[str, int]:
    """Write what was met, unsettled where it is to be fetched; return each URL key's number."""
    new = [_new_row(one, at) for one in met if one.row is None]
    if new:
        connection.execute(insert(ADDRESS), new)
    again = [_changed_row(one, one.row, at) for one in met if one.row is not None]
    if again:
        changes: dict[str, Any] = {name: bindparam(name) for name in again[0] if name != "address_id"}
        connection.execute(
            update(ADDRESS).where(ADDRESS.c.id == bindparam("address_id")).values(changes), again
        )
    return _numbers(connection, [one.key for one in met])


def _new_row(met: Met, at: datetime) -> dict[str, Any]:
    fate = met.meeting.fate
    return {
        "url_key": met.key,
        "url": met.entry.url,
        "source": met.entry.source,
        "channel": met.entry.channel.value,
        "announced": _announced(met.entry),
        "modified_at": met.entry.modified.at,
        "first_seen_at": at,
        "last_seen_at": at,
        "tried_at": None,
        "attempts": 0,
        "next_try_at": None,
        "settled": fate is not None,
        "fate": fate.value if fate else "",
    }


def _changed_row(met: Met, row: Row[Any], at: datetime) -> dict[str, Any]:
    # Asked for by address: the publisher has said nothing new of it.
    is_announced = met.entry.channel is not ChannelKind.DIRECT
    is_reopened = met.meeting.is_fetch and row.settled
    return {
        "address_id": row.id,
        "url": met.entry.url if is_announced and met.meeting.is_fetch else row.url,
        "announced": _announced(met.entry) if is_announced else row.announced,
        "modified_at": max(filter(None, (row.modified_at, met.entry.modified.at)), default=None),
        "last_seen_at": at,
        "attempts": 0 if is_reopened else row.attempts,
        "next_try_at": None if is_reopened else row.next_try_at,
        "settled": row.settled and not met.meeting.is_fetch,
    }


def _numbers(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    query = select(ADDRESS.c.url_key, ADDRESS.c.id)
    return {
        row.url_key: row.id
        for chunk in _chunks(keys)
        for row in connection.execute(query.where(ADDRESS.c.url_key.in_(chunk)))
    }


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the keys so many at a time: a statement takes a limited number of parameters."""
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[start : start + _KEYS_AT_ONCE]


def _announced(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "authors": list(entry.authors),
        "published": _stamp_row(entry.published),
        "modified": _stamp_row(entry.modified),
    }


def _stamp_row(stamp: Stamp) -> list[str] | None:
    if stamp.at is None:
        return None
    return [stamp.at.isoformat(), stamp.precision.value, stamp.origin.value, stamp.raw]


def _stamp(row: list[str] | None) -> Stamp:
    if row is None:
        return Stamp()
    at, precision, origin, raw = row
    return Stamp(
        at=datetime.fromisoformat(at), precision=Precision(precision), origin=Origin(origin), raw=raw
    )
