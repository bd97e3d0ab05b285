"""What an article was found to show -> reasons a reporter can check."""

from collections.abc import Iterator

from pipeline.judging.evidence import Finding, Part, Weighed
from pipeline.judging.lexicon import Concept, Hit
from pipeline.judging.sentences import Sentence
from pipeline.words import fold

__all__ = ["reasons"]

_MOST = 12
_OF_A_TRANSFER = (Concept.MECHANISM, Concept.PLACE, Concept.AGENCY, Concept.CUSTODY)
_ORDER = (
    Concept.MECHANISM,
    Concept.GROUP,
    Concept.PERSON,
    Concept.CRIMINAL,
    Concept.CRIME,
    Concept.HINT,
    Concept.AGAINST,
    Concept.AGENCY,
    Concept.PLACE,
    Concept.CUSTODY,
)


def reasons(finding: Finding) -> tuple[str, ...]:
    """Return what counted, most telling first, each thing once, and what was missing; at most 12."""
    counted = [
        (each.sentence, hit) for each in finding.sentences for hit in each.hits if _has_counted(hit, each)
    ]
    counted.sort(key=lambda pair: _ORDER.index(pair[1].meaning.concept))
    named: dict[tuple[Concept, str], str] = {}
    for sentence, hit in counted:
        name = hit.meaning.name or fold(_words(hit, sentence))
        named.setdefault((hit.meaning.concept, name), _reason(hit, sentence))
    missing = tuple(_missing(finding))
    return (*tuple(named.values())[: _MOST - len(missing)], *missing)


def _has_counted(hit: Hit, each: Weighed) -> bool:
    return each.shows[Part.TRANSFER] > 0 if hit.meaning.concept in _OF_A_TRANSFER else True


def _reason(hit: Hit, sentence: Sentence) -> str:
    name = f"{hit.meaning.name} " if hit.meaning.name else ""
    return f'{hit.meaning.concept}: {name}"{_words(hit, sentence)}" ({sentence.label})'


def _words(hit: Hit, sentence: Sentence) -> str:
    start, end = hit.span(sentence)
    return sentence.text[start:end]


def _missing(finding: Finding) -> Iterator[str]:
    if not finding.shows[Part.TRANSFER]:
        yield "missing: no sentence shows a transfer"
    elif not finding.crosses_border:
        yield f"missing: no border (countries named: {', '.join(finding.countries) or 'none'})"
    if not finding.shows[Part.CRIME]:
        yield "missing: no word of organised crime"
