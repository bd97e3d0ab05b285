"""What reading again needs of the corpus: stored articles, and the pages of which no article was made."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.engine import Connection, Row

from pipeline.errors import RecordError
from pipeline.items import (
    Article,
    ChannelKind,
    Entry,
    Fate,
    Flag,
    Origin,
    Page,
    Precision,
    Stamp,
)
from pipeline.rereading import Kept
from pipeline.syntax import Node
from storage.addresses import entry_from
from storage.corpus import Corpus
from storage.pages import KeptPage
from storage.search.judgements import judgements_of
from storage.search.selection import selection
from storage.tables import ADDRESS, ARTICLE, ARTICLE_MARK, JUDGEMENT, REVISION, TEXT

__all__ = ["Rereadings"]

_AT_ONCE = 500


class Rereadings:
    """The stored articles and pages of a corpus, to be read again."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def article_ids(self, query: Node | None) -> "array[int]":
        """Return the numbers of the articles that a query finds, or of all; those with one text together.

        Eight bytes each: what is found is settled before anything changes.
        """
        asked = selection(query, {"include_copies": True, "include_off_topic": True}) if query else None
        numbers = select(ARTICLE.c.id).order_by(ARTICLE.c.duplicate_cluster, ARTICLE.c.id)
        if asked is not None:
            numbers = numbers.where(*asked.conditions.all)
        with self._corpus.read() as connection:
            return array("q", connection.execute(numbers).scalars())

    def articles(self, ids: Sequence[int]) -> Iterator[Kept]:
        """Yield the articles with these numbers, in this order; one that is gone is passed over."""
        for start in range(0, len(ids), _AT_ONCE):
            yield from self._kept(ids[start : start + _AT_ONCE])

    def page_of(self, kept: Kept) -> Page | None:
        """Return the page of an article's newest text; None when it is not kept any more, or damaged."""
        if kept.page_id is None or not self._corpus.has_pages:
            return None
        found = self._page(kept.page_id)
        return None if found is None else _page(found, self._entry(kept))

    def other_pages(self) -> Iterator[tuple[int, Page]]:
        """Yield the last page of each address that no article was made of, with its number."""
        if not self._corpus.has_pages:
            return
        for numbered in self._corpus.pages.newest(at_once=_AT_ONCE):
            for number, row in self._without_article(numbered):
                found = self._page(number)
                if found is not None:
                    yield number, _page(found, entry_from(row))

    def has_judged(self, watch: str) -> bool:
        """Tell whether any article was judged by the watch."""
        query = select(JUDGEMENT.c.article_id).where(JUDGEMENT.c.watch == watch)
        with self._corpus.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def is_wanted_elsewhere(self, cluster: int, but: Sequence[int]) -> bool:
        """Tell whether some article of a cluster is wanted, those with the numbers left out."""
        is_judged = exists().where(JUDGEMENT.c.article_id == ARTICLE.c.id, JUDGEMENT.c.relevant)
        query = select(ARTICLE.c.id).where(
            ARTICLE.c.duplicate_cluster == cluster,
            ARTICLE.c.id.not_in(but),
            or_(is_judged, ARTICLE.c.channel == ChannelKind.IMPORT.value),
        )
        with self._corpus.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def _kept(self, ids: Sequence[int]) -> Iterator[Kept]:
        with self._corpus.read() as connection:
            rows = {row.id: row for row in connection.execute(_ARTICLES.where(ARTICLE.c.id.in_(ids)))}
            judgements = judgements_of(connection, ids)
            earlier = _earlier_texts(connection, [row.id for row in rows.values() if row.revision > 1])
            marked = _marked(connection, ids)
        for number in ids:
            if (row := rows.get(number)) is not None:
                article = _article(row, judgements=tuple(judgements.get(number, ())))
                yield Kept(
                    article_id=number,
                    article=article,
                    revision=row.revision,
                    is_hidden=row.hidden,
                    cluster=row.duplicate_cluster,
                    page_id=row.page_id,
                    earlier=tuple(_with_words(article, words) for words in earlier.get(number, ())),
                    is_marked=number in marked,
                )

    def _page(self, number: int) -> KeptPage | None:
        try:
            return self._corpus.pages.page(number)
        except RecordError:
            return None

    def _entry(self, kept: Kept) -> Entry:
        """What announced an article: as its address has it, through the channel that brought it."""
        article = kept.article
        query = select(ADDRESS).where(ADDRESS.c.url_key == article.url_key)
        with self._corpus.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return Entry(url=article.url, source=article.source, channel=article.channel)
        return entry_from(row, article.channel)

    def _without_article(self, numbered: Sequence[tuple[int, str]]) -> tuple[tuple[int, Row[Any]], ...]:
        numbers = {key: number for number, key in numbered}
        has_article = exists().where(ARTICLE.c.url_key == ADDRESS.c.url_key)
        query = select(ADDRESS).where(
            ADDRESS.c.url_key.in_(numbers),
            ADDRESS.c.article_id.is_(None),
            ADDRESS.c.fate != Fate.FORGOTTEN.value,
            ~has_article,
        )
        with self._corpus.read() as connection:
            rows = connection.execute(query.order_by(ADDRESS.c.id)).all()
        return tuple((numbers[row.url_key], row) for row in rows)


_ARTICLES = (
    select(
        ARTICLE,
        TEXT.c.title,
        TEXT.c.standfirst,
        TEXT.c.text,
        REVISION.c.page_id,
        REVISION.c.seen_at,
    )
    .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
    .join(REVISION, (REVISION.c.article_id == ARTICLE.c.id) & (REVISION.c.number == ARTICLE.c.revision))
)


def _article(row: Row[Any], **more: Any) -> Article:
    return Article(
        url=row.url,
        url_key=row.url_key,
        canonical_url=row.canonical_url,
        source=row.source,
        channel=ChannelKind(row.channel),
        external_id=row.external_id,
        title=row.title,
        standfirst=row.standfirst,
        text=row.text,
        text_hash=row.text_hash,
        language=row.language,
        authors=tuple(row.authors),
        published=Stamp(
            at=row.published_at,
            precision=Precision(row.published_precision),
            origin=Origin(row.published_from),
            raw=row.published_raw,
        ),
        modified=Stamp(at=row.modified_at),
        seen_at=row.seen_at,
        flags=tuple(Flag(flag) for flag in row.flags),
        **more,
    )


def _with_words(article: Article, row: Row[Any]) -> Article:
    return replace(
        article,
        title=row.title,
        standfirst=row.standfirst,
        text=row.text,
        text_hash=row.text_hash,
        judgements=(),
    )


def _earlier_texts(connection: Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    texts: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    query = (
        select(REVISION)
        .where(REVISION.c.article_id.in_(ids), REVISION.c.text.is_not(None))
        .order_by(REVISION.c.article_id, REVISION.c.number)
    )
    for row in connection.execute(query):
        texts[row.article_id].append(row)
    return texts


def _marked(connection: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Return those of the articles that a person decided of; a mark holds for all with the same text."""
    marked = ARTICLE.alias()
    query = (
        select(ARTICLE.c.id)
        .join(marked, marked.c.duplicate_cluster == ARTICLE.c.duplicate_cluster)
        .join(ARTICLE_MARK, ARTICLE_MARK.c.article_id == marked.c.id)
        .where(ARTICLE.c.id.in_(ids))
    )
    return frozenset(connection.execute(query).scalars())


def _page(found: KeptPage, entry: Entry) -> Page:
    return Page(
        entry=entry,
        url=found.url,
        body=found.body,
        content_type=found.content_type,
        fetched_at=found.fetched_at,
    )
