"""Structure that extraction misreads, set right in the tree before it looks: each function names one case."""

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

__all__ = ["EMBED_MARK", "mend"]

EMBED_MARK = "> "
"""Opens each paragraph of an embedded post in the text: it is quoted, and no prose of the article."""

_LONG_PARAGRAPH = 80
_LINK_SHARE = 0.3
_SHORTEST_WORD = 3

_ARTICLES = etree.XPath("//article[not(ancestor::article)]")
_HEADED = etree.XPath("boolean(.//h1 | .//h2 | .//h3)")
_LAYOUT_TABLES = etree.XPath("//table[.//td//h1 or count(.//td/p) > 1 or .//td[count(.//p) > 1]]")
_EMBEDS = etree.XPath(
    "//blockquote[contains(@class, 'twitter-tweet') or contains(@class, 'instagram-media')"
    " or contains(@class, 'tiktok-embed') or contains(@class, 'bluesky-embed')"
    " or contains(@class, 'mastodon-embed') or contains(@class, 'text-post-media')]"
)
# From the inline element upwards: the other way round, the time grows with the square of the paragraphs.
_INLINE = etree.XPath(
    "//*[self::span or self::b or self::strong or self::i or self::em or self::small or self::time]"
    "[ancestor::p or ancestor::td or ancestor::h1 or ancestor::blockquote]"
)


def mend(tree: HtmlElement) -> None:
    """Set right, in place, what extraction would lose or glue together."""
    _open_layout_tables(tree)
    _join_split_articles(tree)
    _open_asides(tree)
    _mark_embedded_posts(tree)
    _part_glued_words(tree)


def _open_layout_tables(tree: HtmlElement) -> None:
    """Tables that lay out a page are no data: their cells become blocks."""
    for table in _LAYOUT_TABLES(tree):
        for element in (table, *table.iter("tbody", "tr", "td", "th")):
            element.tag = "div"


def _join_split_articles(tree: HtmlElement) -> None:
    """An article cut in two elements by a slot is one: prose without a headline goes on from before."""
    for article in _ARTICLES(tree):
        before = next(article.itersiblings("article", preceding=True), None)
        if before is None or _HEADED(article) or not _is_prose(article):
            continue
        before.extend(list(article))
        article.drop_tree()


def _open_asides(tree: HtmlElement) -> None:
    """An aside that holds more prose than all the rest of the page is the article's body."""
    asides = [aside for aside in tree.iter("aside") if _is_prose(aside)]
    total = _prose_length(tree) if asides else 0
    for aside in asides:
        if _prose_length(aside) * 2 > total:
            aside.tag = "div"


def _mark_embedded_posts(tree: HtmlElement) -> None:
    """Extraction drops posts by the class of their widget; as marked quotes they stay."""
    for quote in _EMBEDS(tree):
        text = " ".join(" ".join(quote.itertext()).split())
        tail = quote.tail
        quote.clear()
        quote.tail = tail
        if text:
            etree.SubElement(quote, "p").text = EMBED_MARK + text


def _part_glued_words(tree: HtmlElement) -> None:
    """Inline elements may be styled as blocks, without a space: ``WASHINGTON<span>12 de agosto</span>``."""
    for element in _INLINE(tree):
        left, right = _text_before(element), element.text or ""
        if _is_glued(left, right):
            element.text = " " + right
        inner, after = element.xpath("string()"), element.tail or ""
        if _is_glued(inner, after):
            element.tail = " " + after


def _is_glued(left: str, right: str) -> bool:
    """A word ends in a letter where a number or a capital begins."""
    if not left or not right or not left[-1].isalpha():
        return False
    if not (right[0].isdigit() or (right[0].isupper() and left[-1].islower())):
        return False
    return left[-_SHORTEST_WORD:].isalpha() and len(left) >= _SHORTEST_WORD


def _text_before(element: HtmlElement) -> str:
    previous = element.getprevious()
    if previous is not None:
        return previous.tail or (previous.xpath("string()") if isinstance(previous.tag, str) else "")
    parent = element.getparent()
    return "" if parent is None else parent.text or ""


def _is_prose(element: HtmlElement) -> bool:
    """It has a long paragraph, and its text does not lie in links."""
    if not any(True for _ in _long_paragraphs(element)):
        return False
    linked = sum(len(anchor.xpath("string()")) for anchor in element.iter("a"))
    return linked <= _LINK_SHARE * len(element.xpath("string()"))


def _prose_length(element: HtmlElement) -> int:
    return sum(map(len, _long_paragraphs(element)))


def _long_paragraphs(element: HtmlElement) -> Iterator[str]:
    texts = (" ".join(paragraph.xpath("string()").split()) for paragraph in element.iter("p"))
    return (text for text in texts if len(text) >= _LONG_PARAGRAPH)
