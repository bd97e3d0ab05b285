"""Scrapy's HTTP client with a bound on what Scrapy leaves unbounded: the head of an answer."""

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HTTPClientParser

from spiders.outcomes import HeadTooLargeError

__all__ = ["MAX_HEAD_BYTES", "BoundedHeads"]

MAX_HEAD_BYTES = 256 * 1024
"""What browsers take: status line, headers and every interim answer of one request."""


class BoundedHeads(HTTP11DownloadHandler):
    """Download handler: a request fails, for the reason HeadTooLargeError, when the headers do not end."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory


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
