"""The countries of the world and their towns: ``world.toml``, read once, and what of it means a place."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from pipeline.judging.lexicon import Concept, Hit, Meaning
from pipeline.judging.sentences import Place, Sentence
from pipeline.words import fold

__all__ = ["PEOPLES", "PLACES", "codes", "place_terms", "places_in"]

PLACES = "places"
"""The table of the terms of facts under which what is found of them is filed."""

PEOPLES = f"{PLACES}.people"
"""The name of the meaning of those that need no capital."""

_LANGUAGES = ("en", "es")
_NAMING = frozenset({Concept.GROUP, Concept.PERSON})
_CALLED = frozenset("alias aka nicknamed apodado apodada".split())
_ARTICLES = frozenset("the el la los".split())
_QUOTES = frozenset("\"'“”‘’«»")
_BEFORE_PLACES = frozenset(
    "in to from of at near for into toward en de del a al desde hacia por para con".split()
)


@cache
def codes() -> Mapping[str, str]:
    """Return the code (ISO 3166-1 alpha-2) of each country by every one of its names and towns, folded."""
    world = _world()
    tables = (world["places"], *(world["places"][language] for language in _LANGUAGES))
    return {fold(term): meaning.country for table in tables for term, meaning in _terms(table, PLACES)}


def place_terms(languages: Iterable[str]) -> Iterator[tuple[str, Meaning]]:
    """Yield the names of places and peoples, each with the code of its country, if it is of one."""
    world = _world()
    for table in (world["places"], *(world["places"][language] for language in languages)):
        yield from _terms(table, PLACES)
    yield from _terms(world["peoples"], PEOPLES)
    yield from ((term, Meaning(Concept.PLACE, PLACES)) for term in world["regions"]["names"])


def places_in(sentence: Sentence, found: Iterable[Hit], named: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return what means a place, in order.

    ``found`` are names of the world's places, ``named`` what the watch found: its agencies have countries and
    its groups hide the places in their names. The country of each place returned is a code.
    """
    named = tuple(named)
    agencies = [each for each in map(_coded, named) if each.meaning.country and _is(each, Concept.AGENCY)]
    hidden = [(hit.start, hit.end) for hit in named if hit.meaning.concept in _NAMING]
    hidden += [(hit.start, hit.end) for hit in agencies]
    places = [
        hit
        for hit in found
        if hit.meaning.country and not _overlaps(hit, hidden) and _is_written_so(sentence, hit)
    ]
    known = [*hidden, *((hit.start, hit.end) for hit in found)]
    own = [
        each
        for each in map(_coded, named)
        if each.meaning.country and _is(each, Concept.PLACE) and not _overlaps(each, known)
    ]
    return tuple(sorted((*agencies, *places, *own), key=lambda hit: hit.start))


def _is(hit: Hit, concept: Concept) -> bool:
    return hit.meaning.concept is concept


def _coded(hit: Hit) -> Hit:
    meaning = hit.meaning
    code = codes().get(fold(meaning.country), "") if meaning.country else ""
    return Hit(Meaning(meaning.concept, meaning.name, code), hit.start, hit.end)


def _overlaps(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < hit.end and hit.start < end for start, end in spans)


def _is_written_so(sentence: Sentence, hit: Hit) -> bool:
    """Return whether it is written as a place is, and is no part of somebody's name."""
    if _is_a_nickname(sentence, hit):
        return False
    if hit.meaning.name == PEOPLES:
        return True
    if not _is_capital(sentence, hit.start):
        return False
    if (
        sentence.place is Place.HEADLINE
        or " ".join(sentence.words[hit.start : hit.end]) not in _also_people()
    ):
        return True
    if hit.start > 1 and _is_capital(sentence, hit.start - 1) and _are_joined(sentence, hit.start - 1):
        return False
    is_led_to = hit.start > 0 and sentence.words[hit.start - 1] in _BEFORE_PLACES
    is_followed = hit.end < len(sentence.words) and _is_capital(sentence, hit.end)
    return is_led_to or not (is_followed and _are_joined(sentence, hit.end - 1))


def _is_a_nickname(sentence: Sentence, hit: Hit) -> bool:
    """Return whether quotation marks around some words make it somebody's name: "El Colombiano"."""
    if hit.start > 0 and sentence.words[hit.start - 1] in _CALLED:
        return True
    first = hit.start - (hit.start > 0 and sentence.words[hit.start - 1] in _ARTICLES)
    begin = sentence.spans[first][0]
    last = min(hit.end + 1, len(sentence.words) - 1)
    after = sentence.text[sentence.spans[hit.end - 1][1] : sentence.spans[last][1] + 1]
    return begin > 0 and sentence.text[begin - 1] in _QUOTES and not _QUOTES.isdisjoint(after)


def _is_capital(sentence: Sentence, at: int) -> bool:
    return sentence.text[sentence.spans[at][0]].isupper()


def _are_joined(sentence: Sentence, at: int) -> bool:
    """Return whether no more than a space stands between a word and the next."""
    return not sentence.text[sentence.spans[at][1] : sentence.spans[at + 1][0]].strip()


@cache
def _world() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("pipeline.judging.facts").joinpath("world.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _also_people() -> frozenset[str]:
    return frozenset(map(fold, _world()["also_people"]["names"]))


def _terms(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, Meaning]]:
    for code, terms in table.items():
        if isinstance(terms, list):
            yield from ((term, Meaning(Concept.PLACE, name, code)) for term in terms)
