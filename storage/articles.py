"""Stores articles: new ones, copies, revisions; answers what the linking asks."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
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
from storage.prepared import Prepared
from storage.tables import ARTICLE, RECEIPT, REVISION, TEXT

__all__ = ["Articles", "placing"]


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
_NEW_ARTICLE, _NEW_TEXT, _NEW_REVISION = insert(ARTICLE), insert(TEXT), insert(REVISION)
_IS_ALONE = (
    update(ARTICLE)
    .where(ARTICLE.c.id == bindparam("which"))
    .values(duplicate_cluster=bindparam("which"), story=bindparam("story"))
)
_PLACE = select(
    ARTICLE.c.id, ARTICLE.c.duplicate_of, ARTICLE.c.duplicate_cluster, ARTICLE.c.story, ARTICLE.c.hidden
).where(ARTICLE.c.id == bindparam("which"))
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
                    article_id = _add(connection, article, decision, page_id)
                    if decision.links is not None:
                        self._note_added(article.seen_at, is_bridge=bool(decision.links.bridges))
        return article_id

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


def _add(connection: Connection, article: Article, decision: Decision, page_id: int | None) -> int:
    place = placing(connection, article, decision)
    key = connection.execute(_NEW_ARTICLE, first_row(article, decision) | place).inserted_primary_key
    article_id = int(key[0]) if key else 0
    if not place["duplicate_cluster"]:
        connection.execute(_IS_ALONE, {"which": article_id, "story": place["story"] or article_id})
    connection.execute(_NEW_TEXT, {"article_id": article_id} | words_of(article))
    dialect_of(connection).index_text(connection, article_id, **words_of(article))
    keep_links(connection, article_id, article, decision)
    _note_revision(connection, article_id, 1, article, page_id)
    add_findings(connection, article_id, article)
    return article_id


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


def placing(connection: Connection, article: Article, decision: Decision) -> dict[str, Any]:
    """Return the columns that link a first sighting; a cluster of its own is 0 until its number is known."""
    hidden = decision.fate is Fate.OFF_TOPIC and article.channel is not ChannelKind.IMPORT
    if decision.fate not in (Fate.COPY, Fate.NEAR_COPY):
        story = _story(connection, decision)
        return {"duplicate_of": None, "duplicate_cluster": 0, "story": story, "hidden": hidden}
    twin = connection.execute(_PLACE, {"which": decision.compared_with}).one()
    is_wanted = article.is_relevant or article.channel is ChannelKind.IMPORT
    return {
        "duplicate_of": twin.duplicate_of or twin.id,
        "duplicate_cluster": twin.duplicate_cluster,
        "story": twin.story,
        "hidden": twin.hidden and not is_wanted,
    }


def _story(connection: Connection, decision: Decision) -> int:
    """Return the story of the article that tells the same; 0 where this one opens a story."""
    if decision.links is None or decision.links.same_story_as is None:
        return 0
    return int(connection.execute(_PLACE, {"which": decision.links.same_story_as}).one().story)


def _note_revision(
    connection: Connection, article_id: int, number: int, article: Article, page_id: int | None
) -> None:
    """Write what hangs on one text: its place in the history and its receipt."""
    row = revision_row(article_id, article) | {"number": number, "page_id": page_id}
    connection.execute(_NEW_REVISION, row)
    add_receipt(connection, article_id, number, article)


def _update(connection: Connection, article_id: int, **values: Any) -> None:
    connection.execute(update(ARTICLE).where(ARTICLE.c.id == article_id).values(**values))
