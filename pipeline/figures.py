"""What the pages of a source give, in figures: page by page, and summed up by day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from pipeline.items import Article, Fate, Flag, Missed, Rejected
from pipeline.words import words

__all__ = ["Day", "PageFigures", "figures_of"]

# A longer line is a paragraph, and follow-ups repeat whole paragraphs of the article before.
_LONGEST_LINE = 200
_MOST_LINES = 200
# A follow-up, or the same article in another section, shares lines with one or two.
_OTHERS = 3
# As many as a signed number of 64 bits has to spare.
_BITS = 62
# A publisher that says its texts are not free may give them to us in full.
_LONGEST_TEASER = 1_200
# Fields of their own: that they are cut says nothing.
_KEPT_ELSEWHERE = frozenset({"headline", "standfirst"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigures:
    """What one page that was read shows of its source's layout."""

    source: str
    fate: Fate | None
    """Why there is no article in it; None when there is one."""
    characters: int = 0
    """Of the article's text."""
    lines_cut: int = 0
    """The length of its receipt, headline and standfirst left out."""
    is_dated: bool = False
    is_signed: bool = False
    is_paywalled: bool = False
    """It shows a teaser of a text that its publisher does not give for free."""
    lines: frozenset[int] = frozenset()
    """The short lines of the article's text, each as a number of 64 bits made of the source and its words."""
    bit: int = 0
    """One of 62 bits, by the page's address: so many addresses can be told apart in one number."""

    def residue(self, met: Mapping[int, int]) -> int:
        """Return how many lines also stand in three or more other articles; ``met`` has the bits of each."""
        return sum((met.get(line, 0) & ~self.bit).bit_count() >= _OTHERS for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The pages of one source that were read on one day (UTC), summed up."""

    day: date
    pages: int = 0
    articles: int = 0
    """Off-topic ones too."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """By fate: the pages in which there was none."""
    characters: int = 0
    """Of the articles' texts."""
    lines_cut: int = 0
    """From all pages, headlines and standfirsts left out."""
    residue: int = 0
    """Lines left in a text that stand in those of three or more other articles too."""
    undated: int = 0
    """Articles without a date."""
    unsigned: int = 0
    """Articles without an author."""
    paywalled: int = 0
    """Pages that show only a teaser, articles or not."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """By fate: pages that could not be read and are asked for again, on the day when that was last tried."""

    def with_page(self, page: PageFigures, *, residue: int) -> "Day":
        """Return the day with one more page."""
        is_article = page.fate is None
        rejected = {} if page.fate is None else {page.fate.value: 1}
        return self + Day(
            day=self.day,
            pages=1,
            articles=int(is_article),
            rejected=rejected,
            characters=page.characters,
            lines_cut=page.lines_cut,
            residue=residue,
            undated=int(is_article and not page.is_dated),
            unsigned=int(is_article and not page.is_signed),
            paywalled=int(page.is_paywalled),
        )

    def __add__(self, other: "Day") -> "Day":
        return Day(
            day=self.day,
            pages=self.pages + other.pages,
            articles=self.articles + other.articles,
            rejected=dict(Counter(self.rejected) + Counter(other.rejected)),
            characters=self.characters + other.characters,
            lines_cut=self.lines_cut + other.lines_cut,
            residue=self.residue + other.residue,
            undated=self.undated + other.undated,
            unsigned=self.unsigned + other.unsigned,
            paywalled=self.paywalled + other.paywalled,
            refused=dict(Counter(self.refused) + Counter(other.refused)),
        )

    def per_page(self, count: int) -> float:
        """Return a count for each page; a day without pages has 0."""
        return count / max(self.pages, 1)

    def per_article(self, count: int) -> float | None:
        """Return a count for each article; None when there was none."""
        return count / self.articles if self.articles else None


def figures_of(what: Article | Rejected | Missed, *, source: str) -> PageFigures:
    """Return the figures of a page from what was read in it, or from why it never came; some 0.1 ms."""
    if isinstance(what, Missed):
        return PageFigures(source=source, fate=what.fate)
    cut = sum(removed.rule not in _KEPT_ELSEWHERE for removed in what.removed)
    is_paywalled = Flag.PAYWALLED in what.flags and len(what.text) <= _LONGEST_TEASER
    if isinstance(what, Rejected):
        return PageFigures(source=source, fate=what.fate, lines_cut=cut, is_paywalled=is_paywalled)
    return PageFigures(
        source=source,
        fate=None,
        characters=len(what.text),
        lines_cut=cut,
        is_dated=bool(what.published),
        is_signed=bool(what.authors),
        is_paywalled=is_paywalled,
        lines=frozenset(_short_lines(source, what.text)),
        bit=1 << _number(what.url_key) % _BITS,
    )


def _short_lines(source: str, text: str) -> Iterator[int]:
    short = [line for line in text.splitlines() if len(line) <= _LONGEST_LINE]
    for line in short[:_MOST_LINES]:
        said = words(line)
        if said:
            yield _number(f"{source} {' '.join(said)}")


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
