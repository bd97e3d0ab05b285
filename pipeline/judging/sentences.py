"""An article as sentences of folded words, each with its place and the positions of its words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.items import Article
from pipeline.words import fold, word_places

__all__ = ["Place", "Sentence", "sentences"]

# A mark ends a sentence when space and a capital, a digit or an opening mark follow; a full stop does not
# after a single letter (U.S., Rosa A.) or a short form below. Possessive: no run is looked at twice.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+\s++(?=[\"'“‘«(\[¿¡]*+[A-ZÁÉÍÓÚÜÑ\d])|\n+")
_SHORT = re.compile(
    r"\b(?:[^\W\d_]|mr|mrs|ms|dr|gen|col|sgt|lt|gov|sen|rep|jr|sr|sra|dra|lic|ing|art|no|núm|ee|uu|st)\.\s+$",
    re.IGNORECASE,
)
_SHORT_LENGTH = 4
_LEAD_LENGTH = 2


class Place(StrEnum):
    """Where in an article a sentence stands."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    LEAD = "lead"
    """The first two sentences of the text."""
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text as written (NFC), and the folded words with where each begins and ends in it."""

    place: Place
    number: int
    """1 for the first sentence of the text; 0 for headline and standfirst."""
    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def label(self) -> str:
        """The place in words: ``headline``, ``standfirst`` or ``sentence 3``."""
        return f"sentence {self.number}" if self.number else str(self.place)


def sentences(article: Article) -> tuple[Sentence, ...]:
    """Return headline, standfirst and the sentences of the text, in order; empty ones are left out.

    >>> from pipeline.judging.plain import article_from_text
    >>> article = article_from_text(title="A handover", text="The U.S. asked. Mexico agreed.", language="en")
    >>> [(sentence.label, sentence.text) for sentence in sentences(article)]
    [('headline', 'A handover'), ('sentence 1', 'The U.S. asked.'), ('sentence 2', 'Mexico agreed.')]
    """
    found = [_sentence(Place.HEADLINE, 0, unicodedata.normalize("NFC", article.title))]
    found += [_sentence(Place.STANDFIRST, 0, text) for text in _split(article.standfirst)]
    for number, text in enumerate(_split(article.text), start=1):
        found.append(_sentence(Place.LEAD if number <= _LEAD_LENGTH else Place.BODY, number, text))
    return tuple(sentence for sentence in found if sentence.words)


def _split(text: str) -> Iterator[str]:
    text = unicodedata.normalize("NFC", text)
    start = 0
    for end in _END.finditer(text):
        if end[0][0] == "." and _SHORT.search(text, max(start, end.start() - _SHORT_LENGTH), end.end()):
            continue
        if piece := text[start : end.end()].strip():
            yield piece
        start = end.end()
    if piece := text[start:].strip():
        yield piece


def _sentence(place: Place, number: int, text: str) -> Sentence:
    folded = fold(text)
    # Where some letter folds to more than one, the places in the folded text are not those in the text.
    spans = tuple(word_places(folded if len(folded) == len(text) else text))
    if len(folded) == len(text):
        return Sentence(place, number, text, tuple([folded[start:end] for start, end in spans]), spans)
    return Sentence(place, number, text, tuple([fold(text[start:end]) for start, end in spans]), spans)
