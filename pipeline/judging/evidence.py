"""How evidence adds up, in a sentence and over the article: all the arithmetic of a watch of concepts.

A sentence shows a transfer as far as its strongest mechanism goes, with what stands beside it, less what a
false friend in it takes away; it shows crime as far as its strongest word of crime goes. What sentences show
is weighted by where they stand and joined as chances are: 1 - (1 - a)(1 - b)... The score is transfer x crime
x (1 - against).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from math import prod, sqrt

from pipeline.judging.directions import is_toward
from pipeline.judging.lexicon import Concept, Hit, Lexicon
from pipeline.judging.sentences import Place, Sentence

__all__ = [
    "ARITHMETIC",
    "Companion",
    "Concepts",
    "Finding",
    "Mechanism",
    "Part",
    "Weighed",
    "hits_in",
    "weigh",
]


# Sentences below the lead; a body up to this length is read as it stands.
_SHORT_BODY = 8
# Somebody of whom less is left than this is not who is meant any more.
_FORGOTTEN = 0.1
ARITHMETIC = 2
"""Which arithmetic this is; a part of every watch's version, raised when a change here moves a score."""


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
    TOWARD = "toward"
    """A country after the mechanism, with a word before it that leads there: to Texas, a manos de la DEA."""


_SHOWS = {
    Concept.PLACE: {Companion.PLACE},
    Concept.AGENCY: {Companion.PLACE},
    Concept.CUSTODY: {Companion.SOMEONE},
    Concept.CRIMINAL: {Companion.SOMEONE, Companion.CRIME},
    Concept.PERSON: {Companion.SOMEONE, Companion.CRIME},
    Concept.GROUP: {Companion.SOMEONE, Companion.CRIME},
    Concept.CRIME: {Companion.CRIME},
}
# What a headline holds when its story is about people and justice.
_SPEAKING = frozenset(Concept) - {Concept.PLACE, Concept.AGENCY, Concept.AGAINST, Concept.HINT, Concept.QUERY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One way in which people are moved."""

    weight: float
    """What its words show by themselves, 0 to 1."""
    needs: frozenset[Companion]
    """What its sentence must hold for its words to count at all."""
    is_aftermath: bool = False
    """Its words count only where another sentence shows a transfer: a first day in court."""


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
    hints: Mapping[str, float]
    """What each kind of words shows that may mean crime and may mean less."""
    against: Mapping[str, float]
    """What each kind of false friend takes away."""
    positions: Mapping[Part, Mapping[Place, float]]
    """What a sentence weighs by where it stands, for each part."""
    home: Mapping[str, frozenset[str]]
    """By language, the countries that an article may name without a border being crossed."""
    no_border: float
    """What is left of the transfer when no border is crossed."""
    carried: float
    """What is left of somebody's weight with each sentence after the one that holds them."""
    headline: Mapping[str, float]
    """What is left of the transfer when the headline tells of people and justice but of no move (``other``),
    and when it tells of neither (``none``): it is less likely to be the story."""
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
    found = [(sentence, hits_in(sentence, language, concepts)) for sentence in sentences]
    known = {
        hit.meaning.name
        for _, hits in found
        for hit in _sure(hits, frozenset(), concepts)
        if hit.meaning.name
    }
    sure = [(sentence, _sure(hits, known, concepts)) for sentence, hits in found]
    weighed = _weighed(sure, concepts)
    countries = dict.fromkeys(country for each in weighed for country in _countries(each.hits))
    crosses_border = len(countries) > 1 or bool(
        countries.keys() - concepts.home.get(language, countries.keys())
    )
    shows = {part: _joined(weighed, _positions(part, weighed, concepts), part) for part in Part}
    if not crosses_border:
        shows[Part.TRANSFER] *= concepts.no_border
    shows[Part.TRANSFER] *= _headline(weighed, concepts)
    return Finding(weighed, tuple(countries), crosses_border, shows)


def hits_in(sentence: Sentence, language: str, concepts: Concepts) -> tuple[Hit, ...]:
    """Return every term found in a sentence, names that may mean another included."""
    return tuple(concepts.lexicons.get(language, concepts.lexicons[""]).hits(sentence))


def _joined(weighed: Iterable[Weighed], positions: Mapping[Place, float], part: Part) -> float:
    return 1 - prod(1 - each.shows[part] * positions[each.sentence.place] for each in weighed)


def _positions(part: Part, weighed: Sequence[Weighed], concepts: Concepts) -> Mapping[Place, float]:
    """Return what places weigh: long texts mention much in passing, so the body of one weighs less."""
    positions = concepts.positions[part]
    length = sum(each.sentence.place is Place.BODY for each in weighed)
    if part is Part.CRIME or length <= _SHORT_BODY:
        return positions
    return {**positions, Place.BODY: positions[Place.BODY] * sqrt(_SHORT_BODY / length)}


def _headline(weighed: Iterable[Weighed], concepts: Concepts) -> float:
    headlines = [each for each in weighed if each.sentence.place is Place.HEADLINE]
    found = {hit.meaning.concept for each in headlines for hit in each.hits}
    if not headlines or Concept.MECHANISM in found:
        return 1.0
    return concepts.headline["other" if found & _SPEAKING else "none"]


def _sure(hits: tuple[Hit, ...], known: AbstractSet[str], concepts: Concepts) -> tuple[Hit, ...]:
    """Return the hits, those of ambiguous names only where something says who is meant.

    That is a word of crime in the sentence, a mechanism that speaks for itself, or the whole name elsewhere.
    """
    if any(_tells_who(hit, concepts) for hit in hits):
        return hits
    return tuple(hit for hit in hits if not hit.meaning.is_ambiguous or hit.meaning.name in known)


def _tells_who(hit: Hit, concepts: Concepts) -> bool:
    if hit.meaning.concept in concepts.crime:
        return not hit.meaning.is_ambiguous
    return _is(hit, Concept.MECHANISM) and not concepts.mechanisms[hit.meaning.name].needs


def _weighed(found: Iterable[tuple[Sentence, tuple[Hit, ...]]], concepts: Concepts) -> tuple[Weighed, ...]:
    """Return the sentences with what each shows; aftermath counts once some sentence shows a transfer."""
    weighed: list[Weighed] = []
    aftermath: list[tuple[int, float]] = []
    someone = 0.0
    for sentence, hits in found:
        company = _company(sentence, hits)
        someone = 1.0 if Companion.SOMEONE in company else someone * concepts.carried
        against = max(
            (concepts.against[hit.meaning.name] for hit in hits if _is(hit, Concept.AGAINST)), default=0.0
        )
        moved, after = _transfer(hits, company, concepts, someone=someone)
        if after > moved:
            aftermath.append((len(weighed), after * (1 - against)))
        shows = {
            Part.TRANSFER: moved * (1 - against),
            Part.CRIME: max((_crime(hit, concepts) for hit in hits), default=0.0),
            Part.AGAINST: against,
        }
        weighed.append(Weighed(sentence, hits, shows))
    if any(each.shows[Part.TRANSFER] for each in weighed):
        for place, after in aftermath:
            each = weighed[place]
            weighed[place] = Weighed(each.sentence, each.hits, {**each.shows, Part.TRANSFER: after})
    return tuple(weighed)


def _is(hit: Hit, concept: Concept) -> bool:
    return hit.meaning.concept is concept


def _crime(hit: Hit, concepts: Concepts) -> float:
    if _is(hit, Concept.HINT):
        return concepts.hints[hit.meaning.name]
    return concepts.crime.get(hit.meaning.concept, 0.0)


def _company(sentence: Sentence, hits: tuple[Hit, ...]) -> set[Companion]:
    company = {companion for hit in hits for companion in _SHOWS.get(hit.meaning.concept, ())}
    if len(set(_countries(hits))) > 1:
        company.add(Companion.BORDER)
    moves = next((hit.end for hit in hits if _is(hit, Concept.MECHANISM)), len(sentence.words))
    places = (hit.start for hit in hits if hit.meaning.country and hit.start >= moves)
    if any(is_toward(sentence.words, place) for place in places):
        company.add(Companion.TOWARD)
    return company


def _transfer(
    hits: tuple[Hit, ...], company: AbstractSet[Companion], concepts: Concepts, *, someone: float
) -> tuple[float, float]:
    """Return what the strongest mechanism shows by itself, and the strongest that is only aftermath."""
    named = {hit.meaning.name for hit in hits if _is(hit, Concept.MECHANISM)}
    if not named:
        return 0.0, 0.0
    beside = sum(concepts.company[companion] for companion in company)
    if someone >= _FORGOTTEN and Companion.SOMEONE not in company:
        beside += someone * concepts.company[Companion.SOMEONE]
        company = {*company, Companion.SOMEONE}
    shown = {False: 0.0, True: 0.0}
    for each in (concepts.mechanisms[name] for name in named):
        if each.needs <= company:
            shown[each.is_aftermath] = max(shown[each.is_aftermath], min(1.0, each.weight + beside))
    return shown[False], shown[True]


def _countries(hits: Iterable[Hit]) -> Iterator[str]:
    return (hit.meaning.country for hit in hits if hit.meaning.country)
