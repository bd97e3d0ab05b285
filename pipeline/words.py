"""Text -> folded words, as SQLite's ``unicode61 remove_diacritics 2`` and every matcher here sees them."""

import re
import unicodedata

__all__ = ["fold", "word_places", "words", "written"]

# A word is a run of letters and digits; "_" is \w in Python but a separator to SQLite.
_DIACRITIC = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
# A word with the accents that are written as characters of their own.
_WRITTEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def fold(text: str) -> str:
    """Return the text in lower case without accents.

    >>> fold("Extradición de CÁRTELES, año 2025")
    'extradicion de carteles, ano 2025'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", _DIACRITIC.sub("", decomposed))


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


def word_places(text: str) -> list[tuple[int, int]]:
    """Return where each word of the text begins and ends.

    >>> word_places("El Z-40")
    [(0, 2), (3, 4), (5, 7)]
    """
    return [match.span() for match in _WRITTEN.finditer(text)]
