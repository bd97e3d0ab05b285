"""The sentences of an article that may tell of a move, with the words that facts are read from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pipeline.facts import Fact
from pipeline.judging.evidence import Weighed
from pipeline.judging.facts.terms import Terms
from pipeline.judging.facts.things import without_things
from pipeline.judging.lexicon import Concept, Hit, Lexicon
from pipeline.judging.sentences import Place, Sentence

__all__ = ["Telling", "is_told", "of_concept", "tellings"]

T = TypeVar("T")

# What an article is about stands above and in its first sentences; later ones tell what led to it.
_WEIGHTS = {Place.HEADLINE: 3.0, Place.STANDFIRST: 2.5, Place.LEAD: 2.0, Place.BODY: 1.0}
_MOST, _LONGEST = 14, 200
_TOLD = ("told", "moved")


@dataclass(frozen=True, slots=True)
class Telling:
    """One sentence: what the watch found in it, and the words that facts are read from."""

    sentence: Sentence
    hits: tuple[Hit, ...]
    """Of the watch: groups, persons, places and agencies among them."""
    marked: Mapping[str, tuple[Hit, ...]]
    terms: Terms

    @property
    def weight(self) -> float:
        """How much a sentence at its place says about what the article is about."""
        return _WEIGHTS[self.sentence.place]

    @property
    def is_body(self) -> bool:
        """It stands below the lead."""
        return self.sentence.place is Place.BODY

    @property
    def moves(self) -> tuple[Hit, ...]:
        """The words that say that somebody is moved."""
        return self.marks("mechanisms")

    @property
    def places(self) -> tuple[Hit, ...]:
        """The places and agencies that belong to a country with a code."""
        return tuple(hit for hit in self.hits if hit.meaning.country in self.terms.codes)

    def marks(self, table: str) -> tuple[Hit, ...]:
        """Return where words of a table of the terms stand, in order; where they overlap, the longest."""
        return self.marked.get(table, ())

    def fact(self, value: T, hit: Hit) -> Fact[T]:
        """Return a fact that the words of a hit say."""
        start, end = hit.span(self.sentence)
        return Fact(value, self.sentence.text[start:end], self.sentence.text)


def tellings(weighed: Iterable[Weighed], terms: Terms) -> tuple[Telling, ...]:
    """Return the headline, the standfirst and the first sentences, in order; what is too long is a list."""
    first = islice((each for each in weighed if len(each.sentence.words) <= _LONGEST), _MOST)
    return tuple(
        Telling(
            each.sentence, each.hits, _of_people(each, _marked(each.sentence, terms.lexicon), terms), terms
        )
        for each in first
    )


def _of_people(
    weighed: Weighed, marked: dict[str, tuple[Hit, ...]], terms: Terms
) -> dict[str, tuple[Hit, ...]]:
    """Set apart the words of moving that are said of things."""
    told = marked.get("mechanisms", ())
    moves = without_things(weighed.sentence, weighed.hits, marked, numbers=terms.numbers)
    of_things = tuple(move for move in told if move not in moves)
    return marked | {"mechanisms": moves, "of_things": of_things} if of_things else marked


def _marked(sentence: Sentence, lexicon: Lexicon) -> dict[str, tuple[Hit, ...]]:
    tables: defaultdict[str, list[Hit]] = defaultdict(list)
    # By where they begin, the longest first: what begins before the last one's end is a part of it.
    for hit in sorted(lexicon.every_hit(sentence), key=lambda hit: (hit.start, -hit.end)):
        table = tables[hit.meaning.name.partition(".")[0]]
        if not table or hit.start >= table[-1].end:
            table.append(hit)
    return {name: tuple(hits) for name, hits in tables.items()}


def is_told(move: Hit) -> bool:
    """Return whether a verb tells the move, and no noun names it."""
    return move.meaning.name.endswith(_TOLD)


def of_concept(hits: Iterable[Hit], *concepts: Concept) -> Iterator[Hit]:
    """Yield the hits of some concepts."""
    return (hit for hit in hits if hit.meaning.concept in concepts)
