"""Which blocks of a page are nothing but links: teasers of other articles, not text of this one."""

from lxml.html import HtmlElement

from pipeline.words import words

__all__ = ["Words", "link_blocks"]

Words = tuple[str, ...]
"""Folded words of a line: how lines are compared."""

_BLOCKS = frozenset(
    {"p", "li", "div", "td", "blockquote", "figcaption", "section", "h2", "h3", "h4", "h5", "h6"}
)
_LINK_SHARE = 0.85


def link_blocks(tree: HtmlElement) -> frozenset[Words]:
    """Return the words of every block whose text lies in links, but for a lead-in of a word or two."""
    linked: dict[HtmlElement, int] = {}
    for anchor in tree.iter("a"):
        block = next((parent for parent in anchor.iterancestors() if parent.tag in _BLOCKS), None)
        if block is not None:
            linked[block] = linked.get(block, 0) + len(_text(anchor))
    blocks = ((_text(block), length) for block, length in linked.items())
    return frozenset(
        tuple(words(text)) for text, length in blocks if length and length >= _LINK_SHARE * len(text)
    )


def _text(element: HtmlElement) -> str:
    return " ".join(element.xpath("string()").split())
