"""What an address answers -> the channel it is, and where else to look for channels."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.items import ChannelKind, Entry, Source
from pipeline.reading.charset import decode
from pipeline.reading.language import declared_language, language_of
from pipeline.reading.tree import without_ends
from pipeline.urls import url_key
from spiders.documents import DocumentKind, Unreadable, document_kind, plain_line, xml_text
from spiders.feeds import entries_from_feed
from spiders.links import web_address
from spiders.sections import entries_from_section
from spiders.sitemaps import ChildSitemap, children_to_ask, entries_from_sitemap, is_news_sitemap

__all__ = [
    "Candidate",
    "Finding",
    "finding_from_answer",
    "sitemap_candidates",
    "usual_feeds",
    "usual_sitemaps",
]

_ANY_SOURCE = Source(name="discovered")
_START_BYTES = 50_000
_MOST_FEEDS = 8
_MOST_SITEMAPS = 4
# An index names its parts with the day they changed; older ones hold no news.
_FRESH = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a channel."""

    url: str
    found: str
    """Where we have it from, in a user's words."""
    parent: str = ""
    """The sitemap index that lists it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a candidate turned out to be."""

    candidate: Candidate
    url: str
    """The address to ask in future: the one that answered, where it is on the same site."""
    kind: ChannelKind | None = None
    """None where it is no channel; ``trouble`` says why."""
    entries: tuple[Entry, ...] = ()
    language: str = ""
    """ISO 639-1: that of its headlines, else the one that it declares."""
    leads: tuple[Candidate, ...] = ()
    """Where to look next."""
    trouble: str = ""

    @property
    def newest_at(self) -> datetime | None:
        """The newest time that it gives to what it lists."""
        times = (entry.published.at or entry.modified.at for entry in self.entries)
        return max((at for at in times if at), default=None)

    @property
    def is_news_sitemap(self) -> bool:
        """A sitemap that by its name or its headlines lists news alone."""
        if self.kind is not ChannelKind.SITEMAP:
            return False
        return is_news_sitemap(self.url) or any(entry.title for entry in self.entries)


def finding_from_answer(
    candidate: Candidate, body: bytes, *, url: str, content_type: str, fetched_at: datetime
) -> Finding:
    """Tell what channel answered at ``url``, by its content alone."""
    kind = document_kind(xml_text(body[:_START_BYTES], content_type))
    if kind is DocumentKind.HTML:
        return _page(candidate, body, url=url, content_type=content_type)
    if kind is not DocumentKind.SITEMAP:
        entries = entries_from_feed(
            body, url=url, source=_ANY_SOURCE, content_type=content_type, fetched_at=fetched_at
        )
        if not isinstance(entries, Unreadable):
            return Finding(
                candidate=candidate,
                url=url,
                kind=ChannelKind.FEED,
                entries=entries,
                language=_language(entries, declared=_language_written(body, content_type)),
            )
    content = entries_from_sitemap(body, url=url, source=_ANY_SOURCE, fetched_at=fetched_at)
    if not isinstance(content, Unreadable):
        return Finding(
            candidate=candidate,
            url=url,
            kind=ChannelKind.SITEMAP,
            entries=content.entries,
            language=_language(content.entries, declared=_language_written(body, content_type)),
            leads=_parts(content.children, index=url, since=fetched_at - _FRESH),
        )
    if "html" in content_type.lower():
        return _page(candidate, body, url=url, content_type=content_type)
    return Finding(candidate=candidate, url=url, trouble="neither a feed nor a sitemap nor a page")


def sitemap_candidates(links: Iterable[str], *, robots_url: str) -> tuple[Candidate, ...]:
    """Return the sitemaps of a robots.txt that most likely list articles, news sitemaps first."""
    addresses = [web_address(link, base=robots_url) for link in links]
    listed = tuple(ChildSitemap(url=url) for url in dict.fromkeys(addresses) if url)
    chosen = children_to_ask(listed, since=None)[:_MOST_SITEMAPS]
    return tuple(Candidate(url=child.url, found="robots.txt") for child in chosen)


_USUAL_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
_USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")


