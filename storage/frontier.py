"""The URLs of one run: which are to be fetched, and how each ended."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.items import Channel, ChannelKind, Entry, Fate, Poll
from pipeline.meeting import RECHECK_AGE, Meeting, meet, next_try_at
from pipeline.protocols import Asking
from pipeline.urls import url_key
from storage.addresses import Met, addresses_with, entry_from, known_from, write_addresses
from storage.database import Database
from storage.sources import channel_row, note_poll, validators_of
from storage.tables import ADDRESS, ARTICLE, FATE

__all__ = ["RunFrontier"]

# Built once: these two are executed for every page and every imported record.
_SAID = ("at", "fate", "rule", "reason", "score", "compared_with")
_COLUMNS = ("fate", "settled", "attempts", "next_try_at", "tried_at")
_END = (
    update(ADDRESS)
    .where(ADDRESS.c.id == bindparam("which"))
    .values(
        {name: bindparam(f"new_{name}") for name in _COLUMNS}
        | {"article_id": func.coalesce(bindparam("new_article"), ADDRESS.c.article_id)}
    )
)
_SAY = (
    update(FATE)
    .where(FATE.c.run_id == bindparam("run"), FATE.c.address_id == bindparam("which"))
    .values({name: bindparam(f"new_{name}") for name in _SAID})
)
_TRIED = select(ADDRESS.c.attempts, ADDRESS.c.next_try_at, ADDRESS.c.tried_at).where(
    ADDRESS.c.id == bindparam("which")
)

_FETCH_AGAIN = Meeting(rule="left over")
_RECHECK = Meeting(rule="recheck")
_ASKED_FOR = Meeting(rule="asked for")
_FORGOTTEN = Meeting(fate=Fate.FORGOTTEN, rule="forgotten")


class RunFrontier:
    """Implements ``pipeline.protocols.Frontier`` for one run.

    Every URL met has its one row among the fates from the moment it is met, as pending until it is settled:
    the sums of a run balance even when its process is killed.
    """

    def __init__(
        self,
        corpus: Database,
        run_id: int,
        *,
        now: Callable[[], datetime],
        max_age_days: float,
        recheck: bool = False,
        every: Mapping[str, str] | None = None,
    ) -> None:
        self._corpus = corpus
        self._run_id = run_id
        self._now = now
        self._max_age_days = max_age_days
        self._is_recheck = recheck
        self._every = every or {}
        self._met: dict[str, int] = {}
        """Each URL key met in this run, and the number of its address."""
        self._open: dict[str, Entry] = {}

    def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return what earlier runs left to fetch and whose time has come, oldest first, and take it up."""
        at = self._now()
        query = (
            select(ADDRESS)
            .where(
                ADDRESS.c.settled.is_(False),
                ADDRESS.c.source.in_(list(sources)),
                or_(ADDRESS.c.next_try_at.is_(None), ADDRESS.c.next_try_at <= at),
            )
            .order_by(ADDRESS.c.id)
        )
        return self._take_up_rows(query, _FETCH_AGAIN)

    def recheck(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return the pages of the articles first seen in the last 7 days, and take them up."""
        query = (
            select(ADDRESS)
            .join(ARTICLE, ARTICLE.c.url_key == ADDRESS.c.url_key)
            .where(
                ADDRESS.c.source.in_(list(sources)),
                ARTICLE.c.first_seen_at >= self._now() - RECHECK_AGE,
            )
            .order_by(ADDRESS.c.id)
        )
        return self._take_up_rows(query, _RECHECK, channel=ChannelKind.DIRECT)

    def direct(self, urls: Iterable[str], source: str) -> tuple[Entry, ...]:
        """Return an entry for each address asked for, and take it up whatever is known, unless forgotten.

        An address met before keeps its own source.
        """
        asked = {url_key(url): url for url in urls}
        with self._corpus.write() as connection:
            rows = addresses_with(connection, list(asked))
            met = [_asked_for(key, url, source, rows.get(key)) for key, url in asked.items()]
            return self._take_up(connection, met)

    def asking(self, channel: Channel) -> Asking | None:
        """Return how to ask the channel."""
        with self._corpus.read() as connection:
            return Asking(url=channel.url, validators=validators_of(channel_row(connection, channel)))

    def record(self, poll: Poll) -> tuple[Entry, ...]:
        """Store a channel's answer and return the entries to fetch now; all of it in one transaction."""
        announced: dict[str, Entry] = {}
        for entry in poll.entries:
            announced.setdefault(url_key(entry.url), entry)
        with self._corpus.write() as connection:
            channel = channel_row(connection, poll.channel)
            rows = addresses_with(connection, list(announced))
            is_first_poll = channel is None or channel.first_polled_at is None
            met = [
                self._meet(key, entry, rows.get(key), is_first_poll=is_first_poll)
                for key, entry in announced.items()
            ]
            every = self._every.get(poll.channel.source, "")
            new = len(announced.keys() - rows.keys())
            note_poll(connection, channel, poll, run_id=self._run_id, new=new, every=every)
            return self._take_up(connection, met)

    def take_up(self, entries: Iterable[Entry]) -> None:
        """Meet entries that no channel announced, as an import does: all in one go."""
        asked = {url_key(entry.url): entry for entry in entries}
        fresh = {key: entry for key, entry in asked.items() if key not in self._met}
        if not fresh:
            return
        with self._corpus.write() as connection:
            rows = addresses_with(connection, list(fresh))
            met = [
                Met(key=key, entry=entry, row=rows.get(key), meeting=_ASKED_FOR)
                for key, entry in fresh.items()
            ]
            self._take_up(connection, met)

    def settle(
        self,
        entry: Entry,
        fate: Fate,
        *,
        reason: str = "",
        rule: str = "",
        score: float | None = None,
        compared_with: int | None = None,
        article_id: int | None = None,
        landed_url: str = "",
    ) -> None:
        """Write how this URL ended in this run; what ended in passing is tried again by later runs.

        ``landed_url`` is where redirects led to: it is known from then on, too.
        """
        key, at = url_key(entry.url), self._now()
        with self._corpus.write() as connection:
            self.take_up([entry])
            address = {"which": self._met[key]}
            end = _ending(connection, self._met[key], fate, at) | {"new_article": article_id}
            connection.execute(_END, address | end)
            said = dict(zip(_SAID, (at, fate.value, rule, reason, score, compared_with), strict=True))
            said = {f"new_{name}": value for name, value in said.items()}
            connection.execute(_SAY, address | {"run": self._run_id} | said)
            if landed_url and not fate.is_passing and url_key(landed_url) != key:
                _know_landing(connection, replace(entry, url=landed_url), end, at)
        self._open.pop(key, None)

    def leftover(self) -> tuple[Entry, ...]:
        """Return what was met in this run and has not ended yet."""
        return tuple(self._open.values())

    def _meet(self, key: str, entry: Entry, row: Row[Any] | None, *, is_first_poll: bool) -> Met:
        meeting = meet(
            entry,
            known_from(row),
            now=self._now(),
            max_age_days=self._max_age_days,
            is_first_poll=is_first_poll,
            recheck=self._is_recheck,
        )
        return Met(key=key, entry=entry, row=row, meeting=meeting)

    def _take_up_rows(
        self, query: Select[Any], meeting: Meeting, channel: ChannelKind | None = None
    ) -> tuple[Entry, ...]:
        with self._corpus.write() as connection:
            rows = connection.execute(query).all()
            met = [
                Met(key=row.url_key, entry=entry_from(row, channel), row=row, meeting=meeting) for row in rows
            ]
            return self._take_up(connection, met)

    def _take_up(self, connection: Connection, met: Sequence[Met]) -> tuple[Entry, ...]:
        """Write what is met for the first time in this run and return what of it is to be fetched."""
        at = self._now()
        fresh = [one for one in met if one.key not in self._met]
        if not fresh:
            return ()
        numbers = write_addresses(connection, fresh, at=at)
        connection.execute(insert(FATE), [self._fate_row(one, numbers[one.key], at) for one in fresh])
        to_fetch = {one.key: one.entry for one in fresh if one.meeting.is_fetch}
        self._met.update(numbers)
        self._open |= to_fetch
        return tuple(to_fetch.values())

    def _fate_row(self, met: Met, address_id: int, at: datetime) -> dict[str, Any]:
        return {
            "run_id": self._run_id,
            "address_id": address_id,
            "at": at,
            "channel": met.entry.channel.value,
            "fate": (met.meeting.fate or Fate.PENDING).value,
            "rule": met.meeting.rule,
            "reason": met.meeting.reason,
        }


def _asked_for(key: str, url: str, source: str, row: Row[Any] | None) -> Met:
    if row is None:
        entry = Entry(url=url, source=source, channel=ChannelKind.DIRECT)
        return Met(key=key, entry=entry, row=None, meeting=_ASKED_FOR)
    meeting = _FORGOTTEN if row.fate == Fate.FORGOTTEN else _ASKED_FOR
    return Met(key=key, entry=entry_from(row, ChannelKind.DIRECT), row=row, meeting=meeting)


def _ending(connection: Connection, address_id: int, fate: Fate, at: datetime) -> dict[str, Any]:
    """Return what an ending leaves for later runs to do: every column of ``_END`` but the article."""
    end = {"fate": fate.value, "settled": True, "attempts": 0, "next_try_at": None, "tried_at": at}
    if fate.is_passing:
        row = connection.execute(_TRIED, {"which": address_id}).one()
        if fate is Fate.PENDING:
            end |= {"settled": False} | dict(row._mapping)
        else:
            again = next_try_at(row.attempts + 1, now=at)
            end |= {"settled": again is None, "attempts": row.attempts + 1, "next_try_at": again}
    return {f"new_{name}": value for name, value in end.items()}


def _know_landing(connection: Connection, landing: Entry, end: dict[str, Any], at: datetime) -> None:
    """Settle the address that redirects led to as the one asked for; it is not met in this run by that."""
    key = url_key(landing.url)
    row = addresses_with(connection, [key]).get(key)
    if row is None:
        met = Met(key=key, entry=landing, row=None, meeting=_ASKED_FOR)
        connection.execute(_END, {"which": write_addresses(connection, [met], at=at)[key]} | end)
    elif row.fate != Fate.FORGOTTEN:
        connection.execute(_END, {"which": row.id} | end)
