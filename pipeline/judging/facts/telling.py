"""The sentences of an article that may tell of a move, with the words that facts are read from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from pipeline.facts import Fact, Mechanism
from pipeline.judging.evidence import Weighed
from pipeline.judging.facts.heads import without_head
from pipeline.judging.facts.terms import Terms
from pipeline.judging.facts.things import without_things
from pipeline.judging.facts.world import PLACES, places_in
from pipeline.judging.lexicon import Concept, Hit, Lexicon, Meaning
from pipeline.judging.sentences import Place, Sentence

__all__ = ["Telling", "is_denial", "is_denied", "is_told", "of_concept", "tellings", "years_in"]

T = TypeVar("T")

# What an article is about stands above and in its first sentences; later ones tell what led to it.
_WEIGHTS = {Place.HEADLINE: 3.0, Place.STANDFIRST: 2.5, Place.LEAD: 2.0, Place.BODY: 1.0}
_MOST, _LONGEST = 14, 200
_TOLD = ("told", "moved")
# Verbs as often as nouns: after one of these they are nouns.
_EITHER = frozenset("return returns transfer transfers hands sends".split())
# The accent, which folding takes away, makes them verbs: trasladó.
_ACCENTED = frozenset("traslado envio regreso despacho mando".split())
_OTHER_NOUNS = frozenset("despacho mando".split())
_NOUN_AFTER = frozenset(
    "s his her their its the a an this that every fighting fights facing faces awaiting awaits avoiding"
    " avoids opposing opposes contesting contests resisting over after before of for from against".split()
)
_OF_OFFICES = frozenset("national justice general policia interno".split())
# In headlines alone the present tense tells the news.
_NOUNS_BELOW = frozenset("transfers returns hands".split())
_COMING = frozenset("llego llega llegaron llegan volvio vuelve volvieron vuelven".split())
_INFINITIVES = ("ar", "er", "ir", "arse", "erse", "irse")
_NAMED = Meaning(Concept.STATED, f"mechanisms.{Mechanism.TRANSFER}.named")
_TOLD_PLAINLY = Meaning(Concept.STATED, f"mechanisms.{Mechanism.TRANSFER}.told")
_NEGATIONS = frozenset("not never nobody none neither no t nadie nunca ninguno ninguna tampoco".split())
_NONE = (("not", "a"), ("not", "an"), ("no", "una"), ("no", "un"))
# These deny what follows at some distance too.
_NOBODY = frozenset("never nobody nadie nunca".split())
# "Not guilty" denies no move, nor do "not only" and "none of those".
_NOT_DENYING = frozenset("guilty culpable only solo longer of de".split())
_NEAR, _FAR = 3, 7
_YEAR_DIGITS = 4
_THAT = frozenset({"that", "que"})
_PLAIN = f"mechanisms.{Mechanism.TRANSFER}"


@dataclass(frozen=True, slots=True)
class Telling:
    """One sentence: what the watch found in it, and the words that facts are read from."""

    sentence: Sentence
    hits: tuple[Hit, ...]
    """Of the watch: groups, persons, places and agencies among them."""
    marked: Mapping[str, tuple[Hit, ...]]
    places: tuple[Hit, ...]
    """What names a country, or a place or an agency of one; its meaning's country is a code."""
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
    def is_headline(self) -> bool:
        """It stands above the text as its title."""
        return self.sentence.place is Place.HEADLINE

    @property
    def tells_of_rivals(self) -> bool:
        """It stands below the lead and tells who else wants somebody, or through where he came."""
        return self.is_body and bool(self.marks("rivals"))

    @property
    def asks_by_paper(self) -> bool:
        """It tells of papers that one country sends to another."""
        return bool(self.marks("of_things")) and bool(self.marks("papers"))

    @property
    def moves(self) -> tuple[Hit, ...]:
        """The words that say that somebody is moved."""
        return self.marks("mechanisms")

    @property
    def names_law(self) -> bool:
        """It has a word of moving that names a law."""
        return any(not move.meaning.name.startswith(_PLAIN) for move in self.moves)

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
    return tuple(_telling(each, terms) for each in without_head(first))


def _telling(weighed: Weighed, terms: Terms) -> Telling:
    marked = _marked(weighed.sentence, terms.lexicon)
    places = places_in(weighed.sentence, marked.get(PLACES, ()), weighed.hits)
    return Telling(weighed.sentence, weighed.hits, _of_people(weighed, marked, places, terms), places, terms)


def _of_people(
    weighed: Weighed, marked: dict[str, tuple[Hit, ...]], places: Sequence[Hit], terms: Terms
) -> dict[str, tuple[Hit, ...]]:
    """Set apart the words of moving that are said of things."""
    written = (_as_written(weighed.sentence, move) for move in _without_idioms(weighed.sentence, marked))
    told = tuple(move for move in written if move is not None)
    ones = tuple(hit for hit in marked.get("one", ()) if not _is_in_a_title(weighed.sentence, hit))
    marked = {**marked, "mechanisms": told, "one": ones}
    moves = without_things(weighed.sentence, (*weighed.hits, *places), marked, numbers=terms.numbers)
    of_things = tuple(move for move in told if move not in moves)
    return marked | {"mechanisms": moves, "of_things": of_things} if of_things else marked


