"""Watches, the stored questions: does an article belong to one, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.items import Article, Judgement
from pipeline.judging.evidence import Concepts, Finding, Part, weigh
from pipeline.judging.lexicon import Concept, Hit, Lexicon, Meaning
from pipeline.judging.reasons import reasons
from pipeline.judging.sentences import Sentence, sentences
from pipeline.matching import Matcher
from pipeline.syntax import Node

__all__ = ["Evidence", "Explanation", "SentenceEvidence", "Watch", "explain", "judge"]

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A stored question: a query, or concepts whose evidence adds up to a score."""

    name: str
    enabled: bool = True
    question: Node | Concepts


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words found in a sentence."""

    concept: Concept
    name: str
    """The group, person, place, agency, mechanism or false friend; empty where the concept says it all."""
    text: str
    """As written."""
    start: int
    """Where it begins in the text of the sentence."""
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceEvidence:
    """One sentence that holds evidence."""

    label: str
    """``headline``, ``standfirst`` or ``sentence 3``."""
    text: str
    found: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A judgement with everything it rests on."""

    judgement: Judgement
    threshold: float
    parts: tuple[tuple[Part, float], ...] = ()
    """What the score is made of, by name; empty for a query."""
    countries: tuple[str, ...] = ()
    sentences: tuple[SentenceEvidence, ...]


def judge(article: Article, watches: Iterable[Watch]) -> tuple[Judgement, ...]:
    """Return one judgement for each watch that is enabled; its words are split once for all."""
    matcher = Matcher(article)
    split = sentences(article)
    return tuple(_judgement(watch, article, split, matcher) for watch in watches if watch.enabled)


def _judgement(watch: Watch, article: Article, split: tuple[Sentence, ...], matcher: Matcher) -> Judgement:
    if isinstance(watch.question, Concepts):
        return _of_concepts(watch.name, watch.question, weigh(split, article.language, watch.question))
    return _of_query(watch.name, matcher.found(watch.question), is_match=matcher.matches(watch.question))


def _of_concepts(watch: str, concepts: Concepts, finding: Finding) -> Judgement:
    score = round(finding.score, _DIGITS)
    return Judgement(watch=watch, score=score, relevant=score >= concepts.threshold, reasons=reasons(finding))


def _of_query(watch: str, found: tuple[str, ...], *, is_match: bool) -> Judgement:
    named = tuple(f'{Concept.QUERY}: "{words}"' for words in found)
    return Judgement(watch=watch, score=float(is_match), relevant=is_match, reasons=named)


def explain(article: Article, watch: Watch) -> Explanation:
    """Return the judgement with the sentences and words behind it, whether the watch is enabled or not."""
    split = sentences(article)
    if isinstance(watch.question, Concepts):
        finding = weigh(split, article.language, watch.question)
        return Explanation(
            judgement=_of_concepts(watch.name, watch.question, finding),
            threshold=watch.question.threshold,
            parts=tuple(finding.shows.items()),
            countries=finding.countries,
            sentences=_evidence((each.sentence, each.hits) for each in finding.sentences),
        )
    matcher = Matcher(article)
    found = matcher.found(watch.question)
    # Folded words hold no colon; what does is a field's value, which stands in no sentence.
    lexicon = Lexicon((words, Meaning(Concept.QUERY)) for words in found if ":" not in words)
    return Explanation(
        judgement=_of_query(watch.name, found, is_match=matcher.matches(watch.question)),
        threshold=1.0,
        sentences=_evidence((sentence, tuple(lexicon.hits(sentence))) for sentence in split),
    )


def _evidence(found: Iterable[tuple[Sentence, tuple[Hit, ...]]]) -> tuple[SentenceEvidence, ...]:
    return tuple(
        SentenceEvidence(
            label=sentence.label,
            text=sentence.text,
            found=tuple(_words_found(sentence, hit) for hit in hits),
        )
        for sentence, hits in found
        if hits
    )


def _words_found(sentence: Sentence, hit: Hit) -> Evidence:
    start, end = hit.span(sentence)
    return Evidence(
        concept=hit.meaning.concept,
        name=hit.meaning.name,
        text=sentence.text[start:end],
        start=start,
        end=end,
    )
