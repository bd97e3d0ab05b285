"""Text -> folded words, as SQLite's ``unicode61 remove_diacritics 2`` and every matcher here sees them."""

import re
import unicodedata

__all__ = ["fold", "words"]

# A word is a run of letters and digits; "_" is \w in Python but a separator to SQLite.
_DIACRITIC = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")


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
