"""How many are moved: a number beside a word for people, or one person named or told of."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.facts import Fact, Mechanism, Stage
from pipeline.judging.facts.dateline import dateline_length
from pipeline.judging.facts.numerals import Numbered, counted
from pipeline.judging.facts.single import is_plural, said_single, single
from pipeline.judging.facts.telling import Telling, is_told, of_concept, years_in
from pipeline.judging.lexicon import Concept
from pipeline.judging.sentences import Place

__all__ = ["count_of"]

_NEAR, _VERY_NEAR, _AROUND = 4, 2, 7
# No state has sent so many at once.
_TOTAL = 100
_BEFORE, _AFTER = 9, 12
_OF_A_CASE = frozenset(f"stages.{stage}" for stage in (Stage.IN_COURT, Stage.SENTENCED))
_JOURNEY = f"mechanisms.{Mechanism.TRANSFER}.moved"
# "A further 37": only above is it said of this move.
_MORE = frozenset("another otros otras".split())
# "With another 28": those beside the one of whom the article tells.
_WITH = frozenset("with and among con y entre".split())
# "And his wife", "y a otro": more than one, and nobody says how many.
_AND = frozenset("and y".split())
_OTHER = frozenset("another otro otra his her su sus".split())
_OTHERS = frozenset("other others otros otras another".split())
_FIRST = frozenset(
    "first second third last primero segundo tercero ultimo primera segunda primeros primeras".split()
)
_OF = frozenset("of de".split())
_THE = frozenset("the los las".split())
# Cano, 58, was; the 44-year-old; de 39 años.
_AGE = re.compile(
    r"(?<=\w), \d\d,|\b\d\d-year-old\b(?! sentence)|, de \d\d años\b|\ba los \d\d años\b|\(\d\d\)"
)


def count_of(tellings: Sequence[Telling]) -> Fact[int] | None:
    """Return the number of people that belongs to this move; None where none is told, or it is in doubt.

    What the headline says goes before what the first sentences say, and a number is taken from below them
    only where it stands beside a verb of moving and nothing above speaks of one.
    """
    headline = [each for each in tellings if each.sentence.place in (Place.HEADLINE, Place.STANDFIRST)]
    lead = [each for each in tellings if each.sentence.place is Place.LEAD]
    below = [each for each in tellings if each.is_body]
    if shared := next((fact for each in tellings if (fact := _shared(each))), None):
        return shared
    if number := _first(headline, is_bound=False):
        return number
    if any(_has_company(each) for each in (*headline, *lead)):
        return _first(lead, is_bound=True)
    if not any(_tells_several(each) for each in headline):
        is_one = _first_single(headline)
        if fact := _first(lead, is_bound=True) or is_one or _first_said_single(lead):
            return fact
        if fact := _first_single(lead) or _first_said_single(below):
            return fact
    return (
        _first(lead, is_bound=True) or _only_number(below) or _only_person(tellings) or _of_one_age(tellings)
    )


def _tells_several(telling: Telling) -> bool:
    words = telling.sentence.words
    has_another = any(
        first in _AND and (second in _OTHER or (second == "a" and third in _OTHER))
        for first, second, third in zip(words, words[1:], words[2:], strict=False)
    )
    return bool(telling.marks("many")) or is_plural(telling) or (has_another and telling.is_headline)


def _has_company(telling: Telling) -> bool:
    """Return whether somebody is moved with others: he alone is not how many."""
    words = telling.sentence.words
    return any(
        words[at] in _OTHERS and not _WITH.isdisjoint(words[max(0, at - _VERY_NEAR) : at])
        for move in telling.moves
        for at in range(move.end, min(move.end + _AFTER, len(words)))
    )


def _first(tellings: Iterable[Telling], *, is_bound: bool) -> Fact[int] | None:
    return next(
        (
            each.fact(number.value, number.hit)
            for each in tellings
            for number in _numbers(each, bound=is_bound)
        ),
        None,
    )


def _first_single(tellings: Iterable[Telling]) -> Fact[int] | None:
    return next((each.fact(1, hit) for each in tellings if (hit := single(each))), None)


def _first_said_single(tellings: Iterable[Telling]) -> Fact[int] | None:
    return next((each.fact(1, hit) for each in tellings if (hit := said_single(each))), None)


def _only_number(tellings: Iterable[Telling]) -> Fact[int] | None:
    """Return the number that stands beside verbs of moving below the lead, where it is the only one."""
    found = [
        each.fact(number.value, number.hit)
        for each in tellings
        if not _is_of_another_time(each)
        for number in _numbers(each, bound=True)
    ]
    return found[0] if len({fact.value for fact in found}) == 1 else None


def _only_person(tellings: Sequence[Telling]) -> Fact[int] | None:
    """Return one where the whole article knows one person by name."""
    named = [(each, hit) for each in tellings for hit in of_concept(each.hits, Concept.PERSON)]
    if len({hit.meaning.name for _, hit in named}) != 1 or any(map(_tells_several, tellings)):
        return None
    telling, hit = named[0]
    return telling.fact(1, hit)


def _of_one_age(tellings: Sequence[Telling]) -> Fact[int] | None:
    """Return one where one person alone is introduced by an age, and no number or plural stands above."""
    if any(map(_tells_several, (each for each in tellings if not each.is_body))):
        return None
    ages = [(each, match[0]) for each in tellings for match in _AGE.finditer(each.sentence.text)]
    if len(ages) != 1:
        return None
    telling, words = ages[0]
    return Fact(1, words, telling.sentence.text)


def _shared(telling: Telling) -> Fact[int] | None:
    """Return the number of those of whom the article takes out one: one of 29; along with 28 others."""
    if telling.is_body and _is_of_another_time(telling):
        return None
    for table, himself in (("one_of", 0), ("along_with", 1)):
        ends = [mark.end for mark in telling.marks(table)] if telling.moves else []
        for number in counted(telling) if ends else ():
            is_next = any(0 <= number.hit.start - end < _VERY_NEAR for end in ends)
            if himself and _is_of_several(telling, number):
                continue
            if is_next and not _is_of_a_series(telling, number) and _is_bound(telling, number):
                return telling.fact(number.value + himself, number.hit)
    return None


def _is_of_several(telling: Telling, number: Numbered) -> bool:
    """Return whether those beside whom others are moved are several: two brothers, with 27 others."""
    before = [hit for hit in telling.marks("many") if hit.end <= number.hit.start]
    named = {hit.meaning.name for hit in of_concept(telling.hits, Concept.PERSON)}
    return bool(before) or len(named) > 1


def _is_of_a_series(telling: Telling, number: Numbered) -> bool:
    """Return whether it is of those who came first, at whatever time: one of the first two."""
    words = telling.sentence.words
    return not _FIRST.isdisjoint(words[number.hit.start - 1 : number.hit.end])


def _numbers(telling: Telling, *, bound: bool) -> Iterator[Numbered]:
    """Yield the numbers of people that may be this move's; the bound ones stand beside a verb of moving."""
    if years_in(telling) > 1:
        return  # So many in 1999, so many in 2012.
    elsewhere = [hit.start for hit in telling.marks("elsewhere")]
    harmed = {at for hit in telling.marks("harm") for at in (hit.end, hit.end + 1)}
    for number in counted(telling):
        if number.hit.start in harmed or number.value >= _TOTAL:
            continue
        if not _is_elsewhere(telling, number.hit.start, elsewhere) and (
            not bound or _is_bound(telling, number)
        ):
            yield number