def usual_feeds(url: str) -> tuple[Candidate, ...]:
    """Return where the feed of a site usually is."""
    return _usual(url, _USUAL_FEEDS)


def usual_sitemaps(url: str) -> tuple[Candidate, ...]:
    """Return where the sitemaps of a site usually are, news sitemaps first."""
    return _usual(url, _USUAL_SITEMAPS)


def _usual(url: str, paths: Iterable[str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(url=urljoin(url, path), found="the usual places") for path in paths)


def _parts(children: tuple[ChildSitemap, ...], *, index: str, since: datetime) -> tuple[Candidate, ...]:
    chosen = children_to_ask(children, since=since)[:_MOST_SITEMAPS]
    return tuple(Candidate(url=child.url, found="a sitemap index", parent=index) for child in chosen)


def _page(candidate: Candidate, body: bytes, *, url: str, content_type: str) -> Finding:
    text = without_ends(decode(body, content_type))
    try:
        tree = document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return Finding(candidate=candidate, url=url, trouble="an empty page")
    listed = entries_from_section(body, url=url, source=_ANY_SOURCE, content_type=content_type)
    entries, trouble = ((), listed.reason) if isinstance(listed, Unreadable) else (listed, "")
    return Finding(
        candidate=candidate,
        url=url,
        kind=ChannelKind.SECTION,
        entries=entries,
        language=_language(entries, declared=declared_language(tree)),
        leads=_feeds_named(tree, url=url),
        trouble=trouble,
    )


_FEED_TYPE = re.compile(r"\s*(?:application/(?:(?:rss|atom|rdf)\+xml|feed\+json)|text/xml)\b", re.IGNORECASE)
# By the words of the publishing systems, in the address or in the title.
_COMMENTS = re.compile(r"comment|comentari|discuss|respuestas|replies", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss2?|feeds?|atom)(?:[/._-]|$)", re.IGNORECASE)


def _feeds_named(tree: HtmlElement, *, url: str) -> tuple[Candidate, ...]:
    """The feeds that a page declares, then those that it links to; those of comments left out."""
    base = web_address(next(iter(tree.xpath("//base/@href")), ""), base=url) or url
    candidates: dict[str, Candidate] = {}
    for link, found in (*_declared(tree), *_linked(tree)):
        address = web_address(link, base=base)
        if address and not _COMMENTS.search(urlsplit(address)._replace(netloc="").geturl()):
            candidates.setdefault(url_key(address), Candidate(url=address, found=found))
    candidates.pop(url_key(url), None)
    return tuple(candidates.values())[:_MOST_FEEDS]


def _declared(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        is_feed = "feed" in relations or _FEED_TYPE.match(link.get("type") or "")
        if is_feed and not {"alternate", "feed"}.isdisjoint(relations):
            title = plain_line(link.get("title") or "")
            if not _COMMENTS.search(title):
                yield link.get("href") or "", f"the page: {title}" if title else "the page"


def _linked(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for anchor in tree.iter("a"):
        link = (anchor.get("href") or "").strip()
        if _FEED_PATH.search(re.sub("^[a-z]+:", "", link).partition("?")[0]):
            yield link, "a link of the page"


_LANGUAGE = re.compile(
    r"""(?:<(?:[\w.-]+:)?language(?:\s[^<>]*)?>|\sxml:lang\s*=\s*["']|"language"\s*:\s*")\s*([a-z]{2})\s*[-_<"']""",
    re.IGNORECASE,
)
# Fewer words can be names in any language.
_TELLING_CHARACTERS = 200


def _language_written(body: bytes, content_type: str) -> str:
    found = _LANGUAGE.search(decode(body[:_START_BYTES], content_type))
    return found[1].lower() if found else ""


def _language(entries: tuple[Entry, ...], *, declared: str) -> str:
    """The language of the headlines; where there are few, the one declared, which often is the program's."""
    headlines = ". ".join(dict.fromkeys(entry.title for entry in entries if entry.title))
    if len(headlines) < _TELLING_CHARACTERS:
        return declared
    return language_of(headlines, hints=(declared,))
