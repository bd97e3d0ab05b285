"""Title, standfirst, authors and canonical URL of a page: where its own statements agree."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.metadata import extract_author, extract_title

from pipeline.reading.structured import Structured
from pipeline.urls import trusted_canonical
from pipeline.words import words

__all__ = ["Metadata", "metadata_from_tree", "names_from_byline"]

_HEADINGS = etree.XPath("//h1")
_CANONICAL = etree.XPath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
_META = etree.XPath("//meta[@content]")
# Where papers put the standfirst; the words are the trade's, in English and Spanish.
_STANDFIRST_HINT = re.compile(
    r"standfirst|sub-?(?:title|head|line|titulo)|deck|dek\b|summary|sumario|bajada|entradilla|excerpt|intro|lead\b|lede",
    re.IGNORECASE,
)
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·•»«:/-]\s+")
_BYLINE_PREFIX = re.compile(r"^(?:by|written by|por|texto de|de)\s*:?\s+", re.IGNORECASE)
_AUTHOR_SEPARATOR = re.compile(r"\s*(?:;|,|\||\s(?:and|y|e|&)\s)\s*")
_NO_AUTHOR = re.compile(
    r"https?:|www\.|@|^\W*$|^(?:admin|editor|staff|author|null|none|unknown)$", re.IGNORECASE
)
_LONGEST_NAME = 60
_SHORTEST_STANDFIRST = 30
_LONGEST_STANDFIRST = 600
# Blocks between a headline and its standfirst: kicker, byline, date, share bar and their wrappers.
_NEAR_HEADLINE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its article."""

    title: str
    titles: tuple[str, ...]
    """Every form of the headline on the page: the text may repeat any of them."""
    standfirst: str
    authors: tuple[str, ...]
    canonical_url: str
    site_name: str
    is_declared_article: bool


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
        standfirst=_standfirst(tree, summaries),
        authors=_authors(tree, said=said, meta=meta, site_name=site_name),
        canonical_url=trusted_canonical(tuple(_CANONICAL(tree)), page_url=url),
        site_name=site_name,
        is_declared_article=said.is_article or meta.get("og:type", "").lower() == "article",
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
        if any(_agree(heading, text) for text in told):
            return heading
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


def _standfirst(tree: HtmlElement, summaries: Iterable[str]) -> str:
    """The visible line under the headline: marked as one, or a heading that is the page's description."""
    told = {tuple(words(text)) for text in summaries if text}
    met_since_headline: int | None = None
    for element in tree.iter("h1", "h2", "h3", "h4", "p", "div"):
        if element.tag == "h1":
            met_since_headline = 0
            continue
        if met_since_headline is not None:
            met_since_headline += 1
        marked = _is_marked_standfirst(element)
        if not marked and element.tag in {"p", "div"}:
            continue
        is_near = met_since_headline is not None and met_since_headline <= _NEAR_HEADLINE
        text = _text(element)
        if not _SHORTEST_STANDFIRST <= len(text) <= _LONGEST_STANDFIRST:
            continue
        if tuple(words(text)) in told or (marked and is_near and element.tag != "div"):
            return text
    return ""


def _is_marked_standfirst(element: HtmlElement) -> bool:
    marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    return marks != "  " and _STANDFIRST_HINT.search(marks) is not None


def _authors(tree: HtmlElement, *, said: Structured, meta: dict[str, str], site_name: str) -> tuple[str, ...]:
    """JSON-LD's authors, else the meta element's, else the visible byline."""

    def people(told: Iterable[str]) -> tuple[str, ...]:
        names = (name for text in told for name in names_from_byline(text) if words(name) != words(site_name))
        return tuple(dict.fromkeys(names))

    # The visible byline is the dearest to find, so it is looked for last.
    return people(said.authors) or people((meta.get("author", ""),)) or people((extract_author(tree) or "",))


def names_from_byline(text: str) -> list[str]:
    """Return the people a byline names, without its prefix, addresses and roles.

    >>> names_from_byline("Por Ana Ruiz y Luis Cano")
    ['Ana Ruiz', 'Luis Cano']
    """
    text = _BYLINE_PREFIX.sub("", " ".join(text.split()))
    names = (name.strip(" .,-–|") for name in _AUTHOR_SEPARATOR.split(text))
    return [name for name in names if len(name) <= _LONGEST_NAME and not _NO_AUTHOR.search(name)]


def _text(element: HtmlElement) -> str:
    return " ".join(element.xpath("string()").split())
