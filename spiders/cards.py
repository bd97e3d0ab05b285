"""What a page shows of each address it links to: the headline, and what stands beside it in its card."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from itertools import islice

from lxml.html import HtmlElement

from pipeline.words import words
from spiders.documents import plain_line
from spiders.furniture import HEADINGS, class_words

__all__ = ["Card", "Link", "Mark", "cards", "is_headline"]


class Mark(Enum):
    """A sign, in the card of a link, that it leads to an article."""

    HEADING = "heading"
    IMAGE = "image"
    TIME = "time"
    SUMMARY = "summary"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page and the absolute address it leads to."""

    element: HtmlElement
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a page shows of one address."""

    address: str
    title: str = ""
    """One line; empty where the page gives none."""
    dates: tuple[str, ...] = ()
    """The dates of the time elements beside it, as written."""
    marks: frozenset[Mark] = frozenset()
    pattern: tuple[str, ...] = ()
    """Where the link stands: equal for the members of one list."""


class _Rank(IntEnum):
    """What a title was taken from, the best first."""

    HEADING = 0
    LONG_TEXT = 1
    BESIDE = 2
    SHORT_TEXT = 3
    LABEL = 4
    NOTHING = 5


_LONGEST_TITLE = 300


def is_headline(text: str) -> bool:
    """Tell whether a text has a headline's length."""
    return 20 <= len(text) <= _LONGEST_TITLE and len(text.split()) >= 4


def cards(links: Iterable[Link]) -> dict[str, Card]:
    """Return one card for each address, in page order; linear in the size of the page."""
    listed = list(links)
    holders = _holders(listed)
    roots: dict[str, dict[HtmlElement, list[HtmlElement]]] = {}
    for link in listed:
        root = _root(link, holders)
        roots.setdefault(link.address, {}).setdefault(root, []).append(link.element)
    return {address: _card(address, places) for address, places in roots.items()}


def _holders(links: Iterable[Link]) -> dict[HtmlElement, str | None]:
    """For each element around a link the one address that is linked inside; None where there are several."""
    holders: dict[HtmlElement, str | None] = {}
    for link in links:
        element: HtmlElement | None = link.element
        while element is not None:
            held = holders.get(element, "")
            # What is further out holds this address too, or several.
            if held is None or held == link.address:
                break
            holders[element] = None if held else link.address
            element = element.getparent()
    return holders


# A card ends here; what is further out belongs to the page, also where it shows one article only.
_WHOLE_CARDS = frozenset({"article", "li", "section", "tr"})
_PAGE = frozenset({"html", "body", "main", "form", "aside", "table", "tbody", "ul", "ol"})


def _root(link: Link, holders: dict[HtmlElement, str | None]) -> HtmlElement:
    element = link.element
    while element.tag not in _WHOLE_CARDS:
        around = element.getparent()
        if around is None or around.tag in _PAGE or holders.get(around) != link.address:
            break
        element = around
    return element


_PICTURES = frozenset({"img", "picture", "figure", "video"})
_TIME_CLASSES = frozenset({"date", "fecha", "time", "hora", "timestamp", "published"})
_HEADING_CLASSES = frozenset({"title", "headline", "heading", "titulo", "titular"})
_SUMMARY_CHARACTERS = 60
_MOST_ELEMENTS = 400


def _card(address: str, places: dict[HtmlElement, list[HtmlElement]]) -> Card:
    best = (_Rank.NOTHING, "")
    pattern: tuple[str, ...] = ()
    marks: set[Mark] = set()
    dates: list[str] = []
    for root, links in places.items():
        inside = list(islice(root.iter(), _MOST_ELEMENTS))
        title = min((_title(link) for link in links), key=lambda found: found[0])
        if title[0] > _Rank.LONG_TEXT:
            title = min(title, _title_beside(inside), key=lambda found: found[0])
        if title[0] < best[0] or not pattern:
            best, pattern = title, _pattern(links[0], root)
        marks.update(_marks(root, inside, title))
        dates.extend(_dates(inside))
    return Card(address=address, title=best[1], dates=tuple(dates), marks=frozenset(marks), pattern=pattern)


