"""A site that asked for a pause is left alone until then: Retry-After, 429 and 503."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from spiders.hosts import hosts_of
from spiders.outcomes import AskedToWait
from spiders.sites import site_of

__all__ = ["HoldGate", "retry_after"]

_HOLDING = frozenset({429, 503})
_UNSAID_WAIT = timedelta(minutes=10)
# Whatever a server says, it is looked at again the next day.
_LONGEST_WAIT = timedelta(hours=24)


def retry_after(headers: Headers, *, now: datetime) -> datetime | None:
    """Return until when an answer asks us to wait, at most 24 hours; None when it does not, or in no form.

    >>> retry_after(Headers({"Retry-After": "90"}), now=datetime(2025, 8, 12, 12, tzinfo=UTC)).isoformat()
    '2025-08-12T12:01:30+00:00'
    """
    written = (headers.get("Retry-After") or b"").decode("latin-1").strip()
    if re.fullmatch(r"[0-9]{1,9}", written):
        until = now + min(timedelta(seconds=int(written)), _LONGEST_WAIT)
    else:
        try:
            until = parsedate_to_datetime(written)
        except (TypeError, ValueError, OverflowError):
            return None
        # "-0000" says UTC without a zone.
        until = until.replace(tzinfo=UTC) if until.tzinfo is None else until.astimezone(UTC)
    return min(until, now + _LONGEST_WAIT) if until > now else None


class HoldGate:
    """Downloader middleware: gives each request its site's slot, and refuses it while the site is held.

    It stands behind robots.txt, so that a site held meanwhile is left alone too. The memory is asked once
    per site and crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._held: dict[str, datetime | None] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the memory of the crawl's spider, when it is needed."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise AskedToWait for a request to a site that is held."""
        # A redirect carries the slot of the site that it comes from.
        site = request.meta["download_slot"] = site_of(request)
        if site not in self._held:
            self._held[site] = hosts_of(self._crawler).held_until(site)
        until = self._held[site]
        if until is not None and until > datetime.now(UTC):
            raise AskedToWait(f"asked to wait until {until:%Y-%m-%d %H:%M:%S} UTC", retry_at=until)

    def process_response(self, request: Request, response: Response) -> Response:
        """Hold the site of an answer 429 or 503: as long as it says, ten minutes when it does not say."""
        if response.status in _HOLDING:
            now = datetime.now(UTC)
            self._hold(site_of(request), retry_after(response.headers, now=now) or now + _UNSAID_WAIT)
        return response

    def _hold(self, site: str, until: datetime) -> None:
        hosts_of(self._crawler).hold(site, until)
        self._held[site] = max(until, self._held.get(site) or until)
