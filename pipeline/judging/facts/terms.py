"""The words from which facts are read: ``terms.toml``, read once."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.judging.facts.world import place_terms
from pipeline.judging.lexicon import Concept, Lexicon, Meaning

__all__ = ["Terms", "terms_of"]

_LANGUAGES = ("en", "es")
_VALUES = ("numbers", "receivers")


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The words of one language."""

    language: str
    """Empty where they are those of every language."""

    lexicon: Lexicon
    """A meaning's name is the way to its list in the file: ``mechanisms.extradition.told``, ``many``; that of
    the world's places is ``places``."""
    numbers: Mapping[str, int]
    receivers: frozenset[str]
    """Agencies, as the watch calls them, that fetch people from abroad."""


def terms_of(language: str) -> Terms:
    """Return the words of the language; those of every language when it has none of its own."""
    return _terms(language if language in _LANGUAGES else "")


@cache
def _terms(language: str) -> Terms:
    file = resources.files("pipeline.judging.facts").joinpath("terms.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    languages = (language,) if language else _LANGUAGES
    words = {key: value for key, value in table.items() if key not in _VALUES}
    return Terms(
        language=language,
        lexicon=Lexicon((*_meant(words, languages, ""), *place_terms(languages))),
        numbers={word: value for each in languages for word, value in table["numbers"][each].items()},
        receivers=frozenset(table["receivers"]["names"]),
    )


def _meant(
    table: Mapping[str, object], languages: tuple[str, ...], name: str
) -> Iterator[tuple[str, Meaning]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _meant(value, languages, f"{name}.{key}".strip("."))
        elif key in languages and isinstance(value, list):
            yield from ((term, Meaning(Concept.STATED, name)) for term in value)
