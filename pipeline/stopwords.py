"""The words that every text of a language has, as jusText lists them."""

from functools import cache

import justext

from pipeline.words import words

__all__ = ["stop_words"]

_NAMES = {
    "ca": "Catalan",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the folded stop words of a language by its ISO 639-1 code; none for one that is not known.

    >>> "segun" in stop_words("es"), "cartel" in stop_words("es"), stop_words("")
    (True, False, frozenset())
    """
    name = _NAMES.get(language)
    return frozenset(words(" ".join(justext.get_stoplist(name)))) if name else frozenset()
