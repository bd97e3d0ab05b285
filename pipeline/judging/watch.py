"""Watches, the stored questions: does an article belong to one, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.items import Article, Judgement
from pipeline.judging.evidence import Concepts, Finding, Part, hits_in, weigh
from pipeline.judging.lacks import lacks_of_finding, lacks_of_query
from pipeline.judging.lexicon import Concept, Hit, Lexicon, Meaning
from pipeline.judging.reasons import reasons
from pipeline.judging.sentences import Sentence, sentences
from pipeline.matching import Matcher
from pipeline.syntax import Node

__all__ = ["Evidence", "Explanation", "SentenceEvidence", "Verdict", "Watch", "explain", "judge", "verdicts"]

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A stored question: a query, or concepts whose evidence adds up to a score."""

    name: str
    enabled: bool = True
    question: Node | Concepts
    version: str
    """12 hexadecimal digits of what it says and of how evidence adds up: equal versions judge alike."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement with what it rests on."""

    judgement: Judgement
    finding: Finding | None
    """None for a query."""


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
    lacks: tuple[str, ...] = ()
    """What keeps it from belonging to the watch; empty where it does."""
    sentences: tuple[SentenceEvidence, ...]


def judge(article: Article, watches: Iterable[Watch]) -> tuple[Judgement, ...]:
    """Return one judgement for each watch that is enabled; its words are split once for all."""
    return tuple(verdict.judgement for verdict in verdicts(article, watches))


def verdicts(article: Article, watches: Iterable[Watch]) -> tuple[Verdict, ...]:
    """Return the judgement of each watch that is enabled, with what it found."""
    matcher = Matcher(article)
    split = sentences(article)
    return tuple(_verdict(watch, article, split, matcher) for watch in watches if watch.enabled)


def _verdict(watch: Watch, article: Article, split: tuple[Sentence, ...], matcher: Matcher) -> Verdict:
    if isinstance(watch.question, Concepts):
        finding = weigh(split, article.language, watch.question)
        return Verdict(_of_concepts(watch, watch.question, finding), finding)
    found, is_match = matcher.found(watch.question), matcher.matches(watch.question)
    return Verdict(_of_query(watch, found, is_match=is_match), None)


def _of_concepts(watch: Watch, concepts: Concepts, finding: Finding) -> Judgement:
    score = round(finding.score, _DIGITS)
    return Judgement(
        watch=watch.name,
        score=score,
        relevant=score >= concepts.threshold,
        reasons=reasons(finding),
        version=watch.version,
    )


def _of_query(watch: Watch, found: tuple[str, ...], *, is_match: bool) -> Judgement:
    named = tuple(f'{Concept.QUERY}: "{words}"' for words in found)
    return Judgement(
        watch=watch.name, score=float(is_match), relevant=is_match, reasons=named, version=watch.version
    )


def explain(article: Article, watch: Watch) -> Explanation:
    """Return the judgement with the sentences and words behind it, whether the watch is enabled or not.

    Of a near miss too: the words that were found, those that did not count, and what was lacking.
    """
    split = sentences(article)
    if isinstance(watch.question, Concepts):
        return _explained_by_concepts(article, watch, watch.question, split)
    return _explained_by_query(article, watch, watch.question, split)


def _explained_by_concepts(
    article: Article, watch: Watch, concepts: Concepts, split: tuple[Sentence, ...]
) -> Explanation:
    finding = weigh(split, article.language, concepts)
    found = tuple((sentence, hits_in(sentence, article.language, concepts)) for sentence in split)
    return Explanation(
        judgement=_of_concepts(watch, concepts, finding),
        threshold=concepts.threshold,
        parts=tuple(finding.shows.items()),
        countries=finding.countries,
        lacks=lacks_of_finding(finding, concepts, found),
        sentences=_evidence((each.sentence, each.hits) for each in finding.sentences),
    )


def _explained_by_query(
    article: Article, watch: Watch, query: Node, split: tuple[Sentence, ...]
) -> Explanation:
    matcher = Matcher(article)
    found = matcher.found(query)
    is_match = matcher.matches(query)
    shown = found or matcher.found_of_parts(query)
    # Folded words hold no colon; what does is a field's value, which stands in no sentence.
    lexicon = Lexicon((words, Meaning(Concept.QUERY)) for words in shown if ":" not in words)
    return Explanation(
        judgement=_of_query(watch, found, is_match=is_match),
        threshold=1.0,
        lacks=lacks_of_query(query, matcher),
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
