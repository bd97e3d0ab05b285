"""The full-text index in SQLite, which triggers keep; and what it cannot tell, asked of the texts."""

import sqlite3
from functools import lru_cache
from unicodedata import normalize

from sqlalchemy import (
    Boolean,
    Float,
    Integer,
    String,
    column,
    except_,
    func,
    literal,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from pipeline.passages import Passage
from pipeline.syntax import Exact, Near, Node, Text
from pipeline.words import fold
from storage.fts5 import fts5
from storage.tallies import are_facets_true, facet_values, refill_facets

__all__ = [
    "add_functions",
    "found_by",
    "holds_exactly",
    "holds_near",
    "index_text",
    "is_index_true",
    "names_known",
    "optimize_index",
    "ranked_by",
    "rebuild_index",
    "rows_found",
    "scored",
    "unindexed",
]

# The index answers to its own name as a column.
_INDEX = table("article_fts", column("rowid", Integer), column("article_fts", String))
_TITLE_WEIGHT, _STANDFIRST_WEIGHT, _TEXT_WEIGHT, _LABELS_WEIGHT = 4.0, 2.0, 1.0, 0.0


def found_by(tree: Node, article_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a tree of words finds the article."""
    return article_id.in_(select(_INDEX.c.rowid).where(_INDEX.c.article_fts.op("MATCH")(fts5(tree))))


def rows_found(tree: Node, *, is_ranked: bool = False) -> Subquery | None:
    """Return None: what the index tells beside its words is asked of it in words too."""


def ranked_by(tree: Node) -> Subquery:
    """Return rows of ``article_id`` and ``score``, best first when sorted upwards; costs 3 µs a match."""
    return scored(literal(fts5(tree)))


def scored(match: ColumnElement[str]) -> Subquery:
    """Return the same for an expression of the index."""
    weights = _TITLE_WEIGHT, _STANDFIRST_WEIGHT, _TEXT_WEIGHT, _LABELS_WEIGHT
    score = func.bm25(_INDEX.c.article_fts, *weights, type_=Float)
    return (
        select(_INDEX.c.rowid.label("article_id"), score.label("score"))
        .where(_INDEX.c.article_fts.op("MATCH")(match))
        .subquery()
    )


def names_known(connection: Connection, label: str) -> list[str]:
    """Return every source and language that there is, whichever are asked for."""
    return list(facet_values(connection).values())


def holds_exactly(text: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a text has these words as they are written, one after the other."""
    return func.holds_exactly(text, " ".join(words), type_=Boolean)


def holds_near(text: ColumnElement[str], near: Near) -> ColumnElement[bool]:
    """Return the condition that both are near each other in a text, and share no word."""
    return func.holds_near(text, _written(near.left), _written(near.right), near.between, type_=Boolean)


def _written(text: Text) -> str:
    return " ".join(text.words) + ("*" if text.prefix else "")


def add_functions(connection: sqlite3.Connection) -> None:
    """Let statements fold names, and look into texts for what the index does not know."""
    connection.create_function("fold", 1, _folded, deterministic=True)
    connection.create_function("holds_near", 4, _holds_near, deterministic=True)
    connection.create_function("holds_exactly", 2, _holds_exactly, deterministic=True)


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _holds_exactly(text: str, phrase: str) -> bool:
    first, *_ = exact = tuple(phrase.split(" "))
    # To look for letters costs far less than to split into words, which most texts are then spared.
    return first in normalize("NFC", text) and Passage(text).found(Exact(exact)) is not None


def _holds_near(text: str, left: str, right: str, between: int) -> bool:
    near = Near(_text(left), _text(right), between)
    return Passage(text).found(near) is not None


@lru_cache(maxsize=64)
def _text(phrase: str) -> Text:
    return Text(tuple(phrase.removesuffix("*").split()), prefix=phrase.endswith("*"))


def optimize_index(connection: Connection) -> None:
    """Write the full-text index anew, without what was deleted; some seconds for 100,000 articles."""
    connection.execute(text("INSERT INTO article_fts (article_fts) VALUES ('optimize')"))


def rebuild_index(connection: Connection) -> None:
    """Make the full-text index from the texts, as if it had never been; and what keeps it right."""
    connection.execute(text("INSERT INTO article_fts (article_fts) VALUES ('rebuild')"))
    refill_facets(connection)


def index_text(connection: Connection, article_id: int, title: str, standfirst: str, text: str) -> None:
    """Do nothing: triggers keep the index right."""


def unindexed(connection: Connection) -> int:
    """Return how many texts have no entry in the full-text index, or entries no text."""
    indexed, written = table("article_fts_docsize", column("id")), table("article_text", column("article_id"))
    one, other = select(indexed.c.id), select(written.c.article_id)
    apart = union_all(except_(one, other).subquery().select(), except_(other, one).subquery().select())
    return int(connection.execute(select(func.count()).select_from(apart.subquery())).scalar_one())


def is_index_true(connection: Connection) -> bool:
    """Say whether the full-text index holds the words of the texts; needs a writing connection."""
    # Without the 1, the index is only compared with itself, and a stale one passes.
    check = "INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)"
    try:
        connection.execute(text(check))
    except DatabaseError as error:
        if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise
        return False
    return are_facets_true(connection)