def _marks(root: HtmlElement, inside: list[HtmlElement], title: tuple[_Rank, str]) -> Iterator[Mark]:
    if title[0] is _Rank.HEADING:
        yield Mark.HEADING
    if root.tag == "article" or root.get("role") == "article":
        yield Mark.ARTICLE
    if any(element.tag in _PICTURES for element in inside):
        yield Mark.IMAGE
    if any(element.tag == "time" or not _TIME_CLASSES.isdisjoint(class_words(element)) for element in inside):
        yield Mark.TIME
    if len(" ".join(root.text_content().split())) - len(title[1]) >= _SUMMARY_CHARACTERS:
        yield Mark.SUMMARY


def _dates(inside: list[HtmlElement]) -> Iterator[str]:
    for element in inside:
        if element.tag == "time":
            yield (element.get("datetime") or plain_line(element.text_content())).strip()


_NO_TITLES = frozenset(
    (
        "leer mas|leer nota|leer nota completa|ver mas|ver nota|nota completa|seguir leyendo|sigue leyendo"
        "|continuar leyendo|mas informacion|ver galeria|ver video|read more|read the full story|full story"
        "|continue reading|learn more|see more|watch video|view gallery|lire la suite|leia mais"
    ).split("|")
)


def _title(link: HtmlElement) -> tuple[_Rank, str]:
    """The heading inside a link around a whole card, or around the link; else its text; else its label."""
    inside = islice(link.iter(), _MOST_ELEMENTS)
    headings = [_line(element, fewest=1) for element in inside if _is_heading(element)]
    if any(headings):
        return _Rank.HEADING, max(headings, key=len)
    text = _line(link)
    if any(_is_heading(around) for around in islice(link.iterancestors(), 3)):
        text = text or _line(link, fewest=1)
        return (_Rank.HEADING, text) if text else (_Rank.NOTHING, "")
    inner = text if (link.text or "").strip() else _inner_headline(link) or text
    if is_headline(inner):
        return _Rank.LONG_TEXT, inner
    if text:
        return _Rank.SHORT_TEXT, text
    labels = [link.get("aria-label"), link.get("title"), *(image.get("alt") for image in link.iter("img"))]
    label = next((line for label in labels if (line := _worded(label or ""))), "")
    return (_Rank.LABEL, label) if label else (_Rank.NOTHING, "")


def _title_beside(inside: list[HtmlElement]) -> tuple[_Rank, str]:
    """The heading of a card whose button is its only link."""
    texts = (_line(element, fewest=1) for element in inside if _is_heading(element))
    text = next(filter(None, texts), "")
    return (_Rank.BESIDE, text) if text else (_Rank.NOTHING, "")


def _inner_headline(link: HtmlElement) -> str:
    """The first text in a link that has a headline's length: before it a label, behind it a summary."""
    texts = (plain_line(element.text or "") for element in islice(link.iterdescendants(), _MOST_ELEMENTS))
    return next(filter(is_headline, texts), "")


def _line(element: HtmlElement, *, fewest: int = 2) -> str:
    return _worded(element.text_content(), fewest=fewest)


def _worded(text: str, *, fewest: int = 2) -> str:
    """The text as one line, if it may be a title: words enough that do not just say "read more"."""
    line = plain_line(text)
    if len(line) > _LONGEST_TITLE:
        return ""
    found = words(line)
    return line if len(found) >= fewest and " ".join(found) not in _NO_TITLES else ""


def _is_heading(element: HtmlElement) -> bool:
    if element.tag in HEADINGS or element.get("role") == "heading":
        return True
    return element.tag != "a" and not _HEADING_CLASSES.isdisjoint(class_words(element))


_PATTERN_STEPS = 6


def _pattern(link: HtmlElement, root: HtmlElement) -> tuple[str, ...]:
    """The tags from the link out to its card, and the list that the card stands in."""
    steps: list[str] = []
    for element in islice((link, *link.iterancestors()), _PATTERN_STEPS):
        steps.append(str(element.tag))
        if element is root:
            break
    around = next(root.iterancestors())
    return (*steps, str(around.tag), re.sub(r"\d+", "", around.get("class") or "")[:80])
