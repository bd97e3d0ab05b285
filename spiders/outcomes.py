"""What came of a request -> a fate and a reason in a user's words; the one reader of Scrapy's outcomes."""

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from pipeline.items import Fate

__all__ = [
    "BudgetSpent",
    "Trouble",
    "UnsafeAddress",
    "trouble_of_failure",
    "trouble_of_page",
    "trouble_of_status",
]

Trouble = tuple[Fate, str]


class UnsafeAddress(IgnoreRequest):
    """An address that may not be asked at all; ``str()`` is the reason."""


class BudgetSpent(IgnoreRequest):
    """The source's time in this run is over; ``str()`` is the reason."""


_GONE = frozenset({404, 410})
_BLOCKED = frozenset({401, 403, 429, 451})


def trouble_of_status(response: Response) -> Trouble | None:
    """Return what is wrong with the status of an answer; None for 2xx."""
    status = response.status
    if 200 <= status < 300:
        return None
    if status in _GONE:
        return Fate.GONE, f"the server answered {status}"
    if status in _BLOCKED:
        return Fate.BLOCKED, f"the server answered {status}"
    location = (response.headers.get("Location") or b"").decode("latin-1")
    # Scrapy follows every other redirect, so this one leads to a scheme that is never fetched.
    if 300 <= status < 400 and re.match(r"[a-z][a-z0-9+.-]*:", location, re.IGNORECASE):
        return Fate.UNSAFE, f"redirected to {location[:200]}, which is not an http(s) address"
    return Fate.HTTP_ERROR, f"the server answered {status}"


_HTML_TYPES = ("text/html", "application/xhtml+xml")
_BINARY_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
)
_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SNIFFED_BYTES = 2048


def trouble_of_page(response: Response) -> Trouble | None:
    """Return why an answer is no HTML page; None when it is one, by its type or by its first bytes."""
    trouble = trouble_of_status(response)
    if trouble is not None:
        return trouble
    start = response.body[:_SNIFFED_BYTES].lstrip()
    if not start:
        return Fate.HTTP_ERROR, "the server answered an empty page"
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
    if start.startswith(_BINARY_MAGIC):
        return Fate.NOT_HTML, f"the answer is a file, not a page ({content_type or 'no content type'})"
    if content_type.startswith(_HTML_TYPES) or _HTML_START.search(start):
        return None
    if not content_type and start.startswith(b"<") and not start.startswith(b"<?xml"):
        return None
    return Fate.NOT_HTML, f"the answer is {content_type or 'of no known type'}, not a page"


def trouble_of_failure(failure: BaseException) -> Trouble:
    """Return why a request got no answer."""
    if isinstance(failure, IgnoreRequest):
        return _trouble_of_refusal(failure)
    if isinstance(failure, DownloadTimeoutError):
        return Fate.TIMEOUT, "no answer in time"
    if isinstance(failure, DownloadCancelledError):
        return Fate.TOO_LARGE, "larger than collect.max_page_bytes"
    if isinstance(failure, CannotResolveHostError):
        return Fate.UNREACHABLE, "the host name cannot be resolved"
    if isinstance(failure, DownloadConnectionRefusedError):
        return Fate.UNREACHABLE, "the connection was refused"
    if isinstance(failure, ResponseDataLossError):
        return Fate.UNREACHABLE, "the connection broke off in the middle of the answer"
    return Fate.UNREACHABLE, f"the connection failed: {_one_line(failure)}"


def _trouble_of_refusal(refusal: IgnoreRequest) -> Trouble:
    text = str(refusal)
    if isinstance(refusal, UnsafeAddress):
        return Fate.UNSAFE, text
    if isinstance(refusal, BudgetSpent):
        return Fate.PENDING, text
    # Scrapy tells its own refusals apart by their text only.
    if "robots.txt" in text:
        return Fate.ROBOTS, "robots.txt forbids it"
    if "max redirections" in text:
        return Fate.REDIRECT_LOOP, "redirected too often"
    if "DOWNLOAD_MAXSIZE" in text:
        return Fate.TOO_LARGE, "larger than collect.max_page_bytes when unpacked"
    return Fate.UNREACHABLE, text


def _one_line(failure: BaseException) -> str:
    return " ".join(str(failure).split())[:200] or type(failure).__name__
