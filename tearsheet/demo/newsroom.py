"""The sample newsroom: its publishers on loopback, what they print, and what was corrected later."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Self

from pipeline.items import Source
from tearsheet.demo.articles import DemoArticle, Draft, drafts
from tearsheet.demo.blocks import Block, Form
from tearsheet.demo.config import config_toml
from tearsheet.demo.press import print_edition
from tearsheet.demo.publishers import Publisher, publishers
from tearsheet.demo.site import Site

__all__ = ["Newsroom"]


class Newsroom:
    """Invented publishers, each on a port of its own, up from construction until closed.

    Every time in it is counted back from ``now`` (aware).
    """

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC).replace(second=0, microsecond=0)
        self._publishers = {publisher.name: publisher for publisher in publishers()}
        with ExitStack() as stack:
            sites = {name: stack.enter_context(Site()) for name in self._publishers}
            self.sites = MappingProxyType(sites)
            """By the source's name."""
            self._publish(edition=1)
            self._open = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every site."""
        self._open.close()

    @property
    def articles(self) -> tuple[DemoArticle, ...]:
        """Every article announced in the current edition, by publisher, newest first."""
        return self._articles

    @property
    def sources(self) -> tuple[Source, ...]:
        """The publishers as sources, with addresses that answer."""
        return tuple(self._source(publisher) for publisher in self._publishers.values())

    def publish_second_edition(self) -> None:
        """Correct one article of the Atom feed's paper, and print three more: two new ones and a reprint."""
        self._publish(edition=2)

    def config_toml(self, corpus_url: str = "sqlite:///tearsheet.db") -> str:
        """Return a tearsheet.toml that collects from this newsroom, and from nowhere else."""
        return config_toml(self.sources, corpus_url)

    def _publish(self, *, edition: int) -> None:
        printed = drafts(edition)
        before = {(draft.publisher, draft.slug): draft for draft in drafts(edition - 1)}
        found = [self._article(draft, before.get((draft.publisher, draft.slug))) for draft in printed]
        articles: list[DemoArticle] = []
        for publisher in self._publishers.values():
            own = [article for article in found if article.publisher == publisher.name]
            own.sort(key=lambda article: article.published_at, reverse=True)
            linked = _with_links(own)
            print_edition(publisher, linked, on=self.sites[publisher.name], now=self.now)
            articles += linked
        self._articles = tuple(articles)

    def _article(self, draft: Draft, before: Draft | None) -> DemoArticle:
        publisher = self._publishers[draft.publisher]
        published_at = (self.now - draft.age).replace(second=0)
        path = publisher.article_path(slug=draft.slug, section=draft.section, at=published_at)
        return DemoArticle(
            publisher=draft.publisher,
            slug=draft.slug,
            path=path,
            url=self.sites[draft.publisher].url(path),
            section=draft.section,
            title=draft.title,
            standfirst=draft.standfirst,
            authors=draft.authors,
            published_at=published_at,
            modified_at=self.now if before is not None and before != draft else None,
            language=publisher.language,
            topic=draft.topic,
            is_relevant=draft.is_relevant,
            reprint_of=draft.reprint_of,
            is_gone=draft.is_gone,
            blocks=draft.blocks,
        )

    def _source(self, publisher: Publisher) -> Source:
        site = self.sites[publisher.name]
        return Source(
            name=publisher.name,
            feeds=(site.url(publisher.feed_path),) if publisher.feed_path else (),
            sitemaps=(site.url("/robots.txt"),) if publisher.sitemap_path else (),
            sections=(site.url(publisher.section_path),) if publisher.section_path else (),
            language=publisher.language,
            timezone=publisher.timezone,
            tier=publisher.tier,
        )


def _with_links(articles: Sequence[DemoArticle]) -> list[DemoArticle]:
    """Set every link between articles of one publisher: the headline, and where it leads."""
    by_slug = {article.slug: article for article in articles}

    def linked(block: Block) -> Block:
        if block.form is not Form.LINK:
            return block
        target = by_slug[block.text]
        return replace(block, text=target.title, path=target.path)

    return [replace(article, blocks=tuple(map(linked, article.blocks))) for article in articles]
