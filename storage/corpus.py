"""All stored articles, and what can be asked of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from pipeline.errors import ConfigError
from pipeline.items import Judgement, Removed
from pipeline.syntax import Node
from storage.database import Database
from storage.export.arrow import table_of
from storage.frozen.drift import differences
from storage.frozen.freezing import freeze
from storage.frozen.sets import frozen_records, frozen_sets, remove, set_row, told
from storage.frozen.values import Difference, FrozenSet
from storage.pages import KeptPage, PageFile
from storage.search.answers import Sort, answer, count, records, records_of
from storage.search.carriage import Carriage, carriages
from storage.search.coverage import Coverage, coverage_of
from storage.search.history import cluster_of, number_of, receipt_of, revisions_of, tellers_of
from storage.search.judgements import judgements_of
from storage.search.marks import mark_key, news
from storage.search.one_story import stories_beside, story_of
from storage.search.records import Answer, Record, Revision
from storage.search.sample import sample
from storage.search.selection import Filters, selection
from storage.search.shape import FACETS, Facet, Step, facets, timeline
from storage.search.stories import stories_found
from storage.search.story_values import Report, Stories, Story

if TYPE_CHECKING:
    import pyarrow

    from storage.search.top_words import TopWords

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

    def sample(
        self, query: str | Node, *, number: int = 20, seed: int = 0, **filters: Unpack[Filters]
    ) -> Answer:
        """Return some of what the query finds in a random order: the same for the same seed and corpus.

        An article that is stored later takes at most one place.
        """
        with self.read() as connection:
            return sample(connection, selection(query, filters), number=number, seed=seed)

    def top_words(self, query: str | Node, *, number: int = 20, **filters: Unpack[Filters]) -> "TopWords":
        """Return the words that stand out in what the query finds, counted by article."""
        # The lists of stop words bring a library along, which who only searches is spared.
        from storage.search.top_words import top_words

        with self.read() as connection:
            return top_words(connection, selection(query, filters), number=number)

    def count(self, query: str | Node = "", **filters: Unpack[Filters]) -> int:
        """Return how many articles the query finds."""
        with self.read() as connection:
            return count(connection, selection(query, filters))

    def facets(
        self, query: str | Node = "", *, by: Sequence[Facet] = FACETS, **filters: Unpack[Filters]
    ) -> dict[str, dict[str, int]]:
        """Return the numbers by source, language, watch, group and mechanism, or by what is named.

        A ``day`` (UTC) can be named too.
        """
        with self.read() as connection:
            return facets(connection, selection(query, filters), by)

    def timeline(
        self, query: str | Node = "", *, by: Step = "day", **filters: Unpack[Filters]
    ) -> dict[str, int]:
        """Return the number for each period (UTC) in order, those without any as 0; a week is its Monday."""
        with self.read() as connection:
            return timeline(connection, selection(query, filters), by)

    def export(
        self, query: str | Node = "", *, frozen: str = "", **filters: Unpack[Filters]
    ) -> Iterator[Record]:
        """Stream every article the query finds in order of arrival, from one snapshot of the corpus.

        With the name of a frozen set and nothing else: its articles as they were, but for forgotten ones.
        """
        if frozen and (query or any(filters.values())):
            raise ConfigError("a frozen set is given as it was: leave out the query and its filters")
        with self.read() as connection:
            if frozen:
                yield from frozen_records(connection, set_row(connection, frozen).id)
            else:
                yield from records(connection, selection(query, filters))

    def to_arrow(
        self, query: str | Node = "", *, frozen: str = "", **filters: Unpack[Filters]
    ) -> "pyarrow.Table":
        """Return what ``export`` gives as a table of typed columns, all of it in memory.

        ``.to_pandas()`` and ``polars.from_arrow`` take it. Raises InputError where pyarrow is not installed.
        """
        return table_of(self.export(query, frozen=frozen, **filters))

    def freeze(self, query: str = "", *, name: str, **filters: Unpack[Filters]) -> FrozenSet:
        """Keep what the query finds now under a name, to be given again as it is; needs a writable corpus.

        Raises ConfigError for a name that is taken.
        """
        return freeze(self, query, filters, name=name, at=datetime.now(UTC))

    def frozen_sets(self) -> tuple[FrozenSet, ...]:
        """Return what was frozen, the oldest first."""
        with self.read() as connection:
            return frozen_sets(connection)

    def frozen_set(self, name: str) -> FrozenSet:
        """Return what is kept of a frozen set; raises ConfigError when there is none of this name."""
        with self.read() as connection:
            return told(set_row(connection, name))

    def drift(self, name: str) -> Iterator[Difference]:
        """Stream what would be another, were the question of a frozen set asked today."""
        with self.read() as connection:
            yield from differences(connection, set_row(connection, name))

    def remove_frozen(self, name: str) -> FrozenSet:
        """Remove a frozen set and return what it was; its articles stay. Needs a writable corpus."""
        with self.write() as connection:
            row = set_row(connection, name)
            removed = told(row)
            remove(connection, row.id)
        return removed

    def coverage(self, query: str | Node = "", **filters: Unpack[Filters]) -> Coverage:
        """Return who was asked of what a query is about, and on which days they were not read."""
        with self.read() as connection:
            return coverage_of(connection, selection(query, filters), now=datetime.now(UTC))

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
