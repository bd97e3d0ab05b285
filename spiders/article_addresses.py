"""What the shape of an address says of it: an article's, perhaps one's, or never one's."""

import re
from enum import IntEnum
from urllib.parse import SplitResult, urlsplit

__all__ = ["AddressShape", "address_shape", "is_article_address"]


class AddressShape(IntEnum):
    """How much an address looks like an article's, in rising order."""

    NEVER = 0
    """A person, a subject, a form, a file, the home page."""
    WORD = 1
    """One word below a section: ``/nacion/capo``."""
    WORDS = 2
    """Two or three words, or one with a number: ``/world/boss-extradited``; a section may look the same."""
    ARTICLE = 3
    """A date, a number or a long slug."""


# Path segments under which a site files people, subjects, forms and terms, not articles.
_NO_ARTICLES = frozenset(
    """
    tag tags tagged tema temas topic topics etiqueta etiquetas hashtag author authors autor autores autora
    columnista columnistas people person personas staff equipo team journalist journalists profile profiles
    perfil perfiles login signin register registro suscripcion suscribete suscripciones subscribe subscription
    newsletter newsletters boletines search buscar buscador account cuenta cart tienda privacy privacidad
    terms terminos cookies contact contacto about nosotros aviso-legal legal rss feed feeds page pagina
    wp-admin wp-login.php share compartir
    """.split(),
)
# A list when they come last but one: /category/politics, but /seccion/politica/<article> is an article.
_LISTS = frozenset("category categoria categorias categories section seccion secciones sections".split())
# A page about the publisher itself, however long its name.
_HOUSE_PAGE = re.compile(
    r"(?:aviso-(?:de-)?(?:privacidad|legal)|politicas?-(?:de-)?(?:privacidad|cookies|uso|datos)|terminos-(?:y|de)-"
    r"|condiciones-de-uso|terms-(?:of|and)-|privacy-|cookie-|about-us|quienes-somos|contact-us|codigo-de-etica"
    r"|code-of-ethics|advertise-with|anunciate|work-with-us|trabaja-con)",
)
_ID = re.compile(r"\d{5,}|(?=[a-f]*\d)[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}")
_DATE_IN_PATH = re.compile(r"/(?:19|20)\d{2}([/-]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_QUERY_ID = re.compile(
    r"(?:^|[&?])(?:id|nid|idnota|nota|noticia|articulo|article|story|p)=\d{3,}", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|ece|cms|amp)$")
_FILE = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|mp[34]|xml|zip|docx?|xlsx?)$")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{3}")
_LETTER = re.compile(r"[^\W\d_]")
_SLUG_WORDS = 4
# An address that is longer is made by a machine, for machines.
_LONGEST = 2000


def is_article_address(url: str) -> bool:
    """Tell by its shape whether an address is an article's: a date, a number or a long slug in the path.

    >>> is_article_address("https://example.org/nacion/trasladan-a-26-reos-a-texas/")
    True
    >>> is_article_address("https://example.org/tag/extradicion-de-capos-a-texas")
    False
    """
    return address_shape(url) is AddressShape.ARTICLE


def address_shape(url: str) -> AddressShape:
    """Tell what an absolute address looks like by itself, without the page that links to it."""
    parts = urlsplit(url)
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    if len(url) > _LONGEST or not segments:
        has_number = len(url) <= _LONGEST and bool(_QUERY_ID.search(parts.query))
        return AddressShape.ARTICLE if has_number else AddressShape.NEVER
    slug = _EXTENSION.sub("", segments[-1])
    if _is_never(segments, slug):
        return AddressShape.NEVER
    words = _WORD.findall(slug)
    if _is_certain(parts, slug, words):
        return AddressShape.ARTICLE
    if not _LETTER.search(slug):
        return AddressShape.NEVER
    if len(words) > 1 or _NUMBER.search(slug):
        return AddressShape.WORDS
    return AddressShape.WORD if len(segments) > 1 else AddressShape.NEVER


def _is_never(segments: list[str], slug: str) -> bool:
    if _FILE.search(segments[-1]) or not _NO_ARTICLES.isdisjoint(segments):
        return True
    return bool(_HOUSE_PAGE.match(slug)) or (len(segments) > 1 and segments[-2] in _LISTS)


def _is_certain(parts: SplitResult, slug: str, words: list[str]) -> bool:
    if len(words) >= _SLUG_WORDS and re.search(r"[^\W\d_]{3}", slug):
        return True
    if _ID.search(slug) or _QUERY_ID.search(parts.query):
        return True
    dated = _DATE_IN_PATH.search(parts.path)
    # A path that ends with the date is the list of that day.
    return dated is not None and bool(_LETTER.search(parts.path[dated.end() :]))
