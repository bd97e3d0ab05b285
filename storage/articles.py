"""Stores articles: new ones, copies, revisions; answers what the linking asks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.sql.elements import ColumnElement

from pipeline.errors import RecordError
from pipeline.items import Article, ChannelKind, Decision, Fate, Flag
from pipeline.seen import KnownText
from storage.article_rows import described, first_row, published, revision_row, words_of
from storage.dialect import dialect_of
from storage.findings import add_findings, add_receipt, replace_findings
from storage.frozen.texts import keep_frozen_words
from storage.linking import keep_links, renew_links
from storage.neighbours import Neighbours
from storage.numbers import is_among
from storage.prepared import Prepared
from storage.rows import insert_rows
from storage.tables import ARTICLE, RECEIPT, REVISION, TEXT

__all__ = ["Articles"]


def _known_where(column: ColumnElement[str]) -> Prepared:
    return Prepared(
        select(ARTICLE.c.id, TEXT.c.title, TEXT.c.text, ARTICLE.c.text_hash)
        .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
        .where(column == bindparam("value"))
        .order_by(ARTICLE.c.id)
        .limit(1)
    )


# Built once: they are executed for every page, and building one takes five times as long as executing it.
_AT_ADDRESS = _known_where(ARTICLE.c.url_key)
_WITH_TEXT = _known_where(ARTICLE.c.text_hash)
_PLACES = select(
    ARTICLE.c.id, ARTICLE.c.duplicate_of, ARTICLE.c.duplicate_cluster, ARTICLE.c.story, ARTICLE.c.hidden
).where(is_among(ARTICLE.c.id, "ids"))
_SEEN = select(ARTICLE.c.last_seen_at, ARTICLE.c.flags).where(ARTICLE.c.id == bindparam("which"))
_SEE_AGAIN = (
    update(ARTICLE)
    .where(ARTICLE.c.id == bindparam("which"))
    .values(last_seen_at=bindparam("at"), flags=bindparam("left"))
)


class Articles(Neighbours):
    """The articles of a corpus, as the writer sees them: implements ``pipeline.seen.Seen``."""

    def at_address(self, url_key: str) -> KnownText | None:
        """Return the article stored for this address, with its newest text."""
        return self._known(_AT_ADDRESS, url_key)

    def with_text(self, text_hash: str) -> KnownText | None:
        """Return the first stored article whose newest text has this hash, if any."""
        return self._known(_WITH_TEXT, text_hash)

    def store(
        self, article: Article, decision: Decision, *, page_id: int | None = None, apart: bool = True
    ) -> int:
        """Store the article where the decision puts it and return its number.

        Inside ``Corpus.write`` it joins that transaction. Raises RecordError when this one article cannot be
        stored: the others in the transaction stay. With ``apart`` False it costs a quarter less, and a
        RecordError must end the transaction.
        """
        with (
            self._corpus.write() as connection,
            _refusals(article.url),
            connection.begin_nested() if apart else nullcontext(),
        ):
            match decision:
                case Decision(fate=Fate.UNCHANGED, article_id=int(article_id)):
                    _see_again(connection, article_id, article)
                case Decision(fate=Fate.REVISION, article_id=int(article_id)):
                    _revise(connection, article_id, article, page_id)
                    renew_links(connection, article_id, article, decision)
                case _:
                    (article_id,) = self._add(connection, [(article, decision)], page_id)
        return article_id

    def store_all(self, placed: Sequence[tuple[Article, Decision]]) -> list[int]:
        """Store first sightings of which none is tied to another of them; return their numbers, in order.

        Costs half of what ``store`` takes for each of a hundred, linking apart. Raises RecordError when one
        cannot be stored; it must end the transaction.
        """
        if not placed:
            return []
        with self._corpus.write() as connection, _refusals(placed[0][0].url):
            return self._add(connection, placed, None)

    def _add(
        self, connection: Connection, placed: Sequence[tuple[Article, Decision]], page_id: int | None
    ) -> list[int]:
        ids = _add(connection, placed, page_id)
        for article, decision in placed:
            if decision.links is not None:
                self._note_added(article.seen_at, is_bridge=bool(decision.links.bridges))
        return ids

    def renew(self, article_id: int, article: Article, *, is_hidden: bool, is_read: bool) -> None:
        """Put what today's rules say in place of what was said; the revision keeps its number and page.

        Unless ``is_read``, only what the watches say is new: the texts, dates and receipt stay.
        """
        with self._corpus.write() as connection, _refusals(article.url), connection.begin_nested():
            _update(connection, article_id, hidden=is_hidden)
            if is_read:
                _renew_text(connection, article_id, article)
            replace_findings(connection, article_id, article)

    def _known(self, query: Prepared, value: str) -> KnownText | None:
        for number, title, text, text_hash in self._rows(query, {"value": value}):
            return KnownText(article_id=number, title=title, text=text, text_hash=text_hash)
        return None


@contextmanager
def _refusals(url: str) -> Iterator[None]:
    """Tell what is wrong with one record from what is wrong with the corpus."""
    try:
        yield
    except StatementError as error:
        is_refused = not isinstance(error, DBAPIError) or isinstance(error, IntegrityError | DataError)
        if not is_refused:
            raise  # the disk, the lock: not this record's fault
        raise RecordError(f"{url}: cannot be stored: {error.orig}") from error


def _add(
    connection: Connection, placed: Sequence[tuple[Article, Decision]], page_id: int | None
) -> list[int]:
    """Store first sightings, all of the same raw page; known beforehand, their numbers are written once."""
    dialect = dialect_of(connection)
    ids = dialect.new_numbers(connection, ARTICLE.name, len(placed))
    numbered = [(number, article) for number, (article, _) in zip(ids, placed, strict=True)]
    others = _others(connection, (decision for _, decision in placed))
    rows = [
        first_row(article, decision) | _placing(number, article, decision, others.get(_other(decision)))
        for number, (article, decision) in zip(ids, placed, strict=True)
    ]
    insert_rows(connection, ARTICLE, rows)
    insert_rows(
        connection, TEXT, [{"article_id": number} | words_of(article) for number, article in numbered]
    )
    insert_rows(
        connection, REVISION, [revision_row(number, article, page_id) for number, article in numbered]
    )
    for number, (article, decision) in zip(ids, placed, strict=True):
        dialect.index_text(connection, number, **words_of(article))
        keep_links(connection, number, article, decision)
        add_receipt(connection, number, 1, article)
    add_findings(connection, numbered)
    return ids


def _revise(connection: Connection, article_id: int, article: Article, page_id: int | None) -> None:
    old = connection.execute(select(ARTICLE).where(ARTICLE.c.id == article_id)).one()
    words = connection.execute(
        select(TEXT.c.title, TEXT.c.standfirst, TEXT.c.text).where(TEXT.c.article_id == article_id)
    ).one()
    connection.execute(
        update(REVISION)
        .where(REVISION.c.article_id == article_id, REVISION.c.number == old.revision)
        .values(**words._mapping)
    )
    connection.execute(update(TEXT).where(TEXT.c.article_id == article_id).values(**words_of(article)))
    dialect_of(connection).index_text(connection, article_id, **words_of(article))
    number = old.revision + 1
    changed = {name: value for name, value in described(article).items() if value or name == "flags"}
    # The first published time stays: a revision often shows only the time of its change.
    first_published = {} if old.published_at else published(article)
    _update(
        connection,
        article_id,
        **changed,
        **first_published,
        hidden=old.hidden and not article.is_relevant,
        last_seen_at=max(old.last_seen_at, article.seen_at),
        revision=number,
    )
    _note_revision(connection, article_id, number, article, page_id)
    replace_findings(connection, article_id, article)


def _renew_text(connection: Connection, article_id: int, article: Article) -> None:
    keep_frozen_words(connection, article_id, (article.title, article.standfirst, article.text))
    words = update(TEXT).where(TEXT.c.article_id == article_id)
    connection.execute(words.values(**words_of(article)))
    dialect_of(connection).index_text(connection, article_id, **words_of(article))
    _update(connection, article_id, **described(article), **published(article))
    number = select(ARTICLE.c.revision).where(ARTICLE.c.id == article_id).scalar_subquery()
    connection.execute(
        update(REVISION)
        .where(REVISION.c.article_id == article_id, REVISION.c.number == number)
        .values(text_hash=article.text_hash, modified_at=article.modified.at)
    )
    revision = int(connection.execute(select(number)).scalar_one())
    connection.execute(
        delete(RECEIPT).where(RECEIPT.c.article_id == article_id, RECEIPT.c.number == revision)
    )
    add_receipt(connection, article_id, revision, article)


def _see_again(connection: Connection, article_id: int, article: Article) -> None:
    old = connection.execute(_SEEN, {"which": article_id}).one()
    flags = [flag for flag in old.flags if flag != Flag.WITHDRAWN]
    at = max(old.last_seen_at, article.seen_at)
    connection.execute(_SEE_AGAIN, {"which": article_id, "at": at, "left": flags})


def _others(connection: Connection, decisions: Iterable[Decision]) -> dict[int | None, Any]:
    """Return the articles, by number, beside which first sightings are put."""
    ids = {other for decision in decisions if (other := _other(decision)) is not None}
    found = connection.execute(_PLACES, {"ids": ids}) if ids else ()
    return {row.id: row for row in found}


def _other(decision: Decision) -> int | None:
    """Return the article of which it is a copy, or that tells the same story; None for what opens one."""
    if decision.fate in (Fate.COPY, Fate.NEAR_COPY):
        return decision.compared_with
    return None if decision.links is None else decision.links.same_story_as


def _placing(number: int, article: Article, decision: Decision, other: Any) -> dict[str, Any]:
    """Return the number of a first sighting, and the columns that link it to another, if to any."""
    if decision.fate not in (Fate.COPY, Fate.NEAR_COPY):
        return {
            "id": number,
            "duplicate_of": None,
            "duplicate_cluster": number,
            "story": number if other is None else other.story,
            "hidden": decision.fate is Fate.OFF_TOPIC and article.channel is not ChannelKind.IMPORT,
        }
    is_wanted = article.is_relevant or article.channel is ChannelKind.IMPORT
    return {
        "id": number,
        "duplicate_of": other.duplicate_of or other.id,
        "duplicate_cluster": other.duplicate_cluster,
        "story": other.story,
        "hidden": other.hidden and not is_wanted,
    }


def _note_revision(
    connection: Connection, article_id: int, number: int, article: Article, page_id: int | None
) -> None:
    """Write what hangs on one text: its place in the history and its receipt."""
    insert_rows(connection, REVISION, [revision_row(article_id, article, page_id) | {"number": number}])
    add_receipt(connection, article_id, number, article)


def _update(connection: Connection, article_id: int, **values: Any) -> None:
    connection.execute(update(ARTICLE).where(ARTICLE.c.id == article_id).values(**values))
