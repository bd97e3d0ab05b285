"""How many are moved: a number beside a word for people, or one person named or told of."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.facts import Fact
from pipeline.judging.facts.telling import Telling, of_concept
from pipeline.judging.lexicon import Concept, Hit, Meaning
from pipeline.judging.sentences import Place

__all__ = ["count_of"]

_DIGITS = 3
_NEAR, _VERY_NEAR, _AROUND = 4, 2, 7
_THOSE = frozenset("the los las these estos estas all".split())
# 26 years, seven counts, the 54-year-old.
_NOT_PEOPLE = frozenset(
    "year years old counts count charges months days hours percent por ciento million millions tons kilos"
    " dollars anos cargos meses dias horas millones toneladas pesos dolares planes aircraft aviones aeronaves"
    " cities ciudades times veces vehiculos".split()
)
# "Three groups of prisoners" are not three prisoners.
_OF = frozenset("of de".split())
_PEOPLE = Meaning(Concept.STATED, "many")
_IN_ARTICLES = frozenset("article articulo articles seccion section front frente numeral page pagina".split())


def count_of(tellings: Sequence[Telling]) -> Fact[int] | None:
    """Return the first number of people that belongs to this move; None where none is told."""
    for each in tellings:
        if fact := _shared(each):
            return fact
    above = [each for each in tellings if not each.is_body]
    below = [each for each in tellings if each.is_body and each.moves]
    return _first_number(above) or _first_single(above) or _first_number(below) or _only_person(tellings)


def _first_number(tellings: Sequence[Telling]) -> Fact[int] | None:
    return next((each.fact(number, hit) for each in tellings for number, hit in _numbers(each)), None)


def _first_single(tellings: Sequence[Telling]) -> Fact[int] | None:
    return next((each.fact(1, single) for each in tellings if (single := _single(each))), None)


def _only_person(tellings: Sequence[Telling]) -> Fact[int] | None:
    """Return one where the whole article knows one person by name."""
    named = [(each, hit) for each in tellings for hit in of_concept(each.hits, Concept.PERSON)]
    if len({hit.meaning.name for _, hit in named}) != 1:
        return None
    telling, hit = named[0]
    return telling.fact(1, hit)


def _shared(telling: Telling) -> Fact[int] | None:
    """Return the number of those of whom the article takes out one: one of 29; along with 28 others."""
    for table, himself in (("one_of", 0), ("along_with", 1)):
        ends = [mark.end for mark in telling.marks(table)] if telling.moves else []
        for number, hit in _counted(telling) if ends else ():
            if any(0 <= hit.start - end < _VERY_NEAR for end in ends):
                return telling.fact(number + himself, hit)
    return None


def _numbers(telling: Telling) -> Iterator[tuple[int, Hit]]:
    elsewhere = [hit.start for hit in telling.marks("elsewhere")]
    for number, hit in _counted(telling):
        if not _is_elsewhere(hit.start, telling.sentence.words, elsewhere):
            yield number, hit


def _counted(telling: Telling) -> Iterator[tuple[int, Hit]]:
    """Yield the numbers that stand before a word for people, or above and in the lead after an article."""
    words = telling.sentence.words
    many = {hit.start: hit for hit in telling.marks("many")}
    found = dict(_numbered(words, telling.terms.numbers))
    for place, number in found.items():
        for at in range(place + 1, min(place + 1 + _NEAR, len(words))):
            if at in many:
                yield number, Hit(many[at].meaning, place, many[at].end)
            if at in many or at in found or words[at] in _OF:
                break
        else:
            is_of_those = place > 0 and words[place - 1] in _THOSE
            if not telling.is_body and (is_of_those or _is_moved(place, telling)):
                yield number, Hit(_PEOPLE, place, place + 1)


def _is_moved(place: int, telling: Telling) -> bool:
    """Return whether a headline says it without a noun: Nine flown to Texas, Peru extradites nine."""
    of_things = {
        hit.start for table in ("of_things", "goods", "holders", "players") for hit in telling.marks(table)
    }
    is_headline = telling.sentence.place is Place.HEADLINE and place + 1 not in of_things
    return is_headline and (place == 0 or any(move.end == place for move in telling.moves))


def _numbered(words: Sequence[str], named: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Yield each number of people that there may be, by where it stands."""
    for place, word in enumerate(words[:-1]):
        number = int(word) if word.isdecimal() and len(word) <= _DIGITS else named.get(word, 0)
        if number > 1 and words[place + 1] not in _NOT_PEOPLE:
            yield place, number


def _is_elsewhere(place: int, words: Sequence[str], elsewhere: Sequence[int]) -> bool:
    if place and words[place - 1] in _IN_ARTICLES:
        return True
    return any(-_AROUND < at - place < _NEAR for at in elsewhere)


def _single(telling: Telling) -> Hit | None:
    if telling.marks("many"):
        return None
    people = {hit.meaning.name: hit for hit in of_concept(telling.hits, Concept.PERSON)}
    one = telling.marks("one")
    if len(people) == 1 and (telling.moves or telling.sentence.place is Place.HEADLINE):
        return next(iter(people.values()))
    return one[0] if one else None
