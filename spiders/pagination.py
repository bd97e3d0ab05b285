"""A section page -> the address of the next one, with older articles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from lxml.html import HtmlElement

from pipeline.urls import url_key
from pipeline.words import words
from spiders.article_addresses import is_article_address
from spiders.furniture import class_words
from spiders.links import is_same_site, web_address
from spiders.selectors import links_selected

__all__ = ["next_page_address"]


def next_page_address(tree: HtmlElement, *, url: str, base: str, selector: str = "") -> str:
    """Return the address of the page after this one; "" where the page links to none.

    Without a selector: what the page declares (rel=next), what it calls "next" or "older", the next number;
    of these never an earlier page, another site or the page itself. With one, the first link that it selects.
    """
    if selector:
        chosen = (_address(link, url=url, base=base) for link in links_selected(tree, selector))
        return next(filter(None, chosen), "")
    here = _place(url)
    steps = [step for step in _steps(tree, url=url, base=base) if _leads_on(step, here)]
    numbered = [step for step in steps if step.sign is _Sign.NUMBER]
    said = (step for step in steps if step.sign is not _Sign.NUMBER)
    step = min(said, key=lambda step: step.sign, default=None) or _next_number(numbered, here)
    return step.address if step else ""


class _Sign(IntEnum):
    """How a link says that it leads on, the surest first."""

    DECLARED = 0
    NAMED = 1
    HINTED = 2
    NUMBER = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """An address taken apart: the list it belongs to, and which page of it."""

    rest: str
    number: int | None
    """As in the address; None for the first page of most sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A link that may lead on."""

    sign: _Sign
    address: str
    place: _Place
    label: int | None
    """The number that it shows."""


# Folded. Spanish "anterior" alone is the page before; "entradas anteriores" are the older ones.
_NEXT_NAMES = frozenset(
    (
        "next|next page|go to next page|next posts|next stories|next articles|older|older posts|older stories"
        "|older articles|older entries|older news|older press releases"
        "|siguiente|siguientes|pagina siguiente|siguiente pagina|ir a la pagina siguiente|mas antiguas"
        "|mas antiguos|entradas antiguas|entradas mas antiguas|entradas anteriores"
        "|noticias anteriores|notas anteriores|noticias mas antiguas|articulos anteriores"
        "|publicaciones anteriores"
        "|proximo|proxima|proxima pagina|pagina seguinte|seguinte|mais antigas|mais antigos|posts antigos"
        "|suivant|suivante|page suivante|articles plus anciens|plus anciens|plus anciennes"
        "|successivo|successiva|pagina successiva|avanti|articoli meno recenti"
        "|weiter|nachste|nachste seite|altere beitrage|altere artikel|altere meldungen"
    ).split("|")
)
# Said of much else too: they count where the address is that of a later page.
_MORE_NAMES = frozenset(
    (
        "more|more stories|more news|more articles|load more|show more|see more|view more"
        "|mas|mas noticias|mas notas|ver mas|ver mas noticias|ver mas notas|cargar mas|cargar mas noticias"
        "|mostrar mas|carregar mais|ver mais"
        "|mehr|mehr laden|voir plus|charger plus|mostra altro"
    ).split("|")
)
_ARROWS = frozenset("» › → > >> >>> ≫ ⟩ ▶ ►".split())
_NEXT_CLASSES = frozenset({"next", "siguiente", "older", "proximo", "proxima"})
_LONGEST_NAME = 60


def _steps(tree: HtmlElement, *, url: str, base: str) -> Iterator[_Step]:
    for link in tree.iter("link", "a"):
        label = _label(link)
        sign = _Sign.NUMBER if label else _sign(link)
        address = "" if sign is None else _address(link, url=url, base=base)
        if sign is not None and address and is_same_site(address, url):
            yield _Step(sign=sign, address=address, place=_place(address), label=label)


def _address(link: HtmlElement, *, url: str, base: str) -> str:
    address = web_address(link.get("href") or "", base=base)
    return urldefrag(address).url if address and url_key(address) != url_key(url) else ""


def _sign(link: HtmlElement) -> _Sign | None:
    if "next" in (link.get("rel") or "").lower().split():
        return _Sign.DECLARED
    if link.tag != "a":
        return None
    texts = (_text(link), link.get("aria-label") or "", link.get("title") or "")
    names = {" ".join(word for word in words(text[:_LONGEST_NAME]) if not word.isdigit()) for text in texts}
    if not names.isdisjoint(_NEXT_NAMES):
        return _Sign.NAMED
    around = link.getparent()
    classes = class_words(link) | (class_words(around) if around is not None else set())
    is_hint = texts[0].strip() in _ARROWS or not names.isdisjoint(_MORE_NAMES)
    return _Sign.HINTED if is_hint or not classes.isdisjoint(_NEXT_CLASSES) else None


def _label(link: HtmlElement) -> int | None:
    text = _text(link).strip()
    is_number = link.tag == "a" and text.isascii() and text.isdigit() and len(text) <= 4
    is_declared = "next" in (link.get("rel") or "").lower().split()
    return int(text) if is_number and not is_declared else None


def _text(link: HtmlElement) -> str:
    """What a link says, unless it is too long for a step."""
    text = " ".join(link.text_content().split())
    return text if len(text) <= _LONGEST_NAME else ""


def _leads_on(step: _Step, here: _Place) -> bool:
    """Leave out earlier pages, articles, and what counts only with a number where it has none."""
    if step.place.rest == here.rest:
        # Without a number, the first page.
        return step.place.number is not None and step.place.number > (here.number or 0)
    if step.sign > _Sign.NAMED or is_article_address(step.address):
        return False
    return step.sign is _Sign.DECLARED or _is_of_one_list(step.place.rest, here.rest)


def _is_of_one_list(rest: str, own: str) -> bool:
    """Below the list, at its path with another mark in the query, or the same list of another month."""
    path, own_path = urlsplit(rest).path.rstrip("/"), urlsplit(own).path.rstrip("/")
    if path == own_path or path.startswith(own_path + "/"):
        return True
    above, _, last = path.rpartition("/")
    own_above, _, own_last = own_path.rpartition("/")
    return above == own_above and bool(re.search(r"\d", last)) and bool(re.search(r"\d", own_last))


def _next_number(numbered: list[_Step], here: _Place) -> _Step | None:
    # Where "2" leads to page=1 or offset=20, the first page is not number one.
    is_counted_otherwise = any(step.label != step.place.number for step in numbered)
    current = here.number if here.number is not None else int(not is_counted_otherwise)
    later = [step for step in numbered if step.place.number is not None and step.place.number > current]
    return min(later, key=lambda step: step.place.number or 0, default=None)


_PARAMETERS = frozenset(
    "page p pg pag pagina paged pagenum pagenumber page_number pagen seite start offset desde from".split()
)
_IN_PATH = re.compile(
    r"(?:/(?:page|pagina|pag|paged|p|seite)[/-]?(?P<named>\d{1,4})|(?<!/19\d\d)(?<!/20\d\d)/(?P<bare>\d{1,3})"
    r"|(?:/index|[_-](?:page|pagina|pag))[_-]?(?P<suffix>\d{1,4}))(?:\.[a-z]{2,5})?$",
)
_INDEX = re.compile(r"(?:/index)?(?:\.[a-z]{2,5})?$")


def _place(url: str) -> _Place:
    parts = urlsplit(url_key(url).lower())
    number: int | None = None
    others: list[tuple[str, str]] = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name in _PARAMETERS and value.isascii() and value.isdigit() and len(value) <= 6:
            number = int(value)
        else:
            others.append((name, value))
    path = parts.path.rstrip("/")
    found = _IN_PATH.search(path)
    if found and number is None:
        number = int(found["named"] or found["bare"] or found["suffix"])
        path = path[: found.start()]
    rest = parts._replace(path=_INDEX.sub("", path), query=urlencode(others)).geturl()
    return _Place(rest, number)
