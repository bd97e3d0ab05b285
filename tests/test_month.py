"""A made-up month of 40 sources: ten of them break, each in its way, and each is named within a day.

The channels answer with real bytes, which the real parsers read and the real corpus keeps; only the network
and the clock are made up.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import pytest
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from pipeline.figures import PageFigures, figures_of
from pipeline.health import Health, health
from pipeline.items import Article, ChannelKind, Entry, Fate, Page, Poll, Rejected, Source, Validators
from pipeline.steps import read
from spiders.documents import Unreadable
from spiders.feeds import entries_from_feed
from spiders.outcomes import Trouble, trouble_of_failure, trouble_of_status
from spiders.sections import entries_from_section
from spiders.sitemaps import entries_from_sitemap
from storage import Corpus
from storage.readings import Readings
from storage.sources import Sources
from tests.storage.builders import Clock, frontier
from tests.tearsheet.harbor import page

BEGIN = datetime(2025, 6, 4, 0, 0, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(hours=8)
DAYS = 30
FAULT_DAY = 20
NEWSROOM = (2, 1, 1, 1, 2, 4, 8, 12, 15, 17, 18, 18, 17, 16, 16, 16, 17, 17, 16, 14, 11, 8, 5, 3)
LISTED = 16
NOTHING: Trouble = (Fate.HTTP_ERROR, "")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How a source breaks, and what must be said of it."""

    word: Health
    says: str
    trouble: Callable[[], Trouble] | None = None
    """Its channel does not answer."""
    body: bytes = b""
    """Its channel answers with this."""
    is_silent: bool = False
    moved_to: str = ""
    pages: str = "articles"
    lasts: timedelta = DAYS * DAY


def answered(status: int) -> Callable[[], Trouble]:
    return lambda: trouble_of_status(Response("https://paper.example/", status=status)) or NOTHING