def _is_bound(telling: Telling, number: Numbered) -> bool:
    """Return whether a word of moving belongs to the number: moved 37 inmates, nine people left."""
    start, end = number.hit.start, number.hit.end
    of_case = [hit.start for hit in telling.marks("stages") if hit.meaning.name in _OF_A_CASE]
    if telling.sentence.number == 1 and start == dateline_length(telling):
        return True
    for move in telling.moves:
        if telling.is_body and (not is_told(move) or move.meaning.name == _JOURNEY):
            continue
        gap = (move.end, start) if move.end <= start else (end, move.start)
        length = _BEFORE if move.end <= start else _AFTER
        if gap[1] - gap[0] <= length and not any(gap[0] <= at < gap[1] for at in of_case):
            return True
    return False


def _is_of_another_time(telling: Telling) -> bool:
    return bool(telling.marks("elsewhere")) or years_in(telling) > 0


def _is_elsewhere(telling: Telling, place: int, elsewhere: Sequence[int]) -> bool:
    words = telling.sentence.words
    if place > 1 and words[place - 1] in _THE and words[place - 2] in _OF and _is_one_of_them(words, place):
        return True
    before = words[max(0, place - 2) : place]
    is_more = not telling.is_body and before[-1:] != () and before[-1] in _MORE and before[0] not in _WITH
    near = [at for at in elsewhere if not (is_more and at == place - 1)]
    return any(-_AROUND < at - place < _NEAR for at in near)


def _is_one_of_them(words: Sequence[str], place: int) -> bool:
    """Return whether one is taken out of the number: the first of the four."""
    return not _FIRST.isdisjoint(words[max(0, place - _NEAR) : place])
