"""A text -> what it names and counts: by these, stories are told apart across languages."""

import math
import re
from collections import Counter

from pipeline.linking.fingerprints import mark_of
from pipeline.words import words

__all__ = ["mentions"]

# Names and figures stand early; what stands later is background.
_READ = 4000
_SHORTEST = 3
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
    said: list[str] = []
    for found in _NAME.finditer(text):
        parts = words(found.group())
        if len(parts) == 1 and _OPENS_SENTENCE.search(text[max(0, found.start() - 3) : found.start()]):
            continue
        said.extend(part for part in parts if len(part) >= _SHORTEST)
        if len(parts) > 1:
            said.append(" ".join(parts))
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) > 1:
            said.append(digits)
    return {mark_of(name): 1 + math.log(count) for name, count in Counter(said).items()}
