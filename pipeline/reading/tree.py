"""Text -> element tree, without what no reader sees. Parsed once, shared by extraction and metadata."""

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.utils import load_html

__all__ = ["parse", "without_unseen"]

# What a browser does not show, and ad slots that only scripts fill. Elements hidden by class are left: that
# is decided in style sheets we do not read.
_UNSEEN = etree.XPath(
    "//*[@hidden and not(self::html or self::body)]"
    " | //*[contains(translate(@style, ' ', ''), 'display:none')]"
    " | //*[contains(translate(@style, ' ', ''), 'visibility:hidden')]"
    " | //ins[contains(@class, 'ads')]",
)
_BODY_SHARE = 0.25


def parse(html: str) -> HtmlElement | None:
    """Return the tree, or None when the text holds no markup."""
    return load_html(html)


def without_unseen(tree: HtmlElement) -> HtmlElement:
    """Remove hidden elements and empty ad slots from the tree, in place, and return it.

    A hidden element that holds a good part of the page's paragraphs is a body that a script shows: it stays.
    """
    prose = _prose_length(tree)
    for element in _UNSEEN(tree):
        if element.getparent() is not None and _prose_length(element) <= prose * _BODY_SHARE:
            element.drop_tree()
    return tree


def _prose_length(element: HtmlElement) -> int:
    return sum(len(paragraph.xpath("string()")) for paragraph in element.iter("p"))
