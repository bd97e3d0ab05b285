"""Text -> element tree, without what no reader sees. Parsed once, shared by extraction and metadata."""

import re

from lxml import etree
from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.utils import repair_faulty_html

__all__ = ["parse", "without_ends", "without_unseen"]

# What a browser does not show, and ad slots that only scripts fill. Elements hidden by class are left: that
# is decided in style sheets we do not read.
_UNSEEN = etree.XPath(
    "//*[@hidden and not(self::html or self::body)]"
    " | //*[@style][contains(translate(@style, ' ', ''), 'display:none')"
    " or contains(translate(@style, ' ', ''), 'visibility:hidden')]"
    " | //ins[contains(@class, 'ads')]",
)
_BODY_SHARE = 0.25
# What libxml2 stumbles over stands in the doctype or in the html element.
_REPAIRED_CHARACTERS = 4096
_END = re.compile(r"</(?:body|html)\s{0,40}>", re.IGNORECASE)
_NO_TEXT = ("style", "svg", "template", "link", etree.Comment)
# Data in scripts is read for dates as a last resort.
_CODE = etree.XPath("//script[not(contains(@type, 'json'))]")


def parse(html: str) -> HtmlElement | None:
    """Return the tree, or None when the text holds no markup.

    The steps of trafilatura's ``load_html``, from bytes whose encoding is known: that takes half as long.
    """
    if "<" not in html:
        return None
    html = without_ends(html)
    head, rest = html[:_REPAIRED_CHARACTERS], html[_REPAIRED_CHARACTERS:]
    try:
        repaired = repair_faulty_html(head, head[:50].lower()) + rest
        return document_fromstring(repaired.encode(), parser=_parser())
    except ParserError:
        return None


def without_ends(html: str) -> str:
    """Return a page without the tags that end its body and itself.

    One that is put together from parts may end early. A browser reads on, in the same body; libxml2 leaves
    what comes behind.
    """
    return _END.sub("", html)


def _parser() -> HTMLParser:
    return HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )


def without_unseen(tree: HtmlElement) -> HtmlElement:
    """Remove hidden elements and empty ad slots from the tree, in place, and return it.

    A hidden element that holds a good part of the page's paragraphs is a body that a script shows: it stays.
    """
    # Extraction copies the tree several times: what is no text makes up most of a page, and goes first.
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    for script in _CODE(tree):
        script.drop_tree()
    unseen = _UNSEEN(tree)
    prose = _prose_length(tree) if unseen else 0
    for element in unseen:
        if element.getparent() is not None and _prose_length(element) <= prose * _BODY_SHARE:
            element.drop_tree()
    return tree


def _prose_length(element: HtmlElement) -> int:
    return sum(len(paragraph.xpath("string()")) for paragraph in element.iter("p"))
