"""What is kept of the channels between their polls: how to ask each, and when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.cadence import next_poll_at
from pipeline.items import Channel, ChannelKind, Entry, Poll, Validators
from pipeline.pace import Pace, learned, root_rate
from pipeline.polling import is_full_answer_due, is_window_full, unseen
from pipeline.protocols import Asking
from storage.database import Database
from storage.gaps import note_gap, note_poll_day
from storage.tables import CHANNEL

__all__ = ["Channels", "channel_row", "is_due", "live_channels"]

_CLOCK_TOLERANCE = timedelta(minutes=10)


class Channels:
    """The channels of a corpus, as one run asks them."""

    def __init__(
        self,
        corpus: Database,
        run_id: int,
        *,
        now: Callable[[], datetime],
        every: Mapping[str, str],
        polls_per_day: float,
        due_only: bool,
    ) -> None:
        self._corpus = corpus
        self._run_id = run_id
        self._now = now
        self._every = every
        self._polls_per_day = polls_per_day
        self._due_only = due_only
        self._mean_root_rate: float | None = None
        self._is_asked_whole: dict[str, bool] = {}
        self._hit: set[tuple[str, ChannelKind]] = set()

    def asking(self, channel: Channel) -> Asking | None:
        """Return how to ask a channel: where it moved to, and at times in full, whatever it says of changes.

        None when the run asks only what is due, and it is not. A source one of whose sitemaps is due is asked
        as a whole: only an index, or the robots.txt of a host that is asked, leads to a sitemap it lists.
        """
        now = self._now()
        with self._corpus.read() as connection:
            row = channel_row(connection, channel)
        if row is None:
            return Asking(url=channel.url, validators=Validators(), is_first=True)
        if self._due_only and not is_due(row, now) and not self._asks_whole(channel.source, now):
            self._keep_live([row.id])
            return None
        is_full = is_full_answer_due(row.last_full_at, last_polled_at=row.last_polled_at, now=now)
        kept = Validators() if is_full else Validators(etag=row.etag, last_modified=row.last_modified)
        is_first = row.first_polled_at is None
        return Asking(url=row.moved_to or channel.url, validators=kept, is_first=is_first)

    def note_poll(
        self, connection: Connection, row: Row[Any] | None, poll: Poll, *, new: Sequence[Entry], listed: int
    ) -> None:
        """Write what one poll says of its channel.

        ``new`` are the entries that were never met before, of ``listed`` different ones.
        """
        note_poll_day(connection, poll)
        is_full = is_window_full(new=len(new), listed=listed, is_first=_answered_at(row) is None)
        values = {
            "kind": poll.channel.kind.value,
            "last_status": poll.status,
            "last_failure": poll.failure.value if poll.failure else "",
            "reason": poll.reason,
            "last_polled_at": poll.at,
            "last_run_id": self._run_id,
        } | (_after_failure(row) if poll.failure else _after_answer(row, poll, new, is_full=is_full))
        pace = Pace(new_per_day=values["new_per_day"], hours=tuple(values["hours"]))
        values["next_poll_at"] = self._next_poll_at(
            connection,
            pace,
            poll.channel,
            at=poll.at,
            failures=values["failures"],
            is_full=is_full,
            last_hit_at=row and row.last_hit_at,
            retry_at=poll.retry_at,
        )
        if row is None:
            key = {"url": poll.channel.url, "source": poll.channel.source}
            connection.execute(insert(CHANNEL), _NEVER_ANSWERED | values | key)
            return
        connection.execute(update(CHANNEL).where(CHANNEL.c.id == row.id).values(**values))
        since = _answered_at(row)
        if is_full and since is not None and (gap := unseen(poll.entries, since=since, at=poll.at)):
            note_gap(connection, poll.channel, since=gap[0], until=gap[1])

    def note_hit(self, connection: Connection, source: str, kind: ChannelKind) -> None:
        """Ask the channels by which a wanted article came sooner: its follow-ups come the same day.

        Once in a run for each kind of channel.
        """
        if kind in _NO_CHANNELS or (source, kind) in self._hit:
            return
        self._hit.add((source, kind))
        at = self._now()
        query = select(CHANNEL).where(CHANNEL.c.source == source, CHANNEL.c.kind == kind.value)
        for row in connection.execute(query).all():
            values = {"last_hit_at": at}
            if not row.failures:
                channel = Channel(url=row.url, kind=kind, source=source)
                sooner = self._next_poll_at(
                    connection, _pace(row), channel, at=row.last_polled_at, last_hit_at=at
                )
                values["next_poll_at"] = min(sooner, row.next_poll_at)
            connection.execute(update(CHANNEL).where(CHANNEL.c.id == row.id).values(**values))

    def _next_poll_at(
        self, connection: Connection, pace: Pace, channel: Channel, *, at: datetime, **facts: Any
    ) -> datetime:
        if self._mean_root_rate is None:
            self._mean_root_rate = _mean_root_rate(connection, at)
        return next_poll_at(
            pace,
            now=at,
            channel=channel.url,
            mean_root_rate=self._mean_root_rate,
            polls_per_day=self._polls_per_day,
            every=self._every.get(channel.source, ""),
            **facts,
        )

    def _asks_whole(self, source: str, now: datetime) -> bool:
        """Tell whether a sitemap of the source is due; if none is, they live on without being asked."""
        if source not in self._is_asked_whole:
            is_sitemap = CHANNEL.c.kind == ChannelKind.SITEMAP.value
            query = live_channels().where(CHANNEL.c.source == source, is_sitemap)
            with self._corpus.read() as connection:
                sitemaps = connection.execute(query).all()
            self._is_asked_whole[source] = any(is_due(row, now) for row in sitemaps)
            if not self._is_asked_whole[source]:
                self._keep_live(row.id for row in sitemaps)
        return self._is_asked_whole[source]

    def _keep_live(self, ids: Iterable[int]) -> None:
        """Let channels count as those of this run, though it does not ask them."""
        with self._corpus.write() as connection:
            change = update(CHANNEL).where(CHANNEL.c.id.in_(list(ids)))
            connection.execute(change.values(last_run_id=self._run_id))


def channel_row(connection: Connection, channel: Channel) -> Row[Any] | None:
    """Return what is kept of a channel; None when it was never polled."""
    query = select(CHANNEL).where(CHANNEL.c.source == channel.source, CHANNEL.c.url == channel.url)
    return connection.execute(query).first()


def live_channels() -> Select[Any]:
    """Return the query for the channels that the last run of their source asked, or would have if due."""
    last = (
        select(CHANNEL.c.source, func.max(CHANNEL.c.last_run_id).label("run_id"))
        .group_by(CHANNEL.c.source)
        .subquery()
    )
    is_live = and_(CHANNEL.c.source == last.c.source, CHANNEL.c.last_run_id == last.c.run_id)
    return select(CHANNEL).join(last, is_live).order_by(CHANNEL.c.source, CHANNEL.c.id)


def is_due(row: Row[Any], now: datetime) -> bool:
    """Tell whether a channel's time has come; what a clock that ran ahead reckoned is not waited for."""
    return bool(row.next_poll_at <= now or row.last_polled_at > now + _CLOCK_TOLERANCE)


