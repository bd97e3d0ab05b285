"""Who: the persons and the groups that an article names where it tells of the move."""

import re
from collections.abc import Iterator, Sequence

from pipeline.facts import Fact
from pipeline.judging.facts.telling import Telling, of_concept
from pipeline.judging.lexicon import Concept

__all__ = ["groups_of", "names_of"]

_KIN_LENGTH = 5
_WORD = r"[A-ZÁÉÍÓÚÜÑ][\w’'-]+"
_FULL_NAME = rf"{_WORD}(?: (?:(?:de|del|de la|van|von|al|bin) )?{_WORD}){{1,3}}"
# A name nobody has listed is known by what follows it: an alias or an age.
_INTRODUCED = re.compile(
    rf"({_FULL_NAME})(?=, (?:(?:also )?known as|conocid[oa] como|apodad[oa]|nicknamed|aka|\d\d\b)|,? alias )"
)


def names_of(tellings: Sequence[Telling]) -> tuple[Fact[str], ...]:
    """Return the persons named in the headline or where a move is told, each once, in order."""
    found: dict[str, Fact[str]] = {}
    for each in tellings:
        if each.is_body and not _is_of_this_move(each):
            continue
        for fact in _named(each):
            found.setdefault(fact.value, fact)
    return tuple(found.values())


def _is_of_this_move(telling: Telling) -> bool:
    return bool(telling.moves or telling.marks("lists")) and not telling.marks("elsewhere")


def _named(telling: Telling) -> Iterator[Fact[str]]:
    text = telling.sentence.text
    known = [(hit.span(telling.sentence), hit) for hit in of_concept(telling.hits, Concept.PERSON)]
    kin = [mark.end for mark in telling.marks("kin")]
    for _, hit in known:
        if any(0 <= hit.start - end < _KIN_LENGTH for end in kin):
            continue
        yield telling.fact(hit.meaning.name, hit)
    for match in _INTRODUCED.finditer(text):
        if not any(start < match.end() and match.start() < end for (start, end), _ in known):
            yield Fact(match[1], match[1], text)


def groups_of(tellings: Sequence[Telling]) -> tuple[Fact[str], ...]:
    """Return the groups that are named anywhere in what was read, each once, in order."""
    found: dict[str, Fact[str]] = {}
    for each in tellings:
        for hit in of_concept(each.hits, Concept.GROUP):
            found.setdefault(hit.meaning.name, each.fact(hit.meaning.name, hit))
    return tuple(found.values())
