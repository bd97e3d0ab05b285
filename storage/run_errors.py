"""What went wrong in a run, in groups: one for each reason, however many addresses it met."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from pipeline.items import Fate
from storage.tables import ADDRESS, CHANNEL, FATE

__all__ = ["ErrorGroup", "error_groups"]

# The reasons of some fates name an address, so that their number has no bound.
_MOST_GROUPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    """One thing that went wrong, with how often it did."""

    of: Literal["page", "channel"]
    fate: str
    reason: str
    count: int
    sources: dict[str, int] = field(default_factory=dict)
    """How many at each source, most first."""
    example: str = ""
    """The address of one of them."""


def error_groups(connection: Connection, run_id: int) -> tuple[ErrorGroup, ...]:
    """Return the groups of a run, channels first, then the most frequent first; at most 20.

    A channel tells of its last poll only: ask before the next run.
    """
    groups = [*_of_channels(connection, run_id), *_of_pages(connection, run_id)]
    return tuple(sorted(groups, key=lambda group: (group.of, -group.count, group.reason))[:_MOST_GROUPS])


def _of_channels(connection: Connection, run_id: int) -> list[ErrorGroup]:
    at = (CHANNEL.c.last_failure.label("fate"), CHANNEL.c.reason, CHANNEL.c.source)
    query = (
        select(*at, func.count().label("number"), func.min(CHANNEL.c.url).label("url"))
        .where(CHANNEL.c.last_run_id == run_id, CHANNEL.c.last_failure != "")
        .group_by(*at)
    )
    return _grouped("channel", connection.execute(query).all())


def _of_pages(connection: Connection, run_id: int) -> list[ErrorGroup]:
    at = (FATE.c.fate, FATE.c.reason, ADDRESS.c.source)
    query = (
        select(*at, func.count().label("number"), func.min(ADDRESS.c.url).label("url"))
        .join(ADDRESS, ADDRESS.c.id == FATE.c.address_id)
        .where(FATE.c.run_id == run_id, FATE.c.fate.in_([fate.value for fate in Fate if fate.is_error]))
        .group_by(*at)
    )
    return _grouped("page", connection.execute(query).all())


def _grouped(of: Literal["page", "channel"], rows: Any) -> list[ErrorGroup]:
    by_reason: dict[tuple[str, str], Counter[str]] = {}
    examples: dict[tuple[str, str], str] = {}
    for fate, reason, source, number, url in rows:
        by_reason.setdefault((fate, reason), Counter())[source] += number
        examples.setdefault((fate, reason), url)
    return [
        ErrorGroup(
            of=of,
            fate=fate,
            reason=reason,
            count=sources.total(),
            sources=dict(sources.most_common()),
            example=examples[fate, reason],
        )
        for (fate, reason), sources in by_reason.items()
    ]
