"""From where to where: what every named country has for it as the beginning and as the end of the journey."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.facts import Fact
from pipeline.judging.facts.bearings import Bearings
from pipeline.judging.facts.dateline import dateline_of
from pipeline.judging.facts.numerals import counted
from pipeline.judging.facts.scope import is_from_many_lands
from pipeline.judging.facts.telling import Telling
from pipeline.judging.lexicon import Hit

__all__ = ["Route", "route_of"]

_ENOUGH, _CLEARLY = 1.0, 3
# With so much said for the way back, neither way is certain.
_CONTRARY = 0.7
_HOME = 1.5
_BY = frozenset({"by", "por"})
_OTHERS = frozenset("others otros otras".split())
# Of the weights that words around a place give: a preposition leads there.
_LED = 2.0


@dataclass(frozen=True, slots=True)
class Route:
    """Both ends of a journey, as far as they are known."""

    origin: Fact[str] | None = None
    destination: Fact[str] | None = None


@dataclass(frozen=True, slots=True)
class _Vote:
    country: str
    is_destination: bool
    weight: float
    telling: Telling
    place: Hit


def route_of(tellings: Sequence[Telling], *, count: int) -> Route:
    """Return the pair of countries that the words support most; an end with little support is unknown.

    ``count`` is how many are moved, 0 where nobody knows: what is said of another number is of another move.
    """
    tellings = [each for each in tellings if not each.tells_of_rivals]
    votes = [vote for each in tellings for vote in _votes(each)]
    votes += _votes_for_home(tellings)
    of_this_move = [vote for vote in votes if not _is_of_others(vote.telling, count)]
    # Others mostly go the same way: they tell it where nothing else does.
    votes_of_it = of_this_move if any(map(_says_enough, of_this_move)) else votes
    origin, destination = _ends(votes_of_it)
    if destination:
        origin, destination = _ends(_of_last_leg(votes_of_it, destination))
    from_country = _fact(origin, votes, is_destination=False)
    to_country = _fact(destination, votes, is_destination=True)
    if any(map(is_from_many_lands, (each for each in tellings if not each.is_body))):
        return Route(None, to_country)
    if (origin is None) == (destination is None):
        return Route(from_country, to_country)
    other = _other(tellings, {origin, destination})
    return Route(from_country or other, to_country or other)


def _ends(votes: Sequence[_Vote]) -> tuple[str | None, str | None]:
    """Return the pair with the most support; none where nearly as much is said for the way back."""
    sums: dict[bool, defaultdict[str, float]] = {False: defaultdict(float), True: defaultdict(float)}
    for vote in votes:
        sums[vote.is_destination][vote.country] += vote.weight
    origins = [None, *(country for country, total in sums[False].items() if total >= _ENOUGH)]
    destinations = [None, *(country for country, total in sums[True].items() if total >= _ENOUGH)]
    pairs = [(o, d) for o in origins for d in destinations if o is None or o != d]
    origin, destination = max(pairs, key=lambda pair: _support(pair, sums))
    if destination and _has_rival(destination, votes):
        return origin, None
    if _support((destination, origin), sums) > _CONTRARY * _support((origin, destination), sums):
        return None, None
    return origin, destination


def _of_last_leg(votes: Sequence[_Vote], destination: str) -> list[_Vote]:
    """Return the votes without what the body says of the way to another country: Cuba sent him back."""
    led_to: defaultdict[int, set[str]] = defaultdict(set)
    for vote in votes:
        if vote.is_destination and vote.telling.is_body and vote.weight >= _LED:
            led_to[id(vote.telling)].add(vote.country)
    earlier = {telling for telling, countries in led_to.items() if destination not in countries}
    return [vote for vote in votes if vote.is_destination or id(vote.telling) not in earlier]


def _has_rival(country: str, votes: Sequence[_Vote]) -> bool:
    """Return whether a sentence above the body leads to it and to another country: to Peru, to Brazil."""
    led_to: defaultdict[int, set[str]] = defaultdict(set)
    for vote in votes:
        if vote.is_destination and not vote.telling.is_body and vote.weight >= _LED * vote.telling.weight:
            led_to[id(vote.telling)].add(vote.country)
    return any(len(countries) > 1 and country in countries for countries in led_to.values())


def _says_enough(vote: _Vote) -> bool:
    return vote.weight >= _ENOUGH


def _is_of_others(telling: Telling, count: int) -> bool:
    if not (count and telling.is_body and telling.moves):
        return False
    values = {number.value for number in counted(telling)}
    return bool(values) and count not in values


def _other(tellings: Sequence[Telling], known: set[str | None]) -> Fact[str] | None:
    """Return the country that can only be the other end: where one end is known, one more is spoken of."""
    spoken = (each for each in tellings if not (each.is_body and _OTHERS.intersection(each.sentence.words)))
    named = [(each, place) for each in spoken for place in Bearings(each).of_ends()]
    counted = Counter(place.meaning.country for _, place in named if place.meaning.country not in known)
    if not counted:
        return None
    (country, most), *rest = counted.most_common()
    if rest and most < _CLEARLY * rest[0][1]:
        return _written_at(tellings, known)
    telling, place = next(pair for pair in named if pair[1].meaning.country == country)
    return telling.fact(country, place)


def _written_at(tellings: Sequence[Telling], known: set[str | None]) -> Fact[str] | None:
    """Return where the report was written: at one end of a journey, if that is not the end that is known."""
    for each in tellings:
        if place := dateline_of(each):
            is_other = place.meaning.country not in known
            return each.fact(place.meaning.country, place) if is_other else None
    return None


def _support(pair: tuple[str | None, str | None], sums: dict[bool, defaultdict[str, float]]) -> float:
    origin, destination = pair
    return (sums[False][origin] if origin else 0.0) + (sums[True][destination] if destination else 0.0)


def _fact(country: str | None, votes: Sequence[_Vote], *, is_destination: bool) -> Fact[str] | None:
    if country is None:
        return None
    of_it = [vote for vote in votes if (vote.country, vote.is_destination) == (country, is_destination)]
    best = max(of_it, key=lambda vote: vote.weight)
    return best.telling.fact(country, best.place)


def _votes_for_home(tellings: Sequence[Telling]) -> Iterator[_Vote]:
    """Yield what is said of somebody's own country, where he is called by one nationality."""
    above = [each for each in tellings if not each.is_body]
    peoples = [(each, place) for each in above for place in Bearings(each).of_people()]
    if len({place.meaning.country for _, place in peoples}) != 1:
        return
    telling, place = peoples[0]
    for each in above:
        for home in each.marks("own_country") if each.moves else ():
            is_sender = each.sentence.words[home.start - 1] in _BY
            yield _Vote(place.meaning.country, not is_sender, _HOME * each.weight, telling, place)


def _votes(telling: Telling) -> Iterator[_Vote]:
    bearings = Bearings(telling)
    for place in telling.places:
        for is_destination, weight in bearings.of(place):
            yield _Vote(place.meaning.country, is_destination, weight * telling.weight, telling, place)
