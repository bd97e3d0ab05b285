"""Watches, the stored questions: does an article belong to one, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.items import Article, Judgement
from pipeline.judging.evidence import Concepts, Finding, weigh
from pipeline.judging.lexicon import Concept, Lexicon, Meaning
from pipeline.judging.reasons import reasons
from pipeline.judging.sentences import Sentence, sentences
from pipeline.matching import Matcher
from pipeline.syntax import Node

__all__ = ["Evidence", "Explanation", "SentenceEvidence", "Watch", "explain", "judge"]


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
    parts: tuple[tuple[str, float], ...]
    """What the score is made of, by name; empty for a query."""
    countries: tuple[str, ...]
    sentences: tuple[SentenceEvidence, ...]


def judge(article: Article, watches: Iterable[Watch]) -> tuple[Judgement, ...]:
    """Return one judgement for each watch that is enabled; the words of the article are split once for all."""
    matcher = Matcher(article)
    split = sentences(article)
    return tuple(_judgement(watch, article, split, matcher) for watch in watches if watch.enabled)


def explain(article: Article, watch: Watch) -> Explanation:
    """Return the judgement with the sentences and words behind it, whether the watch is enabled or not."""
    split = sentences(article)
    if isinstance(watch.question, Concepts):
        finding = weigh(split, article.language, watch.question)
        return Explanation(
            judgement=_weighed_judgement(watch.name, watch.question, finding),
            threshold=watch.question.threshold,
            parts=(("transfer", finding.transfer), ("crime", finding.crime), ("against", finding.against)),
            countries=finding.countries,
            sentences=_sentence_evidence((each.sentence, each.hits) for each in finding.sentences),
        )
    ...
