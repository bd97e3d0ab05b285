"""An article and its neighbours -> all that ties it to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from pipeline.seen import Seen

__all__ = ["Bridge", "Links", "furniture_marks", "links_of"]

# A shorter paragraph may stand in many articles of a source and be news each time.
_FURNITURE_WORDS = 8
_MOST = 0.5
_REASONS = 3


@dataclass(frozen=True, slots=True)
class Bridge:
    """A second cluster that turns out to be one with the article's."""

    cluster: int
    article_id: int
    """The article of that cluster which the text is like."""
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What ties an article to others, and what is kept so that later ones find it."""

    copy_of: int | None = None
    """The stored article whose copy it is, if of any."""
    score: float = 0.0
    """How much it shares with that one, or with the article that tells the same story; 0 to 1."""
    bridges: tuple[Bridge, ...] = ()
    against: tuple[str, ...] = ()
    """Why it is no copy of articles that it is like."""
    words: tuple[str, ...] = ()
    """Its words without the furniture of its source."""
    fingerprints: tuple[int, ...] = ()
    """Those by which it can be found; none for a digest."""
    paragraphs: tuple[int, ...] = ()
    """Marks of its paragraphs, with its source: what stands in many articles of a source is furniture."""
    mentions: tuple[int, ...] = ()
    """Those of its names and numbers by which its story can be found."""
    weight: float = 0.0
    """Of all its mentions."""
    same_story_as: int | None = None
    """The stored article that tells the same story; None when it opens one, or is a copy."""
    follows: int | None = None
    """The stored article that it follows up with another story."""
    credit: str = ""


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
    beside = _best_neighbours(said, candidates(found, sharing.articles, cluster_of), seen)
    is_made_of_others = is_digest(said, beside)
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
        paragraphs=tuple(marks.values()),
        credit=sketch.credit,
        against=against,
    )
    if near:
        return _copied(links, near, seen)
    is_form = is_made_of_others or any(each.is_filled_in and each.contained > _MOST for each in beside)
    telling = Telling(sketch.mentions, title, language, said, seen_at, is_form)
    return _told(links, telling, seen)


def furniture_marks(sketch: Sketch, *, source: str) -> tuple[int, ...]:
    """Return the marks of the paragraphs that may be furniture, for an article that needs no other links."""
    return tuple(_marks(sketch.prose, source).values())


def _marks(prose: Iterable[str], source: str) -> dict[str, int]:
    return {
        paragraph: mark_of(f"{source}\n{paragraph}")
        for paragraph in prose
        if paragraph.count(" ") >= _FURNITURE_WORDS - 1
    }


def _own_words(prose: Sequence[str], marks: Mapping[str, int], furniture: frozenset[int]) -> tuple[str, ...]:
    """Return the words without the furniture; all of them when nothing else is there."""
    own = [paragraph for paragraph in prose if marks.get(paragraph) not in furniture]
    return tuple(" ".join(own or prose).split(" "))


def _best_neighbours(said: Sequence[str], compared: Sequence[Candidate], seen: Seen) -> tuple[Neighbour, ...]:
    """Return of each cluster the article that shares most with the text."""
    most = {each.article_id: each.most_words(len(said)) for each in compared}
    known = seen.words_of(most) if compared else {}
    best: dict[int, Neighbour] = {}
    for candidate in compared:
        if (words := known.get(candidate.article_id)) is None:
            continue
        beside = neighbour(said, candidate, words)
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
