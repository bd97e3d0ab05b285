"""The invented publishers: who they are, what their addresses look like, how they announce."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from zoneinfo import ZoneInfo

from tearsheet.demo.markup import Markup

__all__ = ["FeedFormat", "Publisher", "publishers"]


class FeedFormat(StrEnum):
    """The feed a publisher has."""

    NONE = "none"
    RSS = "rss"
    ATOM = "atom"
    BROKEN = "broken"
    """It answers 503, whoever asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One table of publishers.toml."""

    name: str
    title: str
    motto: str
    language: str
    timezone: str
    tier: int
    markup: Markup
    path: str
    """An article's path, with ``{slug}``, ``{section}`` and ``{at:%Y}`` to fill in."""
    feed: FeedFormat
    feed_path: str = ""
    feed_query: str = ""
    """What the feed adds to every address, such as tracking parameters."""
    sitemap_path: str = ""
    """Of a news sitemap, named nowhere but in robots.txt."""
    section_path: str = ""
    """Of the index page that is the publisher's channel."""
    section: str = ""
    """The only section that the index page lists; empty when it lists all."""

    @property
    def zone(self) -> ZoneInfo:
        """The publisher's time zone."""
        return ZoneInfo(self.timezone)

    def lists(self, section: str) -> bool:
        """Whether the index page lists articles of this section."""
        return not self.section or self.section == section

    def article_path(self, *, slug: str, section: str, at: datetime) -> str:
        """Return the path of an article published at this instant."""
        return self.path.format(slug=slug, section=section, at=at.astimezone(self.zone))


def publishers() -> tuple[Publisher, ...]:
    """Read publishers.toml, in its order."""
    text = files("tearsheet.demo").joinpath("publishers.toml").read_text(encoding="utf-8")
    return tuple(
        Publisher(
            name=name, **{**table, "feed": FeedFormat(table["feed"]), "markup": Markup(table["markup"])}
        )
        for name, table in tomllib.loads(text).items()
    )
