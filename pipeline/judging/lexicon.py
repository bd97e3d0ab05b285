"""Terms of many words found in one pass over a sentence: dictionary look-ups, no regular expression."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.judging.sentences import Sentence
from pipeline.words import words

__all__ = ["Concept", "Hit", "Lexicon", "Meaning"]

# Terms that are the beginning of a word are filed under its first letters, three where they have no more.
_KEY_LENGTH = 4
_SHORT_KEY_LENGTH = 3
_NONE: list["_Term"] = []
# Z-40 is written Z40 too, and MS-13 MS13.
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=\d)")


class Concept(StrEnum):
    """What a term says; the word that opens a reason."""

    MECHANISM = "mechanism"
    CRIME = "crime"
    CRIMINAL = "criminal"
    GROUP = "group"
    PERSON = "person"
    PLACE = "place"
    AGENCY = "agency"
    CUSTODY = "custody"
    HINT = "hint"
    """Words that may mean crime and may mean less."""
    STATED = "stated"
    """Words from which facts are read."""
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

    def span(self, sentence: Sentence) -> tuple[int, int]:
        """Return where its words begin and end in the text of the sentence."""
        return sentence.spans[self.start][0], sentence.spans[self.end - 1][1]


@dataclass(frozen=True, slots=True)
class _Term:
    parts: tuple[tuple[str, bool], ...]
    """Folded words; True marks the beginning of a word."""
    in_capitals: bool
    meanings: tuple[Meaning, ...]

    def is_at(self, sentence: Sentence, start: int) -> bool:
        end = start + len(self.parts)
        if end > len(sentence.words):
            return False
        for word, (part, is_prefix) in zip(sentence.words[start:end], self.parts, strict=True):
            if word != part and not (is_prefix and word.startswith(part)):
                return False
        if not self.in_capitals:
            return True
        return sentence.text[sentence.spans[start][0] : sentence.spans[end - 1][1]].isupper()


class Lexicon:
    """Terms with their meanings.

    A term is words, as in a query: ``extradit*``, ``Cártel de Sinaloa``; a star after any word makes it the
    beginning of one (three letters or more). A term in capitals is found in capitals only: ``US``, not
    ``us``. Where several terms begin at a word, the longest wins, and its words are not looked at again:
    ``OPEC cartel`` is not a cartel. A hyphen between a letter and a digit may be left out: ``Z-40``, ``Z40``.
    """

    def __init__(self, terms: Iterable[tuple[str, Meaning]]) -> None:
        meanings: dict[tuple[tuple[tuple[str, bool], ...], bool], list[Meaning]] = {}
        for term, meaning in terms:
            for spelling in {term, _HYPHEN.sub("", term)}:
                meanings.setdefault((_parts(spelling), term.isupper()), []).append(meaning)
        self._by_words: dict[tuple[str, str], list[_Term]] = {}
        self._by_beginning: dict[str, list[_Term]] = {}
        for (parts, in_capitals), of_term in meanings.items():
            self._file(_Term(parts, in_capitals, tuple(dict.fromkeys(of_term))))
        self._opening = frozenset(first for first, _ in self._by_words)
        # Most words of a text begin no term: their first letters say so at the cost of one look-up.
        self._first_letters = frozenset(
            first[:_SHORT_KEY_LENGTH] for first in (*self._opening, *self._by_beginning)
        )

    def _file(self, term: _Term) -> None:
        (first, is_prefix), *rest = term.parts
        if is_prefix:
            self._by_beginning.setdefault(first[:_KEY_LENGTH], []).append(term)
            return
        # Half of all names open with El, La or Los: only the second word tells them apart.
        second = rest[0][0] if rest and not rest[0][1] else ""
        self._by_words.setdefault((first, second), []).append(term)

    def hits(self, sentence: Sentence) -> Iterator[Hit]:
        """Yield what is found, in order; a term with several meanings gives a hit for each."""
        free = 0
        for start, at_word in self._found(sentence):
            if start < free:
                continue
            free = start + max(len(term.parts) for term in at_word)
            for term in at_word:
                if start + len(term.parts) == free:
                    yield from (Hit(meaning, start, free) for meaning in term.meanings)

    def every_hit(self, sentence: Sentence) -> Iterator[Hit]:
        """Yield every term that stands anywhere, within longer ones too, by where it begins."""
        for start, at_word in self._found(sentence):
            for term in at_word:
                yield from (Hit(meaning, start, start + len(term.parts)) for meaning in term.meanings)

    def _found(self, sentence: Sentence) -> Iterator[tuple[int, list[_Term]]]:
        """Yield each word at which terms begin, with those terms."""
        for start, word in enumerate(sentence.words):
            if word[:_SHORT_KEY_LENGTH] not in self._first_letters:
                continue
            if (candidates := self._candidates(word, sentence.words[start + 1 : start + 2])) and (
                at_word := [term for term in candidates if term.is_at(sentence, start)]
            ):
                yield start, at_word

    def _candidates(self, word: str, following: tuple[str, ...]) -> list[_Term]:
        """Return the terms that may begin here: a few look-ups, since most words begin none."""
        found = self._by_beginning.get(word[:_KEY_LENGTH], _NONE)
        if len(word) > _SHORT_KEY_LENGTH and word[:_SHORT_KEY_LENGTH] in self._by_beginning:
            found = found + self._by_beginning[word[:_SHORT_KEY_LENGTH]]
        if word in self._opening:
            for second in ("", *following):
                found = found + self._by_words.get((word, second), _NONE)
        return found


def _parts(term: str) -> tuple[tuple[str, bool], ...]:
    parts: list[tuple[str, bool]] = []
    for piece in term.split():
        *whole, last = words(piece) or [""]
        parts += [(word, False) for word in whole]
        parts.append((last, piece.endswith("*")))
    return tuple(parts)
