"""The numbers of people in a sentence, as figures or as words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.judging.facts.telling import Telling
from pipeline.judging.lexicon import Concept, Hit, Meaning

__all__ = ["Numbered", "counted"]

_DIGITS = 3
_NEAR, _NEAR_AFTER_OF, _APPOSED = 4, 6, 3
_THOSE = frozenset("the los las these estos estas all primeros primeras first".split())
# 26 years, seven counts, the 54-year-old.
_NOT_PEOPLE = frozenset(
    "year years old counts count charges months days hours percent por ciento million millions tons kilos"
    " dollars anos cargos meses dias horas millones toneladas pesos dolares planes aircraft aviones aeronaves"
    " cities ciudades times veces vehiculos weeks minutes semanas minutos companies accounts empresas cuentas"
    " vehicles cars boats lanchas warrants ordenes votes votos trials juicios countries paises"
    " groups batches grupos lotes tandas flights vuelos".split()
)
# "Three groups of prisoners" are not three prisoners.
_OF = frozenset("of de".split())
_GROUPS = frozenset("pair duo trio couple pareja matrimonio".split())
_PEOPLE = Meaning(Concept.STATED, "many")
_IN_ARTICLES = frozenset("article articulo articles seccion section front frente numeral page pagina".split())
_TENS = frozenset(range(20, 100, 10))
_ONES = range(1, 10)
_AND = "y"
_SHARES = frozenset("in out".split())
_TIMES = (("y", "media"), ("y", "cuarto"), ("en", "punto"), ("de", "la"), ("o", "clock"))
_OF_EVERY = ("de", "cada")
_SUPERLATIVE = frozenset({"most"})


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number with the words that say of what it is."""

    value: int
    hit: Hit


def counted(telling: Telling) -> Iterator[Numbered]:
    """Yield the numbers that stand before a word for people, or above and in the lead after an article."""
    words = telling.sentence.words
    many = {hit.start: hit for hit in telling.marks("many")}
    others = {hit.start for hit in telling.marks("bystanders")}
    found = {start: (end, value) for start, end, value in _numbered(words, telling.terms.numbers)}
    for start, (end, value) in found.items():
        if start > 0 and words[start - 1] in _IN_ARTICLES:
            continue
        at, is_of_people = _people_after(words, end, many, stops={*found, *others})
        if is_of_people and not _is_apposed(many[at].end, others):
            yield Numbered(value, Hit(many[at].meaning, start, many[at].end))
        elif at >= 0 and not telling.is_body and _stands_alone(start, end, telling):
            yield Numbered(value, Hit(_PEOPLE, start, end))


def _people_after(
    words: Sequence[str], end: int, many: Mapping[int, Hit], *, stops: set[int]
) -> tuple[int, bool]:
    """Return where the word for people stands that a number counts, and whether it does; -1: no people."""
    length = _NEAR_AFTER_OF if words[end : end + 1] and words[end] in _OF else _NEAR
    out = next((at for at in range(end, min(end + length, len(words))) if words[at] == "out"), -2)
    for at in range(end, min(end + length, len(words))):
        if at in many:
            return at, True
        if at in stops or words[at] in _NOT_PEOPLE or (words[at] in _OF and end < at != out + 1):
            return -1, False
    if length > _NEAR:
        return -1, False
    return end, False


def _is_apposed(end: int, others: set[int]) -> bool:
    """Return whether they turn out to be others: cuarenta personas, familiares de los presos."""
    return any(end <= at < end + _APPOSED for at in others)


def _stands_alone(start: int, end: int, telling: Telling) -> bool:
    """Return whether a number without a noun is of people: the 26, Nine flown to Texas."""
    of_things = {
        hit.start for table in ("of_things", "goods", "holders", "players") for hit in telling.marks(table)
    }
    if start > 0 and telling.sentence.words[start - 1] in _THOSE:
        return True
    is_headline = telling.is_headline and end not in of_things
    words = telling.sentence.words
    if is_headline and words[start] in _GROUPS and words[end : end + 1] not in (("of",), ("de",)):
        return True
    return is_headline and (start == 0 or any(move.end == start for move in telling.moves))


def _numbered(words: Sequence[str], named: Mapping[str, int]) -> Iterator[tuple[int, int, int]]:
    """Yield where each number of people that there may be begins and ends, and what it is."""
    last = 0
    for place in range(len(words)):
        if place < last:
            continue
        last, value = _number_at(words, place, named)
        following = words[last : last + 2]
        if (
            value > 1
            and following
            and following[0] not in _NOT_PEOPLE
            and not _is_of_another_kind(following, named)
        ):
            yield place, last, value


def _is_of_another_kind(following: Sequence[str], named: Mapping[str, int]) -> bool:
    """Return whether a number is one of a share or an hour: nueve de cada diez, las nueve y media."""
    if following in _TIMES:
        return True
    return (
        following == _OF_EVERY
        or following[0] in _SUPERLATIVE
        or (following[0] in _SHARES and following[-1] in named)
    )


def _number_at(words: Sequence[str], place: int, named: Mapping[str, int]) -> tuple[int, int]:
    """Return where the number at a place ends and what it is, 0 where none is: treinta y siete."""
    word = words[place]
    if word.isdecimal():
        following = words[place + 1 : place + 2]
        if following and following[0].isdecimal():
            return place + 2, 0  # 5:20, 1.200
        return place + 1, int(word) if len(word) <= _DIGITS else 0
    value = named.get(word, 0)
    if value in _TENS:
        at = place + 1 + (words[place + 1 : place + 2] == (_AND,))
        ones = named.get(words[at], 0) if at < len(words) else 0
        if ones in _ONES:
            return at + 1, value + ones
    return place + 1, value
