"""The URLs of one run: which are to be fetched, and how each ended."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, insert, or_
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql.elements import ColumnElement

from pipeline.items import Channel, ChannelKind, Entry, Fate, Poll, Validators
from pipeline.meeting import RECHECK_AGE, Meeting, by_address, meet
from pipeline.protocols import Asking
from pipeline.urls import url_key
from storage.addresses import (
    Met,
    addresses,
    addresses_with,
    entry_from,
    known_from,
    validators_of,
    write_addresses,
)
from storage.channels import Channels, channel_row
from storage.database import Database
from storage.endings import Ending, know_landing, write_ending, write_fate
from storage.looks import first_look_at, note_gone, note_same
from storage.tables import ADDRESS, ARTICLE, CHANNEL, FATE

__all__ = ["RunFrontier"]

_FETCH_AGAIN = Meeting(rule="left over")
_SECOND_LOOK = Meeting(rule="second look")
_RECHECK = Meeting(rule="recheck")
_ASKED_FOR = Meeting(rule="asked for")
_FORGOTTEN = Meeting(fate=Fate.FORGOTTEN, rule="forgotten")
_HITS = frozenset({Fate.NEW, Fate.REVISION})


class RunFrontier:
    """What ``pipeline.protocols.Frontier`` asks and tells of one run, and how its URLs end.

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
        due_only: bool = False,
        every: Mapping[str, str] | None = None,
        polls_per_day: float = 24.0,
    ) -> None:
        self._corpus = corpus
        self._run_id = run_id
        self._now = now
        self._max_age_days = max_age_days
        self._is_recheck = recheck
        self._channels = Channels(
            corpus, run_id, now=now, every=every or {}, polls_per_day=polls_per_day, due_only=due_only
        )
        self._met: dict[str, int] = {}
        """Each URL key met in this run, and the number of its address."""
        self._open: dict[str, Entry] = {}
        self._looks: dict[str, datetime] = {}
        """When to look again at the articles of pages that are fetched in this run."""
        self._done: set[str] = set()
        """The URL keys whose pages came in this run, by whatever way."""

    def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return what earlier runs left and whose time has come, then the second looks, and take them up.

        Each oldest first. A page that was asked for by its address, and is of no source that we ask, is left
        to every run.
        """
        at = self._now()
        is_ours = _is_of(sources)
        left = addresses().where(
            ADDRESS.c.settled.is_(False),
            is_ours,
            or_(ADDRESS.c.next_try_at.is_(None), ADDRESS.c.next_try_at <= at),
        )
        # Not `settled` in the query: SQLite would take its index, under which lie nearly all addresses.
        looks = addresses().where(ADDRESS.c.next_look_at <= at, is_ours)
        with self._corpus.write() as connection:
            left_rows = connection.execute(left.order_by(ADDRESS.c.id)).all()
            look_rows = connection.execute(looks.order_by(ADDRESS.c.next_look_at, ADDRESS.c.id)).all()
            settled = [row for row in look_rows if row.settled]
            return (
                *self._take_up_rows(connection, left_rows, _FETCH_AGAIN),
                *self._take_up_rows(connection, settled, _SECOND_LOOK, channel=ChannelKind.DIRECT),
            )

    def recheck(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return the pages of the articles first seen in the last 7 days, and take them up."""
        query = addresses().where(
            ADDRESS.c.source.in_(list(sources)),
            ARTICLE.c.url_key == ADDRESS.c.url_key,
            ARTICLE.c.first_seen_at >= self._now() - RECHECK_AGE,
        )
        with self._corpus.write() as connection:
            rows = connection.execute(query.order_by(ADDRESS.c.id)).all()
            return self._take_up_rows(connection, rows, _RECHECK, channel=ChannelKind.DIRECT)

    def direct(self, urls: Iterable[str], source: str) -> tuple[Entry, ...]:
        """Return an entry for each address asked for, and take it up whatever is known, unless forgotten.

        An address met before keeps its own source. Its page is read anew: it is not asked conditionally.
        """
        asked = {url_key(url): url for url in urls}
        with self._corpus.write() as connection:
            rows = addresses_with(connection, list(asked))
            met = [_asked_for(key, url, source, rows.get(key)) for key, url in asked.items()]
            return self._take_up(connection, met)

    def asking(self, channel: Channel) -> Asking | None:
        """Return how to ask the channel; None when the run asks only what is due, and it is not."""
        return self._channels.asking(channel)

    def knows_any(self, entries: Iterable[Entry]) -> bool:
        """Tell whether one of the entries was met before, in this run or an earlier one."""
        with self._corpus.read() as connection:
            return bool(addresses_with(connection, [url_key(entry.url) for entry in entries]))

    def record(self, poll: Poll) -> tuple[Entry, ...]:
        """Store a channel's answer and return the entries to fetch now; all of it in one transaction.

        Of a poll that failed nothing but the failure is stored.
        """
        announced = {} if poll.failure else by_address(poll.entries)
        with self._corpus.write() as connection:
            channel = channel_row(connection, poll.channel)
            rows = addresses_with(connection, list(announced))
            is_first_poll = channel is None or channel.first_polled_at is None
            met = [
                self._meet(key, entry, rows.get(key), is_first_poll=is_first_poll)
                for key, entry in announced.items()
            ]
            new = [entry for key, entry in announced.items() if key not in rows]
            self._channels.note_poll(connection, channel, poll, new=new, listed=len(announced))
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
        validators: Validators = Validators(),  # noqa: B008  # frozen
        retry_at: datetime | None = None,
    ) -> None:
        """Write how this URL ended in this run; what ended in passing is tried again by later runs.

        ``landed_url`` is where redirects led to: it is known from then on, too. ``validators`` are what to
        ask the page of a stored article with, ``retry_at`` is when the server lets us ask again. UNCHANGED
        without an article is the server's word for it (304); GONE marks the article there as withdrawn.
        """
        is_said_same = fate is Fate.UNCHANGED and article_id is None
        ending = Ending(
            fate=fate,
            at=self._now(),
            rule=rule or ("not modified" if is_said_same else ""),
            reason=reason,
            score=score,
            compared_with=compared_with,
            article_id=article_id,
            validators=validators,
            retry_at=retry_at,
        )
        with self._corpus.write() as connection:
            self.take_up([entry])
            self._end(connection, entry, ending, landed_url=landed_url)
            if is_said_same:
                note_same(connection, self._met[url_key(entry.url)], at=ending.at)
            elif fate is Fate.GONE:
                note_gone(connection, self._met[url_key(entry.url)])
            elif fate in _HITS:
                self._channels.note_hit(connection, entry.source, entry.channel)

    def is_done(self, url: str) -> bool:
        """Tell whether the page at this address came in this run, by whatever redirects, and was settled."""
        return url_key(url) in self._done

    def leftover(self) -> tuple[Entry, ...]:
        """Return what was met in this run and has not ended yet."""
        return tuple(self._open.values())

    def _end(self, connection: Connection, entry: Entry, ending: Ending, *, landed_url: str) -> None:
        key = url_key(entry.url)
        landed = url_key(landed_url) if landed_url and not ending.fate.is_passing else key
        look_at = self._looks.pop(key, None)
        first = first_look_at(connection, entry, ending.fate, ending.article_id, at=ending.at)
        # Looked at is the address at which the article is, not each one that leads to it.
        is_elsewhere = landed != key and ending.article_id is not None
        own, there = (None, first or look_at) if is_elsewhere else (first or look_at, None)
        write_ending(connection, self._met[key], ending, look_at=own)
        write_fate(connection, self._run_id, self._met[key], ending)
        if landed != key:
            know_landing(connection, replace(entry, url=landed_url), ending, look_at=there)
        if landed_url and not ending.fate.is_passing:
            self._done.add(landed)
        self._open.pop(key, None)

    def _meet(self, key: str, entry: Entry, row: Row[Any] | None, *, is_first_poll: bool) -> Met:
        meeting = meet(
            entry,
            known_from(row),
            now=self._now(),
            max_age_days=self._max_age_days,
            is_first_poll=is_first_poll,
            recheck=self._is_recheck,
        )
        if row is not None and meeting.is_fetch:
            entry = replace(entry, validators=validators_of(row))
        return Met(key=key, entry=entry, row=row, meeting=meeting)

    def _take_up_rows(
        self,
        connection: Connection,
        rows: Iterable[Row[Any]],
        meeting: Meeting,
        channel: ChannelKind | None = None,
    ) -> tuple[Entry, ...]:
        met = [Met(key=row.url_key, entry=entry_from(row, channel), row=row, meeting=meeting) for row in rows]
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
        self._looks |= {
            one.key: look_at
            for one in fresh
            if one.meeting.is_fetch and (look_at := one.next_look_at(at)) is not None
        }
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


def _is_of(sources: Iterable[str]) -> ColumnElement[bool]:
    has_channels = exists().where(CHANNEL.c.source == ADDRESS.c.source)
    is_of_none = and_(ADDRESS.c.channel == ChannelKind.DIRECT.value, ~has_channels)
    return or_(ADDRESS.c.source.in_(list(sources)), is_of_none)


def _asked_for(key: str, url: str, source: str, row: Row[Any] | None) -> Met:
    if row is None:
        entry = Entry(url=url, source=source, channel=ChannelKind.DIRECT)
        return Met(key=key, entry=entry, row=None, meeting=_ASKED_FOR)
    meeting = _FORGOTTEN if row.fate == Fate.FORGOTTEN else _ASKED_FOR
    entry = replace(entry_from(row, ChannelKind.DIRECT), validators=Validators())
    return Met(key=key, entry=entry, row=row, meeting=meeting)
