"""A text's names and numbers -> the story it belongs to."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.seen import Found, Mention

__all__ = ["COMMON", "StoryMatch", "story_match"]

COMMON = 60
"""What more stored articles mention says nothing."""

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
    mentioned: Mapping[int, float],
    known: Found[Mention],
    *,
    count: int,
    seen_at: datetime,
    is_form: bool,
) -> StoryMatch:
    """Find the stored article that mentions the same rare things.

    ``known`` says who else mentions the same things, ``count`` is the number of articles among which they are. The
    score is the weight of what both mention over the mean of both weights (Dice), each mention weighed by how
    few articles have it.
    """
    by_mark: defaultdict[int, list[Mention]] = defaultdict(list)
    for mention in known.rows:
        by_mark[mention.mark].append(mention)
    weight = 0.0
    shared: defaultdict[int, float] = defaultdict(float)
    beside: dict[int, Mention] = {}
    for mark, often in mentioned.items():
        if mark in known.common:
            continue
        rows = by_mark[mark]
        worth = math.log((count + 1) / (len(rows) + 1)) * often
        weight += worth
        for row in rows:
            shared[row.article_id] += worth
            beside[row.article_id] = row
    best = StoryMatch(weight)
    for article_id in sorted(shared, key=lambda each: (-shared[each], each))[:5]:
        other = beside[article_id]
        score = 2 * shared[article_id] / (weight + other.weight) if weight + other.weight else 0.0
        if score > best.score and score >= _needed(abs((seen_at - other.seen_at).total_seconds()), is_form):
            best = StoryMatch(weight, article_id, score)
    return best


def _needed(seconds: float, is_form: bool) -> float:
    return (_ENOUGH_FOR_A_FORM if is_form else _ENOUGH) + _MORE_A_DAY * seconds / _DAY
