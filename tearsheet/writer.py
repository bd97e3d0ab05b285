"""The one writer: outcomes in, placed and stored in short batches."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.errors import RecordError
from pipeline.figures import figures_of
from pipeline.items import Article, Decision, Fate, Missed, Rejected
from pipeline.linking.place import by_todays_rules, place
from pipeline.urls import url_key
from storage.articles import Articles
from storage.corpus import Corpus
from storage.frontier import RunFrontier
from storage.readings import Readings
from storage.runs import Costs
from tearsheet.older import OlderPages
from tearsheet.outcomes import Fetched, Outcome

__all__ = ["Stored", "Writer", "with_page"]

_BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How one URL ended, and the article it is in."""

    outcome: Fetched
    fate: Fate
    reason: str
    article_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an article went in the corpus."""

    decision: Decision
    article_id: int | None


class Writer:
    """Places and stores outcomes; not safe for threads, and nothing else may write meanwhile.

    With ``readings``, the figures of the pages are noted: a crawl shows the layout of its sources, an import
    does not.
    ``put``, ``flush`` and ``stored`` raise StorageError; what was not stored then stays pending.
    """

    def __init__(
        self,
        corpus: Corpus,
        frontier: RunFrontier,
        *,
        keep_all: bool,
        readings: Readings | None = None,
        on_stored: Callable[[Stored], None] = lambda stored: None,
        batch: int = _BATCH,
    ) -> None:
        self._corpus = corpus
        self._frontier = frontier
        self._articles = Articles(corpus)
        self._older = OlderPages(corpus)
        self._keep_all = keep_all
        self._readings = readings
        self._on_stored = on_stored
        self._batch = batch
        self._waiting: list[Outcome] = []
        self.removed_lines = 0

    def put(self, outcome: Outcome) -> None:
        """Take an outcome; a full batch is stored at once."""
        self._waiting.append(outcome)
        if len(self._waiting) >= self._batch:
            self.flush()

    def flush(self) -> None:
        """Store what is waiting, in one transaction."""
        waiting, self._waiting = self._waiting, []
        for one in self.stored(waiting):
            self._on_stored(one)

    def stored(self, outcomes: list[Outcome]) -> list[Stored]:
        """Store these at once, in one transaction, and return how each ended."""
        if not outcomes:
            return []
        try:
            return self._store(outcomes, apart=False)
        except RecordError:
            # One of them is refused; all are given back, and the others are stored beside it.
            return self._store(outcomes, apart=True)

    def _store(self, outcomes: list[Outcome], *, apart: bool) -> list[Stored]:
        with self._corpus.write():
            # Before the frontier is told of any of them: it does not forget what a transaction gives back.
            places = self._places(outcomes, apart=apart)
            self._frontier.take_up(outcome.entry for outcome in outcomes)
            stored = [self._settled(outcome, at) for outcome, at in zip(outcomes, places, strict=True)]
            self._note_figures(outcomes)
        return stored

    def _note_figures(self, outcomes: list[Outcome]) -> None:
        """Add up what every page gave, also one of which nothing is kept."""
        if self._readings is not None:
            self._readings.note(
                [
                    outcome.figures or figures_of(outcome.what, source=outcome.entry.source)
                    for outcome in outcomes
                    if _is_a_page(outcome.what)
                ]
            )

    def _places(self, outcomes: list[Outcome], *, apart: bool) -> list[_Place | RecordError | None]:
        """Store the articles; None for what is none, and for a page that came by another address already."""
        places: list[_Place | RecordError | None] = []
        came: set[str] = set()
        for outcome in outcomes:
            landed = url_key(outcome.landed_url) if outcome.landed_url else ""
            has_come = landed in came or bool(landed and self._frontier.is_done(outcome.landed_url))
            place = None if has_come else self._place(outcome, apart=apart)
            if landed and not isinstance(place, RecordError) and not _is_passing(outcome):
                came.add(landed)
            places.append(place)
        return places

    def _place(self, outcome: Outcome, *, apart: bool) -> _Place | RecordError | None:
        article = outcome.what
        if not isinstance(article, Article):
            return None
        decision = place(article, seen=self._articles, keep_all=self._keep_all)
        if decision.fate is Fate.REVISION and decision.article_id and outcome.page_id is not None:
            decision = by_todays_rules(decision, article, self._older.article(decision.article_id))
        if not decision.keep:
            return _Place(decision=decision, article_id=None)
        try:
            stored = self._articles.store(article, decision, page_id=outcome.page_id, apart=apart)
        except RecordError as error:
            if not apart:
                raise
            return error
        return _Place(decision=decision, article_id=stored)

    def _settled(self, outcome: Outcome, place: _Place | RecordError | None) -> Stored:
        match outcome.what, place:
            case Article() as article, _Place() as at:
                return self._settled_article(outcome, article, at)
            case Article(), RecordError() as error:
                self._frontier.settle(outcome.entry, Fate.PARSE_ERROR, reason=str(error))
                return Stored(outcome=outcome, fate=Fate.PARSE_ERROR, reason=str(error), article_id=None)
            case Rejected() | Missed() as end, _:
                self._frontier.settle(
                    outcome.entry,
                    end.fate,
                    reason=end.reason,
                    landed_url=outcome.landed_url,
                    retry_at=end.retry_at if isinstance(end, Missed) else None,
                )
                return Stored(outcome=outcome, fate=end.fate, reason=end.reason, article_id=None)
        return self._settled_again(outcome)

    def _settled_article(self, outcome: Outcome, article: Article, place: _Place) -> Stored:
        decision = place.decision
        reason = "; ".join(filter(None, (_reason(article), *decision.reasons)))
        self._frontier.settle(
            outcome.entry,
            decision.fate,
            reason=reason,
            rule=decision.rule,
            score=decision.score,
            compared_with=decision.compared_with or decision.article_id,
            article_id=place.article_id,
            landed_url=outcome.landed_url,
            validators=outcome.validators,
        )
        if decision.fate is not Fate.UNCHANGED:
            self.removed_lines += len(article.removed)
        return Stored(outcome=outcome, fate=decision.fate, reason=reason, article_id=place.article_id)

    def _settled_again(self, outcome: Outcome) -> Stored:
        """Two addresses led to one page, which this run has stored by the other."""
        reason = f"leads to {outcome.landed_url}, which came in this run already"
        self._frontier.settle(outcome.entry, Fate.KNOWN, reason=reason, landed_url=outcome.landed_url)
        return Stored(outcome=outcome, fate=Fate.KNOWN, reason=reason, article_id=None)


def _is_passing(outcome: Outcome) -> bool:
    return not isinstance(outcome.what, Article) and outcome.what.fate.is_passing


def _is_a_page(what: Article | Rejected | Missed) -> bool:
    """What failed in passing will come yet, and what has not changed was counted when it came."""
    return not isinstance(what, Missed) or not (what.fate.is_passing or what.fate is Fate.UNCHANGED)


def with_page(costs: Costs, outcome: Fetched) -> Costs:
    """Add what one more page took."""
    return replace(
        costs,
        fetched_bytes=costs.fetched_bytes + outcome.page_bytes,
        fetch_seconds=costs.fetch_seconds + outcome.fetch_seconds,
        read_seconds=costs.read_seconds + outcome.read_seconds,
    )


def _reason(article: Article) -> str:
    """What the watches said, the best score first."""
    said = sorted(article.judgements, key=lambda judgement: -judgement.score)
    return "; ".join(
        f"{judgement.watch} {judgement.score:.2f}: {', '.join(judgement.reasons) or 'nothing found'}"
        for judgement in said
    )
