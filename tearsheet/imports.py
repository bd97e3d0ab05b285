"""Takes articles and pages from files into the corpus, through the same steps as a crawl."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.errors import TearsheetError
from pipeline.items import Article, Fate, Rejected, Source
from pipeline.records import ImportRecord
from pipeline.steps import judged
from storage.corpus import Corpus
from storage.frontier import RunFrontier
from storage.runs import Costs, RunLog, RunReport
from tearsheet import __version__
from tearsheet.config import Config
from tearsheet.events import page_event, run_event
from tearsheet.lock import run_lock
from tearsheet.outcomes import Outcome
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of, worker_count
from tearsheet.writer import Stored, Writer, with_page

__all__ = ["import_records"]

# Pages sent ahead per worker; records are stored in file order all the same.
_AHEAD = 8
_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Sent:
    record: ImportRecord
    reading: "Future[Article | Rejected] | None"


def import_records(
    config: Config,
    records: Iterable[ImportRecord],
    *,
    on_stored: Callable[[ImportRecord, Stored, Corpus], None],
) -> RunReport:
    """Store the records in their order, as one run; ``on_stored`` is told of each once it is in the corpus.

    Raises what ``records`` raises, after storing what came before.
    """
    with ExitStack() as opened:
        corpus = opened.enter_context(
            Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=True)
        )
        opened.enter_context(run_lock(corpus))
        return _Import(config, corpus, on_stored).run(records)


class _Import:
    """One import, from its run's start to its report."""

    def __init__(
        self, config: Config, corpus: Corpus, on_stored: Callable[[ImportRecord, Stored, Corpus], None]
    ) -> None:
        self._corpus = corpus
        self._on_stored = on_stored
        self._runs = RunLog(corpus)
        self._run_id = self._runs.start(
            at=datetime.now(UTC), version=__version__, config_hash=config.fingerprint, sources=()
        )
        frontier = RunFrontier(
            corpus, self._run_id, now=lambda: datetime.now(UTC), max_age_days=config.collect.max_age_days
        )
        self._writer = Writer(corpus, frontier, keep_all=True, on_stored=self._tell, batch=_BATCH)
        self._watches = config.watches
        self._workers = worker_count(config.collect.workers)
        self._waiting: deque[ImportRecord] = deque()
        self._costs = Costs()

    def run(self, records: Iterable[ImportRecord]) -> RunReport:
        outcome = "interrupted"
        try:
            with ReadingPool(self._watches, workers=self._workers) as pool:
                for sent in self._ahead(records, pool):
                    self._waiting.append(sent.record)
                    one = self._outcome(sent)
                    self._costs = with_page(self._costs, one)
                    self._writer.put(one)
            outcome = "done"
        finally:
            self._writer.flush()
            self._runs.finish(
                self._run_id,
                at=datetime.now(UTC),
                outcome=outcome,
                failed_sources={},
                removed_lines=self._writer.removed_lines,
                costs=self._costs,
            )
        report = self._runs.run(self._run_id)
        assert report is not None  # noqa: S101  # written a moment ago under the lock
        run_event(report)
        return report

    def _ahead(self, records: Iterable[ImportRecord], pool: ReadingPool) -> Iterator[_Sent]:
        """Send pages to the workers some places ahead of where the writer is.

        What is wrong with a record is raised once all before it have been yielded.
        """
        sent: deque[_Sent] = deque()
        failure: TearsheetError | None = None
        try:
            for record in records:
                page = record.page
                reading = None if page is None else pool.read(page, Source(name=page.entry.source))
                sent.append(_Sent(record, reading))
                if len(sent) > self._workers * _AHEAD:
                    yield sent.popleft()
        except TearsheetError as error:
            failure = error
        yield from sent
        if failure is not None:
            raise failure

    def _outcome(self, sent: _Sent) -> Outcome:
        record = sent.record
        if record.article is not None:
            return Outcome(entry=record.entry, what=judged(record.article, self._watches))
        assert record.page is not None and sent.reading is not None  # noqa: S101, PT018  # one of the two is there
        page_id = self._corpus.pages.keep(record.page)
        what = outcome_of(sent.reading)
        if isinstance(what, BrokenPage):
            what = Rejected(url=record.page.url, fate=Fate.PARSE_ERROR, reason=what.reason)
        elif isinstance(what, Article):
            what = replace(what, external_id=record.external_id)
        return Outcome(entry=record.entry, what=what, page_id=page_id, page_bytes=len(record.page.body))

    def _tell(self, stored: Stored) -> None:
        page_event(self._run_id, stored)
        self._on_stored(self._waiting.popleft(), stored, self._corpus)
