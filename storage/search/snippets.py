"""The piece of a text that shows why it was found."""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

from pipeline.passages import spans
from pipeline.syntax import Exact, Near, Scope, Sought
from pipeline.words import fold, word_places

__all__ = ["MARK_END", "MARK_START", "snippet"]

MARK_START, MARK_END = "\x02", "\x03"
"""Stand around each match in a snippet; no stored text contains them."""

_Place = tuple[int, int]
"""Where a word begins and ends in its text."""

_HEAD = 1_200
_WORDS_BEFORE = 8
_WORDS_SHOWN = 32


def snippet(text: str, sought: Sequence[Sought]) -> str:
    """Return some words around the first match, each match marked; the beginning when nothing matches.

    >>> from pipeline.syntax import Text
    >>> snippet("El capo fue extraditado ayer.", [Text(("extradit",), prefix=True)])
    'El capo fue \\x02extraditado\\x03 ayer.'
    """
    sought = [one for one in sought if one.scope is Scope.ALL]
    # A text is mostly found by its beginning. One word near another could begin before what is found there.
    head = text.rfind(" ", 0, _HEAD) if len(text) > _HEAD else -1
    if head > 0 and not any(isinstance(one, Near) for one in sought):
        places, matches = _found(text[:head], sought)
        if matches and max(matches[0][0] - _WORDS_BEFORE, 0) + _WORDS_SHOWN < len(places):
            return _shown(text, places, matches)
    return _shown(text, *_found(text, sought))


def _found(text: str, sought: Sequence[Sought]) -> tuple[list[_Place], list[tuple[int, int]]]:
    places = word_places(text)
    return places, _matches([text[start:end] for start, end in places], sought)


def _shown(text: str, places: Sequence[_Place], matches: Sequence[tuple[int, int]]) -> str:
    first = max((matches[0][0] if matches else 0) - _WORDS_BEFORE, 0)
    last = min(first + _WORDS_SHOWN, len(places))
    if first == last:
        return text.strip()
    start = places[first][0] if first else 0
    end = places[last - 1][1] if last < len(places) else len(text)
    shown = _marked(text, start, end, [(places[a][0], places[b][1]) for a, b in matches if b < last])
    return ("…" if first else "") + " ".join(shown.split()) + ("…" if last < len(places) else "")


def _matches(words: Sequence[str], sought: Sequence[Sought]) -> list[tuple[int, int]]:
    """Return the first and last word of each match, in order, the longer first, none within another."""
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
