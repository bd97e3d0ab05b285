"""Which lines of a page are nothing but links: teasers of other articles, not text of this one."""

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from pipeline.words import words

__all__ = ["Words", "link_lines"]

Words = tuple[str, ...]
"""Folded words of a line: how lines are compared."""

_BLOCKS = frozenset(
    {"p", "li", "div", "td", "blockquote", "figcaption", "section", "h2", "h3", "h4", "h5", "h6"}
)
_ANCHORS = etree.XPath(
    "//a[string-length(.) > 11][not(ancestor::nav or ancestor::header or ancestor::footer)]"
)
_LINK_SHARE = 0.85
# No article links to more; a page made of links must not cost minutes.
_MOST_ANCHORS = 3_000
_SHORTEST_TITLE = 12


def link_lines(tree: HtmlElement, *, text: str) -> frozenset[Words]:
    """Return the words of every line whose text lies in links, but for a lead-in of a word or two.

    ``text`` is the text found in the page: links that are not in it are passed over, which is most of them.
    """
    blocks = {_block_around(anchor) for anchor in _ANCHORS(tree)[:_MOST_ANCHORS] if _is_in(text, anchor)}
    return frozenset(
        tuple(words(text))
        for block in blocks
        if block is not None
        for text, linked in _lines(block)
        if linked and linked >= _LINK_SHARE * len(text.strip())
    )


def _is_in(text: str, anchor: HtmlElement) -> bool:
    title = " ".join(anchor.xpath("string()").split())
    return len(title) >= _SHORTEST_TITLE and title in text


def _block_around(anchor: HtmlElement) -> HtmlElement | None:
    return next((parent for parent in anchor.iterancestors() if parent.tag in _BLOCKS), None)


def _lines(block: HtmlElement) -> Iterator[tuple[str, int]]:
    """Yield each line of a block (up to a break or a block inside it) and how much of it is linked."""
    text, linked = "", 0
    for piece, is_linked in _pieces(block, is_linked=False):
        if piece is None:
            yield text, linked
            text, linked = "", 0
            continue
        text += piece
        linked += len(piece) if is_linked else 0
    yield text, linked


def _pieces(element: HtmlElement, *, is_linked: bool) -> Iterator[tuple[str | None, bool]]:
    """Yield the texts of an element in order, None where a line ends."""
    yield element.text or "", is_linked
    for child in element:
        is_break = child.tag == "br" or child.tag in _BLOCKS
        if is_break:
            yield None, False
        if not is_break and isinstance(child.tag, str):
            yield from _pieces(child, is_linked=is_linked or child.tag == "a")
        yield child.tail or "", is_linked
