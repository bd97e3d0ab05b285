"""Address or title -> the name that a source gets."""

import re

from pipeline.words import fold

__all__ = ["is_source_name", "name_from_address", "name_from_title"]

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 40


def is_source_name(text: str) -> bool:
    """Tell whether a text can be a source's name as it is."""
    return _NAME.fullmatch(text) is not None


def name_from_title(title: str) -> str:
    """Return a name made of the first words of a title; empty where it has no letters or digits.

    >>> name_from_title("El País: el periódico")
    'el-pais-el-periodico'
    """
    name = "-".join(re.findall("[a-z0-9]+", fold(title)))
    return name if len(name) <= _LONGEST else name[:_LONGEST].rpartition("-")[0] or name[:_LONGEST]


def name_from_address(url: str, *, is_whole: bool = False) -> str:
    """Return the name of an address's site: its first word, or ``is_whole``, all of it.

    >>> name_from_address("https://www.lagaceta.com.ar/rss")
    'lagaceta'
    """
    from scrapy import Request  # takes a third of a second to import

    from spiders.sites import site_of

    site = site_of(Request(url))
    has_domain = not is_whole and re.search("[a-z]", site) is not None
    return name_from_title(_readable(site.partition(".")[0] if has_domain else site)) or "source"


def _readable(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
