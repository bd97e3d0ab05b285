"""What is remembered of the servers that are asked: their robots.txt, and until when they want a pause."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, insert, select

from pipeline.items import RobotsFile
from storage.database import Database
from storage.tables import HOLD, ROBOTS

__all__ = ["HostMemory"]


class HostMemory:
    """The memory of a corpus: ``pipeline.protocols.Hosts``. Each call is a transaction of its own."""

    def __init__(self, corpus: Database, now: Callable[[], datetime]) -> None:
        self._corpus = corpus
        self._now = now

    def robots(self, origin: str) -> RobotsFile | None:
        """Return what an origin last answered for its robots.txt, however long ago."""
        with self._corpus.read() as connection:
            row = connection.execute(select(ROBOTS).where(ROBOTS.c.origin == origin)).first()
        if row is None:
            return None
        return RobotsFile(status=row.status, body=row.body, fetched_at=row.fetched_at)

    def keep_robots(self, origin: str, robots: RobotsFile) -> None:
        """Remember it, in place of what was there."""
        with self._corpus.write() as connection:
            connection.execute(delete(ROBOTS).where(ROBOTS.c.origin == origin))
            connection.execute(
                insert(ROBOTS).values(
                    origin=origin, status=robots.status, body=robots.body, fetched_at=robots.fetched_at
                )
            )

    def held_until(self, site: str) -> datetime | None:
        """Return until when a site asked to be left alone; None when it did not, or that time is over."""
        query = select(HOLD.c.until).where(HOLD.c.site == site, HOLD.c.until > self._now())
        with self._corpus.read() as connection:
            until: datetime | None = connection.execute(query).scalar()
        return until

    def held(self) -> frozenset[str]:
        """Return the sites that are to be left alone now."""
        with self._corpus.read() as connection:
            return frozenset(
                connection.execute(select(HOLD.c.site).where(HOLD.c.until > self._now())).scalars()
            )

    def hold(self, site: str, until: datetime) -> None:
        """Leave a site alone until then; a later time that was given before stays. Forgets what is over."""
        with self._corpus.write() as connection:
            connection.execute(delete(HOLD).where(HOLD.c.until <= self._now()))
            before = connection.execute(select(HOLD.c.until).where(HOLD.c.site == site)).scalar()
            if before is not None and before >= until:
                return
            connection.execute(delete(HOLD).where(HOLD.c.site == site))
            connection.execute(insert(HOLD).values(site=site, until=until))
