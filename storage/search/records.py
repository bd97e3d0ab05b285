"""The values that the corpus answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from pipeline.facts import Facts
from pipeline.items import ChannelKind, Fate, Flag, Judgement, Origin, Precision, Stamp
from pipeline.marks import Mark
from storage.search.carriage import Carriage

__all__ = ["NOTHING_SAID", "Answer", "Hit", "Record", "Revision", "fields_from", "iso"]

NOTHING_SAID = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One article with its newest text."""

    id: int
    external_id: str
    url: str
    """The address fetched."""
    canonical_url: str
    source: str
    channel: ChannelKind
    title: str
    standfirst: str
    text: str
    """Paragraphs joined by blank lines."""
    language: str
    authors: tuple[str, ...]
    published_at: datetime | None
    """Only as good as ``published_precision`` says; ``as_dict`` cuts it to that."""
    published_precision: Precision
    published_from: Origin
    modified_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    flags: tuple[Flag, ...]
    watches: tuple[Judgement, ...]
    """Those of the watches that want it, by their rules or by a person's mark."""
    fate: Fate
    """Its first placing."""
    duplicate_of: int | None
    """The article that stands for it."""
    duplicate_cluster: int
    story: int
    revision: int
    marks: tuple[Mark, ...] = ()
    """What a person decided of it, or of another article with its text."""
    facts: Facts = NOTHING_SAID
    """What its newest text says of a move; empty unless a watch of concepts wanted it."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON object of the reference: times in ISO 8601, UTC."""
        published = Stamp(at=self.published_at, precision=self.published_precision)
        return {
            "id": self.id,
            "external_id": self.external_id,
            "url": self.url,
            "canonical_url": self.canonical_url,
            "source": self.source,
            "channel": self.channel.value,
            "title": self.title,
            "standfirst": self.standfirst,
            "text": self.text,
            "language": self.language,
            "authors": list(self.authors),
            "published_at": published.iso(),
            "published_precision": self.published_precision.value,
            "published_from": self.published_from.value,
            "modified_at": iso(self.modified_at),
            "first_seen_at": iso(self.first_seen_at),
            "last_seen_at": iso(self.last_seen_at),
            "flags": [flag.value for flag in self.flags],
            "watches": [_watch(judgement) for judgement in self.watches],
            "fate": self.fate.value,
            "duplicate_of": self.duplicate_of,
            "duplicate_cluster": self.duplicate_cluster,
            "story": self.story,
            "revision": self.revision,
            "marks": [_mark(mark) for mark in self.marks],
            "facts": self.facts.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Record):
    """An article that a search found."""

    snippet: str
    """Words around the first match; each match stands between U+0002 and U+0003."""
    carriage: Carriage

    @property
    def copies(self) -> int:
        """How many other articles carry the same text."""
        return self.carriage.articles - 1

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON: the record, and what the search adds."""
        # A class with slots is made twice, and super() without arguments knows only the first.
        more = {"snippet": self.snippet, "copies": self.copies, "carried": self.carriage.as_dict()}
        return Record.as_dict(self) | more


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of what a search found."""

    query: str
    count: int
    """All that was found, on this page or not."""
    sort: str
    """``new`` or ``rank``: what finds too much to rank, or has no words to rank by, comes newest first."""
    articles: tuple[Hit, ...]
    cursor: str
    """Asks for the next page; empty on the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text that an article had."""

    number: int
    """1 is the first."""
    seen_at: datetime
    title: str
    standfirst: str
    text: str
    changed: tuple[str, ...]
    """Which of title, standfirst and text differ from the revision before."""
    notice: str
    """What the paper says of the change in this text, and did not in the one before; empty for nothing."""
    modified_at: datetime | None
    """The publisher's time for this text."""
    page_id: int | None

    @property
    def announced(self) -> bool:
        """Whether the paper says that it changed the text."""
        return bool(self.notice)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "number": self.number,
            "seen_at": iso(self.seen_at),
            "title": self.title,
            "standfirst": self.standfirst,
            "text": self.text,
            "changed": list(self.changed),
            "announced": self.announced,
            "notice": self.notice,
            "modified_at": iso(self.modified_at),
        }


def iso(at: datetime | None) -> str | None:
    """Return a UTC time in ISO 8601, to the second."""
    return None if at is None else at.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def fields_from(
    row: Row[Any], *, watches: Sequence[Judgement], marks: Sequence[Mark], facts: Facts
) -> Mapping[str, Any]:
    """Return what a Record is made of."""
    return {
        "id": row.id,
        "external_id": row.external_id,
        "url": row.url,
        "canonical_url": row.canonical_url,
        "source": row.source,
        "channel": ChannelKind(row.channel),
        "title": row.title,
        "standfirst": row.standfirst,
        "text": row.text,
        "language": row.language,
        "authors": tuple(row.authors),
        "published_at": row.published_at,
        "published_precision": Precision(row.published_precision),
        "published_from": Origin(row.published_from),
        "modified_at": row.modified_at,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
        "flags": tuple(map(Flag, row.flags)),
        "watches": tuple(watches),
        "fate": Fate(row.fate),
        "duplicate_of": row.duplicate_of,
        "duplicate_cluster": row.duplicate_cluster,
        "story": row.story,
        "revision": row.revision,
        "marks": tuple(marks),
        "facts": facts,
    }


def _watch(judgement: Judgement) -> dict[str, Any]:
    return {
        "name": judgement.watch,
        "score": judgement.score,
        "reasons": list(judgement.reasons),
        "version": judgement.version,
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "watch": mark.watch,
        "verdict": mark.verdict,
        "marked_at": iso(mark.marked_at),
        "note": mark.note,
    }
