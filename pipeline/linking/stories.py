"""A text's names and numbers -> the story it belongs to."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.seen import Seen

__all__ = ["StoryMatch", "story_match"]

_COMMON = 60
"""What more stored articles mention says nothing."""
_COMPARED = 5

_ENOUGH = 0.32
_MORE_A_DAY = 0.05
"""The same people are in the news again: the longer ago, the more must agree."""
_ENOUGH_FOR_A_FORM = 0.67
"""Forms and digests name the same offices and the same people whatever they tell."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class StoryMatch:
    """How a text stands to the stories that are open."""

    weight: float
    """What all its mentions weigh, by their rarity now; kept with the article for later comparisons."""
    article_id: int | None = None
    """The stored article that tells the same story."""
    score: float = 0.0


def story_match(
    mentioned: Mapping[int, float], *, seen_at: datetime, seen: Seen, is_form: bool
) -> tuple[StoryMatch, tuple[int, ...]]:
    """Find the stored article that mentions the same rare things; return with it what of them is rare at all.

    The score is the weight of what both mention over the mean of both weights (Dice), each mention weighed by
    how few articles have it.
    """
    known = seen.mentioning(tuple(mentioned), at=seen_at, most=_COMMON)
    count = seen.count_around(seen_at)
    rare = tuple(mark for mark in mentioned if mark not in known.common)
    weight = 0.0
    shared: defaultdict[int, float] = defaultdict(float)
    for mark in rare:
        tellers = known.articles.get(mark, ())
        worth = math.log((count + 1) / (len(tellers) + 1)) * mentioned[mark]
        weight += worth
        for article_id in tellers:
            shared[article_id] += worth
    best = sorted(shared, key=lambda each: (-shared[each], each))[:_COMPARED]
    tellings = seen.tellings_of(best) if best else {}
    match = StoryMatch(weight)
    for article_id in best:
        other = tellings[article_id]
        score = min(1.0, 2 * shared[article_id] / (weight + other.weight)) if weight else 0.0
        if score > match.score and score >= _needed(abs((seen_at - other.seen_at).total_seconds()), is_form):
            match = StoryMatch(weight, article_id, score)
    return match, rare


def _needed(seconds: float, is_form: bool) -> float:
    return (_ENOUGH_FOR_A_FORM if is_form else _ENOUGH) + _MORE_A_DAY * seconds / _DAY
