"""How URLs end, as rows: the fate in a run, and what that leaves for later runs to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.engine import Connection

from pipeline.items import Entry, Fate, Validators
from pipeline.meeting import Meeting, next_try_at
from pipeline.urls import url_key
from storage.addresses import Met, addresses_with, write_addresses
from storage.tables import ADDRESS, FATE

__all__ = ["Ending", "know_landing", "write_ending", "write_fate"]

# Built once: these are executed for every page and every imported record.
_SAID = ("at", "fate", "rule", "reason", "score", "compared_with")
_COLUMNS = ("fate", "settled", "attempts", "next_try_at", "tried_at", "next_look_at")
_KEPT = ("article_id", "etag", "page_last_modified")
_END = (
    update(ADDRESS)
    .where(ADDRESS.c.id == bindparam("which"))
    .values(
        {name: bindparam(f"new_{name}") for name in _COLUMNS}
        | {name: func.coalesce(bindparam(f"new_{name}"), ADDRESS.c[name]) for name in _KEPT}
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
_LANDED = Meeting(rule="landed")
_NONE = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one URL ended in one run."""

    fate: Fate
    at: datetime
    rule: str = ""
    reason: str = ""
    score: float | None = None
    compared_with: int | None = None
    article_id: int | None = None
    """The article stored for it; None keeps the one that is known, and what its page is asked with."""
    validators: Validators = _NONE
    """What to ask the article's page with next time."""
    retry_at: datetime | None = None
    """The server asks not to be asked before."""


def write_ending(
    connection: Connection, address_id: int, ending: Ending, *, look_at: datetime | None
) -> None:
    """Write what an ending leaves to do: another try in some time, a look at the article, or nothing."""
    values = _left_to_do(connection, address_id, ending) | _kept(ending) | {"next_look_at": look_at}
    connection.execute(_END, _new(values) | {"which": address_id})


def write_fate(connection: Connection, run_id: int, address_id: int, ending: Ending) -> None:
    """Write the ending into the run's row of the address."""
    values = {name: getattr(ending, name) for name in _SAID} | {"fate": ending.fate.value}
    connection.execute(_SAY, _new(values) | {"run": run_id, "which": address_id})


def know_landing(connection: Connection, landing: Entry, ending: Ending, *, look_at: datetime | None) -> None:
    """End the address that redirects led to as the one asked for; it is not met in this run by that.

    ``look_at`` says when to look at the article there, unless that is known.
    """
    key = url_key(landing.url)
    row = addresses_with(connection, [key]).get(key)
    if row is None:
        met = Met(key=key, entry=landing, row=None, meeting=_LANDED)
        number = write_addresses(connection, [met], at=ending.at)[key]
        write_ending(connection, number, ending, look_at=look_at)
    elif row.fate != Fate.FORGOTTEN:
        write_ending(connection, row.id, ending, look_at=row.next_look_at or look_at)


def _left_to_do(connection: Connection, address_id: int, ending: Ending) -> dict[str, Any]:
    fate, at = ending.fate, ending.at
    if not fate.is_passing:
        return _end(fate, tried_at=at)
    row = connection.execute(_TRIED, {"which": address_id}).one()
    if fate is Fate.PENDING:
        # It was not asked, which is no failed attempt.
        waits = max(filter(None, (row.next_try_at, ending.retry_at)), default=None)
        return _end(fate, tried_at=row.tried_at, settled=False, attempts=row.attempts, next_try_at=waits)
    attempts = row.attempts + 1
    again = next_try_at(attempts, now=at, retry_at=ending.retry_at)
    return _end(fate, tried_at=at, settled=again is None, attempts=attempts, next_try_at=again)


def _end(
    fate: Fate,
    *,
    tried_at: datetime | None,
    settled: bool = True,
    attempts: int = 0,
    next_try_at: datetime | None = None,
) -> dict[str, Any]:
    return {
        "fate": fate.value,
        "settled": settled,
        "attempts": attempts,
        "next_try_at": next_try_at,
        "tried_at": tried_at,
    }


def _kept(ending: Ending) -> dict[str, Any]:
    if ending.article_id is None:
        return dict.fromkeys(_KEPT)
    etag, last_modified = ending.validators.etag, ending.validators.last_modified
    return {"article_id": ending.article_id, "etag": etag, "page_last_modified": last_modified}


def _new(values: dict[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}
