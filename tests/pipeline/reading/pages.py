"""Builds small pages for the tests of reading."""

from datetime import UTC, datetime

from pipeline.items import ChannelKind, Entry, Page
from pipeline.reading.page import Reading, reading_of

FETCHED_AT = datetime(2025, 8, 13, 12, 0, tzinfo=UTC)
PARAGRAPHS = (
    "Mexico handed over 26 prisoners to the United States on Tuesday, the second such group this year.",
    "The men were flown to several cities from three military airports, two officials said in the evening.",
    "Relatives of the prisoners said nobody had told them, and that their lawyers would go to court.",
)


def page(
    html: str | bytes, *, url: str = "https://news.example.org/a", content_type: str = "text/html"
) -> Page:
    """A page as fetched; text is sent as UTF-8."""
    body = html.encode() if isinstance(html, str) else html
    entry = Entry(url=url, source="news", channel=ChannelKind.FEED)
    return Page(entry=entry, url=url, body=body, content_type=content_type, fetched_at=FETCHED_AT)


def article_html(body: str, *, head: str = "", title: str = "Mexico hands over 26 prisoners") -> str:
    """An article page around ``body``."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | News</title>{head}</head>'
        f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    )


def paragraphs(*inserted: str) -> str:
    """The three paragraphs as HTML with ``inserted`` before, between and after them."""
    parts = [f"<p>{text}</p>" for text in PARAGRAPHS]
    for place, clutter in zip((0, 2, 4, 6), inserted, strict=False):
        parts.insert(place, clutter)
    return "".join(parts)


def read(html: str | bytes, **options: str) -> Reading:
    """Read a page made of ``html``."""
    return reading_of(page(html, **options))
