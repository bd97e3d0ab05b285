"""Terms of many words found in one pass over a sentence: a dictionary look-up a word, no regular expression."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.judging.sentences import Sentence
from pipeline.words import words

__all__ = ["Concept", "Hit", "Lexicon", "Meaning"]

_KEY_LENGTH = 3


class Concept(StrEnum):
    """What a term says; the word that opens a reason."""

    MECHANISM = "mechanism"
    CRIME = "crime"
    GROUP = "group"
    PERSON = "person"
    PLACE = "place"
    AGENCY = "agency"
    CUSTODY = "custody"
    AGAINST = "against"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one term stands for."""

    concept: Concept
    name: str = ""
    """The mechanism, group, person, agency or false friend; empty where the concept says it all."""
    country: str = ""
    """The country that a place or an agency belongs to."""
    is_ambiguous: bool = False
    """Counts only beside a word of crime in the same sentence."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: the words of the sentence from ``start`` up to ``end``."""

    meaning: Meaning
    start: int
    end: int

    def written(self, sentence: Sentence) -> str:
        """Return the words as the sentence has them."""
        return _written(sentence, self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Term:
    parts: tuple[tuple[str, bool], ...]
    """Folded words; True marks the beginning of a word."""
    in_capitals: bool
    meanings: tuple[Meaning, ...]

    def is_at(self, sentence: Sentence, start: int) -> bool:
        found = sentence.words[start : start + len(self.parts)]
        if len(found) < len(self.parts):
            return False
        for word, (part, is_prefix) in zip(found, self.parts, strict=True):
            if word != part and not (is_prefix and word.startswith(part)):
                return False
        return not self.in_capitals or _written(sentence, start, start + len(self.parts)).isupper()


class Lexicon:
    """Terms with their meanings.

    A term is words, as in a query: ``extradit*``, ``Cártel de Sinaloa``; a star after any word makes it the
    beginning of one (three letters or more). A term in capitals is found in capitals only: ``US``, not ``us``.
    Where several terms begin at a word, the longest wins, and its words are not looked at again: ``OPEC cartel``
    is not a cartel.
    """

    def __init__(self, terms: Iterable[tuple[str, Meaning]]) -> None:
        meanings: dict[tuple[tuple[tuple[str, bool], ...], bool], list[Meaning]] = {}
        for term, meaning in terms:
            meanings.setdefault((_parts(term), term.isupper()), []).append(meaning)
        self._exact: dict[str, list[_Term]] = {}
        self._prefixed: dict[str, list[_Term]] = {}
        for (parts, in_capitals), of_term in sorted(meanings.items(), key=lambda item: -len(item[0][0])):
            first, is_prefix = parts[0]
            table, key = (self._prefixed, first[:_KEY_LENGTH]) if is_prefix else (self._exact, first)
            table.setdefault(key, []).append(_Term(parts, in_capitals, tuple(dict.fromkeys(of_term))))

    def hits(self, sentence: Sentence) -> Iterator[Hit]:
        """Yield what is found, in order; a term with several meanings gives a hit for each."""
        free = 0
        for start, word in enumerate(sentence.words):
            if start < free:
                continue
            candidates = (*self._exact.get(word, ()), *self._prefixed.get(word[:_KEY_LENGTH], ()))
            at_word = [term for term in candidates if term.is_at(sentence, start)]
            length = max((len(term.parts) for term in at_word), default=1)
            free = start + length
            for term in at_word:
                if len(term.parts) == length:
                    yield from (Hit(meaning, start, free) for meaning in term.meanings)


def _parts(term: str) -> tuple[tuple[str, bool], ...]:
    parts: list[tuple[str, bool]] = []
    for piece in term.split():
        *whole, last = words(piece) or [""]
        parts += [(word, False) for word in whole]
        parts.append((last, piece.endswith("*")))
    return tuple(parts)


def _written(sentence: Sentence, start: int, end: int) -> str:
    return sentence.text[sentence.spans[start][0] : sentence.spans[end - 1][1]]
