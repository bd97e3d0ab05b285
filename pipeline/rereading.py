"""Stored article, read again by today's rules -> what stands from now on, and what changed.

A change of our own rules is no revision: the newest text is replaced, and its number stays. What no watch
wants any more is hidden, never removed; what was imported is not even hidden.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.items import Article, ChannelKind, Flag, Rejected, Stamp

__all__ = ["Again", "Kept", "Turn", "again", "turns", "wanted_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article as it is stored, as far as reading it again needs it."""

    article_id: int
    article: Article
    """With its newest text, and the judgements of that."""
    revision: int
    is_hidden: bool
    cluster: int
    """The articles with one text share it."""
    page_id: int | None
    """The page of the newest text; None when it was never kept."""
    earlier: tuple[Article, ...] = ()
    """The same article with each text it had before."""
    is_marked: bool = False
    """A person decided of it: whatever the rules say, what is shown stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What today's rules make of a stored article."""

    kept: Kept
    article: Article
    """What stands from now on."""
    changed: tuple[str, ...] = ()
    """The fields that read otherwise."""
    is_wanted: bool
    """By some watch, for one of the texts it had; or it was imported."""
    refusal: str = ""
    """Why today's rules find no article in its page, whose stored text stays; else empty."""


class Turn(StrEnum):
    """What searches show otherwise than before."""

    NEW = "new"
    """It was kept as a page only."""
    SHOWN = "shown"
    HIDDEN = "hidden"


def again(kept: Kept, today: Article | Rejected, *, earlier: Sequence[Article] = ()) -> Again:
    """Return what stands of an article; ``earlier`` are its earlier texts, judged today."""
    imported = kept.article.channel is ChannelKind.IMPORT
    # Off topic is decided of the article, not of each text: what an earlier one told still counts.
    is_wanted = imported or any(each.is_relevant for each in earlier)
    if isinstance(today, Rejected):
        article = kept.article if imported else replace(kept.article, judgements=(), facts=None)
        return Again(kept=kept, article=article, is_wanted=is_wanted, refusal=f"{today.fate}: {today.reason}")
    article = _renewed(kept, today)
    return Again(
        kept=kept,
        article=article,
        changed=tuple(_changed(kept.article, article)),
        is_wanted=is_wanted or article.is_relevant,
    )


def turns(cluster: Sequence[Again], *, others_wanted: bool) -> tuple[tuple[Again, bool, Turn | None], ...]:
    """Return for each article with one text whether it is hidden from now on, and what that changes.

    One that is wanted keeps all; ``others_wanted`` is whether that is one that was not read again.
    """
    is_hidden = not (others_wanted or any(each.is_wanted for each in cluster))
    return tuple((each, is_hidden, _turn(each.kept, is_hidden=is_hidden)) for each in cluster)


def wanted_by(article: Article) -> frozenset[str]:
    """Return the watches that want an article."""
    return frozenset(judgement.watch for judgement in article.judgements if judgement.relevant)


def _turn(kept: Kept, *, is_hidden: bool) -> Turn | None:
    if kept.is_marked or kept.is_hidden == is_hidden:
        return None
    return Turn.HIDDEN if is_hidden else Turn.SHOWN


def _renewed(kept: Kept, today: Article) -> Article:
    """Today's reading, with what no page tells, and what only earlier pages told."""
    stored = kept.article
    article = replace(
        today,
        url=stored.url,
        url_key=stored.url_key,
        external_id=stored.external_id,
        seen_at=stored.seen_at,
        flags=(*today.flags, *_only_ours(stored.flags)),
    )
    if kept.revision == 1:
        return article
    # As when it was revised: a later page often shows only the time of its change.
    return replace(
        article,
        published=stored.published or article.published,
        modified=article.modified or stored.modified,
        authors=article.authors or stored.authors,
        canonical_url=article.canonical_url or stored.canonical_url,
        language=article.language or stored.language,
    )


def _only_ours(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(flag for flag in flags if flag is Flag.WITHDRAWN)


def _changed(before: Article, after: Article) -> Iterable[str]:
    for name in ("title", "standfirst", "text", "language", "authors", "canonical_url"):
        if getattr(before, name) != getattr(after, name):
            yield name
    if _told(before.published) != _told(after.published):
        yield "published_at"
    if before.modified.at != after.modified.at:
        yield "modified_at"
    if frozenset(before.flags) != frozenset(after.flags):
        yield "flags"
    if wanted_by(before) != wanted_by(after):
        yield "watches"


def _told(stamp: Stamp) -> tuple[object, ...]:
    return stamp.iso(), stamp.precision, stamp.origin
