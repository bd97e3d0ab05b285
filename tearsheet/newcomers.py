"""Pages that were kept only as pages, and are articles by today's rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.items import Article, ChannelKind, Entry
from storage.corpus import Corpus
from storage.frontier import RunFrontier
from storage.runs import RunLog
from tearsheet import __version__
from tearsheet.config import Config
from tearsheet.outcomes import Outcome
from tearsheet.rereading import PageAgain
from tearsheet.writer import Stored, Writer

__all__ = ["Foreseen", "Newcomers"]

_Met = Callable[[Article, int | None], None]


class Newcomers:
    """Stores them as a run does that meets them now: one that begins with the first of them."""

    def __init__(self, config: Config, corpus: Corpus, met: _Met) -> None:
        self._config = config
        self._corpus = corpus
        self._met = met
        self._runs = RunLog(corpus)
        self._run_id: int | None = None
        self._writer: Writer | None = None

    def put(self, each: PageAgain) -> None:
        """Take a page that is read as an article."""
        if self._writer is None:
            self._writer = self._begun()
        assert isinstance(each.today, Article)  # noqa: S101  # only those are put
        outcome = Outcome(entry=_entry(each.page.entry), what=each.today, page_id=each.page_id)
        self._writer.put(outcome)

    def finish(self, outcome: str) -> int | None:
        """Store what is waiting and close the run; return its number, None where there was none."""
        if self._writer is None or self._run_id is None:
            return None
        self._writer.flush()
        self._runs.finish(
            self._run_id,
            at=datetime.now(UTC),
            outcome=outcome,
            failed_sources={},
            removed_lines=self._writer.removed_lines,
        )
        return self._run_id

    def _begun(self) -> Writer:
        self._run_id = self._runs.start(
            at=datetime.now(UTC), version=__version__, config_hash=self._config.fingerprint, sources=()
        )
        frontier = RunFrontier(
            self._corpus,
            self._run_id,
            now=lambda: datetime.now(UTC),
            max_age_days=self._config.collect.max_age_days,
        )
        return Writer(self._corpus, frontier, keep_all=False, on_stored=self._tell)

    def _tell(self, stored: Stored) -> None:
        outcome = stored.outcome
        if (
            stored.article_id is not None
            and isinstance(outcome, Outcome)
            and isinstance(outcome.what, Article)
        ):
            self._met(outcome.what, stored.article_id)


class Foreseen:
    """Says which would be stored, and stores none."""

    def __init__(self, met: _Met) -> None:
        self._met = met

    def put(self, each: PageAgain) -> None:
        """Tell of a page that is read as an article."""
        assert isinstance(each.today, Article)  # noqa: S101  # only those are put
        self._met(each.today, None)

    def finish(self, outcome: str) -> None:
        """There is no run to close."""


def _entry(entry: Entry) -> Entry:
    # Nobody announces it now: its channel must not be asked sooner for it.
    return entry if entry.channel is ChannelKind.IMPORT else replace(entry, channel=ChannelKind.DIRECT)
