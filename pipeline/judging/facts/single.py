"""Whether a sentence tells of one person who is moved, or of several: by names, nouns and grammar."""

from itertools import pairwise

from pipeline.facts import Mechanism
from pipeline.judging.facts.telling import Telling, is_told, of_concept
from pipeline.judging.lexicon import Concept, Hit, Meaning

__all__ = ["is_plural", "said_single", "single"]

_NEAR, _FAR = 3, 5
_PLAIN = f"mechanisms.{Mechanism.TRANSFER}"
# "A request was sent": of the words that name no law, those said of people alone.
_OF_PEOPLE = frozenset(
    "handed over handed surrendered flown entregado entregada trasladado trasladada remitido remitida".split()
)
_ONE_IS = frozenset("was is has been being be he she fue es ha sido ser sera siendo era el ella".split())
_ONLY_ONE_IS = frozenset("was is has he she fue es ha sera era ella".split())
_SEVERAL_ARE = frozenset("were are have they fueron son han seran eran ellos ellas".split())
_ONE_OF_THEM = frozenset("him her himself".split())
_HIS = frozenset("his her".split())
_PRONOUNS_BEFORE = frozenset("lo la".split())
_A = frozenset("a an un una".split())
_ENGLISH = frozenset("extradites extradite deports deport expels expel surrenders hands".split())
_LEADING_ON = ((), ("from",), ("to",), ("over",), ("after",), ("in",), ("on",))
_WHOM = frozenset("whom quien".split())
_BEFORE_NAMES = frozenset("el don dona".split())
_QUOTES = "\"'“‘«"
_NICKNAME = Meaning(Concept.STATED, "one")
_PARTICIPLE = ("ado", "ada", "ido", "ida")
_PARTICIPLES = ("ados", "adas", "idos", "idas")
_GROUPS = frozenset(
    "group batch grupo lote tanda groups grupos batches another otro otra others otros along junto pair duo"
    " trio".split()
)


def single(telling: Telling) -> Hit | None:
    """Return what names or grammar show of one person: his name, what he is, or a verb in the singular."""
    if said := said_single(telling):
        return said
    if telling.marks("many") or is_plural(telling):
        return None
    people = {hit.meaning.name: hit for hit in of_concept(telling.hits, Concept.PERSON)}
    one = telling.marks("one")
    if len(people) == 1 and (telling.moves or telling.is_headline):
        return next(iter(people.values()))
    return one[0] if one else _nickname(telling)


def _nickname(telling: Telling) -> Hit | None:
    """Return the nickname that a headline gives in quotation marks: "El Chango"."""
    text, spans = telling.sentence.text, telling.sentence.spans
    for at, word in enumerate(telling.sentence.words[:-1] if telling.is_headline else ()):
        start = spans[at][0]
        is_quoted = word in _BEFORE_NAMES and start > 0 and text[start - 1] in _QUOTES
        if is_quoted and text[start].isupper() and not text[spans[at + 1][0]].islower():
            return Hit(_NICKNAME, at, at + 2)
    return None


def said_single(telling: Telling) -> Hit | None:
    """Return the word of moving whose grammar speaks of one: was extradited, deports a dealer."""
    if not _GROUPS.isdisjoint(telling.sentence.words):
        return None
    words = telling.sentence.words
    return next(
        (move for move in telling.moves if _is_of_one(words, move) or _is_headed(telling, move)), None
    )


def _is_headed(telling: Telling, move: Hit) -> bool:
    """Return whether a headline has one before its participle: Baker extradited from Peru."""
    words = telling.sentence.words
    if not telling.is_headline or telling.marks("many") or not move.start or not is_told(move):
        return False
    is_of_law = not move.meaning.name.startswith(_PLAIN) and words[move.end - 1].endswith("ed")
    subject, following = words[move.start - 1], words[move.end : move.end + 1]
    is_one = subject.isalpha() and not subject.endswith("s") and subject not in telling.terms.numbers
    return is_of_law and is_one and subject not in _SEVERAL_ARE and following[:1] in _LEADING_ON


def is_plural(telling: Telling) -> bool:
    """Return whether a word of moving speaks of several: were extradited, extraditados."""
    words = telling.sentence.words
    return any(
        words[move.end - 1].endswith(_PARTICIPLES)
        or not _SEVERAL_ARE.isdisjoint(words[max(0, move.start - 2) : move.start])
        for move in telling.moves
        if is_told(move)
    )


def _is_of_one(words: tuple[str, ...], move: Hit) -> bool:
    before, after = words[max(0, move.start - _NEAR) : move.start], words[move.end : move.end + _FAR]
    is_of_law = not move.meaning.name.startswith(_PLAIN)
    if before[-1:] and before[-1] in _HIS:
        return is_of_law
    if not is_told(move):
        return False
    if after[:1] and after[0] in _ONE_OF_THEM:
        return True
    if not (is_of_law or " ".join(words[move.start : move.end]) in _OF_PEOPLE):
        return False
    if not _SEVERAL_ARE.isdisjoint(before):
        return False
    if words[move.end - 1].endswith(_PARTICIPLE):
        return is_of_law or not _ONE_IS.isdisjoint(before)
    if words[move.end - 1].endswith("ed") or words[move.end - 1] == "flown":
        return not _ONLY_ONE_IS.isdisjoint(before) or after[:1] in (("a",), ("an",))
    if words[move.end - 1] in _ENGLISH and after[:1] in (("a",), ("an",)):
        return True
    return _takes_one(before, after)


def _takes_one(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Return whether what a verb takes is one: al que extraditó, lo expulsó, extradita a un capo."""
    if before[-1:] and before[-1] in _PRONOUNS_BEFORE:
        return True
    if any(pair in (("al", "que"), ("la", "que")) for pair in pairwise(before)):
        return True
    return not _WHOM.isdisjoint(before) or any(
        first == "a" and second in ("un", "una") for first, second in pairwise(after)
    )
