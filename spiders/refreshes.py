"""Pages that lead on by ``<meta http-equiv=refresh>``: followed like redirects."""

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response

__all__ = ["Refreshes"]

# Scrapy looks at the first 4096 characters, of four bytes at most.
_LOOKED_AT = 4 * 4096


class Refreshes(MetaRefreshMiddleware):
    """Scrapy's middleware, which decodes the whole of every page, for those whose start may have one."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the request that a page leads on to at once, else the page."""
        # Without the zeros, UTF-16 spells it like all other encodings.
        start = response.body[:_LOOKED_AT].replace(b"\0", b"").lower()
        return super().process_response(request, response) if b"refresh" in start else response
