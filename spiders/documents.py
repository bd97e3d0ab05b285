"""Bytes -> text that a parser can take, whatever the server says of them; and what kind of document it is."""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from w3lib.html import remove_tags

from pipeline.reading.charset import decode

__all__ = ["DocumentKind", "Unreadable", "document_kind", "plain_line", "xml_text"]


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


_FIRST_ELEMENT = re.compile(r"<(?:[a-z][\w.-]*:)?([a-z][\w.-]*)", re.IGNORECASE)
_PROLOGUE = re.compile(r"<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
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
    start = text[:20_000].strip()
    if not start:
        return DocumentKind.EMPTY
    if re.match(r"<!doctype html", start, re.IGNORECASE):
        return DocumentKind.HTML
    found = _FIRST_ELEMENT.search(_PROLOGUE.sub("", start))
    return _KINDS.get(found[1].lower(), DocumentKind.OTHER) if found else DocumentKind.OTHER


_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
# References to characters that no XML 1.0 document may hold; the characters themselves go with decoding.
_FORBIDDEN = re.compile(
    r"&#(?:[0-8]|1[124-9]|2\d|3[01]);|&#x(?:[0-8bcef]|1[\da-f]);|[\ufffe\uffff]", re.IGNORECASE
)
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
    return _AMPERSAND.sub(_escaped, _FORBIDDEN.sub("", text)).lstrip()


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
