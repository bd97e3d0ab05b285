"""Text -> folded words, as SQLite's ``unicode61 remove_diacritics 2`` and every matcher here sees them."""

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from string import ascii_lowercase

__all__ = ["LOOSE_ACCENTS", "fold", "forms", "has_loose_accents", "word_places", "words", "written"]

# A word is a run of letters and digits; "_" is \w in Python but a separator to SQLite.
_WORD = re.compile(r"[^\W_]+")
# All but Latin letters whose accents all go, and the usual signs.
_BEYOND_LATIN = re.compile("[^\x00-\xb4\xb6-\u017e\u1ea0-\u1ef9\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]")
_ACCENT = re.compile("[\u0300-\u036f]")
LOOSE_ACCENTS = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
"""The accents that may be characters of their own, as the inside of a class of a regular expression."""

_LOOSE_ACCENT = re.compile(f"[{LOOSE_ACCENTS}]")
# A word with the accents that are written as characters of their own; any other mark parts words.
_WRITTEN = re.compile(rf"[^\W_](?:[^\W_]|[{LOOSE_ACCENTS}])*")
_LATIN = re.compile("(?P<letter>[a-z])[\u0300-\u036f]+")
# Letters that have a second form, which stays small letters as it is.
_VARIANTS = str.maketrans({"ς": "σ", "ſ": "s", "\N{MICRO SIGN}": "\N{GREEK SMALL LETTER MU}"})


class _Plain(dict[int, str]):
    """Each character -> what it is without accent, found when it is first met: few scripts ever are.

    Only Latin letters lose theirs: й is not и, to SQLite as to its readers. An accent that is a character of
    its own goes, wherever it stands.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        decomposed = _LATIN.fullmatch(unicodedata.normalize("NFD", char))
        plain = "" if _LOOSE_ACCENT.match(char) else char.translate(_VARIANTS)
        self[code] = decomposed["letter"] if decomposed else plain
        return self[code]


_PLAIN = _Plain()


def fold(text: str) -> str:
    """Return the text in lower case, Latin letters without accents.

    >>> fold("Extradición de CÁRTELES, año 2025")
    'extradicion de carteles, ano 2025'
    >>> fold("Андрей Ёлкин")
    'андрей ёлкин'
    """
    if text.isascii():
        return text.lower()
    lowered = text.lower()
    if _BEYOND_LATIN.search(lowered):
        return lowered.translate(_PLAIN)
    # The same, two times sooner, for the letters of most newspapers.
    return _ACCENT.sub("", unicodedata.normalize("NFD", lowered))


@cache
def forms() -> Mapping[str, str]:
    """Return for each of the letters a to z all characters that fold to it.

    >>> "".join(sorted(forms()["n"]))[:6]
    'NnÑñŃń'
    """
    found = defaultdict[str, str](str)
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00), 0x212A, 0x212B):
        found[fold(chr(code))] += chr(code)
    return {letter: found[letter] for letter in ascii_lowercase}


def has_loose_accents(text: str) -> bool:
    """Tell whether a letter of the text has its accent behind it, as a character of its own."""
    return not text.isascii() and _LOOSE_ACCENT.search(text) is not None


def words(text: str) -> list[str]:
    """Return the folded words in order.

    >>> words("El Z-40, alias 'Ñoño'")
    ['el', 'z', '40', 'alias', 'nono']
    """
    return _WORD.findall(fold(text))


def written(text: str) -> list[str]:
    """Return the words in order as they are written: composed (NFC), but not folded.

    >>> written("El Z-40, alias 'Ñoño'")
    ['El', 'Z', '40', 'alias', 'Ñoño']
    """
    return _WRITTEN.findall(unicodedata.normalize("NFC", text))


def word_places(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, int]]:
    """Yield where each word of the text, or of what lies between two places in it, begins and ends.

    >>> list(word_places("El Z-40"))
    [(0, 2), (3, 4), (5, 7)]
    """
    return (match.span() for match in _WRITTEN.finditer(text, start, end))
