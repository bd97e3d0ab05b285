"""What people decide of articles."""

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from pipeline.facts import Facts
from pipeline.marks import Mark
from storage.database import Database
from storage.facts import add_facts, drop_facts
from storage.search.history import cluster_of
from storage.search.labelled import MarkedText, marked_texts
from storage.search.marked import is_marked_relevant, is_shown, marks_of
from storage.tables import ARTICLE, ARTICLE_MARK, JUDGEMENT

__all__ = ["Marks"]


class Marks:
    """The marks of a corpus; each holds for the article and for all with its text, those to come too."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def put(self, article_id: int, mark: Mark) -> None:
        """Mark an article, in place of what was said of its text for this watch before."""
        with self._corpus.write() as connection:
            _remove(connection, article_id, mark.watch)
            connection.execute(
                insert(ARTICLE_MARK),
                {
                    "article_id": article_id,
                    "watch": mark.watch,
                    "verdict": mark.verdict,
                    "marked_at": mark.marked_at,
                    "note": mark.note,
                },
            )

    def take_back(self, article_id: int, watch: str | None = None) -> tuple[Mark, ...]:
        """Remove the marks of an article's text, of one watch or of all; return those that were there."""
        with self._corpus.write() as connection:
            marks = marks_of(connection, [article_id]).get(article_id, ())
            gone = tuple(mark for mark in marks if watch in (None, mark.watch))
            for mark in gone:
                _remove(connection, article_id, mark.watch)
        return gone

    def tell(self, article_id: int, facts: Facts | None) -> None:
        """Keep what an article says of a move, if no watch wants it by the rules and a person does.

        Where no person does, any more, it says nothing.
        """
        with self._corpus.write() as connection:
            by_rules = select(JUDGEMENT.c.article_id).where(
                JUDGEMENT.c.article_id == article_id, JUDGEMENT.c.relevant
            )
            if connection.execute(by_rules.limit(1)).first() is None:
                drop_facts(connection, article_id)
                if facts and is_marked_relevant(connection, article_id):
                    add_facts(connection, article_id, facts)

    def texts(self, watch: str) -> tuple[MarkedText, ...]:
        """Return what was marked for a watch in the order of arrival, each text as the person saw it."""
        with self._corpus.read() as connection:
            return tuple(marked_texts(connection, watch))

    def is_shown(self, article_id: int) -> bool:
        """Return whether searches show the article: some watch wants it, or it was never off topic."""
        with self._corpus.read() as connection:
            query = select(ARTICLE.c.id).where(ARTICLE.c.id == article_id, is_shown())
            return connection.execute(query).scalar() is not None


def _remove(connection: Connection, article_id: int, watch: str) -> None:
    same_text = [article_id, *cluster_of(connection, article_id)]
    connection.execute(
        delete(ARTICLE_MARK).where(ARTICLE_MARK.c.article_id.in_(same_text), ARTICLE_MARK.c.watch == watch)
    )
