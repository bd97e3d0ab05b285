"""The rows that one article becomes."""

from typing import Any

from pipeline.items import Article, Decision

__all__ = ["described", "first_row", "judgement_rows", "published", "revision_row", "words_of"]


def first_row(article: Article, decision: Decision) -> dict[str, Any]:
    """Return the article at its first sighting, but for the place it is given."""
    return {
        "url": article.url,
        "url_key": article.url_key,
        "source": article.source,
        "channel": article.channel.value,
        "external_id": article.external_id,
        "first_seen_at": article.seen_at,
        "last_seen_at": article.seen_at,
        "fate": decision.fate.value,
        "revision": 1,
        **described(article),
        **published(article),
    }


def described(article: Article) -> dict[str, Any]:
    """Return the columns that every sighting of an article may change."""
    return {
        "canonical_url": article.canonical_url,
        "language": article.language,
        "authors": list(article.authors),
        "modified_at": article.modified.at,
        "flags": [flag.value for flag in article.flags],
        "text_hash": article.text_hash,
    }


def published(article: Article) -> dict[str, Any]:
    """Return when it was published, and how that is known."""
    return {
        "published_at": article.published.at,
        "published_precision": article.published.precision.value,
        "published_from": article.published.origin.value,
        "published_raw": article.published.raw,
    }


def words_of(article: Article) -> dict[str, str]:
    """Return its texts."""
    return {"title": article.title, "standfirst": article.standfirst, "text": article.text}


def revision_row(article_id: int, article: Article, page_id: int | None) -> dict[str, Any]:
    """Return the first text of an article in its history; the words of the newest stand elsewhere."""
    return {
        "article_id": article_id,
        "number": 1,
        "seen_at": article.seen_at,
        "text_hash": article.text_hash,
        "modified_at": article.modified.at,
        "page_id": page_id,
    }


def judgement_rows(article_id: int, article: Article) -> list[dict[str, Any]]:
    """Return what each watch says."""
    return [
        {
            "article_id": article_id,
            "watch": judgement.watch,
            "score": judgement.score,
            "relevant": judgement.relevant,
            "reasons": list(judgement.reasons),
            "version": judgement.version,
        }
        for judgement in article.judgements
    ]
