"""The title, standfirst and text of an article, each a passage of words in which a phrase is looked for."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from pipeline.syntax import Exact, Near, Scope, Sought, Text
from pipeline.words import words, written

__all__ = ["Passage", "Passages", "Span", "spans"]

Span = tuple[int, int]
"""The place of a word, and the place behind another."""


class Passage:
    """One text, split into folded words once, when first needed."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def words(self) -> list[str]:
        """Its folded words in order."""
        return words(self._text)

    @cached_property
    def _spaced(self) -> str:
        # A space around each word, so that a phrase is a substring.
        return " " + "".join(word + " " for word in self.words)

    @cached_property
    def _written(self) -> str:
        return " " + "".join(word + " " for word in written(self._text))

    def found(self, sought: Sought) -> str | None:
        """Return the folded words (exact ones as written) in which it is found, None where it is not."""
        if isinstance(sought, Near):
            span = _stretch(self.words, sought)
            return None if span is None else " ".join(self.words[span[0] : span[1]])
        if isinstance(sought, Exact):
            phrase = " ".join(sought.words)
            return phrase if f" {phrase} " in self._written else None
        phrase = " " + " ".join(sought.words) + ("" if sought.prefix else " ")
        start = self._spaced.find(phrase)
        if start < 0:
            return None
        return self._spaced[start + 1 : self._spaced.index(" ", start + len(phrase) - 1)]


class Passages:
    """The texts of one article, apart as the columns of an index are: nothing runs from one into the next."""

    def __init__(self, title: str, standfirst: str, text: str) -> None:
        self._title = Passage(title)
        self._everywhere = self._title, Passage(standfirst), Passage(text)

    def found(self, sought: Sought) -> str | None:
        """Return the folded words (exact ones as written) in which it is first found, or None."""
        passages = (self._title,) if sought.scope is Scope.TITLE else self._everywhere
        return next((said for each in passages if (said := each.found(sought)) is not None), None)


def spans(words: Sequence[str], sought: Sought) -> list[Span]:
    """Return where the text stands among the words, or each side of what is near to the other.

    The words are folded ones, for what is exact written ones.

    >>> spans(["el", "mayo", "y", "el", "mayito"], Text(("el", "may"), prefix=True))
    [(0, 2), (3, 5)]
    >>> spans("capo x boss y y capo".split(), Near(Text(("capo",)), Text(("boss",)), 1))
    [(0, 1), (2, 3)]
    """
    if isinstance(sought, Near):
        return sorted({span for pair in _pairs(words, sought) for span in pair})
    *whole, last = sought.words
    fits = str.startswith if isinstance(sought, Text) and sought.prefix else str.__eq__
    ends = (end for end in range(len(whole), len(words)) if fits(words[end], last))
    return [
        (end - len(whole), end + 1)
        for end in ends
        if not whole or list(words[end - len(whole) : end]) == whole
    ]


def _stretch(words: Sequence[str], near: Near) -> Span | None:
    """Return the first words that hold both sides, from the first of them up to behind the last.

    >>> _stretch("a x b y y a".split(), Near(Text(("a",)), Text(("b",)), 1))
    (0, 3)
    >>> _stretch("a a".split(), Near(Text(("a",)), Text(("a",)), 0))
    (0, 2)
    >>> _stretch("a b".split(), Near(Text(("a", "b")), Text(("b",)), 5))
    """
    return min(((first[0], second[1]) for first, second in _pairs(words, near)), default=None)


def _pairs(words: Sequence[str], near: Near) -> Iterator[tuple[Span, Span]]:
    """Yield each side with the nearest other side that follows it closely enough."""
    left, right = spans(words, near.left), spans(words, near.right)
    for firsts, seconds in ((left, right), (right, left)):
        for first in firsts:
            index = bisect_left(seconds, (first[1], 0))
            if index < len(seconds) and seconds[index][0] - first[1] <= near.between:
                yield first, seconds[index]
