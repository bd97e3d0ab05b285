"""A section page -> the articles it links to: where a link stands and its address decide together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urldefrag, urlsplit

from lxml.html import HtmlElement

from pipeline.urls import url_key
from spiders.article_addresses import AddressShape, address_shape
from spiders.cards import Card, Link, Mark, cards, is_headline
from spiders.furniture import Furniture
from spiders.links import is_same_site, web_address

__all__ = ["articles_linked"]


def articles_linked(tree: HtmlElement, *, url: str, base: str) -> list[Card]:
    """Return the articles that a page of the address ``url`` links to, in page order, each once."""
    links = list(_links(tree, url=url, base=base))
    shapes = {link.address: address_shape(link.address) for link in links}
    lists = _lists(shapes)
    links = [link for link in links if link.address not in lists]
    shown = cards(links)
    # A card is cut at the next article's link, not at those of its labels: those are taken out first.
    major = {address for address, card in shown.items() if _is_major(card, shapes[address])}
    shown |= cards(link for link in links if link.address in major)
    chosen = _chosen(shown.values(), shapes, inside=_folder(url) + "/")
    return [card for address, card in shown.items() if address in chosen]


# The longest front pages have a fourth of this.
_MOST_LINKS = 4000


def _links(tree: HtmlElement, *, url: str, base: str) -> Iterator[Link]:
    """The links outside menus and the like to addresses of the same site that may be articles."""
    furniture = Furniture(tree)
    addresses: dict[str, str] = {}
    # Of one article's addresses, which differ in where the click came from, the first; never the page's own.
    firsts = {url_key(url): ""}
    for element in islice(tree.iter("a"), _MOST_LINKS):
        href = element.get("href") or ""
        if href not in addresses:
            address = _address(href, url=url, base=base)
            addresses[href] = address and firsts.setdefault(url_key(address), address)
        if addresses[href] and not furniture.holds(element):
            yield Link(element, addresses[href])


def _address(href: str, *, url: str, base: str) -> str:
    """The address that a link leads to, if it may be an article's; "" if not."""
    address = urldefrag(web_address(href, base=base) or "").url
    if not address or address_shape(address) is AddressShape.NEVER or not is_same_site(address, url):
        return ""
    # A section above this one.
    is_above = not urlsplit(address).query and f"{_path(url)}/".startswith(f"{_path(address)}/")
    return "" if is_above else address


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _folder(url: str) -> str:
    """Where a section files its articles: ``/world/index.html`` stands for ``/world``."""
    path = _path(url)
    return path.rpartition("/")[0] if "." in path.rpartition("/")[2] else path


_DEEPEST = 8
_FEWEST_BELOW = 3


def _lists(addresses: Iterable[str]) -> set[str]:
    """The addresses under which three others of the page are filed: sections, not articles."""
    paths = {address: _path(address) for address in addresses}
    below: Counter[str] = Counter()
    for path in set(paths.values()):
        segments = path.split("/")
        below.update("/".join(segments[:depth]) for depth in range(2, min(len(segments), _DEEPEST)))
    return {address for address, path in paths.items() if below[path] >= _FEWEST_BELOW}


def _is_major(card: Card, shape: AddressShape) -> bool:
    has_sign = not card.marks.isdisjoint({Mark.HEADING, Mark.IMAGE})
    return shape is AddressShape.ARTICLE or has_sign or is_headline(card.title)


_FEWEST_MEMBERS = 3
# Signs that an address which says little by itself needs.
_SIGNS_NEEDED = {AddressShape.WORDS: 2, AddressShape.WORD: 4}


def _chosen(shown: Iterable[Card], shapes: dict[str, AddressShape], *, inside: str) -> set[str]:
    """The addresses of articles: by their own signs, or as members of a list half of which are."""
    groups: defaultdict[tuple[str, ...], list[Card]] = defaultdict(list)
    for card in shown:
        if card.title:
            groups[card.pattern].append(card)
    chosen: set[str] = set()
    for members in groups.values():
        likely_count = sum(
            is_headline(card.title) or shapes[card.address] is AddressShape.ARTICLE for card in members
        )
        is_list = len(members) >= _FEWEST_MEMBERS
        is_likely = is_list and likely_count >= len(members) / 2
        sure = [
            card
            for card in members
            if _is_article(card, shapes[card.address], is_likely=is_likely, inside=inside)
        ]
        chosen.update(card.address for card in sure)
        if is_list and len(sure) >= len(members) / 2:
            common = frozenset.intersection(*(card.marks for card in sure))
            chosen.update(card.address for card in members if card.marks >= common)
    return chosen


def _is_article(card: Card, shape: AddressShape, *, is_likely: bool, inside: str) -> bool:
    """Weigh the signs. No menu gives a time, so it counts twice."""
    structure = len(card.marks) + (Mark.TIME in card.marks) + is_likely
    if shape is AddressShape.ARTICLE:
        return structure > 0 or is_headline(card.title)
    is_below = inside != "/" and _path(card.address).startswith(inside)
    return structure + is_below + is_headline(card.title) >= _SIGNS_NEEDED[shape]
