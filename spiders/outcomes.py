"""What came of a request -> a fate and a reason in a user's words; the one reader of Scrapy's outcomes."""

import re
from datetime import datetime

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from service_identity import CertificateError, VerificationError
from twisted.internet.error import ConnectionClosed

from pipeline.items import Fate

__all__ = [
    "AskedToWait",
    "BudgetSpent",
    "HeadTooLargeError",
    "RobotsUnavailable",
    "Trouble",
    "UnsafeAddress",
    "trouble_of_failure",
    "trouble_of_page",
    "trouble_of_status",
    "wish_of",
]

Trouble = tuple[Fate, str]


class UnsafeAddress(IgnoreRequest):
    """An address that may not be asked at all; ``str()`` is the reason."""


class BudgetSpent(IgnoreRequest):
    """The source's time in this run is over; ``str()`` is the reason."""


class HeadTooLargeError(Exception):
    """The headers of an answer do not end; ``str()`` is the reason."""


class AskedToWait(IgnoreRequest):
    """The site asked to be left alone for now; ``str()`` is the reason."""

    def __init__(self, reason: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.retry_at = retry_at
        """When it may be asked again, where that is known."""


class RobotsUnavailable(AskedToWait):
    """What robots.txt allows cannot be known for now; ``str()`` is the reason."""


_GONE = frozenset({404, 410})
_BLOCKED = frozenset({401, 403, 429, 451})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHALLENGING = frozenset({403, 429, 503})
# What the pages of the common checks load, not what they say: that is translated.
_CHALLENGE = re.compile(
    rb"/cdn-cgi/challenge-platform/|captcha-delivery\.com|_Incapsula_Resource|px-captcha|awsWafCookieDomainList"
    rb"|/_sec/cp_challenge/|g-recaptcha|h-captcha|cf-turnstile"
)
_CHALLENGE_BYTES = 200_000


def trouble_of_status(response: Response) -> Trouble | None:
    """Return what is wrong with the status of an answer; None for 2xx."""
    status = response.status
    if 200 <= status < 300:
        return None
    if status in _CHALLENGING and _is_challenge(response):
        return Fate.BLOCKED, f"the server answered {status} with a check for robots"
    if status in _GONE:
        return Fate.GONE, f"the server answered {status}"
    if status in _BLOCKED:
        return Fate.BLOCKED, f"the server answered {status}"
    location = (response.headers.get("Location") or b"").decode("latin-1")
    # Scrapy follows every other redirect, so this one leads to a scheme that is never fetched.
    if 300 <= status < 400 and re.match(r"[a-z][a-z0-9+.-]*:", location, re.IGNORECASE):
        return Fate.UNSAFE, f"redirected to {location[:200]}, which is not an http(s) address"
    if status in _REDIRECTS and not location:
        return Fate.HTTP_ERROR, f"the server answered {status}, but not where to go"
    return Fate.HTTP_ERROR, f"the server answered {status}"


def _is_challenge(response: Response) -> bool:
    if b"challenge" in (response.headers.get("Cf-Mitigated") or b"").lower():
        return True
    return _CHALLENGE.search(response.body[:_CHALLENGE_BYTES]) is not None


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


_NO_ADDRESS = re.compile(r"Missing scheme in request url: (.*)", re.DOTALL)


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
    # Scrapy cannot even write a request for "javascript:", so the redirect ends before any guard.
    if isinstance(failure, ValueError) and (link := _NO_ADDRESS.match(str(failure))):
        return Fate.UNSAFE, f"redirected to {link[1][:200]}, which is not an http(s) address"
    if isinstance(failure, ResponseDataLossError):
        return Fate.UNREACHABLE, "the connection broke off in the middle of the answer"
    causes = _causes(failure)
    for cause in causes:
        if isinstance(cause, HeadTooLargeError):
            return Fate.TOO_LARGE, str(cause)
    return Fate.UNREACHABLE, _broken_connection(causes)


# The packages whose errors Scrapy lets through; which of them are in use depends on the Python.
_UNPACKING = frozenset({"gzip", "zlib", "brotli", "brotlicffi", "backports", "compression"})


def _broken_connection(causes: list[BaseException]) -> str:
    if any(isinstance(cause, VerificationError | CertificateError) for cause in causes):
        return "its certificate is for another host name"
    ciphered = [cause for cause in causes if isinstance(cause, SSL.Error)]
    if any("certificate verify failed" in str(cause) for cause in ciphered):
        return "its certificate is not valid: expired, or of an unknown issuer"
    if ciphered:
        return f"no secure connection could be agreed on: {_one_line(ciphered[0])}"
    if any(isinstance(cause, ConnectionClosed) for cause in causes):
        return "the connection broke off before an answer that can be read"
    if type(causes[0]).__module__.partition(".")[0] in _UNPACKING:
        return f"the answer cannot be unpacked as its headers say: {_one_line(causes[0])}"
    return f"the connection failed: {_one_line(causes[0])}"


def _causes(failure: BaseException) -> list[BaseException]:
    """Return a failure with all that it was raised from; Twisted keeps several reasons in one."""
    causes = [failure]
    for cause in causes:
        reasons = [reason.value for reason in getattr(cause, "reasons", ())]
        causes += [*reasons, *([cause.__cause__] if cause.__cause__ else [])]
    return causes


def wish_of(failure: BaseException) -> datetime | None:
    """Return when a site that asked to be left alone may be asked again; None where it did not say."""
    return failure.retry_at if isinstance(failure, AskedToWait) else None


def _trouble_of_refusal(refusal: IgnoreRequest) -> Trouble:
    text = str(refusal)
    if isinstance(refusal, UnsafeAddress):
        return Fate.UNSAFE, text
    if isinstance(refusal, RobotsUnavailable):
        return Fate.ROBOTS, text
    if isinstance(refusal, BudgetSpent | AskedToWait):
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
