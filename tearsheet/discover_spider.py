"""The crawl that finds the channels of a site: round after round, each asks what the one before led to."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from pipeline.items import ChannelKind, Fate
from pipeline.urls import url_key
from spiders.choice import is_good, whole_sitemaps
from spiders.discovery import (
    Candidate,
    Finding,
    finding_from_answer,
    sitemap_candidates,
    usual_feeds,
    usual_sitemaps,
)
from spiders.links import is_same_site
from spiders.outcomes import trouble_of_failure, trouble_of_status
from spiders.politeness import SOURCE

__all__ = ["MOST_REQUESTS", "DiscoverySpider"]

MOST_REQUESTS = 30
"""A site is asked no more often, robots.txt left out."""

_DEEPEST = 3
_NO_ANSWER = frozenset({Fate.UNREACHABLE, Fate.TIMEOUT})
# The page that was given may be kept from us where the feed is not.
_FRONT_DOOR_SHUT = frozenset({Fate.BLOCKED, Fate.ROBOTS})
_TOO_MANY_REQUESTS = 429


class DiscoverySpider(Spider):
    """Asks for an address, for what it leads to, and where that gives no feed, for the usual places."""

    name = "discovery"

    def __init__(
        self, *, url: str, may_be_http: bool, answered: Callable[[], None], **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self._answered = answered
        self._may_be_http = may_be_http
        self._asked: set[str] = set()
        self._robots_sitemaps: dict[str, tuple[Candidate, ...]] = {}
        self._rounds = self._all_rounds(Candidate(url=url, found="the address given"))
        self.findings: list[Finding] = []
        """What was found, in the order in which it was asked for; first the address that was given."""
        self.tried: list[tuple[str, str]] = []
        """The addresses that gave no answer to go by, each with the reason."""
        self.fate: Fate | None = None
        """What became of the address that was given, where it did not answer."""
        self.failure: BaseException | None = None
        """What one of our own callbacks raised."""
        self.is_stopped = False
        """A signal ended the crawl before its time."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Listen for robots.txt files, and for the end of each round."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._read_robots, signal=signals.robots_parsed)
        crawler.signals.connect(spider._go_on, signal=signals.spider_idle)
        crawler.signals.connect(spider._fail, signal=signals.spider_error)
        crawler.signals.connect(spider._close, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first round."""
        for request in self._requests(next(self._rounds)):
            yield request

    def _go_on(self) -> None:
        for candidates in self._rounds:
            requests = self._requests(candidates)
            for request in requests:
                self.crawler.engine.crawl(request)
            if requests:  # else the crawl would look again only seconds later whether it is over
                raise DontCloseSpider

    def _all_rounds(self, given: Candidate) -> Iterator[Iterable[Candidate]]:
        yield (given,)
        if self.fate in _NO_ANSWER and self._may_be_http:
            given = replace(given, url=f"http:{given.url.partition(':')[2]}")
            self.fate = None
            self._asked.clear()
            self.findings.clear()
            yield (given,)
        if self.fate is not None and self.fate not in _FRONT_DOOR_SHUT:
            return
        first = self.findings[0]
        if first.kind in {ChannelKind.FEED, ChannelKind.SITEMAP}:
            yield from self._followed(first.leads)
            return
        yield from self._followed((*first.leads, *self._listed_for(first.url)))
        for place in (*usual_feeds(first.url), *usual_sitemaps(first.url)):
            if self._has_enough():
                return
            yield from self._followed((place,))

    def _followed(self, candidates: Iterable[Candidate]) -> Iterator[Iterable[Candidate]]:
        """Ask for the candidates, then for what their answers lead to."""
        for _ in range(_DEEPEST):
            before = len(self.findings)
            yield candidates
            candidates = [lead for finding in self.findings[before:] for lead in finding.leads]

    def _has_enough(self) -> bool:
        now, language = datetime.now(UTC), self.findings[0].language
        return any(
            (finding.kind is ChannelKind.FEED or finding.is_news_sitemap)
            and is_good(finding, language=language, at=now)
            for finding in whole_sitemaps(self.findings)
        )

    def _requests(self, candidates: Iterable[Candidate]) -> list[Request]:
        requests = []
        for candidate in candidates:
            key = url_key(candidate.url)
            if key in self._asked or len(self._asked) >= MOST_REQUESTS:
                continue
            self._asked.add(key)
            requests.append(
                Request(
                    candidate.url,
                    callback=self.answered,
                    errback=self.failed,
                    cb_kwargs={"candidate": candidate},
                    # On the time of one source, so that no slow site holds us up for long.
                    meta={SOURCE: self.name},
                    dont_filter=True,
                )
            )
        return requests

    def answered(self, response: Response, candidate: Candidate) -> None:
        """Note what answered, and what it is."""
        self._answered()
        trouble = trouble_of_status(response)
        if trouble is not None:
            # Who asks us to slow down is not asked for more.
            fate = Fate.PENDING if response.status == _TOO_MANY_REQUESTS else trouble[0]
            self._note_trouble(candidate, fate, trouble[1])
            return
        is_moved = is_same_site(response.url, candidate.url) or not self.findings
        finding = finding_from_answer(
            candidate,
            response.body,
            url=response.url,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            fetched_at=datetime.now(UTC),
        )
        if not is_moved:
            finding = replace(finding, url=candidate.url)
        if finding.kind is ChannelKind.SECTION and self.findings:
            finding = replace(finding, kind=None, entries=(), trouble="a page, not a channel")
        self._asked.add(url_key(response.url))
        self.findings.append(finding)

    def failed(self, failure: Failure) -> None:
        """Note why there was no answer."""
        self._answered()
        candidate: Candidate = failure.request.cb_kwargs["candidate"]  # type: ignore[attr-defined]  # Scrapy sets it
        fate, reason = trouble_of_failure(failure.value or Exception("unknown failure"))
        self._note_trouble(candidate, fate, reason)

    def _note_trouble(self, candidate: Candidate, fate: Fate, reason: str) -> None:
        self.tried.append((candidate.url, reason))
        if not self.findings:
            self.fate = fate
            self.findings.append(Finding(candidate=candidate, url=candidate.url, trouble=reason))

    def _read_robots(self, robotparser: RobotParser, request: Request) -> None:
        # Only Scrapy's default parser, Protego, knows them.
        links = getattr(getattr(robotparser, "rp", None), "sitemaps", ())
        self._robots_sitemaps[urlsplit(request.url).netloc] = sitemap_candidates(
            links, robots_url=request.url
        )

    def _listed_for(self, url: str) -> tuple[Candidate, ...]:
        return self._robots_sitemaps.get(urlsplit(url).netloc, ())

    def _fail(self, failure: Failure) -> None:
        self.failure = failure.value

    def _close(self, reason: str) -> None:
        self.is_stopped = reason == "shutdown"
