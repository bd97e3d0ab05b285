"""The piece of a text that shows why it was found."""

import re
from collections.abc import Sequence

from pipeline.syntax import Scope, Text
from pipeline.words import fold

__all__ = ["MARK_END", "MARK_START", "snippet"]

MARK_START, MARK_END = "\x02", "\x03"
"""Stand around each match in a snippet; no stored text contains them."""

# A word with the accents that are written as characters of their own.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_WORDS_BEFORE = 8
_WORDS_SHOWN = 32


def snippet(text: str, sought: Sequence[Text]) -> str:
    """Return some words around the first match, each match marked; the beginning when nothing matches.

    >>> snippet("El capo fue extraditado ayer.", [Text(("extradit",), prefix=True)])
    'El capo fue \\x02extraditado\\x03 ayer.'
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    folded = [fold(text[start:end]) for start, end in spans]
    matches = _matches(folded, [one for one in sought if one.scope is Scope.ALL])
    first = max((matches[0][0] if matches else 0) - _WORDS_BEFORE, 0)
    last = min(first + _WORDS_SHOWN, len(spans))
    if first == last:
        return text.strip()
    start = spans[first][0] if first else 0
    end = spans[last - 1][1] if last < len(spans) else len(text)
    shown = _marked(text, start, end, [(spans[a][0], spans[b][1]) for a, b in matches if b < last])
    return ("…" if first else "") + " ".join(shown.split()) + ("…" if last < len(spans) else "")


def _matches(words: Sequence[str], sought: Sequence[Text]) -> list[tuple[int, int]]:
    """Return the first and last word of each match, in order, none within another."""
    found = []
    index = 0
    while index < len(words):
        length = max((len(one.words) for one in sought if _is_at(words, index, one)), default=0)
        if length:
            found.append((index, index + length - 1))
        index += length or 1
    return found


def _is_at(words: Sequence[str], index: int, text: Text) -> bool:
    *whole, last = text.words
    end = index + len(whole)
    if end >= len(words) or list(words[index:end]) != whole:
        return False
    return words[end].startswith(last) if text.prefix else words[end] == last


def _marked(text: str, start: int, end: int, matches: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], start
    for match_start, match_end in matches:
        pieces += [text[at:match_start], MARK_START, text[match_start:match_end], MARK_END]
        at = match_end
    return "".join([*pieces, text[at:end]])
