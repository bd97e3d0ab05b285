"""A text and its neighbours -> whose copy it is, or why it is none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.linking.alignment import Alignment, Run, Slot, aligned
from pipeline.seen import KnownWords

__all__ = [
    "COMMON",
    "Candidate",
    "Neighbour",
    "candidates",
    "is_bridge",
    "is_digest",
    "neighbour",
    "reason_against",
]

COMMON = 16
"""A passage that more stored articles have is no evidence: no copy adds it again, so it is of a form."""

# Below: shares of the shorter text, and counts of words. Each stands for what a person would say, and was
# measured on generated wire copy; the figures are in docs/decisions.
_ENOUGH = 0.33
_ENOUGH_TO_MERGE = 0.4
_ENOUGH_AT_HOME = 0.8
_BEGINS_ALIKE, _DENSE = 3, 0.6
"""Two texts of one source share its furniture: only one that begins alike and shares nearly all is a copy."""
_FEW_WORDS, _NEARLY_ALL = 30, 0.8
"""A shared passage shorter than a paragraph counts only when it is nearly the whole text, never at home."""
_LEAST_WORDS = 12
_OWN = 0.15
"""Passages that six other clusters have too are a form, not a story."""
_WORDS_A_SLOT = 55
"""More than one filled-in place for so many shared words: the same form, filled in for another case."""
_WORDS_A_NUMBER = 12
_IMPRINT = 0.75
"""Where two sources differ only behind three quarters of what they share, each says there who it is."""
_UPDATED_WITHIN = timedelta(hours=48)
_SHORT, _HEAD = 0.5, 0.34
"""A text of less than half the length must match the head of the longer one: a quotation is no copy."""
_QUOTED_WORDS, _QUOTED, _OWNED = 15, 0.07, 0.5
"""A digest quotes two clusters or more: of each some share of it is a passage, of none half of it."""
_VERBATIM = 0.8
"""Who quotes leaves few words out; phrases that are alike are no quotation."""
_SPARSE, _QUOTES = 8, 1.5
"""A third shared leaves every third fingerprint. Where there is not one of eight, not even misspelt words
explain it: unless one or two are that cluster's own, which a digest may quote."""

