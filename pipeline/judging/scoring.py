"""How well a watch does on texts that a person has labelled."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.items import Judgement
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import Watch, explain

__all__ = ["Evaluation", "Labelled", "Scores", "Wrong", "evaluate"]

RELEVANT = "relevant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One line of a labelled file."""

    id: str
    lang: str = ""
    title: str
    text: str
    label: str
    """``relevant`` or ``not``."""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Figures over some of the texts; each is 0 where there is nothing to divide by."""

    count: int
    relevant: int
    """How many are labelled so."""
    right: int
    """How many are judged as they are labelled."""
    precision: float
    recall: float
    f1: float
    average_precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A text judged otherwise than its label says."""

    id: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What ``watch test --json`` prints, key by key (``dataclasses.asdict``)."""

    precision: float
    recall: float
    f1: float
    average_precision: float
    by_language: dict[str, Scores]
    by_kind: dict[str, Scores]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    labelled: Labelled
    judgement: Judgement

    @property
    def is_wanted(self) -> bool:
        return self.labelled.label == RELEVANT

    @property
    def is_right(self) -> bool:
        return self.judgement.relevant == self.is_wanted


def evaluate(labelled: Iterable[Labelled], watch: Watch) -> Evaluation:
    """Return how the watch judges the texts, whether it is enabled or not."""
    judged = [_Judged(each, _judgement(each, watch)) for each in labelled]
    overall = _scores(judged)
    return Evaluation(
        precision=overall.precision,
        recall=overall.recall,
        f1=overall.f1,
        average_precision=overall.average_precision,
        by_language=_grouped(judged, lambda each: each.lang),
        by_kind=_grouped(judged, lambda each: each.kind),
        wrong=tuple(
            Wrong(id=each.labelled.id, score=each.judgement.score, reasons=each.judgement.reasons)
            for each in judged
            if not each.is_right
        ),
    )


def _judgement(labelled: Labelled, watch: Watch) -> Judgement:
    article = article_from_text(title=labelled.title, text=labelled.text, language=labelled.lang)
    return explain(article, watch).judgement


def _grouped(judged: Iterable[_Judged], key: Callable[[Labelled], str]) -> dict[str, Scores]:
    groups: defaultdict[str, list[_Judged]] = defaultdict(list)
    for each in judged:
        groups[key(each.labelled)].append(each)
    return {name: _scores(of_it) for name, of_it in sorted(groups.items())}


def _scores(judged: Sequence[_Judged]) -> Scores:
    hits = sum(each.is_wanted and each.judgement.relevant for each in judged)
    wanted = sum(each.is_wanted for each in judged)
    precision = _ratio(hits, sum(each.judgement.relevant for each in judged))
    recall = _ratio(hits, wanted)
    return Scores(
        count=len(judged),
        relevant=wanted,
        right=sum(each.is_right for each in judged),
        precision=precision,
        recall=recall,
        f1=_ratio(2 * precision * recall, precision + recall),
        average_precision=_average_precision(judged),
    )


def _average_precision(judged: Sequence[_Judged]) -> float:
    """Return the precision at each score that some text has, weighted by the recall gained there."""
    wanted = sum(each.is_wanted for each in judged)
    ranked = sorted(judged, key=lambda each: -each.judgement.score)
    total, seen, hits = 0.0, 0, 0
    for _, tied in groupby(ranked, key=lambda each: each.judgement.score):
        at_score = [each.is_wanted for each in tied]
        seen += len(at_score)
        hits += sum(at_score)
        total += _ratio(sum(at_score), wanted) * _ratio(hits, seen)
    return total


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
