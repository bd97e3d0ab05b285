"""Applies today's rules to what is stored: texts, dates and verdicts in place, pages that are wanted now."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby

from pipeline.errors import RecordError, WatchError
from pipeline.items import Article, ChannelKind
from pipeline.matching import matches
from pipeline.rereading import Again, Turn, turns, wanted_by
from pipeline.syntax import Node
from storage.articles import Articles
from storage.corpus import Corpus
from storage.rereadings import Rereadings
from tearsheet.config import Config
from tearsheet.lock import run_lock
from tearsheet.newcomers import Foreseen, Newcomers
from tearsheet.rereading import ArticleAgain, Follower, PageAgain, Rereader

__all__ = ["Changed", "Reread", "reread"]

_BATCH = 50
_COUNTS = ("articles", "unread", "pages", "same", "refused", "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One article of which today's rules say something else."""

    article_id: int | None
    """None for a new one that a dry run found."""
    url: str
    title: str
    turn: Turn | None
    """What searches show otherwise; None when they show the same."""
    changed: tuple[str, ...] = ()
    """The fields that read otherwise."""
    gained: tuple[str, ...] = ()
    """The watches that want it now and did not."""
    lost: tuple[str, ...] = ()
    reason: str = ""
    """Why it is wanted now, is no article any more, or could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What reading again came to."""

    outcome: str
    """``done`` or ``interrupted``."""
    articles: int
    """Stored ones that were looked at."""
    unread: int
    """Of these, the ones whose page is not kept: only judged again."""
    pages: int
    """Pages of which no article had been made."""
    same: int
    """Articles of which nothing changed."""
    turned: dict[str, int]
    """How many are new, shown again, hidden."""
    fields: dict[str, int]
    """How many articles read otherwise, by field."""
    refused: int
    """Articles in whose pages today's rules find none."""
    broken: int
    """Articles that could not be read or stored again: they stay as they were."""
    run: int | None
    """The run under which new articles were stored."""


def reread(
    config: Config,
    query: Node | None,
    follower: Follower,
    *,
    told: Callable[[Changed], None],
    dry_run: bool,
) -> Reread:
    """Read everything, or what a query finds, again, and write what changed unless it is a dry run.

    ``told`` of each change, once it is stored.

    Raises LockedError when another run holds the corpus, StorageError when it cannot be written, WatchError
    when no watch is on: all would be hidden.
    """
    watches = config.watches
    if not any(watch.enabled for watch in watches):
        raise WatchError(f"{config.origin}: no watch is on; switch one on, or every article would be hidden")
    with ExitStack() as opened:
        corpus = opened.enter_context(
            Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=not dry_run)
        )
        if not dry_run:
            opened.enter_context(run_lock(corpus))
        stored = Rereadings(corpus)
        rereader = opened.enter_context(Rereader(config, stored, watches))
        work = _Work(config, corpus, follower, told=told, dry_run=dry_run)
        ids = stored.article_ids(query)
        follower.sized(len(ids))
        return work.run(rereader, stored, ids, query)


