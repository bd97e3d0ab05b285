"""An article and its neighbours -> all that ties it to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.linking.copies import COMMON as COMMON_PASSAGE
from pipeline.linking.copies import (
    Candidate,
    Neighbour,
    candidates,
    is_bridge,
    is_digest,
    neighbour,
    reason_against,
)
from pipeline.linking.fingerprints import fingerprints, mark_of
from pipeline.linking.sketch import Sketch
from pipeline.linking.stories import Telling, story_match
from pipeline.linking.ties import Bridge, Links
from pipeline.seen import Seen

__all__ = ["links_of"]

# A shorter paragraph may stand in many articles of a source and be news each time.
_FURNITURE_WORDS = 8
_MOST = 0.5
_REASONS = 3


def links_of(
    sketch: Sketch, *, source: str, title: str, language: str, seen_at: datetime, seen: Seen
) -> Links:
    """Find what an article is a copy of, or what story it tells; five look-ups, six for a new story."""
    marks = _marks(sketch.prose, source)
    furniture = seen.furniture(tuple(marks.values()))
    said = _own_words(sketch.prose, marks, furniture)
    found = fingerprints(said) if furniture else sketch.fingerprints
    sharing = seen.sharing(found, at=seen_at, most=COMMON_PASSAGE)
    cluster_of = seen.clusters_of({each for articles in sharing.articles.values() for each in articles})
    beside = _best_neighbours(said, candidates(found, sharing.articles, cluster_of), source, seen)
    is_made_of_others = is_digest(said, beside, source=source)
    near, against = _told_apart(said, () if is_made_of_others else beside, source=source, seen_at=seen_at)
    known = set(sharing.common)
    if near:  # who shares them with the cluster is found by those that the cluster has
        known |= {
            mark
            for mark, articles in sharing.articles.items()
            if any(cluster_of[each] == near[0].cluster for each in articles)
        }
    links = Links(
        words=said,
        fingerprints=() if is_made_of_others else tuple(each for each in found if each not in known),
        paragraphs=_countable(sketch.prose, marks, furniture, near),
        credit=sketch.credit,
        against=against,
    )
    if near:
        return _copied(links, near, seen)
    is_form = (
        is_made_of_others
        or len(sharing.common) > _MOST * len(found)
        or any(each.is_filled_in and each.contained > _MOST for each in beside)
    )
    telling = Telling(sketch.mentions, title, language, said, seen_at, is_form)
    return _told(links, telling, seen)


def _marks(prose: Iterable[str], source: str) -> dict[str, int]:
    return {
        paragraph: mark_of(f"{source}\n{paragraph}")
        for paragraph in prose
        if paragraph.count(" ") >= _FURNITURE_WORDS - 1
    }


def _own(prose: Iterable[str], marks: Mapping[str, int], furniture: frozenset[int]) -> list[str]:
    return [paragraph for paragraph in prose if marks.get(paragraph) not in furniture]


def _countable(
    prose: Sequence[str], marks: Mapping[str, int], furniture: frozenset[int], near: Sequence[Neighbour]
) -> tuple[int, ...]:
    """Return the marks of the paragraphs that may be furniture: what the article copies is its text."""
    if not near:
        return tuple(marks.values())
    copied = set()
    end = 0
    for paragraph in _own(prose, marks, furniture):
        start, end = end, end + paragraph.count(" ") + 1
        if any(run.start <= start and end <= run.end for run in near[0].alignment.runs):
            copied.add(paragraph)
    return tuple(mark for paragraph, mark in marks.items() if paragraph not in copied)


def _own_words(prose: Sequence[str], marks: Mapping[str, int], furniture: frozenset[int]) -> tuple[str, ...]:
    """Return the words without the furniture; all of them when hardly anything else is there."""
    own = " ".join(_own(prose, marks, furniture))
    return tuple((own if own.count(" ") >= _FURNITURE_WORDS - 1 else " ".join(prose)).split(" "))


def _best_neighbours(
    said: Sequence[str], compared: Sequence[Candidate], source: str, seen: Seen
) -> tuple[Neighbour, ...]:
    """Return of each cluster the article that shares most with the text."""
    most = {each.article_id: each.most_words(len(said)) for each in compared}
    known = seen.words_of(most) if compared else {}
    best: dict[int, Neighbour] = {}
    for candidate in compared:
        if (words := known.get(candidate.article_id)) is None:
            continue
        beside = neighbour(said, candidate, words, source=source)
        so_far = best.get(candidate.cluster)
        if so_far is None or beside.contained > so_far.contained:
            best[candidate.cluster] = beside
    return tuple(best.values())


def _told_apart(
    said: Sequence[str], beside: Iterable[Neighbour], *, source: str, seen_at: datetime
) -> tuple[tuple[Neighbour, ...], tuple[str, ...]]:
    """Return those whose copy the text is, the likest first, and what speaks against the others."""
    near, against = [], []
    for each in sorted(beside, key=lambda each: (-each.contained, each.article_id)):
        reason = reason_against(said, each, source=source, seen_at=seen_at)
        if reason is None:
            near.append(each)
        elif each.contained >= _MOST:
            against.append(f"no copy of {each.article_id}: {reason}")
    return tuple(near), tuple(against[:_REASONS])


def _copied(links: Links, near: Sequence[Neighbour], seen: Seen) -> Links:
    first, *others = near
    joined = [first.cluster]
    bridges = []
    for each in others:
        if is_bridge(each) and not any(seen.are_parted(cluster, each.cluster) for cluster in joined):
            joined.append(each.cluster)
            bridges.append(Bridge(each.cluster, each.article_id, each.contained))
    return replace(links, copy_of=first.article_id, score=first.contained, bridges=tuple(bridges))


def _told(links: Links, telling: Telling, seen: Seen) -> Links:
    match, rare = story_match(telling, seen)
    return replace(
        links,
        mentions=rare,
        weight=match.weight,
        same_story_as=match.article_id,
        follows=match.follows,
        score=match.score,
    )