_CLUSTERS = 8
_ARTICLES = 3
_LEAST_SHARED = 2
_TINY = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored article that shares passages, before the two are read side by side."""

    article_id: int
    cluster: int
    rarity: float
    """How far the shared passages are this cluster's own: 1 when no other cluster has them."""
    shared: float
    """The fingerprints that its cluster shares, as a share of the text's."""
    own: float
    """How many of these are the cluster's own: one that three clusters have is a third of one."""

    def most_words(self, length: int) -> int | None:
        """Return of how many words it may be to be worth reading beside a text of so many; None for any."""
        share = _SPARSE * self.shared
        return None if self.own >= _QUOTES or share >= 1 else int(share * length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A stored article beside the text in question."""

    article_id: int
    cluster: int
    source: str
    seen_at: datetime
    length: int
    """Its words."""
    rarity: float
    alignment: Alignment
    slots: tuple[Slot, ...]
    """The places that are filled in differently, but for the imprint of a paper."""
    contained: float
    """Shared words, as a share of the shorter text."""

    @property
    def is_filled_in(self) -> bool:
        """Whether the texts are one form filled in differently."""
        slots = len(self.slots)
        return slots > 1 and slots * _WORDS_A_SLOT > self.alignment.shared


def candidates(
    fingerprints: Sequence[int], sharing: Mapping[int, tuple[int, ...]], cluster_of: Mapping[int, int]
) -> tuple[Candidate, ...]:
    """Return the stored articles worth comparing: of each of the best clusters the best few.

    ``sharing`` has the articles that share each fingerprint.
    """
    weights: defaultdict[int, float] = defaultdict(float)
    marks: defaultdict[int, int] = defaultdict(int)
    counts: defaultdict[int, int] = defaultdict(int)
    rarities: defaultdict[int, float] = defaultdict(float)
    # The same few articles share many fingerprints: those are counted together.
    for article_ids, times in Counter(sharing.values()).items():
        clusters = set(map(cluster_of.__getitem__, article_ids))
        rarity = times / len(clusters)
        for cluster in clusters:
            marks[cluster] += times
            weights[cluster] += rarity
        for article_id in article_ids:
            counts[article_id] += times
            rarities[article_id] += rarity
    least = _LEAST_SHARED if len(fingerprints) > _TINY else 1
    best = sorted(weights, key=lambda cluster: (-weights[cluster], cluster))[:_CLUSTERS]
    members: dict[int, list[int]] = {cluster: [] for cluster in best}
    for article_id, count in counts.items():
        if count >= least and (others := members.get(cluster_of[article_id])) is not None:
            others.append(article_id)
    return tuple(
        Candidate(
            article_id=article_id,
            cluster=cluster,
            rarity=rarities[article_id] / counts[article_id],
            shared=marks[cluster] / len(fingerprints),
            own=weights[cluster],
        )
        for cluster in best
        for article_id in sorted(members[cluster], key=lambda each: (-counts[each], each))[:_ARTICLES]
    )


def neighbour(said: Sequence[str], candidate: Candidate, known: KnownWords, *, source: str) -> Neighbour:
    """Read a text of a source side by side with a stored one."""
    alignment = aligned(said, known.words)
    return Neighbour(
        article_id=candidate.article_id,
        cluster=candidate.cluster,
        source=known.source,
        seen_at=known.seen_at,
        length=len(known.words),
        rarity=candidate.rarity,
        alignment=alignment,
        slots=alignment.slots if source == known.source else _without_imprint(alignment),
        contained=alignment.shared / max(1, min(len(said), len(known.words))),
    )


def _without_imprint(alignment: Alignment) -> tuple[Slot, ...]:
    first = next(iter(alignment.slots), None)
    return () if first and first.shared_before >= _IMPRINT * alignment.shared else alignment.slots


def is_digest(said: Sequence[str], neighbours: Iterable[Neighbour], *, source: str) -> bool:
    """Tell whether a text is put together from others; ``neighbours``: the best of each cluster.

    Two that have the same passage of it are no two sources: they carry one text. The end that two texts of
    one source have in common is no quotation: it is what the paper says of itself.
    """
    taken: set[int] = set()
    quotations = owned = 0
    for beside in sorted(neighbours, key=lambda beside: -beside.alignment.shared):
        if beside.is_filled_in:
            continue
        quoted = {
            place
            for run in beside.alignment.runs
            if run.shared >= max(_QUOTED_WORDS, _VERBATIM * (run.end - run.start))
            and not (source == beside.source and _is_imprint(run, said, beside))
            for place in range(run.start, run.end)
        }
        own = quoted - taken
        if len(own) > _QUOTED * len(said) and len(quoted) - len(own) < _QUOTED_WORDS:
            quotations += 1
        owned = max(owned, beside.alignment.shared)
        taken |= quoted
    return quotations > 1 and owned < _OWNED * len(said)


def _is_imprint(run: Run, said: Sequence[str], beside: Neighbour) -> bool:
    """Tell whether a passage is the end of both texts, and no great part of the other."""
    ends_both = run.end == len(said) and run.other_end == beside.length
    return ends_both and run.shared < _OWNED * beside.length


def reason_against(said: Sequence[str], beside: Neighbour, *, source: str, seen_at: datetime) -> str | None:
    """Return why the text is no copy of its neighbour; None when it is one."""
    shared, contained = beside.alignment.shared, beside.contained
    is_at_home = source == beside.source
    enough = _ENOUGH_AT_HOME if is_at_home else _ENOUGH
    if shared < _LEAST_WORDS or contained < enough or _is_little(beside, is_at_home=is_at_home):
        return f"shares {contained:.0%} of the words"
    if beside.rarity < _OWN and not _is_whole(len(said), beside):
        return "shares what many others have too"
    if beside.is_filled_in and not _is_update(beside, source=source, seen_at=seen_at):
        slot = beside.slots[0]
        return f"the same form, filled in differently: {slot.other} / {slot.one}"
    if not _matches_the_head(len(said), beside, is_at_home=is_at_home):
        return "is quoted far from the head"
    return None


def _is_whole(length: int, beside: Neighbour) -> bool:
    """Tell whether nearly all of either text is in the other, with nothing filled in."""
    return beside.alignment.shared >= _NEARLY_ALL * max(length, beside.length) and not beside.slots


def _is_little(beside: Neighbour, *, is_at_home: bool) -> bool:
    """Tell whether what is shared is no paragraph: phrases here and there, or a line any text may have."""
    if beside.contained < _NEARLY_ALL:
        return max((run.shared for run in beside.alignment.runs), default=0) < _FEW_WORDS
    return is_at_home and beside.alignment.shared < _FEW_WORDS


def is_bridge(beside: Neighbour) -> bool:
    """Tell whether a second cluster is so like the text that both clusters are one."""
    slots = len(beside.slots)
    is_clean = slots < 2 or slots * _WORDS_A_SLOT * 4 <= beside.alignment.shared
    return beside.contained >= _ENOUGH_TO_MERGE and is_clean


def _is_update(beside: Neighbour, *, source: str, seen_at: datetime) -> bool:
    """Tell whether one source told the story again with other counts: only numbers changed, and few."""
    slots = beside.slots
    return (
        source == beside.source
        and abs(seen_at - beside.seen_at) <= _UPDATED_WITHIN
        and all(slot.is_number for slot in slots)
        and len(slots) * _WORDS_A_NUMBER <= beside.alignment.shared
    )


def _is_from_the_start(run: Run) -> bool:
    """Tell whether a passage stands at the beginning of both texts: more than phrases of the trade."""
    is_dense = run.shared >= _DENSE * max(run.end - run.start, run.other_end - run.other_start)
    return is_dense and max(run.start, run.other_start) <= _BEGINS_ALIKE


def _matches_the_head(length: int, beside: Neighbour, *, is_at_home: bool) -> bool:
    if is_at_home:
        return any(map(_is_from_the_start, beside.alignment.runs))
    first = beside.alignment.runs[0]
    if length < _SHORT * beside.length:
        return first.other_start <= _HEAD * beside.length
    if beside.length < _SHORT * length:
        return first.start <= _HEAD * length
    return True