def _without_idioms(sentence: Sentence, marked: Mapping[str, tuple[Hit, ...]]) -> Iterator[Hit]:
    """Yield the words of moving that are no part of a phrase that moves nobody: in return, brings charges."""
    idioms = marked.get("idioms", ())
    for move in marked.get("mechanisms", ()):
        if _leads_to_a_deed(sentence, move):
            continue
        if not any(idiom.start < move.end and move.start < idiom.end for idiom in idioms):
            yield move


def _is_in_a_title(sentence: Sentence, hit: Hit) -> bool:
    """Return whether a word for somebody is of an office's name: National Court, Justice Department."""
    is_capital = sentence.text[sentence.spans[hit.start][0]].isupper()
    return sentence.words[hit.start] in _OF_OFFICES and is_capital and sentence.place is not Place.HEADLINE


def _leads_to_a_deed(sentence: Sentence, move: Hit) -> bool:
    """Return whether a verb of coming stands for a beginning or an again: llegó a dirigir, volvió a pedir."""
    if sentence.words[move.start] not in _COMING or len(sentence.words) < move.start + 3:
        return False
    leads_on, deed = sentence.words[move.start + 1 : move.start + 3]
    is_lower = sentence.text[sentence.spans[move.start + 2][0]].islower()
    return leads_on == "a" and is_lower and deed.endswith(_INFINITIVES)


def _as_written(sentence: Sentence, move: Hit) -> Hit | None:
    """Return a word that may be verb or noun as what it is: her return, el traslado, México trasladó.

    None where it moves nobody: el mando.
    """
    word, start = sentence.words[move.start], move.start
    if word in _ACCENTED:
        is_verb = sentence.text[slice(*sentence.spans[start])].lower().endswith("ó")
        if not is_verb and word in _OTHER_NOUNS:
            return None
        return replace(move, meaning=_TOLD_PLAINLY if is_verb else _NAMED)
    is_noun = word in _EITHER and move.end == start + 1
    if is_noun and word in _NOUNS_BELOW and sentence.number:
        return replace(move, meaning=_NAMED)
    follows = start > 0 and sentence.words[start - 1] in _NOUN_AFTER
    is_noun = is_noun and (follows or sentence.words[move.end : move.end + 1] == ("of",))
    return replace(move, meaning=_NAMED) if is_noun else move


def _marked(sentence: Sentence, lexicon: Lexicon) -> dict[str, tuple[Hit, ...]]:
    tables: defaultdict[str, list[Hit]] = defaultdict(list)
    # By where they begin, the longest first: what begins before the last one's end is a part of it.
    for hit in sorted(lexicon.every_hit(sentence), key=lambda hit: (hit.start, -hit.end)):
        table = tables[hit.meaning.name.partition(".")[0]]
        if not table or hit.start >= table[-1].end:
            table.append(hit)
    return {name: tuple(hits) for name, hits in tables.items()}


def is_denial(telling: Telling) -> bool:
    """Return whether a sentence says that what others tell of a move did not happen, or is of many moves."""
    words = telling.sentence.words
    if not telling.is_headline:
        return not telling.is_body and (bool(telling.marks("untrue")) or _denies_a_move(telling))
    if any(telling.marks(table) for table in ("denied", "untrue", "years")):
        return True
    if words[0] == "no" and telling.sentence.text[telling.sentence.spans[0][1] :].startswith(","):
        return True
    return bool(telling.moves) and all(_is_nothing(words, move) for move in telling.moves)


def _denies_a_move(telling: Telling) -> bool:
    """Return whether somebody denies that others were moved: denied that his country had delivered."""
    words = telling.sentence.words
    for hit in telling.marks("deniers"):
        that = next(
            (at for at in range(hit.end, min(hit.end + _FAR, len(words))) if words[at] in _THAT), None
        )
        if that is not None and any(
            is_told(move) and 0 < move.start - that < 2 * _FAR for move in telling.moves
        ):
            return True
    return False


def _is_nothing(words: Sequence[str], move: Hit) -> bool:
    """Return whether there was none: never extradited, not a handover; "not extradited" may be a refusal."""
    if not _NOBODY.isdisjoint(words[max(0, move.start - _FAR) : move.start]):
        return True
    return words[max(0, move.start - 2) : move.start] in (
        ("not", "a"),
        ("not", "an"),
        ("no", "una"),
        ("no", "un"),
    )


def years_in(telling: Telling) -> int:
    """Return how many different years a sentence names."""
    return len(
        {
            word
            for word in telling.sentence.words
            if len(word) == _YEAR_DIGITS and word.isdecimal() and word[:2] in ("19", "20")
        }
    )


def is_told(move: Hit) -> bool:
    """Return whether a verb tells the move, and no noun names it."""
    return move.meaning.name.endswith(_TOLD)


def is_denied(words: Sequence[str], hit: Hit) -> bool:
    """Return whether a "not" or a "nobody" stands before: has not been handed over, nadie lo entregó."""
    return not _NOBODY.isdisjoint(words[max(0, hit.start - _FAR) : hit.start]) or any(
        words[at] in _NEGATIONS and words[at + 1] not in _NOT_DENYING
        for at in range(max(0, hit.start - _NEAR), hit.start)
    )


def of_concept(hits: Iterable[Hit], *concepts: Concept) -> Iterator[Hit]:
    """Yield the hits of some concepts."""
    return (hit for hit in hits if hit.meaning.concept in concepts)
