"""How evidence adds up, in a sentence and over the article: all the arithmetic of a watch of concepts.

A sentence shows a transfer as far as its strongest mechanism goes, with what stands beside it; it shows crime
as far as its strongest word of crime goes. What sentences show is weighted by where they stand and joined as
chances are: 1 - (1 - a)(1 - b)... The score is transfer x crime x (1 - against).
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from pipeline.judging.lexicon import Concept, Hit, Lexicon
from pipeline.judging.sentences import Place, Sentence

__all__ = ["Companion", "Concepts", "Finding", "Mechanism", "Part", "Weighed", "weigh"]


class Part(StrEnum):
    """What an article may show."""

    TRANSFER = "transfer"
    CRIME = "crime"
    AGAINST = "against"


class Companion(StrEnum):
    """What may stand beside a mechanism in its sentence."""

    PLACE = "place"
    """A country or an agency."""
    BORDER = "border"
    """Two countries."""
    SOMEONE = "someone"
    """Somebody in the hands of justice, known by name or called a criminal."""
    CRIME = "crime"


_SHOWS = {
    Concept.PLACE: {Companion.PLACE},
    Concept.AGENCY: {Companion.PLACE},
    Concept.CUSTODY: {Companion.SOMEONE},
    Concept.CRIMINAL: {Companion.SOMEONE, Companion.CRIME},
    Concept.PERSON: {Companion.SOMEONE, Companion.CRIME},
    Concept.GROUP: {Companion.CRIME},
    Concept.CRIME: {Companion.CRIME},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One way in which people are moved."""

    weight: float
    """What its words show by themselves, 0 to 1."""
    needs: frozenset[Companion]
    """What its sentence must hold for its words to count at all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concepts:
    """What a watch of concepts looks for, and what each find weighs."""

    lexicons: Mapping[str, Lexicon]
    """The terms to look for by language of the article; those of every language under an empty name."""
    mechanisms: Mapping[str, Mechanism]
    company: Mapping[Companion, float]
    """What each companion adds to a mechanism in its sentence."""
    crime: Mapping[Concept, float]
    """What words of crime, criminals, groups and persons show."""
    against: Mapping[str, float]
    """What each kind of false friend takes away."""
    positions: Mapping[Part, Mapping[Place, float]]
    """What a sentence weighs by where it stands, for each part."""
    home: Mapping[str, frozenset[str]]
    """By language, the countries that an article may name without a border being crossed."""
    no_border: float
    """What is left of the transfer when no border is crossed."""
    threshold: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """One sentence: what was found in it, and what that shows (0 to 1) before its place is weighed in."""

    sentence: Sentence
    hits: tuple[Hit, ...]
    shows: Mapping[Part, float]


@dataclass(frozen=True, slots=True)
class Finding:
    """An article: its sentences weighed, and what they show together."""

    sentences: tuple[Weighed, ...]
    countries: tuple[str, ...]
    crosses_border: bool
    """It names two countries, or one where its language is not at home."""
    shows: Mapping[Part, float]

    @property
    def score(self) -> float:
        """0 to 1."""
        return self.shows[Part.TRANSFER] * self.shows[Part.CRIME] * (1 - self.shows[Part.AGAINST])


def weigh(sentences: Iterable[Sentence], language: str, concepts: Concepts) -> Finding:
    """Return what the sentences show; the cost is one pass over their words."""
    lexicon = concepts.lexicons.get(language, concepts.lexicons[""])
    found = [(sentence, tuple(lexicon.hits(sentence))) for sentence in sentences]
    known = {
        hit.meaning.name
        for _, hits in found
        for hit in _sure(hits, frozenset(), concepts)
        if hit.meaning.name
    }
    weighed = tuple(_weighed(sentence, _sure(hits, known, concepts), concepts) for sentence, hits in found)
    countries = dict.fromkeys(country for each in weighed for country in _countries(each.hits))
    crosses_border = len(countries) > 1 or bool(
        countries.keys() - concepts.home.get(language, countries.keys())
    )
    shows = {part: _joined(weighed, part, concepts.positions[part]) for part in Part}
    if not crosses_border:
        shows[Part.TRANSFER] *= concepts.no_border
    return Finding(weighed, tuple(countries), crosses_border, shows)


def _joined(weighed: Iterable[Weighed], part: Part, positions: Mapping[Place, float]) -> float:
    return 1 - prod(1 - each.shows[part] * positions[each.sentence.place] for each in weighed)


def _sure(hits: tuple[Hit, ...], known: AbstractSet[str], concepts: Concepts) -> tuple[Hit, ...]:
    """Return the hits, those of ambiguous names only beside a word of crime or when the name is known."""
    if any(hit.meaning.concept in concepts.crime and not hit.meaning.is_ambiguous for hit in hits):
        return hits
    return tuple(hit for hit in hits if not hit.meaning.is_ambiguous or hit.meaning.name in known)


def _weighed(sentence: Sentence, hits: tuple[Hit, ...], concepts: Concepts) -> Weighed:
    found = {hit.meaning.concept for hit in hits}
    against = {hit.meaning.name for hit in hits if hit.meaning.concept is Concept.AGAINST}
    shows = {
        Part.TRANSFER: _transfer(hits, concepts) if Concept.MECHANISM in found else 0.0,
        Part.CRIME: max((concepts.crime[concept] for concept in found & concepts.crime.keys()), default=0.0),
        Part.AGAINST: max((concepts.against[name] for name in against), default=0.0),
    }
    return Weighed(sentence, hits, shows)


def _transfer(hits: tuple[Hit, ...], concepts: Concepts) -> float:
    company = {companion for hit in hits for companion in _SHOWS.get(hit.meaning.concept, ())}
    if len(set(_countries(hits))) > 1:
        company.add(Companion.BORDER)
    beside = sum(concepts.company[companion] for companion in company)
    named = {hit.meaning.name for hit in hits if hit.meaning.concept is Concept.MECHANISM}
    mechanisms = (concepts.mechanisms[name] for name in named)
    shown = (each.weight + beside for each in mechanisms if each.needs <= company)
    return min(1.0, max(shown, default=0.0))


def _countries(hits: Iterable[Hit]) -> Iterator[str]:
    return (hit.meaning.country for hit in hits if hit.meaning.country)
