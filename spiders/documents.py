"""Bytes -> text that a parser can take, whatever the server says of them; and what kind of document it is."""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from w3lib.html import remove_tags

from pipeline.reading.charset import decode

__all__ = [
    "DocumentKind",
    "Unreadable",
    "document_kind",
    "html_reason",
    "is_too_deep",
    "plain_line",
    "without_prologue",
    "xml_text",
]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A channel that answered with something else than its kind."""

    reason: str
    """In a user's words: what was found, and what to do where that is known."""


class DocumentKind(StrEnum):
    """What a text is, by its first element."""

    EMPTY = "empty"
    HTML = "html"
    FEED = "feed"
    SITEMAP = "sitemap"
    OTHER = "other"


_ELEMENT = re.compile(r"<(?:[a-z][\w.-]*:)?([a-z][\w.-]*)", re.IGNORECASE)
_START_CHARACTERS = 20_000
_KINDS = {
    "html": DocumentKind.HTML,
    "head": DocumentKind.HTML,
    "body": DocumentKind.HTML,
    "rss": DocumentKind.FEED,
    "feed": DocumentKind.FEED,
    "rdf": DocumentKind.FEED,
    "urlset": DocumentKind.SITEMAP,
    "sitemapindex": DocumentKind.SITEMAP,
}


def document_kind(text: str) -> DocumentKind:
    """Tell the kind by the first element of the text.

    >>> document_kind('<?xml version="1.0"?><rdf:RDF>')
    <DocumentKind.FEED: 'feed'>
    """
    start = text[:_START_CHARACTERS].strip()
    if not start:
        return DocumentKind.EMPTY
    if re.match(r"<!doctype html", start, re.IGNORECASE):
        return DocumentKind.HTML
    found = _ELEMENT.search(start, _behind_prologue(start))
    return _KINDS.get(found[1].lower(), DocumentKind.OTHER) if found else DocumentKind.OTHER


def _behind_prologue(text: str) -> int:
    """Return where the declaration, instructions, comments and document type end: each is looked at once."""
    place = 0
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if text.startswith("<?", place):
            end, closing = text.find("?>", place), 2
        elif text.startswith("<!--", place):
            end, closing = text.find("-->", place + 4), 3
        elif text[place : place + 9].lower() == "<!doctype":
            subset, end, closing = text.find("[", place), text.find(">", place), 1
            if 0 <= subset < end:
                end = text.find(">", text.find("]", subset))
        else:
            return place
        if end < 0:
            return len(text)
        place = end + closing


_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
_REFERENCE = re.compile(r"&#(?:0*(\d+)|x0*([\da-f]+));|[\ufffe\uffff]", re.IGNORECASE)
# As many digits as the last character there is has.
_MOST_DIGITS = 7
# An ampersand that begins no reference of XML, or a named one that only HTML knows. CDATA is taken as it is.
_AMPERSAND = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#\d+;|#x[\da-f]+;|(?:amp|lt|gt|quot|apos);)(?P<name>[a-z][a-z\d]*;)?",
    re.IGNORECASE | re.DOTALL,
)


def xml_text(body: bytes, content_type: str = "") -> str:
    """Decode an XML document and mend what stops a strict parser; the declaration is taken off.

    >>> xml_text(b"\\n <?xml version='1.0'?><a>R&D caf&eacute;</a>")
    '<a>R&amp;D café</a>'
    """
    text = _DECLARATION.sub("", decode(body, content_type).lstrip())
    return _AMPERSAND.sub(_escaped, _REFERENCE.sub(_possible, text)).lstrip()


def _possible(found: re.Match[str]) -> str:
    """Keep a reference to a character that an XML 1.0 document may hold; the characters go with decoding."""
    decimal, hexadecimal = found.groups()
    digits = decimal or hexadecimal or ""
    if not digits or len(digits) > _MOST_DIGITS:
        return ""
    number = int(digits, 10 if decimal else 16)
    is_character = number in {9, 10, 13} or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return found[0] if is_character or 0x10000 <= number <= 0x10FFFF else ""


def without_prologue(text: str) -> str:
    """Return a document from its first element on."""
    return text[_behind_prologue(text) :]


def _escaped(found: re.Match[str]) -> str:
    if found["cdata"]:
        return found["cdata"]
    name = found["name"]
    if not name:
        return "&amp;"
    return html.entities.html5.get(name, f"&amp;{name}")


# No headline is longer; a text that never ends must not be unescaped for ever.
_LONGEST_LINE = 2000
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def plain_line(text: str) -> str:
    """Return text as one line: no markup, no references, no control characters, single spaces.

    >>> plain_line("Uno &amp;amp; <b>dos</b>\\x07:\\n &quot;26&quot;")
    'Uno & dos: "26"'
    """
    unescaped = html.unescape(html.unescape(text[:_LONGEST_LINE]))
    untagged = remove_tags(unescaped) if _TAG.search(unescaped) else unescaped
    return " ".join("".join(char for char in untagged if not _is_invisible(char)).split())


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf"} and not char.isspace()


# What stands on the pages of those who hold addresses to sell them, in the languages of our sources.
_FOR_SALE = re.compile(
    r"domain (?:name )?(?:is|may be) (?:for|on) sale|buy this domain|domain is parked|parked (?:free|domain)"
    r"|dominio (?:est[aá] )?(?:en|a la) venta|este dominio (?:est[aá]|puede estar)|domínio (?:está )?à venda"
    r"|domaine (?:est )?[aà] vendre|domain (?:steht )?zum verkauf",
    re.IGNORECASE,
)
_PARKED_CHARACTERS = 60_000


def html_reason(text: str, *, expected: str) -> str:
    """Tell what an HTML page in place of a channel is, and what to do.

    >>> html_reason("<title>news.example</title><h1>This domain is for sale!</h1>", expected="a feed")
    'the address answers a page that offers the domain for sale; the paper has gone or moved'
    """
    if _FOR_SALE.search(text[:_PARKED_CHARACTERS]):
        return "the address answers a page that offers the domain for sale; the paper has gone or moved"
    return f"the address answers an HTML page, not {expected}"


_TAG = re.compile(r"<(/?)[a-z][^<>]*?(/?)>", re.IGNORECASE)
# Real feeds and sitemaps have a dozen.
_DEEPEST = 500


def is_too_deep(text: str) -> bool:
    """Tell whether more elements are open at once than any parser should be given; linear."""
    if text.count("<") <= _DEEPEST:
        return False
    depth = 0
    for tag in _TAG.finditer(text):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth > _DEEPEST:
            return True
    return False
