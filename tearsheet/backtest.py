"""What a watch finds in the stored pages today, against what is stored; writes nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from pipeline.items import Article
from pipeline.judging.watch import Watch
from pipeline.matching import matches
from pipeline.rereading import wanted_by
from pipeline.syntax import Bound, Node, Published
from storage.corpus import Corpus
from storage.rereadings import Rereadings
from tearsheet.config import Config
from tearsheet.rereading import ArticleAgain, Follower, PageAgain, Rereader

__all__ = ["Backtest", "Difference", "Finding", "backtest"]

_DAYS_OF_A_WEEK = 7


class Difference(StrEnum):
    """How today's answer differs from what is stored."""

    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One article or page that today's rules judge otherwise."""

    difference: Difference
    article_id: int | None
    """None for a page of which no article was made."""
    url: str
    title: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What came of it."""

    articles: int
    pages: int
    """Pages of which no article was made."""
    broken: int
    """Those that could not be read; they count for nothing."""
    wanted: int
    """By today's rules, copies included."""
    added: int
    dropped: int
    is_compared_with_any: bool
    """No article was judged by this watch: what any watch wants is what it is held against."""
    days: int
    """For how long all that came is still there, off-topic pages too."""
    hits_per_week: float | None
    """In these days, each text counted once; None where there is nothing to count."""


def backtest(
    config: Config,
    watch: Watch,
    follower: Follower,
    *,
    since: datetime | None,
    told: Callable[[Finding], None],
) -> Backtest:
    """Judge the stored pages by today's rules of a watch, whether it is on or not."""
    with Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url) as corpus:
        stored = Rereadings(corpus)
        dated = None if since is None else Published(Bound.AFTER, since)
        is_new = not stored.has_judged(watch.name)
        test = _Test(watch, is_compared_with_any=is_new, since=since and since.date(), told=told)
        ids = stored.article_ids(dated)
        follower.sized(len(ids))
        with Rereader(config, stored, [replace(watch, enabled=True)]) as rereader:
            for article in rereader.articles(ids):
                test.take_article(article)
                follower.advanced(1)
            for page in rereader.pages():
                test.take_page(page, dated)
                follower.advanced(1)
        return test.result()


class _Test:
    def __init__(
        self,
        watch: Watch,
        *,
        is_compared_with_any: bool,
        since: date | None,
        told: Callable[[Finding], None],
    ) -> None:
        self._watch = watch
        self._any = is_compared_with_any
        self._since = since
        self._told = told
        self._counts: Counter[str] = Counter()
        self._hits: dict[str, date] = {}
        """Each text that is wanted, and the day it came first."""
        self._article_days: set[date] = set()
        self._page_days: set[date] = set()

    def take_article(self, each: ArticleAgain) -> None:
        """Hold today's judgement of a stored article against the one that is stored."""
        kept = each.kept
        self._counts["articles"] += 1
        self._article_days.add(kept.article.seen_at.date())
        if each.again is None:
            self._counts["broken"] += 1
            return
        was = not kept.is_hidden if self._any else self._watch.name in wanted_by(kept.article)
        self._compare(each.again.article, was=was, article_id=kept.article_id, refusal=each.again.refusal)

    def take_page(self, each: PageAgain, dated: Node | None) -> None:
        """Judge a page that no article was made of."""
        article = each.today
        self._counts["pages"] += 1
        self._page_days.add(each.page.fetched_at.date())
        if isinstance(article, Article) and (dated is None or matches(dated, article)):
            self._compare(article, was=False, article_id=None)

    def _compare(self, article: Article, *, was: bool, article_id: int | None, refusal: str = "") -> None:
        judgement = next(iter(article.judgements), None)
        is_wanted = judgement is not None and judgement.relevant
        if is_wanted:
            self._counts["wanted"] += 1
            day = article.seen_at.date()
            self._hits[article.text_hash] = min(day, self._hits.get(article.text_hash, day))
        if is_wanted != was:
            difference = Difference.ADDED if is_wanted else Difference.DROPPED
            self._counts[difference] += 1
            self._told(
                Finding(
                    difference=difference,
                    article_id=article_id,
                    url=article.url,
                    title=article.title,
                    score=judgement.score if judgement else 0.0,
                    reasons=judgement.reasons if judgement else (refusal,),
                )
            )

    def result(self) -> Backtest:
        """Return the sums."""
        start, days = self._span()
        hits = sum(day >= start for day in self._hits.values()) if start else 0
        return Backtest(
            articles=self._counts["articles"],
            pages=self._counts["pages"],
            broken=self._counts["broken"],
            wanted=self._counts["wanted"],
            added=self._counts[Difference.ADDED],
            dropped=self._counts[Difference.DROPPED],
            is_compared_with_any=self._any,
            days=days,
            hits_per_week=hits * _DAYS_OF_A_WEEK / days if days else None,
        )

    def _span(self) -> tuple[date | None, int]:
        """The first day of which off-topic pages are still there, and the days from it to the last."""
        seen = self._article_days | self._page_days
        if not seen:
            return None, 0
        start = max(filter(None, (min(self._page_days or seen), self._since)))
        return start, max(0, (max(seen) - start).days + 1)
