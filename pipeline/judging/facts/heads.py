"""What stands before a report: where it was written and by whom, as sentences of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.judging.evidence import Weighed
from pipeline.judging.sentences import Place, Sentence

__all__ = ["is_head", "without_head"]

_MOST_WORDS, _LEAD_LENGTH = 9, 2
_SMALL = frozenset(
    "by and of the por de del la el los y e con"
    " enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre"
    " ene feb mar abr jun jul ago sep set oct nov dic".split()
)


def without_head(weighed: Iterable[Weighed]) -> Iterator[Weighed]:
    """Yield the sentences with the report's own first as number one; "Lima." and "By Ann Lee" are zero."""
    heads = 0
    for each in weighed:
        sentence = each.sentence
        if sentence.number == heads + 1 and _is_before_a_report(sentence):
            heads += 1
        if not (heads and sentence.number):
            yield each
        elif sentence.number <= heads:
            yield replace(each, sentence=replace(sentence, number=0))
        else:
            number = sentence.number - heads
            place = Place.LEAD if number <= _LEAD_LENGTH else Place.BODY
            yield replace(each, sentence=replace(sentence, number=number, place=place))


def is_head(sentence: Sentence) -> bool:
    """Return whether it is no sentence of the report but stands before it."""
    return sentence.number == 0 and sentence.place is Place.LEAD


def _is_before_a_report(sentence: Sentence) -> bool:
    """Return whether it is names and dates alone: Ciudad de México, 27 de febrero de 2025."""
    if len(sentence.words) > _MOST_WORDS or sentence.text[-1] in "?!":
        return False
    return all(
        word.isdecimal() or word in _SMALL or sentence.text[start].isupper()
        for word, (start, _) in zip(sentence.words, sentence.spans, strict=True)
    )
