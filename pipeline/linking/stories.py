"""A text's names and numbers -> the story it belongs to."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.linking.vocabulary import alike, contained
from pipeline.seen import Seen
from pipeline.seen import Telling as KnownTelling
from pipeline.words import words

__all__ = ["StoryMatch", "Telling", "story_match"]

_COMMON = 40
"""What more stored articles mention says nothing."""
_COMPARED = 5
_UNSEEN = 100
"""A corpus of few articles does not tell what is rare: as many more are taken to mention nothing of it."""

_ENOUGH = 0.28
_MORE_A_DAY = 0.05
"""The same people are in the news again: the longer ago, the more must agree."""
_ENOUGH_FOR_A_FORM = 0.55
"""Forms and digests name the same offices and the same people whatever they tell."""
_DAY = 86_400
_TITLES_ALIKE = 0.25
"""Two headlines on one event have a word of four in common, at least."""
_TOGETHER = 0.9
"""The shares of the names and of the words, summed: about half of both, or more of one."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A text, as its story is told from it."""

    mentions: Mapping[int, float]
    title: str
    language: str
    words: Sequence[str]
    seen_at: datetime
    is_form: bool
    """Whether it is a form filled in, or a digest."""


@dataclass(frozen=True, slots=True)
class StoryMatch:
    """How a text stands to the stories that are open."""

    weight: float
    """What all its mentions weigh, by their rarity now; kept with the article for later comparisons."""
    article_id: int | None = None
    """The stored article that tells the same story."""
    follows: int | None = None
    """Where none does: one that tells of the same people or places, but of something else."""
    score: float = 0.0


def story_match(telling: Telling, seen: Seen) -> tuple[StoryMatch, tuple[int, ...]]:
    """Find the stored article that mentions the same rare things; return with it what of them is rare at all.

    The score is the weight of what both mention over the mean of both weights (Dice), each mention weighed by
    how few articles have it. In one language the same people are often in the news for something else: there
    the headlines must share words too, or the texts most of theirs.
    """
    known = seen.mentioning(tuple(telling.mentions), at=telling.seen_at, most=_COMMON)
    count = seen.count_around(telling.seen_at)
    rare = tuple(mark for mark in telling.mentions if mark not in known.common)
    weight = 0.0
    shared: defaultdict[int, float] = defaultdict(float)
    for mark in rare:
        tellers = known.articles.get(mark, ())
        worth = math.log((count + _UNSEEN) / (len(tellers) + 1)) * telling.mentions[mark]
        weight += worth
        for article_id in tellers:
            shared[article_id] += worth
    return _best(telling, weight, shared, seen), rare


def _best(telling: Telling, weight: float, shared: Mapping[int, float], seen: Seen) -> StoryMatch:
    best = sorted(shared, key=lambda each: (-shared[each], each))[:_COMPARED]
    tellings = seen.tellings_of(best) if best else {}
    match = StoryMatch(weight)
    for article_id in best:
        other = tellings[article_id]
        score = min(1.0, 2 * shared[article_id] / (weight + other.weight)) if weight else 0.0
        apart = abs((telling.seen_at - other.seen_at).total_seconds())
        is_better = match.article_id is None or score > match.score
        if score < _needed(apart, telling.is_form) or not is_better:
            continue
        if _is_told_alike(telling, article_id, other, score, seen):
            match = StoryMatch(weight, article_id, score=score)
        elif match.article_id is None and score > match.score:
            match = StoryMatch(weight, follows=article_id, score=score)
    return match


def _is_told_alike(telling: Telling, article_id: int, other: KnownTelling, score: float, seen: Seen) -> bool:
    if telling.language != other.language or not telling.language:
        return True  # no words can be shared
    if alike(words(telling.title), words(other.title)) >= _TITLES_ALIKE:
        return True
    known = seen.words_of({article_id: None}).get(article_id)
    return known is not None and score + contained(telling.words, known.words) >= _TOGETHER


def _needed(seconds: float, is_form: bool) -> float:
    return (_ENOUGH_FOR_A_FORM if is_form else _ENOUGH) + _MORE_A_DAY * seconds / _DAY
