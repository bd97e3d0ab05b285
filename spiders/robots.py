"""robots.txt as RFC 9309 has it: remembered for a day, obeyed in what it forbids and in how fast it allows.

An answer 2xx gives rules; every other below 500 but 429 means that there are none. With 429, 5xx or no answer
the last rules count on, up to 30 days old; where there are none, the site waits, however long that lasts:
a server that cannot say what it allows is in no state to be crawled.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached
from w3lib.encoding import read_bom

from pipeline.items import RobotsFile
from spiders.hosts import hosts_of
from spiders.outcomes import AskedToWait, RobotsUnavailable
from spiders.sites import site_of

__all__ = ["RobotsGate", "rules_text", "seconds_asked"]

_FRESH = timedelta(hours=24)
_FAILURE_FRESH = timedelta(hours=1)
_USABLE = timedelta(days=30)
_PARSED_BYTES = 500 * 1024
# A site that asks for more gets the pages that the run's time leaves room for.
_LONGEST_DELAY_SECONDS = 120.0
_NO_ANSWER = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


class RobotsGate(RobotsTxtMiddleware):
    """Scrapy's middleware with a memory (``spider.hosts``); each file is read once per origin and crawl.

    Sends ``robots_parsed`` for rules from memory too.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._reading: dict[str, asyncio.Task[ProtegoRobotParser | None]] = {}
        self._asked_seconds: dict[str, float] = {}

    async def robot_parser(self, request: Request) -> ProtegoRobotParser | None:
        """Return the rules for what is asked, None where there are none.

        Raises RobotsUnavailable or what the attempt failed with while they cannot be known.
        """
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._reading:
            self._reading[origin] = asyncio.ensure_future(self._read(origin, request))
        return await self._reading[origin]

    def process_response(self, request: Request, response: Response) -> Response:
        """Let the delay that a site asks for count from its answer."""
        site = site_of(request)
        if site in self._asked_seconds:
            self._rest(site)
        return response

    async def _read(self, origin: str, request: Request) -> ProtegoRobotParser | None:
        known = hosts_of(self.crawler).robots(origin)
        if known is None or _is_outdated(known, now=datetime.now(UTC)):
            known = await self._refreshed(origin, known)
        if _is_failure(known):
            raise RobotsUnavailable(
                f"robots.txt answered {known.status}; asked again later",
                retry_at=known.fetched_at + _FAILURE_FRESH,
            )
        if not known.body:
            return None
        parser = ProtegoRobotParser(known.body, self.crawler.spider)
        self._keep_pace(site_of(request), seconds_asked(parser, agent=str(self._robotstxt_useragent)))
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return parser

    async def _refreshed(self, origin: str, known: RobotsFile | None) -> RobotsFile:
        now = datetime.now(UTC)
        usable = known if known and not _is_failure(known) and now - known.fetched_at < _USABLE else None
        try:
            answer = await self._answer(f"{origin}/robots.txt")
        except (AskedToWait, *_NO_ANSWER):
            if usable is None:
                raise
            return usable
        except (IgnoreRequest, ValueError):
            # Redirected too often, or to where we never ask (no request can be written): there is none.
            return RobotsFile(status=404, fetched_at=now)
        if usable is not None and _is_failure(answer):
            return usable
        hosts_of(self.crawler).keep_robots(origin, answer)
        return answer

    async def _answer(self, url: str) -> RobotsFile:
        request = Request(
            url,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True},
            priority=self.DOWNLOAD_PRIORITY,
            dont_filter=True,
        )
        assert self.crawler.engine is not None  # noqa: S101  # it runs us
        try:
            response = await self.crawler.engine.download_async(request)
        except DownloadCancelledError as error:
            raise RobotsUnavailable("robots.txt is larger than collect.max_page_bytes") from error
        body = rules_text(response.body) if 200 <= response.status < 300 else b""
        return RobotsFile(status=response.status, body=body, fetched_at=datetime.now(UTC))

    def _keep_pace(self, site: str, seconds: float) -> None:
        """Let no less than this lie between two requests to the site; our own spread comes on top."""
        if seconds <= self._asked_seconds.get(site, 0.0):
            return
        self._asked_seconds[site] = seconds
        settings = self.crawler.settings
        own, jitter = settings.getfloat("DOWNLOAD_DELAY"), settings.getfloat("DOWNLOAD_DELAY_JITTER")
        delay = max(own, seconds + own * jitter)
        pace = {"delay": delay, "jitter": own * jitter / delay}
        assert self.crawler.engine is not None  # noqa: S101
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[site] = pace
        if site in downloader.slots:
            slot = downloader.slots[site]
            slot.delay, slot.jitter = pace["delay"], pace["jitter"]
            self._rest(site)

    def _rest(self, site: str) -> None:
        assert self.crawler.engine is not None  # noqa: S101
        slot = self.crawler.engine.downloader.slots.get(site)
        if slot is not None:
            slot.lastseen = monotonic()


def rules_text(body: bytes) -> bytes:
    """Return the part of a robots.txt that is read, as UTF-8: its first 500 KiB, nothing of an HTML page."""
    encoding, mark = read_bom(body)
    text = body[len(mark or b"") :][:_PARSED_BYTES]
    if encoding and encoding != "utf-8":
        text = text.decode(encoding, "ignore").encode("utf-8", "ignore")
    if len(body) > _PARSED_BYTES:
        # Half a path forbids more than the whole.
        text = text[: text.rfind(b"\n") + 1]
    return b"" if text.lstrip().startswith(b"<") else text


def seconds_asked(parser: ProtegoRobotParser, *, agent: str) -> float:
    """Return how many seconds a site wants between two requests (Crawl-delay, Request-rate), at most 120."""
    rate = parser.rp.request_rate(agent)
    wishes = (parser.rp.crawl_delay(agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
    return min(max((wish for wish in wishes if wish > 0), default=0.0), _LONGEST_DELAY_SECONDS)


def _is_failure(robots: RobotsFile) -> bool:
    return robots.status == 429 or robots.status >= 500


def _is_outdated(robots: RobotsFile, *, now: datetime) -> bool:
    fresh = _FAILURE_FRESH if _is_failure(robots) else _FRESH
    return not timedelta(0) <= now - robots.fetched_at < fresh
