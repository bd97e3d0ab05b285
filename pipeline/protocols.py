"""What the decisions must ask of the corpus. Declared here, implemented in ``storage``."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pipeline.items import Channel, Entry, Poll, Validators

__all__ = ["Frontier", "KnownText", "Seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """What the corpus holds of an article, as far as linking needs it."""

    article_id: int
    title: str
    text_hash: str


class Seen(Protocol):
    """The look-ups of ``place()``."""

    def at_address(self, url_key: str) -> KnownText | None:
        """Return the article stored for this address, with its newest text."""

    def with_text(self, text_hash: str) -> KnownText | None:
        """Return the first stored article with this text, if any."""


class Frontier(Protocol):
    """The URLs of one run: what a spider asks and tells."""

    def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return what earlier runs left to fetch, and take it up: each counts as discovered in this run."""

    def validators(self, channel: Channel) -> Validators:
        """Return what to ask the channel with."""

    def record(self, poll: Poll) -> tuple[Entry, ...]:
        """Store a channel's answer and return the entries to fetch now.

        New entries are stored as pending in the same transaction as the channel's validators, so that no
        crash can hide one behind a later 304. An entry met before in this run is not returned again.
        """
