"""How evidence adds up: sentence by sentence, then over the article. All the arithmetic of a watch of concepts.

A sentence shows a transfer as far as its strongest mechanism goes, with what stands beside it (a place or agency,
custody, crime); it shows crime as far as its strongest word of crime goes. What sentences show is weighted by
where they stand and joined as chances are: 1 - (1 - a)(1 - b)... The score is transfer x crime x (1 - against).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from pipeline.judging.lexicon import Concept, Hit, Lexicon
from pipeline.judging.sentences import Place, Sentence

__all__ = ["Concepts", "Finding", "Mechanism", "Weighed", "weigh"]

_CRIME = (Concept.CRIME, Concept.GROUP, Concept.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One way in which people are moved."""

    weight: float
    """What its words show by themselves, 0 to 1."""
    needs: int
    """How many of place, custody and crime its sentence must hold for its words to count at all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concepts:
    """What a watch of concepts looks for, and what each find weighs."""

    lexicons: Mapping[str, Lexicon]
    """The terms to look for by language of the article; those of every language under an empty name."""
    mechanisms: Mapping[str, Mechanism]
    company: Mapping[Concept, float]
    """What place, custody and crime add to a mechanism in their sentence."""
    crime: Mapping[Concept, float]
    """What a word of crime, a group and a person show."""
    against: Mapping[str, float]
    """What each kind of false friend takes away."""
    positions: Mapping[Place, float]
    one_country: float
    """What is left of the transfer when the article names fewer than two countries."""
    threshold: float

    def lexicon(self, language: str) -> Lexicon:
        """Return the terms for an article; all of them where its language is unknown or has none."""
        return self.lexicons.get(language, self.lexicons[""])


@dataclass(frozen=True, slots=True)
class Weighed:
    """One sentence: what was found in it, and what it shows (0 to 1 each) before its place is weighed in."""

    sentence: Sentence
    hits: tuple[Hit, ...]
    transfer: float
    crime: float
    against: float


@dataclass(frozen=True, slots=True)
class Finding:
    """An article: its sentences weighed, and what they show together."""

    sentences: tuple[Weighed, ...]
    countries: tuple[str, ...]
    transfer: float
    crime: float
    against: float

    @property
    def score(self) -> float:
        """0 to 1."""
        return self.transfer * self.crime * (1 - self.against)


def weigh(sentences: Iterable[Sentence], language: str, concepts: Concepts) -> Finding:
    """Return what the sentences show; the cost is one pass over their words."""
    lexicon = concepts.lexicon(language)
    weighed = tuple(_weighed(sentence, tuple(lexicon.hits(sentence)), concepts) for sentence in sentences)
    places = [concepts.positions[each.sentence.place] for each in weighed]
    countries = tuple(dict.fromkeys(hit.meaning.country for each in weighed for hit in each.hits if hit.meaning.country))
    transfer, crime, against = (
        1 - prod(1 - shown * place for shown, place in zip(column, places, strict=True))
        for column in (
            [each.transfer for each in weighed],
            [each.crime for each in weighed],
            [each.against for each in weighed],
        )
    )
    if len(countries) < 2:
        transfer *= concepts.one_country
    return Finding(weighed, countries, transfer, crime, against)


def _weighed(sentence: Sentence, hits: tuple[Hit, ...], concepts: Concepts) -> Weighed:
    if not any(hit.meaning.concept in _CRIME and not hit.meaning.is_ambiguous for hit in hits):
        hits = tuple(hit for hit in hits if not hit.meaning.is_ambiguous)
    crime = max((concepts.crime.get(hit.meaning.concept, 0.0) for hit in hits), default=0.0)
    against = max((_against(hit, concepts) for hit in hits), default=0.0)
    return Weighed(sentence, hits, _transfer(hits, concepts), crime, against)


def _against(hit: Hit, concepts: Concepts) -> float:
    return concepts.against[hit.meaning.name] if hit.meaning.concept is Concept.AGAINST else 0.0


def _transfer(hits: tuple[Hit, ...], concepts: Concepts) -> float:
    company = {_companion(hit.meaning.concept) for hit in hits} & concepts.company.keys()
    beside = sum(concepts.company[concept] for concept in company)
    named = {hit.meaning.name for hit in hits if hit.meaning.concept is Concept.MECHANISM}
    mechanisms = (concepts.mechanisms[name] for name in named)
    shown = (each.weight + beside for each in mechanisms if len(company) >= each.needs)
    return min(1.0, max(shown, default=0.0))


def _companion(concept: Concept) -> Concept:
    if concept in _CRIME:
        return Concept.CRIME
    return Concept.PLACE if concept is Concept.AGENCY else concept
