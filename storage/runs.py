"""The runs and what became of every URL in them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.errors import StorageError
from pipeline.items import ChannelKind, Fate
from pipeline.urls import url_key
from storage.database import Database
from storage.run_errors import ErrorGroup, error_groups
from storage.tables import ADDRESS, FATE, RUN

__all__ = ["Costs", "FateRow", "RunLog", "RunReport"]

_RUNNING = "running"
_INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a run took of the network and of this machine."""

    requests: int = 0
    """Channels, pages and robots.txt, redirects too."""
    received_bytes: int = 0
    """All that came, as it came: compressed, with its headers."""
    fetched_bytes: int = 0
    """The pages alone, unpacked."""
    fetch_seconds: float = 0.0
    """From asking for a page to its last byte, added up over pages that were fetched side by side."""
    read_seconds: float = 0.0
    """From handing a page to a reading process to its article, added up too; waiting in line included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run: who was asked, and what became of every URL it met."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    """None while it runs, and when its process died."""
    outcome: str
    """``running``, ``done``, ``interrupted`` or ``failed``."""
    version: str
    """Of the Tearsheet that made it."""
    config_hash: str
    """Runs with the same hash were made by the same sources, watches and [collect]."""
    sources: tuple[str, ...]
    fates: dict[str, int]
    """Each sums the URLs that ended so; all together are ``discovered``."""
    failed: dict[str, str]
    """Each source that gave no answer, with the reason."""
    changed: dict[str, str]
    """Each source whose layout seems to have changed, with the figures and what to do."""
    removed_lines: int
    costs: Costs
    errors: tuple[ErrorGroup, ...]
    failure: str
    """Why the run ended as ``failed``."""

    @property
    def discovered(self) -> int:
        """How many URLs the run met."""
        return sum(self.fates.values())

    @property
    def seconds(self) -> float | None:
        """How long it took; None when its end is not known."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class FateRow:
    """What became of one URL in one run, and by which rule."""

    run: int
    at: datetime
    channel: ChannelKind
    fate: Fate
    reason: str
    rule: str
    score: float | None
    compared_with: int | None


_NO_COSTS = Costs()


class RunLog:
    """The runs of a corpus, newest first."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def start(self, *, at: datetime, version: str, config_hash: str, sources: Iterable[str]) -> int:
        """Open a run and return its number.

        Whoever calls this holds the run lock, so a run that is still open has died: it ends as interrupted.
        """
        row = {
            "started_at": at,
            "outcome": _RUNNING,
            "version": version,
            "config_hash": config_hash,
            "sources": list(sources),
            "fates": {},
            "failed": {},
            "changed": {},
            "removed_lines": 0,
            "errors": [],
            **asdict(Costs()),
        }
        with self._corpus.write() as connection:
            self.close_dead()
            key = connection.execute(insert(RUN), row).inserted_primary_key
        return int(key[0]) if key else 0

    def guard(self, run_id: int) -> None:
        """Let nothing be written once the run is closed, as it is by the next one if its process died.

        Who holds the run lock may die before who writes for it. Writers come one after the other, so the next
        run finds all of this one or ends it, and counts its fates as they stay.
        """
        query = select(RUN.c.outcome).where(RUN.c.id == run_id)

        def require_open(connection: Connection) -> None:
            if connection.execute(query).scalar() != _RUNNING:
                raise StorageError(f"{self._corpus.path}: run {run_id} was ended by another one")

        self._corpus.guard(require_open)

    def close_dead(self) -> None:
        """End the runs whose processes died as interrupted; whoever calls this holds the run lock."""
        with self._corpus.write() as connection:
            for dead in connection.execute(select(RUN.c.id).where(RUN.c.outcome == _RUNNING)).scalars().all():
                _close(connection, dead, outcome=_INTERRUPTED)

    def finish(
        self,
        run_id: int,
        *,
        at: datetime,
        outcome: str,
        failed_sources: Mapping[str, str],
        changed_sources: Mapping[str, str] | None = None,
        removed_lines: int = 0,
        costs: Costs = _NO_COSTS,
        failure: str = "",
    ) -> None:
        """Close a run; its fates are counted from their rows, and so are its errors."""
        with self._corpus.write() as connection:
            _close(
                connection,
                run_id,
                outcome=outcome,
                ended_at=at,
                failed=dict(failed_sources),
                changed=dict(changed_sources or {}),
                removed_lines=removed_lines,
                failure=failure,
                **asdict(costs),
            )

    def run(self, run_id: int) -> RunReport | None:
        """Return one run; the fates of an open one are counted now."""
        with self._corpus.read() as connection:
            row = connection.execute(select(RUN).where(RUN.c.id == run_id)).first()
            return None if row is None else _report(connection, row)

    def runs(self, limit: int = 20) -> tuple[RunReport, ...]:
        """Return the last runs, newest first."""
        with self._corpus.read() as connection:
            rows = connection.execute(select(RUN).order_by(RUN.c.id.desc()).limit(limit)).all()
            return tuple(_report(connection, row) for row in rows)

    def why(self, url: str) -> tuple[FateRow, ...]:
        """Return the fate of a URL (or URL key) in every run that met it, newest first."""
        query = (
            select(FATE)
            .join(ADDRESS, ADDRESS.c.id == FATE.c.address_id)
            .where(ADDRESS.c.url_key == url_key(url))
            .order_by(FATE.c.run_id.desc())
        )
        with self._corpus.read() as connection:
            return tuple(_fate_row(row) for row in connection.execute(query))


def _close(connection: Connection, run_id: int, **values: Any) -> None:
    values["fates"] = _fate_counts(connection, run_id)
    values["errors"] = [asdict(group) for group in error_groups(connection, run_id)]
    connection.execute(update(RUN).where(RUN.c.id == run_id).values(**values))


def _fate_counts(connection: Connection, run_id: int) -> dict[str, int]:
    query = select(FATE.c.fate, func.count()).where(FATE.c.run_id == run_id).group_by(FATE.c.fate)
    counts = {fate: number for fate, number in connection.execute(query)}  # noqa: C416  # a Row is no pair to mypy
    return {fate.value: counts[fate.value] for fate in Fate if fate.value in counts}


def _report(connection: Connection, row: Row[Any]) -> RunReport:
    is_open = row.outcome == _RUNNING
    return RunReport(
        id=row.id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        version=row.version,
        config_hash=row.config_hash,
        sources=tuple(row.sources),
        fates=_fate_counts(connection, row.id) if is_open else row.fates,
        failed=row.failed,
        changed=row.changed,
        removed_lines=row.removed_lines,
        costs=Costs(**{each.name: getattr(row, each.name) for each in fields(Costs)}),
        errors=error_groups(connection, row.id)
        if is_open
        else tuple(ErrorGroup(**group) for group in row.errors),
        failure=row.failure,
    )


def _fate_row(row: Row[Any]) -> FateRow:
    return FateRow(
        run=row.run_id,
        at=row.at,
        channel=ChannelKind(row.channel),
        fate=Fate(row.fate),
        reason=row.reason,
        rule=row.rule,
        score=row.score,
        compared_with=row.compared_with,
    )
