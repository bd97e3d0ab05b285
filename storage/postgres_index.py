"""The full-text index in PostgreSQL: rows of vectors beside the texts, written from here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL, TSQUERY, TSVECTOR
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.types import Double, String

from pipeline.syntax import And, Exact, Near, Node, Not, Or, Text
from storage.columns import Instant
from storage.tables import ARTICLE, TEXT
from storage.tsvector import tsquery, tsvectors, within_overlap
from storage.written_words import words_as_written

__all__ = [
    "found_by",
    "holds_exactly",
    "holds_near",
    "index_text",
    "is_index_true",
    "names_known",
    "ranked_by",
    "rebuild_index",
    "rows_found",
    "unindexed",
]

_AT_ONCE = 200

# Not among the tables that both databases have.
_WORDS = Table(
    "article_words",
    MetaData(),
    Column("article_id", Integer, ForeignKey(TEXT.c.article_id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("words", TSVECTOR, nullable=False),
    # What a trigger takes over from the article: most of what questions filter, sort and count by.
    Column("dated_at", Instant, nullable=False),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("duplicate_of", Integer),
    Column("hidden", Boolean, nullable=False),
)
# Made once: that takes longer than all else it takes to write a query.
_LONG, _PIECES = _WORDS.alias(), _WORDS.alias()
_LABELS = ("dated_at", "source", "language", "duplicate_of", "hidden")
# An article has row 0; or, where one vector does not hold it, rows from 1 on.
_WHOLE, _FIRST_PIECE = 0, 1
_WEIGHTS = (0.25, 0.25, 0.5, 1.0)
# Divided by 1 + the logarithm of its length, or long texts would always win.
_BY_LENGTH = 1


_ADD = insert(_WORDS).from_select(
    ["article_id", "number", "words", *_LABELS],
    select(
        ARTICLE.c.id,
        bindparam("number", type_=Integer),
        cast(bindparam("words", type_=String), TSVECTOR),
        *(ARTICLE.c[name] for name in _LABELS),
    ).where(ARTICLE.c.id == bindparam("article_id")),
)


def index_text(connection: Connection, article_id: int, title: str, standfirst: str, text: str) -> None:
    """Write the words of an article, stored before, in place of those that were there."""
    connection.execute(delete(_WORDS).where(_WORDS.c.article_id == article_id))
    connection.execute(_ADD, _rows(article_id, title, standfirst, text))


def _rows(article_id: int, title: str, standfirst: str, text: str) -> list[dict[str, Any]]:
    vectors = tsvectors(title, standfirst, text)
    first = _WHOLE if len(vectors) == 1 else _FIRST_PIECE
    return [
        {"article_id": article_id, "number": number, "words": vector}
        for number, vector in enumerate(vectors, start=first)
    ]


def found_by(tree: Node, article_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a tree of words finds the article."""
    return article_id.in_(union_all(_found_whole(tree), _found_in_pieces(tree)))


def _found_whole(tree: Node, *columns: str) -> Select[Any]:
    wanted = (_WORDS.c[name] for name in ("article_id", *columns))
    return select(*wanted).where(_WORDS.c.number == _WHOLE, _matches(_WORDS, tree))


def _found_in_pieces(tree: Node, *columns: str) -> Select[Any]:
    """Each part of the tree may be found in another piece of the article, so each is looked for by itself."""
    return select(*(_LONG.c[name] for name in ("article_id", *columns))).where(
        _LONG.c.number == _FIRST_PIECE, _in_pieces(tree)
    )


def _in_pieces(tree: Node) -> ColumnElement[bool]:
    match tree:
        case And(parts):
            return and_(*(_in_pieces(part) for part in parts))
        case Or(parts):
            return or_(*(_in_pieces(part) for part in parts))
        case Not(part):
            return not_(_in_pieces(part))
        case Text() | Exact() | Near():
            leaf = within_overlap(tree)
            if leaf is not tree:
                return _in_pieces(leaf)
    found = select(_PIECES.c.article_id).where(_PIECES.c.number >= _FIRST_PIECE, _matches(_PIECES, tree))
    return _LONG.c.article_id.in_(found)


def _matches(words: Any, tree: Node) -> ColumnElement[bool]:
    # As they are indexed, by a function that costs what reading the words does.
    found: ColumnElement[bool] = func.words_read(words.c.words).op("@@", is_comparison=True)(_query(tree))
    return found


def _query(tree: Node) -> ColumnElement[Any]:
    return cast(literal(tsquery(tree), String), TSQUERY)


