"""What the decisions must ask of the corpus. Declared here, implemented in ``storage``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.items import Channel, Entry, Poll, RobotsFile, Validators

__all__ = ["Asking", "Frontier", "Hosts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How to ask a channel in one run."""

    url: str
    """Its own address, or the one to which it has moved for good."""
    validators: Validators
    is_first: bool = False
    """It never answered before."""


class Frontier(Protocol):
    """The URLs of one run: what a spider asks and tells, while the crawl goes on; answered in that order."""

    async def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return what earlier runs left to fetch, and take it up: each counts as discovered in this run."""

    async def asking(self, channel: Channel) -> Asking | None:
        """Return how to ask the channel; None when the run asks only what is due, and it is not."""

    async def knows_any(self, entries: Iterable[Entry]) -> bool:
        """Tell whether one of the entries was met before."""

    async def record(self, poll: Poll) -> tuple[Entry, ...]:
        """Store a channel's answer and return the entries to fetch now.

        New entries are stored as pending in the same transaction as the channel's validators, so that no
        crash can hide one behind a later 304. An entry met before in this run is not returned again.
        """


class Hosts(Protocol):
    """What is remembered of the servers that are asked, from run to run."""

    def robots(self, origin: str) -> RobotsFile | None:
        """Return what an origin (``https://news.example:8443``) last answered for its robots.txt."""

    def keep_robots(self, origin: str, robots: RobotsFile) -> None:
        """Remember it, in place of what was there."""

    def held_until(self, site: str) -> datetime | None:
        """Return until when a site asked to be left alone; None when it did not."""

    def hold(self, site: str, until: datetime) -> None:
        """Leave a site alone until then; a later time that was given before stays."""
