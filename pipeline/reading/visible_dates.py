"""The date that a reader sees: in the elements that pages keep for one."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipeline.reading.date_text import date_in

__all__ = ["date_lines", "dates_within", "visible_dates"]

_WORDS = ("date", "fecha", "datum", "publish", "posted", "time")
_MARKS = "translate(concat(@class, ' ', @id, ' ', @itemprop), 'DATEFCHUMPBLISO', 'datefchumpbliso')"
_MARKED = etree.XPath(
    "//time"
    f" | //*[{' or '.join(f'contains({_MARKS}, {word!r})' for word in _WORDS)}]"
    "[self::p or self::span or self::div or self::li or self::small or self::em or self::font or self::td]"
)
_LEAVES = etree.XPath(
    "//*[self::p or self::span or self::div or self::li or self::small or self::em or self::font or self::td"
    " or self::strong or self::b or self::h2 or self::h3 or self::h4 or self::h5]"
    "[string-length(.) < 120][not(ancestor::aside or ancestor::nav or ancestor::footer)]"
)
_ASIDE = frozenset({"aside", "nav", "footer"})
_UPDATE = re.compile(r"updat|modif|actualiz|aktualisiert|mis[e]? à jour|aggiornat", re.IGNORECASE)
_MOST_MARKED = 12
_MOST_LEAVES = 3_000
_LONGEST_LINE = 90


def visible_dates(tree: HtmlElement) -> Iterator[str]:
    """Yield what may be the date of the article, in the order of the page."""
    marked = (element for element in _MARKED(tree) if not _is_aside(element))
    for element in islice(marked, _MOST_MARKED):
        if _UPDATE.search(_marks(element)):
            continue
        if element.get("datetime"):
            yield element.get("datetime")
        yield from dates_within([_text(element)])


def date_lines(tree: HtmlElement) -> Iterator[str]:
    """Yield the dates of short lines in elements that hold nothing else, outside of menus and footers."""
    for element in _LEAVES(tree)[:_MOST_LEAVES]:
        yield from dates_within([_text(element)])


def dates_within(lines: Iterable[str]) -> Iterator[str]:
    """Yield the date in each short line; a line labelled as an update says nothing of the first day."""
    for line in lines:
        if len(line) > _LONGEST_LINE:
            continue
        # "Published ... | Updated ..." is two lines.
        for part in re.split(r"[|·•]", line):
            found = None if _UPDATE.search(part) else date_in(part)
            if found:
                yield found


def _is_aside(element: HtmlElement) -> bool:
    return any(parent.tag in _ASIDE for parent in element.iterancestors())


def _marks(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"


def _text(element: HtmlElement) -> str:
    return " ".join(element.xpath("string()").split())
