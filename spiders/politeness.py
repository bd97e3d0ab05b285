"""How we ask: the one module that knows throttling, identification and the time a source may take."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface

from pipeline.items import Validators
from spiders.outcomes import BudgetSpent
from spiders.sites import site_of

__all__ = [
    "HostQueue",
    "RunBudget",
    "answers_unchanged",
    "conditional_headers",
    "crawl_settings",
    "validators_from_headers",
]

RUN_BUDGET_SECONDS = "TEARSHEET_RUN_BUDGET_SECONDS"
"""Scrapy setting: how long a source may take in one run, from its first request."""
SOURCE = "tearsheet_source"
"""Key of a request's meta: the source on whose time it runs."""

_RUN_BUDGET_SECONDS = 300.0
_CLOCK_SKEW = timedelta(minutes=5)
_LONGEST_ETAG = 1024
# Before robots.txt is asked for: a request that is refused must not cause another one.
_BEFORE_ROBOTS = 20
# The places of Scrapy's own.
_ROBOTS = 100
_REFRESHES = 580


def crawl_settings(
    *,
    delay_seconds: float,
    concurrency: int,
    timeout_seconds: float,
    max_page_bytes: int,
    contact: str,
    version: str,
) -> dict[str, Any]:
    """Return the Scrapy settings of a polite and safe crawl."""
    return {
        **_pace(delay_seconds=delay_seconds, concurrency=concurrency),
        **_limits(timeout_seconds=timeout_seconds, max_page_bytes=max_page_bytes),
        **_identification(contact=contact, version=version),
        "DOWNLOADER_MIDDLEWARES": {
            "spiders.safety.AddressGuard": _BEFORE_ROBOTS,
            "spiders.politeness.RunBudget": _BEFORE_ROBOTS + 1,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "spiders.robots.RobotsGate": _ROBOTS,
            "spiders.holds.HoldGate": _ROBOTS + 10,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "spiders.refreshes.Refreshes": _REFRESHES,
        },
        **_left_out(),
        "TWISTED_DNS_RESOLVER": "spiders.safety.GuardedResolver",
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("file", "data", "ftp", "s3")),
            **dict.fromkeys(("http", "https"), "spiders.downloads.BoundedHeads"),
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "URLLENGTH_LIMIT": 0,
    }


def _pace(*, delay_seconds: float, concurrency: int) -> dict[str, Any]:
    return {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # Of one answer: none has two pages, and Scrapy starts so many tasks for every answer.
        "CONCURRENT_ITEMS": 1,
        "DOWNLOAD_DELAY": delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0.25,
        "SCHEDULER_PRIORITY_QUEUE": "spiders.politeness.HostQueue",
        # Channels list the newest first.
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        # What failed in passing stays pending for the next run; asking again at once helps nobody.
        "RETRY_ENABLED": False,
    }


def _limits(*, timeout_seconds: float, max_page_bytes: int) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": timeout_seconds,
        "DOWNLOAD_MAXSIZE": max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": 5,
        # A page that reloads itself every minute is a page; only one that leads on at once is a redirect.
        "METAREFRESH_MAXDELAY": 3,
    }


def _identification(*, contact: str, version: str) -> dict[str, Any]:
    # Firewalls refuse agents with other characters.
    reachable_at = " ".join(contact.encode("ascii", "ignore").decode().split())
    return {
        "USER_AGENT": f"Tearsheet/{version} (+{reachable_at})" if reachable_at else f"Tearsheet/{version}",
        "ROBOTSTXT_USER_AGENT": "Tearsheet",
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        },
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
    }


def _left_out() -> dict[str, Any]:
    """What Scrapy does for every page that is of no use here; together, a tenth of what a page costs."""
    return {
        "SPIDER_MIDDLEWARES": {
            # Every answer has a fate, so every answer must reach the spider.
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
            "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
        },
        # It reads the source of every callback.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }


class HostQueue(DownloaderAwarePriorityQueue):
    """Hands out a request only for a site that has none under way.

    Otherwise the places of the downloader fill with requests that wait for one slow site.
    """

    def __init__(self, crawler: Crawler, *arguments: Any, **options: Any) -> None:
        super().__init__(crawler, *arguments, **options)
        self._downloader_interface = _FreeSites(crawler)


class _FreeSites(DownloaderInterface):
    """The sites that no request is under way to, from its first middleware on."""

    def get_slot_key(self, request: Request) -> str:
        # Not what the request carries: after a redirect that is the site it comes from.
        return site_of(request)

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        busy = {site_of(request) for request in self.downloader.active}
        return [(0, site) for site in possible_slots if site not in busy]


class RunBudget:
    """Downloader middleware: ends a source's run when its time is over."""

    def __init__(self, *, budget_seconds: float) -> None:
        self._budget_seconds = budget_seconds
        self._started_at: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the setting TEARSHEET_RUN_BUDGET_SECONDS (300 when it is not set)."""
        return cls(budget_seconds=crawler.settings.getfloat(RUN_BUDGET_SECONDS, _RUN_BUDGET_SECONDS))

    def process_request(self, request: Request) -> None:
        """Raise BudgetSpent for a request after the end of its source's time."""
        source = request.meta.get(SOURCE)
        if source is None:
            return
        now = monotonic()
        if now - self._started_at.setdefault(source, now) > self._budget_seconds:
            raise BudgetSpent(f"the source's {self._budget_seconds:g} seconds in this run are spent")


def conditional_headers(validators: Validators) -> dict[str, str]:
    """Return the headers that ask for an answer only if it changed."""
    sound = _sound(validators, now=datetime.now(UTC))
    headers = {"If-None-Match": sound.etag, "If-Modified-Since": sound.last_modified}
    return {name: value for name, value in headers.items() if value}


def validators_from_headers(headers: Headers, *, now: datetime | None = None) -> Validators:
    """Return what the server gave to ask with next time, without what no server should give.

    Dropped are a Last-Modified that is no HTTP date or lies ahead of ``now``, and an ETag with control
    characters, over 1 KB, or that is a bare date: a server that sends these answers 304 for ever.
    """
    etag, last_modified = (
        (headers.get(name) or b"").decode("latin-1").strip() for name in ("ETag", "Last-Modified")
    )
    given = Validators(etag=etag, last_modified=last_modified)
    return _sound(given, now=now or datetime.now(UTC))


def answers_unchanged(response: Response) -> bool:
    """Tell whether this is a 304 that was asked for; one to a request without conditions is an error."""
    asked = response.request.headers if response.request else Headers()
    return response.status == 304 and ("If-None-Match" in asked or "If-Modified-Since" in asked)


def _sound(validators: Validators, *, now: datetime) -> Validators:
    modified_at = _http_date(validators.last_modified)
    is_past = modified_at is not None and modified_at <= now + _CLOCK_SKEW
    etag = validators.etag
    is_short = len(etag) <= _LONGEST_ETAG
    is_tag = is_short and etag.isprintable() and (etag.endswith('"') or _http_date(etag) is None)
    return Validators(etag=etag if is_tag else "", last_modified=validators.last_modified if is_past else "")


def _http_date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except (TypeError, ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
