"""Stores articles: new ones, copies, revisions; answers what the linking asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from pipeline.errors import RecordError
from pipeline.items import Article, ChannelKind, Decision, Fate, Flag
from pipeline.protocols import KnownText
from storage.database import Database
from storage.dialect import dialect_of
from storage.tables import ARTICLE, JUDGEMENT, RECEIPT, REVISION, TEXT

__all__ = ["Articles"]


class Articles:
    """The articles of a corpus, as the writer sees them: implements ``pipeline.protocols.Seen``."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def at_address(self, url_key: str) -> KnownText | None:
        """Return the article stored for this address, with its newest text."""
        return self._known(ARTICLE.c.url_key == url_key)

    def with_text(self, text_hash: str) -> KnownText | None:
        """Return the first stored article whose newest text has this hash, if any."""
        return self._known(ARTICLE.c.text_hash == text_hash)

    def store(self, article: Article, decision: Decision, *, page_id: int | None = None) -> int:
        """Store the article where the decision puts it and return its number.

        Inside ``Corpus.write`` it joins that transaction. Raises RecordError when this one article cannot be
        stored: the others in the transaction stay.
        """
        with self._corpus.write() as connection, _apart(connection, article.url):
            match decision:
                case Decision(fate=Fate.UNCHANGED, article_id=int(article_id)):
                    _see_again(connection, article_id, article)
                case Decision(fate=Fate.REVISION, article_id=int(article_id)):
                    _revise(connection, article_id, article, page_id)
                case _:
                    article_id = _add(connection, article, decision, page_id)
        return article_id

    def _known(self, condition: Any) -> KnownText | None:
        query = (
            select(ARTICLE.c.id, TEXT.c.title, ARTICLE.c.text_hash)
            .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
            .where(condition)
            .order_by(ARTICLE.c.id)
            .limit(1)
        )
        with self._corpus.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return KnownText(article_id=row.id, title=row.title, text_hash=row.text_hash)


@contextmanager
def _apart(connection: Connection, url: str) -> Iterator[None]:
    """Keep what one record does wrong away from the rest of the transaction."""
    try:
        with connection.begin_nested():
            yield
    except StatementError as error:
        is_refused = not isinstance(error, DBAPIError) or isinstance(error, IntegrityError | DataError)
        if not is_refused:
            raise  # the disk, the lock: not this record's fault
        raise RecordError(f"{url}: cannot be stored: {error.orig}") from error


def _add(connection: Connection, article: Article, decision: Decision, page_id: int | None) -> int:
    placing = _placing(connection, article, decision)
    row = _described(article) | placing | {
        "url": article.url,
        "url_key": article.url_key,
        "source": article.source,
        "channel": article.channel.value,
        "external_id": article.external_id,
        "first_seen_at": article.seen_at,
        "last_seen_at": article.seen_at,
        "fate": decision.fate.value,
        "revision": 1,
    } | _published(article)  # fmt: skip
    key = connection.execute(insert(ARTICLE), row).inserted_primary_key
    article_id = int(key[0]) if key else 0
    if not placing["duplicate_cluster"]:
        _update(connection, article_id, duplicate_cluster=article_id, story=article_id)
    connection.execute(insert(TEXT), {"article_id": article_id} | _words(article))
    dialect_of(connection).index_text(connection, article_id, **_words(article))
    _note_revision(connection, article_id, 1, article, page_id)
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
    connection.execute(update(TEXT).where(TEXT.c.article_id == article_id).values(**_words(article)))
    dialect_of(connection).index_text(connection, article_id, **_words(article))
    number = old.revision + 1
    changed = {name: value for name, value in _described(article).items() if value or name == "flags"}
    # The first published time stays: a revision often shows only the time of its change.
    published = {} if old.published_at else _published(article)
    _update(
        connection,
        article_id,
        **changed,
        **published,
        hidden=old.hidden and not article.is_relevant,
        last_seen_at=max(old.last_seen_at, article.seen_at),
        revision=number,
    )
    connection.execute(delete(JUDGEMENT).where(JUDGEMENT.c.article_id == article_id))
    _note_revision(connection, article_id, number, article, page_id)


def _see_again(connection: Connection, article_id: int, article: Article) -> None:
    old = connection.execute(
        select(ARTICLE.c.last_seen_at, ARTICLE.c.flags).where(ARTICLE.c.id == article_id)
    ).one()
    flags = [flag for flag in old.flags if flag != Flag.WITHDRAWN]
    _update(connection, article_id, last_seen_at=max(old.last_seen_at, article.seen_at), flags=flags)


def _placing(connection: Connection, article: Article, decision: Decision) -> dict[str, Any]:
    """Return the columns that link a first sighting; a cluster of its own is 0 until its number is known."""
    hidden = decision.fate is Fate.OFF_TOPIC and article.channel is not ChannelKind.IMPORT
    if decision.fate not in (Fate.COPY, Fate.NEAR_COPY):
        return {"duplicate_of": None, "duplicate_cluster": 0, "story": 0, "hidden": hidden}
    twin = connection.execute(
        select(
            ARTICLE.c.id,
            ARTICLE.c.duplicate_of,
            ARTICLE.c.duplicate_cluster,
            ARTICLE.c.story,
            ARTICLE.c.hidden,
        ).where(ARTICLE.c.id == decision.compared_with)
    ).one()
    is_wanted = article.is_relevant or article.channel is ChannelKind.IMPORT
    return {
        "duplicate_of": twin.duplicate_of or twin.id,
        "duplicate_cluster": twin.duplicate_cluster,
        "story": twin.story,
        "hidden": twin.hidden and not is_wanted,
    }


def _note_revision(
    connection: Connection, article_id: int, number: int, article: Article, page_id: int | None
) -> None:
    """Write what hangs on one text: its place in the history, its receipt, the judgements of it."""
    key = {"article_id": article_id, "number": number}
    connection.execute(
        insert(REVISION),
        key
        | {
            "seen_at": article.seen_at,
            "text_hash": article.text_hash,
            "modified_at": article.modified.at,
            "page_id": page_id,
        },
    )
    if article.removed:
        lines = [[removed.line, removed.rule, removed.text] for removed in article.removed]
        connection.execute(insert(RECEIPT), key | {"lines": lines})
    judgements = [
        {
            "article_id": article_id,
            "watch": judgement.watch,
            "score": judgement.score,
            "relevant": judgement.relevant,
            "reasons": list(judgement.reasons),
        }
        for judgement in article.judgements
    ]
    if judgements:
        connection.execute(insert(JUDGEMENT), judgements)


def _described(article: Article) -> dict[str, Any]:
    """Return the columns that every sighting of an article may change."""
    return {
        "canonical_url": article.canonical_url,
        "language": article.language,
        "authors": list(article.authors),
        "modified_at": article.modified.at,
        "flags": [flag.value for flag in article.flags],
        "text_hash": article.text_hash,
    }


def _published(article: Article) -> dict[str, Any]:
    return {
        "published_at": article.published.at,
        "published_precision": article.published.precision.value,
        "published_from": article.published.origin.value,
        "published_raw": article.published.raw,
    }


def _words(article: Article) -> dict[str, str]:
    return {"title": article.title, "standfirst": article.standfirst, "text": article.text}


def _update(connection: Connection, article_id: int, **values: Any) -> None:
    connection.execute(update(ARTICLE).where(ARTICLE.c.id == article_id).values(**values))