_NO_CHANNELS = frozenset({ChannelKind.DIRECT, ChannelKind.IMPORT})
_NEVER_ANSWERED: dict[str, Any] = {
    "etag": "",
    "last_modified": "",
    "first_polled_at": None,
    "last_item_at": None,
    "last_new_at": None,
    "last_full_at": None,
}


def _mean_root_rate(connection: Connection, at: datetime) -> float:
    """Return the mean over all channels that are asked; that of an unknown one where there is none yet."""
    rows = connection.execute(live_channels()).all()
    rates = [root_rate(_pace(row), now=at, last_hit_at=row.last_hit_at) for row in rows]
    return sum(rates) / len(rates) if rates else root_rate(Pace(), now=at)


def _pace(row: Row[Any] | None) -> Pace:
    return Pace() if row is None else Pace(new_per_day=row.new_per_day, hours=tuple(row.hours))


def _answered_at(row: Row[Any] | None) -> datetime | None:
    """Return when the channel last answered, or a time before that; None when it never did."""
    if row is None or row.first_polled_at is None:
        return None
    answers = (row.first_polled_at, row.last_full_at, row.last_new_at)
    at: datetime = max(filter(None, answers)) if row.failures else row.last_polled_at
    return at


def _after_failure(row: Row[Any] | None) -> dict[str, Any]:
    pace = _pace(row)
    # One that fails where it has moved to is asked at its own address again.
    return {
        "failures": row.failures + 1 if row else 1,
        "new_per_day": pace.new_per_day,
        "hours": list(pace.hours),
        "moved_to": "",
    }


def _after_answer(row: Row[Any] | None, poll: Poll, new: Sequence[Entry], *, is_full: bool) -> dict[str, Any]:
    pace = learned(
        _pace(row),
        published=[entry.published for entry in new],
        # After a failure it is not known for how long the new ones gathered.
        since=_answered_at(row) if row and not row.failures else None,
        at=poll.at,
        watched_since=row and row.first_polled_at,
        is_full=is_full,
    )
    moved_to = poll.moved_to or (row.moved_to if row else "")
    values: dict[str, Any] = {
        "failures": 0,
        "new_per_day": pace.new_per_day,
        "hours": list(pace.hours),
        "moved_to": "" if moved_to == poll.channel.url else moved_to,
    }
    if row is None or row.first_polled_at is None:
        values["first_polled_at"] = poll.at
    if poll.status != 304:
        values["last_full_at"] = poll.at
    if poll.entries:
        values["etag"] = poll.validators.etag
        values["last_modified"] = poll.validators.last_modified
        values["last_item_at"] = _newest(poll, row and row.last_item_at)
    if new:
        values["last_new_at"] = poll.at
    return values


def _newest(poll: Poll, before: datetime | None) -> datetime | None:
    """Return the newest time in the channel; one that lies ahead would hide its silence later."""
    stamps = (entry.published or entry.modified for entry in poll.entries)
    times = [stamp.at for stamp in stamps if stamp.at is not None and stamp.at <= poll.at]
    return max([*times, *([before] if before else [])], default=None)