def holds_exactly(text: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a text has these words as they are written, one after the other."""
    # The order of the database's own language must not change what a range of characters is.
    return func.normalize(text).collate("C").regexp_match(words_as_written(words))


def holds_near(text: ColumnElement[str], near: Near) -> ColumnElement[bool]:
    """Return what is always true: the index knows where each word stands."""
    return true()


def rows_found(tree: Node, *, is_ranked: bool = False) -> Subquery:
    """Return a row of what was found for each article: ``id`` and its labels, fifty of them on a page.

    Where it ``is_ranked`` with a ``score``, best first when sorted upwards, which reads all words of a row.
    """
    columns = (*_LABELS, "number", "words") if is_ranked else _LABELS
    found = union_all(_found_whole(tree, *columns), _found_in_pieces(tree, *columns)).subquery()
    # Outside of the union: only what no other condition rules out is ranked.
    score = [_score(found, tree)] if is_ranked else []
    labels = (found.c[name] for name in _LABELS)
    return select(found.c.article_id.label("id"), *labels, *score).subquery()


def ranked_by(tree: Node) -> Subquery:
    """Return rows of ``article_id`` and ``score``, best first when sorted upwards; reads all of a match."""
    rows = rows_found(tree, is_ranked=True)
    return select(rows.c.id.label("article_id"), rows.c.score).subquery()


def _score(found: Any, tree: Node) -> ColumnElement[float]:
    best = select(func.min(_rank(_PIECES.c.words, tree))).where(_PIECES.c.article_id == found.c.article_id)
    is_whole = found.c.number == _WHOLE
    return case((is_whole, _rank(found.c.words, tree)), else_=best.scalar_subquery()).label("score")


def _rank(words: ColumnElement[Any], tree: Node) -> ColumnElement[float]:
    weights = cast(literal(list(_WEIGHTS), ARRAY(REAL)), ARRAY(REAL))
    return -cast(func.ts_rank(weights, words, _query(tree), _BY_LENGTH), Double)


def names_known(connection: Connection, label: str) -> list[str]:
    """Return the sources or languages that there are, from one to the next, past all articles."""
    every = _WORDS.alias().c[label]
    names = select(func.min(every).label("name")).cte(recursive=True)
    following = select(func.min(every)).where(every > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return list(connection.execute(select(names.c.name).where(names.c.name.is_not(None))).scalars())


def unindexed(connection: Connection) -> int:
    """Return how many texts have no entry in the full-text index; entries without a text there are none."""
    missing = select(TEXT.c.article_id).where(TEXT.c.article_id.not_in(select(_WORDS.c.article_id)))
    return int(connection.execute(select(func.count()).select_from(missing.subquery())).scalar_one())


def is_index_true(connection: Connection) -> bool:
    """Say whether the full-text index holds the words of the texts: makes all of it anew, to compare."""
    number = 0
    for rows in _rows_of_all(connection):
        if not _are_stored(connection, rows):
            return False
        number += len(rows)
    return number == connection.execute(select(func.count()).select_from(_WORDS)).scalar_one()


def rebuild_index(connection: Connection) -> None:
    """Make the full-text index from the texts, as if it had never been."""
    connection.execute(delete(_WORDS))
    for rows in _rows_of_all(connection):
        connection.execute(_ADD, rows)


def _rows_of_all(connection: Connection) -> Any:
    """Yield the rows that all texts should have, some at a time."""
    last = 0
    while True:
        query = select(TEXT).where(TEXT.c.article_id > last).order_by(TEXT.c.article_id).limit(_AT_ONCE)
        texts = connection.execute(query).all()
        if not texts:
            return
        yield [row for each in texts for row in _rows(*each)]
        last = texts[-1].article_id


def _are_stored(connection: Connection, rows: Sequence[dict[str, Any]]) -> bool:
    asked = (
        func.unnest(
            literal([row["article_id"] for row in rows], ARRAY(Integer)),
            literal([row["number"] for row in rows], ARRAY(Integer)),
            literal([row["words"] for row in rows], ARRAY(String)),
        )
        .table_valued("article_id", "number", "words", name="asked", joins_implicitly=True)
        .render_derived()
    )
    found = select(func.count()).where(
        _WORDS.c.article_id == asked.c.article_id,
        _WORDS.c.number == asked.c.number,
        _WORDS.c.words == cast(asked.c.words, TSVECTOR),
        ARTICLE.c.id == asked.c.article_id,
        *(_WORDS.c[name].is_not_distinct_from(ARTICLE.c[name]) for name in _LABELS),
    )
    return bool(connection.execute(found).scalar_one() == len(rows))