class _Work:
    """One reading again, from the first article to the report."""

    def __init__(
        self,
        config: Config,
        corpus: Corpus,
        follower: Follower,
        *,
        told: Callable[[Changed], None],
        dry_run: bool,
    ) -> None:
        self._told = told
        self._corpus = corpus
        self._follower = follower
        self._dry_run = dry_run
        self._articles = Articles(corpus)
        self._newcomers = Foreseen(self._meet) if dry_run else Newcomers(config, corpus, self._meet)
        self._counts: Counter[str] = Counter()
        self._turned: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._batch: list[tuple[ArticleAgain, Again, bool, Turn | None]] = []

    def run(self, rereader: Rereader, stored: Rereadings, ids: Sequence[int], query: Node | None) -> Reread:
        outcome = "interrupted"
        try:
            if self._read_articles(rereader, stored, ids) and self._read_pages(rereader, query):
                outcome = "done"
        finally:
            self._flush()
            run = self._newcomers.finish(outcome)
        return Reread(
            outcome=outcome,
            turned={turn.value: self._turned[turn] for turn in Turn},
            fields=dict(sorted(self._fields.items())),
            run=run,
            **{name: self._counts[name] for name in _COUNTS},
        )

    def _read_articles(self, rereader: Rereader, stored: Rereadings, ids: Sequence[int]) -> bool:
        for _, cluster in groupby(rereader.articles(ids), key=lambda each: each.kept.cluster):
            members = tuple(cluster)
            self._take(members, stored)
            self._follower.advanced(len(members))
            if self._follower.is_stopped():
                return False
        self._flush()
        return True

    def _take(self, members: Sequence[ArticleAgain], stored: Rereadings) -> None:
        """Decide of the articles with one text together; a full batch is stored."""
        self._counts["articles"] += len(members)
        self._counts["unread"] += sum(not each.is_read for each in members)
        for each in members:
            if each.again is None:
                self._leave(each, each.trouble)
        read = {each.kept.article_id: each for each in members if each.again is not None}
        if read:
            others = stored.is_wanted_elsewhere(members[0].kept.cluster, tuple(read))
            cluster = [each.again for each in read.values() if each.again is not None]
            for one, is_hidden, turn in turns(cluster, others_wanted=others):
                self._batch.append((read[one.kept.article_id], one, is_hidden, turn))
        if len(self._batch) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        failed: dict[int, str] = {}
        if batch and not self._dry_run:
            with self._corpus.write():
                for each, one, is_hidden, _ in batch:
                    try:
                        self._renew(each, one, is_hidden=is_hidden)
                    except RecordError as error:
                        failed[each.kept.article_id] = str(error)
        for each, one, _, turn in batch:
            if (trouble := failed.get(each.kept.article_id)) is not None:
                self._leave(each, trouble)
            else:
                self._note(one, turn)

    def _renew(self, each: ArticleAgain, one: Again, *, is_hidden: bool) -> None:
        # The stored text of a page in which there is no article any more stays.
        is_read = each.is_read and not one.refusal
        self._articles.renew(each.kept.article_id, one.article, is_hidden=is_hidden, is_read=is_read)

    def _note(self, one: Again, turn: Turn | None) -> None:
        before, after = wanted_by(one.kept.article), wanted_by(one.article)
        self._fields.update(one.changed)
        self._counts["refused"] += bool(one.refusal)
        if turn is None and not one.changed and not one.refusal:
            self._counts["same"] += 1
            return
        if turn is not None:
            self._turned[turn] += 1
        self._told(
            Changed(
                article_id=one.kept.article_id,
                url=one.article.url,
                title=one.article.title,
                turn=turn,
                changed=one.changed,
                gained=tuple(sorted(after - before)),
                lost=tuple(sorted(before - after)),
                reason=one.refusal or _reason(one.article),
            )
        )

    def _leave(self, each: ArticleAgain, trouble: str) -> None:
        self._counts["broken"] += 1
        article = each.kept.article
        self._told(
            Changed(
                article_id=each.kept.article_id,
                url=article.url,
                title=article.title,
                turn=None,
                reason=trouble,
            )
        )

    def _read_pages(self, rereader: Rereader, query: Node | None) -> bool:
        for each in rereader.pages():
            self._counts["pages"] += 1
            if _is_wanted(each, query):
                self._newcomers.put(each)
            self._follower.advanced(1)
            if self._follower.is_stopped():
                return False
        return True

    def _meet(self, article: Article, article_id: int | None) -> None:
        """Take note of a page that is an article now."""
        self._turned[Turn.NEW] += 1
        self._told(
            Changed(
                article_id=article_id,
                url=article.url,
                title=article.title,
                turn=Turn.NEW,
                gained=tuple(sorted(wanted_by(article))),
                reason=_reason(article),
            )
        )


def _is_wanted(each: PageAgain, query: Node | None) -> bool:
    article = each.today
    if not isinstance(article, Article):
        return False
    is_kept = article.is_relevant or article.channel is ChannelKind.IMPORT
    return is_kept and (query is None or matches(query, article))


def _reason(article: Article) -> str:
    """The best judgement, as ``why`` words it."""
    best = max(article.judgements, key=lambda judgement: judgement.score, default=None)
    if best is None:
        return ""
    return f"{best.watch} {best.score:.2f}: {', '.join(best.reasons) or 'nothing found'}"
