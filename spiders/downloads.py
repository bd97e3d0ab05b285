"""Scrapy's HTTP client with a bound on what Scrapy leaves unbounded, the head of an answer; and a watch."""

from time import perf_counter

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HTTPClientParser

from spiders.outcomes import HeadTooLargeError

__all__ = ["FETCH_SECONDS", "MAX_HEAD_BYTES", "BoundedHeads"]

FETCH_SECONDS = "tearsheet_fetch_seconds"
"""Key of a request's meta: what it took from going out to the last byte, redirects included; no waiting."""

MAX_HEAD_BYTES = 256 * 1024
"""What browsers take: status line, headers and every interim answer of one request."""


class BoundedHeads(HTTP11DownloadHandler):
    """Download handler: a request fails, for the reason HeadTooLargeError, when the headers do not end."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Send the request, and note how long it took."""
        begun = perf_counter()
        try:
            return await super().download_request(request)
        finally:
            # A redirected request takes its meta along.
            request.meta[FETCH_SECONDS] = request.meta.get(FETCH_SECONDS, 0.0) + perf_counter() - begun


class _Protocol(_LenientHTTP11ClientProtocol):
    _counted: HTTPClientParser | None = None
    _head_bytes = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        if self._parser is not self._counted:
            # A connection that is kept serves one request after the other, each with a parser of its own.
            self._counted, self._head_bytes = self._parser, 0
        if self._parser is not None and self._parser.state != BODY:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                endless = Failure(HeadTooLargeError("the headers of the answer do not end"))  # type: ignore[no-untyped-call]
                self._giveUp(endless)  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802  # Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
