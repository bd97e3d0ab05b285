"""A live look at one source: what its channels answer, and what is read of its newest pages.

Through the same crawl as a run, with its politeness and its safety; but nothing is stored.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.figures import Day, figures_of
from pipeline.health import ChannelState, health
from pipeline.items import Article, Entry, Fate, Missed, Page, Rejected, Source
from pipeline.judging.watch import Watch
from pipeline.walls import wall_before
from tearsheet.check_spider import ChannelAnswer, CheckSpider, announced_at
from tearsheet.config import Config
from tearsheet.looking import looked
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of

__all__ = ["Check", "CheckedPage", "check", "finding_of", "finding_of_pages", "newest_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """What became of one of the newest pages."""

    entry: Entry
    what: Article | Rejected | Missed
    page: Page | None = None
    """None where there was no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a look at a source showed."""

    source: Source
    at: datetime
    channels: tuple[ChannelAnswer, ...]
    pages: tuple[CheckedPage, ...]
    """Newest first."""

    @property
    def has_entries(self) -> bool:
        """Some channel answered with entries."""
        return any(answer.poll.entries for answer in self.channels)


def check(config: Config, source: Source, *, answered: Callable[[], None]) -> Check:
    """Ask every channel of a source, then fetch and read the 3 newest pages; no corpus is opened.

    ``answered`` is called after each answer. Once per process: a reactor does not start twice. Raises
    KeyboardInterrupt when a signal ended the crawl.
    """
    at = datetime.now(UTC)
    watches = config.watches
    spider = looked(config, CheckSpider, sources=(source,), answered=answered)
    pages = _checked_pages(spider.items, source, watches)
    return Check(source=source, at=at, channels=spider.answers, pages=pages)


def newest_at(answer: ChannelAnswer) -> datetime | None:
    """Return the newest time that a channel gives to what it announces, if it gives any."""
    return max(_times(answer.poll.entries), default=None)


def finding_of(answer: ChannelAnswer, source: Source) -> str:
    """Return what is wrong with a channel and what to do, as ``sources`` would; empty when all is well."""
    poll = answer.poll
    _, finding = health((_state(answer),), now=poll.at)
    if finding:
        return finding.removeprefix(f"{poll.channel.url}: ")
    if poll.reason:
        return f"{poll.reason}; see whether it is the right address"
    if answer.moved_to and poll.channel in source.channels:
        return f"{answer.moved_to} answers in its place; write that into tearsheet.toml"
    return ""


def finding_of_pages(check: Check) -> str:
    """Return what stands before the pages that were looked at and what to do; empty when nothing does."""
    day = Day(day=check.at.date())
    for page in check.pages:
        if isinstance(page.what, Missed) and page.what.fate.is_passing:
            day += Day(day=day.day, refused={page.what.fate.value: 1})
        else:
            day = day.with_page(figures_of(page.what, source=check.source.name), residue=0)
    wall = wall_before([day], today=day.day)
    return "" if wall is None else wall.finding


def _state(answer: ChannelAnswer) -> ChannelState:
    """What a run would keep of this answer, had it been the first."""
    poll = answer.poll
    return ChannelState(
        url=poll.channel.url,
        kind=poll.channel.kind,
        status=poll.status,
        failure=poll.failure,
        reason=poll.reason,
        failures=1 if poll.failure else 0,
        last_polled_at=poll.at,
        last_item_at=newest_at(answer),
        new_per_day=_rate(_times(poll.entries)),
    )


def _times(entries: Iterable[Entry]) -> list[datetime]:
    return [at for entry in entries if (at := announced_at(entry))]


def _rate(times: list[datetime]) -> float:
    """Entries a day, over the time from the oldest to the newest."""
    if len(times) < 2:  # a span has two ends
        return 0.0
    return (len(times) - 1) / max((max(times) - min(times)) / timedelta(days=1), 1.0)


def _checked_pages(
    items: Sequence[Page | Missed], source: Source, watches: Sequence[Watch]
) -> tuple[CheckedPage, ...]:
    if not items:
        return ()
    with ReadingPool(watches, workers=1) as pool:
        return tuple(_checked(item, source, pool) for item in items)


def _checked(item: Page | Missed, source: Source, pool: ReadingPool) -> CheckedPage:
    if isinstance(item, Missed):
        return CheckedPage(entry=item.entry, what=item)
    what = outcome_of(pool.read(item, source))
    if isinstance(what, BrokenPage):
        what = Rejected(url=item.url, fate=Fate.PARSE_ERROR, reason=what.reason)
    return CheckedPage(entry=item.entry, what=what, page=item)
