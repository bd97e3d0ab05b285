"""Plain text as an article, for judging what was never fetched."""

from datetime import UTC, datetime

from pipeline.items import Article, ChannelKind

__all__ = ["article_from_text"]

_NEVER = datetime.fromtimestamp(0, tz=UTC)


def article_from_text(*, title: str, text: str, language: str = "") -> Article:
    """Return an article that has only words: no address, no source, no date."""
    return Article(
        url="",
        url_key="",
        source="",
        channel=ChannelKind.IMPORT,
        title=title,
        text=text,
        text_hash="",
        language=language,
        seen_at=_NEVER,
    )
