"""Where and when a report was written, as its first sentence opens: THE HAGUE, Dec 19 -."""

import re

from pipeline.judging.facts.heads import is_head
from pipeline.judging.facts.telling import Telling
from pipeline.judging.lexicon import Hit

__all__ = ["dateline_length", "dateline_of"]

# "TOLUCA, Méx.- ", "THE HAGUE, Dec 19 - ", "Ciudad de México, 13 ago.- ".
_DATELINE = re.compile(r"[^\W\d_][^-–—:;!?\"“«]{1,44}?(?:\.-|\s[-–—]{1,2})\s")


def dateline_of(telling: Telling) -> Hit | None:
    """Return the place where the report was written, in the sentence that begins with it."""
    length = dateline_length(telling)
    return next((place for place in telling.places if place.end <= length), None)


def dateline_length(telling: Telling) -> int:
    """Return how many words of a sentence are its dateline."""
    if is_head(telling.sentence):
        return len(telling.sentence.words)
    dateline = _DATELINE.match(telling.sentence.text) if telling.sentence.number == 1 else None
    return sum(end <= dateline.end() for _, end in telling.sentence.spans) if dateline else 0
