"""The lists of articles that a page embeds for search engines: JSON-LD's ItemList."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from spiders.article_addresses import AddressShape, address_shape
from spiders.cards import is_headline
from spiders.documents import plain_line
from spiders.links import is_same_site, web_address

__all__ = ["ListedItem", "items_listed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """One article of such a list."""

    address: str
    title: str = ""
    date: str = ""
    """As written."""


def items_listed(tree: HtmlElement, *, url: str, base: str) -> list[ListedItem]:
    """Return the articles of the same site that the lists in a page name, in order.

    Left out are breadcrumbs, and what has a short name and an address that says little; broken JSON is passed
    over.
    """
    found: list[ListedItem] = []
    for script in _SCRIPTS(tree):
        for listed in _lists(_loaded(script.text or "")):
            found.extend(_items(listed[:_MOST_ITEMS], url=url, base=base))
    return found[:_MOST_ITEMS]


_SCRIPTS = etree.XPath("//script[starts-with(normalize-space(@type), 'application/ld+json')]")


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";"), strict=False
        )
    except (ValueError, RecursionError):
        return None


_MAX_DEPTH = 8
_MOST_ITEMS = 1000


def _lists(value: Any, depth: int = 0) -> Iterator[list[Any]]:
    """The elements of every list, wherever it stands in the nodes."""
    if depth > _MAX_DEPTH or not isinstance(value, (list, dict)):
        return
    if isinstance(value, list):
        for part in value:
            yield from _lists(part, depth + 1)
        return
    elements = value.get("itemListElement")
    if isinstance(elements, list) and "BreadcrumbList" not in _kinds(value):
        yield elements
        return
    for part in value.values():
        yield from _lists(part, depth + 1)


def _items(elements: list[Any], *, url: str, base: str) -> Iterator[ListedItem]:
    for element in elements:
        node = element.get("item", element) if isinstance(element, dict) else element
        known: Mapping[str, Any] = node if isinstance(node, dict) else {"url": node}
        link = (
            known.get("url") or known.get("@id") or (element.get("url") if isinstance(element, dict) else "")
        )
        address = web_address(link, base=base) if isinstance(link, str) else None
        if address is None or not is_same_site(address, url):
            continue
        title = _line(known.get("headline") or known.get("name"))
        item = ListedItem(address=address, title=title, date=_line(known.get("datePublished")))
        if _is_article(item, _kinds(known)):
            yield item


def _is_article(item: ListedItem, kinds: tuple[str, ...]) -> bool:
    shape = address_shape(item.address)
    if shape is AddressShape.NEVER or "SiteNavigationElement" in kinds:
        return False
    says_so = bool(item.date) or any(kind.endswith(("Article", "Posting")) for kind in kinds)
    if shape is AddressShape.ARTICLE or says_so:
        return True
    return shape is AddressShape.WORDS and (not item.title or is_headline(item.title))


def _kinds(node: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return tuple(kind.rsplit("/", 1)[-1] for kind in listed if isinstance(kind, str))


def _line(value: Any) -> str:
    return plain_line(value) if isinstance(value, str) else ""
