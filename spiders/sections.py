"""A section page (an index page of a site without a feed) -> entries, by the shape of its links."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.items import ChannelKind, Entry, Source
from pipeline.reading.charset import decode
from spiders.documents import DocumentKind, Unreadable, document_kind, plain_line
from spiders.links import is_same_site, web_address

__all__ = ["entries_from_section", "is_article_address"]

_WRONG_KIND = {
    DocumentKind.EMPTY: "the address answers an empty document",
    DocumentKind.FEED: "the address answers a feed, not a section page; list it under feeds",
    DocumentKind.SITEMAP: "the address answers a sitemap, not a section page; list it under sitemaps",
}


def entries_from_section(
    body: bytes, *, url: str, source: Source, content_type: str = ""
) -> tuple[Entry, ...] | Unreadable:
    """Return the articles that one index page links to, in page order, each once.

    An article is linked with a text of a headline's length, outside menus and footers, at an address of the
    same site that looks like an article's. Section pages give no dates.
    """
    text = decode(body, content_type)
    kind = document_kind(text)
    if kind in _WRONG_KIND:
        return Unreadable(_WRONG_KIND[kind])
    try:
        tree = document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return Unreadable("the address answers no HTML page")
    titles: dict[str, str] = {}
    for address, title in _headlines(tree, url=url):
        titles.setdefault(address, title)
    if not titles:
        return Unreadable("no link of the page looks like an article; it may be filled in by a script")
    return tuple(
        Entry(url=address, source=source.name, channel=ChannelKind.SECTION, title=title)
        for address, title in titles.items()
    )


# Path segments under which a site files people, subjects, forms and terms, not articles.
_NO_ARTICLES = frozenset(
    """
    tag tags tema temas topic topics etiqueta etiquetas hashtag author authors autor autores autora columnista
    login signin register registro suscripcion suscribete suscripciones subscribe subscription newsletter
    newsletters search buscar buscador account cuenta cart privacy privacidad terms terminos cookies contact
    contacto about nosotros aviso-legal legal rss feed feeds page pagina
    """.split(),
)
# A list when they come last but one: /category/politics, but /seccion/politica/<article> is an article.
_LISTS = frozenset("category categoria categorias categories section seccion secciones sections".split())
_ID = re.compile(r"\d{5,}|(?=[a-f]*\d)[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}")
_DATE_IN_PATH = re.compile(r"/(?:19|20)\d{2}([/-]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_QUERY_ID = re.compile(
    r"(?:^|[&?])(?:id|nid|idnota|nota|noticia|articulo|article|story|p)=\d{3,}", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|ece|cms|amp)$", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|mp[34]|xml|zip|docx?|xlsx?)$", re.IGNORECASE)
_SLUG_WORDS = 4


def is_article_address(url: str) -> bool:
    """Tell by its shape whether an address is an article's: a date, a number or a long slug in the path.

    >>> is_article_address("https://example.org/nacion/trasladan-a-26-reos-a-texas/")
    True
    >>> is_article_address("https://example.org/tag/extradicion-de-capos-a-texas")
    False
    """
    parts = urlsplit(url)
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    if not segments:
        return bool(_QUERY_ID.search(parts.query))
    if _FILE.search(segments[-1]) or not _NO_ARTICLES.isdisjoint(segments):
        return False
    if len(segments) > 1 and segments[-2] in _LISTS:
        return False
    slug = _EXTENSION.sub("", segments[-1])
    if len(re.findall(r"[^\W_]+", slug)) >= _SLUG_WORDS and re.search(r"[^\W\d_]{3}", slug):
        return True
    if _ID.search(slug) or _QUERY_ID.search(parts.query):
        return True
    dated = _DATE_IN_PATH.search(parts.path)
    # A path that ends with the date is the list of that day.
    return dated is not None and bool(re.search(r"[^\W\d_]", parts.path[dated.end() :]))


def _headlines(tree: HtmlElement, *, url: str) -> Iterator[tuple[str, str]]:
    base = web_address(next(iter(tree.xpath("//base/@href")), ""), base=url) or url
    own = urldefrag(url).url.rstrip("/")
    for link in tree.iter("a"):
        address = web_address(link.get("href") or "", base=base)
        if address is None or not is_same_site(address, url) or not is_article_address(address):
            continue
        address = urldefrag(address).url
        title = _title(link)
        if address.rstrip("/") != own and _is_headline(title) and not _is_in_furniture(link):
            yield address, title


def _title(link: HtmlElement) -> str:
    """The heading inside a link around a whole card; else its text; else its label."""
    heading = next(link.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
    text = plain_line((link if heading is None else heading).text_content())
    return text or plain_line(link.get("aria-label") or link.get("title") or "")


def _is_headline(text: str) -> bool:
    return len(text) >= 20 and len(text.split()) >= 4 and len(text) <= 300


_FURNITURE_ROLES = frozenset({"navigation", "contentinfo", "search", "menu", "menubar", "dialog"})
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|breadcrumbs?|pagination|cookies?|share|social)(?:$|[\s_-])",
    re.IGNORECASE,
)


def _is_in_furniture(link: HtmlElement) -> bool:
    return any(_is_furniture(element) for element in (link, *link.iterancestors()))


def _is_furniture(element: HtmlElement) -> bool:
    # Themes write the state of the menu into the class of the body.
    if element.tag in {"html", "body", "main"}:
        return False
    if element.tag in {"nav", "footer", "form"} or element.get("role") in _FURNITURE_ROLES:
        return True
    return bool(_FURNITURE_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))
