"""Address -> the site it belongs to: what is asked one request at a time, and left alone as a whole."""

import ipaddress
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from tldextract import TLDExtract

__all__ = ["site_of", "site_of_url"]


def site_of(request: Request) -> str:
    """Return the registrable domain of what is asked (``news.example.co.uk`` -> ``example.co.uk``).

    An address literal or a bare name such as ``localhost`` is a site for itself, and so is each of its ports.
    """
    return _site(urlparse_cached(request).netloc)


def site_of_url(url: str) -> str:
    """Return the site of an address that will be asked."""
    return _site(urlsplit(url).netloc)


@lru_cache(maxsize=4096)
def _site(netloc: str) -> str:
    parts = SplitResult("", netloc, "", "", "")
    host, port = (parts.hostname or "").rstrip("."), parts.port
    if _is_address(host) or "." not in host:
        return host if port is None else f"{host}:{port}"
    found = _public_suffixes()(host)
    if found.suffix:
        return found.top_domain_under_public_suffix or host
    # The list's own rule for a suffix that it does not have: it is one label.
    return ".".join(host.split(".")[-2:])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


@cache
def _public_suffixes() -> "TLDExtract":
    # It takes a tenth of a second to import, and only a crawl needs it.
    from tldextract import TLDExtract

    # The list that comes with the library: none is fetched, none is kept on disk. Of a host of many
    # publishers (blogs), each is a site.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
