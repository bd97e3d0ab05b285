"""The standfirst: the line under the headline that sums an article up, apart from its text."""

import re
from collections.abc import Container, Iterable, Iterator

from lxml.html import HtmlElement

from pipeline.reading.anchors import Words
from pipeline.words import words

__all__ = ["standfirst_of"]

# Where papers put it; the words are the trade's, in English and Spanish.
_HINT = re.compile(
    r"standfirst|sub-?(?:title|head|line|titulo)|deck|dek\b|summary|sumario|bajada|entradilla|excerpt|intro|lead\b|lede",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h2", "h3", "h4"})
_TAGS = ("h1", *sorted(_HEADINGS), "p", "div", "span")
_SHORTEST = 30
_LONGEST = 600
# Blocks between a headline and its standfirst: kicker, byline, date, share bar and their wrappers.
_NEAR_HEADLINE = 30
# A description is cut off by its length; so many words in a row are no chance.
_FEWEST_SHARED_WORDS = 12
# A wrapper repeats the text of what it holds.
_MOST_CHILDREN = 2


def standfirst_of(tree: HtmlElement, *, summaries: Iterable[str], body: Container[Words]) -> str:
    """Return the visible line that is marked as a standfirst, or that is the page's own description.

    ``body`` holds the lines of the text: a description that is only the first paragraph is no standfirst.
    """
    told = [tuple(words(summary)) for summary in summaries if summary]
    for element in _candidates(tree):
        text = " ".join(element.xpath("string()").split())
        if not _SHORTEST <= len(text) <= _LONGEST:
            continue
        is_marked = _is_marked(element)
        if is_marked and element.tag != "div":
            return text
        said = tuple(words(text))
        is_apart = is_marked or element.tag in _HEADINGS or said not in body
        if is_apart and any(_is_summary(said, summary) for summary in told):
            return text
    return ""


def _candidates(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield every element that may be one: near behind a headline, and no wrapper."""
    headlines_left = len(list(tree.iter("h1")))
    since_headline = _NEAR_HEADLINE
    for element in tree.iter(*_TAGS):
        if element.tag == "h1":
            headlines_left, since_headline = headlines_left - 1, 0
            continue
        since_headline += 1
        if since_headline > _NEAR_HEADLINE and not headlines_left:
            return
        is_wrapper = element.tag in {"div", "span"} and len(element) > _MOST_CHILDREN
        if since_headline <= _NEAR_HEADLINE and not is_wrapper:
            yield element


def _is_marked(element: HtmlElement) -> bool:
    marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    return _HINT.search(marks) is not None


def _is_summary(said: Words, summary: Words) -> bool:
    """The same words, or the summary is their beginning, cut off."""
    if said == summary:
        return True
    whole = summary[:-1]
    return len(whole) >= _FEWEST_SHARED_WORDS and said[: len(whole)] == whole
