"""Puts a publisher's edition on its site: pages, front page, channels, robots.txt."""

from collections.abc import Sequence
from datetime import datetime

from tearsheet.demo.articles import DemoArticle
from tearsheet.demo.channels import atom, news_sitemap, robots, rss
from tearsheet.demo.pages import article_page, index_page
from tearsheet.demo.publishers import FeedFormat, Publisher
from tearsheet.demo.site import Site

__all__ = ["print_edition"]

_RELATED = 4


def print_edition(publisher: Publisher, articles: Sequence[DemoArticle], *, on: Site, now: datetime) -> None:
    """Serve the articles (newest first) on this site, and announce them; what stood there is replaced."""
    present = [article for article in articles if not article.is_gone]
    for article in present:
        related = [other for other in present if other is not article][:_RELATED]
        on.page(article.path, article_page(article, publisher, related))
    on.page("/", index_page("front", publisher, present, now=now))
    on.page("/robots.txt", robots(publisher, home=on.url("/")), content_type="text/plain; charset=utf-8")
    _serve_feed(publisher, articles, on=on, now=now)
    if publisher.sitemap_path:
        on.page(publisher.sitemap_path, news_sitemap(publisher, articles), content_type="application/xml")
    if publisher.section_path:
        listed = [article for article in present if publisher.lists(article.section)]
        on.page(publisher.section_path, index_page(f"{publisher.name}-section", publisher, listed, now=now))


def _serve_feed(publisher: Publisher, articles: Sequence[DemoArticle], *, on: Site, now: datetime) -> None:
    match publisher.feed:
        case FeedFormat.RSS:
            feed = rss(publisher, articles, home=on.url("/"), now=now)
            on.page(publisher.feed_path, feed, content_type="application/rss+xml")
        case FeedFormat.ATOM:
            feed = atom(publisher, articles, home=on.url("/"), now=now)
            on.page(publisher.feed_path, feed, content_type="application/atom+xml; charset=utf-8")
        case FeedFormat.BROKEN:
            on.page(publisher.feed_path, "<h1>503 Service Unavailable</h1>", status=503)
