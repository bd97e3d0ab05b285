"""Finds the channels of a site: through the same crawl as a run, with its politeness and its safety."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pipeline.errors import SourceError
from spiders.choice import Choice, choice
from spiders.links import web_address
from tearsheet.config import Config
from tearsheet.discover_spider import DiscoverySpider
from tearsheet.looking import looked

__all__ = ["Discovery", "address_given", "discover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a look around a site showed."""

    url: str
    """The address that was asked for."""
    choice: Choice
    tried: tuple[tuple[str, str], ...]
    """Addresses that gave no answer to go by, each with the reason; first the one given, if it is one."""


# A word without a dot is a slip, not a host.
_HOST = re.compile(r"https://(?:[^/?#@]*[^/?#.]\.[^/?#.]|localhost\b|\[)")


def address_given(text: str) -> tuple[str, bool]:
    """Return the address that a user means, and whether its scheme is a guess; raises SourceError."""
    is_guess = "://" not in text
    url = web_address(f"https://{text.strip().lstrip('/')}" if is_guess else text, base="")
    if url is None or (is_guess and not _HOST.match(url)):
        raise SourceError(f"{text!r} is not an http(s) address; give one such as https://gazette.example")
    # What robots.txt lists is asked for anyway.
    return url.removesuffix("/robots.txt") if urlsplit(url).path == "/robots.txt" else url, is_guess


def discover(config: Config, text: str, *, answered: Callable[[], None]) -> Discovery:
    """Look around an address (the home page, a section, a feed, a sitemap; its scheme may be missing).

    At most 30 requests. ``answered`` is called after each answer. Once per process: a reactor does not start
    twice. Raises SourceError for what is no address, KeyboardInterrupt when a signal ended the crawl.
    """
    url, is_guess = address_given(text)
    at = datetime.now(UTC)
    spider = looked(config, DiscoverySpider, url=url, may_be_http=is_guess, answered=answered)
    return Discovery(url=url, choice=choice(spider.findings, at=at), tried=tuple(spider.tried))
