"""The piece of a text that shows why it was found."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from unicodedata import is_normalized, normalize

from pipeline.passages import spans
from pipeline.syntax import Exact, Near, Scope, Sought, Text
from pipeline.words import fold, forms, has_loose_accents, word_places

__all__ = ["MARK_END", "MARK_START", "snippet"]

MARK_START, MARK_END = "\x02", "\x03"
"""Stand around each match in a snippet; no stored text contains them."""

_Place = tuple[int, int]
"""Where a word begins and ends in its text."""

_WORDS_BEFORE = 8
_WORDS_SHOWN = 32
# Nearly always room for the words before.
_LETTERS_BEFORE = 120
# A word as pipeline.words has it, in a text without loose accents.
_APART, _WORD_BEGAN, _WORD_ENDS = r"[\W_]+", r"(?<![^\W_].)", r"(?![^\W_])"


def snippet(text: str, sought: Sequence[Sought]) -> str:
    """Return some words around the first match, each match marked; the beginning when nothing matches.

    >>> from pipeline.syntax import Text
    >>> snippet("El capo fue extraditado ayer.", [Text(("extradit",), prefix=True)])
    'El capo fue \\x02extraditado\\x03 ayer.'
    """
    sought = [one for one in sought if one.scope is Scope.ALL]
    patterns = _patterns(text, sought)
    if patterns is None:
        return _of_all_words(text, sought)
    # To part a text into words and to fold them takes ten times as long as to look for letters in it.
    starts = [match.start() for pattern in patterns if (match := pattern.search(text))]
    first = min(starts, default=0)
    before = _places_before(text, first)
    # A match may be longer than what is shown of it.
    most = _WORDS_SHOWN + max((len(one.words) for one in sought if not isinstance(one, Near)), default=1)
    places = [*before, *islice(word_places(text, first), most)]
    return _shown(text, places, _matches(text, places, sought))


def _of_all_words(text: str, sought: Sequence[Sought]) -> str:
    places = list(word_places(text))
    return _shown(text, places, _matches(text, places, sought))


def _shown(text: str, places: Sequence[_Place], matches: Sequence[tuple[int, int]]) -> str:
    """Return the words around the first match; of those further on, only that there are some is asked."""
    first = max((matches[0][0] if matches else 0) - _WORDS_BEFORE, 0)
    last = min(first + _WORDS_SHOWN, len(places))
    if first == last:
        return text.strip()
    start = places[first][0] if first else 0
    end = places[last - 1][1] if last < len(places) else len(text)
    shown = _marked(text, start, end, [(places[a][0], places[b][1]) for a, b in matches if b < last])
    return ("…" if first else "") + " ".join(shown.split()) + ("…" if last < len(places) else "")


def _places_before(text: str, end: int) -> list[_Place]:
    """Return the places of the words before one: all of them, or more than are shown."""
    letters = _LETTERS_BEFORE
    while letters < end:
        # The first may be a piece of a word.
        if len(places := list(word_places(text, end - letters, end))[1:]) > _WORDS_BEFORE:
            return places[-_WORDS_BEFORE - 1 :]
        letters *= 4
    return list(word_places(text, 0, end))


def _patterns(text: str, sought: Sequence[Sought]) -> list[re.Pattern[str]] | None:
    """Return what finds each of what is sought in the text as it is written; None where nothing does."""
    patterns = [pattern for one in sought if (pattern := _pattern(one))]
    is_plain = not has_loose_accents(text) and is_normalized("NFC", text)
    return patterns if is_plain and len(patterns) == len(sought) else None


@lru_cache(maxsize=256)
def _pattern(sought: Sought) -> re.Pattern[str] | None:
    """Return what finds words of plain letters with whatever accents, or exact ones; None for any others."""
    match sought:
        case Exact(words):
            written, end = [list(map(re.escape, word)) for word in words], _WORD_ENDS
        case Text(words, prefix=is_open) if all(word.isascii() for word in words):
            written, end = (
                [[_any_form(char) for char in word] for word in words],
                "" if is_open else _WORD_ENDS,
            )
        case _:
            return None
    # What is before the first letter is looked at behind it: what begins with a letter is found far sooner.
    written[0].insert(1, _WORD_BEGAN)
    return re.compile(_APART.join(map("".join, written)) + end, re.DOTALL)


def _any_form(char: str) -> str:
    return f"[{forms().get(char, char)}]"


def _matches(text: str, places: Sequence[_Place], sought: Sequence[Sought]) -> list[tuple[int, int]]:
    """Return the first and last word of each match, in order, the longer first, none within another."""
    words = [text[start:end] for start, end in places]
    folded = [_folded(word) for word in words]
    written = [normalize("NFC", word) for word in words] if any(map(_is_exact, sought)) else []
    known = {span for one in sought for span in spans(written if _is_exact(one) else folded, one)}
    found: list[tuple[int, int]] = []
    for start, end in sorted(known, key=lambda span: (span[0], -span[1])):
        if not found or start > found[-1][1]:
            found.append((start, end - 1))
    return found


def _is_exact(sought: Sought) -> bool:
    return isinstance(sought, Exact)


# Most words of a text stand in other texts too.
_folded = lru_cache(maxsize=1 << 14)(fold)


def _marked(text: str, start: int, end: int, matches: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], start
    for match_start, match_end in matches:
        pieces += [text[at:match_start], MARK_START, text[match_start:match_end], MARK_END]
        at = match_end
    return "".join([*pieces, text[at:end]])
