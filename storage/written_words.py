"""Words as they are written -> a regular expression for PostgreSQL, which parts words as Python does."""

import sys
from collections.abc import Iterator, Sequence
from functools import cache

from pipeline.words import LOOSE_ACCENTS

__all__ = ["words_as_written"]


def words_as_written(words: Sequence[str]) -> str:
    """Return what a composed (NFC) text matches that has the words one after the other.

    Each word is letters, digits and accents that are characters of their own, nothing that means more.
    """
    letters = _letters()
    # An accent belongs to the word before it; without one before it, to none.
    before, after = (
        f"(?:^|[^{letters}{LOOSE_ACCENTS}])[{LOOSE_ACCENTS}]*",
        f"(?:$|[^{letters}{LOOSE_ACCENTS}])",
    )
    between = f"[^{letters}{LOOSE_ACCENTS}][^{letters}]*"
    return before + between.join(words) + after


@cache
def _letters() -> str:
    """Return the ranges of all letters and digits: to the database's own classes other things are some."""
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in _ranges())


def _ranges() -> Iterator[tuple[int, int]]:
    first = None
    for code in range(sys.maxunicode + 2):
        is_letter = code <= sys.maxunicode and chr(code).isalnum()
        if is_letter and first is None:
            first = code
        elif not is_letter and first is not None:
            yield first, code - 1
            first = None
