"""One run in its corpus: all that is written there from its start to its report."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pipeline.items import Channel, Entry, Fate, Poll, RobotsFile, Source
from pipeline.protocols import Asking
from storage.corpus import Corpus
from storage.frontier import RunFrontier
from storage.hosts import HostMemory
from storage.readings import Readings
from storage.runs import Costs, RunLog, RunReport
from storage.sources import Sources
from tearsheet import __version__
from tearsheet.config import Config
from tearsheet.order import Order
from tearsheet.outcomes import Outcome, Sealed
from tearsheet.source_findings import changed_sources, failed_sources
from tearsheet.writer import Writer

__all__ = ["Ending", "RunBook"]

Ending = tuple[Fate, str, int | None]
"""How one URL ended, why, and the number of the article it is in."""


class RunBook:
    """Opens a run with the first word, and closes it with ``finish`` or ``fail``; not safe for threads.

    Every method raises StorageError when the corpus does not take it; what was not stored then stays pending.
    """

    def __init__(self, corpus: Corpus, config: Config, order: Order, sources: Iterable[Source]) -> None:
        self._corpus = corpus
        self._order = order
        self._sources = {source.name: source for source in sources}
        self._started_at = _now()
        self._runs = RunLog(corpus)
        self.run_id = self._runs.start(
            at=self._started_at,
            version=__version__,
            config_hash=config.fingerprint,
            sources=self._sources if order.channels_too else (),
        )
        self._runs.guard(self.run_id)
        self._hosts = HostMemory(corpus, now=_now)
        self._frontier = RunFrontier(
            corpus,
            self.run_id,
            now=_now,
            max_age_days=config.collect.max_age_days,
            recheck=order.recheck,
            due_only=order.due_only,
            polls_per_day=config.collect.polls_per_day,
            every={source.name: source.every for source in self._sources.values()},
        )
        self._writer = Writer(
            corpus, self._frontier, keep_all=config.collect.keep == "all", readings=Readings(corpus, now=_now)
        )

    def direct(self) -> tuple[Entry, ...]:
        """Take up the pages that the order asks for by address."""
        return self._order.entries(self._frontier, self._sources.values())

    def pending(self, sources: Sequence[str]) -> tuple[Entry, ...]:
        """As ``Frontier.pending``."""
        return self._frontier.pending(sources)

    def asking(self, channel: Channel) -> Asking | None:
        """As ``Frontier.asking``."""
        return self._frontier.asking(channel)

    def knows_any(self, entries: Sequence[Entry]) -> bool:
        """As ``Frontier.knows_any``."""
        return self._frontier.knows_any(entries)

    def record(self, poll: Poll) -> tuple[Entry, ...]:
        """As ``Frontier.record``."""
        return self._frontier.record(poll)

    def keep_robots(self, origin: str, robots: RobotsFile) -> None:
        """As ``Hosts.keep_robots``."""
        self._hosts.keep_robots(origin, robots)

    def hold(self, site: str, until: datetime) -> None:
        """As ``Hosts.hold``."""
        self._hosts.hold(site, until)

    def store(self, outcomes: Sequence[Outcome | Sealed]) -> list[Ending]:
        """Place and store these in one transaction, and return how each ended, in their order."""
        opened = [each.opened() if isinstance(each, Sealed) else each for each in outcomes]
        return [(one.fate, one.reason, one.article_id) for one in self._writer.stored(opened)]

    def finish(self, *, outcome: str, waiting: dict[str, str], errors: dict[str, str], costs: Costs) -> None:
        """Leave what has not ended to the next run, and close this one.

        ``waiting`` are the sources that want to be left alone, ``errors`` those that hit a fault of ours.
        """
        for entry in self._frontier.leftover():
            self._frontier.settle(entry, Fate.PENDING, reason="left for the next run")
        states = Sources(self._corpus).states()
        failed = failed_sources(states, self._sources, since=self._started_at, waiting=waiting)
        self._runs.finish(
            self.run_id,
            at=_now(),
            outcome=outcome,
            failed_sources=failed | errors,
            changed_sources=changed_sources(states, self._sources, today=_now().date()),
            removed_lines=self._writer.removed_lines,
            costs=costs,
        )

    def fail(self, failure: str, costs: Costs) -> None:
        """Close the run as failed."""
        self._runs.finish(
            self.run_id, at=_now(), outcome="failed", failed_sources={}, costs=costs, failure=failure
        )

    def report(self) -> RunReport:
        """Return the run as it stands in the corpus."""
        report = self._runs.run(self.run_id)
        assert report is not None  # noqa: S101  # it was written here
        return report


def _now() -> datetime:
    return datetime.now(UTC)
