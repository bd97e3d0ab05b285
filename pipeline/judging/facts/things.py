"""Which words of moving move no people: money, goods, shares and players are transferred too."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.facts import Mechanism
from pipeline.judging.lexicon import Concept, Hit
from pipeline.judging.sentences import Sentence

__all__ = ["without_things"]

# Verbs and nouns that take an object; who flies or arrives is a person, whatever he has with him.
_TAKING = frozenset(f"mechanisms.{Mechanism.TRANSFER}.{form}" for form in ("told", "named"))
_NAMED = f"mechanisms.{Mechanism.TRANSFER}.named"
# Of the words of a journey, those that take an object as well.
_TAKING_TOO = frozenset(
    "moved carried carrying brought brings bring flew fly flying llevo lleva llevan llevaron trajo trajeron"
    " saco sacaron sacan saca".split()
)
# Filed under the verbs, and as often a noun.
_NOUNS = frozenset({"transfers"})
_PEOPLE = frozenset({Concept.PERSON, Concept.CRIMINAL, Concept.CUSTODY})
_GOODS = "goods"
_THINGS = (_GOODS, "holders", "players")
_MOST_WORDS, _NEAR = 7, 4
_AND = frozenset("and y e".split())
# What may stand between a word of moving and its object; any other word is it, or begins another clause.
_LINKS = frozenset(
    "the a an of its his her their this that these those some any all more than over about nearly almost up"
    " thousand mil"
    " several hundreds thousands dozens illegal illicit stolen dirty public private suspicious"
    " el la los las un una unos unas de del su sus este esta estos estas mas cerca casi varios varias cientos"
    " miles decenas ilegal ilegales ilicita ilicitas ilicito ilicitos sucio publico publicos robado robada"
    " ayer hoy anoche yesterday today monday tuesday wednesday thursday friday"
    " lunes martes miercoles jueves viernes"
    " back through via between into among mediante traves entre".split()
)
# They lead to a place: somebody goes to a court, money to an account.
_TOWARD = frozenset("to from a al desde hacia por".split())
# What may follow the name of a thing; any other word makes it the beginning of somebody's.
_AFTER = frozenset(
    "and or in on at by with for as was were is are has had been who which while when after before said says"
    " y e o en con para como que fue fueron es son ha han era eran cuando tras segun dijo dice sin".split()
)


def without_things(
    sentence: Sentence,
    hits: Iterable[Hit],
    marked: Mapping[str, Sequence[Hit]],
    *,
    numbers: Collection[str],
) -> tuple[Hit, ...]:
    """Return the words of moving in a sentence, those left out that are said of things.

    ``hits`` are what the watch found, ``marked`` what the terms of facts did; ``numbers`` are number words.
    """
    moves = tuple(marked.get("mechanisms", ()))
    things = {hit.start: hit for table in _THINGS for hit in marked.get(table, ())}
    if not things:
        return moves
    people = {hit.start for hit in hits if hit.meaning.concept in _PEOPLE}
    people |= {hit.start for table in ("one", "many") for hit in marked.get(table, ())}
    places = frozenset(at for hit in hits if hit.meaning.country for at in range(hit.start, hit.end))
    around = _Around(sentence, things, frozenset(people), places, numbers)
    return tuple(move for move in moves if not around.has_thing_for(move))


@dataclass(frozen=True, slots=True)
class _Around:
    """The words around a word of moving."""

    sentence: Sentence
    things: Mapping[int, Hit]
    people: frozenset[int]
    places: frozenset[int]
    """Every word of a place: sends Mexico a request."""
    numbers: Collection[str]

    def has_thing_for(self, move: Hit) -> bool:
        if move.meaning.name not in _TAKING and self.sentence.words[move.start] not in _TAKING_TOO:
            return False
        is_noun = move.meaning.name == _NAMED or self.sentence.words[move.start] in _NOUNS
        if is_noun and any(thing.end == move.start for thing in self.things.values()):
            return True  # money transfers
        words, leads_toward = self.sentence.words, False
        for at in range(move.end, min(move.end + _MOST_WORDS, len(words))):
            if at in self.people:
                return False
            if at in self.things:
                is_goods = self.things[at].meaning.name == _GOODS
                # An "a" before goods is the English one.
                leads_toward = leads_toward and words[at - 1] != "a"
                return not (is_goods and leads_toward) and self._is_whole(self.things[at])
            if words[at] in _TOWARD:
                # "A través de" leads nowhere.
                leads_toward = leads_toward or words[at + 1 : at + 2] != ("traves",)
            elif at in self.places:
                leads_toward = False  # What follows is what they are sent.
            elif not (words[at] in _LINKS or words[at] in self.numbers or words[at].isdecimal()):
                return False
        return False

    def _is_whole(self, thing: Hit) -> bool:
        """Return whether it is not the beginning of somebody's name: money launderer, cocaine king."""
        while thing.end in self.things:
            thing = self.things[thing.end]
        if thing.end >= len(self.sentence.words):
            return True
        if self._leads_to_people(thing.end):
            return False
        following, spans = self.sentence.words[thing.end], self.sentence.spans
        between = self.sentence.text[spans[thing.end - 1][1] : spans[thing.end][0]]
        return (
            following in _AFTER or following in _LINKS or following in _TOWARD or bool(between.strip(" '’"))
        )

    def _leads_to_people(self, end: int) -> bool:
        """Return whether a word for people follows at once, or soon after an "and": documents and two men."""
        length = _NEAR if self.sentence.words[end] in _AND else 1
        return any(at in self.people for at in range(end, end + length))
