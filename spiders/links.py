"""What a channel links to -> an address that can be fetched, or none."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from pipeline.urls import site

__all__ = ["is_same_site", "web_address"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def web_address(link: str, *, base: str) -> str | None:
    """Return the absolute http(s) address that the link names, as written; None when there is none.

    >>> web_address("/nota/1", base="https://news.example.org/feed.xml")
    'https://news.example.org/nota/1'
    >>> web_address("javascript:alert(1)", base="https://news.example.org/") is None
    True
    """
    # A link escaped once too often: no site has a parameter whose name begins with "amp;".
    cleaned = _CONTROLS.sub("", link).strip().replace("&amp;", "&")
    if not cleaned:
        return None
    try:
        address = urljoin(base, cleaned)
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or " " in host:
        return None
    return address


def is_same_site(one: str, other: str) -> bool:
    """Tell whether two addresses belong to one site: equal hosts, or one host under the other.

    >>> is_same_site("https://www.example.org/", "https://english.example.org/a")
    True
    """
    try:
        sites = (_site(*urlsplit(one)[:2]), _site(*urlsplit(other)[:2]))
    except ValueError:
        return False
    shorter, longer = sorted(sites, key=len)
    return bool(shorter) and (longer == shorter or longer.endswith("." + shorter))


# A page links to few hosts, and to each of them many times.
@lru_cache(maxsize=256)
def _site(scheme: str, host: str) -> str:
    return site(f"{scheme}://{host}/")
