"""Note on which days each source was read; let the index tell of each article its day, source and language."""

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0012"
down_revision = "0011"

# No word of a text begins with it: it is a letter to the index, and to nobody else.
_MARK = "char(57344)"


def _labels(row: str) -> str:
    """Return the SQL that makes the labels of an article: day, month, source, language, copy, hidden."""
    day = f"replace(substr({row}.dated_at, 1, 10), '-', '')"
    return (
        f"{_MARK} || 'd' || {day} || ' ' || {_MARK} || 'm' || substr({day}, 1, 6)"
        f" || ' ' || {_MARK} || 's' || hex({row}.source) || ' ' || {_MARK} || 'l' || hex({row}.language)"
        f" || CASE WHEN {row}.duplicate_of IS NULL THEN '' ELSE ' ' || {_MARK} || 'c' END"
        f" || CASE WHEN {row}.hidden THEN ' ' || {_MARK} || 'h' ELSE '' END"
    )


_FACETS = "CAST(julianday(substr({0}.dated_at, 1, 10)) - 2440587.5 AS INTEGER), {1}, {2}"
_NUMBER = "(SELECT number FROM article_facet_value WHERE value = {})"
_VALUES = "INSERT INTO article_facet_value (value) SELECT {0} WHERE NOT EXISTS {1}"


def _facets(row: str) -> str:
    numbers = (_NUMBER.format(f"{row}.{name}") for name in ("source", "language"))
    return _FACETS.format(row, *numbers)


def _new_values(row: str) -> str:
    """Return the SQL that gives a number to a source and a language met for the first time."""
    columns = (f"{row}.{name}" for name in ("source", "language"))
    return "; ".join(_VALUES.format(column, _NUMBER.format(column)) for column in columns)


_OLD = "'delete', old.article_id, old.title, old.standfirst, old.text"
_HAD = "(SELECT labels FROM article_label WHERE article_id = old.article_id)"
_OUT = f"INSERT INTO article_fts (article_fts, rowid, title, standfirst, text, labels) VALUES ({_OLD}, {_HAD})"
_IN = """
    INSERT INTO article_fts (rowid, title, standfirst, text, labels)
    SELECT article_id, title, standfirst, text, labels FROM article_words WHERE article_id = {}
"""
_STATEMENTS = (
    "CREATE TABLE article_facet_value (number INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE article_facet (
        article_id INTEGER PRIMARY KEY, day INTEGER NOT NULL, source INTEGER NOT NULL, language INTEGER NOT NULL
    )
    """,
    "INSERT INTO article_facet_value (value) SELECT source FROM article UNION SELECT language FROM article",
    f"INSERT INTO article_facet SELECT article.id, {_facets('article')} FROM article",
    f"""
    CREATE TRIGGER article_inserted AFTER INSERT ON article BEGIN
        {_new_values("new")};
        INSERT INTO article_facet VALUES (new.id, {_facets("new")});
    END
    """,
    """
    CREATE TRIGGER article_deleted AFTER DELETE ON article BEGIN
        DELETE FROM article_facet WHERE article_id = old.id;
    END
    """,
    f"CREATE VIEW article_label AS SELECT id AS article_id, {_labels('article')} AS labels FROM article",
    """
    CREATE VIEW article_words AS SELECT article_text.article_id, title, standfirst, text, labels
    FROM article_text JOIN article_label ON article_label.article_id = article_text.article_id
    """,
    f"CREATE TRIGGER article_text_inserted AFTER INSERT ON article_text BEGIN {_IN.format('new.article_id')}; END",
    f"CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text BEGIN {_OUT}; END",
    f"""
    CREATE TRIGGER article_text_updated
    AFTER UPDATE OF article_id, title, standfirst, text ON article_text BEGIN
        {_OUT};
        {_IN.format("new.article_id")};
    END
    """,
    # The text is indexed anew only where a label is another: most updates of an article change none.
    f"""
    CREATE TRIGGER article_labelled
    AFTER UPDATE OF source, language, published_at, first_seen_at, duplicate_of, hidden ON article
    WHEN {_labels("old")} <> {_labels("new")} BEGIN
        {_new_values("new")};
        UPDATE article_facet SET (day, source, language) = (SELECT {_facets("new")}) WHERE article_id = new.id;
        INSERT INTO article_fts (article_fts, rowid, title, standfirst, text, labels)
        SELECT 'delete', article_id, title, standfirst, text, {_labels("old")}
        FROM article_text WHERE article_id = new.id;
        {_IN.format("new.id")};
    END
    """,
)


def upgrade() -> None:
    connection = op.get_bind()
    _make_poll_days(connection)
    if connection.dialect.name != "sqlite":
        return
    (made_by,) = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = 'article_fts'"
    ).one()
    tokenize = re.search(r"tokenize\s*=\s*(\"[^\"]*\"|'[^']*')", made_by)
    assert tokenize is not None  # noqa: S101  # every one of the earlier migrations says how words are parted
    for kind in ("inserted", "deleted", "updated"):
        connection.exec_driver_sql(f"DROP TRIGGER article_text_{kind}")
    connection.exec_driver_sql("DROP TABLE article_fts")
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        f"""
        CREATE VIRTUAL TABLE article_fts USING fts5(
            title, standfirst, text, labels,
            content = 'article_words', content_rowid = 'article_id', tokenize = {tokenize[1]}
        )
        """
    )
    connection.exec_driver_sql("INSERT INTO article_fts (article_fts) VALUES ('rebuild')")


def _make_poll_days(connection: Connection) -> None:
    poll_day = op.create_table(
        "poll_day",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day"),
        sqlite_with_rowid=False,
    )
    polls, answers = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    runs = "SELECT started_at, sources, failed FROM run WHERE outcome = 'done'"
    for started_at, sources, failed in connection.exec_driver_sql(runs):
        for source in _read(sources):
            key = source, str(started_at)[:10]
            polls[key] += 1
            answers[key] += source not in _read(failed)
    rows = [
        {"source": source, "day": date.fromisoformat(day), "polls": number, "answers": answers[source, day]}
        for (source, day), number in polls.items()
    ]
    if rows:
        connection.execute(sa.insert(poll_day), rows)


def _read(stored: Any) -> Any:
    """SQLite gives JSON as text, PostgreSQL as what it says."""
    return json.loads(stored) if isinstance(stored, str) else stored
