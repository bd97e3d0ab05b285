"""CSS selectors of a source's table -> the links they select."""

from functools import lru_cache

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from lxml.html import HtmlElement, fromstring

__all__ = ["checked_selector", "links_selected"]

_LONGEST = 1000


def checked_selector(selector: str) -> str:
    """Return the selector; raises ValueError that says what is wrong with it."""
    if len(selector) > _LONGEST:
        raise ValueError(f"a CSS selector has at most {_LONGEST:,} characters, found {len(selector):,}")
    try:
        # Some mistakes show only when the selector is used.
        _compiled(selector)(fromstring("<a></a>"))
    except (SelectorError, XPathError) as error:
        raise ValueError(f"{selector!r} is not a CSS selector ({str(error).rstrip('.')})") from error
    return selector


def links_selected(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Return the links selected, in page order: of an element that is none, the first link inside it."""
    links: dict[HtmlElement, None] = {}
    for element in _compiled(selector)(tree):
        inside = [element] if element.tag in {"a", "link"} else element.iter("a")
        link = next((link for link in inside if link.get("href")), None)
        if link is not None:
            links.setdefault(link)
    return list(links)


@lru_cache(maxsize=256)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