FRONT = b"<!doctype html><html><head><title>Welcome</title></head><body><h1>Our new site</h1></body></html>"
PARKED = (
    b"<html><head><title>paper.example is for sale</title></head><body><a href='/buy'>Buy</a></body></html>"
)
FAULTS = {
    "moved": Fault(
        word=Health.CHANGED,
        says="moved to https://paper.example/news.xml",
        moved_to="https://paper.example/news.xml",
    ),
    "html": Fault(word=Health.CHANGED, says="an HTML page, not a feed", body=FRONT),
    "parked": Fault(word=Health.CHANGED, says="the address answers", body=PARKED),
    "removed": Fault(word=Health.GONE, says="410", trouble=answered(410)),
    "silent": Fault(word=Health.QUIET, says="nothing new for", is_silent=True),
    "layout": Fault(word=Health.CHANGED, says="its layout may have changed", pages="teasers"),
    "block-page": Fault(word=Health.BLOCKED, says="403", trouble=answered(403)),
    "robots": Fault(
        word=Health.BLOCKED,
        says="robots.txt forbids it",
        trouble=lambda: trouble_of_failure(IgnoreRequest("Forbidden by robots.txt")),
    ),
    "wall": Fault(word=Health.BLOCKED, says="consent wall", pages="walls"),
    "outage": Fault(word=Health.FAILING, says="503", trouble=answered(503), lasts=DAY + TICK),
    "timeout": Fault(
        word=Health.FAILING,
        says="no answer in time",
        trouble=lambda: trouble_of_failure(DownloadTimeoutError()),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One publisher: what it prints when, and how it answers."""

    source: Source
    printed: Sequence[datetime]
    fault: Fault | None = None

    @property
    def name(self) -> str:
        return self.source.name

    def is_broken(self, at: datetime) -> bool:
        since = BEGIN + FAULT_DAY * DAY
        return self.fault is not None and since < at <= since + self.fault.lasts

    def until(self, at: datetime) -> int:
        """How many articles it has announced by then."""
        if self.fault is not None and self.fault.is_silent and self.is_broken(at):
            at = BEGIN + FAULT_DAY * DAY
        return bisect_right(self.printed, at)


def papers(chance: Random) -> list[Paper]:
    """Eleven that break, of 20 to 25 articles a day, and healthy ones of 1 a week to 24 a day."""
    broken = [
        paper(name, chance, per_day=20 + place / 2, kind=ChannelKind.FEED, fault=fault)
        for place, (name, fault) in enumerate(FAULTS.items())
    ]
    kinds = (ChannelKind.FEED, ChannelKind.FEED, ChannelKind.SITEMAP, ChannelKind.SECTION)
    count = 40 - len(broken)
    healthy = [
        paper(f"paper-{place}", chance, per_day=0.14 * (24 / 0.14) ** (place / count), kind=kinds[place % 4])
        for place in range(count)
    ]
    return [*broken, *healthy]


def paper(
    name: str, chance: Random, *, per_day: float, kind: ChannelKind, fault: Fault | None = None
) -> Paper:
    url = f"https://{name}.example/{kind.value}"
    weekend = chance.choice((0.05, 0.4, 0.8, 1.0))
    times = printed(chance, per_day, zone=chance.choice((-6, -5, -3, 0, 1)), weekend=weekend)
    source = Source(
        name=name,
        feeds=(url,) if kind is ChannelKind.FEED else (),
        sitemaps=(url,) if kind is ChannelKind.SITEMAP else (),
        sections=(url,) if kind is ChannelKind.SECTION else (),
    )
    return Paper(source=source, printed=times, fault=fault)


def printed(chance: Random, per_day: float, *, zone: int, weekend: float) -> list[datetime]:
    """When it prints, from two months before: by day, less at weekends, now and then a follow-up."""
    times: list[datetime] = []
    at = BEGIN - 60 * DAY
    peak = per_day / 1.2 * max(NEWSROOM) * 24 / sum(NEWSROOM)
    while (at := at + DAY * chance.expovariate(peak)) < BEGIN + DAYS * DAY:
        local = at + timedelta(hours=zone)
        usual = NEWSROOM[local.hour] / max(NEWSROOM) * (weekend if local.weekday() >= 5 else 1)
        if chance.random() < usual:
            times.append(at)
            if chance.random() < 0.2:
                times.append(at + timedelta(minutes=chance.expovariate(1 / 30)))
    return sorted(times)


def channel_body(paper: Paper, at: datetime) -> bytes:
    """What the channel lists: the newest articles, as feed, news sitemap or section page."""
    count = paper.until(at)
    listed = [(n, paper.printed[n]) for n in range(count - 1, max(count - LISTED, 0) - 1, -1)]
    kind = paper.source.channels[0].kind
    if kind is ChannelKind.SECTION:
        links = "".join(f'<p><a href="{path(n)}">{title(n)} of the day</a></p>' for n, _ in listed)
        return f"<html><body><main>{links}</main></body></html>".encode()
    host = f"https://{paper.name}.example"
    if kind is ChannelKind.SITEMAP:
        urls = "".join(
            f"<url><loc>{host}{path(n)}</loc><news:news><news:publication_date>{time.isoformat()}"
            f"</news:publication_date><news:title>{title(n)}</news:title></news:news></url>"
            for n, time in listed
        )
        spaces = (
            'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        )
        return f"<urlset {spaces}>{urls}</urlset>".encode()
    items = "".join(
        f"<item><title>{escape(title(n))}</title><link>{host}{path(n)}</link>"
        f"<pubDate>{time:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n, time in listed
    )
    return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'.encode()


def path(number: int) -> str:
    return f"/nacion/{100_000 + number}/council-votes-on-the-harbor"


def title(number: int) -> str:
    return f"Council votes for the {number}th time on the harbor"


def poll(paper: Paper, at: datetime, known: Validators) -> Poll:
    """Ask the channel as the spider does."""
    fault = paper.fault if paper.is_broken(at) else None
    (channel,) = paper.source.channels
    if fault is not None and fault.trouble is not None:
        fate, reason = fault.trouble()
        return Poll(channel=channel, at=at, failure=fate, reason=reason)
    body = fault.body if fault is not None and fault.body else channel_body(paper, at)
    moved_to = fault.moved_to if fault is not None else ""
    etag = hashlib.sha256(body).hexdigest()
    if known.etag == etag:
        return Poll(channel=channel, at=at, status=304, moved_to=moved_to)
    entries = entries_of(body, paper, at)
    if isinstance(entries, Unreadable):
        return Poll(channel=channel, at=at, status=200, failure=Fate.PARSE_ERROR, reason=entries.reason)
    return Poll(
        channel=channel,
        at=at,
        status=200,
        entries=entries,
        validators=Validators(etag=etag),
        reason="" if entries else "the channel lists nothing",
        moved_to=moved_to,
    )


def entries_of(body: bytes, paper: Paper, at: datetime) -> tuple[Entry, ...] | Unreadable:
    (channel,) = paper.source.channels
    if channel.kind is ChannelKind.SITEMAP:
        content = entries_from_sitemap(body, url=channel.url, source=paper.source, fetched_at=at)
        return content if isinstance(content, Unreadable) else content.entries
    if channel.kind is ChannelKind.SECTION:
        return entries_from_section(body, url=channel.url, source=paper.source, content_type="text/html")
    return entries_from_feed(body, url=channel.url, source=paper.source, fetched_at=at)


WALL = (Path(__file__).parent / "pages" / "consent-wall" / "before-you-continue.html").read_bytes()
BODIES: dict[str, Callable[[int], bytes]] = {
    "articles": lambda number: page(number).encode(),
    "teasers": lambda number: page(number, paragraphs=2).encode(),
    "walls": lambda number: WALL,
}


@cache
def read_page(kind: str, number: int) -> Article | Rejected:
    url = f"https://paper.example/{number}"
    entry = Entry(url=url, source="paper", channel=ChannelKind.FEED)
    fetched = Page(entry=entry, url=url, body=BODIES[kind](number), fetched_at=BEGIN)
    return read(fetched, source=Source(name="paper"), watches=())


@dataclass(frozen=True, kw_only=True)
class Month:
    """What was said of every paper, each day at the same hour."""

    papers: Sequence[Paper]
    said: dict[tuple[str, int], tuple[Health, str]]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    url = f"sqlite:///{tmp_path_factory.mktemp('month')}/tearsheet.db"
    with Corpus.open(url, write=True) as corpus:
        return lived(corpus, papers(Random(20)))  # noqa: S311


def lived(corpus: Corpus, everyone: Sequence[Paper]) -> Month:
    said: dict[tuple[str, int], tuple[Health, str]] = {}
    clock = Clock(BEGIN)
    for day in range(DAYS):
        for _ in range(DAY // TICK):
            clock.at += TICK
            with corpus.write():
                asked(corpus, everyone, clock)
        states = Sources(corpus).states()
        for each in everyone:
            state = states[each.name]
            said[each.name, day] = health(state.channels, now=clock.at, days=state.days)
    return Month(papers=everyone, said=said)


def asked(corpus: Corpus, everyone: Sequence[Paper], clock: Clock) -> None:
    """One run: ask every channel, and read the pages that are new."""
    run = frontier(corpus, clock)
    pages: list[PageFigures] = []
    for each in everyone:
        (channel,) = each.source.channels
        asking = run.asking(channel)
        if asking is None:
            continue
        new = run.record(poll(each, clock(), asking.validators))
        kind = each.fault.pages if each.fault is not None and each.is_broken(clock()) else "articles"
        pages += [figures(kind, each.name, entry) for entry in new]
    Readings(corpus, now=clock).note(pages)


def figures(kind: str, source: str, entry: Entry) -> PageFigures:
    number = int(entry.url.split("/")[-2]) % 10
    return figures_of(read_page(kind, number), source=source)


def test_every_fault_is_named_within_a_day(month: Month) -> None:
    said = {name: month.said[name, FAULT_DAY] for name in FAULTS}

    assert {name: word for name, (word, _) in said.items()} == {n: f.word for n, f in FAULTS.items()}
    assert [name for name, (_, finding) in said.items() if FAULTS[name].says not in finding] == []


def test_a_healthy_source_is_called_ok_all_the_month(month: Month) -> None:
    false = {
        (name, day): finding
        for (name, day), (word, finding) in month.said.items()
        if word is not Health.OK and (name not in FAULTS or day < FAULT_DAY)
    }

    assert len({name for name, _ in false}) <= 1, false


def test_an_outage_is_over_when_the_source_answers_again(month: Month) -> None:
    assert month.said["outage", FAULT_DAY + 1] == (Health.OK, "")
