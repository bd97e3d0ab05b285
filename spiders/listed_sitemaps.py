"""The news sitemaps that a robots.txt lists, and whose they are: found at no further request."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from scrapy.robotstxt import RobotParser

from pipeline.items import Channel, ChannelKind, Source
from spiders.links import web_address
from spiders.sitemaps import ChildSitemap, children_to_ask, is_news_sitemap

__all__ = ["listed_sitemaps"]


def listed_sitemaps(
    robotparser: RobotParser, *, url: str, sources: Iterable[Source], declared: Collection[str]
) -> tuple[Channel, ...]:
    """Return the channels that a robots.txt at this address gives to one of the sources.

    That is the source with a channel on the host; of several, the one that names the robots.txt itself among
    its sitemaps, else none: they would be given each other's articles.
    """
    source = _owner(sources, urlsplit(url).netloc)
    if source is None:
        return ()
    # Only Scrapy's default parser, Protego, knows them.
    listed = tuple(getattr(getattr(robotparser, "rp", None), "sitemaps", ()))
    found = dict.fromkeys(web_address(link, base=url) for link in listed)
    children = tuple(
        ChildSitemap(url=found_url)
        for found_url in found
        if found_url and is_news_sitemap(found_url) and found_url not in declared
    )
    return tuple(
        Channel(url=child.url, kind=ChannelKind.SITEMAP, source=source.name)
        for child in children_to_ask(children, since=None)
    )


def _owner(sources: Iterable[Source], host: str) -> Source | None:
    at_home = [s for s in sources if any(urlsplit(channel.url).netloc == host for channel in s.channels)]
    naming = [s for s in at_home if any(_is_robots_of(url, host) for url in s.sitemaps)]
    only = naming or at_home
    return only[0] if len(only) == 1 else None


def _is_robots_of(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.netloc == host and parts.path == "/robots.txt"
