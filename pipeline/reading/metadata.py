"""Title, authors and canonical URL of a page: where its own statements agree."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.metadata import extract_title

from pipeline.reading.authors import authors_of
from pipeline.reading.structured import Structured
from pipeline.urls import trusted_canonical
from pipeline.words import words

__all__ = ["Metadata", "metadata_from_tree"]

_HEADINGS = etree.XPath("//h1")
_CANONICAL = etree.XPath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
_META = etree.XPath("//meta[@content]")
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·•»«:/-]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its article."""

    title: str
    titles: tuple[str, ...]
    """Every form of the headline on the page: the text may repeat any of them."""
    summaries: tuple[str, ...]
    """How the page describes itself."""
    authors: tuple[str, ...]
    canonical_url: str
    site_name: str
    kind: str
    """``article`` where the page declares to be one, else its og:type in lower case, if it has one."""


def metadata_from_tree(tree: HtmlElement, *, url: str, said: Structured) -> Metadata:
    """Resolve the metadata of a page."""
    meta = _meta(tree)
    site_name = meta.get("og:site_name", "")
    headings = [_text(h1) for h1 in _HEADINGS(tree) if _text(h1)]
    social = meta.get("og:title", "") or meta.get("twitter:title", "")
    title = _title(tree, headings=headings, headline=said.headline, social=social, site_name=site_name)
    summaries = (meta.get("description", ""), meta.get("og:description", ""), said.description)
    return Metadata(
        title=title,
        titles=(title, *headings, said.headline, social),
        summaries=tuple(filter(None, summaries)),
        authors=authors_of(tree, said=said, meta=meta, url=url),
        canonical_url=trusted_canonical(tuple(_CANONICAL(tree)), page_url=url),
        site_name=site_name,
        kind="article" if said.is_article else meta.get("og:type", "").lower(),
    )


def _meta(tree: HtmlElement) -> dict[str, str]:
    contents: dict[str, str] = {}
    for meta in _META(tree):
        name = (meta.get("property") or meta.get("name") or "").lower()
        contents.setdefault(name, " ".join(meta.get("content").split()))
    return contents


def _title(tree: HtmlElement, *, headings: list[str], headline: str, social: str, site_name: str) -> str:
    """The h1 that agrees with what the page says elsewhere; else what it says elsewhere."""
    told = [_without_site(text, site_name) for text in (headline, social) if text]
    for heading in headings:
        # A kicker ("Kenya: ...") is part of a headline where the page itself says so.
        whole = next((text for text in told if text.endswith(f": {heading}")), "")
        if whole or any(_agree(heading, text) for text in told):
            return whole or heading
    if told:
        return told[0]
    if len(headings) == 1:
        return headings[0]
    return _without_site(extract_title(tree) or "", site_name)


def _agree(heading: str, text: str) -> bool:
    """Two headlines share most of the words of the shorter one."""
    one, other = set(words(heading)), set(words(text))
    return bool(one) and len(one & other) >= 0.6 * min(len(one), len(other)) and len(one) > 1


def _without_site(title: str, site_name: str) -> str:
    """Return the headline without the site's name behind (or before) a separator."""
    parts = _TITLE_SEPARATOR.split(title)
    if len(parts) > 1 and site_name and words(parts[-1]) == words(site_name):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·•»«:/-")
    return title.strip()


def _text(element: HtmlElement) -> str:
    return " ".join(element.xpath("string()").split())
