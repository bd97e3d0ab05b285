"""All stored articles, and what can be asked of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from pipeline.items import Judgement, Removed
from pipeline.syntax import Node
from storage.database import Database
from storage.pages import KeptPage, PageFile
from storage.search.answers import Sort, answer, count, records, records_of
from storage.search.carriage import Carriage, carriages
from storage.search.coverage import coverage_of
from storage.search.history import cluster_of, number_of, receipt_of, revisions_of, tellers_of
from storage.search.judgements import judgements_of
from storage.search.marks import mark_key, news
from storage.search.one_story import stories_beside, story_of
from storage.search.records import Answer, Coverage, Record, Revision
from storage.search.selection import Filters, selection
from storage.search.shape import Step, facets, timeline
from storage.search.stories import stories_found
from storage.search.story_values import Report, Stories, Story

__all__ = ["Corpus"]


class Corpus(Database):
    """All stored articles: a context manager, read-only unless opened with ``write``.

    Every reading method answers from one snapshot, whatever other processes write meanwhile.
    """

    _pages: PageFile | None = None

    @property
    def pages(self) -> PageFile:
        """The raw pages, in a file of their own: opened when first asked for, made when writable."""
        if self._pages is None:
            self._pages = PageFile(self.pages_path, write=self.is_writable)
        return self._pages

    def close(self) -> None:
        """Let go of the files."""
        if self._pages is not None:
            self._pages.close()
        super().close()

    def search(
        self,
        query: str | Node,
        *,
        sort: Sort = "new",
        limit: int = 20,
        cursor: str = "",
        **filters: Unpack[Filters],
    ) -> Answer:
        """Return one page of what the query finds, newest (by published time) or best first.

        A blank query without filters finds nothing; ``Everything()`` finds all. Raises QueryError for text
        that cannot be understood, ConfigError for a cursor that is not from such a search.
        """
        asked = selection(query, filters)
        with self.read() as connection:
            return answer(connection, asked, sort=sort, limit=limit, cursor=cursor)

    def since_last(self, query: str | Node, *, limit: int = 20, **filters: Unpack[Filters]) -> Answer:
        """Return what came since the same search was last asked in this way; needs a writable corpus.

        In order of arrival; where more came than ``limit``, the next call gives the rest. The first call
        returns the newest.
        """
        asked, key = selection(query, filters), mark_key(query, filters)
        with self.write() as connection:
            return news(connection, asked, key=key, at=datetime.now(UTC), limit=limit)

    def count(self, query: str | Node = "", **filters: Unpack[Filters]) -> int:
        """Return how many articles the query finds."""
        with self.read() as connection:
            return count(connection, selection(query, filters))

    def facets(self, query: str | Node = "", **filters: Unpack[Filters]) -> dict[str, dict[str, int]]:
        """Return the numbers by ``source``, ``language`` and ``watch``, most first."""
        with self.read() as connection:
            return facets(connection, selection(query, filters))

    def timeline(
        self, query: str | Node = "", *, by: Step = "day", **filters: Unpack[Filters]
    ) -> dict[str, int]:
        """Return the number for each period (UTC) in order, those without any as 0; a week is its Monday."""
        with self.read() as connection:
            return timeline(connection, selection(query, filters), by)

    def export(self, query: str | Node = "", **filters: Unpack[Filters]) -> Iterator[Record]:
        """Stream every article the query finds in order of arrival, from one snapshot of the corpus."""
        asked = selection(query, filters)
        with self.read() as connection:
            yield from records(connection, asked)

    def coverage(self) -> Coverage:
        """Return who was asked, since when, and who did not answer."""
        with self.read() as connection:
            return coverage_of(connection)

    def get(self, ref: int | str) -> Record | None:
        """Return one article by its number or its URL, whatever form of it."""
        with self.read() as connection:
            number = number_of(connection, ref)
            return None if number is None else next(iter(records_of(connection, [number])), None)

    def copies(self, article_id: int) -> tuple[Record, ...]:
        """Return the other articles with the same text, oldest first."""
        with self.read() as connection:
            return records_of(connection, cluster_of(connection, article_id))

    def carriage(self, cluster: int) -> Carriage:
        """Return who carries the text of a cluster, and whose it is."""
        with self.read() as connection:
            return carriages(connection, [cluster])[cluster]

    def story(self, story: int) -> tuple[Record, ...]:
        """Return the articles of a story, copies too, in the order of their times."""
        with self.read() as connection:
            return records_of(connection, tellers_of(connection, story))

    def stories(
        self, query: str | Node, *, limit: int = 20, cursor: str = "", **filters: Unpack[Filters]
    ) -> Stories:
        """Return one page of the stories in which the query finds anything, the newest first.

        What is told of a story counts all of it, copies too, not only what was found. Raises as ``search``.
        """
        asked = selection(query, filters)
        with self.read() as connection:
            return stories_found(connection, asked, limit=limit, cursor=cursor)

    def reports(
        self, story: int, *, include_off_topic: bool = False
    ) -> tuple[Story, tuple[Report, ...]] | None:
        """Return a story and its texts in the order of their times, each by the article that stands for it.

        None when there is none, or all of it is off topic.
        """
        with self.read() as connection:
            return story_of(connection, story, include_off_topic=include_off_topic)

    def stories_beside(self, story: int) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
        """Return what a story follows and what follows it: of each the article by which it is told."""
        with self.read() as connection:
            before, after = stories_beside(connection, story)
            return records_of(connection, before), records_of(connection, after)

    def judgements(self, article_id: int) -> tuple[Judgement, ...]:
        """Return what the rules of each watch say of the article, relevant or not, whatever was marked."""
        with self.read() as connection:
            return tuple(judgements_of(connection, [article_id]).get(article_id, ()))

    def revisions(self, article_id: int) -> tuple[Revision, ...]:
        """Return every text the article had, the first first."""
        with self.read() as connection:
            return revisions_of(connection, article_id)

    def receipt(self, article_id: int, revision: int | None = None) -> tuple[Removed, ...]:
        """Return every line cut from one revision, by default the newest."""
        with self.read() as connection:
            return receipt_of(connection, article_id, revision)

    def page(self, article_id: int) -> KeptPage | None:
        """Return the raw page of the newest revision; None when it was not kept."""
        revisions = self.revisions(article_id)
        if not revisions or revisions[-1].page_id is None or not self.has_pages:
            return None
        return self.pages.page(revisions[-1].page_id)

    @property
    def has_pages(self) -> bool:
        """Raw pages were kept, or may be from now on."""
        return self._pages is not None or Path(self.pages_path).exists()
