"""A text -> what it names and counts: by these, stories are told apart across languages."""

import math
import re
from collections import Counter
from functools import lru_cache

from pipeline.linking.fingerprints import mark_of
from pipeline.words import words

__all__ = ["mentions"]

# Names and figures stand early; what stands later is background.
_READ = 4000
_SHORTEST = 3
# Articles of one time name the same people and places; so many take half a megabyte.
_KNOWN = 4096
# These look behind after their first character: what begins with one of a set is found twice as fast.
_NAME = re.compile(
    r"[A-ZÁÉÍÓÚÑÜÀÈÌÒÙÂÊÎÔÛÇÄÖ](?<!\w.)[\w'’]+"
    r"(?:(?:[ -]| (?:de|del|de la|of|of the|the) )[A-ZÁÉÍÓÚÑÜÀÈÌÒÙÂÊÎÔÛÇÄÖ][\w'’]+)*"
)
_NUMBER = re.compile(r"\d(?<![\w.,].)[\d.,]*(?!\w)")
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?…:»”\"\n]\s*|[—–-]\s+|[“«¿¡\"]\s*)$")


def mentions(text: str) -> dict[int, float]:
    """Return what a text mentions: marks of its names, of their parts, of its numbers, each with its weight.

    The weight grows with the logarithm of how often it is said. A single word that opens a sentence is not
    taken for a name; a number of one digit says nothing.
    """
    text = text[:_READ]
    said: list[int] = []
    for found in _NAME.finditer(text):
        is_word, marks = _named(found[0])
        if is_word and _OPENS_SENTENCE.search(text[max(0, found.start() - 3) : found.start()]):
            continue
        said += marks
    for number in _NUMBER.findall(text):
        said += _numbered(number)
    return {mark: 1 + math.log(count) for mark, count in Counter(said).items()}


@lru_cache(_KNOWN)
def _named(name: str) -> tuple[bool, tuple[int, ...]]:
    """Tell whether a name is one word, and return the marks of its parts and of the whole."""
    parts = words(name)
    said = [part for part in parts if len(part) >= _SHORTEST]
    if len(parts) > 1:
        said.append(" ".join(parts))
    return len(parts) == 1, tuple(map(mark_of, said))


@lru_cache(_KNOWN)
def _numbered(number: str) -> tuple[int, ...]:
    digits = re.sub(r"\D", "", number)
    return (mark_of(digits),) if len(digits) > 1 else ()
