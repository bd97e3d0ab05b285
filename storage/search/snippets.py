"""The piece of a text that shows why it was found."""

from collections.abc import Sequence
from unicodedata import normalize

from pipeline.passages import spans
from pipeline.syntax import Exact, Scope, Sought
from pipeline.words import fold, word_places, words

__all__ = ["MARK_END", "MARK_START", "snippet"]

MARK_START, MARK_END = "\x02", "\x03"
"""Stand around each match in a snippet; no stored text contains them."""

_WORDS_BEFORE = 8
_WORDS_SHOWN = 32


def snippet(text: str, sought: Sequence[Sought]) -> str:
    """Return some words around the first match, each match marked; the beginning when nothing matches.

    >>> from pipeline.syntax import Text
    >>> snippet("El capo fue extraditado ayer.", [Text(("extradit",), prefix=True)])
    'El capo fue \\x02extraditado\\x03 ayer.'
    """
    places = word_places(text)
    matches = _matches(text, places, [one for one in sought if one.scope is Scope.ALL])
    first = max((matches[0][0] if matches else 0) - _WORDS_BEFORE, 0)
    last = min(first + _WORDS_SHOWN, len(places))
    if first == last:
        return text.strip()
    start = places[first][0] if first else 0
    end = places[last - 1][1] if last < len(places) else len(text)
    shown = _marked(text, start, end, [(places[a][0], places[b][1]) for a, b in matches if b < last])
    return ("…" if first else "") + " ".join(shown.split()) + ("…" if last < len(places) else "")


def _matches(text: str, places: Sequence[tuple[int, int]], sought: Sequence[Sought]) -> list[tuple[int, int]]:
    """Return the first and last word of each match, in order, the longer first, none within another."""
    folded, known = _folded(text, places), set[tuple[int, int]]()
    for one in sought:
        if isinstance(one, Exact):
            known.update(spans([normalize("NFC", text[start:end]) for start, end in places], one))
        else:
            known.update(spans(folded, one))
    found: list[tuple[int, int]] = []
    for start, end in sorted(known, key=lambda span: (span[0], -span[1])):
        if not found or start > found[-1][1]:
            found.append((start, end - 1))
    return found


def _folded(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Return the folded word of each place."""
    # In one go, which is several times sooner than word by word.
    folded = words(text)
    return folded if len(folded) == len(places) else [fold(text[start:end]) for start, end in places]


def _marked(text: str, start: int, end: int, matches: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], start
    for match_start, match_end in matches:
        pieces += [text[at:match_start], MARK_START, text[match_start:match_end], MARK_END]
        at = match_end
    return "".join([*pieces, text[at:end]])
